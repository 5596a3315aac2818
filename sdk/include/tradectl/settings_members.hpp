/// Visits the members of an aggregate, so that a struct of settings is its own list.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

namespace tradectl::settings_detail {

inline constexpr std::size_t kMembersMax = 24;

/// Converts to anything: stands in for a member that is not initialised yet.
struct Anything {
    template <typename T>
    constexpr operator T() const noexcept;
};

template <typename T, std::size_t... Index>
constexpr bool takes(std::index_sequence<Index...>) {
    return requires {
        T{((void)Index, Anything{})...};
    };
}

/// How many members the aggregate has: the most initialisers that it takes.
template <typename T, std::size_t Count = kMembersMax + 1>
constexpr std::size_t member_count() {
    static_assert(std::is_aggregate_v<T>, "settings are a plain struct: no constructor, no base");
    if constexpr (Count == 0) {
        return 0;
    } else if constexpr (takes<T>(std::make_index_sequence<Count>{})) {
        return Count;
    } else {
        return member_count<T, Count - 1>();
    }
}

template <typename T, typename Visit>
constexpr void each_member(T& all, Visit&& visit);

/// A member that is an aggregate itself is a group.
template <typename Member, typename Visit>
constexpr void visit_member(Member& member, Visit& visit) {
    if constexpr (std::is_aggregate_v<std::remove_cvref_t<Member>>)
        each_member(member, visit);
    else
        visit(member);
}

/// `visit(member)` for each member, those of groups included, in order of declaration. A structured
/// binding cannot be generic in its length, so there is a line for each.
template <typename T, typename Visit>
constexpr void each_member(T& all, Visit&& visit) {
    constexpr std::size_t kCount = member_count<std::remove_const_t<T>>();
    static_assert(kCount <= kMembersMax, "at most 24 settings in one struct");
    const auto call = [&](auto&... member) { (visit_member(member, visit), ...); };
    // clang-format off
    if constexpr (kCount == 0) { call(); }
    else if constexpr (kCount == 1) { auto& [a] = all; call(a); }
    else if constexpr (kCount == 2) { auto& [a, b] = all; call(a, b); }
    else if constexpr (kCount == 3) { auto& [a, b, c] = all; call(a, b, c); }
    else if constexpr (kCount == 4) { auto& [a, b, c, d] = all; call(a, b, c, d); }
    else if constexpr (kCount == 5) { auto& [a, b, c, d, e] = all; call(a, b, c, d, e); }
    else if constexpr (kCount == 6) { auto& [a, b, c, d, e, f] = all; call(a, b, c, d, e, f); }
    else if constexpr (kCount == 7) {
        auto& [a, b, c, d, e, f, g] = all;
        call(a, b, c, d, e, f, g); }
    else if constexpr (kCount == 8) {
        auto& [a, b, c, d, e, f, g, h] = all;
        call(a, b, c, d, e, f, g, h); }
    else if constexpr (kCount == 9) {
        auto& [a, b, c, d, e, f, g, h, i] = all;
        call(a, b, c, d, e, f, g, h, i); }
    else if constexpr (kCount == 10) {
        auto& [a, b, c, d, e, f, g, h, i, j] = all;
        call(a, b, c, d, e, f, g, h, i, j); }
    else if constexpr (kCount == 11) {
        auto& [a, b, c, d, e, f, g, h, i, j, k] = all;
        call(a, b, c, d, e, f, g, h, i, j, k); }
    else if constexpr (kCount == 12) {
        auto& [a, b, c, d, e, f, g, h, i, j, k, l] = all;
        call(a, b, c, d, e, f, g, h, i, j, k, l); }
    else if constexpr (kCount == 13) {
        auto& [a, b, c, d, e, f, g, h, i, j, k, l, m] = all;
        call(a, b, c, d, e, f, g, h, i, j, k, l, m); }
    else if constexpr (kCount == 14) {
        auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = all;
        call(a, b, c, d, e, f, g, h, i, j, k, l, m, n); }
    else if constexpr (kCount == 15) {
        auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o] = all;
        call(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o); }
    else if constexpr (kCount == 16) {
        auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = all;
        call(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p); }
    else if constexpr (kCount == 17) {
        auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q] = all;
        call(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q); }
    else if constexpr (kCount == 18) {
        auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r] = all;
        call(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r); }
    else if constexpr (kCount == 19) {
        auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s] = all;
        call(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s); }
    else if constexpr (kCount == 20) {
        auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t] = all;
        call(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t); }
    else if constexpr (kCount == 21) {
        auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u] = all;
        call(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u); }
    else if constexpr (kCount == 22) {
        auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v] = all;
        call(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v); }
    else if constexpr (kCount == 23) {
        auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w] = all;
        call(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w); }
    else if constexpr (kCount == 24) {
        auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x] = all;
        call(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x); }
    // clang-format on
}

}  // namespace tradectl::settings_detail

#include "host/risk/rate.hpp"

#include <algorithm>
#include <limits>

namespace tradectl::risk {

namespace {

constexpr std::int64_t kNanoPerToken = 1'000'000'000;

std::int64_t capacity(const RateLimit& limit) {
    const std::int64_t orders = limit.burst != 0 ? limit.burst : limit.per_second;
    return orders * kNanoPerToken;  // below 2^62 for any 32-bit count
}

std::int64_t day_of(Timestamp time) {
    const std::int64_t days = time.ns() / kNsPerDay;
    return time.ns() % kNsPerDay < 0 ? days - 1 : days;
}

std::int64_t refill(std::int64_t tokens, const RateLimit& limit, std::int64_t elapsed_ns) {
    // One order a second is one nano-token a nanosecond.
    std::int64_t gained = 0;
    if (__builtin_mul_overflow(elapsed_ns, std::int64_t{limit.per_second}, &gained) ||
        __builtin_add_overflow(tokens, gained, &tokens))
        return capacity(limit);
    return std::min(tokens, capacity(limit));
}

}  // namespace

RateState advance(const RateState& state, const RateLimit& limit, Timestamp now) {
    if (now.is_none()) return state;
    if (state.refilled.is_none()) return {now, capacity(limit), day_of(now), 0};
    if (now <= state.refilled) return state;
    RateState out = state;
    std::int64_t elapsed_ns = 0;
    if (__builtin_sub_overflow(now.ns(), state.refilled.ns(), &elapsed_ns))
        elapsed_ns = std::numeric_limits<std::int64_t>::max();
    out.nano_tokens = refill(state.nano_tokens, limit, elapsed_ns);
    out.refilled = now;
    if (day_of(now) > state.day) {
        out.day = day_of(now);
        out.orders_today = 0;
    }
    return out;
}

std::int64_t available(const RateState& state) {
    return state.nano_tokens / kNanoPerToken;
}

RateState take(const RateState& state, const RateLimit& limit, Timestamp now) {
    RateState out = advance(state, limit, now);
    out.nano_tokens = std::max<std::int64_t>(out.nano_tokens - kNanoPerToken, 0);
    if (out.orders_today != std::numeric_limits<std::uint32_t>::max()) ++out.orders_today;
    return out;
}

std::optional<Timestamp> next_retry(std::uint32_t retries_made, Timestamp now, Timestamp deadline) {
    if (retries_made >= kRetriesMax || now.is_none() || deadline.is_none()) return std::nullopt;
    const std::int64_t delay_ns = kNsPerSecond << retries_made;
    std::int64_t due_ns = 0;
    if (__builtin_add_overflow(now.ns(), delay_ns, &due_ns) || due_ns > deadline.ns())
        return std::nullopt;
    return Timestamp{due_ns};
}

}  // namespace tradectl::risk

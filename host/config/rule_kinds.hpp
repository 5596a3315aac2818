#pragma once
// The kinds of keys that several tables of rules have.
#include "host/config/rule.hpp"

#include <cstddef>
#include <string_view>

namespace tradectl::config {

/// How long a list of the file may be.
inline constexpr std::size_t kItemsMax = 1000;

[[nodiscard]] inline Rule text(std::string_view name, std::string_view help) {
    return scalar(RuleKind::Text, name, help);
}
[[nodiscard]] inline Rule integer(std::string_view name, std::string_view help) {
    return scalar(RuleKind::Integer, name, help);
}
[[nodiscard]] inline Rule decimal(std::string_view name, std::string_view help) {
    return scalar(RuleKind::Decimal, name, help);
}
[[nodiscard]] inline Rule duration(std::string_view name, std::string_view help) {
    return scalar(RuleKind::Duration, name, help);
}
[[nodiscard]] inline Rule count(std::string_view name, std::string_view help) {
    return integer(name, help).at_least("1").at_most("1000000000");
}
/// An amount above nothing.
[[nodiscard]] inline Rule money(std::string_view name, std::string_view help) {
    return decimal(name, help).above("0");
}
/// What a plugin asks for: anything, a map without entries when it is missing.
[[nodiscard]] inline Rule settings(std::string_view help) {
    Rule rule = scalar(RuleKind::Any, "settings", help);
    rule.presence = Presence::Filled;
    rule.fallback.kind = Node::Kind::Map;
    return rule;
}

}  // namespace tradectl::config

#include "host/config/scalar_rule.hpp"

#include "host/config/scalar.hpp"
#include "host/config/suggest.hpp"

#include <tradectl/decimal.hpp>
#include <tradectl/timestamp.hpp>

#include <algorithm>

namespace tradectl::config {
namespace {

constexpr std::size_t kQuotedBytesMax = 60;

/// The value in quotes, cut when it is long.
std::string quoted(std::string_view text) {
    if (text.size() <= kQuotedBytesMax) return "'" + std::string(text) + "'";
    return "'" + std::string(text.substr(0, kQuotedBytesMax)) + "...'";
}

Unexpected refuse(std::string_view text, const std::string& why) {
    return fail(ErrorCode::InvalidArgument, quoted(text) + " " + why);
}

template <typename T>
using Parse = Expected<T> (*)(std::string_view);

/// Compares with the rule's limits. They come from a plugin's manifest too, so one that cannot be
/// read refuses the value instead of letting it pass.
template <typename T>
Status check_bounds(std::string_view text, const T& value, const Rule& rule, Parse<T> parse) {
    if (rule.minimum) {
        const auto minimum = parse(*rule.minimum);
        if (!minimum) return refuse(text, "cannot be compared: bad minimum " + *rule.minimum);
        if (rule.above_minimum && value <= *minimum)
            return refuse(text, "must be above " + *rule.minimum);
        if (value < *minimum) return refuse(text, "is below the minimum " + *rule.minimum);
    }
    if (rule.maximum) {
        const auto maximum = parse(*rule.maximum);
        if (!maximum) return refuse(text, "cannot be compared: bad maximum " + *rule.maximum);
        if (value > *maximum) return refuse(text, "is above the maximum " + *rule.maximum);
    }
    return {};
}

Expected<Decimal> parse_decimal(std::string_view text) {
    auto value = Decimal::parse(text);
    if (value) return value;
    return fail(value.error().code,
                quoted(text) + (value.error().code == ErrorCode::Overflow
                                    ? " is too large for a decimal"
                                    : " is not a decimal of at most 18 places"));
}

template <typename T, typename Format>
Expected<std::string> canonical(std::string_view text,
                                const Rule& rule,
                                Parse<T> parse,
                                Format format) {
    const Expected<T> value = parse(text);
    if (!value) return fail(value.error());
    const Status status = check_bounds<T>(text, *value, rule, parse);
    if (!status) return fail(status.error());
    return std::string(format(*value));
}

Expected<std::string> canonical_words(const std::string& text, const Rule& rule) {
    if (!rule.choices.empty() &&
        std::find(rule.choices.begin(), rule.choices.end(), text) == rule.choices.end())
        return refuse(text, "is not one of " + join(rule.choices));
    if (rule.length_max != 0 && text.size() > rule.length_max)
        return refuse(text,
                      "has " + std::to_string(text.size()) + " bytes, above the maximum " +
                          std::to_string(rule.length_max));
    if (text.empty() && rule.presence == Presence::Required)
        return fail(ErrorCode::InvalidArgument, "must not be empty");
    if (!matches(rule.pattern, text))
        return refuse(text, "must match " + std::string(expression(rule.pattern)));
    return text;
}

}  // namespace

Expected<std::string> canonical_text(const std::string& text, const Rule& rule) {
    switch (rule.kind) {
        case RuleKind::Integer:
            return canonical<std::int64_t>(
                text, rule, parse_integer, [](std::int64_t v) { return std::to_string(v); });
        case RuleKind::Decimal:
            return canonical<Decimal>(
                text, rule, parse_decimal, [](Decimal v) { return v.to_string(); });
        case RuleKind::Duration:
            return canonical<std::int64_t>(text, rule, parse_duration, format_duration);
        case RuleKind::Size: return canonical<std::uint64_t>(text, rule, parse_size, format_size);
        case RuleKind::Boolean:
            if (text == "true" || text == "false") return text;
            return refuse(text, "is not true or false");
        case RuleKind::Time: {
            const auto time = Timestamp::parse(text);
            if (time) return time->to_string();
            return refuse(text, "is not a time as in 2026-01-02T03:04:05Z");
        }
        case RuleKind::Path:
            if (!text.empty()) return text;
            return fail(ErrorCode::InvalidArgument, "must not be empty");
        default: return canonical_words(text, rule);
    }
}

}  // namespace tradectl::config

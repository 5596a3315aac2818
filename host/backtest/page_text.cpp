#include "host/backtest/page_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <utility>

namespace tradectl::backtest::page {
namespace {

constexpr std::string_view kNothing = "\u2013";
constexpr std::string_view kMinus = "\u2212";

std::string fixed(double value, int decimals) {
    std::array<char, 400> text;
    const int size = std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
    std::string out(text.data(), static_cast<std::size_t>(size));
    // A value that rounds to zero has no sign.
    if (out.find_first_not_of("-0.") == std::string::npos && out.front() == '-') out.erase(0, 1);
    return out;
}

}  // namespace

std::string escape_html(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char each : text) {
        switch (each) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&#39;"; break;
            case '\n':
            case '\t': out += each; break;
            default:
                if (static_cast<unsigned char>(each) < 0x20 || each == 0x7f)
                    out += "\uFFFD";
                else
                    out += each;
        }
    }
    return out;
}

std::string escape_script_json(std::string_view text) {
    std::string out;
    for (const char each : text) {
        const auto code = static_cast<unsigned char>(each);
        if (code < 0x20 || code == 0x7f || each == '<' || each == '>' || each == '&' ||
            each == '"' || each == '\\') {
            std::array<char, 8> escaped;
            std::snprintf(escaped.data(), escaped.size(), "\\u%04x", code);
            out += escaped.data();
        } else {
            out += each;
        }
    }
    return out;
}

std::string typeset(std::string_view text) {
    std::string out;
    if (!text.empty() && text.front() == '-') {
        out += kMinus;
        text.remove_prefix(1);
    }
    const std::size_t whole = std::min(text.find_first_not_of("0123456789"), text.size());
    for (std::size_t i = 0; i < whole; ++i) {
        if (i > 0 && (whole - i) % 3 == 0) out += ',';
        out += text[i];
    }
    return out.append(text.substr(whole));
}

std::string show(Decimal value, int decimals) {
    if (value.is_null()) return std::string(kNothing);
    Decimal step = 1_d;
    for (int i = 0; i < decimals; ++i)
        step = checked_mul(step, 0.1_d, Rounding::HalfEven).value_or(step);
    return typeset(round_to(value, step, Rounding::HalfEven).value_or(value).to_string());
}

std::string show_fixed(Decimal value, int decimals) {
    std::string text = show(value, decimals);
    if (value.is_null() || decimals <= 0) return text;
    const std::size_t point = text.find('.');
    const auto wanted = static_cast<std::size_t>(decimals);
    const std::size_t there = point == std::string::npos ? 0 : text.size() - point - 1;
    if (point == std::string::npos) text += '.';
    return text.append(wanted > there ? wanted - there : 0, '0');
}

std::string show_percent(double fraction, int decimals) {
    if (!std::isfinite(fraction)) return std::string(kNothing);
    return typeset(fixed(fraction * 100, decimals)) + "\u00A0%";
}

std::string show_time(Timestamp time) {
    if (time.is_none()) return std::string(kNothing);
    std::string text = time.to_string();  // 2026-01-02T03:04:05.000000000Z
    text[10] = ' ';
    const bool is_whole = text.compare(20, 3, "000") == 0;
    return text.substr(0, is_whole ? 19 : 23);
}

std::string show_duration(std::int64_t ns) {
    if (ns < 0) return std::string(kMinus) + show_duration(-std::max(ns, -INT64_MAX));
    if (ns < kNsPerMinute) {
        const double seconds = static_cast<double>(ns) / 1e9;
        return plain_number(seconds, seconds < 10 ? 4 : 3) + " s";
    }
    constexpr std::array<std::pair<std::int64_t, const char*>, 4> kUnits{
        {{kNsPerDay, " d"}, {kNsPerHour, " h"}, {kNsPerMinute, " m"}, {kNsPerSecond, " s"}}};
    for (std::size_t i = 0; i + 1 < kUnits.size(); ++i) {
        const auto [unit, name] = kUnits[i];
        if (ns < unit) continue;
        const auto [next, next_name] = kUnits[i + 1];
        const std::int64_t rest = ns % unit / next;
        std::string out = typeset(std::to_string(ns / unit)) + name;
        return rest == 0 ? out : out + " " + std::to_string(rest) + next_name;
    }
    return "0 s";
}

std::string plain_number(double value, int digits) {
    if (!std::isfinite(value)) return "null";
    if (value == 0) return "0";
    std::array<char, 64> text;
    const auto [end, error] = std::to_chars(
        text.data(), text.data() + text.size(), value, std::chars_format::general, digits);
    return error == std::errc() ? std::string(text.data(), end) : "null";
}

double drawn(Decimal value) {
    return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.to_double();
}

}  // namespace tradectl::backtest::page

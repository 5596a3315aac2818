#include "host/backtest/report.hpp"

#include "host/backtest/statistics.hpp"

#include <array>
#include <cmath>
#include <cstdio>

namespace tradectl::backtest {
namespace {

constexpr std::array<std::string_view, 5> kUnits{"count", "number", "fraction", "money", "seconds"};

std::string printed(const char* format, double value) {
    std::array<char, 400> text{};  // the largest double has 309 digits
    const int size = std::snprintf(text.data(), text.size(), format, value);
    return {text.data(), static_cast<std::size_t>(size)};
}

/// Commas between thousands of the part before the point.
std::string grouped(std::string text) {
    const std::size_t first = text.starts_with('-') ? 1 : 0;
    std::size_t at = std::min(text.find('.'), text.size());
    while (at > first + 3) {
        at -= 3;
        text.insert(at, 1, ',');
    }
    return text;
}

std::string duration_text(double seconds) {
    if (seconds < 60) return printed("%.3g s", seconds);
    constexpr double kCountable = 1e15;  // beyond it an integer of seconds may not hold it
    if (!(seconds < kCountable)) return printed("%.3g d", seconds / 86400);
    const auto all = static_cast<std::int64_t>(seconds);
    const std::int64_t days = all / 86400;
    const std::int64_t hours = all / 3600 % 24;
    const std::int64_t minutes = all / 60 % 60;
    const auto two = [](std::int64_t a, const char* unit_a, std::int64_t b, const char* unit_b) {
        return std::to_string(a) + unit_a + (b == 0 ? "" : " " + std::to_string(b) + unit_b);
    };
    if (days > 0) return two(days, "d", hours, "h");
    if (hours > 0) return two(hours, "h", minutes, "m");
    return two(minutes, "m", all % 60, "s");
}

}  // namespace

std::string_view to_string(Unit unit) {
    return kUnits[static_cast<std::size_t>(unit)];
}

const Statistic* Report::find(std::string_view key) const {
    return find_statistic(statistics, key);
}

std::string format_value(const Statistic& statistic) {
    if (!statistic.value) return "not defined";
    const double value = *statistic.value;
    const double size = std::fabs(value);
    switch (statistic.unit) {
        case Unit::Count: return grouped(printed("%.0f", value));
        case Unit::Fraction:
            if (size >= 1e6) return printed("%.3g %%", value * 100);
            return grouped(printed("%.2f", value * 100)) + " %";
        case Unit::Money:
            if (size >= 1e15) return printed("%.6g", value);
            return grouped(printed(size != 0 && size < 1 ? "%.8f" : "%.2f", value));
        case Unit::Seconds: return duration_text(value);
        case Unit::Number: break;
    }
    if (size >= 1e6) return printed("%.4g", value);
    return grouped(printed(size >= 100 ? "%.1f" : "%.3f", value));
}

}  // namespace tradectl::backtest

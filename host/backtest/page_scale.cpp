#include "host/backtest/page_scale.hpp"

#include "host/backtest/page_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <optional>

namespace tradectl::backtest::page {
namespace {

constexpr std::array<const char*, 12> kMonths{
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// What large labels are counted in.
struct Magnitude {
    double unit;
    const char* name;
};

Magnitude magnitude_of(double largest) {
    for (const Magnitude each : {Magnitude{1e12, "T"}, {1e9, "B"}, {1e6, "M"}})
        if (largest >= 10 * each.unit) return each;
    return {1, ""};
}

std::string tick_label(double value, double step, double largest, TickLabels labels) {
    const bool is_percent = labels == TickLabels::Percent;
    const Magnitude magnitude = is_percent ? Magnitude{0.01, "\u00A0%"} : magnitude_of(largest);
    const double shown = value / magnitude.unit;
    const double shown_step = step / magnitude.unit;
    if (largest / magnitude.unit >= 1e9 || shown_step < 1e-8)
        return typeset(plain_number(shown, 6)) + magnitude.name;
    const int decimals =
        std::clamp(static_cast<int>(std::ceil(-std::log10(shown_step) - 1e-9)), 0, 9);
    std::array<char, 64> text;
    std::snprintf(text.data(), text.size(), "%.*f", decimals, shown == 0 ? 0.0 : shown);
    return typeset(text.data()) + magnitude.name;
}

double round_step(double span, std::size_t count_max) {
    const double least = span / static_cast<double>(std::max<std::size_t>(count_max, 1));
    const double power = std::pow(10, std::floor(std::log10(least)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= least * (1 - 1e-9)) return factor * power;
    return 10 * power;
}

/// Steps of a time axis below a day.
constexpr std::array<std::int64_t, 17> kSteps{kNsPerSecond,
                                              2 * kNsPerSecond,
                                              5 * kNsPerSecond,
                                              10 * kNsPerSecond,
                                              15 * kNsPerSecond,
                                              30 * kNsPerSecond,
                                              kNsPerMinute,
                                              2 * kNsPerMinute,
                                              5 * kNsPerMinute,
                                              10 * kNsPerMinute,
                                              15 * kNsPerMinute,
                                              30 * kNsPerMinute,
                                              kNsPerHour,
                                              2 * kNsPerHour,
                                              3 * kNsPerHour,
                                              6 * kNsPerHour,
                                              12 * kNsPerHour};
constexpr std::array<std::int64_t, 11> kMonthSteps{1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200};

using timestamp_detail::civil_from_days;
using timestamp_detail::days_from_civil;

std::int64_t floor_to(std::int64_t value, std::int64_t step) {
    const std::int64_t rest = value % step;
    return value - (rest < 0 ? rest + step : rest);
}

TimeTick clock_tick(std::int64_t ns, std::int64_t step) {
    const std::int64_t day = floor_to(ns, kNsPerDay);
    const auto date = civil_from_days(day / kNsPerDay);
    if (ns == day) {
        if (step >= kNsPerDay && date.month == 1 && date.day == 1)
            return {Timestamp{ns}, std::to_string(date.year), true};
        return {Timestamp{ns},
                std::to_string(date.day) + "\u00A0" + kMonths[date.month - 1],
                step < kNsPerDay || date.day == 1};
    }
    const std::int64_t second = (ns - day) / kNsPerSecond;
    std::array<char, 16> text;
    if (step < kNsPerMinute)
        std::snprintf(text.data(),
                      text.size(),
                      "%02d:%02d:%02d",
                      static_cast<int>(second / 3600),
                      static_cast<int>(second / 60 % 60),
                      static_cast<int>(second % 60));
    else
        std::snprintf(text.data(),
                      text.size(),
                      "%02d:%02d",
                      static_cast<int>(second / 3600),
                      static_cast<int>(second / 60 % 60));
    return {Timestamp{ns}, text.data(), false};
}

TimeTick month_tick(std::int64_t months, std::int64_t step) {
    const std::int64_t year = floor_to(months, 12) / 12;
    const auto month = static_cast<unsigned>(months - year * 12);
    const Timestamp time{days_from_civil(year, month + 1, 1) * kNsPerDay};
    if (month == 0) return {time, std::to_string(year), step < 12};
    return {time, kMonths[month], false};
}

/// Days of a month: each second day begins anew with the month, so that the first is always there.
std::vector<TimeTick> day_ticks(Timestamp first, Timestamp last, unsigned step) {
    std::vector<TimeTick> ticks;
    for (std::int64_t day = floor_to(first.ns() + kNsPerDay - 1, kNsPerDay) / kNsPerDay;
         day * kNsPerDay <= last.ns();
         ++day) {
        const unsigned of_month = civil_from_days(day).day;
        const bool is_on_step = (of_month - 1) % step == 0 && of_month + step / 2 <= 31;
        if (is_on_step) ticks.push_back(clock_tick(day * kNsPerDay, kNsPerDay));
    }
    return ticks;
}

std::vector<TimeTick> month_ticks(Timestamp first, Timestamp last, std::int64_t step) {
    const auto date = civil_from_days(floor_to(first.ns(), kNsPerDay) / kNsPerDay);
    std::vector<TimeTick> ticks;
    for (std::int64_t month = floor_to(date.year * 12 + date.month - 1, step);; month += step) {
        // 2261 is the last year that a timestamp holds.
        if (month >= std::int64_t{2262} * 12) return ticks;
        const TimeTick tick = month_tick(month, step);
        if (tick.time > last) return ticks;
        if (tick.time >= first) ticks.push_back(tick);
    }
}

}  // namespace

void Range::add(double value) {
    if (!std::isfinite(value)) return;
    low = is_empty ? value : std::min(low, value);
    high = is_empty ? value : std::max(high, value);
    is_empty = false;
}

Range Range::widened(double share) const {
    const double middle = low / 2 + high / 2;
    // A span that is lost in the digits of its values cannot be drawn.
    const double least = std::max(std::abs(middle) * 1e-9, 1e-12);
    if (high - low < least) {
        const double half = middle == 0 ? 1 : std::abs(middle) * 0.01;
        return {middle - half, middle + half, false};
    }
    const double extra = (high - low) * share;
    if (!std::isfinite(extra)) return {-1, 1, false};
    return {low - extra, high + extra, false};
}

std::vector<ValueTick> value_ticks(double low,
                                   double high,
                                   std::size_t count_max,
                                   TickLabels labels) {
    if (!(high > low) || !std::isfinite(high - low)) return {};
    const double step = round_step(high - low, count_max);
    const double largest = std::max(std::abs(low), std::abs(high));
    if (!(step > largest * 1e-12)) return {};
    std::vector<ValueTick> ticks;
    for (double index = std::ceil(low / step - 1e-9);
         index * step <= high + step * 1e-9 && ticks.size() <= count_max;
         ++index)
        ticks.push_back({index * step, tick_label(index * step, step, largest, labels)});
    return ticks;
}

std::vector<TimeTick> time_ticks(Timestamp first, Timestamp last, std::size_t count_max) {
    if (last < first) return {};
    const std::int64_t span = last.minus(first);
    const auto most = static_cast<std::int64_t>(std::max<std::size_t>(count_max, 1));
    for (const std::int64_t step : kSteps) {
        if (span / step >= most) continue;
        std::vector<TimeTick> ticks;
        for (std::int64_t at = floor_to(first.ns() + step - 1, step); at <= last.ns(); at += step)
            ticks.push_back(clock_tick(at, step));
        return ticks;
    }
    for (const unsigned days : {1U, 2U, 5U, 10U})
        if (span / (days * kNsPerDay) < most - 1) return day_ticks(first, last, days);
    for (const std::int64_t months : kMonthSteps)
        if (span / (months * 28 * kNsPerDay) < most) return month_ticks(first, last, months);
    return {};
}

}  // namespace tradectl::backtest::page

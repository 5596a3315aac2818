/// Axes: where values and times fall on a picture, and the round ones that are named. [any]
#pragma once

#include <tradectl/timestamp.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace tradectl::backtest::page {

/// Maps values to pixels, linearly. `from` and `to` differ.
struct Scale {
    double from = 0;
    double to = 1;
    double pixel_from = 0;
    double pixel_to = 1;
    [[nodiscard]] double operator()(double value) const {
        return pixel_from + (value - from) / (to - from) * (pixel_to - pixel_from);
    }
};

/// The least and the greatest of the finite values that it has seen.
struct Range {
    double low = 0;
    double high = 0;
    bool is_empty = true;
    void add(double value);
    /// With a share of its length added at both ends; around one value, or none, something that is
    /// not empty.
    [[nodiscard]] Range widened(double share) const;
};

struct ValueTick {
    double value = 0;
    std::string label;
};

/// At most `count_max` multiples of 1, 2 or 5 times a power of ten inside of low..high, with labels
/// that tell them apart; large ones are in k, M, B or T. Percent: values are fractions.
enum class TickLabels : unsigned char { Plain, Percent };
[[nodiscard]] std::vector<ValueTick> value_ticks(double low,
                                                 double high,
                                                 std::size_t count_max,
                                                 TickLabels labels = TickLabels::Plain);

struct TimeTick {
    Timestamp time;
    std::string label;      ///< "14:30", "5 Jan", "Mar", "2026"
    bool is_major = false;  ///< begins what the other labels leave out: a day, a month, a year
};

/// At most `count_max` calendar times (UTC) inside of first..last: whole seconds, minutes, hours,
/// days, months or years. May be empty for spans below a second.
[[nodiscard]] std::vector<TimeTick> time_ticks(Timestamp first,
                                               Timestamp last,
                                               std::size_t count_max);

}  // namespace tradectl::backtest::page

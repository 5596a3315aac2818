/// Reports for tests of the page: made up, seeded, the same in every run.
#pragma once

#include "host/backtest/report.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tradectl::backtest {

/// What a made-up run is like.
struct SampleRun {
    std::string name = "sample";
    Timestamp start{1'767'225'600 * kNsPerSecond};  ///< 2026-01-01
    std::int64_t sample_ns = kNsPerHour;
    std::size_t points = 2000;
    std::size_t trades = 120;
    std::size_t instruments = 1;
    double equity = 100'000;
    double drift = 0.00004;  ///< of equity, a point
    double volatility = 0.0015;
};
[[nodiscard]] Report sample_report(const SampleRun& run);

/// Every sample by name: typical, many, short, minutes, years, negative, empty, one_point,
/// undefined, hostile, largest.
[[nodiscard]] std::vector<std::string_view> sample_names();
[[nodiscard]] Report sample_by_name(std::string_view name);

}  // namespace tradectl::backtest

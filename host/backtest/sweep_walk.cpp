#include "host/backtest/sweep_walk.hpp"

#include "host/backtest/statistics.hpp"
#include "host/config/scalar.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace tradectl::backtest {
namespace {

Unexpected bad_split(std::string_view text, const std::string& why) {
    return fail(ErrorCode::Usage, "--walk-forward '" + std::string(text) + "': " + why);
}

std::string date_of(Timestamp time) {
    return time.to_string().substr(0, 16) + "Z";
}

}  // namespace

Expected<WalkSplit> parse_walk(std::string_view text) {
    std::vector<std::int64_t> parts;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t colon = std::min(text.find(':', at), text.size());
        const auto ns = config::parse_duration(text.substr(at, colon - at));
        if (!ns || *ns <= 0) return bad_split(text, "want TRAIN:TEST[:STEP], durations above 0");
        parts.push_back(*ns);
        at = colon + 1;
    }
    if (parts.size() < 2 || parts.size() > 3)
        return bad_split(text, "want TRAIN:TEST[:STEP], durations above 0");
    WalkSplit split{.train_ns = parts[0], .test_ns = parts[1], .step_ns = parts.back()};
    if (split.step_ns < split.test_ns)
        return bad_split(text, "the step is shorter than a test: tests would overlap");
    return split;
}

Expected<std::vector<WalkWindow>> walk_windows(const WalkSplit& split,
                                               Timestamp first,
                                               Timestamp last) {
    std::vector<WalkWindow> out;
    // The last moment of the data is in it; a time behind it is where the data end.
    const Timestamp end = last.plus_ns(1);
    for (Timestamp from = first; end.minus(from) > split.train_ns;) {
        const Timestamp test_from = from.plus_ns(split.train_ns);
        const std::int64_t test_ns = std::min(split.test_ns, end.minus(test_from));
        out.push_back(
            {.train_from = from, .test_from = test_from, .test_until = test_from.plus_ns(test_ns)});
        if (out.size() > kWindowsMax)
            return fail(ErrorCode::Usage,
                        "--walk-forward: more than " + std::to_string(kWindowsMax) + " windows");
        if (end.minus(from) <= split.step_ns) break;
        from = from.plus_ns(split.step_ns);
    }
    if (!out.empty()) return out;
    return fail(ErrorCode::Usage,
                "--walk-forward: the data, " + date_of(first) + " to " + date_of(last) +
                    ", are not longer than a training of " +
                    config::format_duration(split.train_ns));
}

std::vector<WalkSample> stitch(const std::vector<WalkCurve>& curves) {
    std::vector<WalkSample> out;
    double reached = 1;
    for (const WalkCurve& curve : curves) {
        if (curve.samples.empty() || !(curve.equity_start > 0)) continue;
        const double scale = reached / curve.equity_start;
        for (const WalkSample& sample : curve.samples)
            out.push_back({sample.time, sample.equity * scale, sample.exposure * scale});
        reached = out.back().equity;
    }
    return out;
}

std::vector<Statistic> walk_statistics(const std::vector<WalkSample>& equity,
                                       Timestamp start,
                                       const config::ReportConfig& rules,
                                       std::int64_t sample_ns) {
    CurveMeter meter(rules, sample_ns);
    if (rules.first_point == config::FirstPoint::Start) meter.start(start, 1);
    for (const WalkSample& sample : equity) {
        meter.add({.time = sample.time,
                   .equity = sample.equity,
                   .exposure = sample.exposure,
                   .benchmark = std::numeric_limits<double>::quiet_NaN(),
                   .in_market = sample.exposure > 0});
    }
    std::vector<Statistic> out;
    meter.append(meter.drawdowns(), out);
    // A market to compare with is not part of the stitched curve, and it begins with 1 by decree.
    const auto is_foreign = [](const Statistic& statistic) {
        return statistic.key == "alpha" || statistic.key == "beta" ||
               statistic.key == "buy_and_hold" || statistic.unit == Unit::Money;
    };
    out.erase(std::remove_if(out.begin(), out.end(), is_foreign), out.end());
    return out;
}

}  // namespace tradectl::backtest

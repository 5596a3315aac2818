#include "host/backtest/sweep_axis.hpp"

#include "host/base/assert.hpp"
#include "host/config/scalar.hpp"

#include <tradectl/decimal.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace tradectl::backtest {
namespace {

Unexpected bad_axis(std::string_view text, const std::string& why) {
    return fail(ErrorCode::Usage, "--sweep '" + std::string(text) + "': " + why);
}

/// Values between commas; brackets keep what is in them together.
std::vector<std::string> split_list(std::string_view text) {
    std::vector<std::string> out(1);
    int depth = 0;
    for (const char c : text) {
        if (c == '[' || c == '{') ++depth;
        if (c == ']' || c == '}') --depth;
        if (c == ',' && depth == 0)
            out.emplace_back();
        else
            out.back() += c;
    }
    return out;
}

/// A decimal or a duration in nanoseconds: both are exact.
struct Bound {
    Decimal number;
    bool is_duration = false;
};

std::optional<Bound> bound_of(std::string_view text) {
    if (const auto number = Decimal::parse(text)) return Bound{*number};
    if (const auto ns = config::parse_duration(text))
        return Bound{.number = Decimal::from_int(*ns), .is_duration = true};
    return std::nullopt;
}

std::string text_of(Decimal value, bool is_duration) {
    if (!is_duration) return value.to_string();
    const auto ns = value.raw() / Decimal::from_int(1).raw();
    return config::format_duration(static_cast<std::int64_t>(ns));
}

Expected<std::vector<std::string>> count_up(std::string_view all, Bound a, Bound b, Bound step) {
    const bool durations = a.is_duration || b.is_duration || step.is_duration;
    // "0" is a number and a duration.
    const auto fits = [&](const Bound& bound) {
        return bound.is_duration == durations || bound.number.is_zero();
    };
    if (!fits(a) || !fits(b) || !fits(step)) return bad_axis(all, "mixes numbers and durations");
    if (!step.number.is_positive()) return bad_axis(all, "the step is not above 0");
    if (a.number > b.number) return bad_axis(all, "the range begins above its end");
    const auto length = checked_sub(b.number, a.number);
    const auto steps = length ? length->raw() / step.number.raw() : Decimal::Raw{kSweepPointsMax};
    if (steps >= Decimal::Raw{kSweepPointsMax})
        return bad_axis(all, "has more than " + std::to_string(kSweepPointsMax) + " values");
    std::vector<std::string> out;
    for (Decimal value = a.number;;) {
        out.push_back(text_of(value, durations));
        const auto next = checked_add(value, step.number);
        if (!next || *next > b.number) return out;
        value = *next;
    }
}

Expected<std::vector<std::string>> read_range(std::string_view all,
                                              std::string_view text,
                                              std::size_t dots) {
    const std::size_t colon = text.find(':', dots);
    if (colon == std::string_view::npos) return bad_axis(all, "a range is A..B:STEP");
    const auto a = bound_of(text.substr(0, dots));
    const auto b = bound_of(text.substr(dots + 2, colon - dots - 2));
    const auto step = bound_of(text.substr(colon + 1));
    if (!a || !b || !step) return bad_axis(all, "a range has decimals or durations: A..B:STEP");
    return count_up(all, *a, *b, *step);
}

}  // namespace

Expected<SweepAxis> parse_axis(std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0)
        return bad_axis(text, "want KEY=A..B:STEP or KEY=V1,V2,...");
    SweepAxis axis;
    axis.key = text.substr(0, equals);
    const std::string_view values = text.substr(equals + 1);
    const std::size_t dots = values.find("..");
    if (dots != std::string_view::npos) {
        auto range = read_range(text, values, dots);
        if (!range) return fail(range.error());
        axis.values = std::move(*range);
        return axis;
    }
    axis.values = split_list(values);
    if (axis.values.size() > kSweepPointsMax)
        return bad_axis(text, "has more than " + std::to_string(kSweepPointsMax) + " values");
    std::set<std::string_view> seen;
    for (const std::string& value : axis.values) {
        if (value.empty()) return bad_axis(text, "a value is empty");
        if (!seen.insert(value).second) return bad_axis(text, "'" + value + "' stands twice");
    }
    return axis;
}

Expected<SweepGrid> SweepGrid::of(std::vector<SweepAxis> axes) {
    if (axes.empty()) return fail(ErrorCode::Usage, "--sweep: nothing to vary");
    SweepGrid grid(std::move(axes));
    std::set<std::string_view> keys;
    for (const SweepAxis& axis : grid.axes_) {
        TRADECTL_ASSERT(!axis.values.empty());
        if (!keys.insert(axis.key).second)
            return fail(ErrorCode::Usage, "--sweep: key '" + axis.key + "' stands twice");
        if (axis.values.size() > kSweepPointsMax / grid.size_)
            return fail(ErrorCode::Usage,
                        "--sweep: more than " + std::to_string(kSweepPointsMax) + " points");
        grid.size_ *= axis.values.size();
    }
    return grid;
}

std::vector<std::size_t> SweepGrid::places(std::uint64_t point) const {
    TRADECTL_ASSERT(point < size_);
    std::vector<std::size_t> out(axes_.size());
    for (std::size_t i = axes_.size(); i-- > 0;) {
        out[i] = point % axes_[i].values.size();
        point /= axes_[i].values.size();
    }
    return out;
}

std::vector<std::string> SweepGrid::values(std::uint64_t point) const {
    const auto at = places(point);
    std::vector<std::string> out;
    for (std::size_t i = 0; i < axes_.size(); ++i)
        out.push_back(axes_[i].values[at[i]]);
    return out;
}

}  // namespace tradectl::backtest

/// What a sweep varies: keys with the values they take, and the points of their product.
#pragma once

#include <tradectl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::backtest {

/// Most points of a sweep.
inline constexpr std::uint64_t kSweepPointsMax = 1'000'000;

struct SweepAxis {
    std::string key;                  ///< as typed; a full path once `SweepKeys::resolve` saw it
    std::vector<std::string> values;  ///< as a config would have them, each one once, at least one
};

/// Reads "KEY=V1,V2,..." or "KEY=A..B:STEP" with A <= B and STEP > 0, all three decimals or all
/// three durations; B is a value when steps from A meet it. Commas inside of [] and {} do not
/// separate. Usage for anything else and for more than kSweepPointsMax values.
[[nodiscard]] Expected<SweepAxis> parse_axis(std::string_view text);

/// The product of some axes, in the order of an odometer: the last axis turns fastest.
class SweepGrid {
  public:
    /// Usage: no axis, a key that stands twice, more than kSweepPointsMax points.
    [[nodiscard]] static Expected<SweepGrid> of(std::vector<SweepAxis> axes);

    [[nodiscard]] const std::vector<SweepAxis>& axes() const { return axes_; }
    [[nodiscard]] std::uint64_t size() const { return size_; }
    /// For each axis the place of its value at `point`, which is below size().
    [[nodiscard]] std::vector<std::size_t> places(std::uint64_t point) const;
    /// The values themselves, in the order of the axes.
    [[nodiscard]] std::vector<std::string> values(std::uint64_t point) const;

  private:
    explicit SweepGrid(std::vector<SweepAxis> axes) : axes_(std::move(axes)) {}

    std::vector<SweepAxis> axes_;
    std::uint64_t size_ = 1;
};

}  // namespace tradectl::backtest

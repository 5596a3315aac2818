/// Several comparisons of the same scope, when something moves meanwhile.
#pragma once

#include "host/recovery/finding.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace tradectl::recovery {

/// A difference that was not there once is not a finding, unless the venue left a gap that time.
/// One that was there each time, with the same amount in the last two, is. One that is there each
/// time and keeps moving is a gap: nobody can tell while the other side trades.
class Passes {
  public:
    static constexpr int kMax = 6;

    void take(Comparison pass);
    /// Whether one more pass could change the result.
    [[nodiscard]] bool wants_more() const;
    enum class Sides : std::uint8_t {
        Still,   ///< nobody trades: one reading is proof
        Moving,  ///< a run is alive
    };
    [[nodiscard]] Comparison result(Sides sides) const;

  private:
    struct Held {
        Finding finding;
        bool steady = false;
    };
    std::map<std::string, Held> held_;  // by id
    Comparison last_;
    int count_ = 0;
};

}  // namespace tradectl::recovery

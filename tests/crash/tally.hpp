/// How many states each dimension of the proof got: one that got none was not proven.
#pragma once

#include "host/recovery/decide.hpp"
#include "tests/crash/stack_cuts.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace tradectl::crash {

class Tally {
  public:
    /// One state: what had happened at its cut.
    void count_state(const Scenario& scenario, const Recording& recording, const Cut& cut);
    void count_second_crash(const Cut& cut, const DiskStep* last, Moment moment);
    void count_outcome(recovery::Outcome outcome);

    /// Whether no state yet is behind such a change of the disk.
    [[nodiscard]] bool lacks(const Recording& recording, const Cut& cut) const;

    /// One line a dimension.
    [[nodiscard]] std::string to_text() const;
    /// Names of what got no state, separated by spaces; empty when everything got some.
    [[nodiscard]] std::string missing() const;

  private:
    using Counts = std::map<std::string, std::uint64_t, std::less<>>;
    void count(std::string_view dimension, std::string_view value);

    std::map<std::string, Counts, std::less<>> dimensions_;
};

}  // namespace tradectl::crash

/// What the parts of the proof share: a count, a limit, and the answer to a failure.
#pragma once

#include "host/base/random.hpp"
#include "tests/crash/script.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tradectl::crash {

/// Counts states and reports failures. A state has a name from which it can be built again:
/// with TRADECTL_CRASH_REPLAY=NAME only that one is looked at.
class Proof {
  public:
    Proof(std::uint64_t seed, std::uint64_t states_max, std::string replay)
        : seed_(seed), states_max_(states_max), replay_(std::move(replay)) {}

    /// Counts one state. A failure is printed with `name`, and the proof has failed.
    void count(const std::optional<std::string>& failure, const std::string& name);
    /// The same for names that cost time: `name` is called for a failure only.
    template <typename Name>
    void count_lazily(const std::optional<std::string>& failure, Name&& name) {
        if (failure) {
            count(failure, name());
        } else {
            ++states_;
        }
    }

    /// Which state to replay; empty for all of them.
    [[nodiscard]] const std::string& replay() const { return replay_; }
    [[nodiscard]] std::uint64_t seed() const { return seed_; }
    [[nodiscard]] std::uint64_t states() const { return states_; }
    [[nodiscard]] std::uint64_t states_max() const { return states_max_; }
    /// Enough failures were printed.
    [[nodiscard]] bool failed() const { return failures_ >= 20; }
    /// No more random states are wanted: the number was reached, or the proof failed.
    [[nodiscard]] bool enough() const { return states_ >= states_max_ || failed(); }
    /// Whether the next required state is looked at: all of them from a million states on, else
    /// only each n-th, so that slow builds see some of everything.
    [[nodiscard]] bool wants_next() {
        const std::uint64_t stride = kStatesWhole / std::max<std::uint64_t>(states_max_, 1);
        return !failed() && (stride <= 1 || offered_++ % stride == 0);
    }
    [[nodiscard]] std::uint64_t failures() const { return failures_; }

  private:
    static constexpr std::uint64_t kStatesWhole = 1'000'000;
    std::uint64_t seed_;
    std::uint64_t states_max_;
    std::string replay_;
    std::uint64_t states_ = 0;
    std::uint64_t failures_ = 0;
    std::uint64_t offered_ = 0;
};

/// Every prefix of the script's calls, with subsets of what was not synced. States are named
/// "cut:SCRIPT:CALLS:STAMP:MASK".
void prove_required_cuts(Proof& proof, const Script& script);
/// Random subsets, one for each prefix in turn, until the proof has enough.
void prove_random_cuts(Proof& proof, const std::vector<Script>& scripts);
/// Bytes flipped, sectors zeroed, pages swapped, files missing, doubled and cut: "damage:...".
void prove_damage(Proof& proof, const Script& script);
/// The n-th call of the script's own writer fails: "call:KIND:N:CUT".
void prove_failing_calls(Proof& proof);
/// Looks at one state by its name; false when there is none of that name.
bool replay_cut(Proof& proof, const std::vector<Script>& scripts);

}  // namespace tradectl::crash

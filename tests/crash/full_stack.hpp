/// The real engine, ledger and recovery over a simulated disk and venue, with power cuts at every
/// step of the disk and at both sides of every send.
#pragma once

#include "host/base/clock.hpp"
#include "host/base/faulty_disk.hpp"
#include "host/config/load.hpp"
#include "host/engine/session_parts.hpp"
#include "host/engine/wal_recover.hpp"
#include "tests/crash/venue_model.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tradectl::crash {

/// How one scenario goes: every order's treatment, the clocks, and where it is cut.
struct Scenario {
    std::vector<Treatment> treatments;
    std::int64_t skew_ns = 0;
};
[[nodiscard]] std::string to_text(const Scenario& scenario);

/// What was true at one boundary of a run: the disk's steps so far, the venue, the time.
struct Boundary {
    std::size_t steps = 0;
    VenueState venue;
    Timestamp now;
};

/// A run that was recorded to its end.
struct Recording {
    std::vector<DiskStep> steps;
    std::size_t first_cut = 0;  ///< before it the state directory is being made
    std::vector<Boundary> boundaries;
};

/// One cut: how many steps of the disk happened, at which boundary the venue was, and which of the
/// unsynced changes survive.
struct Cut {
    std::size_t steps = 0;
    std::size_t boundary = 0;
    enum class Survives : std::uint8_t { Nothing, Everything, Some } survives = Survives::Nothing;
    std::uint64_t seed = 0;
    /// The recovery itself dies at its n-th call to the disk; 0: it does not.
    std::uint64_t second_crash = 0;
    bool dry_run_first = false;
};
[[nodiscard]] std::string to_text(const Cut& cut);

/// Loads the plugin once for all runs. `problem` is what went wrong, empty when all is well.
class FullStack {
  public:
    FullStack();

    [[nodiscard]] const std::string& problem() const { return problem_; }
    /// Plays a scenario and records it.
    Recording record(const Scenario& scenario);
    /// Every cut that a recording has: steps times boundaries times what survives.
    [[nodiscard]] static std::vector<Cut> cuts_of(const Recording& recording, std::uint64_t seed);
    /// Recovers from a cut and checks every promise; empty, or what was broken.
    std::string check(const Scenario& scenario, const Recording& recording, const Cut& cut);
    /// How often recovery came to each outcome, by recovery::Outcome.
    [[nodiscard]] const std::array<std::uint64_t, 5>& outcomes() const { return outcomes_; }

  private:
    struct Process;

    engine::DeskOptions desk_options(Disk& disk, ManualClock& clock, VenueModel& venue) const;
    std::string recover(Disk& disk,
                        ManualClock& clock,
                        VenueModel& venue,
                        engine::RecoverMode mode,
                        engine::WalRecoverAnswer* answer);

    std::string problem_;
    std::optional<config::Document> document_;
    std::unique_ptr<plugin::Loader> loader_;
    std::optional<engine::PluginSet> plugins_;
    engine::StatePaths paths_{"/state"};
    std::array<std::uint64_t, 5> outcomes_{};
};

}  // namespace tradectl::crash

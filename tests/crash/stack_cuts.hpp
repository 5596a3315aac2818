/// Where and how a recorded run of the full stack is cut off.
#pragma once

#include "host/base/faulty_disk.hpp"
#include "tests/crash/venue_model.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tradectl::crash {

/// How one scenario goes: every order's treatment, and how far the venue's clock is ahead of ours.
struct Scenario {
    std::vector<Treatment> treatments;
    std::int64_t skew_ns = 0;
    bool cuts_making = false;  ///< cut while its state directory is being made, too
};
[[nodiscard]] std::string to_text(const Scenario& scenario);

/// What was true at one boundary: the disk's steps so far, the venue, the time.
struct Boundary {
    Moment moment = Moment::Start;
    std::size_t steps = 0;
    VenueState venue;
    Timestamp now;
};

/// A run that was recorded to its end; boundaries by steps.
struct Recording {
    std::vector<DiskStep> steps;
    std::vector<Boundary> boundaries;
};

/// Which of the changes that no sync covers outlive a power cut. Names are what directories hold.
enum class Survives : std::uint8_t { Nothing, Everything, Some, Few, Most, Content, Names, kCount };
[[nodiscard]] const char* to_text(Survives survives);

/// One cut of a run: how many steps of the disk happened, at which boundary the venue was, and what
/// survives; then how recovery goes.
struct Cut {
    std::size_t steps = 0;
    std::size_t boundary = 0;
    Survives survives = Survives::Nothing;
    std::uint64_t seed = 0;   ///< of all that is random below
    std::int64_t gap_ns = 0;  ///< from our death to the recovery
    bool dry_run_first = false;
    bool cancels = false;       ///< recovery cancels what rests
    bool second_crash = false;  ///< the first recovery is cut off too, at a step by `seed`
    Survives second_survives = Survives::Nothing;
};
[[nodiscard]] std::string to_text(const Cut& cut);

/// Every step of the disk at every boundary, and there every kind of survival; the rest by `seed`.
[[nodiscard]] std::vector<Cut> cuts_of(const Recording& recording, std::uint64_t seed);

/// What a power cut leaves of the first `steps`.
[[nodiscard]] std::unique_ptr<Disk> image_after(const std::vector<DiskStep>& steps,
                                                std::size_t count,
                                                Survives survives,
                                                std::uint64_t seed);

}  // namespace tradectl::crash

/// Our books beside the venues', for a command: asks, changes nothing of either.
#pragma once

#include "host/base/clock.hpp"
#include "host/base/disk.hpp"
#include "host/config/config.hpp"
#include "host/engine/drift_files.hpp"
#include "host/engine/state_dir.hpp"
#include "host/engine/venue_desk.hpp"
#include "host/recovery/finding.hpp"
#include "host/recovery/sides.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace tradectl::engine {

[[nodiscard]] recovery::Tolerances tolerances_of(const config::ReconcileConfig& config);

enum class History : std::uint8_t {
    New,    ///< fills that no earlier comparison saw
    Whole,  ///< all that the venue still lists
};

struct ReconcileOptions {
    DeskOptions desk;
    History history = History::New;
    /// Passes a little time between two readings beside a live run; empty: sleeps.
    std::function<void()> between;
};

struct ReconcileReport {
    std::vector<recovery::Finding> findings;  ///< proven, nobody took note of them
    std::vector<recovery::Gap> gaps;          ///< nobody can tell, nobody took note of them
    std::vector<recovery::Finding> acked_findings;
    std::vector<recovery::Gap> acked_gaps;
    std::vector<Ack> acks;  ///< in force
    std::size_t venues = 0;
    std::size_t venues_answered = 0;
    int readings = 0;
    bool run_lives = false;
    Timestamp asked;
};

/// Compares every exchange of the config. Beside a live run what differs is read again, see
/// recovery::Passes. Cursors are kept when the directory can be written. Errors of
/// VenueDesk::open_reader, and Corrupt for the file of acks; a venue that does not answer is a gap.
Expected<ReconcileReport> reconcile(const config::Config& config,
                                    const StatePaths& paths,
                                    const ReconcileOptions& options);

/// All exchanges of an open desk, once.
struct DeskComparison {
    recovery::Comparison comparison;
    VenueCursors cursors;
    std::size_t venues_answered = 0;
};
Expected<DeskComparison> compare_at(VenueDesk& desk, History history);

/// Moves what is acknowledged aside.
void set_aside(ReconcileReport& report);

}  // namespace tradectl::engine

/// Halting and resuming by an operator, with or without a live run.
#pragma once

#include "host/base/disk.hpp"
#include "host/config/config.hpp"
#include "host/engine/state_dir.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tradectl::engine {

struct HaltAnswer {
    bool changed = false;        ///< false: it was (or was not) halted already
    bool run_lives = false;      ///< it obeys within a quarter of a second, and records the note
    bool acknowledged = false;   ///< the live run said that it obeys
    std::vector<Halt> halts;     ///< in force now
    std::vector<Halt> breakers;  ///< open now
    std::optional<Error> note;   ///< why the log has no note of it; the latch holds all the same
};

/// How long a live run is waited for before the files are changed without it.
inline constexpr std::int64_t kAskRunNs = 2 * kNsPerSecond;

/// Latches `halt`, then records it in the log: a live run does both and acknowledges it; without
/// one, or when it does not answer in time, it is done here. NotFound without a state directory,
/// InvalidArgument when the config has no such strategy, instrument or exchange, Corrupt when the
/// latch cannot be read (and then everything counts as halted).
Expected<HaltAnswer> halt_by_operator(Disk& disk,
                                      const config::Config& config,
                                      const StatePaths& paths,
                                      const Halt& halt,
                                      std::int64_t ask_ns = kAskRunNs);

/// Takes the scope off the latch, then records it. A scope that is not halted changes nothing;
/// other scopes stay as they are. `halt.reason` and `halt.actor` stand in the note.
Expected<HaltAnswer> resume_by_operator(Disk& disk,
                                        const config::Config& config,
                                        const StatePaths& paths,
                                        const Halt& halt,
                                        std::int64_t ask_ns = kAskRunNs);

/// Closes the breaker of the scope: an open one that errors opened, or one that only an operator
/// may close. What opened it counts from now on. A scope whose breaker is not open changes nothing.
Expected<HaltAnswer> reset_breaker_by_operator(Disk& disk,
                                               const config::Config& config,
                                               const StatePaths& paths,
                                               const Halt& halt,
                                               std::int64_t ask_ns = kAskRunNs);

/// InvalidArgument unless it is a scope, and one of the config's own names: a halt of a misspelt
/// name would halt nothing.
Status check_scope_in(const config::Config& config, const std::string& scope);

/// Asks the engine to close the scope's breaker, by the latch of open breakers; false when it is
/// not open.
Expected<bool> put_breaker_reset(HaltLatch latch, const Halt& by);

/// The name of the user who runs this process, or "uid N".
[[nodiscard]] std::string operator_name();

}  // namespace tradectl::engine

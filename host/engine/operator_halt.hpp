/// Halting and resuming by an operator, with or without a live run.
#pragma once

#include "host/base/disk.hpp"
#include "host/config/config.hpp"
#include "host/engine/state_dir.hpp"

#include <tradectl/expected.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tradectl::engine {

struct HaltAnswer {
    bool changed = false;        ///< false: it was (or was not) halted already
    bool run_lives = false;      ///< it obeys within a quarter of a second, and records the note
    std::vector<Halt> halts;     ///< in force now
    std::vector<Halt> breakers;  ///< open now
    std::optional<Error> note;   ///< why the log has no note of it; the latch holds all the same
};

/// Latches `halt`, then records it in the log. NotFound without a state directory, InvalidArgument
/// when the config has no such strategy, instrument or exchange, Corrupt when the latch cannot be
/// read (and then everything counts as halted).
Expected<HaltAnswer> halt_by_operator(Disk& disk,
                                      const config::Config& config,
                                      const StatePaths& paths,
                                      const Halt& halt);

/// Takes the scope off the latch, then records it. A scope that is not halted changes nothing;
/// other scopes stay as they are. `halt.reason` and `halt.actor` stand in the note.
Expected<HaltAnswer> resume_by_operator(Disk& disk,
                                        const config::Config& config,
                                        const StatePaths& paths,
                                        const Halt& halt);

/// Closes the breaker of the scope: an open one that errors opened, or one that only an operator
/// may close. What opened it counts from now on. A scope whose breaker is not open changes nothing.
Expected<HaltAnswer> reset_breaker_by_operator(Disk& disk,
                                               const config::Config& config,
                                               const StatePaths& paths,
                                               const Halt& halt);

/// The name of the user who runs this process, or "uid N".
[[nodiscard]] std::string operator_name();

}  // namespace tradectl::engine

#include "host/engine/operator_halt.hpp"

#include "host/base/clock.hpp"
#include "host/base/log.hpp"
#include "host/base/random.hpp"
#include "host/engine/halts.hpp"
#include "host/engine/queries.hpp"
#include "host/engine/startup.hpp"
#include "host/ops/control_client.hpp"
#include "host/ops/control_server.hpp"
#include "host/wal/batch.hpp"

#include <tradectl/name_pattern.hpp>

#include <algorithm>

#include <unistd.h>

namespace tradectl::engine {

namespace {

template <typename Items>
bool has_name(const Items& items, std::string_view name) {
    return std::any_of(
        items.begin(), items.end(), [name](const auto& item) { return item.name == name; });
}

struct Note {
    wal::NoteKind kind{};
    std::string text;
};

/// Appends notes to a log that nobody else writes, and brings the ledger up to them.
Status append_notes(Disk& disk,
                    const config::Config& config,
                    const StatePaths& paths,
                    const std::vector<Note>& notes) {
    const SystemClock clock;
    SystemRandom random;
    auto identity = wal::open_identity(disk, paths.root, random);
    if (!identity) return fail(identity.error());
    const wal::LogTimes now{.wall = clock.now(), .monotonic_ns = clock.monotonic_ns()};
    auto state = open_state(
        disk, paths, config.name, *identity, config.wal.segment_bytes, now, audit_of(config));
    if (!state) return fail(state.error());
    auto& writer = *state->writer;
    wal::BatchBuilder builder(writer.next_sequence(), writer.batch_bytes_max());
    wal::RecordHeader header;
    header.wall = now.wall;
    header.monotonic_ns = now.monotonic_ns;
    for (const Note& note : notes) {
        wal::NoteBody body;
        body.kind = note.kind;
        body.subject.instance = "host";
        body.text = note.text;
        if (auto added = builder.add(header, body); !added) return fail(added.error());
    }
    if (auto appended = writer.append(builder.take(), now.monotonic_ns); !appended) return appended;
    if (auto synced = writer.sync(); !synced) return synced;
    if (auto done = state->projector->catch_up(writer.durable_sequence()); !done) return done;
    return state->projector->stop();
}

/// A live run sees the latch change and records it; without one that is done here.
Status record(Disk& disk,
              const config::Config& config,
              const StatePaths& paths,
              const std::vector<Note>& notes,
              HaltAnswer& answer) {
    auto lock = WriterLock::take(disk, paths, config.name, 0);
    if (!lock && lock.error().code == ErrorCode::Locked) {
        answer.run_lives = true;
        return {};
    }
    if (!lock) return fail(lock.error());
    // A simulated run wants a fresh directory: its log begins with the run.
    if (config.clock == config::ClockKind::Simulated) return {};
    return append_notes(disk, config, paths, notes);
}

/// "halted all by alice (uid 1000), command line: reason".
Note action_note(const std::string& what, const Halt& by) {
    return {wal::NoteKind::OperatorAction,
            what + " " + by.scope + " by " + by.actor + " (uid " + std::to_string(::getuid()) +
                "), command line" + (by.reason.empty() ? "" : ": " + by.reason)};
}

std::vector<Halt> halts_in(const Json& answer, std::string_view key) {
    std::vector<Halt> halts;
    const Json* list = answer.find(key);
    if (list == nullptr || list->as_array() == nullptr) return halts;
    for (const Json& item : *list->as_array()) {
        if (auto halt = halt_of(item)) halts.push_back(std::move(*halt));
    }
    return halts;
}

/// What a live run answers; nothing when there is none, or when it does not: then the files speak.
std::optional<HaltAnswer> ask_run(const StatePaths& paths,
                                  std::string_view command,
                                  const Halt& by,
                                  std::int64_t timeout_ns) {
    Json body = Json::object();
    body.set("scope", by.scope);
    body.set("state", to_string(by.kind));
    body.set("reason", by.reason);
    const auto said = ops::ask_control(paths.control(), command, body, timeout_ns);
    if (!said) {
        if (said.error().code != ErrorCode::NotFound)
            log(LogLevel::Warning, "control", said.error().message);
        return std::nullopt;
    }
    HaltAnswer answer;
    const Json* changed = said->find("changed");
    answer.changed = changed != nullptr && changed->as_boolean() == true;
    answer.run_lives = answer.acknowledged = true;
    answer.halts = halts_in(*said, "halts");
    answer.breakers = halts_in(*said, "breakers");
    return answer;
}

Expected<HaltAnswer> finish(Disk& disk, const StatePaths& paths, HaltAnswer answer) {
    auto halts = HaltLatch(disk, paths.halt()).read();
    if (!halts) return fail(halts.error());
    answer.halts = std::move(*halts);
    auto breakers = HaltLatch(disk, paths.breaker()).read();
    if (!breakers) return fail(breakers.error());
    answer.breakers = std::move(*breakers);
    std::erase_if(answer.breakers, [](const Halt& line) { return line.kind == HaltKind::Reset; });
    if (answer.changed) return answer;
    auto lives = is_running(disk, paths);
    if (!lives) return fail(lives.error());
    answer.run_lives = *lives;
    return answer;
}

/// Those that may appear while a run lives count too.
bool has_instrument(const config::Config& config, const std::string& name) {
    return has_name(config.instruments, name) ||
           std::any_of(config.strategies.begin(), config.strategies.end(), [&](const auto& each) {
               return matches_any(name, each.instruments);
           });
}

}  // namespace

Status check_scope_in(const config::Config& config, const std::string& scope) {
    if (auto valid = check_halt_scope(scope); !valid) return valid;
    const std::size_t colon = scope.find(':');
    if (colon == std::string::npos) return {};
    const std::string kind = scope.substr(0, colon);
    const std::string name = scope.substr(colon + 1);
    const bool known = kind == "strategy"     ? has_name(config.strategies, name)
                       : kind == "instrument" ? has_instrument(config, name)
                                              : has_name(config.exchanges, name);
    if (known) return {};
    return fail(
        ErrorCode::InvalidArgument,
        "scope '" + scope + "': config '" + config.name + "' has no " + kind + " '" + name + "'");
}

Expected<HaltAnswer> halt_by_operator(Disk& disk,
                                      const config::Config& config,
                                      const StatePaths& paths,
                                      const Halt& halt,
                                      std::int64_t ask_ns) {
    if (auto valid = check_scope_in(config, halt.scope); !valid) return fail(valid.error());
    if (auto there = check_state(disk, paths, config.name); !there) return fail(there.error());
    if (auto answer = ask_run(paths, "halt", halt, ask_ns)) return *std::move(answer);
    auto added = HaltLatch(disk, paths.halt()).add(halt);
    if (!added) return fail(added.error());
    HaltAnswer answer;
    answer.changed = *added;
    if (answer.changed) {
        const std::vector<Note> notes{{wal::NoteKind::Halt, halt_text(halt)},
                                      action_note(std::string(to_string(halt.kind)), halt)};
        auto recorded = record(disk, config, paths, notes, answer);
        if (!recorded) answer.note = recorded.error();
    }
    return finish(disk, paths, std::move(answer));
}

Expected<HaltAnswer> resume_by_operator(Disk& disk,
                                        const config::Config& config,
                                        const StatePaths& paths,
                                        const Halt& halt,
                                        std::int64_t ask_ns) {
    // A scope that the config lost meanwhile can still be taken off.
    if (auto valid = check_halt_scope(halt.scope); !valid) return fail(valid.error());
    if (auto there = check_state(disk, paths, config.name); !there) return fail(there.error());
    if (auto answer = ask_run(paths, "resume", halt, ask_ns)) return *std::move(answer);
    auto removed = HaltLatch(disk, paths.halt()).remove(halt.scope);
    if (!removed) return fail(removed.error());
    HaltAnswer answer;
    answer.changed = *removed;
    if (answer.changed) {
        const std::vector<Note> notes{{wal::NoteKind::Resume, halt_text(halt)},
                                      action_note("resume", halt)};
        auto recorded = record(disk, config, paths, notes, answer);
        if (!recorded) answer.note = recorded.error();
    }
    return finish(disk, paths, std::move(answer));
}

Expected<HaltAnswer> reset_breaker_by_operator(Disk& disk,
                                               const config::Config& config,
                                               const StatePaths& paths,
                                               const Halt& halt,
                                               std::int64_t ask_ns) {
    if (auto valid = check_halt_scope(halt.scope); !valid) return fail(valid.error());
    if (auto there = check_state(disk, paths, config.name); !there) return fail(there.error());
    if (auto answer = ask_run(paths, "reset-breaker", halt, ask_ns)) return *std::move(answer);
    const auto put = put_breaker_reset(HaltLatch(disk, paths.breaker()), halt);
    if (!put) return fail(put.error());
    HaltAnswer answer;
    answer.changed = *put;
    if (answer.changed) {
        const std::vector<Note> notes{action_note("breaker reset", halt)};
        auto recorded = record(disk, config, paths, notes, answer);
        if (!recorded) answer.note = recorded.error();
    }
    return finish(disk, paths, std::move(answer));
}

Expected<bool> put_breaker_reset(HaltLatch latch, const Halt& by) {
    const auto lines = latch.read();
    if (!lines) return fail(lines.error());
    const bool open = std::any_of(lines->begin(), lines->end(), [&](const Halt& line) {
        return line.scope == by.scope && line.kind != HaltKind::Reset;
    });
    if (!open) return false;
    // The engine takes the line away when it has heard, live or at its next start.
    Halt reset = by;
    reset.kind = HaltKind::Reset;
    if (auto put = latch.put(reset); !put) return fail(put.error());
    return true;
}

std::string operator_name() {
    return ops::user_name(::getuid());
}

}  // namespace tradectl::engine

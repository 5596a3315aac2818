#include "host/engine/operator_halt.hpp"

#include "host/base/clock.hpp"
#include "host/base/random.hpp"
#include "host/engine/halts.hpp"
#include "host/engine/queries.hpp"
#include "host/engine/startup.hpp"
#include "host/wal/batch.hpp"

#include <algorithm>
#include <array>

#include <pwd.h>
#include <unistd.h>

namespace tradectl::engine {

namespace {

template <typename Items>
bool has_name(const Items& items, std::string_view name) {
    return std::any_of(
        items.begin(), items.end(), [name](const auto& item) { return item.name == name; });
}

/// A halt of a misspelt name would halt nothing.
Status check_scope_in(const config::Config& config, const std::string& scope) {
    if (auto valid = check_halt_scope(scope); !valid) return valid;
    const std::size_t colon = scope.find(':');
    if (colon == std::string::npos) return {};
    const std::string kind = scope.substr(0, colon);
    const std::string name = scope.substr(colon + 1);
    const bool known = kind == "strategy"     ? has_name(config.strategies, name)
                       : kind == "instrument" ? has_name(config.instruments, name)
                                              : has_name(config.exchanges, name);
    if (known) return {};
    return fail(
        ErrorCode::InvalidArgument,
        "scope '" + scope + "': config '" + config.name + "' has no " + kind + " '" + name + "'");
}

/// Appends one note to a log that nobody else writes, and brings the ledger up to it.
Status append_note(Disk& disk,
                   const config::Config& config,
                   const StatePaths& paths,
                   wal::NoteKind kind,
                   const std::string& text) {
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
    wal::NoteBody body;
    body.kind = kind;
    body.subject.instance = "host";
    body.text = text;
    if (auto added = builder.add(header, body); !added) return fail(added.error());
    if (auto appended = writer.append(builder.take(), now.monotonic_ns); !appended) return appended;
    if (auto synced = writer.sync(); !synced) return synced;
    if (auto done = state->projector->catch_up(writer.durable_sequence()); !done) return done;
    return state->projector->stop();
}

/// A live run sees the latch change and records it; without one that is done here.
Status record(Disk& disk,
              const config::Config& config,
              const StatePaths& paths,
              wal::NoteKind kind,
              const std::string& text,
              HaltAnswer& answer) {
    auto lock = WriterLock::take(disk, paths, config.name, 0);
    if (!lock && lock.error().code == ErrorCode::Locked) {
        answer.run_lives = true;
        return {};
    }
    if (!lock) return fail(lock.error());
    // A simulated run wants a fresh directory: its log begins with the run.
    if (config.clock == config::ClockKind::Simulated) return {};
    return append_note(disk, config, paths, kind, text);
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

}  // namespace

Expected<HaltAnswer> halt_by_operator(Disk& disk,
                                      const config::Config& config,
                                      const StatePaths& paths,
                                      const Halt& halt) {
    if (auto valid = check_scope_in(config, halt.scope); !valid) return fail(valid.error());
    if (auto there = check_state(disk, paths, config.name); !there) return fail(there.error());
    auto added = HaltLatch(disk, paths.halt()).add(halt);
    if (!added) return fail(added.error());
    HaltAnswer answer;
    answer.changed = *added;
    if (answer.changed) {
        auto recorded = record(disk, config, paths, wal::NoteKind::Halt, halt_text(halt), answer);
        if (!recorded) answer.note = recorded.error();
    }
    return finish(disk, paths, std::move(answer));
}

Expected<HaltAnswer> resume_by_operator(Disk& disk,
                                        const config::Config& config,
                                        const StatePaths& paths,
                                        const Halt& halt) {
    // A scope that the config lost meanwhile can still be taken off.
    if (auto valid = check_halt_scope(halt.scope); !valid) return fail(valid.error());
    if (auto there = check_state(disk, paths, config.name); !there) return fail(there.error());
    auto removed = HaltLatch(disk, paths.halt()).remove(halt.scope);
    if (!removed) return fail(removed.error());
    HaltAnswer answer;
    answer.changed = *removed;
    if (answer.changed) {
        auto recorded = record(disk, config, paths, wal::NoteKind::Resume, halt_text(halt), answer);
        if (!recorded) answer.note = recorded.error();
    }
    return finish(disk, paths, std::move(answer));
}

Expected<HaltAnswer> reset_breaker_by_operator(Disk& disk,
                                               const config::Config& config,
                                               const StatePaths& paths,
                                               const Halt& halt) {
    if (auto valid = check_halt_scope(halt.scope); !valid) return fail(valid.error());
    if (auto there = check_state(disk, paths, config.name); !there) return fail(there.error());
    HaltLatch latch(disk, paths.breaker());
    const auto lines = latch.read();
    if (!lines) return fail(lines.error());
    HaltAnswer answer;
    answer.changed = std::any_of(lines->begin(), lines->end(), [&](const Halt& line) {
        return line.scope == halt.scope && line.kind != HaltKind::Reset;
    });
    if (answer.changed) {
        // The engine takes the line away when it has heard, live or at its next start.
        Halt reset = halt;
        reset.kind = HaltKind::Reset;
        if (auto put = latch.put(reset); !put) return fail(put.error());
        const std::string text = "breaker reset: " + halt_text(halt);
        auto recorded = record(disk, config, paths, wal::NoteKind::OperatorAction, text, answer);
        if (!recorded) answer.note = recorded.error();
    }
    return finish(disk, paths, std::move(answer));
}

std::string operator_name() {
    const uid_t uid = ::getuid();
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) {
        return found->pw_name;
    }
    return "uid " + std::to_string(uid);
}

}  // namespace tradectl::engine

#include "host/engine/state_dir.hpp"

#include "host/base/lock_wait.hpp"
#include "host/base/mutant.hpp"
#include "host/base/process_paths.hpp"
#include "host/engine/reset.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace tradectl::engine {

namespace {

constexpr std::uint64_t kSmallFileBytesMax = 1 << 20;

/// Bytes of the lock file. A look at the writer's state takes `kAlive` shared for a moment, and so
/// never refuses the lock itself to one that is starting.
constexpr std::uint64_t kWriter = 0;
constexpr std::uint64_t kAlive = 1;
constexpr std::uint64_t kLatchChange = 2;
constexpr std::uint64_t kReconcileFiles = 3;
constexpr std::int64_t kMomentNs = kNsPerSecond;

/// The directory says whose it is by its first config's name.
Status claim_name(Disk& disk, const StatePaths& paths, const std::string& config_name) {
    auto there = disk.exists(paths.name());
    if (!there) return fail(there.error());
    if (*there) return check_state_name(disk, paths, config_name);
    return write_file_atomically(disk, paths.name(), config_name + "\n");
}

/// What may be there before the name is: of a start that was cut off, or of an operator's halt.
constexpr std::array<std::string_view, 9> kOwnNames{
    "lock", "halt", "breaker", "identity", "keys", "wal", "ledger.db", "audit", "plugins"};

/// A directory of somebody else's is not taken over; log files may lie in a new one.
Status check_nothing_foreign(Disk& disk, const StatePaths& paths) {
    auto there = disk.exists(paths.name());
    if (!there) return fail(there.error());
    auto names = disk.list(paths.root);
    if (!names) return fail(names.error());
    const auto is_own = [](const std::string& name) {
        return std::find(kOwnNames.begin(), kOwnNames.end(), name) != kOwnNames.end();
    };
    if (*there || std::any_of(names->begin(), names->end(), is_own)) return {};
    const auto foreign = std::find_if(names->begin(), names->end(), [](const std::string& name) {
        return !name.ends_with(".log") && !name.ends_with(".tmp");
    });
    if (foreign == names->end()) return {};
    return fail(ErrorCode::Config,
                paths.root + " is not a state directory: it holds '" + *foreign +
                    "'; give an empty one, or one that does not exist");
}

constexpr std::array<std::string_view, 5> kHaltKinds{
    "reduce-only", "halted", "errors", "loss", "reset"};

/// Scope, since, actor, reason and, unless it is "halted", the kind: tabs between them.
std::optional<Halt> parse_halt(std::string_view line) {
    std::vector<std::string> fields;
    for (std::size_t from = 0; from <= line.size();) {
        const std::size_t end = std::min(line.find('\t', from), line.size());
        fields.emplace_back(line.substr(from, end - from));
        from = end + 1;
    }
    if (fields.size() != 4 && fields.size() != 5) return std::nullopt;
    const auto since = Timestamp::parse(fields[1]);
    if (!check_halt_scope(fields[0]) || !since) return std::nullopt;
    Halt halt{fields[0], *since, fields[2], fields[3]};
    if (fields.size() == 4) return halt;
    const auto kind = parse_halt_kind(fields[4]);
    if (!kind) return std::nullopt;
    halt.kind = *kind;
    return halt;
}

/// A field must not hold what separates fields and lines.
std::string one_field(std::string text) {
    for (char& c : text) {
        if (c == '\t' || c == '\n' || c == '\r') c = ' ';
    }
    return text;
}

}  // namespace

Expected<std::string> state_directory_of(const config::Config& config) {
    if (!config.state_dir.empty()) return config.state_dir;
    if (config.clock == config::ClockKind::Simulated) return std::string();
    auto home = state_directory();
    if (!home) return fail(home.error());
    return *home + "/" + config.name + "/" + std::string(config::to_string(config.mode));
}

Status check_state_name(Disk& disk, const StatePaths& paths, const std::string& config_name) {
    auto there = disk.exists(paths.name());
    if (!there) return fail(there.error());
    if (!*there) return {};
    auto name = read_file(disk, paths.name(), kSmallFileBytesMax);
    if (!name) return fail(name.error());
    if (*name == config_name + "\n" || mutant("engine.state_name")) return {};
    while (!name->empty() && name->back() == '\n')
        name->pop_back();
    return fail(ErrorCode::Config,
                "state directory " + paths.root + " belongs to config '" + *name + "', not to '" +
                    config_name + "': give another --state-dir or name");
}

Expected<bool> is_running(Disk& disk, const StatePaths& paths) {
    auto there = disk.exists(paths.lock());
    if (!there) return fail(there.error());
    if (!*there) return false;
    auto file = disk.open(paths.lock(), {});
    if (!file) return fail(file.error());
    const auto locked = (*file)->lock(kAlive, 1, File::Lock::Shared);
    if (locked) return false;
    if (locked.error().code == ErrorCode::Locked) return true;
    return fail(locked.error());
}

Expected<WriterLock> WriterLock::take(Disk& disk,
                                      const StatePaths& paths,
                                      const std::string& config_name,
                                      std::int64_t wait_ns) {
    if (auto made = disk.make_directory(paths.root); !made) return fail(made.error());
    if (auto ours = check_nothing_foreign(disk, paths); !ours) return fail(ours.error());
    auto file = disk.open(paths.lock(), {.write = true, .create = true});
    if (!file) return fail(file.error());
    const bool unlocked = mutant("engine.writer_lock");
    auto locked = unlocked ? Status{} : lock_byte(**file, kWriter, wait_ns);
    if (locked && !unlocked && !mutant("engine.alive_lock"))
        locked = lock_byte(**file, kAlive, kMomentNs);
    if (!locked && locked.error().code == ErrorCode::Locked) {
        return fail(ErrorCode::Locked,
                    "state directory " + paths.root +
                        " is in use by another instance: stop it, or wait with --lock-wait");
    }
    if (!locked) return fail(locked.error());
    if (auto claimed = claim_name(disk, paths, config_name); !claimed) {
        return fail(claimed.error());
    }
    if (auto finished = finish_reset(disk, paths); !finished) return fail(finished.error());
    return WriterLock(std::move(*file));
}

std::optional<HaltKind> parse_halt_kind(std::string_view text) {
    const auto kind = std::find(kHaltKinds.begin(), kHaltKinds.end(), text);
    if (kind == kHaltKinds.end()) return std::nullopt;
    return static_cast<HaltKind>(kind - kHaltKinds.begin());
}

std::string_view to_string(HaltKind kind) {
    return kHaltKinds[static_cast<std::size_t>(kind)];
}

Status check_halt_scope(const std::string& scope) {
    if (scope == "all") return {};
    for (std::string_view prefix : {"strategy:", "instrument:", "exchange:"}) {
        if (scope.size() > prefix.size() && scope.compare(0, prefix.size(), prefix) == 0 &&
            scope.find_first_of("\t\n\r") == std::string::npos) {
            return {};
        }
    }
    return fail(ErrorCode::InvalidArgument,
                "scope '" + scope + "': want all, strategy:NAME, instrument:NAME or exchange:NAME");
}

Expected<std::vector<Halt>> HaltLatch::read() const {
    auto there = disk_->exists(path_);
    if (!there) return fail(there.error());
    std::vector<Halt> halts;
    if (!*there) return halts;
    auto text = read_file(*disk_, path_, kSmallFileBytesMax);
    if (!text) return fail(text.error());
    std::size_t number = 0;
    for (std::size_t at = 0; at < text->size();) {
        const std::size_t end = std::min(text->find('\n', at), text->size());
        const std::string_view line = std::string_view(*text).substr(at, end - at);
        at = end + 1;
        ++number;
        auto halt = parse_halt(line);
        if (!halt) {
            return fail(ErrorCode::Corrupt,
                        path_ + ":" + std::to_string(number) + ": not a halt line");
        }
        halts.push_back(std::move(*halt));
    }
    return halts;
}

Status HaltLatch::write(const std::vector<Halt>& halts) {
    if (halts.empty()) {
        if (auto removed = disk_->remove(path_); !removed) return removed;
        return disk_->sync_directory(path_.substr(0, path_.rfind('/')));
    }
    std::string text;
    for (const Halt& halt : halts) {
        text += halt.scope + "\t" + halt.since.to_string() + "\t" + one_field(halt.actor) + "\t" +
                one_field(halt.reason);
        if (halt.kind != HaltKind::Halted) text += "\t" + std::string(to_string(halt.kind));
        text += "\n";
    }
    return write_file_atomically(*disk_, path_, text);
}

Expected<std::unique_ptr<File>> HaltLatch::lock_for_change() const {
    const std::string directory = path_.substr(0, path_.rfind('/'));
    auto file = disk_->open(directory + "/lock", {.write = true, .create = true});
    if (!file) return file;
    if (mutant("engine.latch_lock")) return file;
    if (auto locked = lock_byte(**file, kLatchChange, kMomentNs); !locked) {
        return fail(locked.error());
    }
    return file;
}

Expected<std::unique_ptr<File>> lock_reconcile_files(Disk& disk, const StatePaths& paths) {
    auto file = disk.open(paths.lock(), {.write = true, .create = true});
    if (!file) return file;
    if (auto locked = lock_byte(**file, kReconcileFiles, kMomentNs); !locked)
        return fail(locked.error());
    return file;
}

Expected<bool> HaltLatch::add(const Halt& halt) {
    if (auto valid = check_halt_scope(halt.scope); !valid) return fail(valid.error());
    auto hold = lock_for_change();
    if (!hold) return fail(hold.error());
    auto halts = read();
    if (!halts) return fail(halts.error());
    const auto same = [&](const Halt& present) { return present.scope == halt.scope; };
    const auto present = std::find_if(halts->begin(), halts->end(), same);
    if (present != halts->end() && present->kind >= halt.kind) return false;
    std::erase_if(*halts, same);
    halts->push_back(halt);
    if (auto written = write(*halts); !written) return fail(written.error());
    return true;
}

Status HaltLatch::put(const Halt& halt) {
    if (auto valid = check_halt_scope(halt.scope); !valid) return valid;
    auto hold = lock_for_change();
    if (!hold) return fail(hold.error());
    auto halts = read();
    if (!halts) return fail(halts.error());
    std::erase_if(*halts, [&](const Halt& present) { return present.scope == halt.scope; });
    halts->push_back(halt);
    return write(*halts);
}

Expected<bool> HaltLatch::remove(const std::string& scope) {
    auto hold = lock_for_change();
    if (!hold) return fail(hold.error());
    auto halts = read();
    if (!halts) return fail(halts.error());
    const std::size_t before = halts->size();
    std::erase_if(*halts, [&](const Halt& halt) { return halt.scope == scope; });
    if (halts->size() == before) return false;
    if (auto written = write(*halts); !written) return fail(written.error());
    return true;
}

}  // namespace tradectl::engine

/// The state directory: where each thing lives, who may write, and the halt latch.
#pragma once

#include "host/base/disk.hpp"
#include "host/config/config.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::engine {

/// Places under one state directory. See tradectl(1), FILES.
struct StatePaths {
    std::string root;

    [[nodiscard]] std::string wal() const { return root + "/wal"; }
    [[nodiscard]] std::string ledger() const { return root + "/ledger.db"; }
    [[nodiscard]] std::string identity() const { return root + "/identity"; }
    [[nodiscard]] std::string lock() const { return root + "/lock"; }
    [[nodiscard]] std::string halt() const { return root + "/halt"; }
    /// Breakers that are open, in the form of the halt latch.
    [[nodiscard]] std::string breaker() const { return root + "/breaker"; }
    [[nodiscard]] std::string name() const { return root + "/name"; }
    /// Where a running instance listens, see tradectl-control(5).
    [[nodiscard]] std::string control() const { return root + "/control.sock"; }
    /// There while a reset is under way, see reset.hpp.
    [[nodiscard]] std::string reset() const { return root + "/reset"; }
    [[nodiscard]] std::string audit() const { return root + "/audit"; }
    /// Keys that a venue gave us, and the one below.
    [[nodiscard]] std::string keys() const { return root + "/keys"; }
    /// The key that signs checkpoints of the audit log. It survives a reset.
    [[nodiscard]] std::string audit_key() const { return root + "/keys/audit"; }
    [[nodiscard]] std::string plugins() const { return root + "/plugins"; }
    [[nodiscard]] std::string plugin_kv(const std::string& instance) const {
        return plugins() + "/" + instance + "/kv.db";
    }
};

/// The state directory of a config: what it or --state-dir says, else `tradectl/<name>/<mode>`
/// under the state home. Empty when a simulated run names none: nothing is kept then.
Expected<std::string> state_directory_of(const config::Config& config);

/// Config when the directory belongs to a config of another name; Ok when it has none yet.
Status check_state_name(Disk& disk, const StatePaths& paths, const std::string& config_name);

/// Whether another instance holds the lock. Never gets in the way of one that is starting. [any]
Expected<bool> is_running(Disk& disk, const StatePaths& paths);

/// The writer's hold on a state directory; ends with the object. [engine]
class WriterLock {
  public:
    /// Makes the directory when it is missing, takes its lock and finishes a reset that was cut
    /// short. Locked when another instance has it, Permission when the directory cannot be written,
    /// Config when it belongs to a config of another name, or holds what is not ours.
    static Expected<WriterLock> take(Disk& disk,
                                     const StatePaths& paths,
                                     const std::string& config_name,
                                     std::int64_t wait_ns);

  private:
    explicit WriterLock(std::unique_ptr<File> file) : file_(std::move(file)) {}
    std::unique_ptr<File> file_;
};

/// How a line of the latch stops its scope. The later, the stricter, among the first two.
enum class HaltKind : std::uint8_t {
    ReduceOnly,
    Halted,
    Errors,  ///< breaker: half-open after its cool-down
    Loss,    ///< breaker: stays until it is reset
    Reset,   ///< breaker: closed by an operator; the engine takes the line away when it has heard
};
/// "reduce-only", "halted", "errors", "loss", "reset".
[[nodiscard]] std::string_view to_string(HaltKind kind);
[[nodiscard]] std::optional<HaltKind> parse_halt_kind(std::string_view text);

/// One line of the halt latch: what is halted, since when, why and by whom.
struct Halt {
    std::string scope;  ///< "all", or "strategy:NAME", "instrument:NAME", "exchange:NAME"
    Timestamp since;
    std::string actor;
    std::string reason;
    HaltKind kind = HaltKind::Halted;
};

/// The durable stop of new risk: `<state>/halt`, one line for each scope. It is there or it is not:
/// an instance that is not running obeys it at its next start, a running one before its next send.
/// Processes may change it at the same time. [any]
class HaltLatch {
  public:
    HaltLatch(Disk& disk, std::string path) : disk_(&disk), path_(std::move(path)) {}

    /// Reads it; no file means no halt. Corrupt when a line cannot be read (and then everything
    /// counts as halted).
    Expected<std::vector<Halt>> read() const;
    /// Adds a scope; false, and the earlier line stays, when it is there and as strict. Durable
    /// when it returns.
    Expected<bool> add(const Halt& halt);
    /// Adds a scope, whatever line it had. Durable when it returns.
    Status put(const Halt& halt);
    /// Removes a scope; false when it was not halted.
    Expected<bool> remove(const std::string& scope);

  private:
    Expected<std::unique_ptr<File>> lock_for_change() const;
    Status write(const std::vector<Halt>& halts);

    Disk* disk_;
    std::string path_;
};

/// Held while acks or cursors of reconcile are read and written anew, which several processes do.
/// Waits a moment. Locked, Io, Permission. [any]
Expected<std::unique_ptr<File>> lock_reconcile_files(Disk& disk, const StatePaths& paths);

/// InvalidArgument unless it is "all" or one of the prefixes with a name.
Status check_halt_scope(const std::string& scope);

}  // namespace tradectl::engine

/// The halt latch as the engine obeys it.
#pragma once

#include "host/base/json.hpp"
#include "host/config/config.hpp"
#include "host/engine/state_dir.hpp"
#include "host/risk/check.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tradectl::engine {

/// "all by alice: reason", for notes and logs.
[[nodiscard]] std::string halt_text(const Halt& halt);

/// {"scope", "since", "actor", "reason", "state"}, and back: nothing when it is no such object.
[[nodiscard]] Json to_json(const Halt& halt);
[[nodiscard]] std::optional<Halt> halt_of(const Json& json);

/// What became of the latch since the last look.
struct HaltChanges {
    std::vector<Halt> added;
    std::vector<Halt> removed;
};

/// Who changes a latch besides the engine that obeys it.
enum class LatchOthers : std::uint8_t {
    MayChange,
    None,  ///< nobody knows where it is: a run that keeps nothing
};

/// A file that halts a scope by being there, whatever is in it. Its end resumes nothing.
struct KillFile {
    std::string path;
    std::string scope;
};

/// Of the strategies that have one.
[[nodiscard]] std::vector<KillFile> kill_files_of(const config::Config& config);

/// Scopes that are halted now. Read from the latch file at start, before every send that adds risk
/// and after every sync. [engine]
class Halts {
  public:
    Halts() = default;
    explicit Halts(HaltLatch latch, LatchOthers others = LatchOthers::MayChange)
        : latch_(std::move(latch)), others_(others) {}

    /// From now on each look also looks for these: one that is there, or that cannot be looked for,
    /// is latched. `disk` must outlive this.
    void obey(Disk& disk, std::vector<KillFile> files, std::function<Timestamp()> now);

    /// Reads the file when it is there and somebody may have changed it. A file that cannot be read
    /// halts everything, and says so once.
    void refresh();
    /// Latches a scope. Io and the like: it is obeyed in memory all the same.
    Status add(const Halt& halt);
    /// Takes a scope off the latch; false when it was not halted.
    Expected<bool> remove(const std::string& scope);

    /// Changes since the first `refresh` that nobody took yet, whoever made them.
    [[nodiscard]] HaltChanges take_changes() { return std::exchange(changes_, {}); }

    /// Counts up whenever a state may have changed.
    [[nodiscard]] std::uint64_t version() const { return version_; }
    [[nodiscard]] bool any() const { return unreadable_ || !halts_.empty(); }
    [[nodiscard]] const std::vector<Halt>& list() const { return halts_; }
    /// The strictest of the scopes that cover it.
    [[nodiscard]] risk::TradingState state(std::string_view strategy,
                                           std::string_view exchange,
                                           std::string_view instrument) const;

  private:
    void read();
    void look_for_kill_files();
    void replace(std::vector<Halt> halts);

    std::optional<HaltLatch> latch_;
    Disk* disk_ = nullptr;  // with kill files alone
    std::vector<KillFile> kill_files_;
    std::function<Timestamp()> now_;
    LatchOthers others_ = LatchOthers::MayChange;
    std::vector<Halt> halts_;
    std::vector<Halt> unlatched_;  // the file could not take them
    HaltChanges changes_;
    bool loaded_ = false;
    bool unreadable_ = false;
    std::uint64_t version_ = 0;
};

}  // namespace tradectl::engine

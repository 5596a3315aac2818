/// The halt latch as the engine obeys it.
#pragma once

#include "host/engine/state_dir.hpp"
#include "host/risk/check.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::engine {

/// Scopes that are halted now. Read from the latch file at start, before every send that adds risk
/// and after every sync; a run that keeps nothing on disk has none. [engine]
class Halts {
  public:
    Halts() = default;
    explicit Halts(HaltLatch latch) : latch_(std::move(latch)) {}

    /// Reads the file when it is there. A file that cannot be read halts everything, and says so
    /// once.
    void refresh();
    /// Latches a scope. Io and the like: it is obeyed in memory all the same.
    Status add(const Halt& halt);

    [[nodiscard]] bool any() const { return unreadable_ || !halts_.empty(); }
    [[nodiscard]] const std::vector<Halt>& list() const { return halts_; }
    /// Halted when a scope covers it.
    [[nodiscard]] risk::TradingState state(std::string_view strategy,
                                           std::string_view exchange,
                                           std::string_view instrument) const;

  private:
    std::optional<HaltLatch> latch_;
    std::vector<Halt> halts_;
    bool unreadable_ = false;
};

}  // namespace tradectl::engine

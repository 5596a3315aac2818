/// The breakers of a session: one for each strategy, one for each venue, one for all.
#pragma once

#include "host/engine/halts.hpp"
#include "host/engine/scribe.hpp"
#include "host/engine/trading.hpp"
#include "host/risk/breaker.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::engine {

/// Timer of the host: a breaker may be half-open now.
inline constexpr std::uint64_t kTimerBreaker = 2;

/// Keeps what is open in `<state>/breaker`, in the form of the halt latch, and on record as notes.
/// The file is on the disk before the call that opened a breaker returns, so that no order goes out
/// past it and a restart finds it open. When the file cannot be written it is obeyed in memory all
/// the same. [engine] `trading` and `scribe` must outlive it.
class Breakers {
  public:
    Breakers(Trading& trading, Scribe& scribe);

    /// Called when an operator closed the breaker of a scope, before entries go on.
    std::function<void(const std::string& scope)> on_reset;

    /// Takes over what an earlier session left open. A file that cannot be read opens the breaker
    /// of all until it is repaired or removed.
    void open(HaltLatch latch);
    /// Looks whether an operator closed something.
    void refresh();

    /// Whether an entry of the strategy may go on: no scope that covers it is open.
    [[nodiscard]] bool admits(const StrategyRunner& runner) const;
    /// Whether one of its scopes is open, half-open not counted.
    [[nodiscard]] bool is_open(const StrategyRunner& runner) const;
    /// An entry goes on.
    void take_entry(const StrategyRunner& runner);
    /// The venue took an order, or refused or lost one.
    void on_good_order(const OrderEntry& entry);
    void on_failed_order(const OrderEntry& entry, std::string_view why);
    /// Opens the breaker of "strategy:NAME", "exchange:NAME" or "all".
    void trip(const std::string& scope, risk::Trip why, std::string_view text);

    /// Sets the host's timer `kTimerBreaker` to when the next one becomes half-open.
    void set_timer();
    [[nodiscard]] bool any() const { return tripped_ != 0; }
    /// Scopes whose breaker is open or half-open, as lines of the latch without actor and reason.
    [[nodiscard]] std::vector<Halt> open_scopes() const;
    /// Counts up whenever a state may have changed.
    [[nodiscard]] std::uint64_t version() const { return version_; }

  private:
    struct Scope {
        std::string name;
        risk::Breaker breaker;
    };

    Scope* find(std::string_view name);
    /// Calls `visit` for the scopes that cover the strategy, until it returns true.
    template <typename Visit>
    bool any_of(const StrategyRunner& runner, Visit&& visit) const;
    void on_good(Scope& scope);
    void on_failed(Scope& scope, std::string_view why);
    void opened(Scope& scope, std::string_view text);
    void closed(const Scope& scope, std::string_view text);
    void close_by_operator(const Halt& line);
    void say(const std::string& line);
    void changed();

    Trading& trading_;
    Scribe& scribe_;
    std::optional<HaltLatch> latch_;
    std::vector<Scope> strategies_;  // by runner
    std::vector<Scope> venues_;      // by exchange
    Scope all_;
    std::size_t tripped_ = 0;
    std::uint64_t version_ = 0;
};

}  // namespace tradectl::engine

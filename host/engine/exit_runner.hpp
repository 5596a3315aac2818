/// Runs the exits that strategies declared: they work while the strategy is faulted and survive a
/// restart.
#pragma once

#include "host/engine/scribe.hpp"
#include "host/engine/trading.hpp"
#include "host/execution/exits.hpp"

#include <tradectl/abi/commands.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>

namespace tradectl::engine {

/// What the host sells or buys back on behalf of a strategy.
struct ExitOrder {
    tradectl_instrument_handle instrument = TRADECTL_HANDLE_NONE;
    std::uint8_t side = TRADECTL_SIDE_NONE;
    Decimal quantity;
    std::uint16_t reason = TRADECTL_REASON_NONE;
    Decimal price = Decimal::null();  ///< limit of an exit inside a bar; null: at market
    OrderRef order_ref = {};          ///< of the order; 0: the next one
    std::uint64_t trigger_seq = 0;    ///< of the event that a strategy answers by it, or 0
};

/// [engine]
class ExitRunner {
  public:
    /// `submit` places an exit order; false when it was denied.
    ExitRunner(Trading& trading,
               Scribe& scribe,
               std::function<bool(StrategyRunner&, const ExitOrder&)> submit)
        : trading_(trading), scribe_(scribe), submit_(std::move(submit)) {}

    /// InvalidArgument with the reason when the declaration makes no sense; what was declared
    /// before stays.
    Status declare(StrategyRunner& runner, const tradectl_exits_command& command);
    /// What an earlier session kept. Corrupt.
    Status restore(StrategyRunner& runner, std::string_view key, std::string_view text);

    /// News of the market, `bar` when it was one, else null. What they filled is booked before. A
    /// position that they opened is left alone: when in a bar it was filled nobody knows.
    void on_price(tradectl_instrument_handle instrument, const tradectl_bar_event* bar);
    /// Before the fills of a bar: they entered during it.
    void note_bar(const tradectl_bar_event& bar);
    /// A timer of TimerOwner::Exit: an exit by time is due, or is to be tried again.
    void on_timer(std::uint32_t runner, tradectl_instrument_handle instrument);
    /// A position was opened, changed or closed by a fill.
    void on_fill(const StrategyRunner& runner, tradectl_instrument_handle instrument);
    /// Call when the orders of earlier sessions are resolved: an exit whose order is gone may fire
    /// again.
    void end_restore();
    /// An order of the strategy was closed.
    void on_closed(const OrderEntry& entry);

    /// Whether an exit of the position is watched.
    [[nodiscard]] bool watches(std::uint32_t runner, tradectl_instrument_handle instrument) const {
        return watches_.count({runner, instrument}) != 0;
    }

    /// Under which instance name the WAL keeps a strategy's exits.
    static std::string kv_instance(std::string_view strategy) {
        return "host:" + std::string(strategy);
    }

  private:
    using Key = std::pair<std::uint32_t, tradectl_instrument_handle>;
    struct Watch {
        execution::Exits exits;
        Timestamp kept = Timestamp::none();  // when the state was last written
        Timestamp not_before{0};             // an exit that was denied is tried again then
        std::uint64_t opened_by = 0;         // market events so far when a fill opened the position
        std::int64_t retry_ns = 0;  // until an exit by time that did not get out is tried again
    };

    void look(StrategyRunner& runner,
              tradectl_instrument_handle instrument,
              Watch& watch,
              const execution::ExitBar* bar = nullptr);
    void act(StrategyRunner& runner,
             tradectl_instrument_handle instrument,
             Watch& watch,
             const execution::ExitDecision& decision);
    void act_at_market(StrategyRunner& runner,
                       const OrderEntry& entry,
                       Watch& watch,
                       Decimal quantity);
    /// Sets the timer of an exit by time, not before `earliest`.
    void set_timer(const StrategyRunner& runner,
                   tradectl_instrument_handle instrument,
                   const Watch& watch,
                   Timestamp earliest);
    void try_again(const StrategyRunner& runner,
                   tradectl_instrument_handle instrument,
                   Watch& watch);
    [[nodiscard]] bool inside_bars(std::uint32_t runner) const;
    void keep(const StrategyRunner& runner, tradectl_instrument_handle instrument, Watch& watch);

    Trading& trading_;
    Scribe& scribe_;
    std::function<bool(StrategyRunner&, const ExitOrder&)> submit_;
    std::map<Key, Watch> watches_;
    struct BarTimes {
        Timestamp start = Timestamp::none();
        Timestamp end = Timestamp::none();
    };
    std::map<tradectl_instrument_handle, BarTimes> last_bars_;
};

}  // namespace tradectl::engine

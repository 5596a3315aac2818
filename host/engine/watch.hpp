/// How trading goes: losses of the day, drawdown, losing trades and rejects, for the risk gate.
#pragma once

#include "host/engine/scribe.hpp"
#include "host/engine/trading.hpp"
#include "host/execution/position.hpp"
#include "host/ledger/reader.hpp"
#include "host/risk/loss.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tradectl::engine {

/// Counts while a limit of the loss group is on. What must survive a restart is kept as values of
/// the instances "risk:NAME" and "risk:all" in the log: it is on the disk before the next order.
/// Profit and loss of instruments with different quote assets are added as they are, as exposures
/// are. [engine] `trading` and `scribe` must outlive it.
class Watch {
  public:
    Watch(Trading& trading, Scribe& scribe);

    /// Cash and marked holdings by quote asset; without it a drawdown is not known.
    std::function<std::map<std::string, Decimal>()> equity;

    /// Values of earlier sessions.
    Status restore(ledger::Reader& reader);

    /// One execution was booked.
    void on_fill(const OrderEntry& entry,
                 const wal::FillBody& fill,
                 const execution::PositionChange& change);
    /// The venue took an order (0) or rejected it (1).
    enum class Answer : std::uint8_t { Taken, Rejected };
    void on_answer(const OrderEntry& entry, Answer answer);

    /// Its answers count from now on.
    void forget_answers(const StrategyRunner& runner) {
        strategies_[runner.index()].answers.clear();
    }

    /// Figures as of now, as far as the limits ask for them. Looking turns the day and lifts the
    /// peak.
    risk::LossView view(const StrategyRunner& runner, const risk::LossLimits& limits);
    /// Losses of the scope ("strategy:NAME", "exchange:NAME", "all") count from now on.
    void start_anew(const std::string& scope);

  private:
    /// Profit and loss of a day: what it was at 00:00 UTC, or when it was first known after.
    struct Day {
        std::int64_t day = -1;
        Decimal start = Decimal::null();
    };
    struct Strategy {
        Decimal fees;                        ///< paid since it was first watched, quote
        std::int64_t fees_unknown_day = -1;  ///< a fee of that day could not be valued
        std::uint32_t losses = 0;
        Day day;
        /// Of the round trip that is open, by instrument: realized profit less fees.
        std::map<tradectl_instrument_handle, Decimal> trips;
        std::deque<Answer> answers;
    };

    [[nodiscard]] Decimal profit_of(const StrategyRunner& runner) const;
    [[nodiscard]] Decimal value_of_fee(const OrderEntry& entry, const wal::FillBody& fill) const;
    void end_round_trip(Strategy& strategy, Decimal result);
    Decimal loss_since(Day& day, Decimal profit, const std::string& owner);
    Decimal total_loss();
    Decimal drawdown();
    static Decimal reject_rate(const Strategy& strategy, std::uint32_t window);
    void keep(std::string_view owner, std::string_view key, const std::string& value);
    void keep_strategy(std::uint32_t index);
    void restore_value(std::string_view owner, std::string_view key, std::string_view value);
    [[nodiscard]] std::int64_t today() const;

    Trading& trading_;
    Scribe& scribe_;
    bool on_ = false;
    std::vector<Strategy> strategies_;  // by runner
    Day total_day_;
    std::map<std::string, Decimal> peaks_;  // by quote asset
};

}  // namespace tradectl::engine

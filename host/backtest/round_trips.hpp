/// Round trips from fills: first in, first out, for each strategy and instrument.
#pragma once

#include "host/backtest/report.hpp"

#include <tradectl/decimal.hpp>
#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tradectl::backtest {

/// What a profit is paid in: the quote asset, or the base asset at the price of the exit.
enum class SettleIn : std::uint8_t { Quote, Base };

/// One fill as the matching sees it.
struct MatchFill {
    std::string strategy;
    std::string instrument;
    std::string order;      ///< client order id
    std::uint8_t side = 0;  ///< TRADECTL_SIDE_...
    Timestamp time;
    Decimal price;
    Decimal quantity;
    Decimal fee;  ///< in what the profit is paid in; below 0: a rebate
    Decimal multiplier = Decimal::from_int(1);  ///< quote value of one unit at price 1
    SettleIn settle = SettleIn::Quote;
    std::string reason;        ///< why the order was sent: "signal", "stop", ...
    std::uint64_t sample = 0;  ///< count of samples so far, for Trade::bars
};

/// Matches fills as they come. Memory is that of what is open. [engine]
///
/// A fill against the open side closes the oldest lots first, whole or in part; what is left of it
/// opens a lot of the other side. All that one order closed of what one order opened is one trade:
/// it is given out when the next order's fill comes, or by `flush`. Fees of an entry go to its
/// exits by quantity; the last one takes what rounding left.
class RoundTrips {
  public:
    using Sink = std::function<void(const Trade&)>;
    explicit RoundTrips(Sink sink) : sink_(std::move(sink)) {}

    /// InvalidArgument: no side, price or quantity or multiplier not above zero. Overflow.
    Status add(const MatchFill& fill);
    /// Gives out the trades that wait for further fills of their exit order.
    void flush();

    /// What is open, marked: one trade a lot's order, profit at `mark` less the fees of the entry.
    /// A price that is null or missing leaves the entry price as the mark.
    [[nodiscard]] std::vector<Trade> open(const std::map<std::string, Decimal>& marks,
                                          Timestamp time,
                                          std::uint64_t sample) const;

  private:
    struct Lot {
        MatchFill fill;    // as it came
        Decimal quantity;  // of it that is still open
        Decimal fee;       // of it that no exit has carried yet
    };
    /// A trade being closed, with the sums that its prices come from.
    struct Closing {
        Trade trade;
        Decimal entry_value;  // sum of price * quantity
        Decimal exit_value;
        Decimal gain;      // before fees
        Decimal notional;  // at entry, in what the profit is paid in
        std::uint64_t entry_sample = 0;
    };
    struct Line {
        std::deque<Lot> lots;  // of one side
        std::vector<Closing> closing;
        std::string closing_order;
    };
    using Key = std::pair<std::string, std::string>;  // strategy, instrument

    Status close_lots(Line& line, const MatchFill& fill, Decimal& left, Decimal& fee);
    static Closing& closing_of(Line& line, const Lot& lot, const MatchFill& fill);
    static Status add_part(Closing& closing, const Lot& lot, const MatchFill& exit, Decimal part);
    void flush(Line& line);
    static Status finish(Closing& closing);

    Sink sink_;
    std::map<Key, Line> lines_;
    std::uint64_t trades_ = 0;
};

}  // namespace tradectl::backtest

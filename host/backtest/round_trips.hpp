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

/// One fill as the matching sees it.
struct MatchFill {
    std::string strategy;
    std::string instrument;
    std::string order;      ///< client order id
    std::uint8_t side = 0;  ///< TRADECTL_SIDE_...
    Timestamp time;
    Decimal price;
    Decimal quantity;
    Decimal fee;  ///< in the currency of the profit; negative is a rebate
    Decimal multiplier = Decimal::from_int(1);  ///< quote value of one unit at price 1
    std::string reason;                         ///< why the order was sent: "signal", "stop", ...
    std::uint64_t sample = 0;                   ///< count of samples so far, for Trade::bars
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
        std::string order;
        Timestamp time;
        std::uint64_t sample = 0;
        Decimal price;
        Decimal quantity;
        Decimal fee;
        Decimal multiplier;
    };
    /// A trade being closed, with the sums that its prices come from.
    struct Closing {
        Trade trade;
        Decimal entry_value;  // sum of price * quantity
        Decimal exit_value;
        Decimal multiplier;
        std::uint64_t entry_sample = 0;
    };
    struct Line {
        std::uint8_t side = 0;  // of the lots
        std::deque<Lot> lots;
        std::vector<Closing> closing;  // by the order that closes now
    };
    using Key = std::pair<std::string, std::string>;  // strategy, instrument

    Status close_lots(Line& line, const MatchFill& fill, Decimal& left, Decimal& fee);
    Status close_part(Line& line, const MatchFill& fill, Decimal quantity, Decimal fee);
    void flush(Line& line);
    void give(Closing& closing);

    Sink sink_;
    std::map<Key, Line> lines_;
    std::uint64_t trades_ = 0;
};

}  // namespace tradectl::backtest

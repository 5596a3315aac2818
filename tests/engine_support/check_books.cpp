#include "host/market/data_file.hpp"
#include "tests/engine_support/session_fixture.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace tradectl::engine {
namespace {

using Key = std::pair<std::string, std::string>;  // instance, instrument

void check_positions(ledger::Reader& reader, const std::vector<ledger::FillRow>& fills) {
    std::map<Key, Decimal> sums;
    for (const auto& fill : fills) {
        Decimal& sum = sums[{fill.instance, fill.instrument}];
        if (fill.settlement == TRADECTL_SETTLEMENT_FAILED) continue;  // undone
        sum = fill.side == TRADECTL_SIDE_BUY ? sum + fill.quantity : sum - fill.quantity;
    }
    const auto positions = reader.positions({});
    ASSERT_TRUE(positions);
    EXPECT_EQ(positions->size(), sums.size());
    for (const auto& position : *positions) {
        const Key key{position.instance, position.instrument};
        EXPECT_EQ(position.quantity, sums[key]) << position.instance << position.instrument;
    }
}

void check_orders(ledger::Reader& reader, const std::vector<ledger::FillRow>& fills) {
    std::map<OpId, Decimal> sums;
    for (const auto& fill : fills)
        sums[fill.op_id] = sums[fill.op_id] + fill.quantity;
    const auto orders = reader.orders({});
    ASSERT_TRUE(orders);
    for (const auto& order : *orders) {
        const Decimal filled = order.filled_qty.is_null() ? Decimal() : order.filled_qty;
        EXPECT_EQ(filled, sums[order.op_id]) << order.client_order_id;
        if (order.leaves_qty.is_null()) continue;
        EXPECT_EQ(order.quantity, filled + order.leaves_qty) << order.client_order_id;
    }
}

/// Cash and marked holdings at the end, from balances and marks alone; and what was gained, from
/// realized and open profit less fees. The average price of a position is rounded at the 18th
/// decimal, hence the tolerance.
void check_equity(const RunSummary& summary, const std::vector<ledger::FillRow>& fills) {
    if (summary.positions.empty()) return;
    const std::string quote = "USD";
    const auto end = summary.equity_end.find(quote);
    if (end == summary.equity_end.end() || end->second.is_null()) return;
    Decimal expected = summary.balances.at(quote);
    Decimal gained;
    std::map<std::string, Decimal> marks;
    for (const auto& position : summary.positions) {
        gained = gained + position.realized_pnl;
        if (!position.unrealized_pnl.is_null()) gained = gained + position.unrealized_pnl;
        marks[position.instrument.substr(0, position.instrument.find('-'))] = position.mark;
    }
    for (const auto& [base, mark] : marks) {
        const auto held = summary.balances.find(base);
        if (held == summary.balances.end() || held->second.is_zero()) continue;
        expected = expected + *checked_mul(held->second, mark, Rounding::HalfEven);
    }
    EXPECT_EQ(end->second, expected);
    const auto start = summary.equity_start.find(quote);
    if (start == summary.equity_start.end() || start->second != 100000_d) return;
    for (const auto& fill : fills)
        gained = gained - fill.fee;
    EXPECT_LE(*checked_abs(end->second - start->second - gained), 0.000001_d);
}

}  // namespace

void check_books(ledger::Reader& reader, const RunSummary& summary) {
    const auto checked = reader.check_books();
    EXPECT_TRUE(checked) << checked.error().message;
    const auto fills = reader.fills({});
    ASSERT_TRUE(fills);
    check_positions(reader, *fills);
    check_orders(reader, *fills);
    check_equity(summary, *fills);
}

void check_fill_prices(const std::vector<ledger::FillRow>& fills,
                       const std::vector<MarketTrade>& trades) {
    for (const auto& fill : fills) {
        const auto after = std::upper_bound(
            trades.begin(), trades.end(), fill.venue_time, [](Timestamp time, const auto& trade) {
                return time < trade.time;
            });
        ASSERT_NE(after, trades.begin()) << "a fill before the first trade";
        const Timestamp moment = std::prev(after)->time;
        bool found = false;
        for (auto at = after; at != trades.begin() && std::prev(at)->time == moment && !found; --at)
            found = std::prev(at)->price == fill.price;
        // An order may have taken the touch of the moment before, when it came first.
        const auto first = std::lower_bound(
            trades.begin(), trades.end(), moment, [](const auto& trade, Timestamp time) {
                return trade.time < time;
            });
        if (!found && first != trades.begin()) found = std::prev(first)->price == fill.price;
        EXPECT_TRUE(found) << fill.trade_id << " at " << fill.price.to_string();
    }
}

std::vector<MarketTrade> trades_of(const std::string& path) {
    std::vector<MarketTrade> trades;
    const auto file = market::DataFile::open(path);
    EXPECT_TRUE(file) << (file ? "" : file.error().message);
    if (!file) return trades;
    for (std::uint64_t i = 0; i < (*file)->size(); ++i) {
        const auto& record = (*file)->as<market::TradeRecord>(i);
        trades.push_back({Timestamp{record.time}, Decimal::from_abi(record.price)});
    }
    return trades;
}

}  // namespace tradectl::engine

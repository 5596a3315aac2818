// The table of the keys under risk:. tradectl.yaml(5) repeats it, and a test compares the two.
#include "host/config/risk_rules.hpp"

#include "host/config/rule_kinds.hpp"

namespace tradectl::config {
namespace {

Rule fraction(std::string_view name, std::string_view help) {
    return money(name, help).at_most("1");
}
Rule within_a_day(std::string_view name, std::string_view help) {
    return duration(name, help).at_most("1d");
}
/// A fraction that may be nothing.
Rule share(std::string_view name, std::string_view help) {
    return scalar(RuleKind::Decimal, name, help).at_least("0").at_most("1");
}

std::vector<Rule> size_limits() {
    return {
        money("order_notional_max", "largest notional of one order, in the quote asset"),
        money("position_quantity_max", "largest position in one instrument, in its base"),
        money("position_notional_max", "largest notional of that position, in the quote asset"),
        money("exposure_strategy_max", "largest exposure of one strategy, in the quote asset"),
        count("open_orders_max", "open orders of one strategy"),
        count("positions_max", "instruments in which one strategy has a position"),
        scalar(RuleKind::Boolean,
               "one_position_per_instrument",
               "deny an entry where the strategy has a position"),
        count("orders_per_second", "orders a second of one strategy, long run"),
        count("orders_burst", "orders at once of one strategy; without it orders_per_second"),
        count("orders_per_day", "orders of one strategy a UTC day"),
        scalar(RuleKind::Duration,
               "retry_deadline",
               "how long an order over its rate may wait; 0 denies at once")
            .at_most("1m"),
        within_a_day("duplicate_window",
                     "an intent tag may not come back within it; 0 is off; without it 1m, and off "
                     "under a simulated clock"),
        share("market_order_reserve",
              "held back for a market order above its price, as a fraction of it; without it 0.05"),
        share("fee_reserve",
              "held back for fees on top of an order's notional, as a fraction of it; without it "
              "0.005"),
    };
}

std::vector<Rule> market_limits() {
    return {
        scalar(RuleKind::Text,
               "book",
               "sound denies an entry on a crossed or one-sided book, required also on none; "
               "without it sound, and off in a backtest")
            .one_of({"off", "sound", "required"}),
        within_a_day(
            "quote_age_max",
            "oldest market data that an entry may rest on; 0 is off; without it 10s, and off "
            "in a backtest"),
        fraction("price_collar",
                 "farthest that a limit price may be from the middle, as a fraction of it"),
        money("depth_min",
              "how many times its quantity must be shown to an entry that takes, within the "
              "collar and its own price"),
        scalar(RuleKind::Decimal,
               "slippage_max",
               "largest expected cost of an entry that takes, as a fraction of the middle; 0 is "
               "off; without it 0.005 where depth is fed, and off in a backtest")
            .at_least("0")
            .at_most("1"),
        within_a_day("closing_window", "no entry so shortly before an instrument closes"),
        scalar(RuleKind::Decimal,
               "gas_price_max",
               "highest gas price of a swap on a chain, in gwei; 0 is off; without it 50, and off "
               "in a backtest")
            .at_least("0"),
    };
}

std::vector<Rule> loss_limits() {
    return {
        money("daily_loss_max", "largest loss of one strategy since 00:00 UTC, in the quote asset"),
        count("losing_trades_max", "losing round trips of one strategy in a row"),
        fraction("reject_rate_max", "largest share of a strategy's last orders that venues reject"),
        count("reject_window", "how many last orders that share is of; without it 20")
            .at_most("1000"),
        within_a_day("stream_stale_max",
                     "longest silence of an instrument's market data; 0 is off"),
        scalar(RuleKind::Integer,
               "breaker_threshold",
               "failed orders in a row that open the breaker of a strategy or a venue; 0 is off; "
               "without it 5, and off in a backtest")
            .at_least("0")
            .at_most("1000000"),
        within_a_day("breaker_cool_down",
                     "how long a breaker that errors opened stays open; without it 1m")
            .at_least("1ms"),
    };
}

void append(std::vector<Rule>& rules, std::vector<Rule> more) {
    for (Rule& rule : more)
        rules.push_back(std::move(rule));
}

}  // namespace

std::vector<Rule> strategy_limits() {
    std::vector<Rule> rules = size_limits();
    append(rules, market_limits());
    append(rules, loss_limits());
    return rules;
}

std::vector<Rule> session_limits() {
    std::vector<Rule> rules = strategy_limits();
    append(
        rules,
        {money("exposure_venue_max", "largest exposure at one venue, in the quote asset"),
         money("exposure_total_max", "largest exposure of all, in the quote asset"),
         count("venue_orders_per_second", "orders a second to one venue, long run"),
         count("venue_orders_burst", "orders at once to one venue; without it the rate a second"),
         count("venue_orders_per_day", "orders to one venue a UTC day"),
         money("daily_loss_total_max",
               "largest loss of all strategies since 00:00 UTC, in the quote asset"),
         fraction("drawdown_max", "deepest fall of equity below its peak, as a fraction of it"),
         count("unresolved_max", "orders of unknown outcome beyond which nothing is entered")});
    return rules;
}

}  // namespace tradectl::config

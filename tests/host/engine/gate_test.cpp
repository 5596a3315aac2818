// Every limit of a config, as far as the ledger: the order is denied, with its reason on record.
#include "tests/engine_support/session_fixture.hpp"

#include <algorithm>

namespace tradectl::engine {
namespace {

struct Denial {
    std::string name;
    std::string risk;  ///< of the config
    std::vector<std::string> steps;
    std::uint16_t reason;
    std::string script = "rest";
};

void PrintTo(const Denial& denial, std::ostream* out) {
    *out << denial.name;
}

class Gate : public SessionFixture, public testing::WithParamInterface<Denial> {
  protected:
    RunSummary run_steps(const Denial& denial) {
        SessionText text;
        text.instrument +=
            ", quantity_min: \"0.001\", quantity_max: \"50\", notional_min: \"1\", price_max: "
            "\"1000\"";
        text.risk = denial.risk;
        return run_well(text.venue(denial.script).script("s", denial.steps));
    }
};

TEST_P(Gate, DeniesWithItsReasonOnRecord) {
    const RunSummary summary = run_steps(GetParam());
    EXPECT_EQ(summary.counters.denied, 1u);
    const auto rows = denied();
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].reason, GetParam().reason);
    EXPECT_EQ(rows[0].instance, "s");
    ASSERT_FALSE(rows[0].verdicts.empty());
    const auto failed = std::find_if(rows[0].verdicts.begin(),
                                     rows[0].verdicts.end(),
                                     [](const auto& verdict) { return !verdict.passed; });
    ASSERT_NE(failed, rows[0].verdicts.end());
    EXPECT_EQ(failed->reason, GetParam().reason);
    const auto lines = heard();
    const auto told = std::find_if(lines.begin(), lines.end(), [](const std::string& line) {
        return line.find(" 9 " + std::to_string(GetParam().reason)) != std::string::npos;
    });
    EXPECT_NE(told, lines.end());
}

const std::vector<Denial> kDenials = {
    {"OrderNotional",
     "{order_notional_max: \"99\"}",
     {"3 buy 1 100"},
     TRADECTL_REASON_NOTIONAL_ABOVE_MAX},
    {"PositionQuantity",
     "{position_quantity_max: \"1.5\"}",
     {"3 buy 1 100", "4 buy 1 100"},
     TRADECTL_REASON_POSITION_LIMIT},
    {"PositionNotional",
     "{position_notional_max: \"150\"}",
     {"3 buy 1 100", "4 buy 1 100"},
     TRADECTL_REASON_POSITION_LIMIT},
    {"ExposureOfTheStrategy",
     "{exposure_strategy_max: \"150\"}",
     {"3 buy 1 100", "4 buy 1 100"},
     TRADECTL_REASON_EXPOSURE_LIMIT},
    {"ExposureOfTheVenue",
     "{exposure_venue_max: \"150\"}",
     {"3 buy 1 100", "4 buy 1 100"},
     TRADECTL_REASON_EXPOSURE_LIMIT},
    {"ExposureOfAll",
     "{exposure_total_max: \"150\"}",
     {"3 buy 1 100", "4 buy 1 100"},
     TRADECTL_REASON_EXPOSURE_LIMIT},
    {"OpenOrders",
     "{open_orders_max: 1}",
     {"3 buy 1 100", "4 buy 1 100"},
     TRADECTL_REASON_OPEN_ORDERS_LIMIT},
    {"OnePositionPerInstrument",
     "{one_position_per_instrument: true}",
     {"3 buy 1 100", "10 buy 1 100"},
     TRADECTL_REASON_DUPLICATE_POSITION,
     "fill"},
    {"OrdersPerSecond",
     "{orders_per_second: 1, orders_burst: 2}",
     {"3 buy 1 100", "3 buy 1 100", "3 buy 1 100"},
     TRADECTL_REASON_RATE_LIMIT},
    {"VenueOrdersPerSecond",
     "{venue_orders_per_second: 1, venue_orders_burst: 2}",
     {"3 buy 1 100", "3 buy 1 100", "3 buy 1 100"},
     TRADECTL_REASON_RATE_LIMIT},
    {"OrdersPerDay",
     "{orders_per_day: 2}",
     {"3 buy 1 100", "5 buy 1 100", "30 buy 1 100"},
     TRADECTL_REASON_DAILY_ORDER_LIMIT},
    {"VenueOrdersPerDay",
     "{venue_orders_per_day: 2}",
     {"3 buy 1 100", "5 buy 1 100", "30 buy 1 100"},
     TRADECTL_REASON_DAILY_ORDER_LIMIT},
    {"NoBook", "{book: required}", {"0 buy 1 100"}, TRADECTL_REASON_NO_BOOK},
    {"QuoteAge", "{quote_age_max: 1s}", {"0 buy 1 100"}, TRADECTL_REASON_QUOTE_TOO_OLD},
    {"StaleStream", "{stream_stale_max: 1s}", {"0 buy 1 100"}, TRADECTL_REASON_STREAM_STALE},
    {"PriceCollar",
     "{price_collar: \"0.2\"}",
     {"3 buy 1 100", "4 buy 1 150"},
     TRADECTL_REASON_PRICE_COLLAR},
    {"Depth", "{depth_min: \"1\"}", {"3 buy 50 - ioc"}, TRADECTL_REASON_NOT_ENOUGH_DEPTH},
    {"Slippage", "{slippage_max: \"0.1\"}", {"3 buy 50 - ioc"}, TRADECTL_REASON_SLIPPAGE_LIMIT},
    {"DailyLoss",
     "{daily_loss_max: \"9\"}",
     {"3 buy 1 100", "5 sell 1 90", "9 buy 1 100"},
     TRADECTL_REASON_DAILY_LOSS_LIMIT,
     "fill"},
    {"DailyLossOfAll",
     "{daily_loss_total_max: \"9\"}",
     {"3 buy 1 100", "5 sell 1 90", "9 buy 1 100"},
     TRADECTL_REASON_DAILY_LOSS_LIMIT,
     "fill"},
    {"Drawdown",
     "{drawdown_max: \"0.01\"}",
     {"3 buy 0.001 1000", "5 buy 50 200", "9 buy 1 100"},
     TRADECTL_REASON_DRAWDOWN_LIMIT,
     "fill"},
    {"LosingTrades",
     "{losing_trades_max: 1}",
     {"3 buy 1 100", "5 sell 1 90", "9 buy 1 100"},
     TRADECTL_REASON_LOSSES_IN_A_ROW,
     "fill"},
    {"RejectRate",
     "{reject_rate_max: \"0.1\", reject_window: 10}",
     {"3 buy 1 100", "5 buy 1 100", "9 buy 1 100"},
     TRADECTL_REASON_REJECT_RATE,
     "reject"},
    {"BreakerOpen",
     "{breaker_threshold: 1}",
     {"3 buy 1 100", "5 buy 1 100"},
     TRADECTL_REASON_BREAKER_OPEN,
     "reject"},
    {"DuplicateIntent",
     "{duplicate_window: 1h}",
     {"3 buy 1 100 tag=5", "10 buy 1 100 tag=5", "11 buy 1 100 tag=6"},
     TRADECTL_REASON_DUPLICATE_INTENT},
    {"DuplicateOrderRef",
     "{}",
     {"3 buy 1 100 ref=5", "10 buy 1 100 ref=5"},
     TRADECTL_REASON_DUPLICATE_ORDER_REF},
    {"OrderRefOfTheHost",
     "{}",
     {"3 buy 1 100 ref=4611686018427387904"},
     TRADECTL_REASON_BAD_ORDER_REF},
    {"PriceOffTheTick", "{}", {"3 buy 1 100.005"}, TRADECTL_REASON_PRICE_NOT_ON_TICK},
    {"PriceTooHigh", "{}", {"3 buy 0.1 1000.01"}, TRADECTL_REASON_PRICE_OUT_OF_BOUNDS},
    {"QuantityOffTheLot", "{}", {"3 buy 0.00105 100"}, TRADECTL_REASON_QUANTITY_NOT_ON_LOT},
    {"QuantityTooSmall", "{}", {"3 buy 0.0001 100"}, TRADECTL_REASON_QUANTITY_BELOW_MIN},
    {"QuantityTooLarge", "{}", {"3 buy 51 100"}, TRADECTL_REASON_QUANTITY_ABOVE_MAX},
    {"QuantityOfZero", "{}", {"3 buy 0 100"}, TRADECTL_REASON_BAD_FIELD},
    {"NegativePrice", "{}", {"3 buy 1 -1"}, TRADECTL_REASON_BAD_FIELD},
    {"NotionalTooSmall", "{}", {"3 buy 0.001 10"}, TRADECTL_REASON_NOTIONAL_BELOW_MIN},
    {"NotEnoughToSell", "{}", {"3 sell 11 100"}, TRADECTL_REASON_INSUFFICIENT_BALANCE},
    {"NotEnoughToBuyTwice",
     "{}",
     {"3 buy 50 999", "4 buy 50 999"},
     TRADECTL_REASON_INSUFFICIENT_BALANCE},
};

INSTANTIATE_TEST_SUITE_P(Limits, Gate, testing::ValuesIn(kDenials), [](const auto& test) {
    return test.param.name;
});

using Reserves = SessionFixture;

TEST_F(Reserves, AMarketOrderAndItsFeeKeepBackWhatTheConfigSays) {
    const auto denied_with = [&](const std::string& risk) {
        fresh_state();
        SessionText text;
        text.exchange = "plugin: paper, settings: {balances: {USD: \"100\"}, depth: unlimited}";
        text.data =
            "instrument: BTC-USD.x, synth: {price: \"100\", volatility_ppm: 0, spread_ticks: 1, "
            "trades: 20}";
        text.risk = risk;
        return run_well(text.script("s", {"3 buy 0.97 - ioc"})).counters.denied;
    };
    EXPECT_EQ(denied_with("{}"), 1u);
    EXPECT_EQ(denied_with("{market_order_reserve: 0}"), 0u);
    EXPECT_EQ(denied_with("{market_order_reserve: \"0.02\"}"), 0u);
    EXPECT_EQ(denied_with("{market_order_reserve: 0, fee_reserve: \"0.05\"}"), 1u);
    EXPECT_EQ(denied_with("{market_order_reserve: \"0.03\", fee_reserve: 0}"), 0u);
}

using RateLimits = SessionFixture;

TEST_F(RateLimits, AnOrderOverItsRateIsTriedAgainUntilItsDeadline) {
    SessionText text;
    text.risk = "{orders_per_second: 2, orders_burst: 1, retry_deadline: 10s}";
    text.rest = "shutdown: {orders: keep}\n";
    text.venue("fill").script("s", {"3 buy 1 100", "3 buy 1 100", "3 buy 1 100"});
    const RunSummary summary = run_well(text);
    EXPECT_EQ(summary.counters.orders, 3u);
    EXPECT_EQ(summary.counters.denied, 0u);
    const auto rows = orders();
    EXPECT_GE(rows[1].created.minus(rows[0].created), 400 * kNsPerMillisecond);
}

TEST_F(RateLimits, AnOrderThatWaitsTooLongIsDenied) {
    SessionText text;
    text.risk = "{orders_per_second: 1, orders_burst: 1, retry_deadline: 300ms}";
    text.venue("fill").script("s", {"3 buy 1 100", "3 buy 1 100"});
    const RunSummary summary = run_well(text);
    EXPECT_EQ(summary.counters.orders, 1u);
    ASSERT_EQ(denied().size(), 1u);
    EXPECT_EQ(denied()[0].reason, TRADECTL_REASON_RATE_LIMIT);
}

TEST_F(RateLimits, AHaltDeniesWhatAddsRiskAndLetsExitsPass) {
    SessionText text;
    text.venue("too_much").script("s", {"3 buy 1 100"});
    run_well(text);
    std::filesystem::rename(state_dir() + "/halt", directory_.file("halt"));
    fresh_state();
    std::filesystem::create_directory(state_dir());
    std::filesystem::rename(directory_.file("halt"), state_dir() + "/halt");
    SessionText next;
    next.venue("fill").script("s", {"3 buy 1 100"});
    run_well(next);
    ASSERT_EQ(denied().size(), 1u);
    EXPECT_EQ(denied()[0].reason, TRADECTL_REASON_HALTED);
}

TEST_F(RateLimits, ReduceOnlyDeniesEntriesAndTellsTheStrategy) {
    std::filesystem::create_directory(state_dir());
    ASSERT_TRUE(HaltLatch(*disk_, state_dir() + "/halt")
                    .add({.scope = "exchange:x",
                          .since = Timestamp{1},
                          .actor = "alice",
                          .reason = "",
                          .kind = HaltKind::ReduceOnly}));
    SessionText text;
    text.venue("fill").script("s", {"3 buy 1 100"});
    run_well(text);
    ASSERT_EQ(denied().size(), 1u);
    EXPECT_EQ(denied()[0].reason, TRADECTL_REASON_REDUCE_ONLY);
    EXPECT_EQ(heard().front(), "status " + std::to_string(TRADECTL_STATUS_REDUCE_ONLY));
}

TEST_F(RateLimits, AreSharedByAllWhoUseOneDirectory) {
    SessionText text;
    text.risk = "{venue_orders_per_day: 2}";
    text.in_real_time().venue("fill").script("s", {"3 buy 1 100"});
    for (int run = 0; run < 3; ++run) {
        fresh_state();
        RunOptions options;
        options.rate_dir = directory_.file("rate");
        EXPECT_EQ(run_well(text, options).counters.denied, run < 2 ? 0u : 1u);
    }
    EXPECT_EQ(denied()[0].reason, TRADECTL_REASON_DAILY_ORDER_LIMIT);
}

}  // namespace
}  // namespace tradectl::engine

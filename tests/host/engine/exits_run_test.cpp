// Exits that the host runs, and what survives a restart.
#include "tests/engine_support/session_fixture.hpp"

#include <algorithm>

namespace tradectl::engine {
namespace {

class HostExits : public SessionFixture {
  protected:
    /// A position of 1 BTC and one exit rule on a market that moves.
    std::vector<ledger::OrderRow> run_rule(const std::string& rule) {
        SessionText text;
        text.data =
            "instrument: BTC-USD.x, synth: {price: \"100\", quantity: \"50\", "
            "volatility_ppm: 3000, trades: 400}";
        text.exchange = "plugin: paper, settings: {balances: {USD: \"100000\", BTC: \"10\"}}";
        text.script("s", {"3 buy 1 200 ioc", "4 exits " + rule});
        run_well(text);
        return orders();
    }
};

TEST_F(HostExits, TargetStopAndTimeCloseThePosition) {
    const std::vector<std::pair<std::string, std::uint16_t>> rules = {
        {"target 0.002", TRADECTL_REASON_EXIT_TARGET},
        {"stop 0.002", TRADECTL_REASON_EXIT_STOP},
        {"hold 5000", TRADECTL_REASON_EXIT_TIME},
        {"now", TRADECTL_REASON_EXIT_SIGNAL}};
    for (const auto& [rule, reason] : rules) {
        fresh_state();
        const auto rows = run_rule(rule);
        ASSERT_EQ(rows.size(), 2u) << rule;
        EXPECT_EQ(rows[1].reason, reason) << rule;
        EXPECT_EQ(rows[1].side, TRADECTL_SIDE_SELL);
        const bool hit = reason != TRADECTL_REASON_EXIT_SIGNAL;  // that one the strategy asked for
        EXPECT_EQ(notes(wal::NoteKind::Triggered), std::vector<std::string>(hit ? 1 : 0, "sell"));
        EXPECT_EQ(books().positions({})->front().quantity, Decimal()) << rule;
    }
}

TEST_F(HostExits, TimeIsUpWhenItIsThoughNothingHappens) {
    SessionText text;
    text.data = "instrument: BTC-USD.x, synth: {price: \"100\", interval: 10m, trades: 20}";
    text.script("s", {"2 exits hold 5000", "3 buy 1 200 ioc"});
    run_well(text);
    const auto rows = orders();
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[1].reason, TRADECTL_REASON_EXIT_TIME);
    EXPECT_EQ(rows[1].created.minus(fills().at(0).time), 5 * kNsPerSecond);
}

TEST_F(HostExits, WhatTimeCouldNotSellIsTriedAgainAndLessAndLessOften) {
    SessionText text;
    text.data =
        "instrument: BTC-USD.x, synth: {price: \"100\", quantity: \"0.1\", interval: 10m, "
        "trades: 40}";
    text.script("s",
                {"2 exits hold 5000", "3 buy 1 200 ioc", "4 buy 1 200 ioc", "5 buy 1 200 ioc"});
    const RunSummary summary = run_well(text);
    std::vector<Timestamp> exits;
    for (const auto& order : orders()) {
        if (order.side == TRADECTL_SIDE_SELL) exits.push_back(order.created);
    }
    ASSERT_GT(exits.size(), 3u);
    for (std::size_t i = 1; i < exits.size(); ++i)
        EXPECT_GE(exits[i].minus(exits[i - 1]), kNsPerSecond);
    const std::int64_t hours = summary.ended.minus(summary.started) / kNsPerHour + 1;
    EXPECT_LT(static_cast<std::int64_t>(exits.size()), hours * 75);  // at most one a minute, or so
}

TEST_F(HostExits, ARuleThatIsClearedDoesNotFire) {
    SessionText text;
    text.venue("fill").script("s", {"3 buy 1 100", "4 exits hold 1000", "5 exits clear"});
    run_well(text);
    EXPECT_EQ(orders().size(), 1u);
}

TEST_F(HostExits, AnExitThatMakesNoSenseIsRefusedAndTheOldOneStays) {
    SessionText text;
    text.venue("fill").script("s", {"3 buy 1 100", "4 exits hold 1000", "5 exits stop 2"});
    run_well(text);
    EXPECT_EQ(orders().size(), 2u);
}

/// Sessions under a real clock: a state directory outlives them.
class Restart : public SessionFixture {
  protected:
    RunSummary session(const std::vector<std::string>& steps,
                       const std::string& script = "fill",
                       const std::string& venue_settings = "") {
        SessionText text;
        text.in_real_time("1000");
        text.rest = "shutdown: {orders: keep}\n";
        text.data =
            "instrument: BTC-USD.x, synth: {price: \"100\", interval: 1s, trades: 100, "
            "weights: {gap: 0}}";
        return run_well(text.venue(script, venue_settings).script("s", steps));
    }
};

TEST_F(Restart, PositionsAndBalancesGoOn) {
    session({"3 buy 1 100"});
    const RunSummary second = session({"3 buy 2 100"});
    ASSERT_EQ(second.positions.size(), 1u);
    EXPECT_EQ(second.positions[0].quantity, 3_d);
    EXPECT_EQ(total("BTC"), 13_d);
    auto reader = books();
    check_books(reader, second);
}

TEST_F(Restart, OrderRefsAndOpIdsAreNeverUsedAgain) {
    session({"3 buy 1 100", "4 buy 1 100"});
    session({"3 buy 1 100"});
    const auto rows = orders();
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_EQ(rows[2].order_ref.value, 3u);
    EXPECT_GT(rows[2].op_id.value, rows[1].op_id.value);
    EXPECT_NE(rows[2].client_order_id, rows[1].client_order_id);
}

TEST_F(Restart, AnOldOrderRefIsADuplicate) {
    session({"3 buy 1 100 ref=9"});
    session({"3 buy 1 100 ref=9"});
    ASSERT_EQ(denied().size(), 1u);
    EXPECT_EQ(denied()[0].reason, TRADECTL_REASON_DUPLICATE_ORDER_REF);
}

TEST_F(Restart, WhatAStrategyPutIsThere) {
    session({"3 put color red"});
    session({"3 put shape round"});
    const auto rows = books().kv("s");
    const auto has = [&](std::string_view key) {
        return std::any_of(
            rows->begin(), rows->end(), [&](const auto& row) { return row.key == key; });
    };
    EXPECT_TRUE(has("color") && has("shape"));
    const auto lines = heard();
    EXPECT_EQ(std::count(lines.begin(), lines.end(), "stop"), 2);
}

TEST_F(Restart, AnExitFiresInTheNextSession) {
    session({"3 buy 1 100", "98 exits hold 60"});
    ASSERT_EQ(orders().size(), 1u);
    session({});
    const auto rows = orders();
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[1].reason, TRADECTL_REASON_EXIT_TIME);
    EXPECT_GE(rows[1].order_ref.value, wal::kHostOrderRefFirst);
}

TEST_F(Restart, AnOrderThatTheVenueNeverHeardOfIsRolledBack) {
    session({"3 buy 1 100"}, "unknown");
    session({});
    ASSERT_EQ(orders().size(), 1u);
    EXPECT_EQ(orders()[0].status, TRADECTL_ORDER_STATUS_CANCELED);
    EXPECT_EQ(amount("USD", wal::Bucket::Held), Decimal());
    EXPECT_EQ(amount("USD", wal::Bucket::Available), 100000_d);
    EXPECT_TRUE(books().unfinished_operations()->empty());
}

TEST_F(Restart, AnOrderThatWasFilledMeanwhileIsBooked) {
    session({"3 buy 1 100"}, "unknown");
    session({}, "fill", ", listing: filled");
    ASSERT_EQ(orders().size(), 1u);
    EXPECT_EQ(orders()[0].status, TRADECTL_ORDER_STATUS_FILLED);
    EXPECT_EQ(total("BTC"), 11_d);
}

TEST_F(Restart, AnOrderOfUnknownOutcomeThatIsOpenGoesOn) {
    session({"3 buy 1 100"}, "unknown");
    const RunSummary second = session({}, "fill", ", listing: open");
    EXPECT_EQ(second.unresolved, 0u);
    EXPECT_EQ(orders()[0].status, TRADECTL_ORDER_STATUS_ACKNOWLEDGED);
}

TEST_F(Restart, AVenueThatCannotTellLeavesTheOrderAsItIs) {
    session({"3 buy 1 100"}, "unknown");
    const RunSummary second = session({}, "fill", ", absent: unknown");
    EXPECT_EQ(second.unresolved, 1u);
    EXPECT_EQ(orders()[0].status, TRADECTL_ORDER_STATUS_UNRESOLVED);
    EXPECT_GE(amount("USD", wal::Bucket::Held), 100_d);
}

TEST_F(Restart, ASecondRecoveryChangesNothing) {
    session({"3 buy 1 100"}, "unknown");
    session({});
    const std::string before = exported();
    session({});
    EXPECT_EQ(exported(), before);
}

TEST_F(Restart, AnOpenOrderOfAStrategyThatIsGoneIsRefusedByName) {
    session({"3 buy 1 100"}, "rest");
    SessionText text;
    text.in_real_time();
    const auto second = run(text.venue("rest").script("other", {}));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::Config);
    EXPECT_NE(second.error().message.find("'s'"), std::string::npos) << second.error().message;
}

TEST_F(Restart, OrdersOfThisDayCountForTheDailyLimit) {
    SessionText text;
    text.in_real_time("1000");
    text.risk = "{orders_per_day: 1}";
    text.venue("fill").script("s", {"3 buy 1 100"});
    run_well(text);
    run_well(text);
    ASSERT_EQ(denied().size(), 1u);
    EXPECT_EQ(denied()[0].reason, TRADECTL_REASON_DAILY_ORDER_LIMIT);
}

}  // namespace
}  // namespace tradectl::engine

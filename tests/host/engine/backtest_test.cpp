// Whole runs under a simulated clock: the paper exchange and momentum, from start to end.
#include "host/config/load.hpp"
#include "tests/engine_support/session_fixture.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace tradectl::engine {
namespace {

#if defined(TRADECTL_INSTRUMENTED)
constexpr bool kInstrumented = true;  // by a sanitizer or for coverage: memory means nothing then
#else
constexpr bool kInstrumented = false;
#endif

std::string text_of(const std::string& path) {
    std::ifstream file(path);
    std::stringstream content;
    content << file.rdbuf();
    return content.str();
}

class Backtest : public SessionFixture {
  protected:
    /// Momentum that trades often, on a market of `trades` made-up trades.
    static SessionText momentum(int trades, const std::string& settings = "") {
        SessionText text;
        text.exchange =
            "plugin: paper, settings: {balances: {USD: \"100000\"}, latency: 5ms, ack_latency: "
            "2ms, taker_fee: \"0.001\"}";
        text.data =
            "instrument: BTC-USD.x, synth: {price: \"100\", interval: 100ms, quantity: "
            "\"5\", spread_ticks: 2, volatility_ppm: 300, trades: " +
            std::to_string(trades) + "}";
        text.strategies =
            "  - {name: m, plugin: momentum, instruments: [BTC-USD.x], settings: {lookback: 20, "
            "threshold: \"0.001\", notional: \"5000\", target: \"0.002\", stop: \"0.002\", "
            "hold_max: 1m, cooldown: 1s" +
            settings + "}}\n";
        return text;
    }

    std::string export_of(const SessionText& text, const std::string& name) {
        const std::string path = directory_.file(name);
        fresh_state();
        run_well(text, {.export_file = path});
        return text_of(path);
    }
};

TEST_F(Backtest, TheSameConfigAndSeedGiveTheSameBytes) {
    const std::string first = export_of(momentum(3000), "1.jsonl");
    EXPECT_GT(std::count(first.begin(), first.end(), '\n'), 100);
    EXPECT_EQ(export_of(momentum(3000), "2.jsonl"), first);
}

TEST_F(Backtest, AnotherSeedGivesOtherBytes) {
    SessionText other = momentum(3000);
    other.head = "mode: backtest\nseed: 8\n";
    EXPECT_NE(export_of(other, "2.jsonl"), export_of(momentum(3000), "1.jsonl"));
}

TEST_F(Backtest, AStateDirectoryChangesNothing) {
    const std::string kept = export_of(momentum(3000), "1.jsonl");
    config::LoadOptions load;
    load.directory = load.working_directory = directory_.path();
    const auto outcome = config::load_text(momentum(3000).yaml(), load);
    ASSERT_TRUE(outcome.document);
    const std::string path = directory_.file("2.jsonl");
    ASSERT_TRUE(run_session(*outcome.document, {.export_file = path}));
    EXPECT_EQ(text_of(path), kept);
}

TEST_F(Backtest, TheBooksAddUp) {
    const RunSummary summary = run_well(momentum(5000));
    EXPECT_GT(summary.counters.fills, 20u);
    EXPECT_EQ(summary.counters.market_events, 10000u);
    auto reader = books();
    check_books(reader, summary);
    EXPECT_EQ(reader.fills({})->size(), summary.counters.fills);
    EXPECT_EQ(reader.orders({})->size(), summary.counters.orders);
}

TEST_F(Backtest, AClosedOrderHoldsNothing) {
    run_well(momentum(5000));
    EXPECT_EQ(amount("USD", wal::Bucket::Held), Decimal());
    EXPECT_EQ(amount("BTC", wal::Bucket::Held), Decimal());
}

TEST_F(Backtest, EveryEntryHasItsReasonOnRecord) {
    const RunSummary summary = run_well(momentum(3000));
    std::size_t entries = 0;
    for (const auto& order : orders())
        entries += order.side == TRADECTL_SIDE_BUY ? 1 : 0;
    EXPECT_GT(entries, 0u);
    EXPECT_EQ(notes(wal::NoteKind::Decision).size(), entries + summary.counters.denied);
}

TEST_F(Backtest, ExitsAreOrdersOfTheHostWithTheirReason) {
    run_well(momentum(5000));
    std::size_t reasons = 0;
    for (const auto& order : orders()) {
        if (order.side != TRADECTL_SIDE_SELL) continue;
        EXPECT_GE(order.order_ref.value, wal::kHostOrderRefFirst);
        EXPECT_NE(order.order_flags & TRADECTL_ORDER_REDUCE_ONLY, 0u);
        if (order.reason == TRADECTL_REASON_NO_LIQUIDITY) continue;  // a later word of the venue
        EXPECT_GE(order.reason, TRADECTL_REASON_EXIT_TARGET);
        EXPECT_LE(order.reason, TRADECTL_REASON_EXIT_TIME);
        ++reasons;
    }
    EXPECT_GT(reasons, 0u);
}

TEST_F(Backtest, ALogThatTakesLongerDelaysTheFill) {
    const std::string fast_yaml = momentum(1000).yaml();
    std::string slow_yaml = fast_yaml;
    const std::string from = "wal: {segment: 256KiB}";
    slow_yaml.replace(slow_yaml.find(from), from.size(), "wal: {segment: 256KiB, latency: 250ms}");
    const auto first_delay = [&](const std::string& yaml) {
        fresh_state();
        EXPECT_TRUE(run_yaml(yaml));
        const auto rows = fills();
        const auto order = orders().front();
        return rows.front().venue_time.minus(order.created);
    };
    EXPECT_LT(first_delay(fast_yaml), 10 * kNsPerMillisecond);
    EXPECT_GE(first_delay(slow_yaml), 250 * kNsPerMillisecond);
}

TEST_F(Backtest, TwoStrategiesKeepTheirOwnPositions) {
    SessionText text = momentum(3000);
    text.script("s", {"3 buy 1 200 ioc", "900 sell 1 1 ioc", "1000 buy 2 200 ioc"});
    const RunSummary summary = run_well(text);
    auto reader = books();
    check_books(reader, summary);
    const auto mine = reader.positions({.instance = "s"});
    ASSERT_EQ(mine->size(), 1u);
    EXPECT_EQ(mine->front().quantity, 2_d);
}

TEST_F(Backtest, SignsOfASessionStandInTheLog) {
    run_well(momentum(100));
    EXPECT_EQ(notes(wal::NoteKind::SessionStart).size(), 1u);
    EXPECT_EQ(notes(wal::NoteKind::SessionEnd).size(), 1u);
    EXPECT_EQ(notes(wal::NoteKind::Config).size(), 1u);
}

TEST_F(Backtest, AStateDirectoryWithAnEarlierRunIsRefused) {
    run_well(momentum(100));
    const auto again = run(momentum(100));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::Config);
    EXPECT_NE(again.error().message.find(state_dir()), std::string::npos);
}

TEST_F(Backtest, ALimitOfSessionTimeEndsIt) {
    const RunSummary summary = run_well(momentum(100000), {.session_ns_max = 30 * kNsPerSecond});
    EXPECT_EQ(summary.ended.minus(summary.started) >= 30 * kNsPerSecond, true);
    EXPECT_LE(summary.market_last.minus(summary.market_first), 30 * kNsPerSecond);
    EXPECT_LT(summary.counters.market_events, 2000u);
}

/// Resident anonymous memory of this process.
std::int64_t memory_bytes() {
    std::ifstream file("/proc/self/status");
    std::string word;
    std::int64_t kib = 0;
    while (file >> word) {
        if (word == "RssAnon:") file >> kib;
    }
    return kib * 1024;
}

/// Events alone cost nothing; a venue keeps its orders for ever, so this one gets none.
TEST_F(Backtest, MemoryStaysFlatOverAMillionEvents) {
    if (kInstrumented) GTEST_SKIP() << "skipped: instrumented code keeps what was freed";
    const auto watching = [](int trades) {
        SessionText text = momentum(trades);
        const std::string from = "threshold: \"0.001\"";
        text.strategies.replace(text.strategies.find(from), from.size(), "threshold: \"0.9\"");
        return text;
    };
    run_well(watching(20'000));
    fresh_state();
    const std::int64_t before = memory_bytes();
    const RunSummary summary = run_well(watching(500'000));
    EXPECT_EQ(summary.counters.market_events, 1'000'000u);
    EXPECT_LT(memory_bytes() - before, 1 << 20);
}

TEST_F(Backtest, OrdersAreKeptOverTheEndWhenTheConfigSaysSo) {
    SessionText text;
    text.script("s", {"5 buy 1 50"});
    text.rest = "shutdown: {orders: keep}\n";
    EXPECT_EQ(run_well(text).open_orders, 1u);
    EXPECT_EQ(books().open_orders()->size(), 1u);
    EXPECT_EQ(amount("USD", wal::Bucket::Held) > 50_d, true);
}

TEST_F(Backtest, OrdersAreCanceledAtTheEndByDefault) {
    SessionText text;
    text.script("s", {"5 buy 1 50"});
    EXPECT_EQ(run_well(text).open_orders, 0u);
    ASSERT_EQ(orders().size(), 1u);
    EXPECT_EQ(orders()[0].status, TRADECTL_ORDER_STATUS_CANCELED);
    EXPECT_EQ(orders()[0].reason, TRADECTL_REASON_CANCELED_ON_SHUTDOWN);
    EXPECT_EQ(amount("USD", wal::Bucket::Held), Decimal());
}

TEST_F(Backtest, PositionsAreKeptByDefault) {
    SessionText text;
    text.script("s", {"5 buy 1 200 ioc"});
    const RunSummary summary = run_well(text);
    ASSERT_EQ(summary.positions.size(), 1u);
    EXPECT_EQ(summary.positions[0].quantity, 1_d);
}

TEST_F(Backtest, PositionsAreFlattenedWhenTheConfigSaysSo) {
    SessionText text;
    text.script("s", {"5 buy 1 200 ioc"});
    text.rest = "shutdown: {positions: flatten}\n";
    const RunSummary summary = run_well(text);
    ASSERT_EQ(orders().size(), 2u);
    EXPECT_EQ(orders()[1].side, TRADECTL_SIDE_SELL);
    EXPECT_EQ(books().positions({})->front().quantity, Decimal());
    auto reader = books();
    check_books(reader, summary);
}

}  // namespace
}  // namespace tradectl::engine

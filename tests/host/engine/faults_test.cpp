// Strategies that misbehave: they are stopped one by one, and the others go on.
#include "tests/engine_support/session_fixture.hpp"

namespace tradectl::engine {
namespace {

class Faults : public SessionFixture {
  protected:
    static std::string zoo(const std::string& name, const std::string& more = "") {
        return "  - {name: " + name + ", plugin: strategy, instruments: [BTC-USD.x]" + more + "}\n";
    }
    void expect_one_fault(const RunSummary& summary, const std::string& words) {
        ASSERT_EQ(summary.faults.size(), 1u);
        EXPECT_NE(summary.faults[0].find(words), std::string::npos) << summary.faults[0];
        EXPECT_EQ(notes(wal::NoteKind::Fault).size(), 1u);
    }
};

TEST_F(Faults, AnExceptionFaultsTheInstanceAloneAndOthersTrade) {
    SessionText text;
    text.venue("fill").script("bad", {"5 throw"}).script("s", {"20 buy 1 100"});
    const RunSummary summary = run_well(text);
    expect_one_fault(summary, "strategy 'bad' faulted");
    EXPECT_EQ(fills().size(), 1u);
}

TEST_F(Faults, AnErrorOfAHandlerFaults) {
    SessionText text;
    expect_one_fault(run_well(text.venue("fill").script("bad", {"5 error"})),
                     "on_events failed with -13");
}

TEST_F(Faults, NothingIsHeardFromAFaultedInstance) {
    SessionText text;
    run_well(text.venue("fill").script("s", {"5 throw", "6 buy 1 100"}));
    EXPECT_EQ(orders().size(), 0u);
    EXPECT_EQ(denied().size(), 0u);
}

TEST_F(Faults, ByDefaultItsOrdersAreCanceled) {
    SessionText text;
    text.rest = "shutdown: {orders: keep}\n";
    run_well(text.venue("rest").script("s", {"3 buy 1 100", "5 throw"}));
    ASSERT_EQ(orders().size(), 1u);
    EXPECT_EQ(orders()[0].status, TRADECTL_ORDER_STATUS_CANCELED);
    EXPECT_EQ(orders()[0].reason, TRADECTL_REASON_INSTANCE_FAULTED);
}

TEST_F(Faults, KeepLeavesItsOrdersOpen) {
    SessionText text;
    text.rest = "shutdown: {orders: keep}\n";
    run_well(text.venue("rest").script("s", {"3 buy 1 100", "5 throw"}, ", on_fault: keep"));
    EXPECT_EQ(books().open_orders()->size(), 1u);
}

TEST_F(Faults, FlattenSellsItsPosition) {
    SessionText text;
    run_well(text.venue("fill").script("s", {"3 buy 1 100", "5 throw"}, ", on_fault: flatten"));
    ASSERT_EQ(orders().size(), 2u);
    EXPECT_EQ(orders()[1].side, TRADECTL_SIDE_SELL);
    EXPECT_EQ(orders()[1].reason, TRADECTL_REASON_EXIT_FAULT);
    EXPECT_EQ(books().positions({})->front().quantity, Decimal());
}

TEST_F(Faults, ItsExitsStillWork) {
    SessionText text;
    text.venue("fill").script(
        "s", {"3 buy 1 100", "4 exits hold 1000", "5 throw"}, ", on_fault: keep");
    run_well(text);
    ASSERT_EQ(orders().size(), 2u);
    EXPECT_EQ(orders()[1].reason, TRADECTL_REASON_EXIT_TIME);
}

TEST_F(Faults, AFloodIsCutOffAndTheRestDenied) {
    SessionText text;
    text.data = "instrument: BTC-USD.x, synth: {price: \"100\", trades: 2}";
    text.strategies = zoo("floods");
    const RunSummary summary = run_well(text);
    EXPECT_TRUE(summary.faults.empty());
    EXPECT_EQ(summary.counters.orders, 0u);
}

TEST_F(Faults, GarbageCommandsAreRefused) {
    SessionText text;
    text.strategies = zoo("sends_garbage");
    EXPECT_EQ(run_well(text).counters.orders, 0u);
}

TEST_F(Faults, AStrategyThatDoesNotStartStopsTheRun) {
    SessionText text;
    const auto summary = run(text.venue("fill").script("s", {"0 error"}));
    ASSERT_FALSE(summary);
    EXPECT_EQ(summary.error().code, ErrorCode::Config);
    EXPECT_NE(summary.error().message.find("strategy 's' does not start"), std::string::npos);
}

TEST_F(Faults, AStrategyThatRefusesItsSettingsNamesItself) {
    SessionText text;
    text.strategies = zoo("fails_in_configure");
    const auto summary = run(text);
    ASSERT_FALSE(summary);
    EXPECT_EQ(summary.error().message.find("config:"), 0u) << summary.error().message;
    EXPECT_NE(summary.error().message.find(": strategies[0] (fails_in_configure): "),
              std::string::npos)
        << summary.error().message;
    EXPECT_NE(summary.error().message.find("no such colour"), std::string::npos);
}

}  // namespace
}  // namespace tradectl::engine

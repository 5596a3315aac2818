// Instruments that appear while a session runs, and what a restart knows of them.
#include "host/config/load.hpp"
#include "host/engine/pipeline.hpp"
#include "host/engine/trading.hpp"
#include "host/engine/venue_desk.hpp"
#include "tests/engine_support/session_fixture.hpp"

#include <algorithm>
#include <filesystem>

namespace tradectl::engine {
namespace {

using Texts = std::vector<std::string>;

std::string quoted(const Texts& items) {
    std::string list;
    for (const auto& item : items)
        list += (list.empty() ? "\"" : ", \"") + item + "\"";
    return "[" + list + "]";
}

/// An exchange that lists instruments, and a strategy that takes those of a pattern.
class ListingsRun : public SessionFixture {
  protected:
    SessionText text(const Texts& steps, const std::string& more = "") const {
        SessionText text;
        text.in_real_time("1");
        text.exchange = "plugin: listing_exchange, settings: {steps: " + quoted(steps) +
                        ", fills: " + fills_ + ", holds: \"" + holds_ + "\"}" + more;
        text.data =
            "instrument: BTC-USD.x, synth: {price: \"100\", interval: 20ms, weights: {gap: 0}}";
        text.strategies = "  - {name: s, plugin: listening_strategy, instruments: [" + takes_ +
                          "], settings: {" + settings_ + "}}\n";
        text.rest = "shutdown: {orders: keep}\n";
        text.risk = "{quote_age_max: 0s}";  // it buys before there is a market
        return text;
    }
    RunSummary session(const Texts& steps, const std::string& more = "") {
        return run_well(text(steps, more), {.session_ns_max = 400 * kNsPerMillisecond});
    }
    /// The values that the exchange kept, by what they begin with.
    std::unique_ptr<VenueDesk> desk(const Texts& steps) {
        config::LoadOptions load;
        load.directory = load.working_directory = directory_.path();
        document_ = config::load_text(text(steps).yaml(), load).document;
        auto opened = VenueDesk::open_reader(document_->config, {state_dir()}, {});
        EXPECT_TRUE(opened) << (opened ? "" : opened.error().message);
        return opened ? std::move(*opened) : nullptr;
    }
    Texts kept_instruments() {
        Texts names;
        const auto rows = books().kv("instruments:x");
        for (const auto& row : *rows)
            names.push_back(row.key);
        return names;
    }

    std::string takes_ = "\"*-yes.x\"";
    std::string settings_ = "at: listing, buys: \"2\"";
    std::string fills_ = "true";
    std::string holds_;
    std::optional<config::Document> document_;
};

TEST_F(ListingsRun, OneThatAppearsIsToldAndTradedAndOnRecord) {
    const RunSummary summary = session({"50 add A-yes.x 1"});
    EXPECT_EQ(heard(),
              (Texts{"start",
                     "listed A-yes.x",

                     "order 2 0",
                     "order 3 0",
                     "fill A-yes.x 2",
                     "order 5 0"}));
    ASSERT_EQ(summary.positions.size(), 1U);
    EXPECT_EQ(summary.positions[0].instrument, "A-yes.x");
    EXPECT_EQ(kept_instruments(), Texts{"A-yes.x"});
    auto reader = books();
    check_books(reader, summary);
}

TEST_F(ListingsRun, ARestartKnowsItBeforeThePluginSaysAnything) {
    session({"50 add A-yes.x 1"});
    const RunSummary second = session({});
    ASSERT_EQ(second.positions.size(), 1U);
    EXPECT_EQ(second.positions[0].quantity, 2_d);
    const Texts texts = heard();
    EXPECT_EQ(texts.back(), "listed A-yes.x before");
    EXPECT_EQ(fills().size(), 1U);
}

TEST_F(ListingsRun, OnesThatThePatternDoesNotTakeAreNotTold) {
    session({"50 add A-no.x 1"});
    EXPECT_EQ(heard(), Texts{"start"});
    EXPECT_EQ(kept_instruments(), Texts{"A-no.x"});
}

TEST_F(ListingsRun, AListOfNamesStaysAsItIs) {
    takes_ = "BTC-USD.x";
    session({"50 add A-yes.x 1"});
    EXPECT_EQ(heard(), Texts{"start"});
}

TEST_F(ListingsRun, TheSameAgainChangesWhatMayChange) {
    settings_ = "";
    session({"50 add A-yes.x 1 0.01", "80 add A-yes.x 1 0.001", "120 tick 1 0.1"});
    EXPECT_EQ(
        heard(),
        (Texts{
            "start", "listed A-yes.x", "changed A-yes.x tick 0.001", "changed A-yes.x tick 0.1"}));
    auto look = desk({});
    const auto handle = look->trading().table.find("A-yes.x");
    ASSERT_TRUE(handle);
    EXPECT_EQ(Decimal::from_abi(look->trading().table.instrument(*handle)->tick), 0.1_d);
}

TEST_F(ListingsRun, WhatIsWrongIsRefusedAndLeavesNothing) {
    settings_ = "";
    session({"30 add A-yes.x 1",     // good
             "40 add B-yes.x 1",     // the symbol of another
             "50 add C-yes.y 3",     // of another exchange
             "60 add D-yes.x 4 0",   // no tick
             "70 add BTC-USD.x 5",   // the name of one of the config
             "80 add E-yes.x 6 2"},  // a tick that no price between 0 and 1 is on
            "");
    EXPECT_EQ(heard(), (Texts{"start", "listed A-yes.x"}));
    EXPECT_EQ(kept_instruments(), Texts{"A-yes.x"});
}

TEST_F(ListingsRun, TheLimitHoldsAndCountsThoseOfEarlierRuns) {
    settings_ = "";
    session({"30 add A-yes.x 1", "40 add B-yes.x 2", "50 add C-yes.x 3"}, ", instruments_max: 2");
    EXPECT_EQ(kept_instruments(), (Texts{"A-yes.x", "B-yes.x"}));
    session({"30 add D-yes.x 4", "40 add B-yes.x 2 0.001"}, ", instruments_max: 2");
    EXPECT_EQ(kept_instruments(), (Texts{"A-yes.x", "B-yes.x"}));
    EXPECT_EQ(heard().back(), "changed B-yes.x tick 0.001");
}

TEST_F(ListingsRun, OneThatIsOverMakesRoomUnderTheLimit) {
    settings_ = "";
    session({"20 add A-yes.x 1",
             "40 add A-yes.x 1 0.01 closed",
             "60 add B-yes.x 2",
             "80 add C-yes.x 3",               // one too many
             "100 add A-yes.x 1 0.01 open",    // it is known: it comes back
             "120 add B-yes.x 2 0.01 closed",  // two were there
             "140 add D-yes.x 4",              // still one
             "160 add A-yes.x 1 0.01 closed",
             "180 add E-yes.x 5"},
            ", instruments_max: 1");
    EXPECT_EQ(kept_instruments(), (Texts{"A-yes.x", "B-yes.x", "E-yes.x"}));
    session({"20 add F-yes.x 6", "40 add E-yes.x 5 0.01 closed", "60 add G-yes.x 7"},
            ", instruments_max: 1");
    EXPECT_EQ(kept_instruments(), (Texts{"E-yes.x", "G-yes.x"}));
}

TEST_F(ListingsRun, OneThatIsOverIsForgottenUnlessSomethingIsInIt) {
    session({"30 add A-yes.x 1"});  // 2 of them are held
    settings_ = "";
    session({"30 add B-yes.x 2", "60 add B-yes.x 2 0.01 closed", "80 add A-yes.x 1 0.01 closed"});
    EXPECT_EQ(kept_instruments(), (Texts{"A-yes.x", "B-yes.x"}));
    session({});
    EXPECT_EQ(kept_instruments(), Texts{"A-yes.x"});
    auto look = desk({});
    EXPECT_TRUE(look->trading().table.find("A-yes.x"));
    EXPECT_FALSE(look->trading().table.find("B-yes.x"));
}

TEST_F(ListingsRun, OneThatIsOverIsKeptWhileItsAssetIsHeld) {
    settings_ = "";
    holds_ = "T2";
    session({"30 add A-yes.x 1 0.01 closed", "40 add B-yes.x 2 0.01 closed"});
    session({});
    EXPECT_EQ(kept_instruments(), Texts{"B-yes.x"});
    EXPECT_TRUE(desk({})->trading().table.find("B-yes.x"));
}

TEST_F(ListingsRun, WhatItResolvedToIsItsPriceInLaterRunsToo) {
    session({"30 add A-yes.x 1", "150 resolve 1 1"});
    session({});
    auto look = desk({});
    const auto handle = look->trading().table.find("A-yes.x");
    ASSERT_TRUE(handle);
    EXPECT_EQ(look->trading().resolved_price(*handle), 1_d);
    EXPECT_EQ(look->trading().mark(*handle), 1_d);
}

TEST_F(ListingsRun, AnUnresolvedOrderKeepsItsInstrument) {
    fills_ = "false";
    const RunSummary first = session({"30 add A-yes.x 1"});
    EXPECT_EQ(first.unresolved, 1U);
    settings_ = "";
    const RunSummary second = session({});
    EXPECT_EQ(second.unresolved, 1U);
    auto look = desk({});
    ASSERT_EQ(look->trading().orders.open_count(), 1U);
    EXPECT_TRUE(look->trading().table.find("A-yes.x"));
}

TEST_F(ListingsRun, WhatAppearsBeforeTheStrategiesStartWasThereBefore) {
    session({"-1 add A-yes.x 1"});
    EXPECT_EQ(heard(), (Texts{"start", "listed A-yes.x before"}));
}

/// A feed that is reached, and a venue in miniature that mirrors it.
class MirroredRun : public SessionFixture {
  protected:
    RunSummary session(const Texts& steps,
                       const std::string& settings = "buys: \"2\"",
                       const std::string& takes = "\"*.paper\"",
                       const std::string& risk = "{}") {
        const std::string yaml =
            "name: engine-test\nmode: paper\nlog: {level: \"off\"}\nplugins: {paths: [" +
            std::string(TRADECTL_BINARY_DIR "/scripted, " TRADECTL_BINARY_DIR "/plugins") +
            "]}\nexchanges:\n  - {name: v, plugin: listing_feed, settings: {steps: " +
            quoted(steps) +
            "}}\n  - {name: paper, plugin: paper, mirrors: v, settings: {balances: {USD: "
            "\"1000\"}}}\ninstruments: []\nstrategies:\n  - {name: s, plugin: "
            "listening_strategy, exchange: paper, instruments: [" +
            takes + "], settings: {" + settings + "}}\nrisk: " + risk + "\n";
        auto summary = run_yaml(yaml, {.session_ns_max = 600 * kNsPerMillisecond});
        EXPECT_TRUE(summary) << (summary ? "" : summary.error().message);
        return summary ? *summary : RunSummary{};
    }
    bool has_heard(const std::string& text) {
        const Texts texts = heard();
        return std::count(texts.begin(), texts.end(), text) == 1;
    }
};

TEST_F(MirroredRun, WhatAppearsAtTheVenueIsTradedOnPaperByItsMarket) {
    const RunSummary summary =
        session({"50 add A-yes.v 1", "150 quote 1 0.40 0.45", "300 quote 1 0.41 0.44"});
    EXPECT_TRUE(has_heard("listed A-yes.paper"));
    EXPECT_TRUE(has_heard("quote A-yes.paper"));
    EXPECT_TRUE(has_heard("fill A-yes.paper 2"));
    ASSERT_EQ(summary.positions.size(), 1U);
    EXPECT_EQ(summary.positions[0].instrument, "A-yes.paper");
    EXPECT_EQ(total("T1"), 2_d);
}

TEST_F(MirroredRun, AMarketThatResolvesPaysOnceAndEndsThePosition) {
    const RunSummary summary = session(
        {"50 add A-yes.v 1", "150 quote 1 0.40 0.45", "300 resolve 1 1", "350 resolve 1 1"});
    ASSERT_EQ(summary.positions.size(), 1U);
    EXPECT_TRUE(summary.positions[0].quantity.is_zero());
    EXPECT_EQ(summary.positions[0].realized_pnl, 1.1_d);
    EXPECT_EQ(total("USD"), 2001.1_d);  // 1000 at each exchange
    EXPECT_EQ(total("T1"), 0_d);
    const auto rows = orders();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[1].client_order_id, "payout-1");
    EXPECT_EQ(rows[1].reason, TRADECTL_REASON_EXIT_MARKET_CLOSE);
    EXPECT_EQ(rows[1].status, TRADECTL_ORDER_STATUS_FILLED);
    EXPECT_TRUE(notes(wal::NoteKind::Fault).empty());
    auto reader = books();
    check_books(reader, summary);
}

TEST_F(MirroredRun, AMarketThatPaysNothingEndsThePositionToo) {
    const RunSummary summary =
        session({"50 add A-yes.v 1", "150 quote 1 0.40 0.45", "300 resolve 1 0"});
    ASSERT_EQ(summary.positions.size(), 1U);
    EXPECT_TRUE(summary.positions[0].quantity.is_zero());
    EXPECT_EQ(total("USD"), 1999.1_d);
    EXPECT_EQ(total("T1"), 0_d);
    EXPECT_TRUE(notes(wal::NoteKind::Fault).empty());
    session({});
    EXPECT_EQ(fills().size(), 2U);
    EXPECT_EQ(total("USD"), 1999.1_d);
}

/// The process ended between the two commits: the venue paid, and our log heard nothing.
TEST_F(MirroredRun, APayoutThatOnlyTheVenueKeptIsBookedOnceByTheNextStart) {
    namespace fs = std::filesystem;
    const StatePaths paths{state_dir()};
    const fs::path store = paths.plugin_kv("paper");
    const std::string before = directory_.file("before");
    session({"50 add A-yes.v 1", "150 quote 1 0.40 0.45"});
    fs::copy(state_dir(), before, fs::copy_options::recursive);
    session({"50 resolve 1 1"});
    EXPECT_EQ(total("USD"), 2001.1_d);
    const fs::path paid = directory_.file("paid.db");
    fs::copy(store, paid);
    fs::remove_all(state_dir());
    fs::rename(before, state_dir());
    fs::copy(paid, store, fs::copy_options::overwrite_existing);
    ASSERT_EQ(fills().size(), 1U);
    for (int start = 0; start < 2; ++start) {
        const RunSummary summary = session({});
        EXPECT_EQ(fills().size(), 2U);
        EXPECT_EQ(total("USD"), 2001.1_d);
        EXPECT_EQ(total("T1"), 0_d);
        auto reader = books();
        check_books(reader, summary);
        EXPECT_TRUE(notes(wal::NoteKind::Fault).empty());
        EXPECT_FALSE(fs::exists(paths.halt())) << "nothing is missing at either side";
    }
}

TEST_F(MirroredRun, ARestartGoesOnWithTheSamePosition) {
    session({"50 add A-yes.v 1", "150 quote 1 0.40 0.45"});
    const RunSummary second = session({"50 quote 1 0.40 0.45"});
    ASSERT_EQ(second.positions.size(), 1U);
    EXPECT_EQ(second.positions[0].quantity, 2_d);
    EXPECT_EQ(fills().size(), 1U);
    EXPECT_TRUE(has_heard("listed A-yes.paper before"));
}

TEST_F(MirroredRun, APositionWithoutAMarketCountsAtItsCost) {
    session({"50 add A-yes.v 1", "150 quote 1 0.40 0.45", "250 add A-yes.v 1 0.01 closed"});
    // 2 at 0.45 are held, 2 at 0.5 are wanted.
    session({"50 add B-yes.v 2", "150 quote 2 0.40 0.45"},
            "buys: \"2\"",
            "\"*.paper\"",
            "{exposure_total_max: \"1.91\"}");
    EXPECT_EQ(fills().size(), 2U);
}

TEST_F(MirroredRun, APositionWithoutAMarketIsNotForgotten) {
    session({"50 add A-yes.v 1", "150 quote 1 0.40 0.45", "250 add A-yes.v 1 0.01 closed"});
    session({"50 add B-yes.v 2", "150 quote 2 0.40 0.45"},
            "buys: \"2\"",
            "\"*.paper\"",
            "{exposure_total_max: \"1.89\"}");
    EXPECT_EQ(fills().size(), 1U);
    ASSERT_EQ(denied().size(), 1U);
    EXPECT_EQ(denied()[0].reason, TRADECTL_REASON_EXPOSURE_LIMIT);
}

TEST_F(MirroredRun, MoneyStaysWhereNothingIsListedAnyMore) {
    session({});
    session({});
    EXPECT_EQ(total("USD"), 2000_d) << "of the venue and of its mirror";
}

TEST_F(MirroredRun, AWalletsTradeIsToldToWhoFollowsItOfTheInstrumentThatItMayTrade) {
    session({"50 add A-yes.v 1", "100 copy 0xAA 1 t1", "120 copy 0xBB 1 t2"},
            "wallets: [\"0xAA\"]");
    EXPECT_TRUE(has_heard("activity t1 A-yes.paper"));
    EXPECT_FALSE(has_heard("activity t2 A-yes.paper"));
    session({"100 copy 0xAA 1 t3"}, "wallets: [\"0xAA\"]");
    EXPECT_EQ(heard().back().substr(0, 11), "activity t3");
}

TEST_F(MirroredRun, AChangeOfTheGridReachesTheMirror) {
    session({"50 add A-yes.v 1", "100 tick 1 0.001"}, "");
    EXPECT_TRUE(has_heard("changed A-yes.paper tick 0.001"));
}

}  // namespace
}  // namespace tradectl::engine

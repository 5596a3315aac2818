// What is followed, how often, and under which name.
#include "tests/plugins/copy-trader/copy_trader_fixture.hpp"

namespace tradectl::copy_trader {
namespace {

TEST_F(CopyTraderTest, FollowsItsWallets) {
    start();
    const auto asked = host.commands_of<tradectl_subscribe_command>(TRADECTL_COMMAND_SUBSCRIBE);
    ASSERT_EQ(asked.size(), 4U);  // two instruments, two wallets
    EXPECT_EQ(asked[2].streams, TRADECTL_STREAM_ACTIVITY);
    EXPECT_EQ(view(asked[2].wallet), kAlice);
    EXPECT_EQ(view(asked[3].wallet), kBob);
}

TEST_F(CopyTraderTest, CopiesAPurchase) {
    start();
    EXPECT_EQ(orders_for({}), 1U);
    const auto order = orders().at(0);
    EXPECT_EQ(order.side, TRADECTL_SIDE_BUY);
    EXPECT_EQ(order.time_in_force, TRADECTL_TIF_IOC);
    EXPECT_EQ(price_of(0), 0.52_d);  // their price and the slippage
    EXPECT_EQ(quantity_of(0), 19.23_d);
    EXPECT_EQ(last_note(), "copied, buy: f1");
    EXPECT_EQ(notes().back().order_ref, order.order_ref);
}

TEST_F(CopyTraderTest, NotesTheNumbersOfACopy) {
    start();
    hear({.price = 0.49_d, .age_ns = 2 * kNsPerSecond});
    const auto note = notes().back();
    ASSERT_EQ(note.number_count, 8U);
    EXPECT_STREQ(note.numbers[0].name, "their_price");
    EXPECT_EQ(Decimal::from_abi(note.numbers[0].value), 0.49_d);
    EXPECT_EQ(Decimal::from_abi(note.numbers[2].value), 2_d);
    EXPECT_EQ(Decimal::from_abi(note.numbers[3].value), 0.50_d);
}

TEST_F(CopyTraderTest, KeepsTheFillInTheTurnOfItsOrderAndBeforeIt) {
    start();
    host.forget_commands();
    hear({});
    std::size_t seen = 0, kept = 0, sent = 0, at = 0;
    for (const FakeCommand& command : host.commands()) {
        ++at;
        if (command.type() == TRADECTL_COMMAND_SUBMIT) sent = at;
        if (command.type() != TRADECTL_COMMAND_KV_PUT) continue;
        const auto& put = command.as<tradectl_kv_put_command>();
        const std::string key(reinterpret_cast<const char*>(command.data()) + put.offset,
                              put.key_bytes);
        if (key == "seen/0xa11ce/f1") seen = at;
        if (key == "order/1") kept = at;
    }
    EXPECT_GT(seen, 0U);
    EXPECT_GT(kept, seen);
    EXPECT_GT(sent, kept);
}

TEST_F(CopyTraderTest, TagsTheIntentByTheFill) {
    start();
    hear({.id = "f1"});
    hear({.id = "f2"});
    hear({.wallet = kBob, .id = "f1"});
    ASSERT_EQ(orders().size(), 3U);
    EXPECT_NE(orders()[0].intent_tag, 0U);
    EXPECT_NE(orders()[0].intent_tag, orders()[1].intent_tag);
    EXPECT_NE(orders()[0].intent_tag, orders()[2].intent_tag);
    host.kv().clear();  // even a strategy that forgot says the same tag
    restart();
    hear({.id = "f1"});
    EXPECT_EQ(orders()[3].intent_tag, orders()[0].intent_tag);
}

TEST_F(CopyTraderTest, TakesAFillOnceHoweverOftenItIsTold) {
    start();
    hear({});
    hear({});
    hear({.flags = TRADECTL_EVENT_FLAG_REPLAYED});
    restart();
    hear({});
    EXPECT_EQ(orders().size(), 1U);
    EXPECT_EQ(notes().size(), 1U);
}

TEST_F(CopyTraderTest, TakesFillsOfOneSecondEach) {
    start();
    for (const char* id : {"a", "b", "c"})
        EXPECT_EQ(orders_for({.id = id}), 1U);
    restart();
    EXPECT_EQ(orders_for({.id = "d"}), 1U);
}

TEST_F(CopyTraderTest, TakesTwoFillsOfOneTurn) {
    start();
    run->add(event_of({.id = "a"}, yes));
    run->add(event_of({.id = "a"}, yes));
    run->add(event_of({.id = "b"}, yes));
    run->turn();
    EXPECT_EQ(orders().size(), 2U);
}

TEST_F(CopyTraderTest, TakesALateFillWithinTheGrace) {
    start(R"("grace":60000000000,"age_max":3600000000000)");
    run->advance(10 * kNsPerMinute);
    book(0.49_d, 0.50_d);
    hear({.id = "newest"});
    EXPECT_EQ(orders_for({.id = "late", .age_ns = kNsPerMinute}), 1U);
    EXPECT_EQ(orders_for({.id = "later", .age_ns = kNsPerMinute + 1}), 0U);
    EXPECT_EQ(last_note(), "skipped, at or before the watermark: later");
}

TEST_F(CopyTraderTest, NotesALateFillOnce) {
    start();
    hear({.id = "old", .age_ns = kNsPerHour});
    hear({.id = "old", .age_ns = kNsPerHour});
    hear({.id = "told at the start", .age_ns = kNsPerHour, .flags = TRADECTL_EVENT_FLAG_SNAPSHOT});
    EXPECT_EQ(notes().size(), 1U);
}

TEST_F(CopyTraderTest, LeavesWhatWasBeforeItWasFollowed) {
    start(R"("age_max":3600000000000)");
    EXPECT_EQ(orders_for({.age_ns = kNsPerMinute + 2 * kNsPerSecond}), 0U);
    EXPECT_EQ(last_note(), "skipped, at or before the watermark: f1");
}

TEST_F(CopyTraderTest, TakesWhatCameWhileItWasDown) {
    start(R"("age_max":3600000000000)");
    run->stop();
    host.set_now(host.now().plus_ns(10 * kNsPerMinute));
    start(R"("age_max":3600000000000)");
    EXPECT_EQ(orders_for({.age_ns = 9 * kNsPerMinute}), 1U);
}

TEST_F(CopyTraderTest, RefusesToStartOnAWatermarkThatCannotBeRead) {
    host.kv()["mark/0xa11ce"] = {'x'};
    start_all(R"({"wallets":["0xa11ce"]})");
    EXPECT_EQ(run->status(), TRADECTL_CORRUPT);
}

TEST_F(CopyTraderTest, SendsNothingForAFillThatCouldNotBeKept) {
    start();
    host.refuse(TRADECTL_COMMAND_KV_PUT, TRADECTL_QUOTA);
    EXPECT_EQ(orders_for({}), 0U);
    EXPECT_EQ(last_note(), "skipped, could not be kept: f1");
}

TEST_F(CopyTraderTest, KeepsNoOrderThatTheHostRefused) {
    start();
    host.refuse(TRADECTL_COMMAND_SUBMIT, TRADECTL_QUOTA);
    hear({});
    EXPECT_EQ(last_note(), "skipped, order refused: f1");
    EXPECT_EQ(host.kv().count("order/1"), 0U);
    host.refuse(TRADECTL_COMMAND_SUBMIT, TRADECTL_OK);
    hear({});  // it was decided on
    EXPECT_TRUE(orders().empty());
}

TEST_F(CopyTraderTest, SkipsFillsThatSayTooLittle) {
    start();
    EXPECT_EQ(orders_for({.id = ""}), 0U);
    EXPECT_EQ(orders_for({.id = "a", .price = Decimal::null()}), 0U);
    EXPECT_EQ(orders_for({.id = "b", .quantity = 0_d}), 0U);
    EXPECT_EQ(orders_for({.id = "c", .side = Side::None}), 0U);
    EXPECT_EQ(orders_for({.id = "d", .age_ns = host.now().ns()}), 0U);
    EXPECT_EQ(last_note(), "skipped, no time: d");
}

TEST_F(CopyTraderTest, SkipsAnInstrumentThatTheHostDoesNotKnow) {
    start();
    run->send(event_of({}, kNoHandle));
    EXPECT_EQ(last_note(), "skipped, instrument not known: f1");
}

TEST_F(CopyTraderTest, IgnoresOtherWalletsAndOtherDoings) {
    start();
    hear({.wallet = "0xe5e"});
    auto redeemed = event_of({}, yes);
    redeemed.activity = TRADECTL_ACTIVITY_REDEEM;
    run->send(redeemed);
    EXPECT_TRUE(notes().empty());
}

TEST_F(CopyTraderTest, KnowsAWalletWhateverTheCaseOfItsLetters) {
    start();
    EXPECT_EQ(orders_for({.wallet = "0xA11CE", .id = "a"}), 1U);
    EXPECT_EQ(orders_for({.wallet = "0xa11ce", .id = "b"}), 1U);
}

TEST_F(CopyTraderTest, DoesNotSendInADryRunButCounts) {
    start(R"("dry_run":true,"trades_per_day_max":1)");
    EXPECT_EQ(orders_for({.id = "a"}), 0U);
    EXPECT_EQ(last_note(), "dry run, copied, buy: a");
    EXPECT_EQ(orders_for({.id = "b"}), 0U);
    EXPECT_EQ(last_note(), "skipped, entries of the day: b");
}

TEST_F(CopyTraderTest, RestsALimitOrderAndCancelsItWhenItsTimeIsOver) {
    start(R"("order_type":"limit","order_timeout":5000000000)");
    hear({});
    EXPECT_EQ(orders()[0].time_in_force, TRADECTL_TIF_GTC);
    run->advance(5 * kNsPerSecond - 1);
    EXPECT_TRUE(host.commands_of<tradectl_cancel_command>(TRADECTL_COMMAND_CANCEL).empty());
    run->advance(1);
    ASSERT_EQ(host.commands_of<tradectl_cancel_command>(TRADECTL_COMMAND_CANCEL).size(), 1U);
}

TEST_F(CopyTraderTest, CancelsALimitOrderFromBeforeARestartWhenItsTimeIsOver) {
    start(R"("order_type":"limit","order_timeout":5000000000)");
    hear({});
    tradectl_open_order open{};
    open.order_ref = orders()[0].order_ref;
    open.side = TRADECTL_SIDE_BUY;
    open.order_qty = orders()[0].quantity;
    open.price = orders()[0].price;
    run->stop();
    start_all(R"({"wallets":["0xa11ce"]})");
    run->set_open_order(open);
    run->advance(0);
    run->advance(5 * kNsPerSecond - 1);
    EXPECT_TRUE(host.commands_of<tradectl_cancel_command>(TRADECTL_COMMAND_CANCEL).empty());
    run->advance(1);
    EXPECT_EQ(host.commands_of<tradectl_cancel_command>(TRADECTL_COMMAND_CANCEL).size(), 1U);
}

TEST_F(CopyTraderTest, DeclaresTheExitsThatAreSet) {
    start(R"("target":"0.2","stop":"0.1")");
    hear({});
    const auto exits = host.commands_of<tradectl_exits_command>(TRADECTL_COMMAND_EXITS);
    ASSERT_EQ(exits.size(), 1U);
    EXPECT_EQ(exits[0].rules, TRADECTL_EXIT_TARGET | TRADECTL_EXIT_STOP);
}

TEST_F(CopyTraderTest, RefusesSettingsThatContradictThemselves) {
    for (const char* bad : {R"({"wallets":[]})",
                            R"({"wallets":["a b"]})",
                            R"({"wallets":["0xA","0xa"]})",
                            R"({"wallets":["0xa"],"multipliers":{"0xb":"2"}})",
                            R"({"wallets":["0xa"],"sizing":"tiers"})",
                            R"({"wallets":["0xa"],"tiers":{"x":"1"}})",
                            R"({"wallets":["0xa"],"tiers":{"1":"5","2":"4"}})",
                            R"({"wallets":["0xa"],"tiers":{"1":"5","1.0":"6"}})",
                            R"({})"}) {
        start_all(bad);
        EXPECT_EQ(run->status(), TRADECTL_INVALID_ARGUMENT) << bad;
    }
}

}  // namespace
}  // namespace tradectl::copy_trader

#include <tradectl/strategy.hpp>
#include <tradectl/strategy_run.hpp>

#include <cstring>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl {
namespace {

/// Writes down what it sees, and does what the test told it on a trade.
class Recorder : public Strategy {
  public:
    Recorder() { last = this; }
    ~Recorder() override {
        if (last == this) last = nullptr;
    }
    static inline Recorder* last = nullptr;
    static inline Status start_result;

    std::string seen;
    std::function<void(Recorder&, const Trade&)> act;

    Status on_start() override {
        seen += "start ";
        return start_result;
    }
    Status on_stop() override {
        seen += "stop ";
        return {};
    }
    void on_quote(const Quote& quote) override {
        seen += "quote@" + quote.bid_price().to_string() + " ";
    }
    void on_trade(const Trade& trade) override {
        seen += "trade@" + trade.price().to_string() + " ";
        if (act) act(*this, trade);
    }
    void on_bar(const Bar& bar) override { seen += "bar@" + bar.close().to_string() + " "; }
    void on_book(const Book& book) override {
        seen += book.is_delta() ? "delta " : "book@" + book.ask(0).price.to_string() + " ";
    }
    void on_order(const OrderUpdate&) override { seen += "order "; }
    void on_fill(const Fill&) override { seen += "fill "; }
    void on_position(const PositionUpdate&) override { seen += "position "; }
    void on_balance(const BalanceUpdate&) override { seen += "balance "; }
    void on_timer(const Timer& timer) override {
        seen += "timer" + std::to_string(timer.timer_id()) + " ";
    }
    void on_wake(const Event&) override { seen += "wake "; }
    void on_instrument(const InstrumentUpdate&) override { seen += "instrument "; }
    void on_status(const StatusUpdate&) override { seen += "status "; }
    void on_activity(const Activity&) override { seen += "activity "; }
    void on_ext(const Ext& ext) override {
        seen += "ext" + std::to_string(ext.payload().size()) + " ";
    }
    void on_turn_end() override { seen += "| "; }

    using Strategy::balance, Strategy::buy, Strategy::cancel, Strategy::cancel_all,
        Strategy::cancel_batch, Strategy::commands, Strategy::decide, Strategy::exits,
        Strategy::kv_each, Strategy::kv_get, Strategy::kv_put, Strategy::metric, Strategy::now,
        Strategy::open_orders, Strategy::position, Strategy::random, Strategy::replace,
        Strategy::sell, Strategy::set_timer, Strategy::submit_batch, Strategy::top;
};

class StrategyTest : public testing::Test {
  protected:
    StrategyTest() { Recorder::start_result = {}; }
    std::string seen() { return Recorder::last->seen; }
    /// Runs `act` inside a turn.
    void in_turn(std::function<void(Recorder&, const Trade&)> act) {
        Recorder::last->act = std::move(act);
        run.trade(btc, 100_d, 1_d);
    }
    template <typename Record>
    const Record& last_command() {
        return host.commands().back().as<Record>();
    }

    FakeHost host;
    InstrumentHandle btc = host.add_instrument();
    StrategyRun run{host, kStrategyApi<Recorder>};
};

TEST_F(StrategyTest, HandsEachKindToItsHandler) {
    run.trade(btc, 1_d, 1_d);
    run.quote(btc, {.bid = 2_d});
    run.bar(btc, {.open = 1_d, .high = 1_d, .low = 1_d, .close = 3_d});
    run.send(make_event<tradectl_order_event>());
    run.send(make_event<tradectl_fill_event>());
    run.send(make_event<tradectl_position_event>());
    run.send(make_event<tradectl_balance_event>());
    run.send(make_event<tradectl_timer_event>());
    run.send(make_event<tradectl_instrument_event>());
    run.send(make_event<tradectl_status_event>());
    run.send(make_event<tradectl_activity_event>());
    run.send(make_event<tradectl_ext_event>());
    run.stop();
    EXPECT_EQ(seen(),
              "start trade@1 | quote@2 | bar@3 | order | fill | position | balance | timer0 | "
              "instrument | status | activity | ext0 | stop ");
}

struct BookRecord {
    tradectl_book_event book;
    tradectl_level levels[2];
};

BookRecord book_record() {
    BookRecord record{make_event<tradectl_book_event>(),
                      {{(9_d).to_abi(), (1_d).to_abi()}, {(11_d).to_abi(), (1_d).to_abi()}}};
    record.book.header.size = sizeof record;
    record.book.bid_count = record.book.ask_count = 1;
    record.book.levels_offset = sizeof(tradectl_book_event);
    record.book.level_stride = sizeof(tradectl_level);
    return record;
}

TEST_F(StrategyTest, ReadsLevelsOfABook) {
    const BookRecord record = book_record();
    run.raw_turn(reinterpret_cast<const std::uint8_t*>(&record), sizeof record, 1);
    EXPECT_EQ(seen(), "start book@11 | ");
}

TEST_F(StrategyTest, RefusesABookWhoseLevelsLieOutside) {
    BookRecord record = book_record();
    record.book.ask_count = 2;
    run.raw_turn(reinterpret_cast<const std::uint8_t*>(&record), sizeof record, 1);
    EXPECT_EQ(run.status(), TRADECTL_INVALID_ARGUMENT);
    EXPECT_EQ(seen(), "start ");
}

TEST_F(StrategyTest, SkipsUnknownTypesBySize) {
    struct Unknown {
        tradectl_event header;
        std::uint64_t rest[3];
    } unknown{};
    unknown.header.size = sizeof unknown;
    unknown.header.type = 999;
    auto trade = make_event<tradectl_trade_event>();
    trade.price = (5_d).to_abi();
    std::vector<std::uint8_t> bytes(sizeof unknown + sizeof trade);
    std::memcpy(bytes.data(), &unknown, sizeof unknown);
    std::memcpy(bytes.data() + sizeof unknown, &trade, sizeof trade);
    run.raw_turn(bytes.data(), bytes.size(), 2);
    EXPECT_EQ(seen(), "start trade@5 | ");
}

TEST_F(StrategyTest, TakesARecordThatANewerHostMadeLonger) {
    struct Longer {
        tradectl_trade_event trade;
        std::uint64_t added;
    } longer{make_event<tradectl_trade_event>(), 1};
    longer.trade.header.size = sizeof longer;
    run.raw_turn(reinterpret_cast<const std::uint8_t*>(&longer), sizeof longer, 1);
    EXPECT_EQ(seen(), "start trade@0 | ");
}

TEST_F(StrategyTest, RefusesRecordsWhoseSizeCannotBe) {
    for (const std::uint32_t size : {0U, 8U, 39U, 41U, 48U, 4096U}) {
        auto trade = make_event<tradectl_trade_event>();
        trade.header.size = size;
        run.raw_turn(reinterpret_cast<const std::uint8_t*>(&trade), sizeof trade, 1);
        EXPECT_EQ(run.status(), TRADECTL_INVALID_ARGUMENT) << size;
    }
    EXPECT_EQ(seen(), "start ");
}

TEST_F(StrategyTest, StopsAnExceptionAtTheBorder) {
    in_turn([](Recorder&, const Trade&) { throw std::runtime_error("boom"); });
    EXPECT_EQ(run.status(), TRADECTL_INTERNAL);
    ASSERT_EQ(host.log_lines().size(), 1U);
    EXPECT_EQ(host.log_lines()[0].text, "on_events: boom");
    in_turn([](Recorder&, const Trade&) { throw 7; });
    EXPECT_EQ(run.status(), TRADECTL_INTERNAL);
    EXPECT_EQ(host.log_lines()[1].text, "on_events: exception of unknown type");
}

TEST_F(StrategyTest, EndsTheTurnAfterAnException) {
    in_turn([](Recorder&, const Trade&) { throw std::runtime_error("boom"); });
    EXPECT_TRUE(Recorder::last->top(btc).last_price().is_null());
    EXPECT_TRUE(Recorder::last->open_orders().empty());
}

TEST_F(StrategyTest, ReportsAFailingStart) {
    Recorder::start_result = fail(ErrorCode::NotFound, "no such instrument");
    StrategyRun other{host, kStrategyApi<Recorder>};
    EXPECT_EQ(other.status(), TRADECTL_NOT_FOUND);
    EXPECT_EQ(host.log_lines().back().text, "start: no such instrument");
}

TEST_F(StrategyTest, RefusesSettingsWhenItHasNone) {
    StrategyRun other{host, kStrategyApi<Recorder>, R"({"a":1})"};
    EXPECT_EQ(other.status(), TRADECTL_INVALID_ARGUMENT);
    EXPECT_EQ(other.error(), "configure: setting \"a\": unknown");
}

TEST_F(StrategyTest, ReadsTheSnapshotOfTheTurn) {
    run.set_balance("USD", 500_d);
    run.set_position(btc, -2_d, 90_d);
    run.quote(btc, {.bid = 99_d, .ask = 101_d});
    in_turn([&](Recorder& self, const Trade&) {
        EXPECT_EQ(self.top(btc).ask_price(), 101_d);
        EXPECT_EQ(self.top(btc).last_price(), 100_d);
        EXPECT_EQ(self.position(btc).quantity(), -2_d);
        EXPECT_EQ(self.position(btc).average_price(), 90_d);
        EXPECT_EQ(self.balance(host.asset("USD")).free(), 500_d);
        EXPECT_EQ(self.now(), host.now());
        EXPECT_TRUE(self.top(77).bid_price().is_null());
        EXPECT_TRUE(self.position(77).is_flat());
        EXPECT_TRUE(self.balance(77).total().is_zero());
    });
    EXPECT_EQ(run.status(), TRADECTL_OK);
}

TEST_F(StrategyTest, TheOrderTypeFollowsFromThePrices) {
    in_turn([&](Recorder& self, const Trade&) {
        EXPECT_TRUE(self.buy(btc, {.quantity = 1_d}));
        EXPECT_TRUE(self.sell(btc, {.quantity = 1_d, .price = 9_d, .post_only = true}));
        EXPECT_TRUE(self.buy(btc, {.quantity = 1_d, .stop_price = 9_d, .reduce_only = true}));
        EXPECT_TRUE(self.buy(btc, {.quantity = 1_d, .price = 9_d, .stop_price = 8_d}));
    });
    const auto orders = host.submits();
    ASSERT_EQ(orders.size(), 4U);
    EXPECT_EQ(orders[0].order_type, TRADECTL_ORDER_MARKET);
    EXPECT_EQ(orders[1].order_type, TRADECTL_ORDER_LIMIT);
    EXPECT_EQ(orders[1].side, TRADECTL_SIDE_SELL);
    EXPECT_EQ(orders[1].order_flags, TRADECTL_ORDER_POST_ONLY);
    EXPECT_EQ(orders[2].order_type, TRADECTL_ORDER_STOP);
    EXPECT_EQ(orders[2].order_flags, TRADECTL_ORDER_REDUCE_ONLY);
    EXPECT_EQ(orders[3].order_type, TRADECTL_ORDER_STOP_LIMIT);
    EXPECT_EQ(orders[3].order_ref, 4U);
    EXPECT_EQ(orders[3].header.account, TRADECTL_HANDLE_NONE);
}

TEST_F(StrategyTest, CommandsNameTheEventThatCausedThem) {
    in_turn([&](Recorder& self, const Trade&) { EXPECT_TRUE(self.buy(btc, {.quantity = 1_d})); });
    EXPECT_EQ(host.submits()[0].header.trigger_seq, 1U);
    EXPECT_TRUE(Recorder::last->buy(btc, {.quantity = 1_d}));
    EXPECT_EQ(host.submits()[1].header.trigger_seq, 0U);
}

TEST_F(StrategyTest, SubmitsABatchAsOneCommand) {
    in_turn([&](Recorder& self, const Trade&) {
        std::vector<OrderSpec> orders(3, {btc, Side::Buy, {.quantity = 1_d, .price = 5_d}});
        orders[1].order.order_ref = {50};
        EXPECT_TRUE(self.submit_batch(orders));
        EXPECT_EQ(orders[0].order.order_ref.value, 1U);
        EXPECT_EQ(orders[2].order.order_ref.value, 2U);
    });
    EXPECT_EQ(host.commands().size(), 1U);
    ASSERT_EQ(host.submits().size(), 3U);
    EXPECT_EQ(host.submits()[1].order_ref, 50U);
    EXPECT_TRUE(host.problems().empty());
}

TEST_F(StrategyTest, RefusesABatchOverItsLimit) {
    std::vector<OrderSpec> orders(Commands::kBatchOrdersMax, {btc, Side::Buy, {.quantity = 1_d}});
    EXPECT_TRUE(Recorder::last->submit_batch(orders));
    orders.push_back(orders[0]);
    EXPECT_FALSE(Recorder::last->submit_batch(orders));
    const std::vector<OrderRef> refs(Commands::kBatchCancelsMax + 1);
    EXPECT_FALSE(Recorder::last->cancel_batch(refs));
}

TEST_F(StrategyTest, CancelsAndReplaces) {
    Recorder& self = *Recorder::last;
    EXPECT_TRUE(self.cancel({7}));
    EXPECT_EQ(last_command<tradectl_cancel_command>().order_ref, 7U);
    EXPECT_TRUE(self.cancel_all(btc));
    EXPECT_EQ(last_command<tradectl_command>().type, TRADECTL_COMMAND_CANCEL_ALL);
    EXPECT_EQ(last_command<tradectl_command>().instrument, btc);
    EXPECT_EQ(self.replace({7}, {.price = 3_d})->value, 1U);
    EXPECT_EQ(last_command<tradectl_replace_command>().new_order_ref, 1U);
    EXPECT_TRUE(Decimal::from_abi(last_command<tradectl_replace_command>().quantity).is_null());
    const OrderRef refs[] = {{1}, {2}};
    EXPECT_TRUE(self.cancel_batch(refs));
    const auto& batch = last_command<tradectl_batch_command>();
    EXPECT_EQ(batch.count, 2U);
    EXPECT_EQ(reinterpret_cast<const std::uint64_t*>(&batch)[batch.offset / 8 + 1], 2U);
}

TEST_F(StrategyTest, ExitsNeedARule) {
    EXPECT_FALSE(Recorder::last->exits(btc, {}));
    EXPECT_FALSE(Recorder::last->exits(btc, {.target = 0_d}));
    EXPECT_TRUE(Recorder::last->exits(btc, {.hold_ns_max = 1}));
    EXPECT_EQ(last_command<tradectl_exits_command>().rules, TRADECTL_EXIT_TIME);
    EXPECT_TRUE(Recorder::last->commands().clear_exits(btc));
    EXPECT_EQ(last_command<tradectl_exits_command>().rules, TRADECTL_EXIT_CLEAR);
    EXPECT_TRUE(Recorder::last->commands().close_position(btc));
    EXPECT_EQ(last_command<tradectl_exits_command>().rules, TRADECTL_EXIT_NOW);
}

TEST_F(StrategyTest, KeepsKeysAndValues) {
    Recorder& self = *Recorder::last;
    EXPECT_TRUE(self.kv_put("a/1", "one"));
    EXPECT_TRUE(self.kv_put("a/2", "two"));
    EXPECT_TRUE(self.kv_put("b", "three"));
    EXPECT_EQ(as_text(*self.kv_get("a/2")), "two");
    EXPECT_FALSE(self.kv_get("a"));
    std::string walked;
    EXPECT_TRUE(self.kv_each("a/", [&](std::string_view key, Bytes value) {
        walked += std::string(key) + "=" + std::string(as_text(value)) + " ";
    }));
    EXPECT_EQ(walked, "a/1=one a/2=two ");
    EXPECT_TRUE(self.kv_put("a/1", ""));
    EXPECT_FALSE(self.kv_get("a/1"));
}

TEST_F(StrategyTest, LeavesReservedFieldsZero) {
    Recorder& self = *Recorder::last;
    EXPECT_TRUE(self.kv_put("k", "value"));
    EXPECT_EQ(last_command<tradectl_kv_put_command>().reserved, 0U);
    EXPECT_EQ(last_command<tradectl_kv_put_command>().header.flags, 0U);
    const OrderRef refs[] = {{1}};
    EXPECT_TRUE(self.cancel_batch(refs));
    EXPECT_EQ(last_command<tradectl_batch_command>().reserved, 0U);
}

TEST_F(StrategyTest, RefusesKeysAndValuesOverTheirLimits) {
    Recorder& self = *Recorder::last;
    EXPECT_FALSE(self.kv_put("", "x"));
    EXPECT_TRUE(self.kv_put(std::string(255, 'k'), std::string(61440, 'v')));
    EXPECT_FALSE(self.kv_put(std::string(256, 'k'), "x"));
    EXPECT_FALSE(self.kv_put("k", std::string(61441, 'v')));
}

TEST_F(StrategyTest, ThrowingOutOfAWalkComesBackToTheCaller) {
    Recorder& self = *Recorder::last;
    EXPECT_TRUE(self.kv_put("a", "one"));
    EXPECT_THROW(static_cast<void>(self.kv_each(
                     "", [](std::string_view, Bytes) { throw std::runtime_error("walk"); })),
                 std::runtime_error);
}

TEST_F(StrategyTest, CutsNotesButNotCharacters) {
    std::string note(126, 'a');
    note += "\u00e9";
    EXPECT_TRUE(Recorder::last->decide(note, {{"a name of more than 23 bytes", 1_d}}));
    const auto& record = last_command<tradectl_decide_command>();
    EXPECT_EQ(view(record.note), std::string(126, 'a'));
    EXPECT_STREQ(record.numbers[0].name, "a name of more than 23 ");
    EXPECT_EQ(record.number_count, 1U);
}

TEST_F(StrategyTest, FiresTimersInOrder) {
    Recorder& self = *Recorder::last;
    EXPECT_TRUE(self.set_timer(1, host.now().plus_ns(30)));
    EXPECT_TRUE(self.set_timer(2, host.now().plus_ns(10), 15));
    run.send(make_event<tradectl_status_event>());  // takes up what was emitted outside of a turn
    run.advance(29);
    EXPECT_EQ(seen(), "start status | timer2 | timer2 | ");
    run.advance(1);
    EXPECT_EQ(seen(), "start status | timer2 | timer2 | timer1 | ");
}

TEST_F(StrategyTest, PassesOnTheHostsRefusal) {
    host.refuse(TRADECTL_COMMAND_SUBMIT, TRADECTL_QUOTA);
    const auto order = Recorder::last->buy(btc, {.quantity = 1_d});
    ASSERT_FALSE(order);
    EXPECT_EQ(order.error().code, ErrorCode::Quota);
}

}  // namespace
}  // namespace tradectl

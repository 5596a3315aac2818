// Between the intent on record and the request that leaves.
#include "host/config/load.hpp"
#include "host/engine/pipeline.hpp"
#include "host/engine/trading.hpp"
#include "host/engine/venue_desk.hpp"
#include "tests/engine_support/session_fixture.hpp"

namespace tradectl::engine {
namespace {

class SendTest : public SessionFixture {
  protected:
    void SetUp() override {
        SessionText text;
        text.in_real_time().venue("fill").script("s", {});
        run_well(text);
        config::LoadOptions load;
        load.directory = load.working_directory = directory_.path();
        document_ = config::load_text(text.yaml(), load).document;
        desk_ = std::move(VenueDesk::open_writer(document_->config, {state_dir()}, {}).value());
        trading().shutting_down = false;
        see_price();
    }
    Trading& trading() { return desk_->trading(); }

    void see_price() {
        tradectl_trade_event event{};
        event.header.size = sizeof(event);
        event.header.type = TRADECTL_EVENT_TRADE;
        event.header.instrument = *trading().table.find("BTC-USD.x");
        event.header.event_time = event.header.host_time = trading().clock.now().ns();
        event.header.seq = ++trading().event_seq;
        event.price = (100_d).to_abi();
        event.quantity = (1_d).to_abi();
        trading().books->apply(event.header);
    }
    /// Until its intent waits to become durable.
    void submit() {
        tradectl_submit_command command{};
        command.header.size = sizeof(command);
        command.header.type = TRADECTL_COMMAND_SUBMIT;
        command.header.instrument = *trading().table.find("BTC-USD.x");
        command.header.account = trading().runners[0]->account();
        command.order_ref = 1;
        command.side = TRADECTL_SIDE_BUY;
        command.order_type = TRADECTL_ORDER_LIMIT;
        command.time_in_force = TRADECTL_TIF_GTC;
        command.quantity = (1_d).to_abi();
        command.price = (100_d).to_abi();
        command.stop_price = Decimal::null().to_abi();
        command.expire_time = TRADECTL_TIME_NONE;
        trading().runners[0]->emit(command.header);
        desk_->pipeline().take_commands(*trading().runners[0]);
        trading().exchanges[0]->deliver(desk_->pipeline());
        ASSERT_TRUE(desk_->pipeline().awaited());
    }
    /// What is durable may leave, and what is answered is booked.
    void flush_and_send() {
        ASSERT_TRUE(desk_->commit());
        desk_->pipeline().on_durable(trading().journal->durable());
        trading().exchanges[0]->deliver(desk_->pipeline());
        ASSERT_TRUE(desk_->commit());
    }
    ledger::OrderRow order() { return desk_->books()->orders({})->front(); }

    std::optional<config::Document> document_;
    std::unique_ptr<VenueDesk> desk_;
};

TEST_F(SendTest, WhatIsDurableLeaves) {
    submit();
    flush_and_send();
    EXPECT_EQ(order().status, TRADECTL_ORDER_STATUS_FILLED);
}

TEST_F(SendTest, NothingLeavesBeforeItsIntentIsDurable) {
    submit();
    const WalSequence intent = *desk_->pipeline().awaited();
    desk_->pipeline().on_durable({intent.value - 1});
    EXPECT_EQ(desk_->pipeline().awaited(), intent);
    EXPECT_FALSE(trading().exchanges[0]->busy());
}

TEST_F(SendTest, AHaltThatComesInBetweenStopsIt) {
    submit();
    HaltLatch latch(*disk_, state_dir() + "/halt");
    ASSERT_TRUE(latch.add({.scope = "all", .since = trading().clock.now(), .actor = "me"}));
    flush_and_send();
    EXPECT_EQ(order().status, TRADECTL_ORDER_STATUS_CANCELED);
    EXPECT_EQ(order().text, "never sent: halted");
    EXPECT_TRUE(desk_->books()->fills({})->empty());
}

}  // namespace
}  // namespace tradectl::engine

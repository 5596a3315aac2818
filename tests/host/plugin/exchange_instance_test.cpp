#include "host/plugin/exchange_instance.hpp"

#include "host/plugin/load.hpp"
#include "tests/host/plugin/zoo_files.hpp"

#include <gtest/gtest.h>

namespace tradectl::plugin {
namespace {

class ExchangeInstanceTest : public testing::Test {
  protected:
    std::unique_ptr<ExchangeInstance> make(const std::string& name,
                                           const std::string& file = "exchange") {
        return std::move(
            ExchangeInstance::create(loader_.load(zoo_file(file)).value(), name, host_).value());
    }
    tradectl_status submit_one(ExchangeInstance& instance) {
        const std::uint64_t prepare_id = 1;
        const tradectl_signature* none = nullptr;
        return instance.submit_prepared(2, std::span(&prepare_id, 1), std::span(&none, 1));
    }

    Loader loader_;
    RecordingHost host_;
};

TEST_F(ExchangeInstanceTest, LivesFromCreateToDestroy) {
    auto instance = make("calm");
    EXPECT_TRUE(instance->configure("{}"));
    EXPECT_TRUE(instance->start());
    EXPECT_EQ(submit_one(*instance), TRADECTL_OK);
    EXPECT_TRUE(instance->stop());
    instance.reset();
    EXPECT_TRUE(host_.heard("destroyed"));
}

TEST_F(ExchangeInstanceTest, AnOlderPluginsShortAnswerIsFilledWithNothing) {
    auto instance = make("calm");
    ASSERT_EQ(instance->connect(9), TRADECTL_OK);
    ASSERT_EQ(host_.completions.size(), 1u);
    const tradectl_completion& completion = host_.completions[0];
    EXPECT_EQ(completion.request_id, 9u);
    EXPECT_EQ(completion.struct_size, sizeof(tradectl_completion));
    EXPECT_EQ(completion.retry_after, TRADECTL_TIME_NONE);
    EXPECT_EQ(completion.quote_price.hi, TRADECTL_DECIMAL_NULL_HI);
}

TEST_F(ExchangeInstanceTest, ARefusedRequestDoesNotFault) {
    auto instance = make("refuses");
    EXPECT_EQ(instance->connect(1), TRADECTL_UNAVAILABLE);
    EXPECT_FALSE(instance->faulted());
}

TEST_F(ExchangeInstanceTest, AFunctionThatIsNullIsUnsupported) {
    auto instance = make("calm");
    EXPECT_EQ(instance->server_time(1), TRADECTL_UNSUPPORTED);
    EXPECT_EQ(instance->open_orders(1, {}), TRADECTL_UNSUPPORTED);
    EXPECT_FALSE(instance->takes_market_data());
    instance->discard_prepared(1);
    EXPECT_FALSE(instance->faulted());
}

TEST_F(ExchangeInstanceTest, AFunctionBehindTheEndOfAShortTableIsUnsupported) {
    auto instance = make("calm", "short_exchange");
    EXPECT_EQ(instance->connect(1), TRADECTL_OK);
    EXPECT_EQ(submit_one(*instance), TRADECTL_UNSUPPORTED);
    EXPECT_EQ(instance->on_wake(), TRADECTL_UNSUPPORTED);
}

TEST_F(ExchangeInstanceTest, ASubmitThatThrowsHasAnUnknownOutcome) {
    auto instance = make("throws_in_submit");
    EXPECT_EQ(submit_one(*instance), TRADECTL_OUTCOME_UNKNOWN);
    EXPECT_EQ(instance->fault_reason(), "submit_prepared threw: half sent");
    EXPECT_EQ(submit_one(*instance), TRADECTL_BAD_STATE) << "the second one was never sent";
    EXPECT_EQ(instance->connect(1), TRADECTL_BAD_STATE);
    EXPECT_TRUE(host_.completions.empty());
}

TEST_F(ExchangeInstanceTest, GarbageAnswersNeverReachTheEngine) {
    auto instance = make("completes_garbage");
    EXPECT_EQ(instance->connect(1), TRADECTL_OK);
    EXPECT_EQ(
        host_.lines,
        (std::vector<std::string>{"short -1", "items -1", "id -1", "text -1", "prepared -1"}));
    EXPECT_TRUE(host_.completions.empty());
}

TEST_F(ExchangeInstanceTest, WhatAnExchangeMayNotDoIsRefused) {
    auto instance = make("calm");
    EXPECT_EQ(instance->on_wake(), TRADECTL_OK);
    EXPECT_EQ(host_.lines,
              (std::vector<std::string>{"publish -1", "emit -8", "ref 0", "key -1", "http -8"}));
}

TEST_F(ExchangeInstanceTest, AStrategyIsNoExchange) {
    const auto instance =
        ExchangeInstance::create(loader_.load(zoo_file("strategy")).value(), "x", host_);
    EXPECT_EQ(instance.error().code, ErrorCode::Config);
}

}  // namespace
}  // namespace tradectl::plugin

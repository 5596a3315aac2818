#include "host/plugin/strategy_instance.hpp"

#include "host/plugin/load.hpp"
#include "tests/host/plugin/zoo_files.hpp"

#include <gtest/gtest.h>

namespace tradectl::plugin {
namespace {

class StrategyInstanceTest : public testing::Test {
  protected:
    std::unique_ptr<StrategyInstance> make(const std::string& name, InstanceOptions options = {}) {
        auto instance = StrategyInstance::create(library_, name, host_, options);
        if (!instance) {
            error_ = instance.error();
            return nullptr;
        }
        return std::move(*instance);
    }
    Status turn(StrategyInstance& instance, std::uint64_t seq = 1) {
        tradectl_turn empty{};
        empty.struct_size = sizeof(empty);
        empty.turn_seq = seq;
        return instance.on_events(empty);
    }
    /// Runs one turn that must fault, and shows that nothing but destroy follows.
    std::string fault_of(const std::string& name, InstanceOptions options = {}) {
        auto instance = make(name, options);
        EXPECT_FALSE(turn(*instance));
        EXPECT_TRUE(instance->faulted());
        EXPECT_EQ(turn(*instance, 2).error().code, ErrorCode::BadState);
        EXPECT_EQ(instance->stop().error().code, ErrorCode::BadState);
        EXPECT_FALSE(host_.heard("turn 2")) << "no call goes in after a fault";
        const std::string reason = instance->fault_reason();
        instance.reset();
        EXPECT_TRUE(host_.heard("destroyed"));
        return reason;
    }

    Loader loader_;
    std::shared_ptr<Library> library_ = loader_.load(zoo_file("strategy")).value();
    RecordingHost host_;
    Error error_;
};

TEST_F(StrategyInstanceTest, LivesFromCreateToDestroy) {
    auto instance = make("calm");
    ASSERT_NE(instance, nullptr);
    ASSERT_TRUE(instance->configure(R"({"a":1})"));
    ASSERT_TRUE(instance->start());
    ASSERT_TRUE(turn(*instance));
    ASSERT_TRUE(instance->stop());
    EXPECT_FALSE(instance->faulted());
    instance.reset();
    EXPECT_EQ(host_.lines,
              (std::vector<std::string>{R"(settings {"a":1})", "turn 1", "destroyed"}));
}

TEST_F(StrategyInstanceTest, AnExchangeIsNoStrategy) {
    const auto instance =
        StrategyInstance::create(loader_.load(zoo_file("exchange")).value(), "x", host_);
    EXPECT_EQ(instance.error().code, ErrorCode::Config);
}

TEST_F(StrategyInstanceTest, AFailingCreateGivesThePluginsCodeAndWords) {
    EXPECT_EQ(make("fails_in_create"), nullptr);
    EXPECT_EQ(error_.code, ErrorCode::Unavailable);
    EXPECT_EQ(error_.message, "fails_in_create: create failed with -4: the moon is wrong");
    EXPECT_FALSE(host_.heard("destroyed"));
}

TEST_F(StrategyInstanceTest, AThrowingCreateIsCaught) {
    EXPECT_EQ(make("throws_in_create"), nullptr);
    EXPECT_EQ(error_.message, "throws_in_create: create threw: no luck");
    EXPECT_EQ(make("throws_a_number"), nullptr);
    EXPECT_EQ(error_.message, "throws_a_number: create threw an unknown exception");
}

TEST_F(StrategyInstanceTest, AnErrorTextIsNeverReadBehindItsEnd) {
    EXPECT_EQ(make("lies_about_its_error"), nullptr);
    EXPECT_LE(error_.message.size(), 1100u);
}

TEST_F(StrategyInstanceTest, ACreateWithoutAnInstanceIsAnError) {
    EXPECT_EQ(make("creates_nothing"), nullptr);
    EXPECT_EQ(error_.message, "creates_nothing: create gave no instance");
}

TEST_F(StrategyInstanceTest, AFailingConfigureOrStartFaults) {
    auto instance = make("fails_in_configure");
    const auto configured = instance->configure("{}");
    EXPECT_EQ(configured.error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(configured.error().message,
              "fails_in_configure: configure failed with -1: no such colour");
    EXPECT_TRUE(instance->faulted());
    instance = make("fails_in_start");
    EXPECT_FALSE(instance->start());
    EXPECT_TRUE(instance->faulted());
}

TEST_F(StrategyInstanceTest, AThrowingTurnFaults) {
    EXPECT_EQ(fault_of("throws_in_on_events"), "on_events threw: boom");
}

TEST_F(StrategyInstanceTest, AnErrorFromATurnFaults) {
    EXPECT_EQ(fault_of("returns_an_error"), "returns_an_error: on_events failed with -13");
    host_.lines.clear();
    EXPECT_EQ(fault_of("returns_a_positive_code"),
              "returns_a_positive_code: on_events failed with 5");
}

TEST_F(StrategyInstanceTest, ATurnOverItsBudgetFaultsWhenItReturns) {
    EXPECT_TRUE(fault_of("over_budget", {.turn_budget_ns = 20 * kNsPerMillisecond})
                    .ends_with(" ms, its budget is 20 ms"));
    host_.lines.clear();
    EXPECT_TRUE(fault_of("over_budget").ends_with(" ms, its budget is 50 ms"));
}

TEST_F(StrategyInstanceTest, ATurnWithinItsBudgetIsMeasured) {
    auto instance = make("over_budget", {.turn_budget_ns = kTurnBudgetSimulatedNs});
    EXPECT_TRUE(turn(*instance));
    EXPECT_GT(instance->turn_ns_max(), 80 * kNsPerMillisecond);
}

TEST_F(StrategyInstanceTest, AnExceptionFromAVisitorDoesNotPassThroughTheHost) {
    EXPECT_EQ(fault_of("throws_in_a_visitor"), "the visitor of kv_each threw an exception");
}

TEST_F(StrategyInstanceTest, AFloodOfCommandsEndsAtTheQuota) {
    auto instance = make("floods", {.turn_commands_max = 10});
    EXPECT_TRUE(turn(*instance));
    EXPECT_TRUE(host_.heard("taken 10"));
    EXPECT_EQ(host_.commands.size(), 10u);
    EXPECT_TRUE(turn(*instance));
    EXPECT_EQ(host_.commands.size(), 20u) << "each turn counts anew";
}

TEST_F(StrategyInstanceTest, GarbageCommandsNeverReachTheEngine) {
    auto instance = make("sends_garbage");
    EXPECT_TRUE(turn(*instance));
    EXPECT_TRUE(host_.heard("size -1"));
    EXPECT_TRUE(host_.heard("type -8"));
    EXPECT_TRUE(host_.heard("null -1"));
    EXPECT_TRUE(host_.commands.empty());
}

TEST_F(StrategyInstanceTest, AThreadOfThePluginMayOnlyLogWakeAndAskTheTime) {
    auto instance = make("uses_a_thread");
    EXPECT_TRUE(turn(*instance));
    EXPECT_TRUE(host_.heard("emit -9"));
    EXPECT_TRUE(host_.heard("find -9"));
    EXPECT_TRUE(host_.heard("ref 0"));
    EXPECT_TRUE(host_.heard("wake 0"));
    EXPECT_TRUE(host_.heard("now 1234"));
    EXPECT_EQ(host_.wakes, 1);
    EXPECT_TRUE(host_.commands.empty());
}

TEST_F(StrategyInstanceTest, ALongLogLineIsCut) {
    auto instance = make("logs_much");
    EXPECT_TRUE(turn(*instance));
    EXPECT_EQ(host_.lines.back().size(), 4096u);
}

}  // namespace
}  // namespace tradectl::plugin

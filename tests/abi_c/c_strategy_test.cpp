#include <tradectl/abi/entry.h>
#include <tradectl/abi/strategy.h>
#include <tradectl/strategy_run.hpp>

#include <fstream>
#include <iterator>
#include <string>

#include <dlfcn.h>
#include <gtest/gtest.h>

namespace tradectl {
namespace {

/// The module stays loaded to the end of the process, as plugins do.
const tradectl_plugin_entry_v0* entry() {
    static void* const library = dlopen(TRADECTL_C_STRATEGY, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return nullptr;
    return static_cast<const tradectl_plugin_entry_v0*>(dlsym(library, TRADECTL_ENTRY_SYMBOL));
}

const tradectl_strategy_api& api() {
    return *static_cast<const tradectl_strategy_api*>(
        entry()->get_factory(TRADECTL_FACTORY_STRATEGY));
}

class CStrategyTest : public testing::Test {
  protected:
    void SetUp() override { ASSERT_NE(entry(), nullptr) << dlerror(); }
    FakeHost host;
    InstrumentHandle btc = host.add_instrument();
};

TEST_F(CStrategyTest, NamesItself) {
    EXPECT_EQ(entry()->magic, TRADECTL_ENTRY_MAGIC);
    EXPECT_EQ(entry()->abi_minor, TRADECTL_ABI_MINOR);
    EXPECT_EQ(entry()->get_factory("something else"), nullptr);
}

TEST_F(CStrategyTest, CarriesItsManifestInTheFile) {
    std::ifstream file(TRADECTL_C_STRATEGY, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    EXPECT_NE(bytes.find(R"({"id":"c-strategy","kind":"strategy")"), std::string::npos);
    EXPECT_NE(bytes.find(TRADECTL_MANIFEST_SECTION), std::string::npos);
}

TEST_F(CStrategyTest, BuysOneLotOnARise) {
    StrategyRun run(host, api());
    run.trade(btc, 100_d, 1_d);
    run.trade(btc, 100_d, 1_d);
    EXPECT_TRUE(host.submits().empty());
    run.trade(btc, 100.01_d, 1_d);
    ASSERT_EQ(host.submits().size(), 1U);
    EXPECT_EQ(Decimal::from_abi(host.submits()[0].quantity), 0.001_d);
    EXPECT_TRUE(host.problems().empty());
}

TEST_F(CStrategyTest, RemembersAcrossARestart) {
    for (int round = 0; round < 2; ++round) {
        StrategyRun run(host, api());
        run.trade(btc, 100_d, 1_d);
        run.trade(btc, 101_d, 1_d);
        run.stop();
    }
    EXPECT_EQ(host.submits().size(), 1U);
}

TEST_F(CStrategyTest, RefusesSettingsItDoesNotKnow) {
    StrategyRun run(host, api(), R"({"a":1})");
    EXPECT_EQ(run.status(), TRADECTL_INVALID_ARGUMENT);
    EXPECT_EQ(run.error(), "c-strategy takes no settings");
}

TEST_F(CStrategyTest, RefusesARecordThatLeadsOutside) {
    StrategyRun run(host, api());
    auto trade = make_event<tradectl_trade_event>();
    trade.header.size = 4096;
    run.raw_turn(reinterpret_cast<const std::uint8_t*>(&trade), sizeof trade, 1);
    EXPECT_EQ(run.status(), TRADECTL_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace tradectl

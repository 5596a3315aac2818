// From the words of the settings to the rules, and to the manual.
#include "plugins/exchanges/paper/rules.hpp"

#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace tradectl::paper {
namespace {

MatchingRules read(const std::string& json) {
    Settings settings;
    const Status done = read_settings(settings, json);
    EXPECT_TRUE(done) << done.error().message;
    return rules_of(settings);
}

TEST(PaperRules, DefaultsAreThoseOfTheRulesThemselves) {
    const MatchingRules rules = read("{}");
    const MatchingRules plain;
    EXPECT_EQ(rules.queue, plain.queue);
    EXPECT_EQ(rules.fill, FillPrice::Touch);
    EXPECT_EQ(rules.fees.unit, plain.fees.unit);
    EXPECT_EQ(rules.fees.rounding, Rounding::Down);
    EXPECT_EQ(rules.bars.depth, plain.bars.depth);
    EXPECT_EQ(rules.bars.limit_fill, LimitFill::Trade);
    EXPECT_EQ(rules.negative_balance, NegativeBalance::Clamp);
}

TEST(PaperRules, EachWordHasItsRule) {
    const MatchingRules rules = read(
        R"({"queue":"share","fill":"next_open","spread":"0.002","spread_on":"entries",)"
        R"("slippage_ticks":2,"bars":"quotes","bar_spread_ticks":3,"bar_depth":"7",)"
        R"("bar_path":"open_low_high_close","bar_zero_volume":"fill","bar_priority":"stop_first",)"
        R"("limit_fill":"open_or_better","limit_touch":"through","stop_fill":"open_or_worse",)"
        R"("in_bar":"allow","fee_fixed":"5","fee_fixed_per":"fill","fee_rounding":2,)"
        R"("fee_rounding_mode":"up","conversion":"mark","mark":"mid","liquidation_fee":"0.01",)"
        R"("negative_balance":"keep"})");
    EXPECT_EQ(rules.queue, QueueModel::Share);
    EXPECT_EQ(rules.fill, FillPrice::NextOpen);
    EXPECT_EQ(rules.spread, 0.002_d);
    EXPECT_EQ(rules.spread_on, SpreadOn::Entries);
    EXPECT_EQ(rules.slippage_ticks, 2);
    EXPECT_EQ(rules.bars.play, BarPlay::Quotes);
    EXPECT_EQ(rules.bars.spread_ticks, 3);
    EXPECT_EQ(rules.bars.depth, 7_d);
    EXPECT_EQ(rules.bars.path, BarPath::OpenLowHighClose);
    EXPECT_EQ(rules.bars.zero_volume, ZeroVolume::Fill);
    EXPECT_EQ(rules.bars.priority, BarPriority::StopFirst);
    EXPECT_EQ(rules.bars.limit_fill, LimitFill::OpenOrBetter);
    EXPECT_EQ(rules.bars.limit_touch, LimitTouch::Through);
    EXPECT_EQ(rules.bars.stop_fill, StopFill::OpenOrWorse);
    EXPECT_EQ(rules.bars.in_bar, InBar::Allow);
    EXPECT_EQ(rules.fees.fixed, 5_d);
    EXPECT_EQ(rules.fees.fixed_per, FixedFee::PerFill);
    EXPECT_EQ(rules.fees.unit, 0.01_d);
    EXPECT_EQ(rules.fees.rounding, Rounding::Up);
    EXPECT_EQ(rules.conversion, Conversion::Mark);
    EXPECT_EQ(rules.mark, Mark::Mid);
    EXPECT_EQ(rules.fees.liquidation_rate, 0.01_d);
    EXPECT_EQ(rules.negative_balance, NegativeBalance::Keep);
}

TEST(PaperRules, ManualTellsEverySetting) {
    std::ifstream file(TRADECTL_SOURCE_DIR "/man/tradectl-paper.7");
    std::stringstream manual;
    manual << file.rdbuf();
    const std::string text = manual.str();
    ASSERT_FALSE(text.empty());
    const Settings settings;
    settings_detail::each_member(settings, [&](const auto& setting) {
        // An item of its own, or one of a pair.
        const std::string name(setting.name());
        const bool told = text.find("\n.It Cm " + name + "\n") != std::string::npos ||
                          text.find("\n.It Cm " + name + " , ") != std::string::npos ||
                          text.find(" , Cm " + name + "\n") != std::string::npos;
        EXPECT_TRUE(told) << name;
    });
}

}  // namespace
}  // namespace tradectl::paper

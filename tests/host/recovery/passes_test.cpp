#include "host/recovery/passes.hpp"

#include <gtest/gtest.h>

namespace tradectl::recovery {
namespace {

Finding drift(const std::string& asset, Decimal delta) {
    Finding finding = make_finding(FindingKind::BalanceDrift, {"x", "main", "", asset});
    finding.delta = delta;
    return finding;
}
Comparison with(std::vector<Finding> findings) {
    Comparison out;
    out.findings = std::move(findings);
    out.answers = 4;
    return out;
}
constexpr auto kMoving = Passes::Sides::Moving;

TEST(Passes, AgreementIsEnoughAtOnce) {
    Passes passes;
    passes.take(with({}));
    EXPECT_FALSE(passes.wants_more());
    EXPECT_TRUE(passes.result(kMoving).findings.empty());
}

TEST(Passes, WithoutARunOneReadingIsProof) {
    Passes passes;
    passes.take(with({drift("USD", 1_d)}));
    EXPECT_EQ(passes.result(Passes::Sides::Still).findings.size(), 1U);
}

TEST(Passes, WhatWasAwayOnceWasARace) {
    Passes passes;
    passes.take(with({drift("USD", 1_d)}));
    EXPECT_TRUE(passes.wants_more());
    passes.take(with({}));
    EXPECT_FALSE(passes.wants_more());
    passes.take(with({drift("USD", 1_d)}));
    EXPECT_TRUE(passes.result(kMoving).findings.empty());
    EXPECT_TRUE(passes.result(kMoving).gaps.empty());
}

TEST(Passes, WhatStaysTheSameIsAFinding) {
    Passes passes;
    passes.take(with({drift("USD", 1_d), drift("BTC", 2_d)}));
    passes.take(with({drift("USD", 1_d)}));
    EXPECT_FALSE(passes.wants_more());
    ASSERT_EQ(passes.result(kMoving).findings.size(), 1U);
    EXPECT_EQ(passes.result(kMoving).findings[0].topic.key, "USD");
}

TEST(Passes, WhatKeepsMovingIsAGap) {
    Passes passes;
    for (int i = 1; i <= Passes::kMax; ++i) {
        EXPECT_TRUE(i == 1 || passes.wants_more()) << i;
        passes.take(with({drift("USD", Decimal::from_int(i))}));
    }
    EXPECT_FALSE(passes.wants_more());
    EXPECT_TRUE(passes.result(kMoving).findings.empty());
    EXPECT_EQ(passes.result(kMoving).gaps.size(), 1U);
}

TEST(Passes, WhatAGapHidIsReadOn) {
    Passes passes;
    Comparison half = with({drift("USD", 1_d)});
    half.gaps.push_back(make_gap("fills", {"x", {}, {}, {}}, "no answer", {}));
    passes.take(half);
    passes.take(with({drift("BTC", 2_d)}));
    EXPECT_TRUE(passes.wants_more());
    EXPECT_EQ(passes.result(kMoving).gaps.size(), 1U);
    passes.take(with({drift("BTC", 2_d)}));
    EXPECT_FALSE(passes.wants_more());
    ASSERT_EQ(passes.result(kMoving).findings.size(), 1U);
    EXPECT_EQ(passes.result(kMoving).findings[0].topic.key, "BTC");
}

TEST(Passes, SilenceTakesNothingBack) {
    Passes passes;
    passes.take(with({drift("USD", 1_d)}));
    Comparison silent = with({});
    Topic topic;
    topic.venue = "x";
    silent.gaps.push_back(make_gap("balances", topic, "no answer", {}));
    passes.take(silent);
    EXPECT_TRUE(passes.result(kMoving).findings.empty());
    EXPECT_EQ(passes.result(kMoving).gaps.size(), 2U);
}

}  // namespace
}  // namespace tradectl::recovery

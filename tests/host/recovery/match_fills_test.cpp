#include "host/recovery/match_fills.hpp"

#include "tests/host/recovery/compare_fixture.hpp"

namespace tradectl::recovery {
namespace {

class FillMatcherTest : public CompareTest {
  protected:
    FillFact at(const std::string& trade, std::int64_t seconds, std::uint64_t sequence = 0) {
        FillFact fact = fill(trade, Timestamp{seconds * kNsPerSecond});
        fact.sequence = WalSequence{sequence};
        return fact;
    }
};

TEST_F(FillMatcherTest, TheCursorGoesToTheNewestFillOfBoth) {
    our_fills = {at("a", 100, 7), at("b", 200, 9)};
    their_fills = {at("b", 200), at("a", 100)};
    result();
    EXPECT_EQ(cursor.since, Timestamp{200 * kNsPerSecond});
    EXPECT_EQ(cursor.sequence, WalSequence{9});
}

TEST_F(FillMatcherTest, TheCursorStaysAtAFillThatOneSideLacks) {
    our_fills = {at("a", 100, 7), at("mine", 150, 8), at("b", 200, 9)};
    their_fills = {at("a", 100), at("theirs", 120), at("b", 200)};
    result();
    EXPECT_EQ(cursor.since, Timestamp{120 * kNsPerSecond});
    EXPECT_EQ(cursor.sequence, WalSequence{7});
}

TEST_F(FillMatcherTest, WhatTheAccountDidElsewhereIsToldAndPassed) {
    our_fills = {at("b", 200, 9)};
    their_fills = {at("elsewhere", 120), at("b", 200)};
    their_fills[0].instrument.clear();
    their_fills[0].client_order_id.clear();
    result();
    EXPECT_EQ(findings(), Words{"unknown_instrument elsewhere"});
    EXPECT_EQ(cursor.since, Timestamp{200 * kNsPerSecond});
    their_fills[0].client_order_id = "tc-1";  // one of ours
    result();
    EXPECT_EQ(cursor.since, Timestamp{120 * kNsPerSecond});
}

TEST_F(FillMatcherTest, WhatTheAccountDidBeforeItWasOpenedIsPassed) {
    opened = Timestamp{150 * kNsPerSecond};
    their_fills = {at("before", 149), at("after", 150)};
    for (FillFact& fill : their_fills)
        fill.client_order_id.clear();
    result();
    EXPECT_EQ(findings(), Words{"missing_fill after"});
    EXPECT_EQ(cursor.since, Timestamp{150 * kNsPerSecond});
}

TEST_F(FillMatcherTest, WhatIsOursOrNotFinalIsNotPassedHoweverOld) {
    opened = Timestamp{150 * kNsPerSecond};
    their_fills = {at("ours", 100), at("unsettled", 110)};
    their_fills[0].client_order_id = "tc-1";
    their_fills[1].client_order_id.clear();
    their_fills[1].settlement = TRADECTL_SETTLEMENT_MINED;
    result();
    EXPECT_EQ(findings(), (Words{"missing_fill ours", "missing_fill unsettled"}));
}

TEST_F(FillMatcherTest, TheCursorStaysAtAFillThatIsNotFinal) {
    our_fills = {at("a", 100, 7), at("b", 200, 9)};
    our_fills[0].settlement = TRADECTL_SETTLEMENT_MATCHED;
    their_fills = {at("a", 100), at("b", 200)};
    result();
    EXPECT_EQ(cursor.sequence, WalSequence{6});
}

TEST_F(FillMatcherTest, AnIncompleteAnswerMovesNothing) {
    from = {Timestamp{50 * kNsPerSecond}, WalSequence{5}};
    our_fills = {at("a", 100, 7)};
    their_fills = {at("a", 100)};
    fills_coverage.completeness = Completeness::Partial;
    result();
    EXPECT_EQ(cursor.since, from.since);
    EXPECT_EQ(cursor.sequence, from.sequence);
}

TEST_F(FillMatcherTest, TheVenueIsAskedFromTheOldestOfWhatIsNew) {
    const FillCursor begin{Timestamp{5'000 * kNsPerSecond}, WalSequence{5}};
    const auto nobody = [](const FillFact&) -> Expected<std::optional<FillFact>> {
        return std::optional<FillFact>();
    };
    const FillMatcher late(begin, {at("a", 3'000, 7)}, nobody);
    EXPECT_EQ(late.since(), Timestamp{(3'000 - 600) * kNsPerSecond});
    const FillMatcher none(begin, {}, nobody);
    EXPECT_EQ(none.since(), Timestamp{(5'000 - 600) * kNsPerSecond});
    const FillMatcher first({}, {at("a", 3'000, 7)}, nobody);
    EXPECT_TRUE(first.since().is_none());
}

TEST_F(FillMatcherTest, AnOlderFillIsLookedUp) {
    FillMatcher matcher({}, {}, [](const FillFact& asked) -> Expected<std::optional<FillFact>> {
        if (asked.trade_id != "old") return std::optional<FillFact>();
        return std::optional<FillFact>(fill("old"));
    });
    EXPECT_TRUE(matcher.take(fill("old")));
    EXPECT_TRUE(matcher.take(fill("new")));
    EXPECT_TRUE(matcher.take(fill("new")));
    matcher.finish(fills_coverage, kNow, tolerances);
    ASSERT_EQ(matcher.only_theirs().size(), 1U);  // told twice, counted once
    EXPECT_EQ(matcher.only_theirs()[0].trade_id, "new");
}

TEST_F(FillMatcherTest, AFillWhoseInstrumentIsNotListedAnyMoreIsFoundAmongTheNewOnes) {
    FillMatcher matcher(
        {}, {at("a", 100, 7)}, [&](const FillFact& asked) -> Expected<std::optional<FillFact>> {
            EXPECT_TRUE(asked.instrument.empty());
            return std::optional<FillFact>(at("a", 100, 7));
        });
    FillFact nameless = at("a", 100);
    nameless.instrument.clear();
    EXPECT_TRUE(matcher.take(nameless));
    matcher.finish(fills_coverage, kNow, tolerances);
    EXPECT_TRUE(matcher.only_theirs().empty());
    EXPECT_TRUE(matcher.only_ours().empty());
}

TEST_F(FillMatcherTest, SidesOfOneTradeAreTwoFills) {
    our_fills = {fill("t")};
    their_fills = {fill("t"), fill("t")};
    their_fills[1].side = TRADECTL_SIDE_SELL;
    EXPECT_EQ(findings(), Words{"missing_fill t"});
}

}  // namespace
}  // namespace tradectl::recovery

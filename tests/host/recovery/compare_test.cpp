#include "tests/host/recovery/compare_fixture.hpp"

namespace tradectl::recovery {
namespace {

TEST_F(CompareTest, TwoEmptySidesAgree) {
    EXPECT_EQ(findings(), Words{});
    EXPECT_EQ(gaps(), Words{});
}

TEST_F(CompareTest, AnOrderThatBothKnowIsFine) {
    both(order("a"));
    EXPECT_EQ(findings(), Words{});
}

TEST_F(CompareTest, AnOrderOfTheirsAloneIsAnOrphan) {
    theirs.orders.push_back(order("a"));
    EXPECT_EQ(findings(), Words{"orphan_order a"});
    const Comparison compared = result();
    EXPECT_EQ(compared.findings[0].theirs, 5_d);
    EXPECT_EQ(compared.findings[0].text, "open at the venue, never in our books");
}

TEST_F(CompareTest, AnOrderThatWeClosedAndTheyDidNotIsAnOrphan) {
    theirs.orders.push_back(order("a"));
    closed[{"main", "a"}] = {true, TRADECTL_ORDER_STATUS_CANCELED, kOld};
    EXPECT_EQ(result().findings.at(0).text, "open at the venue, closed in our books");
    closed[{"main", "a"}].updated = kNow.plus_ns(-tolerances.grace_ns + 1);
    EXPECT_EQ(findings(), Words{});  // the cancel is on its way
}

TEST_F(CompareTest, AnOrderOfOursAloneIsAGhost) {
    ours.orders.push_back(order("a"));
    EXPECT_EQ(findings(), Words{"ghost_order a"});
}

TEST_F(CompareTest, AnOrderOlderThanTheStoreIsNoGhost) {
    ours.orders.push_back(order("a"));
    ours.orders[0].created = kOld;
    theirs.knows_since = kOld;
    EXPECT_EQ(findings(), Words{"ghost_order a"});
    EXPECT_EQ(gaps(), Words{});
    theirs.knows_since = kOld.plus_ns(1);
    EXPECT_EQ(findings(), Words{});
    EXPECT_EQ(gaps(), (Words{"store", "order"}));
}

TEST_F(CompareTest, AnOrderThatANewStoreSaysIsClosedIsAGhost) {
    ours.orders.push_back(order("a"));
    ours.orders[0].created = kOld;
    theirs.knows_since = kOld.plus_ns(1);
    theirs.by_id["a"] = {OrderAnswer::Kind::Found, TRADECTL_ORDER_STATUS_CANCELED, 0_d};
    EXPECT_EQ(findings(), Words{"ghost_order a"});
}

TEST_F(CompareTest, AFillOlderThanTheStoreIsToldWithIt) {
    our_fills.push_back(fill("t"));
    theirs.knows_since = kOld;
    EXPECT_EQ(gaps(), Words{});
    theirs.knows_since = kOld.plus_ns(1);
    EXPECT_EQ(findings(), Words{"missing_fill t"});
    EXPECT_EQ(gaps(), Words{"store"});
    EXPECT_NE(result().gaps.at(0).why.find("its own store is new (made "), std::string::npos);
}

TEST_F(CompareTest, AnOrderInFlightIsNoGhostUpToTheGrace) {
    ours.orders.push_back(order("a", kNow.plus_ns(-tolerances.grace_ns + 1)));
    EXPECT_EQ(findings(), Words{});
    ours.orders[0].updated = kNow.plus_ns(-tolerances.grace_ns);
    EXPECT_EQ(findings(), Words{"ghost_order a"});
}

TEST_F(CompareTest, AnIncompleteListProvesNoAbsenceAndStillShowsPresence) {
    ours.orders.push_back(order("a"));
    theirs.orders.push_back(order("b"));
    theirs.orders_coverage.completeness = Completeness::Partial;
    EXPECT_EQ(findings(), Words{"orphan_order b"});
    EXPECT_EQ(gaps(), Words{"open_orders"});
}

TEST_F(CompareTest, AnOldAnswerIsAGapFromItsAgeOn) {
    theirs.orders_coverage.as_of = kNow.plus_ns(-tolerances.age_ns_max);
    EXPECT_EQ(gaps(), Words{});
    theirs.orders_coverage.as_of = kNow.plus_ns(-tolerances.age_ns_max - 1);
    EXPECT_EQ(gaps(), Words{"open_orders"});
}

TEST_F(CompareTest, AnOldAnswerIsNoEvidenceOfADifferenceEither) {
    theirs.orders.push_back(order("a"));
    ours.balances.push_back({"main", "USD", 1_d});
    theirs.balances.push_back({"main", "USD", 2_d});
    theirs.positions.push_back(position(2_d));
    theirs.orders_coverage.as_of = theirs.balances_coverage.as_of =
        theirs.positions_coverage.as_of = kNow.plus_ns(-tolerances.age_ns_max - 1);
    EXPECT_EQ(findings(), Words{});
    EXPECT_EQ(gaps(), (Words{"open_orders", "positions", "balances"}));
}

TEST_F(CompareTest, NoAnswerIsAGapEverywhere) {
    theirs.orders_coverage = theirs.positions_coverage = theirs.balances_coverage =
        fills_coverage = {};
    both(order("a"));
    ours.positions.push_back(position(1_d));
    ours.balances.push_back({"main", "USD", 1_d});
    EXPECT_EQ(findings(), Words{});
    EXPECT_EQ(gaps(), (Words{"fills", "open_orders", "positions", "balances"}));
}

TEST_F(CompareTest, AListThatHidesAnOpenOrderLies) {
    ours.orders.push_back(order("a"));
    theirs.by_id["a"] = {OrderAnswer::Kind::Found, TRADECTL_ORDER_STATUS_ACKNOWLEDGED, 0_d};
    EXPECT_EQ(findings(), Words{});
    EXPECT_EQ(gaps(), Words{"order"});
    theirs.by_id["a"].status = TRADECTL_ORDER_STATUS_FILLED;
    EXPECT_EQ(findings(), Words{"ghost_order a"});
}

TEST_F(CompareTest, AListWithAnOrderTwiceLies) {
    both(order("a"));
    theirs.orders.push_back(order("a"));
    EXPECT_EQ(gaps(), Words{"order"});
}

TEST_F(CompareTest, OrderedQuantitiesAreCompared) {
    both(order("a"));
    theirs.orders[0].quantity = 6_d;
    EXPECT_EQ(findings(), Words{"quantity_differs a"});
    EXPECT_EQ(result().findings[0].delta, 1_d);
}

TEST_F(CompareTest, FilledQuantitiesThatTheFillsExplainAreToldOnce) {
    both(order("a"));
    theirs.orders[0].filled = 1_d;
    their_fills.push_back(fill("t"));
    EXPECT_EQ(findings(), Words{"missing_fill t"});
}

TEST_F(CompareTest, FilledQuantitiesThatTheFillsDenyAreAContradiction) {
    both(order("a"));
    theirs.orders[0].filled = 1_d;
    EXPECT_EQ(findings(), Words{});
    EXPECT_EQ(gaps(), Words{"order"});
    fills_coverage.completeness = Completeness::Partial;
    EXPECT_EQ(findings(), Words{"quantity_differs a"});
}

TEST_F(CompareTest, AnUnresolvedOrderIsAGap) {
    ours.orders.push_back(order("a"));
    ours.orders[0].status = TRADECTL_ORDER_STATUS_UNRESOLVED;
    EXPECT_EQ(findings(), Words{});
    EXPECT_EQ(gaps(), Words{"order"});
}

TEST_F(CompareTest, AnOrderInAnInstrumentThatNobodyNamedIsUnknown) {
    theirs.orders.push_back(order("a"));
    theirs.orders[0].instrument.clear();
    EXPECT_EQ(findings(), Words{"unknown_instrument a"});
}

TEST_F(CompareTest, FillsOfOneSideAreMissing) {
    our_fills.push_back(fill("ours"));
    their_fills.push_back(fill("theirs"));
    EXPECT_EQ(findings(), (Words{"missing_fill ours", "missing_fill theirs"}));
}

TEST_F(CompareTest, AFillOfOursInAnIncompleteListIsNothing) {
    our_fills.push_back(fill("ours"));
    fills_coverage.completeness = Completeness::Partial;
    EXPECT_EQ(findings(), Words{});
    EXPECT_EQ(gaps(), Words{"fills"});
}

TEST_F(CompareTest, AFillListThatDeniesItsOwnOrderLies) {
    our_fills.push_back(fill("t"));
    theirs.by_id["a"] = {OrderAnswer::Kind::Found, TRADECTL_ORDER_STATUS_FILLED, 1_d};
    EXPECT_EQ(findings(), Words{});
    EXPECT_EQ(gaps(), Words{"fills"});
    theirs.by_id["a"].filled = 0_d;
    EXPECT_EQ(findings(), Words{"missing_fill t"});
}

TEST_F(CompareTest, AFreshFillIsInFlight) {
    their_fills.push_back(fill("t", kNow.plus_ns(-tolerances.grace_ns + 1)));
    our_fills.push_back(fill("u", kNow.plus_ns(-tolerances.grace_ns + 1)));
    EXPECT_EQ(findings(), Words{});
    their_fills[0].time = our_fills[0].booked = kNow.plus_ns(-tolerances.grace_ns);
    EXPECT_EQ(findings(), (Words{"missing_fill t", "missing_fill u"}));
}

TEST_F(CompareTest, ThePriceOfAFillIsCompared) {
    our_fills.push_back(fill("t"));
    their_fills.push_back(fill("t"));
    their_fills[0].price = 101_d;
    EXPECT_EQ(findings(), Words{"quantity_differs t"});
}

TEST_F(CompareTest, AFillThatIsNotFinalIsTooLateAfterItsTime) {
    our_fills.push_back(fill("t"));
    their_fills.push_back(fill("t"));
    our_fills[0].settlement = TRADECTL_SETTLEMENT_MINED;
    our_fills[0].booked = kNow.plus_ns(-tolerances.unsettled_ns_max);
    EXPECT_EQ(findings(), Words{});
    our_fills[0].booked = kNow.plus_ns(-tolerances.unsettled_ns_max - 1);
    EXPECT_EQ(findings(), Words{"unsettled_too_long t"});
}

TEST_F(CompareTest, PositionsOfOneSideAreOrphansAndGhosts) {
    theirs.positions.push_back(position(2_d));
    EXPECT_EQ(findings(), Words{"orphan_position BTC-PERP.x"});
    theirs.positions.clear();
    ours.positions.push_back(position(2_d));
    EXPECT_EQ(findings(), Words{"ghost_position BTC-PERP.x"});
    theirs.positions_coverage.completeness = Completeness::Unknown;
    EXPECT_EQ(findings(), Words{});
}

TEST_F(CompareTest, TheToleranceOfAQuantityIsInclusive) {
    tolerances.quantity = 0.5_d;
    ours.positions.push_back(position(2_d));
    theirs.positions.push_back(position(2.5_d));
    EXPECT_EQ(findings(), Words{});
    theirs.positions[0].quantity = 2.500000000000000001_d;
    EXPECT_EQ(findings(), Words{"quantity_differs BTC-PERP.x"});
    EXPECT_EQ(result().findings[0].tolerance, 0.5_d);
}

TEST_F(CompareTest, TheToleranceOfAPriceIsAFractionOfOurs) {
    ours.positions.push_back(position(2_d));
    theirs.positions.push_back(position(2_d, 101_d));
    EXPECT_EQ(findings(), Words{});
    theirs.positions[0].average_price = 101.000001_d;
    EXPECT_EQ(findings(), Words{"average_price_differs BTC-PERP.x"});
    theirs.positions[0].average_price = Decimal::null();
    EXPECT_EQ(findings(), Words{});
}

TEST_F(CompareTest, AHoldingIsComparedOnceAsABalance) {
    PositionFact held{"main", "BTC-USD.x", "BTC", 2_d, Decimal::null(), false};
    ours.positions.push_back(held);
    ours.balances.push_back({"main", "BTC", 2_d});
    held.quantity = 3_d;
    theirs.positions.push_back(held);
    theirs.balances.push_back({"main", "BTC", 3_d});
    EXPECT_EQ(findings(), Words{"balance_drift BTC"});
    theirs.balances.clear();  // a venue that tells tokens as positions alone
    ours.balances.clear();
    EXPECT_EQ(findings(), Words{"quantity_differs BTC-USD.x"});
}

TEST_F(CompareTest, AVenueThatTellsTwoQuantitiesContradictsItself) {
    ours.positions.push_back(position(2_d));
    theirs.positions = {position(2_d), position(3_d)};
    EXPECT_EQ(findings(), Words{});
    EXPECT_EQ(gaps(), Words{"positions"});
}

TEST_F(CompareTest, APositionInAnInstrumentThatNobodyNamedIsUnknown) {
    theirs.positions.push_back(position(2_d));
    theirs.positions[0].instrument.clear();
    EXPECT_EQ(findings(), Words{"unknown_instrument position"});
}

TEST_F(CompareTest, BalancesDriftBeyondTheirTolerance) {
    ours.balances.push_back({"main", "USD", 100_d});
    theirs.balances.push_back({"main", "USD", 100_d});
    EXPECT_EQ(findings(), Words{});
    theirs.balances[0].total = 99.99_d;
    EXPECT_EQ(findings(), Words{"balance_drift USD"});
    EXPECT_EQ(result().findings[0].delta, -0.01_d);
    tolerances.balance["USD"] = 0.01_d;
    EXPECT_EQ(findings(), Words{});
    tolerances.balance["USD"] = 0.009_d;
    EXPECT_EQ(findings(), Words{"balance_drift USD"});
}

TEST_F(CompareTest, AnAssetThatOnlyOneSideHasDrifts) {
    ours.balances.push_back({"main", "USD", 100_d});
    theirs.balances.push_back({"main", "BTC", 1_d});
    EXPECT_EQ(findings(), (Words{"balance_drift BTC", "balance_drift USD"}));
    theirs.balances_coverage.completeness = Completeness::Partial;
    EXPECT_EQ(findings(), Words{"balance_drift BTC"});
}

TEST_F(CompareTest, AHoldingIsNotGoneWhileBalancesAreNotTold) {
    ours.positions.push_back({"main", "BTC-USD.x", "BTC", 2_d, 100_d, false});
    for (const auto told : {Completeness::Silent, Completeness::Unknown, Completeness::Partial}) {
        theirs.balances_coverage.completeness = told;
        EXPECT_EQ(findings(), Words{}) << to_string(told);
    }
    theirs.balances_coverage.completeness = Completeness::Complete;
    EXPECT_EQ(findings(), Words{"ghost_position BTC-USD.x"});
}

TEST_F(CompareTest, AnAccountThatIsNotBookedYetHasNoDrift) {
    ours.accounts.clear();
    theirs.balances.push_back({"main", "USD", 100_d});
    EXPECT_EQ(findings(), Words{});
}

TEST_F(CompareTest, TwoTotalsOfOneAssetAreAContradiction) {
    ours.balances.push_back({"main", "USD", 100_d});
    theirs.balances = {{"main", "USD", 100_d}, {"main", "USD", 99_d}};
    EXPECT_EQ(findings(), Words{});
    EXPECT_EQ(gaps(), Words{"balances"});
}

TEST_F(CompareTest, AResolvedMarketIsToBeRedeemed) {
    ours.positions.push_back(position(2_d));
    theirs.positions.push_back(position(2_d));
    theirs.resolved.insert("BTC-PERP.x");
    EXPECT_EQ(findings(), Words{"resolved_not_redeemed BTC-PERP.x"});
    ours.positions.clear();
    theirs.positions.clear();
    EXPECT_EQ(findings(), Words{});
}

TEST_F(CompareTest, AnUnprotectedPositionIsFoundWhereProtectionIsRequired) {
    ours.positions.push_back(position(2_d));
    theirs.positions.push_back(position(2_d));
    EXPECT_EQ(findings(), Words{});
    tolerances.protection = Protection::Required;
    EXPECT_EQ(findings(), Words{"unprotected_position BTC-PERP.x"});
    ours.positions[0].has_exit = true;
    EXPECT_EQ(findings(), Words{});
    ours.positions[0].has_exit = false;
    both(order("stop"));
    ours.orders[0].instrument = theirs.orders[0].instrument = "BTC-PERP.x";
    ours.orders[0].reduce_only = true;
    EXPECT_EQ(findings(), Words{});
}

TEST_F(CompareTest, AnIdIsOfWhatItIsAboutAndNotOfAmounts) {
    ours.balances.push_back({"main", "USD", 100_d});
    theirs.balances.push_back({"main", "USD", 99_d});
    const std::string before = result().findings.at(0).id;
    theirs.balances[0].total = 98_d;
    EXPECT_EQ(result().findings.at(0).id, before);
    EXPECT_EQ(before.size(), 12U);
    EXPECT_NE(stable_id("balance_drift", {"x", "main", "", "USD"}),
              stable_id("balance_drift", {"x", "main", "USD", ""}));
}

TEST(FindingKind, WordsAreReadBack) {
    for (std::size_t i = 0; i < kFindingKinds; ++i) {
        const auto kind = static_cast<FindingKind>(i);
        EXPECT_EQ(finding_kind_of(to_string(kind)), kind);
    }
    EXPECT_FALSE(finding_kind_of("drift"));
}

}  // namespace
}  // namespace tradectl::recovery

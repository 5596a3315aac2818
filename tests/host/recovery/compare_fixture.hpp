/// A comparison in which both sides agree, to be bent by a test.
#pragma once

#include "host/recovery/compare.hpp"

#include <tradectl/abi/types.h>

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::recovery {

class CompareTest : public testing::Test {
  protected:
    static constexpr Timestamp kNow{1'000 * kNsPerSecond};
    static constexpr Timestamp kOld{100 * kNsPerSecond};

    CompareTest() {
        ours.venue = "x";
        ours.accounts = {"main"};
        tolerances.grace_ns = 10 * kNsPerSecond;
        tolerances.age_ns_max = 60 * kNsPerSecond;
        tolerances.unsettled_ns_max = 600 * kNsPerSecond;
        tolerances.average_price = 0.01_d;
        theirs.orders_coverage = theirs.positions_coverage = theirs.balances_coverage =
            fills_coverage = {Completeness::Complete, kNow, {}};
    }

    static OrderFact order(const std::string& id, Timestamp updated = kOld) {
        OrderFact fact;
        fact.account = "main";
        fact.instrument = "BTC-USD.x";
        fact.client_order_id = id;
        fact.venue_order_id = "V" + id;
        fact.status = TRADECTL_ORDER_STATUS_ACKNOWLEDGED;
        fact.quantity = 5_d;
        fact.updated = updated;
        return fact;
    }
    static FillFact fill(const std::string& trade, Timestamp time = kOld) {
        FillFact fact;
        fact.account = "main";
        fact.instrument = "BTC-USD.x";
        fact.trade_id = trade;
        fact.client_order_id = "a";
        fact.venue_order_id = "Va";
        fact.side = TRADECTL_SIDE_BUY;
        fact.settlement = TRADECTL_SETTLEMENT_CONFIRMED;
        fact.price = 100_d;
        fact.quantity = 1_d;
        fact.time = fact.booked = time;
        return fact;
    }
    static PositionFact position(Decimal quantity, Decimal average = 100_d) {
        return {"main", "BTC-PERP.x", "", quantity, average, false};
    }
    void both(const OrderFact& fact) {
        ours.orders.push_back(fact);
        theirs.orders.push_back(fact);
    }

    Comparison result() {
        FillMatcher matcher(
            from,
            our_fills,
            [](const FillFact&) -> Expected<std::optional<FillFact>> {
                return std::optional<FillFact>();
            },
            opened);
        for (const FillFact& fact : their_fills)
            EXPECT_TRUE(matcher.take(fact));
        matcher.finish(fills_coverage, kNow, tolerances);
        cursor = matcher.cursor();
        const std::vector<AccountFills> fills{{"main", fills_coverage, &matcher}};
        return compare({ours, theirs, closed, fills, tolerances, kNow});
    }
    /// "orphan_order a", ...
    std::vector<std::string> findings() {
        std::vector<std::string> out;
        const Comparison compared = result();
        for (const Finding& finding : compared.findings)
            out.push_back(
                std::string(to_string(finding.kind)) + " " +
                (finding.topic.key.empty() ? finding.topic.instrument : finding.topic.key));
        return out;
    }
    std::vector<std::string> gaps() {
        std::vector<std::string> out;
        const Comparison compared = result();
        for (const Gap& gap : compared.gaps)
            out.push_back(gap.what);
        return out;
    }

    OurSide ours;
    TheirSide theirs;
    ClosedOrders closed;
    FillCursor from;
    Timestamp opened = Timestamp::none();
    std::vector<FillFact> our_fills;
    std::vector<FillFact> their_fills;
    Coverage fills_coverage;
    Tolerances tolerances;
    FillCursor cursor;
};

using Words = std::vector<std::string>;

}  // namespace tradectl::recovery

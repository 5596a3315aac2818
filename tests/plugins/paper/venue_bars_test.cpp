// What a bar is to the venue, and the prices of what takes.
#include "tests/plugins/paper/venue_fixture.hpp"

#include <tuple>
#include <utility>

namespace tradectl::paper {
namespace {

class BarVenue : public VenueTest {
  protected:
    void bar(Decimal open, Decimal high, Decimal low, Decimal close, Decimal volume = 400_d) {
        now = now.plus_ns(1000);
        venue->on_bar(market, {open, high, low, close, volume}, now);
    }
    /// Rules of bars on top of those of the other tests.
    static MatchingRules with(const BarRules& bars) {
        MatchingRules rules = front();
        rules.bars = bars;
        return rules;
    }
    void expect_fills(const std::string& text) const { EXPECT_EQ(fills_text(), text); }
};

// ---- Which price ----

TEST_F(BarVenue, OrderTakesAtTheCloseOfTheLastBar) {
    MatchingRules rules = front();
    rules.fill = FillPrice::Close;
    open(rules);
    EXPECT_EQ(submit(market_order(Side::Buy, 1_d)), 0);  // before the first bar: nothing
    EXPECT_EQ(last("o1").reason, TRADECTL_REASON_NO_LIQUIDITY);
    bar(100_d, 110_d, 90_d, 105_d);
    quote(50_d, 10_d, 51_d, 10_d);
    EXPECT_EQ(submit(market_order(Side::Buy, 1_d)), 0);
    expect_fills("o2 1@105");
}

TEST_F(BarVenue, CloseOffersAQuarterOfTheVolume) {
    MatchingRules rules = front();
    rules.fill = FillPrice::Close;
    open(rules);
    bar(100_d, 110_d, 90_d, 100_d, 8_d);
    EXPECT_EQ(submit(market_order(Side::Buy, 1.5_d)), 0);
    EXPECT_EQ(submit(market_order(Side::Buy, 1.5_d)), 0);
    expect_fills("o1 1.5@100, o2 0.5@100");
    rules.depth = Depth::Unlimited;
    fills.clear();
    open(rules);
    bar(100_d, 110_d, 90_d, 100_d, 8_d);
    EXPECT_EQ(submit(market_order(Side::Buy, 3_d)), 0);
    expect_fills("o3 3@100");
}

TEST_F(BarVenue, OrderWaitsForTheNextOpen) {
    MatchingRules rules = front();
    rules.fill = FillPrice::NextOpen;
    open(rules);
    bar(100_d, 100_d, 100_d, 100_d);
    EXPECT_EQ(submit(market_order(Side::Buy, 1_d)), 0);
    EXPECT_EQ(submit(limit(Side::Buy, 1_d, 102_d)), 0);
    EXPECT_EQ(submit(market_order(Side::Sell, 1_d)), 0);
    EXPECT_TRUE(fills.empty());
    EXPECT_EQ(balance(kAlice, listing.base).held, 1_d);
    bar(101_d, 120_d, 90_d, 110_d);
    expect_fills("o1 1@101, o2 1@101, o3 1@101");
    EXPECT_EQ(fills[1].liquidity, Liquidity::Taker);
    EXPECT_EQ(balance(kAlice, listing.base).held, 0_d);
}

TEST_F(BarVenue, LimitThatTheOpenPassesRests) {
    MatchingRules rules = front();
    rules.fill = FillPrice::NextOpen;
    open(rules);
    bar(100_d, 100_d, 100_d, 100_d);
    const std::string id = rest(limit(Side::Buy, 1_d, 100_d));
    bar(101_d, 102_d, 100.5_d, 101_d);
    EXPECT_TRUE(fills.empty());
    EXPECT_FALSE(venue->find_open(id)->opening);
    bar(101_d, 102_d, 99_d, 101_d);
    expect_fills("o1 1@99");
    EXPECT_EQ(fills[0].liquidity, Liquidity::Maker);
}

TEST_F(BarVenue, NextOpenThatCannotBePaidCancels) {
    MatchingRules rules = front();
    rules.fill = FillPrice::NextOpen;
    open(rules);
    bar(100_d, 100_d, 100_d, 100_d);
    EXPECT_EQ(submit(market_order(Side::Buy, 99_d)), 0);
    bar(102_d, 102_d, 102_d, 102_d);
    EXPECT_EQ(last("o1").reason, TRADECTL_REASON_INSUFFICIENT_BALANCE);
    EXPECT_TRUE(fills.empty());
}

TEST_F(BarVenue, CancelReachesAnOrderThatWaitsForAnOpen) {
    MatchingRules rules = front();
    rules.fill = FillPrice::NextOpen;
    open(rules);
    rest(market_order(Side::Sell, 1_d));
    EXPECT_FALSE(venue->cancel("o1", kAlice, now));
    EXPECT_EQ(balance(kAlice, listing.base).held, 0_d);
    bar(102_d, 102_d, 102_d, 102_d);
    EXPECT_TRUE(fills.empty());
}

TEST_F(BarVenue, OtherFeedsLeaveNothingToWaitFor) {
    MatchingRules rules = front();
    rules.fill = FillPrice::NextOpen;
    open(rules);
    rest(market_order(Side::Buy, 1_d));
    trade(99_d, 5_d);
    expect_fills("o1 1@99");
    EXPECT_EQ(submit(market_order(Side::Buy, 1_d)), 0);
    expect_fills("o1 1@99, o2 1@99");
}

TEST_F(BarVenue, SpreadAndSlippageArePaidByWhatTakesAlone) {
    MatchingRules rules = front();
    rules.spread = 0.001_d;
    rules.slippage_ticks = 3;
    open(rules);
    rest(limit(Side::Buy, 1_d, 99_d));
    bar(100_d, 100_d, 99_d, 100_d);
    EXPECT_EQ(submit(market_order(Side::Buy, 1_d)), 0);
    EXPECT_EQ(submit(market_order(Side::Sell, 1_d)), 0);
    expect_fills("o1 1@99, o2 1@100.13, o3 1@99.87");
}

TEST_F(BarVenue, LimitMustReachThePriceThatIsPaid) {
    MatchingRules rules = front();
    rules.spread = 0.01_d;
    open(rules);
    trade(100_d, 10_d);
    rest(limit(Side::Buy, 1_d, 100.99_d));
    EXPECT_EQ(submit(limit(Side::Buy, 1_d, 101_d)), 0);
    expect_fills("o2 1@101");
}

// ---- Inside of a bar ----

TEST_F(BarVenue, PathDecidesWhatIsReachedFirst) {
    for (const auto& [path, first] : {std::pair{BarPath::OpenHighLowClose, 110_d},
                                      std::pair{BarPath::OpenLowHighClose, 95_d},
                                      std::pair{BarPath::FarFirst, 95_d}}) {
        BarRules bars;
        bars.path = path;
        open(with(bars));
        fills.clear();
        rest(limit(Side::Sell, 1_d, 108_d));
        rest(limit(Side::Buy, 1_d, 96_d));
        bar(100_d, 110_d, 95_d, 100_d);
        ASSERT_EQ(fills.size(), 2u);
        EXPECT_EQ(fills[0].price, first);
    }
}

struct RestingCase {
    LimitFill rule;
    Decimal inside;  ///< price of a buy at 98 that a low of 95 reaches
    Decimal gapped;  ///< of a buy at 98 when the bar opens at 97
};

TEST_F(BarVenue, RestingOrderFillsAtThePriceOfTheRule) {
    for (const RestingCase& each : {RestingCase{LimitFill::Trade, 95_d, 97_d},
                                    RestingCase{LimitFill::Limit, 98_d, 98_d},
                                    RestingCase{LimitFill::OpenOrBetter, 98_d, 97_d}}) {
        BarRules bars;
        bars.limit_fill = each.rule;
        open(with(bars));
        fills.clear();
        rest(limit(Side::Buy, 1_d, 98_d));
        bar(100_d, 110_d, 95_d, 105_d);
        rest(limit(Side::Buy, 1_d, 98_d));
        bar(97_d, 110_d, 96_d, 105_d);
        ASSERT_EQ(fills.size(), 2u);
        EXPECT_EQ(fills[0].price, each.inside);
        EXPECT_EQ(fills[1].price, each.gapped);
    }
}

struct StopCase {
    StopFill rule;
    Decimal inside;  ///< price of a buy stop at 103 that a high of 110 reaches
    Decimal gapped;  ///< when the bar opens at 106
};

TEST_F(BarVenue, StopFillsAtThePriceOfTheRule) {
    for (const StopCase& each : {StopCase{StopFill::Trade, 110_d, 106_d},
                                 StopCase{StopFill::Stop, 103_d, 103_d},
                                 StopCase{StopFill::OpenOrWorse, 103_d, 106_d}}) {
        BarRules bars;
        bars.stop_fill = each.rule;
        open(with(bars));
        fills.clear();
        bar(100_d, 100_d, 100_d, 100_d);
        rest(stop(Side::Buy, 1_d, 103_d));
        bar(100_d, 110_d, 95_d, 100_d);
        rest(stop(Side::Buy, 1_d, 103_d));
        bar(106_d, 110_d, 96_d, 105_d);
        ASSERT_EQ(fills.size(), 2u);
        EXPECT_EQ(fills[0].price, each.inside);
        EXPECT_EQ(fills[1].price, each.gapped);
    }
}

TEST_F(BarVenue, ThroughIsBeyondTheLimit) {
    BarRules bars;
    bars.limit_touch = LimitTouch::Through;
    open(with(bars));
    rest(limit(Side::Buy, 1_d, 95_d));
    bar(100_d, 110_d, 95_d, 105_d);
    EXPECT_TRUE(fills.empty());
    bar(100_d, 110_d, 94.99_d, 105_d);
    EXPECT_EQ(fills.size(), 1u);
}

TEST_F(BarVenue, PriorityDecidesWhenABarReachesBoth) {
    // The path alone would reach the first extreme first: the target with one, the stop with the
    // other.
    for (const auto& [priority, high_first, low_first] :
         {std::tuple{BarPriority::Path, 110_d, 90_d},
          std::tuple{BarPriority::StopFirst, 90_d, 90_d},
          std::tuple{BarPriority::LimitFirst, 110_d, 110_d}}) {
        for (const BarPath path : {BarPath::OpenHighLowClose, BarPath::OpenLowHighClose}) {
            BarRules bars;
            bars.priority = priority;
            bars.path = path;
            open(with(bars));
            fills.clear();
            bar(100_d, 100_d, 100_d, 100_d);
            rest(limit(Side::Sell, 1_d, 108_d));
            rest(stop(Side::Sell, 1_d, 92_d));
            bar(100_d, 110_d, 90_d, 100_d);
            ASSERT_EQ(fills.size(), 2u);
            EXPECT_EQ(fills[0].price, path == BarPath::OpenHighLowClose ? high_first : low_first);
        }
    }
}

TEST_F(BarVenue, TwoRoundsDoNotTakeAQuantityTwice) {
    MatchingRules rules;  // what was in the market goes first
    rules.bars.priority = BarPriority::StopFirst;
    open(rules);
    bar(100_d, 100_d, 100_d, 100_d);
    rest(stop(Side::Buy, 3_d, 110_d));
    rest(limit(Side::Sell, 3_d, 110_d, kBob));
    bar(100_d, 110_d, 100_d, 100_d, 16_d);  // four at 110, one of them left for Bob
    expect_fills("o1 3@110, o2 1@110");
}

TEST_F(BarVenue, BarWithoutVolumeFillsWhenToldSo) {
    BarRules bars;
    open(with(bars));
    bar(100_d, 110_d, 90_d, 100_d, 0_d);
    EXPECT_TRUE(venue->view(market).last_price().is_null());
    bars.zero_volume = ZeroVolume::Fill;
    open(with(bars));
    rest(limit(Side::Buy, 10_d, 95_d));
    bar(100_d, 110_d, 90_d, 100_d, 0_d);
    EXPECT_EQ(submit(market_order(Side::Buy, 10_d)), 0);
    expect_fills("o1 10@90, o2 10@100");
}

// ---- Bars as displays ----

TEST_F(BarVenue, BarAsQuotesShowsSpreadAndDepth) {
    BarRules bars;
    bars.play = BarPlay::Quotes;
    bars.spread_ticks = 3;
    bars.depth = 2_d;
    open(with(bars));
    bar(100_d, 110_d, 90_d, 100_d);
    EXPECT_EQ(submit(market_order(Side::Buy, 3_d)), 0);
    EXPECT_EQ(submit(market_order(Side::Sell, 1_d)), 0);
    expect_fills("o1 2@100.02, o2 1@99.99");
}

TEST_F(BarVenue, BarAsQuotesFillsRestingOrdersAndStops) {
    BarRules bars;
    bars.play = BarPlay::Quotes;
    bars.limit_fill = LimitFill::OpenOrBetter;
    bars.stop_fill = StopFill::Stop;
    open(with(bars));
    bar(100_d, 100_d, 100_d, 100_d);
    rest(limit(Side::Buy, 1_d, 98_d));
    rest(stop(Side::Buy, 1_d, 104_d));
    bar(97_d, 110_d, 96_d, 105_d);
    expect_fills("o1 1@97, o2 1@104");
}

TEST_F(BarVenue, DisplaysOfBarsEndWhenAnotherFeedBegins) {
    BarRules bars;
    bars.play = BarPlay::Quotes;
    open(with(bars));
    bar(100_d, 110_d, 90_d, 100_d);
    quote(50_d, 1_d, 51_d, 1_d);
    bar(100_d, 110_d, 90_d, 100_d);
    EXPECT_EQ(submit(market_order(Side::Buy, 1_d)), 0);
    expect_fills("o1 1@51");
}

// ---- At the end of a bar ----

OrderTerms at_once(OrderTerms terms) {
    terms.time_in_force = TimeInForce::Ioc;
    return terms;
}

TEST_F(BarVenue, ImmediateOrderFillsInsideOfTheBarThatJustEnded) {
    BarRules bars;
    bars.in_bar = InBar::Allow;
    open(with(bars));
    bar(100_d, 110_d, 90_d, 92_d, 4_d);
    EXPECT_EQ(submit(at_once(limit(Side::Sell, 1_d, 110_d))), 0);
    EXPECT_EQ(submit(at_once(limit(Side::Buy, 1_d, 90_d))), 0);
    EXPECT_EQ(submit(at_once(limit(Side::Sell, 5_d, 100_d))), 0);  // two are left
    expect_fills("o1 1@110, o2 1@90, o3 2@100");
    EXPECT_EQ(submit(at_once(limit(Side::Sell, 1_d, 110.01_d))), 0);
    EXPECT_EQ(last("o4").reason, TRADECTL_REASON_IOC_REMAINDER);
}

TEST_F(BarVenue, ImmediateOrderFillsAtItsLimitWhereverTheBarLayWhenToldSo) {
    for (const InBar rule : {InBar::Reached, InBar::Level}) {
        BarRules bars;
        bars.in_bar = rule;
        open(with(bars));
        bar(100_d, 110_d, 90_d, 92_d, 8_d);
        EXPECT_EQ(submit(at_once(limit(Side::Sell, 1_d, 120_d))), 0);
        EXPECT_EQ(fills.size(), rule == InBar::Level ? 1u : 0u);
    }
    EXPECT_EQ(fills.front().price, 120_d);
}

TEST_F(BarVenue, AMomentLaterTheBarIsOver) {
    BarRules bars;
    bars.in_bar = InBar::Allow;
    open(with(bars));
    bar(100_d, 110_d, 90_d, 92_d);
    now = now.plus_ns(1);
    EXPECT_EQ(submit(at_once(limit(Side::Sell, 1_d, 105_d))), 0);
    EXPECT_EQ(submit(limit(Side::Sell, 1_d, 106_d)), 0);
    EXPECT_TRUE(fills.empty());
}

TEST_F(BarVenue, WithoutTheRuleTheRangeIsGone) {
    open();
    bar(100_d, 110_d, 90_d, 92_d);
    EXPECT_EQ(submit(at_once(limit(Side::Sell, 1_d, 105_d))), 0);
    EXPECT_TRUE(fills.empty());
}

}  // namespace
}  // namespace tradectl::paper

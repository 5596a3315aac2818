// What a feed showed before it was lost.
#include "tests/plugins/paper/paper_host.hpp"
#include "tests/plugins/paper/venue_fixture.hpp"

namespace tradectl::paper {
namespace {

using LostFeed = VenueTest;

TEST_F(LostFeed, OffersNothingUntilItShowsSomethingAnew) {
    open();
    quote(99_d, 10_d, 101_d, 10_d);
    venue->view(market).lose();
    const OrderTerms first = market_order(Side::Buy, 1_d);
    EXPECT_EQ(submit(first), TRADECTL_REASON_NONE);
    EXPECT_EQ(last(first.client_order_id).reason, TRADECTL_REASON_NO_LIQUIDITY);
    EXPECT_TRUE(fills.empty());
    quote(99_d, 10_d, 102_d, 10_d);
    submit(market_order(Side::Buy, 1_d));
    EXPECT_EQ(fills_text(), "o2 1@102");
}

TEST_F(LostFeed, OfTradesAloneTheLastIsNoOfferEither) {
    open();
    trade(100_d, 10_d);
    venue->view(market).lose();
    submit(market_order(Side::Buy, 1_d));
    EXPECT_TRUE(fills.empty());
    EXPECT_EQ(venue->view(market).last_price(), 100_d);
    trade(101_d, 10_d);
    submit(market_order(Side::Buy, 1_d));
    EXPECT_EQ(fills_text(), "o2 1@101");
}

TEST_F(LostFeed, ATradeBesideLostQuotesBringsNoneBack) {
    open();
    quote(99_d, 10_d, 101_d, 10_d);
    venue->view(market).lose();
    trade(100_d, 10_d);
    submit(market_order(Side::Buy, 1_d));
    EXPECT_TRUE(fills.empty());
}

TEST_F(LostFeed, WhoCameMeanwhileStandsBehindWhatIsShownNext) {
    open({});
    quote(99_d, 10_d, 101_d, 10_d);
    venue->view(market).lose();
    rest(limit(Side::Buy, 1_d, 99_d));
    quote(99_d, 10_d, 101_d, 10_d);
    trade(99_d, 10_d, TRADECTL_SIDE_SELL);
    EXPECT_TRUE(fills.empty());
    trade(99_d, 1_d, TRADECTL_SIDE_SELL);
    EXPECT_EQ(fills_text(), "o1 1@99");
}

class PaperFeed : public testing::TestWithParam<std::uint32_t> {
  protected:
    PaperFeed() { EXPECT_EQ(host_.start(), TRADECTL_OK); }
    bool fills() {
        const std::size_t before = host_.fill_events.size();
        host_.submit({.id = "order-" + std::to_string(++orders_)});
        return host_.fill_events.size() > before;
    }

    PaperHost host_{R"({"balances":{"USD":"1000"}})"};
    int orders_ = 0;
};

TEST_P(PaperFeed, IsLostForItsInstrument) {
    host_.quote(99_d, 101_d, 10_d);
    host_.feed_status(GetParam(), 1);
    EXPECT_TRUE(fills());
    host_.feed_status(GetParam());
    EXPECT_FALSE(fills());
    host_.quote(99_d, 101_d, 10_d);
    EXPECT_TRUE(fills());
}

TEST_P(PaperFeed, IsLostForAllWhenItIsGoneAlone) {
    host_.quote(99_d, 101_d, 10_d);
    host_.feed_status(GetParam(), TRADECTL_HANDLE_NONE);
    EXPECT_EQ(fills(), GetParam() != TRADECTL_STATUS_DISCONNECTED);
}

INSTANTIATE_TEST_SUITE_P(Status,
                         PaperFeed,
                         testing::Values(TRADECTL_STATUS_GAP,
                                         TRADECTL_STATUS_STALE,
                                         TRADECTL_STATUS_DISCONNECTED));

}  // namespace
}  // namespace tradectl::paper

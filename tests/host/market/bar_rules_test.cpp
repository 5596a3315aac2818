// How bars are built: which end belongs to an interval, quotes as prices, bars by time.
#include "host/market/bars.hpp"
#include "tests/host/market/support.hpp"

namespace tradectl::market {
namespace {

constexpr std::int64_t kMinute = kNsPerMinute;

BarBuilder minutes(BarRule rule, std::uint32_t flat_bars_max = 10'000) {
    return BarBuilder::create(
               3, {.interval_ns = kMinute, .rule = rule, .flat_bars_max = flat_bars_max})
        .value();
}

tradectl_quote_event quote_at(std::int64_t time_ns, std::string_view bid, std::string_view ask) {
    tradectl_quote_event event{};
    event.header.size = sizeof(event);
    event.header.type = TRADECTL_EVENT_QUOTE;
    event.header.event_time = event.header.host_time = time_ns;
    event.bid_price = bid.empty() ? Decimal::null().to_abi() : abi(bid);
    event.ask_price = ask.empty() ? Decimal::null().to_abi() : abi(ask);
    return event;
}

tradectl_bar_event bar_at(std::int64_t end, std::string_view close, std::int64_t interval) {
    tradectl_bar_event bar{};
    bar.header.size = sizeof(bar);
    bar.header.type = TRADECTL_EVENT_BAR;
    bar.header.event_time = end;
    bar.interval_ns = interval;
    bar.open = bar.high = bar.low = bar.close = abi(close);
    bar.volume = abi("1");
    return bar;
}

/// "end open high low close" of each bar, ends in seconds.
std::string shown(const EventBuffer& out) {
    std::string text;
    for (const auto& bar : events_of<tradectl_bar_event>(out, TRADECTL_EVENT_BAR))
        text += (text.empty() ? "" : "; ") + std::to_string(bar.header.event_time / kNsPerSecond) +
                " " + text_of(bar.open) + " " + text_of(bar.high) + " " + text_of(bar.low) + " " +
                text_of(bar.close);
    return text;
}

TEST(BarRule, TheEndOfARightClosedIntervalBelongsToIt) {
    for (const BarClosed closed : {BarClosed::Left, BarClosed::Right}) {
        BarBuilder builder = minutes({.closed = closed});
        EventBuffer out;
        for (const auto& [time, price] :
             {std::pair{std::int64_t{1}, "5"}, {kMinute, "9"}, {kMinute + 1, "7"}})
            ASSERT_TRUE(builder.add(trade_at(time, price, "1"), out));
        builder.finish(out);
        EXPECT_EQ(
            shown(out),
            closed == BarClosed::Right ? "60 5 9 5 9; 120 7 7 7 7" : "60 5 5 5 5; 120 9 9 7 7");
    }
}

TEST(BarRule, TheStartOfARightClosedIntervalDoesNotBelongToIt) {
    BarBuilder builder = minutes({.closed = BarClosed::Right});
    EventBuffer out;
    ASSERT_TRUE(builder.add(trade_at(kMinute, "5", "1"), out));
    EXPECT_EQ(builder.next_end().ns(), kMinute);
    builder.advance(Timestamp{kMinute}, out);
    EXPECT_EQ(shown(out), "60 5 5 5 5");
    // The interval is over: a late trade of its end is refused, not put into the next one.
    EXPECT_FALSE(builder.add(trade_at(kMinute, "6", "1"), out));
    EXPECT_TRUE(builder.add(trade_at(kMinute + 1, "6", "1"), out));
}

TEST(BarRule, TakesTheNamedSideOfAQuote) {
    const std::pair<BarPrice, const char*> cases[] = {{BarPrice::Bid, "60 4 6 4 6"},
                                                      {BarPrice::Ask, "60 5 9 5 9"},
                                                      {BarPrice::Mid, "60 4.5 7.5 4.5 7.5"}};
    for (const auto& [price, expected] : cases) {
        BarBuilder builder = minutes({.price = price});
        EventBuffer out;
        ASSERT_TRUE(builder.add(quote_at(1, "4", "5"), out));
        ASSERT_TRUE(builder.add(quote_at(2, "6", "9"), out));
        ASSERT_TRUE(builder.add(trade_at(3, "100", "1"), out));  // not what it is built of
        builder.advance(Timestamp{kMinute}, out);
        EXPECT_EQ(shown(out), expected);
        const auto bars = events_of<tradectl_bar_event>(out, TRADECTL_EVENT_BAR);
        EXPECT_EQ(text_of(bars[0].volume), "0");
        EXPECT_EQ(bars[0].trade_count, 0u);
    }
}

TEST(BarRule, AQuoteWithoutThePriceChangesNothing) {
    for (const BarPrice price : {BarPrice::Last, BarPrice::Bid, BarPrice::Mid}) {
        BarBuilder builder = minutes({.price = price});
        EventBuffer out;
        ASSERT_TRUE(builder.add(quote_at(1, "", "5"), out));
        ASSERT_TRUE(builder.add(quote_at(1, "0", "5"), out));
        EXPECT_EQ(builder.current(), nullptr);
        EXPECT_TRUE(builder.next_end().is_none());
    }
    BarBuilder asks = minutes({.price = BarPrice::Ask});
    EventBuffer out;
    ASSERT_TRUE(asks.add(quote_at(1, "", "5"), out));
    EXPECT_NE(asks.current(), nullptr);
}

TEST(BarRule, ASmallerBarThatEndsTheIntervalEndsTheBar) {
    for (const BarClosed closed : {BarClosed::Left, BarClosed::Right}) {
        BarBuilder builder =
            BarBuilder::create(0, {.interval_ns = 3 * kMinute, .rule = {.closed = closed}}).value();
        EventBuffer out;
        ASSERT_TRUE(builder.add(bar_at(kMinute, "5", kMinute), out));
        ASSERT_TRUE(builder.add(bar_at(2 * kMinute, "8", kMinute), out));
        EXPECT_TRUE(out.empty());
        ASSERT_TRUE(builder.add(bar_at(3 * kMinute, "6", kMinute), out));
        EXPECT_EQ(shown(out), "180 5 8 5 6");
        EXPECT_EQ(builder.current(), nullptr);
        builder.finish(out);
        EXPECT_EQ(out.count(), 1u);
    }
}

TEST(BarRule, ABarOfTheSameIntervalPassesAtOnce) {
    BarBuilder builder = minutes({});
    EventBuffer out;
    ASSERT_TRUE(builder.add(bar_at(kMinute, "5", kMinute), out));
    ASSERT_TRUE(builder.add(bar_at(2 * kMinute, "6", kMinute), out));
    EXPECT_EQ(shown(out), "60 5 5 5 5; 120 6 6 6 6");
    EXPECT_EQ(text_of(events_of<tradectl_bar_event>(out, TRADECTL_EVENT_BAR)[1].volume), "1");
}

TEST(BarRule, NextEndNamesWhatAdvanceWouldGive) {
    BarBuilder skips = minutes({});
    BarBuilder fills = minutes({.gap = BarGap::Flat});
    EXPECT_TRUE(fills.next_end().is_none());
    EventBuffer out;
    ASSERT_TRUE(skips.add(trade_at(5, "5", "1"), out));
    ASSERT_TRUE(fills.add(trade_at(5, "5", "1"), out));
    for (BarBuilder* builder : {&skips, &fills}) {
        EXPECT_EQ(builder->next_end().ns(), kMinute);
        builder->advance(Timestamp{kMinute}, out);
    }
    EXPECT_TRUE(skips.next_end().is_none());
    EXPECT_EQ(fills.next_end().ns(), 2 * kMinute);
}

TEST(BarRule, FlatBarsByTimeStopAtTheLimit) {
    BarBuilder builder = minutes({.gap = BarGap::Flat}, 2);
    EventBuffer out;
    ASSERT_TRUE(builder.add(trade_at(5, "5", "1"), out));
    int given = 0;
    for (; !builder.next_end().is_none() && given < 10; ++given)
        builder.advance(builder.next_end(), out);
    EXPECT_EQ(given, 3);  // its own and two flat ones
    ASSERT_TRUE(builder.add(trade_at(10 * kMinute, "6", "1"), out));
    EXPECT_EQ(out.count(), 3u);
    EXPECT_EQ(builder.next_end().ns(), 11 * kMinute);
    builder.advance(Timestamp{12 * kMinute}, out);  // a new run
    EXPECT_EQ(out.count(), 5u);
}

/// By time or when the next trade comes: the same bars.
TEST(BarRule, BarsByTimeEqualBarsByEvents) {
    SeededRandom random(test_seed());
    for (const BarClosed closed : {BarClosed::Left, BarClosed::Right}) {
        for (const BarGap gap : {BarGap::Skip, BarGap::Flat}) {
            BarBuilder by_events = minutes({.closed = closed, .gap = gap});
            BarBuilder by_time = minutes({.closed = closed, .gap = gap});
            EventBuffer expected;
            EventBuffer actual;
            std::int64_t time = 0;
            for (int i = 0; i < 2000; ++i) {
                time += static_cast<std::int64_t>(random.below(5)) * kMinute / 2;
                const auto trade = trade_at(time, std::to_string(1 + random.below(100)), "1");
                ASSERT_TRUE(by_events.add(trade, expected));
                for (Timestamp end = by_time.next_end(); !end.is_none() && end.ns() < time;
                     end = by_time.next_end())
                    by_time.advance(end, actual);
                ASSERT_TRUE(by_time.add(trade, actual));
            }
            EXPECT_EQ(shown(actual), shown(expected));
        }
    }
}

}  // namespace
}  // namespace tradectl::market

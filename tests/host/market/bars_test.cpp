#include "host/market/bars.hpp"

#include "tests/host/market/support.hpp"

#include <map>

namespace tradectl::market {
namespace {

constexpr std::int64_t kMinute = kNsPerMinute;

std::vector<tradectl_bar_event> bars_of(const EventBuffer& out) {
    return events_of<tradectl_bar_event>(out, TRADECTL_EVENT_BAR);
}

BarBuilder minutes(BarGap gap = BarGap::Skip) {
    return BarBuilder::create(3, {.interval_ns = kMinute, .rule = {.gap = gap}}).value();
}

TEST(BarStart, CountsFromTheEpochInBothDirections) {
    EXPECT_EQ(bar_start(Timestamp{61 * kNsPerSecond}, kMinute).ns(), kMinute);
    EXPECT_EQ(bar_start(Timestamp{kMinute}, kMinute).ns(), kMinute);
    EXPECT_EQ(bar_start(Timestamp{-1}, kMinute).ns(), -kMinute);
    EXPECT_EQ(bar_start(Timestamp{-kMinute}, kMinute).ns(), -kMinute);
}

TEST(BarBuilder, GathersOneIntervalAndEmitsItAtTheNext) {
    BarBuilder builder = minutes();
    EventBuffer out;
    for (const auto& [time, price, quantity] :
         {std::tuple{10, "5", "1"}, {20, "7", "2"}, {30, "4", "3"}, {40, "6", "4"}})
        ASSERT_TRUE(builder.add(trade_at(time, price, quantity), out));
    EXPECT_TRUE(out.empty());
    ASSERT_TRUE(builder.add(trade_at(kMinute, "9", "1"), out));
    const auto bars = bars_of(out);
    ASSERT_EQ(bars.size(), 1u);
    EXPECT_EQ(text_of(bars[0].open), "5");
    EXPECT_EQ(text_of(bars[0].high), "7");
    EXPECT_EQ(text_of(bars[0].low), "4");
    EXPECT_EQ(text_of(bars[0].close), "6");
    EXPECT_EQ(text_of(bars[0].volume), "10");
    EXPECT_EQ(bars[0].trade_count, 4u);
    EXPECT_EQ(bars[0].header.event_time, kMinute);
    EXPECT_EQ(bars[0].header.instrument, 3u);
    EXPECT_EQ(bars[0].header.seq, 1u);
    EXPECT_EQ(bars[0].interval_ns, kMinute);
    EXPECT_EQ(text_of(builder.current()->open), "9");
}

TEST(BarBuilder, LeavesEmptyIntervalsOut) {
    BarBuilder builder = minutes();
    EventBuffer out;
    ASSERT_TRUE(builder.add(trade_at(0, "5", "1"), out));
    ASSERT_TRUE(builder.add(trade_at(5 * kMinute, "6", "1"), out));
    builder.finish(out);
    const auto bars = bars_of(out);
    ASSERT_EQ(bars.size(), 2u);
    EXPECT_EQ(bars[1].header.event_time, 6 * kMinute);
}

TEST(BarBuilder, FillsEmptyIntervalsFlatWhenAsked) {
    BarBuilder builder = minutes(BarGap::Flat);
    EventBuffer out;
    ASSERT_TRUE(builder.add(trade_at(0, "5", "1"), out));
    ASSERT_TRUE(builder.add(trade_at(1, "6", "1"), out));
    ASSERT_TRUE(builder.add(trade_at(3 * kMinute, "8", "1"), out));
    const auto bars = bars_of(out);
    ASSERT_EQ(bars.size(), 3u);
    EXPECT_EQ(text_of(bars[2].open), "6");
    EXPECT_EQ(text_of(bars[2].low), "6");
    EXPECT_EQ(text_of(bars[2].volume), "0");
    EXPECT_EQ(bars[2].trade_count, 0u);
    EXPECT_EQ(bars[2].header.event_time, 3 * kMinute);
}

TEST(BarBuilder, AGapOverTheLimitGivesNoFlatBars) {
    for (const std::uint32_t limit : {3u, 2u}) {
        auto builder = BarBuilder::create(
            0, {.interval_ns = kMinute, .rule = {.gap = BarGap::Flat}, .flat_bars_max = limit});
        EventBuffer out;
        ASSERT_TRUE(builder->add(trade_at(0, "5", "1"), out));
        ASSERT_TRUE(builder->add(trade_at(4 * kMinute, "5", "1"), out));
        EXPECT_EQ(out.count(), limit == 3 ? 4u : 1u);
    }
}

TEST(BarBuilder, AdvanceClosesWithoutATrade) {
    BarBuilder builder = minutes();
    EventBuffer out;
    builder.advance(Timestamp{kMinute}, out);
    ASSERT_TRUE(builder.add(trade_at(kMinute, "5", "1"), out));
    builder.advance(Timestamp{2 * kMinute - 1}, out);
    EXPECT_TRUE(out.empty());
    builder.advance(Timestamp{2 * kMinute}, out);
    EXPECT_EQ(out.count(), 1u);
    EXPECT_EQ(builder.current(), nullptr);
    builder.finish(out);
    EXPECT_EQ(out.count(), 1u);
}

TEST(BarBuilder, RefusesATradeOlderThanTheOpenInterval) {
    BarBuilder builder = minutes();
    EventBuffer out;
    ASSERT_TRUE(builder.add(trade_at(kMinute, "5", "1"), out));
    const auto late = builder.add(trade_at(kMinute - 1, "5", "1"), out);
    EXPECT_EQ(late.error().code, ErrorCode::InvalidArgument);
    EXPECT_TRUE(out.empty());
    EXPECT_EQ(builder.current()->trade_count, 1u);
}

TEST(BarBuilder, RefusesTradesWithoutPriceOrQuantity) {
    BarBuilder builder = minutes();
    EventBuffer out;
    EXPECT_FALSE(builder.add(trade_at(0, "0", "1"), out));
    EXPECT_FALSE(builder.add(trade_at(0, "1", "0"), out));
    auto unknown = trade_at(0, "1", "1");
    unknown.price = Decimal::null().to_abi();
    EXPECT_FALSE(builder.add(unknown, out));
    EXPECT_EQ(builder.current(), nullptr);
}

TEST(BarBuilder, SaysWhenTheVolumeOverflows) {
    BarBuilder builder = minutes();
    EventBuffer out;
    ASSERT_TRUE(builder.add(trade_at(0, "1", "100000000000000000000"), out));
    const auto over = builder.add(trade_at(1, "1", "100000000000000000000"), out);
    EXPECT_EQ(over.error().code, ErrorCode::Overflow);
    EXPECT_EQ(builder.current()->trade_count, 1u);
}

TEST(BarBuilder, LimitsTheInterval) {
    EXPECT_TRUE(BarBuilder::create(0, {.interval_ns = kNsPerMillisecond}));
    EXPECT_FALSE(BarBuilder::create(0, {.interval_ns = kNsPerMillisecond - 1}));
    EXPECT_TRUE(BarBuilder::create(0, {.interval_ns = 366 * kNsPerDay}));
    EXPECT_FALSE(BarBuilder::create(0, {.interval_ns = 366 * kNsPerDay + 1}));
    EXPECT_FALSE(BarBuilder::create(0, {.interval_ns = 0}));
}

TEST(BarBuilder, RefusesBarsThatDoNotDivideItsInterval) {
    auto builder = BarBuilder::create(0, {.interval_ns = 5 * kMinute}).value();
    tradectl_bar_event bar{};
    bar.header.event_time = 2 * kMinute;
    bar.open = bar.high = bar.low = bar.close = abi("5");
    EventBuffer out;
    for (const std::int64_t interval : {std::int64_t{0}, -kMinute, 2 * kMinute}) {
        bar.interval_ns = interval;
        EXPECT_EQ(builder.add(bar, out).error().code, ErrorCode::InvalidArgument);
    }
    bar.interval_ns = kMinute;
    EXPECT_TRUE(builder.add(bar, out));
    bar.low = abi("0");
    EXPECT_FALSE(builder.add(bar, out));
    bar.low = abi("5");
    bar.volume = abi("-1");
    EXPECT_FALSE(builder.add(bar, out));
}

/// Larger bars made from smaller ones are those made from the trades.
TEST(BarBuilder, BarsOfBarsEqualBarsOfTrades) {
    SeededRandom random(test_seed());
    auto direct = BarBuilder::create(0, {.interval_ns = 15 * kMinute}).value();
    auto small = BarBuilder::create(0, {.interval_ns = kMinute}).value();
    auto large = BarBuilder::create(0, {.interval_ns = 15 * kMinute}).value();
    EventBuffer expected;
    EventBuffer ones;
    std::int64_t time = 0;
    for (int i = 0; i < 5000; ++i) {
        time += static_cast<std::int64_t>(random.below(2 * kMinute));
        const auto trade = trade_at(
            time, std::to_string(1 + random.below(100)), std::to_string(1 + random.below(10)));
        ASSERT_TRUE(direct.add(trade, expected));
        ASSERT_TRUE(small.add(trade, ones));
    }
    direct.finish(expected);
    small.finish(ones);
    EventBuffer actual;
    for (const auto& bar : bars_of(ones))
        ASSERT_TRUE(large.add(bar, actual));
    large.finish(actual);
    ASSERT_EQ(actual.count(), expected.count());
    EXPECT_EQ(std::memcmp(actual.data(), expected.data(), expected.bytes()), 0);
}

}  // namespace
}  // namespace tradectl::market

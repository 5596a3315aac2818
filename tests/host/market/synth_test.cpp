#include "host/market/synth.hpp"

#include "host/base/hash.hpp"
#include "host/market/synth_file.hpp"
#include "tests/host/market/support.hpp"

#include <functional>
#include <set>

namespace tradectl::market {
namespace {

EventBuffer all_events(const SynthOptions& options, std::size_t at_once = 1000) {
    auto source = SynthSource::create(options, 2, 5).value();
    EventBuffer out;
    while (source->next_time())
        EXPECT_TRUE(source->read(Timestamp{INT64_MAX}, at_once, out));
    return out;
}

std::uint32_t checksum(const EventBuffer& events) {
    return crc32c(std::as_bytes(std::span(events.data(), events.bytes())));
}

TEST(SynthSource, SameSeedSameBytesWhateverTheTurns) {
    const SynthOptions options{.seed = 7, .trades = 5000};
    const EventBuffer once = all_events(options);
    EXPECT_EQ(once.count(), 10'000u);
    EXPECT_EQ(checksum(once), checksum(all_events(options, 1)));
    EXPECT_NE(checksum(once), checksum(all_events({.seed = 8, .trades = 5000})));
}

/// Frozen: a change here changes every backtest on made-up data.
TEST(SynthSource, IsTheSameOnEveryMachine) {
    EXPECT_EQ(checksum(all_events({.seed = 1, .trades = 10'000})), 4'221'597'927u);
}

TEST(SynthSource, KeepsToGridTimeAndQuote) {
    SynthOptions options{.seed = test_seed(), .trades = 20'000};
    options.volatility_ppm = 20'000;  // wild enough to touch the floor
    options.price = 0.05_d;
    options.spread_ticks = 3;
    tradectl_quote_event quote{};
    std::int64_t last = 0;
    std::uint64_t sequence = 0;
    all_events(options).each([&](const tradectl_event& event) {
        ASSERT_GE(event.event_time, last);
        ASSERT_EQ(event.seq, ++sequence);
        ASSERT_EQ(event.instrument, 2u);
        ASSERT_EQ(event.source, 5u);
        last = event.event_time;
        if (event.type == TRADECTL_EVENT_QUOTE) {
            quote = reinterpret_cast<const tradectl_quote_event&>(event);
            const Decimal bid = Decimal::from_abi(quote.bid_price);
            ASSERT_TRUE(bid.is_multiple_of(options.tick) && bid >= options.tick);
            ASSERT_EQ(Decimal::from_abi(quote.ask_price) - bid, 0.03_d);
            return;
        }
        const auto& trade = reinterpret_cast<const tradectl_trade_event&>(event);
        const bool buy = trade.aggressor == TRADECTL_SIDE_BUY;
        const Decimal quantity = Decimal::from_abi(trade.quantity);
        ASSERT_EQ(event.event_time, quote.header.event_time);
        ASSERT_EQ(Decimal::from_abi(trade.price),
                  Decimal::from_abi(buy ? quote.ask_price : quote.bid_price));
        ASSERT_TRUE(quantity.is_positive() && quantity.is_multiple_of(options.lot));
        ASSERT_LE(quantity, Decimal::from_abi(buy ? quote.ask_quantity : quote.bid_quantity));
    });
}

TEST(SynthSource, GivesTradesAloneWhenAsked) {
    SynthOptions options{.trades = 100};
    options.quotes = SynthOptions::Quotes::None;
    const EventBuffer out = all_events(options);
    EXPECT_EQ(out.count(), 100u);
    EXPECT_EQ(events_of<tradectl_trade_event>(out, TRADECTL_EVENT_TRADE).back().trade_id, 100u);
}

TEST(SynthSource, StopsAtLimitAndCount) {
    auto source = SynthSource::create({}, 0, 0).value();
    EventBuffer out;
    const Timestamp first = *source->next_time();
    EXPECT_EQ(*source->read(first.plus_ns(-1), 10, out), 0u);
    EXPECT_EQ(*source->read(first, 1, out), 1u);
    EXPECT_EQ(*source->read(first, 10, out), 1u);  // the trade behind the quote
    EXPECT_GT(*source->next_time(), first);
}

TEST(SynthSource, ShowsEveryRegime) {
    SynthOptions options{.seed = 3, .trades = 200'000};
    options.weights = {1, 1, 1, 1};
    auto source = SynthSource::create(options, 0, 0).value();
    std::set<Regime> seen;
    EventBuffer out;
    while (source->next_time()) {
        out.clear();
        ASSERT_TRUE(source->read(Timestamp{INT64_MAX}, 64, out));
        seen.insert(source->regime());
    }
    EXPECT_EQ(seen.size(), kRegimeCount);
}

/// One regime alone does what its name says.
TEST(SynthSource, RegimesDoWhatTheyAreCalled) {
    const auto run = [](Regime regime) {
        SynthOptions options{.seed = 11, .trades = 20'000};
        options.weights = {};
        options.weights[static_cast<std::size_t>(regime)] = 1;
        options.quotes = SynthOptions::Quotes::None;
        options.regime_trades_min = options.regime_trades_max = 20'000;
        return events_of<tradectl_trade_event>(all_events(options), TRADECTL_EVENT_TRADE);
    };
    const auto moved = [](const auto& trades) {
        return Decimal::from_abi(trades.back().price).to_double() /
               Decimal::from_abi(trades.front().price).to_double();
    };
    const double trend = moved(run(Regime::Trend));
    EXPECT_TRUE(trend > 1.2 || trend < 0.8) << trend;
    EXPECT_NEAR(moved(run(Regime::MeanReversion)), 1.0, 0.01);
    const auto gap = run(Regime::Gap);
    EXPECT_GE(gap.front().header.event_time - SynthOptions{}.start.ns(),
              SynthOptions{}.gap_max_ns / 2);
    const auto jump = run(Regime::Jump);
    EXPECT_NE(text_of(jump.front().price), "100");
}

TEST(SynthSource, NamesTheOptionThatIsWrong) {
    struct Case {
        const char* expected;
        std::function<void(SynthOptions&)> spoil;
    };
    const Case cases[] = {
        {"tick is 0", [](auto& o) { o.tick = Decimal{}; }},
        {"tick is 1000001", [](auto& o) { o.tick = 1000001_d; }},
        {"lot is -1", [](auto& o) { o.lot = -1_d; }},
        {"price is 0.005", [](auto& o) { o.price = 0.005_d; }},
        {"price is 0,", [](auto& o) { o.price = 0_d; }},
        {"price is 1000000000000", [](auto& o) { o.price = 1000000000000_d; }},
        {"quantity_mean is 0.0005", [](auto& o) { o.quantity_mean = 0.0005_d; }},
        {"interval_mean_ns is 999", [](auto& o) { o.interval_mean_ns = 999; }},
        {"gap_max_ns is 0", [](auto& o) { o.gap_max_ns = 0; }},
        {"spread_ticks is 0", [](auto& o) { o.spread_ticks = 0; }},
        {"volatility_ppm is 100001", [](auto& o) { o.volatility_ppm = 100'001; }},
        {"trend_ppm is 100001", [](auto& o) { o.trend_ppm = 100'001; }},
        {"jump_ppm is 100001", [](auto& o) { o.jump_ppm = 100'001; }},
        {"regime_trades_min is 0", [](auto& o) { o.regime_trades_min = 0; }},
        {"regime_trades_min is 2001", [](auto& o) { o.regime_trades_min = 2001; }},
        {"start is -1", [](auto& o) { o.start = Timestamp{-1}; }},
        {"weights is 0 for every regime", [](auto& o) { o.weights = {}; }},
    };
    for (const Case& each : cases) {
        SynthOptions options;
        each.spoil(options);
        const auto source = SynthSource::create(options, 0, 0);
        ASSERT_FALSE(source) << each.expected;
        EXPECT_EQ(source.error().code, ErrorCode::InvalidArgument);
        EXPECT_NE(source.error().message.find(each.expected), std::string::npos)
            << source.error().message;
    }
}

TEST(RegimeOf, KnowsTheNamesOfConfiguration) {
    EXPECT_EQ(regime_of("trend"), Regime::Trend);
    EXPECT_EQ(regime_of("mean_reversion"), Regime::MeanReversion);
    EXPECT_EQ(regime_of("jumps"), Regime::Jump);
    EXPECT_EQ(regime_of("gaps"), Regime::Gap);
    EXPECT_FALSE(regime_of("calm"));
}

TEST(WriteSynth, WritesTradesAndQuotesThatVerify) {
    const Folder folder;
    const auto disk = make_posix_disk();
    const auto report = write_synth(
        *disk, {folder.at("t.tdat"), folder.at("q.tdat")}, "A-B.x", {.seed = 5, .trades = 10'000});
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->trades.record_count, 10'000u);
    EXPECT_EQ(report->quotes->record_count, 10'000u);
    EXPECT_TRUE(DataFile::open(folder.at("t.tdat")).value()->verify());
    EXPECT_TRUE(DataFile::open(folder.at("q.tdat")).value()->verify());
}

TEST(WriteSynth, WantsAnEnd) {
    const Folder folder;
    const auto disk = make_posix_disk();
    EXPECT_FALSE(write_synth(*disk, {folder.at("t.tdat"), ""}, "A-B.x", {.trades = 0}));
    EXPECT_TRUE(folder.names().empty());
}

}  // namespace
}  // namespace tradectl::market

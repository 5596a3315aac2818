#include "host/market/bar_path_source.hpp"

#include "tests/host/market/support.hpp"

namespace tradectl::market {
namespace {

constexpr Timestamp kForever{INT64_MAX};
constexpr std::int64_t kSecond = kNsPerSecond;

/// Gives what it is made with, a record at a time.
class ListSource final : public Source {
  public:
    std::optional<Timestamp> next_time() override {
        if (next_ >= events_.size()) return std::nullopt;
        return Timestamp{events_[next_].header.event_time};
    }
    Expected<std::size_t> read(Timestamp limit, std::size_t events_max, EventBuffer& out) override {
        std::size_t given = 0;
        for (; next_ < events_.size() && given < events_max; ++given) {
            if (events_[next_].header.event_time > limit.ns()) break;
            out.append(events_[next_++].header);
        }
        if (given == 0 && fails_) return fail(ErrorCode::Corrupt, "damaged");
        return given;
    }
    void add(std::int64_t end, const std::array<const char*, 4>& prices, const char* volume) {
        tradectl_bar_event bar{};
        bar.header.size = sizeof(bar);
        bar.header.type = TRADECTL_EVENT_BAR;
        bar.header.event_time = end;
        bar.header.instrument = 7;
        bar.header.source = 2;
        bar.interval_ns = 60 * kSecond;
        bar.open = abi(prices[0]);
        bar.high = abi(prices[1]);
        bar.low = abi(prices[2]);
        bar.close = abi(prices[3]);
        bar.volume = abi(volume);
        events_.push_back(bar);
    }
    void fail_at_the_end() { fails_ = true; }

  private:
    std::vector<tradectl_bar_event> events_;
    std::size_t next_ = 0;
    bool fails_ = false;
};

/// One minute bars at 60 s and 120 s: one that rises, one that falls.
std::unique_ptr<ListSource> two_bars() {
    auto source = std::make_unique<ListSource>();
    source->add(60 * kSecond, {"10", "13", "8", "12"}, "8");
    source->add(120 * kSecond, {"12", "14", "9", "11"}, "8");
    return source;
}

std::string text_of_event(const tradectl_event& event) {
    const std::string time = std::to_string(event.event_time / kNsPerMillisecond) + "ms ";
    if (event.type == TRADECTL_EVENT_TRADE) {
        const auto& trade = reinterpret_cast<const tradectl_trade_event&>(event);
        return time + text_of(trade.price) + "x" + text_of(trade.quantity);
    }
    const auto& quote = reinterpret_cast<const tradectl_quote_event&>(event);
    return time + text_of(quote.bid_price) + "/" + text_of(quote.ask_price);
}

/// All that the options make of the bars, or the error's text.
std::vector<std::string> played(std::unique_ptr<Source> bars, const BarPathOptions& options) {
    BarPathSource source(std::move(bars), options);
    std::vector<std::string> texts;
    while (true) {
        EventBuffer out;
        const auto given = source.read(kForever, 3, out);
        if (!given) texts.push_back(given.error().message);
        if (!given || *given == 0) return texts;
        out.each([&](const tradectl_event& event) { texts.push_back(text_of_event(event)); });
    }
}

using Texts = std::vector<std::string>;

TEST(BarPathSource, FourQuotesEndWithTheBar) {
    EXPECT_EQ(played(two_bars(), {.path = BarPath::OpenHighLowClose}),
              (Texts{"59700ms 10/10",
                     "59800ms 13/13",
                     "59900ms 8/8",
                     "60000ms 12/12",
                     "119700ms 12/12",
                     "119800ms 14/14",
                     "119900ms 9/9",
                     "120000ms 11/11"}));
}

TEST(BarPathSource, PathsDifferInWhichExtremeComesFirst) {
    const auto extremes = [](BarPath path) {
        const auto all = played(two_bars(), {.path = path, .spacing_ns = kSecond});
        return all[1].substr(8) + " " + all[5].substr(9);
    };
    EXPECT_EQ(extremes(BarPath::OpenHighLowClose), "13/13 14/14");
    EXPECT_EQ(extremes(BarPath::OpenLowHighClose), "8/8 9/9");
    EXPECT_EQ(extremes(BarPath::FarFirst), "8/8 14/14");
}

TEST(BarPathSource, EvenSpacingIsAQuarterOfTheBar) {
    const auto all = played(two_bars(), {.spacing_ns = 0});
    ASSERT_EQ(all.size(), 8u);
    EXPECT_EQ(all[0], "15000ms 10/10");
    EXPECT_EQ(all[3], "60000ms 12/12");
    EXPECT_EQ(all[4], "75000ms 12/12");
}

TEST(BarPathSource, ASpreadStandsAroundThePrice) {
    const auto first = [](std::uint32_t spread_ticks) {
        return played(two_bars(),
                      {.spacing_ns = kSecond, .spread_ticks = spread_ticks, .tick = dec("0.5")})[0];
    };
    EXPECT_EQ(first(1), "57000ms 10/10.5");
    EXPECT_EQ(first(2), "57000ms 9.5/10.5");
    EXPECT_EQ(first(3), "57000ms 9.5/11");
    EXPECT_EQ(first(39), "57000ms 0.5/20");
    EXPECT_EQ(first(40), "57000ms null/20");
}

TEST(BarPathSource, AQuotesQuantityIsTheOptionsOrNotKnown) {
    for (const Decimal quantity : {Decimal::null(), dec("3")}) {
        BarPathSource source(two_bars(), {.quantity = quantity});
        EventBuffer out;
        ASSERT_TRUE(source.read(kForever, 1, out));
        const auto quote = events_of<tradectl_quote_event>(out, TRADECTL_EVENT_QUOTE).at(0);
        EXPECT_EQ(Decimal::from_abi(quote.bid_quantity), quantity);
        EXPECT_EQ(Decimal::from_abi(quote.ask_quantity), quantity);
    }
}

TEST(BarPathSource, TradesShareTheVolume) {
    const auto all = played(two_bars(), {.play = BarPlay::Trades, .spacing_ns = kSecond});
    ASSERT_EQ(all.size(), 8u);
    EXPECT_EQ(all[0], "57000ms 10x2");
    EXPECT_EQ(played(two_bars(), {.play = BarPlay::Trades, .quantity = dec("5")})[3],
              "60000ms 12x5");
}

TEST(BarPathSource, ABarWithoutVolumeHasNoTradesButQuotes) {
    const auto bars = [] {
        auto source = std::make_unique<ListSource>();
        source->add(60 * kSecond, {"1", "1", "1", "1"}, "0");
        source->add(120 * kSecond, {"2", "2", "2", "2"}, "4");
        return source;
    };
    EXPECT_EQ(played(bars(), {.play = BarPlay::Trades}).size(), 4u);
    EXPECT_EQ(played(bars(), {.play = BarPlay::Quotes}).size(), 8u);
    EXPECT_EQ(played(bars(), {.play = BarPlay::Trades, .quantity = dec("1")}).size(), 8u);
}

TEST(BarPathSource, RefusesSpacingsThatDoNotFitTheBar) {
    EXPECT_EQ(played(two_bars(), {.spacing_ns = 20 * kSecond - 1}).size(), 8u);
    const auto refused = played(two_bars(), {.spacing_ns = 20 * kSecond});
    ASSERT_EQ(refused.size(), 1u);
    EXPECT_NE(refused[0].find("no room for 3 spacings"), std::string::npos) << refused[0];
}

TEST(BarPathSource, RefusesABarThatBeginsInTheLastOne) {
    auto source = two_bars();
    source->add(120 * kSecond + 1, {"1", "1", "1", "1"}, "1");
    const auto all = played(std::move(source), {});
    ASSERT_EQ(all.size(), 9u);
    EXPECT_NE(all[8].find("begins before the end"), std::string::npos) << all[8];
}

TEST(BarPathSource, PassesOnADamageOfItsBars) {
    auto source = two_bars();
    source->fail_at_the_end();
    const auto all = played(std::move(source), {});
    ASSERT_EQ(all.size(), 9u);
    EXPECT_EQ(all[8], "damaged");
}

TEST(BarPathSource, StopsAtTheLimitAndNamesTheNextTime) {
    BarPathSource source(two_bars(), {});
    EventBuffer out;
    EXPECT_EQ(source.next_time()->ns(), 59'700 * kNsPerMillisecond);
    EXPECT_EQ(source.read(Timestamp{59'700 * kNsPerMillisecond - 1}, 9, out).value(), 0u);
    EXPECT_EQ(source.read(Timestamp{60 * kSecond}, 9, out).value(), 4u);
    EXPECT_EQ(source.next_time()->ns(), 119'700 * kNsPerMillisecond);
    EXPECT_EQ(source.read(kForever, 9, out).value(), 4u);
    EXPECT_FALSE(source.next_time());
    std::uint64_t sequence = 0;
    out.each([&](const tradectl_event& event) {
        EXPECT_EQ(event.seq, ++sequence);
        EXPECT_EQ(event.instrument, 7u);
        EXPECT_EQ(event.source, 2u);
    });
}

}  // namespace
}  // namespace tradectl::market

// Bars in whole sessions: played as they are, as quotes or as trades, and built by time.
#include "host/market/data_writer.hpp"
#include "tests/engine_support/session_fixture.hpp"

#include <algorithm>

namespace tradectl::engine {
namespace {

constexpr std::int64_t kMinute = kNsPerMinute;

/// One minute bars that rise by one: at minute i open, low and close are 100 + i, high is 101 + i.
class BarsRun : public SessionFixture {
  protected:
    std::string write_bars(const std::vector<int>& minutes) {
        const std::string path = directory_.file("bars.tdat");
        auto writer = market::DataFileWriter::create(
            *disk_, path, {market::DataKind::Bars, "BTC-USD.x", "rows", kMinute});
        const std::int64_t start = Timestamp::parse("2030-01-01T00:00:00Z").value().ns();
        for (const int minute : minutes) {
            const auto price = Decimal::from_int(100 + minute).to_abi();
            const auto high = Decimal::from_int(101 + minute).to_abi();
            EXPECT_TRUE(writer->add(market::BarRecord{start + minute * kMinute,
                                                      price,
                                                      high,
                                                      price,
                                                      price,
                                                      Decimal::from_int(8).to_abi(),
                                                      0}));
        }
        EXPECT_TRUE(writer->finish());
        return path;
    }
    struct Minute {
        int open;
        int close;
    };
    std::string write_minutes(const std::vector<Minute>& minutes) {
        const std::string path = directory_.file("minutes.tdat");
        auto writer = market::DataFileWriter::create(
            *disk_, path, {market::DataKind::Bars, "BTC-USD.x", "rows", kMinute});
        std::int64_t time = Timestamp::parse("2030-01-01T00:00:00Z").value().ns();
        for (const auto [open, close] : minutes) {
            const auto price = [](int number) { return Decimal::from_int(number).to_abi(); };
            EXPECT_TRUE(writer->add(market::BarRecord{time += kMinute,
                                                      price(open),
                                                      price(std::max(open, close)),
                                                      price(std::min(open, close)),
                                                      price(close),
                                                      price(8),
                                                      0}));
        }
        EXPECT_TRUE(writer->finish());
        return path;
    }
    /// What is ordered at a bar is filled at the open of the next one.
    void run_at_next_open(const std::vector<Minute>& minutes,
                          const std::vector<std::string>& steps) {
        SessionText text;
        text.exchange =
            "plugin: paper, settings: {fill: next_open, balances: {USD: \"100000\", BTC: \"10\"}}";
        text.data = "instrument: BTC-USD.x, file: " + write_minutes(minutes);
        run_well(text.script("s", steps, "", ", bars: true"));
    }
    RunSummary run_over(const std::string& file, const std::string& more) {
        SessionText text;
        text.data = "instrument: BTC-USD.x, file: " + file + more;
        return run_well(text);
    }
};

TEST_F(BarsRun, ABarIsOneEventOrFour) {
    const std::string file = write_bars({1, 2, 3});
    EXPECT_EQ(run_over(file, "").counters.market_events, 3u);
    for (const char* play : {"quotes", "trades"}) {
        fresh_state();
        const auto summary = run_over(file, std::string(", bars: {play: ") + play + "}");
        EXPECT_EQ(summary.counters.market_events, 12u);
        EXPECT_EQ(summary.market_first.to_string().substr(0, 23), "2030-01-01T00:00:59.700");
        EXPECT_EQ(summary.market_last.to_string().substr(0, 19), "2030-01-01T00:03:00");
    }
}

/// The bar that would stop the position is the one at whose open it was sold.
TEST_F(BarsRun, AnExitComesAfterWhatTheSameBarFilled) {
    run_at_next_open({{100, 100}, {100, 100}, {100, 100}, {80, 80}, {80, 80}},
                     {"1 buy 1", "1 exits stop 0.1", "3 sell 1"});
    EXPECT_TRUE(denied().empty());
    ASSERT_EQ(orders().size(), 2u);
    EXPECT_EQ(orders()[1].reason, TRADECTL_REASON_NONE);
    EXPECT_EQ(fills()[1].price, 80_d);
}

/// Its fill is known only when the bar is over.
TEST_F(BarsRun, TheBarOfTheEntryIsNotLookedAt) {
    run_at_next_open({{100, 100}, {95, 97}, {97, 98}, {80, 80}, {70, 70}},
                     {"1 buy 1", "1 exits target 0.01"});
    ASSERT_EQ(fills().size(), 2u);
    EXPECT_EQ(fills()[0].price, 95_d);
    EXPECT_EQ(fills()[1].price, 80_d);  // reached at 97 and 98; sold at the open after the second
    EXPECT_TRUE(denied().empty());
}

TEST_F(BarsRun, PlayIsForAFileOfBars) {
    const std::string path = directory_.file("quotes.tdat");
    auto writer = market::DataFileWriter::create(
        *disk_, path, {market::DataKind::Quotes, "BTC-USD.x", "rows", 0});
    ASSERT_TRUE(writer->finish());
    SessionText text;
    text.data = "instrument: BTC-USD.x, file: " + path + ", bars: {play: quotes}";
    const auto refused = run(text);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Config);
    EXPECT_NE(refused.error().message.find("bars.play is for a file of bars"), std::string::npos);
}

TEST_F(BarsRun, ASpacingThatDoesNotFitStopsTheRun) {
    SessionText text;
    text.data = "instrument: BTC-USD.x, file: " + write_bars({1, 2}) +
                ", bars: {play: quotes, spacing: 20s}";
    const auto summary = run(text);
    ASSERT_TRUE(summary) << summary.error().message;
    ASSERT_TRUE(summary->error);
    EXPECT_EQ(summary->error->code, ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace tradectl::engine

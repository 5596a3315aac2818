// What a run says about what a strategy asked for.
#include "host/base/log.hpp"
#include "host/market/data_writer.hpp"
#include "tests/engine_support/session_fixture.hpp"

#include <fstream>
#include <sstream>

namespace tradectl::engine {
namespace {

class Warnings : public SessionFixture {
  protected:
    void TearDown() override { EXPECT_TRUE(open_log({.level = kLogOff})); }

    /// A run's log, warnings and worse.
    std::string log_of(const SessionText& text) {
        const std::string path = directory_.file("log");
        EXPECT_TRUE(open_log({.level = LogLevel::Warning, .file = path}));
        run_well(text);
        std::ifstream file(path);
        std::stringstream content;
        // Nobody trusted the plugins of a build; one line a process says so.
        for (std::string line; std::getline(file, line);) {
            if (line.find("mode live would not load") == std::string::npos) content << line << '\n';
        }
        return content.str();
    }
    /// Momentum on bars of a minute.
    static SessionText on_bars(const std::string& data) {
        SessionText text;
        text.data = data;
        text.strategies =
            "  - {name: m, plugin: momentum, instruments: [BTC-USD.x], settings: {source: bars, "
            "bar_interval: 1m}}\n";
        return text;
    }
};

TEST_F(Warnings, TwoStrategiesWithTheirOwnInstrumentsAreQuiet) {
    SessionText text;
    text.instrument +=
        "}, {name: ETH-USD.x, base: ETH, quote: USD, tick: \"0.01\", lot: \"0.0001\"";
    for (const char* base : {"BTC", "ETH"})
        text.strategies += "  - {name: on_" + std::string(base) +
                           ", plugin: momentum, instruments: [" + base + "-USD.x]}\n";
    EXPECT_EQ(log_of(text), "");
}

TEST_F(Warnings, BarsThatNothingMakesAreNamedAtTheEnd) {
    const std::string quotes = directory_.file("quotes.tdat");
    {
        auto writer = market::DataFileWriter::create(
            *disk_, quotes, {market::DataKind::Quotes, "BTC-USD.x", "rows", 0});
        ASSERT_TRUE(writer);
        for (std::int64_t i = 1; i <= 5; ++i) {
            ASSERT_TRUE(writer->add(market::QuoteRecord{i * kNsPerHour,
                                                        (99_d).to_abi(),
                                                        (1_d).to_abi(),
                                                        (100_d).to_abi(),
                                                        (1_d).to_abi()}));
        }
        ASSERT_TRUE(writer->finish());
    }
    const std::string data = "instrument: BTC-USD.x, file: " + quotes;
    const auto warnings = run_well(on_bars(data)).warnings;
    ASSERT_EQ(warnings.size(), 1u);
    EXPECT_EQ(warnings[0],
              "strategy 'm' got no bar of 1m of BTC-USD.x, of which 5 events came; what makes it "
              "are trades, or quotes with build: {price: mid}");
    fresh_state();
    EXPECT_TRUE(run_well(on_bars(data + ", build: {price: mid}")).warnings.empty());
}

}  // namespace
}  // namespace tradectl::engine

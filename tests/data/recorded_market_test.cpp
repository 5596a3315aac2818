// What holds for any market: momentum and the paper exchange over recorded public trades, brought
// in from the shape in which they are published, and over a twin of them that is made up here.
#include "host/base/random.hpp"
#include "host/base/text_source.hpp"
#include "host/market/csv_formats.hpp"
#include "host/market/data_file.hpp"
#include "host/market/export.hpp"
#include "host/market/import.hpp"
#include "tests/engine_support/session_fixture.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <functional>
#include <sstream>

namespace tradectl::engine {
namespace {

constexpr const char* kTradeColumns = "time=time,price=price,quantity=quantity,side=side,id=id";
constexpr const char* kTapeColumns = "time=time,price=price,quantity=quantity";

struct Terms {
    std::string tick;
    std::string lot;
    std::string notional;
};

class RecordedMarket : public SessionFixture {
  protected:
    /// Imports `csv` and checks that what comes out, in the columns of `map`, goes in the same.
    void import(const std::string& csv,
                const market::CsvLayout& layout,
                market::ImportOrder order,
                const std::string& map) {
        market::ImportOptions options;
        options.inputs = {csv};
        options.output = file_;
        options.instrument = "BTC-USD.x";
        options.origin = "test";
        options.layout = layout;
        options.order = order;
        const auto report = market::import_csv(*disk_, options);
        ASSERT_TRUE(report) << report.error().message;
        const std::string first = export_csv(file_);
        options.inputs = {directory_.write("again.csv", first)};
        options.output = directory_.file("again.tdat");
        options.layout = *market::parse_column_map(market::DataKind::Trades, map);
        const auto again = market::import_csv(*disk_, options);
        ASSERT_TRUE(again) << again.error().message;
        EXPECT_EQ(export_csv(options.output), first);
        expect_same_records(options.output);
    }

    std::string export_csv(const std::string& path) {
        std::string text;
        const auto file = market::DataFile::open(path);
        EXPECT_TRUE(file);
        const auto rows = market::export_csv(**file,
                                             {.time_unit = market::TimeUnit::Milliseconds},
                                             [&](std::string_view piece) -> Status {
                                                 text += piece;
                                                 return {};
                                             });
        EXPECT_TRUE(rows);
        return text;
    }

    void expect_same_records(const std::string& other) {
        const auto a = market::DataFile::open(file_);
        const auto b = market::DataFile::open(other);
        ASSERT_TRUE(a && b);
        ASSERT_EQ((*a)->size(), (*b)->size());
        const std::size_t bytes = (*a)->size() * (*a)->header().record_bytes;
        EXPECT_EQ(std::memcmp((*a)->record(0), (*b)->record(0), bytes), 0);
    }

    /// Runs momentum over the imported file, twice, and checks the books.
    void run_and_check(const Terms& terms) {
        SessionText text;
        text.exchange =
            "plugin: paper, settings: {balances: {USD: \"100000\"}, taker_fee: "
            "\"0.001\", latency: 1ms}";
        text.instrument = "name: BTC-USD.x, base: BTC, quote: USD, tick: \"" + terms.tick +
                          "\", lot: \"" + terms.lot + "\"";
        text.data = "instrument: BTC-USD.x, file: " + file_;
        text.strategies =
            "  - {name: m, plugin: momentum, instruments: [BTC-USD.x], settings: "
            "{lookback: 30, threshold: \"0.0005\", notional: \"" +
            terms.notional + "\", target: \"0.001\", stop: \"0.001\", cooldown: " + "1s}}\n";
        const RunSummary summary = run_well(text);
        EXPECT_GT(summary.counters.fills, 10u);
        const std::string first = exported();
        auto reader = books();
        check_books(reader, summary);
        check_fill_prices(fills(), trades_of(file_));
        fresh_state();
        run_well(text);
        EXPECT_EQ(exported(), first);
    }

    /// Path of a public recording; empty when it is not there.
    static std::string recording(const std::string& name) {
        const std::string path = TRADECTL_SOURCE_DIR "/../shared/data/ticks/" + name;
        return std::filesystem::exists(path) ? path : "";
    }
    static std::string read_all(const std::string& path) {
        const auto source = open_text_source(path);
        EXPECT_TRUE(source) << (source ? "" : source.error().message);
        std::string text;
        std::array<char, 65536> piece{};
        while (source) {
            const auto count = (*source)->read(piece);
            EXPECT_TRUE(count);
            if (!count || *count == 0) break;
            text.append(piece.data(), *count);
        }
        return text;
    }

    const std::string file_ = directory_.file("market.tdat");
};

/// `[[1570752011620,"13519807",null,"sell",0.00141342,23.0,0.03250866],...` as rows of a Binance
/// trade file. The numbers stay text.
std::string binance_rows(const std::string& json) {
    std::string rows;
    for (std::size_t at = json.find('[', 1); at != std::string::npos; at = json.find('[', at + 1)) {
        std::string inner = json.substr(at + 1, json.find(']', at) - at - 1);
        std::replace(inner.begin(), inner.end(), ',', ' ');
        inner.erase(std::remove(inner.begin(), inner.end(), '"'), inner.end());
        std::istringstream words(inner);
        std::string time, id, unused, side, price, quantity, total;
        words >> time >> id >> unused >> side >> price >> quantity >> total;
        if (total.size() > 20) total.resize(20);
        rows += id + "," + price + "," + quantity + "," + total + "," + time + "," +
                (side == "sell" ? "True" : "False") + ",True\n";
    }
    return rows;
}

/// `14400465,1674100,100,P,20002000,0`: milliseconds of the day, price in 1/10000. Prints marked as
/// suspicious are left out, and so is all but the first `rows_max`.
std::string tape_rows(const std::string& tape, std::size_t rows_max) {
    constexpr std::int64_t kMidnight = 1'381'118'400'000;  // 2013-10-07 in New York, in ms
    std::istringstream lines(tape);
    std::string rows = "time,price,quantity\n";
    std::string line;
    while (rows_max > 0 && std::getline(lines, line)) {
        std::replace(line.begin(), line.end(), ',', ' ');
        std::istringstream words(line);
        std::int64_t time = 0;
        std::int64_t price = 0;
        std::string quantity, venue, condition, suspicious;
        words >> time >> price >> quantity >> venue >> condition >> suspicious;
        if (suspicious != "0") continue;
        std::string fraction = std::to_string(10'000 + price % 10'000);
        rows += std::to_string(kMidnight + time) + "," + std::to_string(price / 10'000) + "." +
                fraction.substr(1) + "," + quantity + "\n";
        --rows_max;
    }
    return rows;
}

TEST_F(RecordedMarket, TradesOfACryptoVenue) {
    const std::string path = recording("binance-xrpeth-trades-201910.json.gz");
    if (path.empty()) GTEST_SKIP() << "skipped: no ../shared";
    const std::string csv = directory_.write("trades.csv", binance_rows(read_all(path)));
    import(csv, market::binance_trades_layout(), market::ImportOrder::Refuse, kTradeColumns);
    EXPECT_EQ(trades_of(file_).size(), 12'477u);
    run_and_check({.tick = "0.00000001", .lot = "1", .notional = "0.5"});
}

TEST_F(RecordedMarket, TheTapeOfAnExchangeTradedFund) {
    const std::string path = recording("spy-20131007-trade.zip");
    if (path.empty()) GTEST_SKIP() << "skipped: no ../shared";
    const std::string csv = directory_.write("tape.csv", tape_rows(read_all(path), 60'000));
    const auto layout = market::parse_column_map(market::DataKind::Trades, kTapeColumns);
    import(csv, *layout, market::ImportOrder::Sort, kTapeColumns);
    EXPECT_EQ(trades_of(file_).size(), 60'000u);
    run_and_check({.tick = "0.0001", .lot = "1", .notional = "10000"});
}

/// The twin: rows in the same two shapes, from a random walk.
std::string twin(std::uint64_t seed, const std::function<std::string(int, std::int64_t)>& row) {
    SeededRandom random(seed);
    std::int64_t price = 14'000;
    std::string text;
    for (int i = 0; i < 8000; ++i) {
        price = std::max<std::int64_t>(10'000,
                                       price + static_cast<std::int64_t>(random.next() % 21) - 10);
        text += row(i, price);
    }
    return text;
}

TEST_F(RecordedMarket, ATwinInTheShapeOfACryptoVenue) {
    const std::string json = "[" +
                             twin(1,
                                  [](int i, std::int64_t price) {
                                      return "[" + std::to_string(1570752011620 + i / 2 * 250) +
                                             ",\"" + std::to_string(13519807 + i) + "\",null,\"" +
                                             (i % 3 != 0 ? "sell" : "buy") + "\",0.000" +
                                             std::to_string(price) + "," +
                                             std::to_string(1 + i % 900) + ".0,0.1],";
                                  }) +
                             "]";
    const std::string csv = directory_.write("trades.csv", binance_rows(json));
    import(csv, market::binance_trades_layout(), market::ImportOrder::Refuse, kTradeColumns);
    EXPECT_EQ(trades_of(file_).size(), 8000u);
    run_and_check({.tick = "0.00000001", .lot = "1", .notional = "0.5"});
}

TEST_F(RecordedMarket, ATwinInTheShapeOfATape) {
    const std::string tape = twin(2, [](int i, std::int64_t price) {
        return std::to_string(14'400'464 + i * 40 - i % 5 * 90) + "," +
               std::to_string(price * 100) + "," + std::to_string(1 + i % 300) + ",P,20002000," +
               (i % 50 == 7 ? "1" : "0") + "\n";
    });
    const std::string csv = directory_.write("tape.csv", tape_rows(tape, 100'000));
    const auto layout = market::parse_column_map(market::DataKind::Trades, kTapeColumns);
    import(csv, *layout, market::ImportOrder::Sort, kTapeColumns);
    EXPECT_EQ(trades_of(file_).size(), 7840u);
    run_and_check({.tick = "0.0001", .lot = "1", .notional = "10000"});
}

}  // namespace
}  // namespace tradectl::engine

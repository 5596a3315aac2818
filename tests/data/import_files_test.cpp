// Recordings of others, as they are published, against counts and sums that somebody else took of
// them. Without the folder of recordings these tests are skipped; what they rely on is tested with
// small files of our own in tests/host/market.
#include "host/base/disk.hpp"
#include "host/base/json.hpp"
#include "host/market/data_file.hpp"
#include "host/market/import.hpp"
#include "host/market/import_format.hpp"

#include <filesystem>

#include <gtest/gtest.h>

namespace tradectl::market {
namespace {

constexpr const char* kFolder = TRADECTL_SOURCE_DIR "/../shared/data/";

class ImportFiles : public testing::Test {
  protected:
    void SetUp() override {
        if (!std::filesystem::exists(kFolder)) GTEST_SKIP() << "skipped: no ../shared";
        ASSERT_TRUE(disk_->make_directory("/d"));
        options_.output = "/d/out.tdat";
        options_.instrument = "A-B.x";
        options_.existing = ExistingFile::Replace;
    }
    /// Imports files of the folder; failures are the test's.
    ImportReport import(const std::string& format, const std::vector<std::string>& names) {
        options_.format = format;
        options_.inputs.clear();
        for (const std::string& name : names)
            options_.inputs.push_back(kFolder + name);
        const auto report = import_data(*disk_, options_);
        EXPECT_TRUE(report) << (report ? "" : report.error().message);
        return report ? *report : ImportReport{};
    }
    ImportReport bars(const std::string& format,
                      const std::vector<std::string>& names,
                      std::int64_t interval_ns) {
        options_.kind = DataKind::Bars;
        options_.interval_ns = interval_ns;
        return import(format, names);
    }
    /// Facts about a file, from the folder's own list.
    Json facts(const std::string& name) {
        const auto text = read_file(
            *make_posix_disk(), kFolder + std::string("reference/expected.json"), 1 << 20);
        const auto document = parse_json(text.value());
        const Json* found = document->find(name);
        EXPECT_NE(found, nullptr) << name;
        return found != nullptr ? *found : Json::object();
    }
    /// The output's records, out of the disk in memory.
    template <typename Record>
    std::vector<Record> records() {
        const auto file = disk_->open(options_.output, {});
        DataHeader header{};
        EXPECT_TRUE((*file)->read(0, std::as_writable_bytes(std::span(&header, 1))));
        std::vector<Record> out(header.record_count);
        EXPECT_TRUE((*file)->read(kDataHeaderBytes, std::as_writable_bytes(std::span(out))));
        return out;
    }
    static std::string text(const tradectl_decimal& value) {
        return Decimal::from_abi(value).to_string();
    }
    static std::string time(tradectl_time value) {
        return Timestamp{value}.to_string().substr(0, 23);
    }

    std::unique_ptr<Disk> disk_ = make_memory_disk();
    ImportOptions options_;
};

TEST_F(ImportFiles, TapesHaveTheSharesAndMoneyThatWereCounted) {
    options_.zone = std::make_shared<TimeZone>(TimeZone::open("America/New_York").value());
    for (const char* name : {"ticks/spy-20131007-trade.zip",
                             "ticks/spy-20131008-trade.zip",
                             "ticks/bac-20131009-trade.zip"}) {
        const ImportReport report = import("lean-trades", {name});
        const Json expected = facts(name);
        EXPECT_EQ(report.rows, static_cast<std::uint64_t>(*expected.find("rows")->as_integer()));
        EXPECT_EQ(text(report.header.quantity_sum), expected.find("total_shares")->dump());
        Decimal money;
        for (const TradeRecord& trade : records<TradeRecord>())
            money = money + checked_mul(Decimal::from_abi(trade.price),
                                        Decimal::from_abi(trade.quantity),
                                        Rounding::HalfEven)
                                .value();
        EXPECT_EQ(money.to_string(), expected.find_text("notional_dollars")) << name;
        const auto shifted = [](const Json* price) {
            return Decimal::from_mantissa(*price->as_integer(), 4).value().to_string();
        };
        EXPECT_EQ(text(report.header.price_min), shifted(expected.find("min_price_dc")));
        EXPECT_EQ(text(report.header.price_max), shifted(expected.find("max_price_dc")));
    }
    EXPECT_EQ(time(records<TradeRecord>().front().time), "2013-10-09T11:03:18.866");
    EXPECT_EQ(time(records<TradeRecord>().back().time), "2013-10-09T23:59:54.395");
}

TEST_F(ImportFiles, QuotesOfAllExchangesAndTheBestOfThem) {
    options_.kind = DataKind::Quotes;
    options_.zone = std::make_shared<TimeZone>(TimeZone::open("America/New_York").value());
    options_.consolidate = Consolidate::None;
    ImportReport report = import("lean-quotes", {"ticks/bac-20131009-quote.zip"});
    EXPECT_EQ(report.header.record_count, 644'880u);
    EXPECT_EQ(time(report.header.time_first), "2013-10-09T08:00:00.527");
    EXPECT_EQ(time(report.header.time_last), "2013-10-10T00:00:00.120");
    options_.consolidate = Consolidate::Fresh;
    report = import("lean-quotes", {"ticks/bac-20131009-quote.zip"});
    EXPECT_EQ(report.rows, 644'880u);
    EXPECT_EQ(report.quotes_crossed, 0u);
    EXPECT_EQ(report.header.record_count + report.rows_left_out, 644'880u);
}

TEST_F(ImportFiles, CryptoTradesOfAJsonArray) {
    const ImportReport report =
        import("ccxt-trades", {"ticks/binance-xrpeth-trades-201910.json.gz"});
    const Json expected = facts("ticks/binance-xrpeth-trades-201910.json.gz");
    EXPECT_EQ(report.header.record_count, 12'477u);
    EXPECT_EQ(text(report.header.quantity_sum), "5545735");
    std::int64_t buys = 0;
    const auto trades = records<TradeRecord>();
    for (const TradeRecord& trade : trades)
        buys += trade.aggressor == TRADECTL_SIDE_BUY ? 1 : 0;
    EXPECT_EQ(buys, expected.find("buy")->as_integer());
    EXPECT_EQ(std::to_string(trades.front().trade_id), expected.find_text("first_id"));
    EXPECT_EQ(std::to_string(trades.back().trade_id), expected.find_text("last_id"));
}

struct Counted {
    const char* name;
    std::int64_t interval_min;
    std::uint64_t rows;
    const char* first;  ///< opening of the first bar
    const char* last;   ///< opening of the last
};

TEST_F(ImportFiles, BarsOfManySources) {
    const Counted files[] = {
        {"freqtrade-ADA_BTC-5m", 5, 5720, "2018-01-10T04:55", "2018-01-30T04:50"},
        {"freqtrade-DASH_BTC-5m", 5, 5758, "2018-01-10T04:55", "2018-01-30T04:50"},
        {"freqtrade-ETH_BTC-5m", 5, 5760, "2018-01-10T04:55", "2018-01-30T04:50"},
        {"freqtrade-LTC_BTC-5m", 5, 5760, "2018-01-10T04:55", "2018-01-30T04:50"},
        {"freqtrade-TRX_BTC-5m", 5, 5754, "2018-01-10T04:55", "2018-01-30T04:50"},
        {"freqtrade-XMR_BTC-5m", 5, 5758, "2018-01-10T04:55", "2018-01-30T04:50"},
        {"freqtrade-UNITTEST_BTC-1m", 1, 13'681, "2017-11-04T23:02", "2017-11-14T22:59"},
        {"freqtrade-UNITTEST_BTC-30m", 30, 1920, "2017-12-03T13:00", "2018-01-12T12:30"},
        {"freqtrade-XRP_ETH-1m", 1, 2469, "2019-10-11T00:00", "2019-10-13T11:19"},
        {"freqtrade-XRP_ETH-5m", 5, 706, "2019-10-11T00:00", "2019-10-13T11:15"},
        {"goog-1d-2004-2013", 1440, 2148, "2004-08-19T00:00", "2013-03-01T00:00"},
        {"btcusd-1mo-2012-2024", 28 * 1440, 156, "2012-01-31T00:00", "2024-12-31T00:00"},
    };
    options_.decimals = 8;
    for (const Counted& file : files) {
        const std::int64_t interval = file.interval_min * kNsPerMinute;
        const auto report =
            bars("ohlcv", {"candles/" + std::string(file.name) + ".csv.gz"}, interval);
        EXPECT_EQ(report.header.record_count, file.rows) << file.name;
        EXPECT_EQ(time(report.header.time_first - interval).substr(0, 16), file.first);
        EXPECT_EQ(time(report.header.time_last - interval).substr(0, 16), file.last);
    }
}

TEST_F(ImportFiles, BarsThatNameTheirClose) {
    options_.bar_stamp = BarStamp::Close;
    const auto ftx = bars("ohlcv", {"candles/ftx-btc-perp-1m-202201.csv.gz"}, kNsPerMinute);
    EXPECT_EQ(ftx.header.record_count, 45'031u);
    EXPECT_EQ(time(ftx.header.time_first), "2021-12-31T23:01:00.000");
    EXPECT_EQ(time(ftx.header.time_last), "2022-02-01T05:31:00.000");
    EXPECT_EQ(ftx.gaps, 0u);
    const auto bid = bars("ohlcv", {"candles/fxcm-usdjpy-1m-bid-201302.csv.gz"}, kNsPerMinute);
    EXPECT_EQ(bid.header.record_count, 28'761u);
    EXPECT_EQ(bid.bars_without_volume, 28'761u);
}

TEST_F(ImportFiles, BidsBesideAsksAreFourQuotesARow) {
    options_.kind = DataKind::Quotes;
    options_.interval_ns = kNsPerMinute;
    options_.ask_inputs = {kFolder + std::string("candles/fxcm-usdjpy-1m-ask-201302.csv.gz")};
    const auto report = import("bid-ask-bars", {"candles/fxcm-usdjpy-1m-bid-201302.csv.gz"});
    EXPECT_EQ(report.rows, 28'761u);
    EXPECT_EQ(report.header.record_count, 4 * 28'761u);
    const auto quotes = records<QuoteRecord>();
    EXPECT_EQ(time(quotes[0].time), "2013-01-31T23:59:59.700");
    EXPECT_EQ(text(quotes[0].bid_price), "91.715");
    EXPECT_EQ(text(quotes[3].ask_price), "91.655");
    EXPECT_EQ(time(quotes.back().time), "2013-03-01T00:00:00.000");
}

TEST_F(ImportFiles, LeanBarsOfDaysAndMinutes) {
    const std::int64_t day = 24 * kNsPerHour;
    const auto daily = bars("lean-bars", {"candles/lean-daily/coinbase-btcusd-trade.zip"}, day);
    EXPECT_EQ(daily.header.record_count, 1318u);
    EXPECT_EQ(time(daily.header.time_last - day), "2018-08-13T00:00:00.000");
    const std::string folder = "candles/lean-minute/crypto-coinbase-";
    const auto minutes = bars("lean-bars",
                              {folder + "btceur-20180404-trade.zip",
                               folder + "btceur-20180405-trade.zip",
                               folder + "btceur-20180406-trade.zip"},
                              kNsPerMinute);
    EXPECT_EQ(minutes.header.record_count, 949u + 1395u + 1319u);
    options_.kind = DataKind::Quotes;
    options_.decimals = 8;
    EXPECT_EQ(import("lean-quote-bars",
                     {folder + "ltcusd-20180404-quote.zip",
                      folder + "ltcusd-20180405-quote.zip",
                      folder + "ltcusd-20180406-quote.zip"})
                  .header.record_count,
              1438u + 1439u + 1439u);
    options_.interval_ns = day;
    EXPECT_EQ(import("lean-quote-bars", {"candles/lean-daily/coinbase-btcusd-quote.zip"})
                  .header.record_count,
              1332u);
}

TEST_F(ImportFiles, QuotesOfCurrencies) {
    options_.kind = DataKind::Quotes;
    const auto eur = import("histdata", {"ticks/fx-quotes-eurusd-20200101.csv.gz"});
    EXPECT_EQ(eur.header.record_count, 9500u);
    EXPECT_EQ(time(eur.header.time_first), "2020-01-01T22:00:00.065");
    EXPECT_EQ(time(eur.header.time_last), "2020-01-02T04:00:52.125");
    const auto jpy = import("truefx", {"ticks/fx-quotes-usdjpy-20130101.csv.gz"});
    EXPECT_EQ(jpy.header.record_count, 1000u);
    EXPECT_EQ(time(jpy.header.time_last), "2013-01-01T22:35:13.494");
}

TEST_F(ImportFiles, SmallSamplesOfEachFormat) {
    const auto klines =
        bars("binance-klines",
             {"formats/ADABTC-1m-2021-11-27.csv", "formats/ADABTC-1m-2021-11-28.csv"},
             0);
    EXPECT_EQ(klines.header.record_count, 21u);
    EXPECT_EQ(klines.header.interval_ns, kNsPerMinute);
    EXPECT_EQ(klines.gaps, 1u);
    options_.kind = DataKind::Trades;
    EXPECT_EQ(import("tardis-trades", {"formats/bitmex_trades_XBTUSD.csv"}).header.record_count,
              10u);
    options_.kind = DataKind::Quotes;
    EXPECT_EQ(
        import("tardis-quotes", {"formats/huobi-dm-swap_quotes_BTC-USD.csv"}).header.record_count,
        10u);
    options_.kind = DataKind::Book;
    const std::string snapshots = "formats/binance-futures_book_snapshot_";
    EXPECT_EQ(import("tardis-book-snapshot", {snapshots + "5_BTCUSDT.csv"}).header.record_count,
              10u * 5 * 2);
    const auto deep = import("tardis-book-snapshot", {snapshots + "25_BTCUSDT.csv"});
    EXPECT_EQ(deep.header.record_count, 10u * 25 * 2);
    EXPECT_EQ(deep.book_crossed, 0u);
    const auto deribit = import("tardis-incremental-book",
                                {"formats/deribit_incremental_book_L2_BTC-PERPETUAL.csv"});
    EXPECT_EQ(deribit.header.record_count, 15u);
    EXPECT_EQ(deribit.book_snapshots, 1u);
}

TEST_F(ImportFiles, DepthFilesThatDoNotAdjoinAreAGap) {
    options_.kind = DataKind::Book;
    const std::vector<std::string> names = {"formats/btcusdt-depth-snap.csv",
                                            "formats/btcusdt-depth-update.csv"};
    const auto report = import("binance-depth", names);
    EXPECT_EQ(report.rows, 200u);
    EXPECT_EQ(report.book_gaps, 1u);
    EXPECT_EQ(report.rows_left_out, 100u);
    options_.capture.book_rule = BookRule::FileOrder;
    EXPECT_EQ(import("binance-depth", names).header.record_count, 200u);
}

}  // namespace
}  // namespace tradectl::market

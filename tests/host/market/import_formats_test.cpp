// Each format by small files of its own: what they become, and what is wrong with others.
#include "tests/host/market/import_formats.hpp"

#include "host/market/csv_time.hpp"

namespace tradectl::market {
namespace {

TEST_F(ImportFormats, TheTableHasEachNameOnceAndAReader) {
    std::vector<std::string_view> names;
    for (const ImportFormat& format : import_formats()) {
        EXPECT_TRUE((format.reader != nullptr) != (format.run != nullptr)) << format.name;
        EXPECT_FALSE(format.kinds.empty()) << format.name;
        EXPECT_EQ(std::count(names.begin(), names.end(), format.name), 0) << format.name;
        names.push_back(format.name);
        EXPECT_EQ(find_import_format(format.name), &format);
    }
    EXPECT_EQ(find_import_format("parquet"), nullptr);
    options_.format = "parquet";
    EXPECT_EQ(import_data(*disk_, options_).error().code, ErrorCode::Usage);
}

TEST_F(ImportFormats, AFormatGivesItsKindsAlone) {
    kind_ = DataKind::Quotes;
    EXPECT_EQ(rows("binance-trades", kTrades), "import: binance-trades gives no quotes");
    EXPECT_TRUE(rows("binance-book-depth", "x").starts_with("import: binance-book-depth gives"));
    kind_.reset();
    EXPECT_EQ(import_as("binance-book-depth", "x").error().code, ErrorCode::Unsupported);
    EXPECT_FALSE(folder_.has("out.tdat"));
}

constexpr const char* kKlines =
    "1600000000000,1,3,0.5,2,10,1600000059999,15,7,5,8,0\n"
    "1600000060000,2,2,2,2,0,1600000119999,0,0,0,0,0\n";

TEST_F(ImportFormats, KlinesTellTheirLength) {
    EXPECT_EQ(rows("binance-klines", kKlines),
              "1600000000000,1,3,0.5,2,10,7\n1600000060000,2,2,2,2,0,0\n");
    EXPECT_EQ(report_.header.interval_ns, kNsPerMinute);
    EXPECT_EQ(report_.bars_without_volume, 1u);
    EXPECT_EQ(report_.gaps, 0u);
    EXPECT_EQ(output()->time(0).ns(), 1600000060000 * kNsPerMillisecond);
}

TEST_F(ImportFormats, KlinesInMicrosecondsWithAHeader) {
    EXPECT_EQ(rows("binance-klines",
                   "open_time,open,high,low,close,volume,close_time,quote_volume,count,"
                   "taker_buy_volume,taker_buy_quote_volume,ignore\n"
                   "1735689600000000,1,3,0.5,2,10,1735689659999999,15,7,5,8,0\n"),
              "1735689600000,1,3,0.5,2,10,7\n");
    EXPECT_EQ(report_.header.interval_ns, kNsPerMinute);
}

TEST_F(ImportFormats, MixedIntervalsAreRefused) {
    EXPECT_EQ(rows("binance-klines",
                   std::string(kKlines) + "1600000120000,1,1,1,1,1,1600000419999,0,0,0,0,0\n"),
              "in.csv:3: column 6 (close_time): \"1600000419999\": bar has another length");
    options_.interval_ns = 5 * kNsPerMinute;
    EXPECT_EQ(rows("binance-klines", kKlines),
              "in.csv:1: column 6 (close_time): \"1600000059999\": bar has another length");
    EXPECT_EQ(rows("ohlcv", "time,open,high,low,close\n300,1,1,1,1\n360,1,1,1,1\n"),
              "in.csv:3: column 0 (time): \"360\": bar begins before the one before it ends");
}

TEST_F(ImportFormats, DoubledBarsAreDroppedOrRefused) {
    options_.interval_ns = kNsPerMinute;
    const std::string doubled = "time,open,high,low,close\n300,1,1,1,1\n300,1,1,1,1\n";
    EXPECT_EQ(rows("ohlcv", doubled), "in.csv:3: column 0 (time): \"300\": repeats the bar before");
    options_.duplicates = Duplicates::Drop;
    EXPECT_EQ(rows("ohlcv", doubled), "300000,1,1,1,1,0,0\n");
    EXPECT_EQ(report_.duplicates, 1u);
    EXPECT_EQ(rows("ohlcv", "time,open,high,low,close\n300,1,1,1,1\n300,1,2,1,1\n"),
              "in.csv:3: column 0 (time): \"300\": another bar of the same time");
}

TEST_F(ImportFormats, GapsBetweenBarsAreCounted) {
    options_.interval_ns = kNsPerMinute;
    rows("ohlcv", "time,open,high,low,close\n0,1,1,1,1\n60,1,1,1,1\n180,1,1,1,1\n300,1,1,1,1\n");
    EXPECT_EQ(report_.gaps, 2u);
    EXPECT_EQ(report_.gap_limit_ns, kNsPerMinute);
    options_.gap_ns = 2 * kNsPerMinute;
    rows("ohlcv", "time,open,high,low,close\n0,1,1,1,1\n60,1,1,1,1\n180,1,1,1,1\n301,1,1,1,1\n");
    EXPECT_EQ(report_.gaps, 1u);
}

TEST_F(ImportFormats, OhlcvFindsItsColumns) {
    options_.interval_ns = 24 * kNsPerHour;
    const char* same[] = {
        ",Open,High,Low,Close,Volume\n2004-08-19,2,4,1,3,10\n",
        "timestamp_ms,open,high,low,close,volume\n1092873600000,2,4,1,3,10\n",
        "timestamp,open,high,low,close,volume\n2004-08-19 00:00:00.000000,2,4,1,3,10\n",
        "timestamp,open,high,low,close,volume\n1092873600,2,4,1,3,10\n",
        "Volume,x,Close,Low,High,Open,Date\n10,?,3,1,4,2,20040819\n",
        "timestamp,open,high,low,close,volume\n2004-08-19 02:00:00+02:00,2,4,1,3,10\n",
    };
    for (const char* text : same)
        EXPECT_EQ(rows("ohlcv", text), "1092873600000,2,4,1,3,10,0\n") << text;
    EXPECT_EQ(rows("ohlcv", "timestamp,open,high,low,close\n1092873600,2,4,1,3\n"),
              "1092873600000,2,4,1,3,0,0\n");
    options_.bar_stamp = BarStamp::Close;
    rows("ohlcv", same[0]);
    EXPECT_EQ(output()->time(0).ns(), 1092873600 * kNsPerSecond);
}

TEST_F(ImportFormats, OhlcvRefusesWhatCouldBeTwoThings) {
    options_.interval_ns = kNsPerMinute;
    EXPECT_EQ(rows("ohlcv", "time,date,open,high,low,close\n1,1,1,1,1,1\n"),
              "in.csv:1: header: columns 0 and 1 could both be \"time\"");
    EXPECT_EQ(rows("ohlcv", "time,open,high,low\n1,1,1,1\n"),
              "in.csv:1: header: no column \"close\"");
    EXPECT_EQ(rows("ohlcv", "1092873600,2,4,1,3,10\n"), "in.csv:1: header: no column \"time\"");
    options_.interval_ns = 0;
    EXPECT_EQ(import_as("ohlcv", "time\n").error().code, ErrorCode::InvalidArgument);
}

TEST_F(ImportFormats, FloatsWithTailsAreRoundedWhenAsked) {
    options_.interval_ns = kNsPerMinute;
    const char* text =
        "timestamp_ms,open,high,low,close,volume\n"
        "60000,5.330000000000001e-05,5.33e-05,5.289999999999999e-05,5.33e-05,1.25\n";
    EXPECT_EQ(rows("ohlcv", text),
              "in.csv:2: column 1 (open): \"5.330000000000001e-05\": more than 18 decimals");
    options_.decimals = 8;
    EXPECT_EQ(rows("ohlcv", text), "60000,0.0000533,0.0000533,0.0000529,0.0000533,1.25,0\n");
    options_.decimals = 1;
    EXPECT_EQ(rows("ohlcv", "timestamp_ms,open,high,low,close\n60000,1.25,1.35,1.15,1.25\n"),
              "60000,1.2,1.4,1.2,1.2,0,0\n");
}

TEST_F(ImportFormats, BookTickersAreQuotes) {
    EXPECT_EQ(rows("binance-book-ticker",
                   "update_id,best_bid_price,best_bid_qty,best_ask_price,best_ask_qty,"
                   "transaction_time,event_time\n"
                   "1,10,2,11,3,1600000000000,1600000000005\n"
                   "2,11,2,11,3,1600000000001,1600000000006\n"
                   "3,12,2,11,3,1600000000002,1600000000007\n"),
              "1600000000000,10,2,11,3\n1600000000001,11,2,11,3\n1600000000002,12,2,11,3\n");
    EXPECT_EQ(report_.quotes_locked, 1u);
    EXPECT_EQ(report_.quotes_crossed, 1u);
}

TEST_F(ImportFormats, LeanTradesTakeTheirDateFromTheNameOrTheOptions) {
    const char* text = "34200000,1674100,100,P,20002000,0\n34200001,1674125,7,Q,2000,1\n";
    EXPECT_EQ(rows("lean-trades", text),
              "in.csv: times of day, and no date in the options or in the file's name");
    name_ = "spy-20131007-trade.csv";
    EXPECT_EQ(rows("lean-trades", text),
              "1381138200000,167.41,100,,\n1381138200001,167.4125,7,,\n");
    options_.zone = std::make_shared<TimeZone>(TimeZone::open("America/New_York").value());
    options_.date = parse_date("2013-12-02");
    options_.suspicious = Suspicious::Drop;
    EXPECT_EQ(rows("lean-trades", text), "1385994600000,167.41,100,,\n");
    EXPECT_EQ(report_.rows_left_out, 1u);
}

constexpr const char* kLeanQuotes =
    "1000,100000,5,0,0,P,1,0\n"   // P bids 10
    "2000,0,0,101000,4,Q,1,0\n"   // Q asks 10.1
    "3000,100000,3,0,0,Q,1,0\n"   // Q bids 10, too
    "4000,99000,9,0,0,Z,1,0\n"    // Z is behind the best
    "5000,102000,1,0,0,Z,1,0\n"   // Z bids above the ask
    "6000,102000,0,0,0,Z,1,0\n";  // and goes away

TEST_F(ImportFormats, LeanQuotesBecomeTheBestOverAllExchanges) {
    options_.date = 0;
    EXPECT_EQ(rows("lean-quotes", kLeanQuotes),
              "1000,10,5,,\n2000,10,5,10.1,4\n3000,10,8,10.1,4\n5000,10.2,1,10.1,4\n"
              "6000,10,8,10.1,4\n");
    EXPECT_EQ(report_.rows, 6u);
    EXPECT_EQ(report_.rows_left_out, 1u);
    EXPECT_EQ(report_.quotes_one_sided, 1u);
    EXPECT_EQ(report_.quotes_crossed, 1u);
    options_.consolidate = Consolidate::None;
    EXPECT_EQ(rows("lean-quotes", "1000,100000,5,0,0,P,1,0\n2000,0,0,101000,4,Q,1,0\n"),
              "1000,10,5,,\n2000,,,10.1,4\n");
    EXPECT_EQ(rows("lean-quotes", "1000,0,0,0,0,P,1,0\n"),
              "in.csv:1: column 1 (bid_price): \"0\": neither bid nor ask");
}

TEST_F(ImportFormats, FreshQuotesTakeAwayWhatTheyCross) {
    options_.date = 0;
    options_.consolidate = Consolidate::Fresh;
    EXPECT_EQ(rows("lean-quotes",
                   "1000,100000,5,0,0,P,1,0\n"   // P bids 10
                   "2000,0,0,101000,4,Q,1,0\n"   // Q asks 10.1
                   "3000,102000,1,0,0,Z,1,0\n"   // Z bids above it: Q's is old
                   "4000,0,0,102000,2,N,1,0\n"   // at the bid: locked, both stay
                   "5000,0,0,99000,2,N,1,0\n"),  // below both bids
              "1000,10,5,,\n2000,10,5,10.1,4\n3000,10.2,1,,\n4000,10.2,1,10.2,2\n"
              "5000,,,9.9,2\n");
    EXPECT_EQ(report_.quotes_crossed, 0u);
}

TEST_F(ImportFormats, LeanBarsOfADayAndOfMany) {
    options_.interval_ns = kNsPerMinute;
    options_.date = 1;
    EXPECT_EQ(rows("lean-bars", "0,2,4,1,3,10\n60000,3,3,3,3,0.5\n"),
              "86400000,2,4,1,3,10,0\n86460000,3,3,3,3,0.5,0\n");
    options_.date.reset();
    options_.interval_ns = 24 * kNsPerHour;
    EXPECT_EQ(rows("lean-bars", "19700103 00:00,2,4,1,3,10\n"), "172800000,2,4,1,3,10,0\n");
    EXPECT_EQ(rows("lean-bars", "0,2,4,1,3,10\n"),
              "in.csv:1: column 0 (time): \"0\": a time of day, and no date in the options or the "
              "file's name");
}

TEST_F(ImportFormats, LeanQuoteBarsBecomeQuotesOrMeans) {
    options_.interval_ns = kNsPerMinute;
    options_.date = 0;
    const char* text = "0,2,4,1,3,10,3,5,2,4,20\n";
    EXPECT_EQ(rows("lean-quote-bars", text), "60000,3,10,4,20\n");
    EXPECT_EQ(rows("lean-quote-bars", "0,,,,,,3,5,2,4,20\n"), "60000,,,4,20\n");
    EXPECT_EQ(rows("lean-quote-bars", "0,2,1,4,3,10,3,5,2,4,20\n"),
              "in.csv:1: column 4 (bid_close): \"3\": high is below low");
    kind_ = DataKind::Bars;
    EXPECT_EQ(rows("lean-quote-bars", text), "0,2.5,4.5,1.5,3.5,0,0\n");
    EXPECT_EQ(rows("lean-quote-bars", "0,,,,,,3,5,2,4,20\n"),
              "in.csv:1: column 1 (bid_open): \"\": a mean needs bid and ask");
}

}  // namespace
}  // namespace tradectl::market

// Each format by small files of its own: what they become, and what is wrong with others.
#include "host/market/csv_time.hpp"
#include "host/market/import_format.hpp"
#include "tests/host/market/import_fixture.hpp"

namespace tradectl::market {
namespace {

class ImportFormats : public ImportTest {
  protected:
    ImportFormats() {
        options_.layout = {};
        options_.existing = ExistingFile::Replace;
    }
    Expected<ImportReport> import_as(std::string_view format, std::string_view text) {
        options_.format = format;
        options_.kind = kind_ ? *kind_ : find_import_format(format)->kinds.front();
        options_.inputs = {folder_.write(name_, text)};
        return import_data(*disk_, options_);
    }
    /// The records as CSV in nanoseconds, or what was wrong, without the folder.
    std::string rows(std::string_view format, std::string_view text) {
        const auto report = import_as(format, text);
        if (report) {
            report_ = *report;
            return exported({.time_unit = TimeUnit::Milliseconds, .header = ExportHeader::Omit});
        }
        std::string message = report.error().message;
        const std::size_t at = message.find(folder_.at(""));
        return at == std::string::npos ? message : message.erase(at, folder_.at("").size());
    }

    std::optional<DataKind> kind_;
    std::string name_ = "in.csv";
    ImportReport report_{};
};

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

TEST_F(ImportFormats, TardisTradesAndQuotesByEitherClock) {
    const char* trades =
        "exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n"
        "x,AB,1000000,2000000,aa-1,sell,10,2\nx,AB,1500000,2500000,77,buy,11,3\n"
        "x,AB,1500000,2500000,78,unknown,11,3\n";
    EXPECT_EQ(rows("tardis-trades", trades), "2000,10,2,sell,\n2500,11,3,buy,77\n2500,11,3,,78\n");
    options_.capture.clock = CaptureClock::Exchange;
    EXPECT_EQ(rows("tardis-trades", trades), "1000,10,2,sell,\n1500,11,3,buy,77\n1500,11,3,,78\n");
    EXPECT_EQ(rows("tardis-quotes",
                   "exchange,symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,"
                   "bid_amount\nx,AB,1000000,2000000,5,11,10,6\nx,AB,1000000,2000000,,,10,6\n"),
              "1000,10,6,11,5\n1000,10,6,,\n");
    EXPECT_EQ(report_.quotes_one_sided, 1u);
}

TEST_F(ImportFormats, MixedSymbolsAreRefusedUnlessOneIsChosen) {
    const char* mixed =
        "exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n"
        "x,AB,1000000,2000000,1,sell,10,2\nx,CD,1500000,2500000,2,buy,11,3\n";
    EXPECT_EQ(rows("tardis-trades", mixed),
              "in.csv:3: column 1 (symbol): \"CD\": other rows are of \"AB\", choose a symbol");
    options_.capture.symbol = "CD";
    EXPECT_EQ(rows("tardis-trades", mixed), "2500,11,3,buy,2\n");
    EXPECT_EQ(report_.rows_left_out, 1u);
    options_.capture.symbol = "EF";
    EXPECT_EQ(rows("tardis-trades", mixed), "in.csv: no row of data");
}

TEST_F(ImportFormats, TardisSnapshots) {
    const char* text =
        "exchange,symbol,timestamp,local_timestamp,asks[0].price,asks[0].amount,bids[0].price,"
        "bids[0].amount,asks[1].price,asks[1].amount,bids[1].price,bids[1].amount\n"
        "x,AB,1000000,2000000,11,1,10,2,12,3,9,4\n"
        "x,AB,1000000,2000000,11,1,10,2,,,9,5\n";
    EXPECT_EQ(rows("tardis-book-snapshot", text),
              "2000,0,0,snapshot,buy,10,2,3\n2000,0,0,snapshot,buy,9,4,2\n"
              "2000,0,0,snapshot,sell,11,1,1\n2000,0,0,snapshot,sell,12,3,0\n"
              "2000,0,0,snapshot,buy,10,2,2\n2000,0,0,snapshot,buy,9,5,1\n"
              "2000,0,0,snapshot,sell,11,1,0\n");
    EXPECT_EQ(report_.book_snapshots, 2u);
    EXPECT_EQ(report_.book_crossed, 0u);
    kind_ = DataKind::Quotes;
    EXPECT_EQ(rows("tardis-book-snapshot", text), "2000,10,2,11,1\n2000,10,2,11,1\n");
    EXPECT_EQ(report_.duplicates, 1u);
}

TEST_F(ImportFormats, TardisIncrementalRowsBecomeEvents) {
    EXPECT_EQ(rows("tardis-incremental-book",
                   "exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount\n"
                   "x,AB,500000,1500000,false,ask,13,1\n"  // before the first snapshot
                   "x,AB,1000000,2000000,true,ask,11,1\n"
                   "x,AB,1000000,2000000,true,bid,10,2\n"
                   "x,AB,1000000,2000000,true,ask,10.5,1\n"
                   "x,AB,1100000,2100000,false,ask,10.5,0\n"
                   "x,AB,1100000,2100000,false,bid,11.5,1\n"),
              "2000,0,0,snapshot,buy,10,2,2\n2000,0,0,snapshot,sell,10.5,1,1\n"
              "2000,0,0,snapshot,sell,11,1,0\n"
              "2100,0,0,delta,buy,11.5,1,1\n2100,0,0,delta,sell,10.5,0,0\n");
    EXPECT_EQ(report_.rows_left_out, 1u);
    EXPECT_EQ(report_.book_events, 2u);
    EXPECT_EQ(report_.book_crossed, 1u);
}

constexpr const char* kDepthHeader =
    "symbol,timestamp,first_update_id,last_update_id,side,update_type,price,qty,pu\n";

TEST_F(ImportFormats, DepthUpdatesFollowTheSnapshot) {
    EXPECT_EQ(rows("binance-depth",
                   std::string(kDepthHeader) + "AB,1600000000000,100,100,b,snap,10,1,-1\n" +
                       "AB,1600000000000,100,100,a,snap,11,1,-1\n" +
                       "AB,1600000000001,90,99,a,set,12,9,89\n" +     // the snapshot has it
                       "AB,1600000000002,99,103,a,set,12,2,98\n" +    // straddles
                       "AB,1600000000003,104,105,b,set,10,0,103\n"),  // follows
              "1600000000000,100,0,snapshot,buy,10,1,1\n1600000000000,100,0,snapshot,sell,11,1,0\n"
              "1600000000002,103,98,delta,sell,12,2,0\n1600000000003,105,103,delta,buy,10,0,0\n");
    EXPECT_EQ(report_.book_gaps, 0u);
    EXPECT_EQ(report_.rows_left_out, 1u);
}

TEST_F(ImportFormats, AHoleInTheSequenceEndsTheBookUntilTheNextSnapshot) {
    const std::string text =
        std::string(kDepthHeader) + "AB,1600000000000,100,100,b,snap,10,1,-1\n" +
        "AB,1600000000001,101,102,a,set,11,1,100\n" + "AB,1600000000002,105,106,a,set,12,2,104\n" +
        "AB,1600000000003,107,108,a,set,12,3,106\n" + "AB,1600000000004,200,200,b,snap,9,1,-1\n";
    EXPECT_EQ(rows("binance-depth", text),
              "1600000000000,100,0,snapshot,buy,10,1,0\n1600000000001,102,100,delta,sell,11,1,0\n"
              "1600000000002,0,0,snapshot,,0,0,0\n1600000000004,200,0,snapshot,buy,9,1,0\n");
    EXPECT_EQ(report_.book_gaps, 1u);
    ASSERT_EQ(report_.sequence_gaps.size(), 1u);
    EXPECT_EQ(report_.sequence_gaps[0].expected, 102u);
    EXPECT_EQ(report_.sequence_gaps[0].found, 104u);
    options_.capture.book_rule = BookRule::FileOrder;
    EXPECT_EQ(rows("binance-depth", text),
              "1600000000000,0,0,snapshot,buy,10,1,0\n1600000000001,0,0,delta,sell,11,1,0\n"
              "1600000000002,0,0,delta,sell,12,2,0\n1600000000003,0,0,delta,sell,12,3,0\n"
              "1600000000004,0,0,snapshot,buy,9,1,0\n");
}

TEST_F(ImportFormats, BookRowsThatCannotBe) {
    const std::pair<const char*, const char*> cases[] = {
        {"AB,1600000000000,100,100,c,snap,10,1,-1\n",
         "in.csv:2: column 4 (side): \"c\": neither a nor b"},
        {"AB,1600000000000,100,99,b,snap,10,1,-1\n",
         "in.csv:2: column 3 (last_update_id): \"99\": update ids do not begin above 0 and count "
         "up"},
        {"AB,1600000000000,1,1,b,del,10,1,-1\n",
         "in.csv:2: column 5 (update_type): \"del\": neither snap nor set"},
        {"AB,1600000000000,1,1,b,snap,0,1,-1\n", "in.csv:2: column 6 (price): \"0\": not above 0"},
        {"AB,1600000000000,1,1,b,snap,1,-1,-1\n", "in.csv:2: column 7 (qty): \"-1\": negative"},
        {"AB,1600000000000,1,1,b,snap,1,1\n", "in.csv:2: row has 8 fields, expected 9"},
    };
    for (const auto& [row, expected] : cases)
        EXPECT_EQ(rows("binance-depth", std::string(kDepthHeader) + row), expected);
    EXPECT_EQ(rows("binance-depth", "symbol,time\n"), "in.csv:1: header has 2 columns, expected 9");
}

TEST_F(ImportFormats, JsonTrades) {
    EXPECT_EQ(rows("ccxt-trades",
                   "[[1000,\"7\",null,\"sell\",0.5,23.0,11.5],\n"
                   " [2000, null, \"market\", \"buy\", 6e-1, 1, null]]\n"),
              "1000,0.5,23,sell,7\n2000,0.6,1,buy,\n");
    EXPECT_EQ(report_.rows, 2u);
}

TEST_F(ImportFormats, JsonThatIsNoListOfTrades) {
    const std::pair<const char*, const char*> cases[] = {
        {"{}", "in.csv:1: does not begin as an array of arrays"},
        {"[]", "in.csv: no row of data"},
        {"[[1000,\"7\",null,\"sell\",0.5,23.0,11.5]", "in.csv:1: the array is not closed"},
        {"[[1000,\"7\",null,\"sell\",0.5,23.0,11.5]\n", "in.csv:2: the array is not closed"},
        {"[[1000,\"7\",null,\"sell\",0.5,23.0,11.5", "in.csv:1: not a whole array"},
        {"[[1000,\"7\",null,\"sell\",0.5,23.0,11.5][1]]", "in.csv:2: no comma between arrays"},
        {"[[1000,\"7\",null,\"sell\",0.5,23.0,11.5]]x",
         "in.csv:3: text behind the end of the array"},
        {"[[1000,\"7\",null,\"sell\",NaN,23.0,11.5]]",
         "in.csv:1: column 4 (price): \"NaN\": not a decimal number"},
        {"[[1000,\"7\",null,\"sell\",0.5,23.0]]", "in.csv:1: row has 6 fields, expected 7"},
        {"[[1000,\"a\\\"b\",null,\"sell\",0.5,1,1]]",
         "in.csv:1: an array of anything but numbers and plain strings"},
    };
    for (const auto& [text, expected] : cases)
        EXPECT_EQ(rows("ccxt-trades", text), expected);
}

TEST_F(ImportFormats, HistdataIsFiveHoursBehindAllYear) {
    EXPECT_EQ(rows("histdata", "20200101 170000065,1.1212,1.12172,0\n"),
              "1577916000065,1.1212,,1.12172,\n");
    EXPECT_EQ(rows("histdata", "20200701 170000065,1.1212,1.12172,0\n"),
              "1593640800065,1.1212,,1.12172,\n");
    options_.zone = std::make_shared<TimeZone>(TimeZone::fixed(0));
    EXPECT_EQ(rows("histdata", "20200101 170000065,1.1212,1.12172,0\n"),
              "1577898000065,1.1212,,1.12172,\n");
    EXPECT_EQ(rows("truefx", "timestamp,bid,ask\n2013-01-01 22:00:00.295+00:00,86.6,86.7\n"),
              "1357077600295,86.6,,86.7,\n");
}

class ImportBidAsk : public ImportFormats {
  protected:
    ImportBidAsk() { options_.interval_ns = kNsPerMinute; }
    std::string both(const std::string& bids, const std::string& asks) {
        options_.ask_inputs = {folder_.write("ask.csv", kHeader + asks)};
        return rows("bid-ask-bars", kHeader + bids);
    }
    const std::string kHeader = "timestamp,open,high,low,close\n";
};

TEST_F(ImportBidAsk, ABarIsFourQuotes) {
    EXPECT_EQ(both("60,2,4,1,3\n", "60,2.5,4.5,1.5,3.5\n"),
              "59700,2,,2.5,\n59800,4,,4.5,\n59900,1,,1.5,\n60000,3,,3.5,\n");
    options_.bar_stamp = BarStamp::Open;
    options_.quote_spacing_ns = kNsPerSecond;
    EXPECT_EQ(both("60,2,4,1,3\n", "60,2.5,4.5,1.5,3.5\n"),
              "117000,2,,2.5,\n118000,4,,4.5,\n119000,1,,1.5,\n120000,3,,3.5,\n");
    EXPECT_EQ(report_.rows, 1u);
}

TEST_F(ImportBidAsk, BothFilesMustHaveTheSameTimes) {
    EXPECT_EQ(both("60,2,4,1,3\n120,2,4,1,3\n", "60,2,4,1,3\n"), "in.csv:3: no ask of this time");
    EXPECT_EQ(both("60,2,4,1,3\n", "60,2,4,1,3\n120,2,4,1,3\n"), "ask.csv:3: no bid of this time");
    EXPECT_EQ(both("60,2,4,1,3\n", "120,2,4,1,3\n"),
              "ask.csv:2: time is 1970-01-01T00:02:00.000000000Z, that of the bid "
              "1970-01-01T00:01:00.000000000Z");
    EXPECT_EQ(both("60,2,4,1,x\n", "60,2,4,1,3\n"),
              "in.csv:2: column 4 (close): \"x\": not a decimal number");
    options_.quote_spacing_ns = 20 * kNsPerSecond;
    EXPECT_EQ(both("60,2,4,1,3\n", "60,2,4,1,3\n"),
              "import: an interval is needed with room for four quotes");
}

}  // namespace
}  // namespace tradectl::market

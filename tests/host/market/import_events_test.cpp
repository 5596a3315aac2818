// Formats whose rows are told apart by symbol, joined to events, or read from two files.
#include "tests/host/market/import_formats.hpp"

namespace tradectl::market {
namespace {

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

TEST_F(ImportFormats, TheFirstUpdateMustAdjoinTheSnapshot) {
    const std::string snapshot =
        std::string(kDepthHeader) + "AB,1600000000000,100,100,b,snap,10,1,-1\n";
    rows("binance-depth", snapshot + "AB,1600000000001,101,102,a,set,11,1,-1\n");
    EXPECT_EQ(report_.book_gaps, 0u);
    EXPECT_EQ(report_.book_events, 2u);
    rows("binance-depth", snapshot + "AB,1600000000001,102,103,a,set,11,1,-1\n");
    EXPECT_EQ(report_.book_gaps, 1u);
    EXPECT_EQ(report_.rows_left_out, 1u);
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

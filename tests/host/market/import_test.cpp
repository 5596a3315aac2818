#include "host/market/import.hpp"

#include "host/base/faulty_disk.hpp"
#include "tests/host/market/import_fixture.hpp"

#include <cstdio>

namespace tradectl::market {
namespace {

TEST_F(ImportTest, ReadsBinanceTrades) {
    const auto report = import_text(kTrades);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->header.record_count, 3u);
    EXPECT_EQ(report->header.time_first, 1499865549590000000);
    EXPECT_EQ(report->header.gap_max_ns, 60 * kNsPerSecond);
    EXPECT_EQ(report->header.duplicates, 0u);
    const auto file = output();
    const auto& first = file->as<TradeRecord>(0);
    EXPECT_EQ(text_of(first.price), "4");
    EXPECT_EQ(text_of(first.quantity), "12");
    EXPECT_EQ(first.trade_id, 28457u);
    EXPECT_EQ(first.aggressor, std::uint32_t{TRADECTL_SIDE_SELL});
    EXPECT_EQ(file->as<TradeRecord>(1).aggressor, std::uint32_t{TRADECTL_SIDE_BUY});
    EXPECT_EQ(file->instrument(), "BTC-USDT.binance");
    EXPECT_TRUE(file->verify());
}

/// tradectl-data(5) shows the first trade of this file byte by byte.
TEST_F(ImportTest, TheManualPageShowsTheBytesThatAreWritten) {
    std::ifstream page(TRADECTL_SOURCE_DIR "/man/tradectl-data.5");
    ASSERT_TRUE(import_text(kTrades));
    const std::string content = folder_.read("out.tdat");
    std::size_t words = 0;
    for (std::string line; std::getline(page, line);) {
        unsigned offset = 0;
        unsigned byte[8];
        if (std::sscanf(line.c_str(),
                        "%u %2x %2x %2x %2x %2x %2x %2x %2x",
                        &offset,
                        &byte[0],
                        &byte[1],
                        &byte[2],
                        &byte[3],
                        &byte[4],
                        &byte[5],
                        &byte[6],
                        &byte[7]) != 9)
            continue;
        for (unsigned i = 0; i < 8; ++i)
            EXPECT_EQ(static_cast<unsigned char>(content[offset + i]), byte[i]) << line;
        ++words;
    }
    EXPECT_EQ(words, sizeof(TradeRecord) / 8);
}

TEST_F(ImportTest, ReadsEveryBinanceShape) {
    const char* shapes[] = {
        "id,price,qty,quoteQty,time,isBuyerMaker,isBestMatch\n1,2,3,6,1600000000000,true,true\n",
        "id,price,qty,quote_qty,time,is_buyer_maker\n1,2,3,6,1600000000000,true\n",
        "1,2,3,6,1600000000000000,True,True\r\n",
        "\xef\xbb\xbfid,price,qty,quote_qty,time,is_buyer_maker\n1,2,3,6,1600000000000,true",
        "\xef\xbb\xbf\061,2,3,6,1600000000000,true\n\n\n",
    };
    for (const char* text : shapes) {
        options_.existing = ExistingFile::Replace;
        const auto report = import_text(text);
        ASSERT_TRUE(report) << report.error().message;
        EXPECT_EQ(report->header.record_count, 1u);
        EXPECT_EQ(report->header.time_first, 1600000000000000000);
    }
}

TEST_F(ImportTest, ReadsBinanceAggregates) {
    options_.layout = binance_agg_trades_layout();
    const auto report = import_text(
        "agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker\n"
        "26129,0.01633102,4.70443515,27781,27781,1498793709153,true\n"
        "26130,0.01633103,1.5,27782,27790,1498793709154,false\n");
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(exported(),
              "time,price,quantity,side,id\n"
              "2017-06-30T03:35:09.153000000Z,0.01633102,4.70443515,sell,26129\n"
              "2017-06-30T03:35:09.154000000Z,0.01633103,1.5,buy,26130\n");
}

TEST_F(ImportTest, ReadsAColumnMap) {
    use_columns("time=ts,price=2,quantity=qty,side=side", TimeUnit::Seconds);
    options_.layout.delimiter = ';';
    const auto report = import_text("ts;x;price;qty;side\n1.5;a;10;2;buy\n\"2\";b;11;3;SELL\n");
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(exported({.time_unit = TimeUnit::Seconds, .header = ExportHeader::Omit}),
              "1.5,10,2,buy,\n2,11,3,sell,\n");
}

TEST_F(ImportTest, NamesFileLineColumnValueAndReason) {
    const std::string good = "1,2,3,6,1600000000000,true,true\n";
    const std::pair<const char*, const char*> cases[] = {
        {"2,0,3,0,1600000000001,true,true\n", "in.csv:2: column 1 (price): \"0\": not above 0"},
        {"2,-2,3,0,1600000000001,true,true\n", "in.csv:2: column 1 (price): \"-2\": not above 0"},
        {"2,NaN,3,0,1600000000001,true,true\n",
         "in.csv:2: column 1 (price): \"NaN\": not a decimal number"},
        {"2,,3,0,1600000000001,true,true\n", "in.csv:2: column 1 (price): \"\": empty"},
        {"2,2,0,0,1600000000001,true,true\n", "in.csv:2: column 2 (quantity): \"0\": not above 0"},
        {"2,2,-3,0,1600000000001,true,true\n",
         "in.csv:2: column 2 (quantity): \"-3\": not above 0"},
        {"2,900000000000000000000,3,0,1600000000001,true,true\n",
         "in.csv:2: column 1 (price): \"900000000000000000000\": out of range (about 1.7e20)"},
        {"2,0.1234567890123456789,3,0,1600000000001,true,true\n",
         "in.csv:2: column 1 (price): \"0.1234567890123456789\": more than 18 decimals"},
        {"2,2,3,0,1599999999999,true,true\n",
         "in.csv:2: column 4 (time): \"1599999999999\": time goes back"},
        {"2,2,3,0,then,true,true\n",
         "in.csv:2: column 4 (time): \"then\": not a time in the given unit"},
        {"2,2,3,0,-5,true,true\n",
         "in.csv:2: column 4 (time): \"-5\": time is outside of 1970 to 2261"},
        {"2,2,3,0,99999999999999999,true,true\n",
         "in.csv:2: column 4 (time): \"99999999999999999\": time is outside of 1970 to 2261"},
        {"2,2,3,0,1600000000001,maybe,true\n",
         "in.csv:2: column 5 (is_buyer_maker): \"maybe\": neither true nor false"},
        {"x,2,3,0,1600000000001,true,true\n", "in.csv:2: column 0 (id): \"x\": not a whole number"},
        {"2,2,3,0,1600000000001\n", "in.csv:2: row has 5 fields, expected 6 or 7"},
        {"2,2,3,0,1600000000001,true,true,true\n", "in.csv:2: row has 8 fields, expected 6 or 7"},
        {"\"2,2,3,0,1600000000001,true,true\n", "in.csv:2: a quote is not closed"},
        {"\n2,2,3,0,1600000000001,true,true\n", "in.csv:2: empty line"},
        {"2,a\x01\xff,3,0,1600000000001,true,true\n",
         "in.csv:2: column 1 (price): \"a??\": not a decimal number"},
    };
    for (const auto& [row, expected] : cases)
        EXPECT_EQ(refusal(good + row), expected);
}

TEST_F(ImportTest, RefusesAWrongHeaderAndAnEmptyInput) {
    EXPECT_EQ(refusal("time,open,high,low,close,volume\n1,2,3,4,5,6\n"),
              "in.csv:1: header: column 0 is \"time\", expected \"id\"");
    EXPECT_EQ(refusal(""), "in.csv: no row of data");
    EXPECT_EQ(refusal("id,price,qty,quoteQty,time,isBuyerMaker,isBestMatch\n"),
              "in.csv: no row of data");
    EXPECT_EQ(refusal("\n\n"), "in.csv: no row of data");
    use_columns("time=when,price=1,quantity=2", TimeUnit::Milliseconds);
    EXPECT_EQ(refusal("ts,price,qty\n1,2,3\n"), "in.csv:1: header: no column \"when\"");
}

TEST_F(ImportTest, RefusesALineWithoutEnd) {
    const std::string text = refusal(std::string(100'000, '1'));
    EXPECT_NE(text.find("line 1: longer than 65536 bytes"), std::string::npos) << text;
}

TEST_F(ImportTest, SortsWhenAsked) {
    use_columns("time=0,price=1,quantity=2", TimeUnit::Nanoseconds);
    options_.order = ImportOrder::Sort;
    const auto report = import_text("5,1,1\n3,2,1\n5,3,1\n4,4,1\n");
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->rows_late, 2u);
    EXPECT_EQ(exported({.time_unit = TimeUnit::Nanoseconds, .header = ExportHeader::Omit}),
              "3,2,1,,\n4,4,1,,\n5,1,1,,\n5,3,1,,\n");
}

/// In order of time the row that is wrong is rarely the last one read.
TEST_F(ImportTest, WhatSortingFindsNamesItsLine) {
    options_.kind = DataKind::Bars;
    options_.interval_ns = 10;
    use_columns(
        "time=0,open=1,high=2,low=3,close=4,volume=5", TimeUnit::Nanoseconds, DataKind::Bars);
    options_.order = ImportOrder::Sort;
    EXPECT_EQ(refusal("30,1,1,1,1,1\n10,1,1,1,1,1\n20,1,1,1,1,1\n10,2,2,2,2,1\n40,1,1,1,1,1\n"),
              "in.csv:4: sorted by time: another bar of the same time");
}

TEST_F(ImportTest, WhatSortingFindsNamesItsFile) {
    use_columns("time=0,price=1,quantity=2,id=3", TimeUnit::Nanoseconds);
    options_.order = ImportOrder::Sort;
    options_.duplicates = Duplicates::Refuse;
    options_.inputs = {folder_.write("a.csv", "5,1,1,1\n3,2,1,2\n"),
                       folder_.write("b.csv", "7,1,1,3\n6,2,1,1\n")};
    const auto report = import_csv(*disk_, options_);
    ASSERT_FALSE(report);
    EXPECT_NE(report.error().message.find("b.csv:2: sorted by time: a trade with this id"),
              std::string::npos)
        << report.error().message;
}

TEST_F(ImportTest, CountsDuplicatesById) {
    const auto report = import_text(
        "1,2,3,6,1600000000000,true\n2,2,3,6,1600000000000,true\n"
        "1,2,3,6,1600000000000,true\n2,2,3,6,1600000000001,true\n");
    EXPECT_EQ(report->header.duplicates, 2u);
}

TEST_F(ImportTest, ReadsQuotesAndBars) {
    use_columns("time=0,bid_price=1,ask_price=2", TimeUnit::Rfc3339, DataKind::Quotes);
    ASSERT_TRUE(import_text("timestamp,bid,ask\n2013-01-01 22:00:00.295Z,86.6,86.7\n"));
    EXPECT_EQ(exported({.header = ExportHeader::Omit}),
              "2013-01-01T22:00:00.295000000Z,86.6,,86.7,\n");
    use_columns("time=0,open=1,high=2,low=3,close=4,volume=5", TimeUnit::Seconds, DataKind::Bars);
    options_.existing = ExistingFile::Replace;
    options_.interval_ns = kNsPerMinute;
    ASSERT_TRUE(import_text("0,2,4,1,3,10\n60,3,3,3,3,0\n"));
    EXPECT_EQ(output()->time(0).ns(), kNsPerMinute);
    EXPECT_EQ(exported({.time_unit = TimeUnit::Seconds, .header = ExportHeader::Omit}),
              "0,2,4,1,3,10,0\n60,3,3,3,3,0,0\n");
    const auto wrong = import_text("0,2,1,4,3,10\n");
    EXPECT_NE(wrong.error().message.find("column 2 (high): \"1\": high is below low"),
              std::string::npos)
        << wrong.error().message;
}

TEST_F(ImportTest, JoinsInputsAndChecksTheirOrder) {
    const std::string first = folder_.write("1.csv", "1,2,3,6,1600000000000,true\n");
    const std::string second = folder_.write("2.csv", "2,2,3,6,1600000000001,true\n");
    options_.inputs = {first, second};
    EXPECT_EQ(import_csv(*disk_, options_)->header.record_count, 2u);
    options_.inputs = {second, first};
    options_.existing = ExistingFile::Replace;
    const auto report = import_csv(*disk_, options_);
    EXPECT_EQ(report.error().message,
              first + ":1: column 4 (time): \"1600000000000\": time goes back");
    EXPECT_EQ(output()->size(), 2u);
}

TEST_F(ImportTest, LeavesAnOldOutputAlone) {
    ASSERT_TRUE(import_text(kTrades));
    const std::string before = folder_.read("out.tdat");
    EXPECT_EQ(import_text(kTrades).error().code, ErrorCode::Usage);
    options_.existing = ExistingFile::Replace;
    EXPECT_FALSE(import_text("1,2,3,6,1600000000000,true\n2,0,3,6,1600000000000,true\n"));
    EXPECT_EQ(folder_.read("out.tdat"), before);
    EXPECT_FALSE(folder_.has("out.tdat.tmp"));
}

TEST_F(ImportTest, RefusesPathsThatCannotBe) {
    EXPECT_EQ(import_csv(*disk_, options_).error().code, ErrorCode::Usage);
    options_.inputs = {options_.output};
    EXPECT_EQ(import_csv(*disk_, options_).error().code, ErrorCode::Usage);
    options_.inputs = {folder_.at("missing.csv")};
    EXPECT_EQ(import_csv(*disk_, options_).error().code, ErrorCode::Io);
    EXPECT_TRUE(folder_.names().empty());
    options_.layout.kind = DataKind::Book;
    EXPECT_EQ(import_csv(*disk_, options_).error().code, ErrorCode::Unsupported);
}

TEST_F(ImportTest, ReadsGzipAndRefusesItTruncated) {
    std::string text;
    for (int i = 0; i < 5000; ++i)
        text += std::to_string(i) + ",2." + std::to_string(i * 7919 % 1000) + ",3,6," +
                std::to_string(1600000000000 + i) + ",true\n";
    folder_.write("in.csv", text);
    run_in_folder("gzip -k in.csv");
    options_.inputs = {folder_.at("in.csv.gz")};
    ASSERT_EQ(import_csv(*disk_, options_)->header.record_count, 5000u);
    const std::string whole = folder_.read("in.csv.gz");
    options_.existing = ExistingFile::Replace;
    const std::string before = folder_.read("out.tdat");
    for (const std::size_t cut : {std::size_t{1}, std::size_t{8}, whole.size() / 2}) {
        folder_.write("in.csv.gz", whole.substr(0, whole.size() - cut));
        EXPECT_EQ(import_csv(*disk_, options_).error().code, ErrorCode::Corrupt) << cut;
        EXPECT_EQ(folder_.read("out.tdat"), before);
    }
}

TEST_F(ImportTest, WhateverCallFailsNothingHalfIsLeft) {
    options_.inputs = {folder_.write("in.csv", kTrades)};
    options_.output = "/d/out.tdat";
    std::uint64_t call = 0;
    for (bool imported = false; !imported; ++call) {
        const auto memory = make_memory_disk();
        ASSERT_TRUE(memory->make_directory("/d"));
        FaultyDisk faulty(*memory);
        faulty.add_fault({.skip = call, .times = 1, .code = ErrorCode::NoSpace});
        const auto report = import_csv(faulty, options_);
        imported = report.has_value();
        if (imported) continue;
        EXPECT_EQ(report.error().code, ErrorCode::NoSpace);
        // Behind the rename the file is whole; only its name may not survive a power cut.
        const bool renamed = *memory->exists("/d/out.tdat");
        EXPECT_EQ(memory->list("/d")->size(), renamed ? 1u : 0u) << call;
    }
    EXPECT_GE(call, 9u);
}

TEST_F(ImportTest, ReadsRealQuotes) {
    const std::string path =
        TRADECTL_SOURCE_DIR "/../shared/data/ticks/fx-quotes-usdjpy-20130101.csv.gz";
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "skipped: no ../shared";
    use_columns("time=timestamp,bid_price=bid,ask_price=ask", TimeUnit::Rfc3339, DataKind::Quotes);
    options_.inputs = {path};
    const auto report = import_csv(*disk_, options_);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->header.record_count, 1000u);
    EXPECT_EQ(text_of(report->header.tick), "0.001");
    EXPECT_EQ(Timestamp{report->header.time_last}.to_string(), "2013-01-01T22:35:13.494000000Z");
}

TEST_F(ImportTest, ReportsProgress) {
    std::string text;
    for (int i = 0; i < 70'000; ++i)
        text += "1,2,3,6,1600000000000,true\n";
    std::vector<std::uint64_t> seen;
    options_.progress = [&](const ImportProgress& now) { seen.push_back(now.rows); };
    ASSERT_TRUE(import_text(text));
    EXPECT_EQ(seen, (std::vector<std::uint64_t>{65'536, 70'000}));
}

}  // namespace
}  // namespace tradectl::market

#include "tests/host/market/capture_fixture.hpp"

#include <algorithm>

namespace tradectl::market {
namespace {

class CaptureImportTest : public CaptureTest {};

const std::string kTicker =
    R"(13 {"stream":"abc@bookTicker","data":{"u":1,"s":"ABC","b":"9","B":"2","a":"10","A":"3"}})"
    "\n";

std::string bar_line(std::string_view time, std::string_view interval, std::string_view closed) {
    return std::string(time) +
           R"( {"e":"kline","E":9,"s":"ABC","k":{"t":60000,"T":1,"s":"ABC","i":")" +
           std::string(interval) + R"(","o":"2","c":"3","h":"4","l":"1","v":"5","n":6,"x":)" +
           std::string(closed) + "}}\n";
}

/// A little of everything: 2 trades, 1 quote, a snapshot and 2 differences.
std::string mixed_recording() {
    return spot_difference("10", "1", "4", R"(["99","9"])", "") + trade_line("11", "7", "100.5") +
           depth_answer("12", "5", R"(["100","1"])", R"(["101","2"])") + kTicker +
           spot_difference("14", "5", "8", R"(["98","8"])", "") + trade_line("15", "8", "100.25");
}

TEST_F(CaptureImportTest, TakesOutTheKindThatIsAskedForAndCountsTheRest) {
    use("binance-ws", DataKind::Trades);
    const auto report = report_of(mixed_recording());
    const auto trades = records<TradeRecord>();
    ASSERT_EQ(trades.size(), 2U);
    EXPECT_EQ(trades[0].time, 11);
    EXPECT_EQ(text_of(trades[0].price), "100.5");
    EXPECT_EQ(text_of(trades[0].quantity), "2.5");
    EXPECT_EQ(trades[0].trade_id, 7U);
    EXPECT_EQ(trades[0].aggressor, TRADECTL_SIDE_SELL);
    EXPECT_EQ(report.messages.at("depthUpdate"), 2U);
    EXPECT_EQ(report.messages.at("snapshot"), 1U);
    EXPECT_EQ(report.messages_total, 6U);
    EXPECT_EQ(report.quotes, 1U);
    EXPECT_EQ(report.level_changes, 2U);
    EXPECT_EQ(report.snapshots, 1U);
    EXPECT_EQ(report.symbol, "ABC");
}

TEST_F(CaptureImportTest, TakesQuotesWithTheirReceiveTime) {
    use("binance-ws", DataKind::Quotes);
    report_of(mixed_recording());
    const auto quotes = records<QuoteRecord>();
    ASSERT_EQ(quotes.size(), 1U);
    EXPECT_EQ(quotes[0].time, 13);
    EXPECT_EQ(text_of(quotes[0].ask_quantity), "3");
}

TEST_F(CaptureImportTest, TheExchangesClockIsAChoice) {
    use("binance-ws", DataKind::Trades);
    options_.capture.clock = CaptureClock::Exchange;
    report_of(mixed_recording());
    EXPECT_EQ(records<TradeRecord>()[0].time, 5'000'000);
}

TEST_F(CaptureImportTest, AMessageWithoutAnExchangeTimeHasNoPlaceByThatClock) {
    use("binance-ws", DataKind::Quotes);
    options_.capture.clock = CaptureClock::Exchange;
    EXPECT_EQ(refusal(kTicker), "in.txt:1: no exchange time in a message of type bookTicker");
}

TEST_F(CaptureImportTest, ARecordingWithoutReceiveTimesHasNoLocalClock) {
    use("bybit-ob500", DataKind::Book);
    options_.capture.clock = CaptureClock::Local;
    const auto report = import_text("{}\n");
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::Unsupported);
}

TEST_F(CaptureImportTest, TheSmallestLagIsOverWhatHasATimeOfItsOwn) {
    use("binance-ws", DataKind::Trades);
    const auto report =
        report_of(trade_line("5000007", "1", "1") + trade_line("5000009", "2", "1"));
    EXPECT_TRUE(report.lag_known);
    EXPECT_EQ(report.lag_min_ns, 7);
    use("binance-ws", DataKind::Quotes);
    EXPECT_FALSE(
        report_of(R"(1 {"e":"bookTicker","s":"ABC","b":"9","B":"2","a":"10","A":"3","T":5,"E":6})"
                  "\n")
            .lag_known);
}

TEST_F(CaptureImportTest, ABarIsTakenWhenItIsComplete) {
    use("binance-ws", DataKind::Bars);
    const auto report = report_of(bar_line("1", "1m", "false") + bar_line("2", "1m", "true"));
    EXPECT_EQ(report.bars_open, 1U);
    EXPECT_EQ(report.bars_closed, 1U);
    ASSERT_EQ(records<BarRecord>().size(), 1U);
    EXPECT_EQ(records<BarRecord>()[0].time, 120 * kNsPerSecond);
    EXPECT_EQ(output()->header().interval_ns, kNsPerMinute);
}

TEST_F(CaptureImportTest, BarsOfSeveralIntervalsNeedAChoice) {
    use("binance-ws", DataKind::Bars);
    const std::string text = bar_line("1", "1m", "true") + bar_line("2", "1h", "true");
    EXPECT_EQ(refusal(text), "in.txt:2: bars of several lengths need their interval");
    options_.interval_ns = kNsPerHour;
    report_of(text);
    EXPECT_EQ(records<BarRecord>()[0].time, 3'660 * kNsPerSecond);
    EXPECT_EQ(refusal(bar_line("1", "1M", "true")), "in.txt:1: a bar without a fixed length");
}

TEST_F(CaptureImportTest, SeveralSymbolsAreListedUnlessOneIsChosen) {
    use("binance-ws", DataKind::Trades);
    const std::string text = trade_line("1", "1", "5", "ABC") + trade_line("2", "2", "6", "DEF") +
                             trade_line("3", "3", "7", "ABC");
    EXPECT_EQ(refusal(text), "in.txt: messages of several symbols (ABC, DEF), choose a symbol");
    options_.capture.symbol = "DEF";
    EXPECT_EQ(report_of(text).trades, 1U);
    EXPECT_EQ(text_of(records<TradeRecord>()[0].price), "6");
    options_.capture.symbol = "GHI";
    EXPECT_EQ(refusal(text), "in.txt: no message of symbol GHI, but of ABC, DEF");
}

TEST_F(CaptureImportTest, ASnapshotOfNoSymbolNeedsARecordingOfOne) {
    options_.capture.symbol = "ABC";
    const std::string text = depth_answer("12", "5", R"(["100","1"])", "") +
                             spot_difference("13", "6", "6", R"(["99","1"])", "");
    EXPECT_EQ(report_of(text).snapshots, 1U);
    EXPECT_EQ(refusal(text + trade_line("14", "2", "6", "DEF")),
              "in.txt:1: a snapshot of no symbol, in a recording of several: ABC, DEF");
}

TEST_F(CaptureImportTest, TradesAndAggregatedTradesAreNotMixed) {
    use("binance-ws", DataKind::Trades);
    const std::string aggregated =
        R"(2 {"e":"aggTrade","E":7,"a":13,"s":"ABC","p":"2","q":"1","T":6,"m":false})"
        "\n";
    EXPECT_EQ(report_of(aggregated).trades, 1U);
    EXPECT_EQ(refusal(trade_line("1", "1", "5") + aggregated),
              "in.txt:2: trades and aggregated trades in one recording");
}

TEST_F(CaptureImportTest, AReceiveTimeThatGoesBackIsRefusedOrSorted) {
    use("binance-ws", DataKind::Trades);
    const std::string text = trade_line("9", "1", "5") + trade_line("8", "2", "6");
    EXPECT_EQ(refusal(text), "in.txt:2: time goes back");
    options_.order = ImportOrder::Sort;
    report_of(text);
    EXPECT_EQ(records<TradeRecord>()[0].trade_id, 2U);
}

TEST_F(CaptureImportTest, ABookIsNeverSorted) {
    options_.order = ImportOrder::Sort;
    const auto report = import_text(mixed_recording());
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::Usage);
    options_.order = ImportOrder::Refuse;
    EXPECT_EQ(refusal(depth_answer("12", "5", R"(["100","1"])", "") +
                      spot_difference("11", "6", "6", R"(["99","1"])", "")),
              "in.txt:2: times of a book go back");
}

TEST_F(CaptureImportTest, DoubledTradesAreCounted) {
    use("binance-ws", DataKind::Trades);
    const auto report = import_text(trade_line("1", "7", "5") + trade_line("2", "7", "5"));
    ASSERT_TRUE(report);
    EXPECT_EQ(report->duplicates, 1U);
}

TEST_F(CaptureImportTest, GapsStandInTheCommonReport) {
    const auto report = import_text(depth_answer("12", "5", R"(["100","1"])", "") +
                                    spot_difference("13", "7", "8", R"(["99","1"])", ""));
    ASSERT_TRUE(report);
    EXPECT_EQ(report->book_gaps, 1U);
    ASSERT_EQ(report->sequence_gaps.size(), 1U);
    EXPECT_EQ(report->sequence_gaps[0].place.file, folder_.at("in.txt"));
}

TEST_F(CaptureImportTest, RefusesRecordsThatCannotBe) {
    use("binance-ws", DataKind::Trades);
    EXPECT_EQ(refusal(trade_line("1", "1", "0")), "in.txt:1: price is not above 0");
    EXPECT_EQ(refusal(trade_line("1", "1", "-3")), "in.txt:1: price is not above 0");
    use("binance-ws", DataKind::Book);
    EXPECT_EQ(refusal(depth_answer("1", "5", R"(["0","1"])", "")),
              "in.txt:1: price of a level is not above 0");
    EXPECT_EQ(refusal(depth_answer("1", "5", R"(["2","-1"])", "")),
              "in.txt:1: quantity of a level is negative");
}

TEST_F(CaptureImportTest, RefusesWhatIsNoRecording) {
    EXPECT_EQ(refusal(""), "in.txt: no row of data");
    EXPECT_EQ(refusal("12 {\"a\":\"\xff\"}\n"), "in.txt:1: not utf-8");
    EXPECT_EQ(refusal("12 {\"a\"\n"), "in.txt:1: not a sound json object or list");
    EXPECT_EQ(refusal("hello\n"), "in.txt:1: no receive time in nanoseconds at its start");
    EXPECT_EQ(refusal(trade_line("1", "1", "5")), "in.txt: no row of data");
}

TEST_F(CaptureImportTest, RefusesFormatsAndKindsThatAreNone) {
    use("nothing-ws", DataKind::Book);
    EXPECT_EQ(import_text("").error().code, ErrorCode::Usage);
    use("bybit-ob500", DataKind::Trades);
    EXPECT_EQ(import_text("").error().message, "import: bybit-ob500 gives no trades");
}

TEST_F(CaptureImportTest, ABookEventHasALimit) {
    std::string bids;
    for (std::uint32_t i = 0; i <= kBookLevelsMax; ++i)
        bids += (i > 0 ? ",[\"" : "[\"") + std::to_string(i + 1) + "\",\"1\"]";
    EXPECT_EQ(refusal(depth_answer("1", "5", bids, "")),
              "in.txt:1: a book event has 65537 levels, the limit is 65536");
}

TEST_F(CaptureImportTest, AFailureLeavesTheFileThatWasThere) {
    use("binance-ws", DataKind::Trades);
    report_of(trade_line("1", "1", "5"));
    const std::string before = folder_.read("out.tdat");
    options_.existing = ExistingFile::Replace;
    options_.inputs = {folder_.write("in.txt", trade_line("1", "1", "6") + "2 [\n")};
    EXPECT_FALSE(import_capture(*disk_, options_));
    EXPECT_EQ(folder_.read("out.tdat"), before);
    EXPECT_FALSE(folder_.has("out.tdat.tmp"));
}

/// Imports without waiting for a device.
class CaptureDamageTest : public CaptureTest {
  protected:
    CaptureDamageTest() { options_.output = "/out.tdat"; }
    Expected<ImportReport> import_fresh(std::string_view text) {
        disk_ = make_memory_disk();
        return import_text(text);
    }
};

/// Whatever the cut: the whole lines before it count, or nothing is left.
TEST_F(CaptureDamageTest, EveryPrefixOfARecordingIsTakenLineByLineOrRefused) {
    const std::string text = mixed_recording();
    for (std::size_t length = 0; length < text.size(); ++length) {
        const auto report = import_fresh(std::string_view(text).substr(0, length));
        const bool at_line_end = length > 0 && (text[length - 1] == '\n' || text[length] == '\n');
        const auto lines = std::count(text.begin(), text.begin() + static_cast<long>(length), '\n');
        if (report) {
            EXPECT_TRUE(at_line_end) << length;
            EXPECT_GE(report->rows, static_cast<std::uint64_t>(lines)) << length;
        } else {
            EXPECT_EQ(report.error().code, ErrorCode::Corrupt) << length;
            EXPECT_FALSE(left_behind()) << length;
        }
        EXPECT_TRUE(report || !at_line_end || lines < 3) << length;
    }
}

TEST_F(CaptureDamageTest, EveryPrefixOfACompressedRecordingIsRefused) {
    folder_.write("in.txt", mixed_recording());
    ASSERT_EQ(std::system(("gzip -n " + folder_.at("in.txt")).c_str()), 0);
    const std::string packed = folder_.read("in.txt.gz");
    for (std::size_t length = 1; length < packed.size(); ++length) {
        EXPECT_FALSE(import_fresh(packed.substr(0, length))) << length;
        EXPECT_FALSE(left_behind()) << length;
    }
    EXPECT_TRUE(import_fresh(packed));
}

TEST_F(CaptureDamageTest, NoDamagedByteCrashesOrLeavesAPartBehind) {
    const std::string text = mixed_recording();
    SeededRandom random(test_seed());
    for (int round = 0; round < 300; ++round) {
        std::string damaged = text;
        damaged[random.below(damaged.size())] = static_cast<char>(random.below(256));
        const bool imported = import_fresh(damaged).has_value();
        ASSERT_EQ(left_behind(), imported);
    }
}

/// Playback files: a symbol's book comes from an answer in a file of its own.
TEST_F(CaptureImportTest, PlaybackFilesAreMergedWithTheirAnswers) {
    use("cryptofeed-binance", DataKind::Book);
    const auto line = [](std::string_view time, std::string text) {
        return std::string(time) + ":" + text.substr(text.find(' '));
    };
    const auto feed = folder_.write(
        "feed",
        "wss:x <-> 1.0\n" + line("1.1", spot_difference("1", "1", "5", R"(["99","9"])", "")) +
            line("1.3", spot_difference("1", "6", "7", R"(["98","9"])", "")));
    const auto calls = folder_.write(
        "calls",
        "https:x?symbol=ABC -> " + line("1.2", depth_answer("1", "5", R"(["100","1"])", "")) +
            "https:x?symbol=DEF -> " + line("1.25", depth_answer("1", "5", R"(["100","1"])", "")));
    options_.inputs = {feed, calls};
    options_.capture.symbol = "ABC";
    const auto report = import_capture(*disk_, options_);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(events(), "1200000000 =5 b100x1\n1300000000 5>7 b98x9\n");
    EXPECT_EQ(report->capture->symbols, (std::vector<std::string>{"ABC", "DEF"}));
}

TEST_F(CaptureImportTest, ANewConnectionLosesABookWithoutNumbers) {
    use("cryptofeed-kraken", DataKind::Book);
    const std::string change = R"([9,{"a":[["3","1","1.5"]],"c":"1"},"book-10","A/B"])";
    const auto report = report_of(
        "wss:x <-> 1.0\n"
        R"(1.1: [9,{"as":[["2","1","1.0"]],"bs":[["1","3","1.0"]]},"book-10","A/B"])"
        "\n1.2: " +
        change + "\nwss:x <-> 1.3\n1.4: " + change + "\n");
    EXPECT_EQ(report.gap_count, 1U);
    EXPECT_EQ(report.differences_unused, 1U);
    EXPECT_EQ(events(), "1100000000 =0 b1x3 a2x1\n1200000000 0>0 a3x1\n1200000000 =0\n");
}

TEST_F(CaptureImportTest, ABookOfLimitedDepthForgetsTheLevelsBehindIt) {
    use("cryptofeed-kraken", DataKind::Book);
    const auto report =
        report_of(R"(1.1: [9,{"as":[["2","1","1.0"],["4","1","1.0"]],"bs":[]},"book-2","A/B"])"
                  "\n"
                  R"(1.2: [9,{"a":[["3","1","1.5"]],"c":"1"},"book-2","A/B"])"
                  "\n");
    EXPECT_EQ(report.ask_levels, 2U);
    EXPECT_EQ(events(), "1100000000 =0 a2x1 a4x1\n1200000000 0>0 a3x1\n1200000000 0>0 a4x0\n");
}

TEST_F(CaptureImportTest, ALevelNobodyToldAboutLosesTheBook) {
    use("cryptofeed-bitmex", DataKind::Book);
    const std::string update = R"({"table":"orderBookL2","action":"update","data":[)"
                               R"({"symbol":"AB","id":2,"side":"Buy","size":7}]})";
    const std::string partial = R"({"table":"orderBookL2","action":"partial","data":[)"
                                R"({"symbol":"AB","id":1,"side":"Buy","size":4,"price":9}]})";
    const auto report =
        report_of("1.1: " + update + "\n1.2: " + partial + "\n1.3: " + update + "\n");
    EXPECT_EQ(report.differences_unused, 2U);
    EXPECT_EQ(report.gap_count, 1U);
    EXPECT_EQ(events(), "1200000000 =0 b9x4\n1300000000 =0\n");
}

TEST_F(CaptureImportTest, EachBookOfHyperliquidIsASnapshot) {
    use("hyperliquid-ws", DataKind::Book);
    const std::string book =
        R"( {"channel":"l2Book","data":{"coin":"AB","time":5,"levels":[[{"px":"2","sz":"1"}],[]]}})"
        "\n";
    report_of("7" + book + "8" + book);
    EXPECT_EQ(events(), "7 =0 b2x1\n8 =0 b2x1\n");
}

TEST_F(CaptureImportTest, ABybitArchiveHasTheExchangesClockAlone) {
    use("bybit-ob500", DataKind::Book);
    const std::string rest = R"("data":{"s":"AB","b":[["1","2"]],"a":[],"u":)";
    const auto report = report_of(
        R"({"topic":"orderbook.500.AB","type":"snapshot","ts":8,"cts":7,)" + rest + "5}}\n" +
        R"({"topic":"orderbook.500.AB","type":"delta","ts":9,"cts":8,)" + rest + "6}}\n" +
        R"({"topic":"orderbook.500.AB","type":"delta","ts":9,"cts":8,)" + rest + "8}}\n");
    EXPECT_EQ(events(), "7000000 =5 b1x2\n8000000 5>6 b1x2\n8000000 =0\n");
    EXPECT_EQ(report.gap_count, 1U);
}

}  // namespace
}  // namespace tradectl::market

#include "cli/progress_bar.hpp"
#include "tests/cli/child.hpp"

#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tradectl::cli {
namespace {

constexpr const char* kTrades =
    "28457,4.00000000,12.00000000,48.00000000,1499865549590,True,True\n"
    "28458,4.00000100,0.50000000,2.00000050,1499865549591,False,True\n";

class CmdData : public testing::Test {
  protected:
    ChildResult import_text(const std::string& text, std::vector<std::string> more = {}) {
        std::vector<std::string> words = {"data",
                                          "import",
                                          folder_.write("in.csv", text),
                                          "--out",
                                          out_,
                                          "--instrument",
                                          "A-B.x"};
        words.insert(words.end(), more.begin(), more.end());
        return run_tradectl(words);
    }

    TemporaryFolder folder_;
    std::string out_ = folder_.file("out.tdat");
};

TEST_F(CmdData, ImportsDescribesAndExports) {
    const ChildResult import = import_text(kTrades);
    ASSERT_EQ(import.exit_status, 0) << import.err;
    EXPECT_NE(import.out.find("records        2\n"), std::string::npos) << import.out;
    EXPECT_EQ(run_tradectl({"data", "info", out_, "--verify"}).exit_status, 0);
    const ChildResult rows = run_tradectl({"data", "export", out_, "--time-unit", "ms"});
    EXPECT_EQ(rows.out,
              "time,price,quantity,side,id\n"
              "1499865549590,4,12,sell,28457\n"
              "1499865549591,4.000001,0.5,buy,28458\n");
    const ChildResult file =
        run_tradectl({"data", "export", out_, "--time-unit", "ms", "-o", folder_.file("back.csv")});
    EXPECT_EQ(file.exit_status, 0) << file.err;
    EXPECT_EQ(read_text(folder_.file("back.csv")), rows.out);
}

TEST_F(CmdData, InfoInJsonHasTheSameFacts) {
    ASSERT_EQ(import_text(kTrades).exit_status, 0);
    const Json document = run_tradectl({"data", "info", out_, "--json"}).json();
    const Json* data = document.find("data");
    ASSERT_NE(data, nullptr);
    EXPECT_EQ(data->find("records")->as_integer(), 2);
    EXPECT_EQ(data->find_text("price_max"), "4.000001");
}

TEST_F(CmdData, ABadRowIs65AndLeavesNothing) {
    const ChildResult result =
        import_text(std::string(kTrades) + "28459,0,1,0,1499865549592,True\n");
    EXPECT_EQ(result.exit_status, 65);
    EXPECT_NE(result.err.find("in.csv:3: column 1 (price): \"0\": not above 0"), std::string::npos)
        << result.err;
    EXPECT_FALSE(std::filesystem::exists(out_));
}

TEST_F(CmdData, ABadBarIsNamedByTheColumnThatIsWrong) {
    const std::string header = "timestamp,open,high,low,close\n";
    const std::vector<std::pair<std::string, std::string>> rows{
        {"60,10,9,8,9", "column 1 (open): \"10\": open is outside of low and high"},
        {"60,9,8,9,9", "column 2 (high): \"8\": high is below low"},
        {"60,9,9,8,10", "column 4 (close): \"10\": close is outside of low and high"}};
    for (const auto& [row, wanted] : rows) {
        const ChildResult result =
            import_text(header + row + "\n", {"--format", "ohlcv", "--interval", "1m"});
        EXPECT_EQ(result.exit_status, 65);
        EXPECT_NE(result.err.find(wanted), std::string::npos) << result.err;
    }
}

TEST_F(CmdData, AnOptionThatDoesNothingForTheFormatIs64) {
    const std::string bars = "timestamp,open,high,low,close\n60,9,9,9,9\n";
    const std::vector<std::vector<std::string>> idle{{"--symbol", "ZZ"},
                                                     {"--consolidate", "fresh"},
                                                     {"--book-rule", "file-order"},
                                                     {"--clock", "exchange"},
                                                     {"--drop-suspicious"},
                                                     {"--quote-spacing", "5s"},
                                                     {"--date", "2013-01-01"},
                                                     {"--header", "absent"}};
    for (const auto& option : idle) {
        std::vector<std::string> more{"--format", "ohlcv", "--interval", "1m"};
        more.insert(more.end(), option.begin(), option.end());
        const ChildResult result = import_text(bars, more);
        EXPECT_EQ(result.exit_status, 64) << option[0];
        EXPECT_NE(result.err.find(option[0] + " does nothing for --format ohlcv"),
                  std::string::npos)
            << result.err;
    }
    const ChildResult no_zip = import_text(kTrades, {"--member", "nope"});
    EXPECT_EQ(no_zip.exit_status, 64);
    EXPECT_NE(no_zip.err.find("no zip, it has no member \"nope\""), std::string::npos)
        << no_zip.err;
    EXPECT_EQ(import_text(kTrades, {"--dst", "later"}).exit_status, 64);
    EXPECT_FALSE(std::filesystem::exists(out_));
    EXPECT_EQ(
        import_text(bars, {"--format", "ohlcv", "--interval", "1m", "--decimals", "8"}).exit_status,
        0);
}

TEST_F(CmdData, ASymbolOfACsvWantsItsColumn) {
    const std::string rows = "1,5,2,A\n2,6,3,B\n";
    const auto with = [&](const std::string& columns) {
        return import_text(
            rows, {"--format", "csv", "--columns", columns, "--symbol", "B", "--kind", "trades"});
    };
    EXPECT_EQ(with("time=0,price=1,quantity=2").exit_status, 64);
    EXPECT_EQ(with("time=0,price=1,quantity=2,symbol=3").exit_status, 0);
}

TEST_F(CmdData, AnIntervalThatIsTooShortIsDoubted) {
    std::string bars = "timestamp,open,high,low,close\n";
    for (int day = 1; day <= 12; ++day)
        bars += std::to_string(86400 * day) + ",9,9,9,9\n";
    const ChildResult wrong = import_text(bars, {"--format", "ohlcv", "--interval", "5m"});
    EXPECT_EQ(wrong.exit_status, 0);
    EXPECT_NE(wrong.err.find("no two bars are nearer than 86400 s, but each lasts 300 s"),
              std::string::npos)
        << wrong.err;
    EXPECT_EQ(import_text(bars, {"--format", "ohlcv", "--interval", "1d", "--replace"}).err, "");
}

TEST_F(CmdData, QuotesThatAreMostlyCrossedAreDoubted) {
    const std::string columns = "time=0,bid_price=1,ask_price=2";
    const ChildResult result = import_text(
        "1,6,5\n2,7,5\n3,4,5\n", {"--format", "csv", "--columns", columns, "--kind", "quotes"});
    EXPECT_EQ(result.exit_status, 0);
    EXPECT_NE(result.err.find("2 of 3 quotes are crossed: are bid and ask swapped?"),
              std::string::npos)
        << result.err;
}

TEST_F(CmdData, AnOutputThatIsThereIs64UnlessReplaced) {
    ASSERT_EQ(import_text(kTrades).exit_status, 0);
    const ChildResult again = import_text(kTrades);
    EXPECT_EQ(again.exit_status, 64);
    EXPECT_NE(again.err.find("--replace"), std::string::npos) << again.err;
    EXPECT_EQ(import_text(kTrades, {"--replace"}).exit_status, 0);
}

TEST_F(CmdData, ReadsAColumnMap) {
    const ChildResult result = import_text("t;p;q\n2;5;1\n1;6;1\n",
                                           {"--format",
                                            "csv",
                                            "--columns",
                                            "time=t,price=p,quantity=2",
                                            "--time-unit",
                                            "s",
                                            "--delimiter",
                                            ";",
                                            "--sort"});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(run_tradectl({"data", "export", out_, "--time-unit", "s", "--no-header"}).out,
              "1,6,1,,\n2,5,1,,\n");
}

TEST_F(CmdData, SaysWhatAnImportFound) {
    const std::string bars = "time,open,high,low,close,volume\n0,1,1,1,1,0\n180,1,1,1,1,5\n";
    const std::vector<std::string> more = {"--format", "ohlcv", "--interval", "1m"};
    const ChildResult text = import_text(bars, more);
    ASSERT_EQ(text.exit_status, 0) << text.err;
    EXPECT_NE(text.out.find("\nbars_without_volume  1\n"), std::string::npos) << text.out;
    std::vector<std::string> again = more;
    again.insert(again.end(), {"--replace", "--json", "--time-of-bar", "close"});
    const Json document = import_text(bars, again).json();
    const Json* found = document.find("data")->find("import");
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->find("rows")->as_integer(), 2);
    EXPECT_EQ(found->find("gaps")->as_integer(), 1);
    EXPECT_EQ(document.find("data")->find_text("time_first"), "1970-01-01T00:00:00.000000000Z");
}

TEST_F(CmdData, TimesOfAPlaceNeedAChoiceWhereTheyAreTwice) {
    const std::string row = "time,open,high,low,close\n2013-11-03 01:30:00,1,1,1,1\n";
    const std::vector<std::string> more = {
        "--format", "ohlcv", "--interval", "1m", "--replace", "--time-zone", "America/New_York"};
    const ChildResult twice = import_text(row, more);
    EXPECT_EQ(twice.exit_status, 65);
    EXPECT_NE(twice.err.find("the clocks went back; --dst says which"), std::string::npos)
        << twice.err;
    std::vector<std::string> later = more;
    later.insert(later.end(), {"--dst", "later", "--json"});
    EXPECT_EQ(import_text(row, later).json().find("data")->find_text("time_first"),
              "2013-11-03T06:31:00.000000000Z");
    const ChildResult skipped =
        import_text("time,open,high,low,close\n2013-03-10 02:30:00,1,1,1,1\n", more);
    EXPECT_EQ(skipped.exit_status, 65);
    EXPECT_NE(skipped.err.find("the clocks went forward"), std::string::npos) << skipped.err;
}

TEST_F(CmdData, EachHintNamesAnOptionThatHelps) {
    const std::pair<std::vector<std::string>, const char*> cases[] = {
        {{"--format", "ohlcv"}, "--interval gives it"},
        {{"--format", "lean-trades"}, "--date gives it"},
        {{}, "--sort puts rows in order"},
    };
    for (const auto& [more, hint] : cases) {
        const ChildResult result =
            import_text("2,2,3,6,1600000000001,true\n1,2,3,6,1600000000000,true\n", more);
        EXPECT_NE(result.exit_status, 0);
        EXPECT_NE(result.err.find(hint), std::string::npos) << result.err;
    }
}

TEST_F(CmdData, TellsOfARecordingInRows) {
    const std::string line =
        R"(1000 {"e":"trade","E":6,"T":5,"s":"ABC","t":7,"p":"4.5","q":"2","m":true})"
        "\n";
    const ChildResult result =
        import_text(line, {"--format", "binance-ws", "--kind", "trades", "--jobs", "1"});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.out.find('{'), std::string::npos) << result.out;
    for (const char* wanted : {"capture.messages.trade", "capture.symbols", "capture.gaps"})
        EXPECT_NE(result.out.find(wanted), std::string::npos) << wanted << result.out;
}

TEST_F(CmdData, JoinsBidsAndAsks) {
    const std::string header = "timestamp,open,high,low,close\n";
    const std::string bid = folder_.write("bid.csv", header + "60,2,4,1,3\n");
    const std::string ask = folder_.write("ask.csv", header + "60,3,5,2,4\n");
    std::vector<std::string> words = {"data", "import", "-o", out_, "--instrument", "A-B.x"};
    words.insert(words.end(), {"--format", "bid-ask-bars", "--interval", "1m", "--bid", bid});
    EXPECT_EQ(run_tradectl(words).exit_status, 64);
    words.insert(words.end(), {"--ask", ask});
    const ChildResult result = run_tradectl(words);
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(run_tradectl({"data", "export", out_, "--time-unit", "ms", "--no-header"}).out,
              "59700,2,,3,\n59800,4,,5,\n59900,1,,2,\n60000,3,,4,\n");
}

TEST(ProgressBar, SaysHowFarItIs) {
    EXPECT_EQ(ProgressBar::line("rows", 500, 50, 100, 2.0),
              "[============            ]  50 %  500 rows, 250/s");
    EXPECT_EQ(ProgressBar::line("rows", 7, 200, 100, 0),
              "[========================] 100 %  7 rows");
    EXPECT_EQ(ProgressBar::line("rows", 7, 0, 0, 1.0), "7 rows, 7/s");
}

TEST_F(CmdData, UsageErrorsAre64) {
    const std::vector<std::vector<std::string>> wrong = {
        {"data", "import", "x.csv"},
        {"data", "import", "x.csv", "-o", out_},
        {"data", "import", "x.csv", "-o", out_, "--instrument", "A", "--format", "csv"},
        {"data", "import", "x.csv", "-o", out_, "--instrument", "A", "--format", "parquet"},
        {"data", "import", "x.csv", "-o", out_, "--instrument", "A", "--time-unit", "s"},
        {"data", "import", "x.csv", "-o", out_, "--instrument", "A", "--delimiter", ",,"},
        {"data", "import", "x.csv", "-o", out_, "--instrument", "A", "--interval", "1m"},
        {"data", "import", "-o", out_, "--instrument", "A"},
        {"data", "import", "x.csv", "-o", out_, "--instrument", "A", "--kind", "quotes"},
        {"data", "import", "x.csv", "-o", out_, "--instrument", "A", "--time-zone", "Mars"},
        {"data", "import", "x.csv", "-o", out_, "--instrument", "A", "--date", "yesterday"},
        {"data", "import", "x.csv", "-o", out_, "--instrument", "A", "--decimals", "19"},
        {"data", "import", "x.csv", "-o", out_, "--instrument", "A", "--bid", "y.csv"},
        {"data", "import", "x.csv", "-o", out_, "--instrument", "A", "--jobs", "0"},
        {"data", "export", out_, "--time-unit", "years"},
        {"data", "export", out_, "--time-unit", "civil"},
        {"data", "export", out_, "--from", "yesterday"},
        {"data", "export", out_, "--json"},
        {"data", "synth", "-o", out_, "--instrument", "A"},
        {"data", "synth", "-o", out_, "--trades", "5"},
        {"data", "synth", "-o", out_, "--instrument", "A", "--trades", "5", "--tick", "0"},
        {"data", "synth", "-o", out_, "--instrument", "A", "--trades", "5", "--tick", "x"},
        {"data", "synth", "-o", out_, "--instrument", "A", "--trades", "5", "--seed", "x"},
        {"data", "synth", "-o", out_, "--instrument", "A", "--trades", "5", "--regime", "calm"},
        {"data", "synth", "-o", out_, "--quotes", out_, "--instrument", "A", "--trades", "5"},
    };
    for (const auto& words : wrong) {
        const ChildResult result = run_tradectl(words);
        EXPECT_EQ(result.exit_status, 64) << testing::PrintToString(words) << result.err;
        EXPECT_FALSE(std::filesystem::exists(out_));
    }
}

TEST_F(CmdData, DamageIs65AndWhatIsMissingOrNoFileIs74) {
    const auto status = [](std::vector<std::string> words) {
        words.insert(words.begin(), "data");
        return run_tradectl(words).exit_status;
    };
    const auto import_of = [&](const std::string& input, const std::string& out) {
        return status({"import", input, "-o", out, "--instrument", "A"});
    };
    EXPECT_EQ(status({"info", folder_.write("x.tdat", "no data")}), 65);
    const std::string rows = folder_.write("rows.csv", "1,100,1,100,1700000000000,true\n");
    for (const std::string& wrong : {folder_.file("none"), folder_.path()}) {
        EXPECT_EQ(status({"info", wrong}), 74) << wrong;
        EXPECT_EQ(status({"export", wrong}), 74) << wrong;
        EXPECT_EQ(import_of(wrong, out_), 74) << wrong;
    }
    EXPECT_EQ(import_of(rows, folder_.file("none/x.tdat")), 74);
    EXPECT_EQ(status({"synth", "--instrument", "A", "--trades", "5", "-o", folder_.file("no/x")}),
              74);
    EXPECT_EQ(import_of(rows, out_), 0);
}

TEST_F(CmdData, WhatMayNotBeReadIs77) {
    if (::geteuid() == 0) GTEST_SKIP() << "skipped: the superuser may read everything";
    const std::string secret = folder_.write("rows.csv", "");
    ASSERT_EQ(::chmod(secret.c_str(), 0), 0);
    EXPECT_EQ(run_tradectl({"data", "info", secret}).exit_status, 77);
    EXPECT_EQ(run_tradectl({"data", "import", secret, "-o", out_, "--instrument", "A"}).exit_status,
              77);
}

TEST_F(CmdData, SynthGivesTheSameBytesForTheSameSeed) {
    const auto make = [&](const char* name, const char* seed) {
        const ChildResult result = run_tradectl({"data",
                                                 "synth",
                                                 "-o",
                                                 folder_.file(name),
                                                 "--instrument",
                                                 "A-B.x",
                                                 "--trades",
                                                 "5000",
                                                 "--regime",
                                                 "trend",
                                                 "--regime",
                                                 "gaps",
                                                 "--seed",
                                                 seed});
        EXPECT_EQ(result.exit_status, 0) << result.err;
        return read_text(folder_.file(name));
    };
    const std::string first = make("1.tdat", "7");
    EXPECT_EQ(make("2.tdat", "7"), first);
    EXPECT_NE(make("3.tdat", "8"), first);
}

}  // namespace
}  // namespace tradectl::cli

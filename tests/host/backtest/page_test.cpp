#include "host/backtest/page.hpp"

#include "host/backtest/page_charts.hpp"
#include "host/base/json.hpp"
#include "tests/host/backtest/page_samples.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::backtest {
namespace {

std::size_t count_of(const std::string& text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

/// What stands between two marks; empty when they are not there.
std::string between(const std::string& text, std::string_view from, std::string_view to) {
    const std::size_t begin = text.find(from);
    if (begin == std::string::npos) return "";
    const std::size_t start = begin + from.size();
    const std::size_t end = text.find(to, start);
    return end == std::string::npos ? "" : text.substr(start, end - start);
}

std::string data_of(const std::string& page) {
    return between(page, "id=\"data\">", "</script>");
}

std::string trades_of(const std::string& page) {
    return between(page, "<table class=\"trades sorted\">", "</table>");
}

/// The text of each occurrence between two marks.
std::vector<std::string> each_between(const std::string& text,
                                      std::string_view from,
                                      std::string_view to) {
    std::vector<std::string> found;
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
        at += from.size();
        const std::size_t end = std::min(text.find(to, at), text.size());
        found.push_back(text.substr(at, end - at));
        at = end;
    }
    return found;
}

std::string without(std::string text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
        const std::size_t end = text.find(to, at + from.size());
        text.erase(at, end == std::string::npos ? end : end + to.size() - at);
    }
    return text;
}

/// The name of the first tag that is not closed, or closed without being open; empty: none.
std::string unbalanced_tag(const std::string& page) {
    std::vector<std::string> open;
    for (const std::string& tag : each_between(
             without(without(page, "<script", "</script>"), "<style", "</style>"), "<", ">")) {
        const std::string name = tag.substr(0, tag.find_first_of(" \n", 1));
        if (name == "meta" || name == "link" || name == "!DOCTYPE" || tag.back() == '/') continue;
        if (name[0] != '/') {
            open.push_back(name);
        } else {
            if (open.empty() || "/" + open.back() != name) return name;
            open.pop_back();
        }
    }
    return open.empty() ? "" : open.back();
}

/// For the test in a browser, which names a folder.
TEST(PageSamples, AreWritten) {
    const char* folder = std::getenv("TRADECTL_PAGE_DIR");
    if (folder == nullptr) GTEST_SKIP() << "skipped: no TRADECTL_PAGE_DIR";
    for (const std::string_view name : sample_names()) {
        std::ofstream file(std::string(folder) + "/" + std::string(name) + ".html");
        file << render_page(sample_by_name(name));
        EXPECT_TRUE(file.good()) << name;
    }
}

class PageOf : public testing::TestWithParam<std::string_view> {
  protected:
    std::string page = render_page(sample_by_name(GetParam()));
};

TEST_P(PageOf, IsOneFileUnderAMegabyte) {
    EXPECT_LT(page.size(), 1'000'000U);
    EXPECT_EQ(page.substr(0, 15), "<!DOCTYPE html>");
    EXPECT_EQ(count_of(page, "</html>"), 1U);
}

TEST_P(PageOf, AsksForNothingOutside) {
    EXPECT_EQ(count_of(page, "default-src 'none'"), 1U);
    for (const std::string& tag : each_between(without(page, "<script", "</script>"), "<", ">")) {
        const std::string names = without(tag, "\"", "\"");
        for (const char* attribute : {" src=", " href=", " action=", " poster=", " srcset="})
            if (names.find(attribute) != std::string::npos) {
                EXPECT_EQ(tag.substr(0, 27), "link rel=\"icon\" href=\"data:") << tag;
            }
    }
    EXPECT_EQ(count_of(page, "@import"), 0U);
    EXPECT_EQ(count_of(page, "url("), count_of(page, "url(#"));
}

TEST_P(PageOf, ClosesWhatItOpens) {
    EXPECT_EQ(unbalanced_tag(page), "");
}

TEST_P(PageOf, DrawsFinitePathsThatAreNotEmpty) {
    for (const std::string& data :
         each_between(without(page, "<script", "</script>"), " d=\"", "\"")) {
        EXPECT_FALSE(data.empty());
        EXPECT_EQ(data.find_first_not_of("MLlhmvaZz0123456789 .-"), std::string::npos)
            << data.substr(0, 60);
    }
}

TEST_P(PageOf, HasDataThatIsJson) {
    const auto data = parse_json(data_of(page));
    ASSERT_TRUE(data) << data.error().message;
    const Json* equity = data->find("equity");
    ASSERT_NE(equity, nullptr);
    EXPECT_EQ(equity->find("v")->as_array()->size(), sample_by_name(GetParam()).equity.size());
}

INSTANTIATE_TEST_SUITE_P(Page, PageOf, testing::ValuesIn(sample_names()), [](const auto& sample) {
    return std::string(sample.param);
});

TEST(Page, ShowsTheKeyFiguresAndEveryStatistic) {
    const Report report = sample_by_name("typical");
    const std::string page = render_page(report);
    for (const char* label : {"Return", "Sharpe ratio", "Max drawdown", "Win rate", "Fees"})
        EXPECT_EQ(count_of(page, "<dt>" + std::string(label) + "</dt><dd>"), 2U) << label;
    // Above, and among the formulas.
    for (const Statistic& each : report.statistics)
        EXPECT_EQ(count_of(page, "\">" + each.label + "</abbr>"), 1U) << each.label;
    EXPECT_EQ(count_of(page, "title=\"what CAGR is; a made-up source\""), 1U);
    EXPECT_EQ(count_of(page, "not defined: fewer than 2 returns"), 1U);
}

TEST(Page, DrawsEachPictureOnce) {
    const std::string page = render_page(sample_by_name("typical"));
    for (const char* part : {"path class=\"line equity\"",
                             "path class=\"line drawdown\"",
                             "path class=\"line exposure\"",
                             "path class=\"line price\"",
                             "path class=\"dots gain\"",
                             "class=\"heat\""})
        EXPECT_EQ(count_of(page, part), 1U) << part;
    for (const char* mark : {"mark long entry", "mark long exit", "mark short entry"})
        EXPECT_EQ(count_of(page, "\"" + std::string(mark) + "\""), 2U) << mark;  // and the legend
    EXPECT_GT(count_of(page, "class=\"bar gain\""), 3U);
    EXPECT_GT(count_of(page, "class=\"bar loss\""), 3U);
}

TEST(Page, ListsTheFirstTradesAndCountsTheRest) {
    const std::string page = render_page(sample_by_name("largest"));
    EXPECT_EQ(count_of(trades_of(page), "<tr>"), kPageTradesMax + 1);
    EXPECT_NE(page.find("the first 500 of 1,000,000; 999,500 more are in the run"),
              std::string::npos);
    EXPECT_NE(page.find("of the first 2,000 trades"), std::string::npos);
    EXPECT_NE(page.find("Drawn are the 3 instruments with the most trades, of 6."),
              std::string::npos);
}

TEST(Page, ListsFiveHundredTradesWhole) {
    Report report = sample_report({.trades = kPageTradesMax});
    EXPECT_EQ(render_page(report).find("more are in the run"), std::string::npos);
    report.trades_total = kPageTradesMax + 1;
    EXPECT_NE(render_page(report).find("; 1 more are in the run"), std::string::npos);
}

TEST(Page, ShowsOpenTradesApart) {
    Report report = sample_report({.trades = 2});
    report.open_trades.push_back(report.trades[0]);
    report.open_trades[0].exit_reason = "open";
    const std::string page = render_page(report);
    EXPECT_EQ(count_of(trades_of(page), "<tr>"), 3U);
    EXPECT_NE(page.find("Still open at the end"), std::string::npos);
}

TEST(Page, StandsNumbersOfAColumnUnderEachOther) {
    Report report = sample_report({.trades = 2});
    report.trades[0].entry_price = 100.5_d;
    report.trades[1].entry_price = 1234.125_d;
    const std::string trades = trades_of(render_page(report));
    EXPECT_NE(trades.find("<td>100.500</td>"), std::string::npos);
    EXPECT_NE(trades.find("<td>1,234.125</td>"), std::string::npos);
}

TEST(Page, ShowsDeniedOrdersByReason) {
    const std::string page = render_page(sample_by_name("typical"));
    EXPECT_NE(page.find("<td>insufficient_balance</td><td class=\"n\">12</td>"), std::string::npos);
    EXPECT_EQ(render_page(sample_by_name("empty")).find("Denied orders"), std::string::npos);
}

TEST(Page, SaysWhatStoppedTheRun) {
    Report report = sample_by_name("short");
    report.error = "data: row 7: time goes back";
    report.warnings = {"one", "two"};
    const std::string page = render_page(report);
    EXPECT_NE(page.find("Stopped early:</strong> data: row 7: time goes back"), std::string::npos);
    EXPECT_NE(page.find("<li>one</li><li>two</li>"), std::string::npos);
}

TEST(Page, CountsTheWarningsThatItLeavesOut) {
    const std::string page = render_page(sample_by_name("largest"));
    EXPECT_EQ(count_of(page, "the same warning again"), 50U);
    EXPECT_NE(page.find("<li>and 950 more</li>"), std::string::npos);
}

TEST(Page, EscapesEveryText) {
    const std::string page = render_page(sample_by_name("hostile"));
    // The page's own data and script, and no other element that could run.
    EXPECT_EQ(count_of(page, "<script"), 2U);
    EXPECT_EQ(count_of(page, "</script>"), 2U);
    EXPECT_EQ(count_of(page, "<img"), 0U);
    EXPECT_EQ(count_of(page, "</style>"), 1U);
    EXPECT_EQ(count_of(page, "onerror=\"alert"), 0U);
    EXPECT_GT(count_of(page, "&lt;/script&gt;&lt;script&gt;"), 10U);
    EXPECT_EQ(count_of(data_of(page), "<"), 0U);
    EXPECT_EQ(page.find('\x01'), std::string::npos);
}

TEST(Page, AllowsItsScriptByTheHashOfIt) {
    const std::string page = render_page(sample_by_name("short"));
    EXPECT_EQ(count_of(page, "script-src 'sha256-"), 1U);
    EXPECT_EQ(between(page, "script-src 'sha256-", "'").size(), 44U);
    EXPECT_EQ(page.find("script-src 'unsafe"), std::string::npos);
}

TEST(Page, SaysSoWhereThereIsNothing) {
    const std::string page = render_page(sample_by_name("empty"));
    EXPECT_NE(page.find("no market data"), std::string::npos);
    EXPECT_EQ(count_of(page, "The run has no equity curve."), 2U);
    EXPECT_EQ(count_of(page, "No trade was closed."), 3U);
    EXPECT_EQ(count_of(page, "<svg "), 0U);
}

TEST(Page, LeavesGapsWhereAValueIsNoNumber) {
    const std::string page = render_page(sample_by_name("undefined"));
    EXPECT_EQ(page.find("nan"), std::string::npos);
    EXPECT_EQ(page.find(">inf"), std::string::npos);
    const std::string line = between(page, "class=\"line equity\" d=\"", "\"");
    EXPECT_EQ(count_of(line, "M"), 2U);  // before and after
}

TEST(Page, CompoundsTheMonthsOfAYear) {
    Report report = sample_by_name("short");
    report.months = {{2025, 11, 0.1}, {2025, 12, 0.2}, {2026, 1, -0.5}};
    const std::string heat = between(render_page(report), "class=\"heat\">", "</table>");
    EXPECT_NE(heat.find("<td class=\"gain1\">10.0\u00A0%</td>"), std::string::npos);
    EXPECT_NE(heat.find("<td class=\"sum\">32.0\u00A0%</td>"), std::string::npos);
    EXPECT_NE(heat.find("<td class=\"loss5\">\u221250.0\u00A0%</td>"), std::string::npos);
}

TEST(Page, MixesNoGainsAndLossesInABar) {
    Report report = sample_report({.trades = 4});
    const double returns[] = {-0.011, -0.001, 0.001, 0.021};
    for (std::size_t i = 0; i < 4; ++i)
        report.trades[i].profit_ratio = returns[i];
    const std::string page = render_page(report);
    EXPECT_EQ(count_of(page, "class=\"bar loss\""), 2U);
    EXPECT_EQ(count_of(page, "class=\"bar gain\""), 2U);
}

/// The times that the script makes of a "dt" list.
std::vector<std::int64_t> expanded(const Json& series) {
    std::vector<std::int64_t> times;
    const Json::Array& runs = *series.find("dt")->as_array();
    std::int64_t at = 0;
    for (std::size_t i = 0; i + 1 < runs.size(); i += 2)
        for (std::int64_t left = *runs[i].as_integer(); left > 0; --left)
            times.push_back(at += *runs[i + 1].as_integer());
    return times;
}

TEST(ChartData, KeepsTimesThatAreNotEven) {
    Report report = sample_report({.points = 6, .trades = 1});
    const std::int64_t steps_ms[] = {0, 1000, 1000, 1000, 7, 86'400'000};
    std::int64_t at = 0;
    std::vector<std::int64_t> wanted;
    for (std::size_t i = 0; i < 6; ++i) {
        at += steps_ms[i];
        report.equity[i].time = Timestamp{at * kNsPerMillisecond};
        wanted.push_back(at);
    }
    const auto data = parse_json(page::chart_data(report));
    ASSERT_TRUE(data);
    EXPECT_EQ(expanded(*data->find("equity")), wanted);
}

TEST(ChartData, KeepsLowsAndHighsAsDistances) {
    Report report = sample_report({.points = 3, .trades = 1});
    for (EquityPoint& point : report.equity)
        point.equity_low = point.equity_high = point.equity;
    const auto plain = parse_json(page::chart_data(report));
    EXPECT_EQ(plain->find("equity")->find("lo"), nullptr);  // nothing was merged
    report.equity[1].equity_low -= 2.5;
    const auto merged = parse_json(page::chart_data(report));
    EXPECT_EQ((*merged->find("equity")->find("lo")->as_array())[1].as_real(), -2.5);
    EXPECT_EQ((*merged->find("equity")->find("hi")->as_array())[1].as_real(), 0);
}

TEST(ChartData, HasTheMarkedTradesOfEachInstrumentDrawn) {
    const Report report = sample_by_name("largest");
    const auto data = parse_json(page::chart_data(report));
    std::size_t marked = 0;
    const Json::Object& prices = *data->find("prices")->as_object();
    EXPECT_EQ(prices.size(), page::kPagePricesMax);
    for (const auto& [key, series] : prices)
        marked += series.find("tr")->as_array()->size();
    EXPECT_GT(marked, 500U);
    EXPECT_LE(marked, page::kPageMarksMax);
}

TEST(TimeSpanOfAReport, HoldsEverythingDrawnAndIsNeverEmpty) {
    Report report = sample_by_name("typical");
    report.prices[0].bars.front().time = Timestamp{5};
    EXPECT_EQ(page::time_span(report).first, Timestamp{5});
    EXPECT_EQ(page::time_span(report).last, report.equity.back().time);
    for (const char* name : {"empty", "one_point"})
        EXPECT_LT(page::time_span(sample_by_name(name)).first,
                  page::time_span(sample_by_name(name)).last);
}

TEST(TimeSpanOfAReport, FitsADifferenceOfTimes) {
    Report report = sample_by_name("short");
    report.equity.front().time = Timestamp{INT64_MIN + 2};
    report.equity.back().time = Timestamp{INT64_MAX};
    const page::TimeSpan span = page::time_span(report);
    EXPECT_LT(span.first, span.last);
    EXPECT_GT(span.last.minus(span.first), 0);
}

}  // namespace
}  // namespace tradectl::backtest

#include "host/backtest/page.hpp"

#include "host/backtest/page_charts.hpp"
#include "host/backtest/page_pointer.hpp"
#include "host/backtest/page_script.hpp"
#include "host/backtest/page_style.hpp"
#include "host/backtest/page_tables.hpp"
#include "host/backtest/page_text.hpp"
#include "host/base/hash.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

namespace tradectl::backtest {
namespace page {
namespace {

constexpr std::size_t kWarningsMax = 50;
/// A picture of the page's own, so that a browser asks nobody for one.
constexpr std::string_view kIcon =
    "data:image/svg+xml,%3Csvg xmlns='http:%2F%2Fwww.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Cpath d='M1 12l4-5 3 3 6-8' fill='none' stroke='%230b62a8' stroke-width='2'/%3E%3C/svg%3E";

/// Source: RFC 4648, section 4.
std::string base64(std::span<const std::byte> bytes) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t count = std::min<std::size_t>(bytes.size() - i, 3);
        unsigned group = 0;
        for (std::size_t j = 0; j < 3; ++j)
            group = group << 8 | (j < count ? std::to_integer<unsigned>(bytes[i + j]) : 0);
        for (std::size_t j = 0; j < 4; ++j)
            out += j <= count ? kDigits[group >> (18 - 6 * j) & 63] : '=';
    }
    return out;
}

/// Nothing is loaded, and no script runs but the one with this hash.
/// Source: W3C, "Content Security Policy Level 3".
std::string content_policy(const std::string& script) {
    const auto digest = sha256(std::as_bytes(std::span(script)));
    return "default-src 'none'; script-src 'sha256-" + base64(digest) +
           "'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
}

std::string names(const Report& report) {
    std::string out;
    std::size_t count = 0;
    for (const PriceSeries& series : report.prices) {
        if (++count > 4) return out + " and " + std::to_string(report.prices.size() - 4) + " more";
        out += (out.empty() ? "" : ", ") + escape_html(series.instrument);
    }
    return out;
}

std::string page_header(const Report& report) {
    std::string out =
        "<header><div class=\"over\">Backtest</div><h1>" + escape_html(report.name) + "</h1><p>";
    const std::string instruments = names(report);
    if (!instruments.empty()) out += instruments + " &middot; ";
    const bool has_data = !report.data_first.is_none() && !report.data_last.is_none();
    if (has_data)
        out += show_time(report.data_first) + " to " + show_time(report.data_last) +
               " UTC &middot; " + show_duration(report.data_last.minus(report.data_first));
    else
        out += "no market data";
    out += "</p>\n";
    if (!report.error.empty())
        out += "<div class=\"notice\"><strong>Stopped early:</strong> " +
               escape_html(report.error) + "</div>\n";
    if (!report.warnings.empty()) {
        out += "<div class=\"notice\"><ul>";
        for (std::size_t i = 0; i < std::min(report.warnings.size(), kWarningsMax); ++i)
            out += "<li>" + escape_html(report.warnings[i]) + "</li>";
        if (report.warnings.size() > kWarningsMax)
            out +=
                "<li>and " + std::to_string(report.warnings.size() - kWarningsMax) + " more</li>";
        out += "</ul></div>\n";
    }
    return out + "</header>\n";
}

std::string pictures(const Report& report) {
    std::string out = equity_figure(report);
    const auto drawn = drawn_prices(report);
    for (const std::size_t index : drawn)
        out += price_figure(report, index);
    if (!drawn.empty() && drawn.size() < report.prices.size())
        out += "<p class=\"none\">Drawn are the " + std::to_string(drawn.size()) +
               " instruments with the most trades, of " + std::to_string(report.prices.size()) +
               ".</p>\n";
    return out + "<div class=\"pair\">" + returns_figure(report) + holding_figure(report) +
           "</div>\n" + months_figure(report);
}

std::string made_by(const Report& report) {
    std::string out = "tradectl";
    for (const auto& [name, version] : report.versions)
        if (name == "tradectl") out += " " + escape_html(version);
    if (!report.created.is_none()) out += " &middot; " + show_time(report.created) + " UTC";
    return out;
}

std::string document(const Report& report) {
    const std::string script = page_script();
    std::string out =
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"" +
        content_policy(script) +
        "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"referrer\" content=\"no-referrer\">\n<title>" +
        escape_html(report.name) + " \u2013 backtest</title>\n<link rel=\"icon\" href=\"";
    out.append(kIcon).append("\">\n<style>").append(page_style()).append("</style></head>\n");
    out += "<body><main>\n" + page_header(report) + key_figures(report) + pictures(report) +
           statistics_card(report) + trades_card(report) + denied_card(report) +
           holdings_card(report) + origin_card(report) + "<footer>" + made_by(report) +
           "</footer>\n</main><div id=\"tip\" role=\"status\" hidden></div>\n"
           "<script type=\"application/json\" id=\"data\">" +
           chart_data(report) + "</script>\n<script>" + script + "</script></body></html>\n";
    return out;
}

}  // namespace
}  // namespace page

std::string render_page(const Report& report) {
    return page::document(report);
}

}  // namespace tradectl::backtest

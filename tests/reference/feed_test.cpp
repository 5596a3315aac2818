// Recorded feeds against the published facts about them: reference sections 4 and 7, and counts,
// sums and books of the recordings themselves. The same logic over small recordings of our own is
// in feed_twin_test.cpp and in tests/host/market.
#include "host/base/json.hpp"
#include "host/market/capture_decoder.hpp"
#include "host/market/capture_lines.hpp"
#include "tests/reference/feed_clocks.hpp"
#include "tests/reference/feed_fixture.hpp"

#include <set>

namespace tradectl::market {
namespace {

constexpr const char* kUsdm = "l2-ws/binance-usdm-btcusdt-20240808.gz";
constexpr const char* kSpot = "l2-ws/binance-spot-btcusdt-20240808.gz";
constexpr const char* kSpotNext = "l2-ws/binance-spot-btcusdt-20240809.gz";
constexpr const char* kCoinm = "l2-ws/binance-coinm-btcusd_perp-20240808.gz";

/// The facts about one recording, in the file that comes with them.
Json facts_of(const std::string& name) {
    const auto path = recording("reference/expected.json");
    if (!path) return {};
    std::ifstream in(*path);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto all = parse_json(text);
    EXPECT_TRUE(all);
    const Json* found = all ? all->find(name) : nullptr;
    return found != nullptr ? *found : Json{};
}

/// Follows names into a value.
Json at(const Json& value, std::initializer_list<std::string_view> names) {
    const Json* here = &value;
    for (const std::string_view name : names)
        if (here != nullptr) here = here->find(name);
    return here != nullptr ? *here : Json{};
}

std::uint64_t number(const Json& value, std::initializer_list<std::string_view> names) {
    return static_cast<std::uint64_t>(at(value, names).as_integer().value_or(0));
}

/// Levels of the facts, in the text form of decimals.
LevelTexts levels(const Json& value, std::initializer_list<std::string_view> names) {
    LevelTexts texts;
    const Json list = at(value, names);
    for (const Json& level : *list.as_array()) {
        const auto& pair = *level.as_array();
        texts.emplace_back(dec(*pair[0].as_text()).to_string(),
                           dec(*pair[1].as_text()).to_string());
    }
    return texts;
}

class DocumentedFeed : public FeedTest {
  protected:
    void expect_book(const CaptureReport& report, const Json& facts) {
        const Book book = final_book();
        EXPECT_EQ(book.bid_count(), number(facts, {"bid_levels"}));
        EXPECT_EQ(book.ask_count(), number(facts, {"ask_levels"}));
        EXPECT_EQ(report.bid_levels, book.bid_count());
        EXPECT_EQ(report.ask_levels, book.ask_count());
        EXPECT_EQ(best(book, TRADECTL_SIDE_BUY, 3), levels(facts, {"best_bids"}));
        EXPECT_EQ(best(book, TRADECTL_SIDE_SELL, 3), levels(facts, {"best_asks"}));
    }
    void expect_sequence(const CaptureReport& report, const Json& facts) {
        EXPECT_EQ(report.differences_applied, number(facts, {"diffs_applied"}));
        EXPECT_EQ(report.differences_old, number(facts, {"diffs_skipped"}));
        EXPECT_EQ(report.gap_count, number(facts, {"sequence_gaps"}));
        EXPECT_EQ(report.books_crossed, number(facts, {"diffs_after_which_book_was_crossed"}));
        EXPECT_EQ(report.differences_unused, 0U);
    }
};

// Section 4: 9,597 levels and these ends of the book.
void expect_documented_ends(const Book& book) {
    EXPECT_EQ(book.bid_count() + book.ask_count(), 9'597U);
    EXPECT_EQ(DocumentedFeed::best(book, TRADECTL_SIDE_BUY, 5),
              (LevelTexts{{"61659.7", "1.486"},
                          {"61659", "0.002"},
                          {"61658.1", "0.033"},
                          {"61658", "6.718"},
                          {"61657.9", "0.007"}}));
    const LevelTexts asks = DocumentedFeed::best(book, TRADECTL_SIDE_SELL, book.ask_count());
    ASSERT_GE(asks.size(), 5U);
    EXPECT_EQ(LevelTexts(asks.end() - 5, asks.end()),
              (LevelTexts{{"77354.3", "0.015"},
                          {"77905.9", "0.003"},
                          {"80000", "10.708"},
                          {"104765", "0.034"},
                          {"617050", "0.003"}}));
}

class RecordedFeed : public DocumentedFeed, public testing::WithParamInterface<const char*> {};

TEST_P(RecordedFeed, MessagesAndTradesAreThoseOfTheRecording) {
    const auto path = recording(GetParam());
    if (!path) GTEST_SKIP() << "skipped: no ../shared";
    const Json facts = facts_of(GetParam());
    const auto report = import(DataKind::Trades, {*path});
    EXPECT_EQ(report.capture->messages_total, number(facts, {"lines"}));
    for (const char* type : {"depthUpdate", "bookTicker", "trade"})
        EXPECT_EQ(report.capture->messages.at(type), number(facts, {"events", type}));
    EXPECT_EQ(report.capture->snapshots, number(facts, {"events", "rest_snapshot"}));
    EXPECT_EQ(report.capture->level_changes, number(facts, {"depth_level_changes"}));
    EXPECT_EQ(report.capture->lag_min_ns, *at(facts, {"min_local_minus_exchange_ns"}).as_integer());
    EXPECT_EQ(report.header.record_count, number(facts, {"trades"}));
    EXPECT_EQ(Decimal::from_abi(report.header.quantity_sum),
              dec(*at(facts, {"trade_qty"}).as_text()));
    const auto file = output();
    Decimal bought;
    for (std::uint64_t i = 0; i < file->size(); ++i) {
        const auto& trade = file->as<TradeRecord>(i);
        if (trade.aggressor == TRADECTL_SIDE_BUY)
            bought = bought + Decimal::from_abi(trade.quantity);
    }
    EXPECT_EQ(bought, dec(*at(facts, {"taker_buy_qty"}).as_text()));
    EXPECT_EQ(file->as<TradeRecord>(0).trade_id, number(facts, {"first_trade_id"}));
    EXPECT_EQ(file->as<TradeRecord>(file->size() - 1).trade_id, number(facts, {"last_trade_id"}));
}

TEST_P(RecordedFeed, TheLastQuoteIsTheLastBookTicker) {
    const auto path = recording(GetParam());
    if (!path) GTEST_SKIP() << "skipped: no ../shared";
    const Json facts = facts_of(GetParam());
    const auto report = import(DataKind::Quotes, {*path});
    EXPECT_EQ(report.header.record_count, number(facts, {"events", "bookTicker"}));
    const auto file = output();
    const auto& last = file->as<QuoteRecord>(file->size() - 1);
    const Json wanted = at(facts, {"last_book_ticker"});
    const tradectl_decimal* values[] = {
        &last.bid_price, &last.bid_quantity, &last.ask_price, &last.ask_quantity};
    for (std::size_t i = 0; i < 4; ++i)
        EXPECT_EQ(Decimal::from_abi(*values[i]), dec(*(*wanted.as_array())[i].as_text()));
}

TEST_P(RecordedFeed, TheBookByTheVenuesRuleIsTheDocumentedOne) {
    const auto path = recording(GetParam());
    if (!path) GTEST_SKIP() << "skipped: no ../shared";
    if (GetParam() == std::string(kSpotNext)) GTEST_SKIP() << "has no snapshot of its own";
    const Json facts = at(facts_of(GetParam()), {"final_book_synced_from_snapshot"});
    const auto report = import(DataKind::Book, {*path});
    expect_sequence(*report.capture, facts);
    expect_book(*report.capture, facts);
}

TEST_P(RecordedFeed, TheBookByFileOrderIsTheDocumentedOne) {
    const auto path = recording(GetParam());
    if (!path) GTEST_SKIP() << "skipped: no ../shared";
    const Json facts = at(facts_of(GetParam()), {"final_book_all_messages_in_file_order"});
    options_.capture.book_rule = BookRule::FileOrder;
    const auto report = import(DataKind::Book, {*path});
    expect_book(*report.capture, facts);
    if (GetParam() == std::string(kUsdm)) expect_documented_ends(final_book());
}

INSTANTIATE_TEST_SUITE_P(All,
                         RecordedFeed,
                         testing::Values(kUsdm, kSpot, kSpotNext, kCoinm),
                         [](const auto& given) {
                             std::string name = given.param;
                             std::replace_if(
                                 name.begin(), name.end(), [](char c) { return !isalnum(c); }, '_');
                             return name;
                         });

TEST_F(DocumentedFeed, ASecondDayContinuesTheFirstWithoutAGap) {
    const auto first = recording(kSpot);
    const auto second = recording(kSpotNext);
    if (!first || !second) GTEST_SKIP() << "skipped: no ../shared";
    const Json facts = facts_of(
        "l2-ws/binance-spot-btcusdt-20240808.gz followed by binance-spot-btcusdt-20240809.gz");
    const auto report = import(DataKind::Book, {*first, *second});
    expect_sequence(*report.capture, facts);
    expect_book(*report.capture, facts);
}

TEST_F(DocumentedFeed, TheSecondDayAloneMakesNoBook) {
    const auto path = recording(kSpotNext);
    if (!path) GTEST_SKIP() << "skipped: no ../shared";
    options_.capture.kind = DataKind::Book;
    options_.inputs = {*path};
    const auto report = import_capture(*disk_, options_);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::Corrupt);
}

/// One row for each trade and each level, two more for a snapshot.
std::vector<ClockRow> clock_rows(const std::string& path) {
    CaptureLines lines({path}, "", CaptureFrame::Nanoseconds);
    EXPECT_TRUE(lines.open());
    CaptureJson json;
    CaptureMessage message;
    const auto decoder = make_capture_decoder(CaptureVenue::Binance);
    std::vector<ClockRow> rows;
    for (auto line = lines.next().value(); line; line = lines.next().value()) {
        EXPECT_TRUE(decoder->decode("", json.parse(line->json).value(), message));
        for (const CaptureUnit& unit : message.units) {
            std::size_t count = std::holds_alternative<TradeRecord>(unit.what) ? 1 : 0;
            if (const auto* change = std::get_if<BookChange>(&unit.what)) {
                count = change->levels_end - change->levels_begin;
                if (change->type == BookChange::Type::Answer) count += 2;
            }
            rows.insert(rows.end(), count, {unit.event_time, line->received});
        }
    }
    return rows;
}

// Section 4: 491,973 rows, of which 441,699 serve both clocks.
TEST_F(DocumentedFeed, NormalisingToTwoClocksGivesTheDocumentedCount) {
    const auto path = recording(kUsdm);
    if (!path) GTEST_SKIP() << "skipped: no ../shared";
    const auto rows = clock_rows(*path);
    EXPECT_EQ(rows.size(), 466'836U);
    const ClockCounts counts = count_by_both_clocks(rows);
    EXPECT_EQ(counts.rows, 491'973U);
    EXPECT_EQ(counts.both, 441'699U);
}

// Section 4: the mid price each ten seconds.
TEST_F(DocumentedFeed, MidPricesAreTheDocumentedOnes) {
    const auto path = recording(kSpotNext);
    if (!path) GTEST_SKIP() << "skipped: no ../shared";
    constexpr const char* kMids[] = {
        "61688",    "61727.8",  "61728.94", "61690.08", "61661.5",  "61663.98", "61600",    "61562",
        "61570",    "61606",    "61608",    "61589.88", "61614.08", "61632.13", "61681.74", "61700",
        "61683.84", "61664",    "61654",    "61666",    "61648.34", "61612",    "61649.98", "61644",
        "61658.4",  "61656.02", "61689.92", "61664",    "61640",    "61622.12", "61607.98"};
    import(DataKind::Quotes, {*path});
    const auto file = output();
    Timestamp time{1'723'161'602'500'000'000};
    for (const char* wanted : kMids) {
        const auto behind = file->find(time.plus_ns(1));
        ASSERT_TRUE(behind);
        const auto& quote = file->as<QuoteRecord>(*behind - 1);
        const Decimal sum = Decimal::from_abi(quote.bid_price) + Decimal::from_abi(quote.ask_price);
        const Decimal mid = checked_div(sum, Decimal::from_int(2), Rounding::HalfEven).value();
        // Printed with two decimals from binary fractions: a tie may have gone either way.
        EXPECT_LE(*checked_abs(mid - dec(wanted)), dec("0.005")) << time.to_string();
        time = time.plus_ns(10 * kNsPerSecond);
    }
}

TEST_F(DocumentedFeed, HyperliquidsBooksAndTradesAreAllThere) {
    const auto path = recording("l2-ws/hyperliquid-btc-20250126.gz");
    if (!path) GTEST_SKIP() << "skipped: no ../shared";
    options_.capture.format = "hyperliquid-ws";
    const auto report = import(DataKind::Book, {*path});
    EXPECT_EQ(report.capture->messages_total, 55U);
    EXPECT_EQ(report.capture->snapshots, 46U);
    EXPECT_EQ(report.header.record_count, 46U * 40U);
}

TEST_F(DocumentedFeed, BybitsArchiveHasNoGap) {
    const auto path = recording("formats/bybit-xrpusdt-ob500-20241201.data.zip");
    if (!path) GTEST_SKIP() << "skipped: no ../shared";
    options_.capture.format = "bybit-ob500";
    const auto report = import(DataKind::Book, {*path});
    EXPECT_EQ(report.capture->messages_total, 50U);
    EXPECT_EQ(report.capture->differences_applied, 49U);
    EXPECT_EQ(report.capture->gap_count, 0U);
    EXPECT_EQ(report.capture->books_crossed, 0U);
    EXPECT_EQ(final_book().bid_count(), 500U);
}

// Section 7: what each capture holds.
struct CaptureCounts {
    const char* format;
    std::vector<std::string> files;
    std::uint64_t messages;
    std::uint64_t trades;
    std::uint64_t quotes;
    std::uint64_t book_updates;  ///< snapshots and the differences that belong to the book
    std::uint64_t bars;
};

class RecordedCapture : public FeedTest, public testing::WithParamInterface<CaptureCounts> {
  protected:
    static std::vector<std::string> symbols(const std::vector<std::string>& paths) {
        const CaptureFormat& format = *find_capture_format(GetParam().format);
        CaptureLines lines(paths, "", format.frame);
        EXPECT_TRUE(lines.open());
        CaptureJson json;
        CaptureMessage message;
        const auto decoder = make_capture_decoder(format.venue);
        std::set<std::string> found;
        for (auto line = lines.next().value(); line; line = lines.next().value()) {
            if (line->json.empty()) continue;
            EXPECT_TRUE(decoder->decode(line->url, json.parse(line->json).value(), message));
            for (const CaptureUnit& unit : message.units)
                found.emplace(unit.symbol);
        }
        return {found.begin(), found.end()};
    }
};

TEST_P(RecordedCapture, HoldsTheDocumentedCounts) {
    std::vector<std::string> paths;
    for (const std::string& file : GetParam().files) {
        const auto path = recording("exchange-ws/" + file + ".gz");
        if (!path) GTEST_SKIP() << "skipped: no ../shared";
        paths.push_back(*path);
    }
    options_.capture.format = GetParam().format;
    CaptureReport all;
    std::uint64_t messages = 0;
    for (const std::string& symbol : symbols(paths)) {
        options_.capture.symbol = symbol;
        const auto report = *import(DataKind::Book, paths).capture;
        EXPECT_EQ(report.gap_count, 0U) << symbol;
        EXPECT_EQ(report.books_crossed, 0U) << symbol;
        all.trades += report.trades;
        all.quotes += report.quotes;
        all.bars_open += report.bars_open + report.bars_closed;
        all.differences_applied += report.differences_applied + report.snapshots;
        const auto answers = report.messages.find("snapshot");
        const bool rest = GetParam().files.size() > 1 && answers != report.messages.end();
        messages = report.messages_total - (rest ? answers->second : 0);
    }
    EXPECT_EQ(messages, GetParam().messages);
    EXPECT_EQ(all.trades, GetParam().trades);
    EXPECT_EQ(all.quotes, GetParam().quotes);
    EXPECT_EQ(all.bars_open, GetParam().bars);
    EXPECT_EQ(all.differences_applied, GetParam().book_updates);
}

INSTANTIATE_TEST_SUITE_P(
    All,
    RecordedCapture,
    testing::Values(
        CaptureCounts{"cryptofeed-coinbase", {"COINBASE.ws.28.0"}, 9946, 107, 107, 9729, 0},
        CaptureCounts{
            "cryptofeed-bybit", {"BYBIT.ws.25.0", "BYBIT.ws.26.0"}, 4440, 251, 0, 4278, 0},
        CaptureCounts{"cryptofeed-kraken",
                      {"KRAKEN.ws.48.0", "KRAKEN.ws.49.0", "KRAKEN.ws.50.0"},
                      4430,
                      10,
                      18,
                      4279,
                      0},
        CaptureCounts{"cryptofeed-bitmex", {"BITMEX.ws.1.0"}, 2120, 27, 436, 1979, 0},
        CaptureCounts{
            "cryptofeed-binance", {"BINANCE.ws.1.0", "BINANCE.http.0.0"}, 265, 2, 84, 176, 2},
        CaptureCounts{"cryptofeed-binance",
                      {"BINANCE_FUTURES.ws.1.0", "BINANCE_FUTURES.http.0.0"},
                      1535,
                      91,
                      613,
                      756,
                      67}),
    [](const auto& given) {
        return given.param.files[0].substr(0, given.param.files[0].find('.'));
    });

}  // namespace
}  // namespace tradectl::market

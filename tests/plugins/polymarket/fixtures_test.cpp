// Recorded messages, field by field, and texts that are no messages at all.
#include "plugins/exchanges/polymarket/data_messages.hpp"
#include "plugins/exchanges/polymarket/gamma.hpp"
#include "plugins/exchanges/polymarket/rest_messages.hpp"
#include "plugins/exchanges/polymarket/user_messages.hpp"
#include "tests/host/base/corpus.hpp"
#include "tests/plugins/polymarket/decode_all.hpp"
#include "tests/plugins/polymarket/vectors.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::polymarket {
namespace {

std::string path_of(const std::string& name) {
    return "fixtures/polymarket/" + name;
}

class FixturesTest : public testing::Test {
  protected:
    JsonView open(const std::string& name) {
        text_ = shared_text(path_of(name)).value_or("null");
        const auto json = document_.parse(text_);
        EXPECT_TRUE(json) << name;
        return json ? *json : JsonView{};
    }
    VenueOrder order(const std::string& name) {
        const auto out = decode_order(open(name));
        EXPECT_TRUE(out) << name << ": " << (out ? "" : out.error().message);
        return out ? *out : VenueOrder{};
    }
    VenueTrade trade(const std::string& name) {
        const auto out = decode_trade(open(name));
        EXPECT_TRUE(out) << name << ": " << (out ? "" : out.error().message);
        return out ? *out : VenueTrade{};
    }
    JsonDocument document_;
    JsonDocument inner_;
    std::string text_;
};

TEST_F(FixturesTest, OpenOrder) {
    SKIP_WITHOUT_SHARED(path_of("crate/http_open_order.json"));
    const VenueOrder told = order("crate/http_open_order.json");
    EXPECT_EQ(told.id, "0x1234567890abcdef1234567890abcdef1234567890abcdef1234567890abcdef12");
    EXPECT_EQ(told.state, OrderState::Live);
    EXPECT_EQ(told.side, Side::Buy);
    EXPECT_EQ(told.price, 0.5_d);
    EXPECT_EQ(told.original_size, 100_d);
    EXPECT_EQ(told.size_matched, 25_d);
    EXPECT_EQ(told.created, Timestamp{1703875200 * kNsPerSecond});
    EXPECT_TRUE(told.expiration.is_none());
    EXPECT_EQ(told.trades, std::vector<std::string>{"0xabc001"});
    EXPECT_EQ(told.order_type, "GTC");
}

TEST_F(FixturesTest, Pages) {
    SKIP_WITHOUT_SHARED(path_of("crate/http_open_orders_page.json"));
    std::vector<std::string> ids;
    const auto next =
        decode_page(open("crate/http_open_orders_page.json"), [&](const JsonView& row) -> Status {
            const auto told = decode_order(row);
            if (!told) return fail(told.error());
            ids.push_back(told->id.substr(0, 6));
            return {};
        });
    ASSERT_TRUE(next) << next.error().message;
    EXPECT_EQ(*next, "");
    EXPECT_EQ(ids, (std::vector<std::string>{"0xaaaa", "0xbbbb"}));
    const auto trades =
        decode_page(open("crate/http_trades_page.json"), [&](const JsonView& row) -> Status {
            const auto told = decode_trade(row);
            if (!told) return fail(told.error());
            EXPECT_EQ(told->settlement, TRADECTL_SETTLEMENT_MINED);
            EXPECT_EQ(told->match_time, *Timestamp::parse("2024-01-01T00:00:00Z"));
            return {};
        });
    EXPECT_TRUE(trades);
}

TEST_F(FixturesTest, OrderNews) {
    SKIP_WITHOUT_SHARED(path_of("crate/ws_user_order_placement.json"));
    EXPECT_EQ(order("crate/ws_user_order_placement.json").news, OrderNews::Placement);
    EXPECT_EQ(order("crate/ws_user_order_update.json").size_matched, 25_d);
    EXPECT_EQ(order("crate/ws_user_order_matched.json").state, OrderState::Matched);
    EXPECT_EQ(order("crate/ws_user_order_cancellation.json").state, OrderState::Canceled);
    EXPECT_EQ(order("crate/ws_user_order_cancellation.json").updated,
              Timestamp{1703875205 * kNsPerSecond});
    EXPECT_EQ(order("crate/ws_user_order_venue_cancel.json").state, OrderState::Invalid);
    const VenueOrder killed = order("crate/ws_user_order_fok_killed.json");
    EXPECT_EQ(killed.state, OrderState::Canceled);
    EXPECT_TRUE(killed.size_matched.is_zero());
    EXPECT_TRUE(killed.created.is_none());
    EXPECT_EQ(order("it/ws/order_placement.json").price, 0.513_d);
    EXPECT_EQ(order("it/ws/order_cancel.json").news, OrderNews::Cancellation);
}

TEST_F(FixturesTest, Trades) {
    SKIP_WITHOUT_SHARED(path_of("crate/ws_user_trade.json"));
    const VenueTrade first = trade("crate/ws_user_trade.json");
    EXPECT_EQ(first.settlement, TRADECTL_SETTLEMENT_CONFIRMED);
    EXPECT_TRUE(first.we_are_taker);
    ASSERT_EQ(first.makers.size(), 1U);
    EXPECT_EQ(first.makers[0].quantity, 25_d);
    EXPECT_EQ(trade("crate/ws_user_trade_msg.json").quantity, 25_d);
    EXPECT_EQ(trade("it/ws/user_trade2.json").price, 0.52_d);
    const VenueTrade maker = trade("it/ws/user_trade3.json");
    EXPECT_FALSE(maker.we_are_taker);
    EXPECT_EQ(maker.makers.at(0).side, Side::Buy);
    EXPECT_EQ(maker.makers.at(0).price, 0.513_d);
    EXPECT_EQ(trade("it/ws/user_trade4.json").makers.size(), 3U);
}

TEST_F(FixturesTest, PostAndCancelAnswers) {
    SKIP_WITHOUT_SHARED(path_of("crate/http_order_response_failed.json"));
    const auto post = decode_post(open("crate/http_order_response_failed.json"));
    ASSERT_TRUE(post);
    EXPECT_FALSE(post->is_accepted());
    EXPECT_EQ(post->error, "Insufficient balance");
    const auto cancel = decode_cancel(open("crate/http_batch_cancel_response.json"));
    ASSERT_TRUE(cancel);
    EXPECT_EQ(cancel->canceled.size(), 2U);
    ASSERT_EQ(cancel->not_canceled.size(), 1U);
    EXPECT_EQ(cancel->not_canceled[0].second, "already canceled or matched");
    EXPECT_EQ(decode_cancel(open("crate/http_cancel_response_ok.json"))->canceled.size(), 1U);
}

TEST_F(FixturesTest, Balances) {
    SKIP_WITHOUT_SHARED(path_of("crate/http_balance_allowance_collateral.json"));
    const auto base = decode_balance(open("crate/http_balance_allowance_collateral.json"));
    ASSERT_TRUE(base);
    EXPECT_EQ(base->balance, 1000_d);
    EXPECT_EQ(base->allowances.at(0).second, 999999999_d);
    EXPECT_EQ(decode_balance(open("crate/http_balance_allowance_no_allowance.json"))->balance,
              250.5_d);
}

TEST_F(FixturesTest, Books) {
    SKIP_WITHOUT_SHARED(path_of("crate/clob_book_response.json"));
    const auto book = decode_book(open("crate/clob_book_response.json"));
    ASSERT_TRUE(book);
    EXPECT_EQ(book->bids.at(0).price, 0.5_d);
    EXPECT_EQ(book->asks.at(0).price, 0.51_d);
    EXPECT_EQ(book->asks.at(0).quantity, 120_d);
    EXPECT_TRUE(book->tick.is_null());
    EXPECT_FALSE(book->has_neg_risk);
    EXPECT_TRUE(decode_book(open("it/http/book.json")));
}

TEST_F(FixturesTest, GammaMarkets) {
    SKIP_WITHOUT_SHARED(path_of("crate/gamma_market.json"));
    const auto open_market = decode_gamma_market(open("crate/gamma_market.json"), inner_);
    ASSERT_TRUE(open_market) << open_market.error().message;
    EXPECT_TRUE(open_market->can_trade());
    EXPECT_EQ(open_market->tick, 0.01_d);
    EXPECT_EQ(open_market->quantity_min, 5_d);
    ASSERT_EQ(open_market->outcomes.size(), 2U);
    EXPECT_EQ(open_market->outcomes[0].name, "Up");
    EXPECT_EQ(open_market->outcomes[0].price, 0.505_d);
    EXPECT_EQ(instrument_name(*open_market, open_market->outcomes[0], "polymarket"),
              "btc-updown-5m-1773307200-up.polymarket");
    const auto ended =
        decode_gamma_market(open("crate/gamma_market_sports_market_money_line.json"), inner_);
    ASSERT_TRUE(ended) << ended.error().message;
    EXPECT_TRUE(ended->resolved);
    EXPECT_EQ(ended->fee_rate, 0.03_d);
    EXPECT_EQ(ended->closed_time, *Timestamp::parse("2026-04-05T19:37:33Z"));
    EXPECT_EQ(ended->outcomes.at(0).price, 1_d);
    for (const char* name : {"crate/gamma_market_closed_binary_accepting_true.json",
                             "crate/gamma_market_closed_zero_zero_legacy.json",
                             "crate/gamma_market_sports_market_map_handicap.json"}) {
        const auto other = decode_gamma_market(open(name), inner_);
        ASSERT_TRUE(other) << name << ": " << other.error().message;
        EXPECT_FALSE(other->can_trade()) << name;
    }
}

TEST_F(FixturesTest, TradesOfTheDataApi) {
    SKIP_WITHOUT_SHARED(path_of("it/http/trades.json"));
    std::vector<ActivityRow> rows;
    const auto next = decode_data_page(open("it/http/trades.json"), [&](const JsonView& row) {
        const auto told = decode_activity(row);
        EXPECT_TRUE(told);
        if (told) rows.push_back(*told);
        return Status{};
    });
    ASSERT_TRUE(next);
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_EQ(rows[0].side, Side::Sell);
    EXPECT_EQ(rows[0].price, 0.998_d);
    EXPECT_EQ(rows[1].quantity, 94.37_d);
    EXPECT_EQ(rows[0].time, Timestamp{1729000180 * kNsPerSecond});
}

TEST_F(FixturesTest, EveryRecordedFileGoesThroughEveryDecoder) {
    SKIP_WITHOUT_SHARED(path_of("README.md"));
    const std::string root = TRADECTL_SOURCE_DIR "/../shared/fixtures/polymarket";
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        if (entry.path().extension() != ".json") continue;
        decode_all(
            *shared_text("fixtures/polymarket/" + entry.path().lexically_relative(root).string()));
        ++count;
    }
    EXPECT_GT(count, 40U);
}

TEST(Malformed, NoTextBreaksADecoder) {
    const std::vector<std::string> texts{"",
                                         " ",
                                         "{",
                                         "[",
                                         "]",
                                         "null",
                                         "true",
                                         "0",
                                         "\"",
                                         "\"a\"",
                                         "{}",
                                         "[]",
                                         "[{}]",
                                         "[[]]",
                                         "{\"data\":[{}]}",
                                         "{\"data\":{}}",
                                         R"({"event_type":"book"})",
                                         R"({"event_type":7})",
                                         R"({"event_type":"order"})",
                                         R"({"event_type":"trade","maker_orders":[7]})",
                                         R"({"event_type":"price_change","price_changes":[7]})",
                                         R"({"id":"1","asset_id":{},"side":[],"price":"x"})",
                                         "\xff\xfe",
                                         std::string(70, '['),
                                         std::string("{\"a\":\0}", 7),
                                         R"({"clobTokenIds":"[1","conditionId":"0x1"})",
                                         R"({"conditionId":"0x1","clobTokenIds":"{\"a\":1}"})",
                                         "1e999",
                                         "-",
                                         "{\"a\":1}}"};
    for (const std::string& text : texts)
        decode_all(text);
}

TEST(Malformed, TheSuiteOfBadJsonIsRefusedAndBreaksNothing) {
    const Corpus corpus("json-test-suite.tar.gz");
    if (!corpus.found()) GTEST_SKIP() << "skipped: no ../shared";
    std::size_t bad = 0;
    JsonDocument document;
    for (const auto& path : corpus.files("json-test-suite/test_parsing")) {
        const std::string text = Corpus::read(path);
        decode_all(text);
        decode_all("[" + text + "]");
        decode_all(R"({"event_type":"book","asset_id":"7","bids":)" + text + "}");
        if (path.filename().string().front() != 'n') continue;
        EXPECT_FALSE(document.parse(text)) << path;
        ++bad;
    }
    EXPECT_GT(bad, 150U);
}

TEST(Malformed, EveryPrefixAndEveryByteOfAMessageIsTaken) {
    const std::string whole =
        R"([{"event_type":"trade","id":"t","taker_order_id":"0x1","asset_id":"7","side":"BUY",)"
        R"("size":"1","price":"0.5","status":"MATCHED","maker_orders":[{"order_id":"0x2",)"
        R"("matched_amount":"1","price":"0.5"}]},{"event_type":"book","asset_id":"7",)"
        R"("bids":[{"price":"0.5","size":"1"}],"asks":[]}])";
    for (std::size_t i = 0; i < whole.size(); ++i) {
        decode_all(whole.substr(0, i));
        std::string bent = whole;
        bent[i] = static_cast<char>(bent[i] ^ 0x15);
        decode_all(bent);
    }
}

}  // namespace
}  // namespace tradectl::polymarket

// Markets that become instruments: their names, and what happens when the host refuses one.
#include "tests/plugins/polymarket/venue_fixture.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::polymarket {
namespace {

std::string market(std::string_view slug, std::string_view tokens, std::string_view more = "") {
    return R"({"conditionId":"0x05","slug":")" + std::string(slug) +
           R"(","outcomes":"[\"Yes\",\"No\"]","clobTokenIds":")" + std::string(tokens) +
           R"(","orderPriceMinTickSize":0.01,"orderMinSize":5,"enableOrderBook":true,)"
           R"("acceptingOrders":true,"closed":false)" +
           std::string(more) + "}";
}

GammaMarket named(std::string slug) {
    GammaMarket out;
    out.condition = "0xdd22472e552920b8438158ea7238bfad";
    out.slug = std::move(slug);
    return out;
}

TEST(InstrumentName, WhatHasNoLatinLettersIsNamedByItsToken) {
    const GammaOutcome yes{"71321045679252212594626385532706912750332728571942532289631379312455",
                           "Yes",
                           Decimal::null()};
    const GammaOutcome foreign{"123456789012", "\xd0\x94\xd0\xb0", Decimal::null()};
    EXPECT_EQ(instrument_name(named("it-rains"), yes, "pm"), "it-rains-yes.pm");
    EXPECT_EQ(instrument_name(named("\xe9\x9b\xa8"), yes, "pm"), "79312455-yes.pm");
    EXPECT_EQ(instrument_name(named("it-rains"), foreign, "pm"), "it-rains-56789012.pm");
    EXPECT_EQ(instrument_name(named("\xe9\x9b\xa8"), foreign, "pm"), "56789012.pm");
    EXPECT_EQ(instrument_name(named(""), yes, "pm"), "0xdd22472e552920b8-yes.pm");
    const std::string cut = instrument_name(named(std::string(200, 'a')), yes, "pm");
    EXPECT_EQ(cut.size(), TRADECTL_ID_BYTES_MAX);
    EXPECT_TRUE(cut.ends_with("a-79312455-yes.pm")) << cut;
}

class ListingTest : public VenueTest {
  protected:
    ListingTest() : VenueTest(R"("discover":["21"],"discover_max":8)") {}
    void begin() {
        EXPECT_EQ(run.api().connect(run.self(), 1), TRADECTL_OK);
        answer("GET /time", 200, std::to_string(base.now().ns() / kNsPerSecond));
        answer("GET /version", 200, R"({"version":2})");
        answer("POST /auth/api-key", 200, R"({"apiKey":")" + std::string(kKey) + R"("})");
        answer_sync();
    }
    void list(const std::string& rows, const std::string& next = "") {
        answer("GET /markets/keyset",
               200,
               R"({"markets":[)" + rows + R"(],"next_cursor":")" + next + "\"}");
    }
    [[nodiscard]] std::string name_of(std::size_t added) {
        return std::string(view(base.instrument(host.added_instruments.at(added)).name));
    }
};

TEST_F(ListingTest, OneThatTheHostRefusesDoesNotHideTheNext) {
    begin();
    host.instrument_answer = TRADECTL_INVALID_ARGUMENT;
    list(market("broken", R"([\"777\",\"778\"])"), "a");
    host.instrument_answer = TRADECTL_OK;
    list(market("whole", R"([\"888\",\"889\"])"));
    ASSERT_EQ(host.added_instruments.size(), 2U);
    EXPECT_EQ(name_of(0), "whole-yes.test");
    EXPECT_NE(log_text().find("not listed"), std::string::npos) << log_text();
    run.advance(kNsPerMinute);
    list(market("broken", R"([\"777\",\"778\"])"));
    EXPECT_EQ(host.added_instruments.size(), 2U) << "it is not offered again each time";
    run.advance(kNsPerHour);
    list(market("broken", R"([\"777\",\"778\"])"));
    EXPECT_EQ(host.added_instruments.size(), 4U);
}

TEST_F(ListingTest, AHostThatIsFullIsNotOfferedMore) {
    begin();
    host.instrument_answer = TRADECTL_QUOTA;
    list(market("one", R"([\"777\",\"778\"])"), "a");
    EXPECT_EQ(completion(1).status, TRADECTL_OK) << "the next page is not asked for";
}

TEST_F(ListingTest, WhatIsOverMakesRoomUnderDiscoverMaxWhichIsToldOnce) {
    begin();  // two are in the config, eight may be
    std::string rows;
    for (int i = 0; i < 4; ++i) {
        const std::string id = std::to_string(700 + 2 * i);
        const std::string other = std::to_string(701 + 2 * i);
        rows +=
            (i == 0 ? "" : ",") + market("m" + id, R"([\")" + id + R"(\",\")" + other + R"(\"])");
    }
    list(rows);
    EXPECT_EQ(host.added_instruments.size(), 6U);
    run.advance(2 * kNsPerMinute);
    list(rows);
    EXPECT_EQ(host.added_instruments.size(), 6U);
    const std::string text = log_text();
    const std::string_view told = "discover_max is reached: 8";
    EXPECT_NE(text.find(told), std::string::npos);
    EXPECT_EQ(text.find(told), text.rfind(told)) << text;
    for (const InstrumentHandle handle : {instrument, instrument + 1})
        const_cast<tradectl_instrument&>(base.instrument(handle)).status =
            TRADECTL_INSTRUMENT_RESOLVED;
    run.advance(kNsPerMinute);
    list(rows);
    EXPECT_EQ(host.added_instruments.size(), 8U);
}

TEST_F(ListingTest, AMarketThatHasPaidLeavesItsPlaceOnTheStream) {
    begin();
    list("");
    for (const InstrumentHandle handle : {instrument, instrument + 1}) {
        tradectl_subscription item{};
        item.struct_size = sizeof item;
        item.instrument = handle;
        item.streams = TRADECTL_STREAM_BOOK;
        run.api().subscribe(run.self(), 5 + handle, &item, 1, sizeof item);
    }
    run.ws(100, TRADECTL_WS_OPENED, "");
    run.ws(100,
           TRADECTL_WS_TEXT,
           R"({"event_type":"market_resolved","winning_asset_id":")" + std::string(kToken) +
               R"(","assets_ids":[")" + std::string(kToken) + R"("]})");
    run.advance(10 * kNsPerSecond);
    std::vector<std::string> sent;
    for (const FakeWsMessage& message : host.ws_sent)
        if (message.payload.find("unsubscribe") != std::string::npos)
            sent.push_back(message.payload);
    EXPECT_EQ(sent,
              std::vector<std::string>{R"({"operation":"unsubscribe","assets_ids":[")" +
                                       std::string(kToken) + "\"]}"});
    run.advance(10 * kNsPerSecond);
    EXPECT_EQ(host.ws_sent.back().payload, "PING");
}

TEST_F(ListingTest, ANameThatIsTakenIsToldApartByItsToken) {
    begin();
    list(market("same", R"([\"777\"])") + "," + market("same", R"([\"123456789012\"])"));
    ASSERT_EQ(host.added_instruments.size(), 2U);
    EXPECT_EQ(name_of(0), "same-yes.test");
    EXPECT_EQ(name_of(1), "same-56789012-yes.test");
}

}  // namespace
}  // namespace tradectl::polymarket

// How news arrive, as the host is told; and two hot market streams.
#include "tests/plugins/polymarket/venue_fixture.hpp"

#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::polymarket {
namespace {

class FlowsTest : public VenueTest {
  protected:
    explicit FlowsTest(std::string more = {}) : VenueTest(std::move(more)) { connect(); }
    /// Payloads of what was told under that name.
    [[nodiscard]] std::vector<std::string> told(std::string_view name) const {
        std::vector<std::string> out;
        for (const auto& bytes : host.events) {
            tradectl_ext_event record{};
            if (bytes.size() < sizeof record) continue;
            std::memcpy(&record, bytes.data(), sizeof record);
            if (record.header.type != TRADECTL_EVENT_EXT || view(record.name) != name) continue;
            const auto* text = reinterpret_cast<const char*>(bytes.data()) + record.payload_offset;
            out.emplace_back(text, record.payload_bytes);
        }
        return out;
    }
    /// The state of the flow as it was told last, with its streams.
    [[nodiscard]] std::string last(std::string_view flow) const {
        std::string out = "never told";
        const std::string head = R"({"flow":")" + std::string(flow) + R"(","state":")";
        for (const std::string& each : told("tradectl.flow/1"))
            if (each.starts_with(head))
                out = each.substr(head.size(), each.find(R"(,"heard")") - head.size());
        return out;
    }
    static std::string state(std::string_view word, int up, int of) {
        return std::string(word) + R"(","up":)" + std::to_string(up) + R"(,"of":)" +
               std::to_string(of);
    }
    void want_book() {
        tradectl_subscription item{};
        item.struct_size = sizeof item;
        item.instrument = instrument;
        item.streams = TRADECTL_STREAM_BOOK | TRADECTL_STREAM_TRADES;
        EXPECT_EQ(run.api().subscribe(run.self(), 5, &item, 1, sizeof item), TRADECTL_OK);
    }
    void book(std::uint64_t ws, std::string_view ms = "1700000000000") {
        run.ws(ws,
               TRADECTL_WS_TEXT,
               R"({"event_type":"book","asset_id":")" + std::string(kToken) + R"(","timestamp":")" +
                   std::string(ms) + R"(","bids":[{"price":"0.4","size":"5"}],"asks":[]})");
    }
    void trade(std::uint64_t ws, std::string_view ms) {
        run.ws(ws,
               TRADECTL_WS_TEXT,
               R"({"event_type":"last_trade_price","asset_id":")" + std::string(kToken) +
                   R"(","price":"0.5","side":"BUY","size":"2","timestamp":")" + std::string(ms) +
                   "\"}");
    }
    [[nodiscard]] std::size_t trades() const {
        return host.events_of<tradectl_trade_event>().size();
    }
    [[nodiscard]] std::size_t gaps() const {
        std::size_t count = 0;
        for (const auto& event : host.events_of<tradectl_status_event>())
            count += event.status == TRADECTL_STATUS_GAP ? 1 : 0;
        return count;
    }
};

TEST_F(FlowsTest, OrdersStreamThenAreReadThenAreDown) {
    EXPECT_EQ(last("orders"), state("streaming", 1, 1));
    run.ws(1, TRADECTL_WS_CLOSED, "");
    EXPECT_EQ(last("orders"), state("polling", 0, 1));
    run.advance(30 * kNsPerSecond);  // and no read is answered
    EXPECT_EQ(last("orders"), state("down", 0, 1));
    answer_sync();
    EXPECT_EQ(last("orders"), state("polling", 0, 1));
    run.ws(1, TRADECTL_WS_OPENED, "");
    EXPECT_EQ(last("orders"), state("streaming", 1, 1));
}

TEST_F(FlowsTest, ASilentStreamIsStaleUntilReadsStandForIt) {
    run.advance(50 * kNsPerSecond);
    EXPECT_EQ(last("orders"), state("stale", 0, 1));
    answer_sync();
    EXPECT_EQ(last("orders"), state("polling", 0, 1));
}

TEST_F(FlowsTest, ChangesAreToldAtOnceAndAgesEachPing) {
    const std::size_t before = told("tradectl.flow/1").size();
    run.ws(1, TRADECTL_WS_TEXT, "PONG");
    EXPECT_EQ(told("tradectl.flow/1").size(), before);
    run.advance(10 * kNsPerSecond);
    EXPECT_EQ(told("tradectl.flow/1").size(), before + 1);
}

TEST_F(FlowsTest, AMarketStreamThatIsCutIsDown) {
    EXPECT_EQ(last("market"), "never told");
    want_book();
    run.ws(100, TRADECTL_WS_OPENED, "");
    book(100);
    EXPECT_EQ(last("market"), state("streaming", 1, 1));
    run.ws(100, TRADECTL_WS_CLOSED, "");
    EXPECT_EQ(last("market"), state("down", 0, 1));
    EXPECT_EQ(gaps(), 1U);
}

TEST_F(FlowsTest, TheAccountIsToldWithWhatIsKnownOfIt) {
    const auto first = told("tradectl.account/1");
    ASSERT_EQ(first.size(), 1U);
    EXPECT_TRUE(first[0].starts_with(R"({"key":"wallet","address":")" + std::string(kSigner) +
                                     R"(","allowances":[{"asset":"pUSD","contract":"exchange")"))
        << first[0];
    EXPECT_NE(first[0].find(R"("state":"unknown","amount":null)"), std::string::npos);
}

TEST_F(FlowsTest, ReadingBalancesTellsAllowances) {
    tradectl_scope all{};
    all.struct_size = sizeof all;
    all.instrument = all.account = TRADECTL_HANDLE_NONE;
    run.api().balances(run.self(), 10, &all);
    answer("GET /balance-allowance?asset_type=COLLATERAL",
           200,
           R"({"balance":"1","allowances":{"0xE111180000d2663C0091e4f400237545B87B996B":"0",)"
           R"("0xe2222d279d744050d28e00520010520000310F59":"7000000"}})");
    answer(
        "GET /balance-allowance?asset_type=CONDITIONAL&token_id=" + std::string(kToken), 500, "");
    const std::string last = told("tradectl.account/1").back();
    EXPECT_NE(last.find(R"("contract":"exchange","spender":)"
                        R"("0xE111180000d2663C0091e4f400237545B87B996B","state":"missing")"),
              std::string::npos)
        << last;
    EXPECT_NE(last.find(R"("state":"ok","amount":"7")"), std::string::npos) << last;
    EXPECT_NE(last.find(R"({"asset":"outcome tokens","contract":"exchange")"), std::string::npos);
}

class HotTest : public FlowsTest {
  protected:
    HotTest() : FlowsTest(R"("hot_streams":2)") {
        want_book();
        run.ws(100, TRADECTL_WS_OPENED, "");
        run.ws(101, TRADECTL_WS_OPENED, "");
        book(100), book(101);
    }
};

TEST_F(HotTest, BothAreSubscribedAndHeardOnce) {
    ASSERT_EQ(host.ws_opened.size(), 3U);
    EXPECT_EQ(last("market"), state("streaming", 2, 2));
    trade(100, "1700000000001"), trade(101, "1700000000001");
    EXPECT_EQ(trades(), 1U);
    EXPECT_EQ(host.events_of<tradectl_book_event>().size(), 1U);
}

TEST_F(HotTest, EitherMayBeCutAndNothingIsLost) {
    for (const std::uint64_t cut : {100U, 101U}) {
        const std::uint64_t other = 201 - cut;
        const std::string ms = "170000000010" + std::to_string(cut % 100);
        const std::size_t before = trades();
        run.ws(cut, TRADECTL_WS_CLOSED, "");
        EXPECT_EQ(last("market"), state("streaming", 1, 2));
        trade(other, ms);
        EXPECT_EQ(trades(), before + 1);
        run.ws(cut, TRADECTL_WS_OPENED, "");
        book(cut);  // older than what was told
        trade(cut, ms);
        EXPECT_EQ(trades(), before + 1);
    }
    EXPECT_EQ(gaps(), 0U);
    EXPECT_EQ(last("market"), state("streaming", 2, 2));
}

TEST_F(HotTest, WhenBothAreCutTheBookIsLost) {
    run.ws(100, TRADECTL_WS_CLOSED, "");
    run.ws(101, TRADECTL_WS_CLOSED, "");
    EXPECT_EQ(gaps(), 1U);
    EXPECT_EQ(last("market"), state("down", 0, 2));
    run.ws(101, TRADECTL_WS_OPENED, "");
    book(101);
    EXPECT_EQ(host.events_of<tradectl_status_event>().back().status, TRADECTL_STATUS_RESYNCED);
}

TEST_F(HotTest, OneThatHasNotSpokenYetDoesNotStandForTheOther) {
    run.ws(101, TRADECTL_WS_CLOSED, "");
    run.ws(101, TRADECTL_WS_OPENED, "");
    run.ws(100, TRADECTL_WS_CLOSED, "");
    EXPECT_EQ(gaps(), 1U);
}

}  // namespace
}  // namespace tradectl::polymarket

// One instance of the plugin over a fake host, and a hand that plays the venue.
#pragma once

#include "plugins/exchanges/polymarket/polymarket.hpp"
#include "tests/plugins/polymarket/keccak.hpp"

#include <tradectl/exchange_run.hpp>

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::polymarket {

inline constexpr std::string_view kSigner = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
inline constexpr std::string_view kToken =
    "71321045679252212594626385532706912750332728571942532289631379312455583992563";
inline constexpr std::string_view kOtherToken =
    "52114319501245915516055106046884209969926127482827954674443846427813813222426";
inline constexpr std::string_view kKey = "00000000-0000-0000-0000-000000000001";
inline constexpr std::string_view kCondition =
    "0xdd22472e552920b8438158ea7238bfadfa4f736aa4cee91a6b86c39ead110917";

class VenueTest : public testing::Test {
  protected:
    /// `kept`: what an earlier run left in the store.
    explicit VenueTest(std::string more_settings = {}, FakeHost::Kv kept = {});

    /// Requests that wait for an answer, oldest first, as "METHOD path?query".
    [[nodiscard]] std::vector<std::string> waiting() const;
    /// Answers the oldest waiting request whose "METHOD target" begins so. Fails the test when
    /// there is none.
    FakeHttpRequest answer(std::string_view begins, std::uint32_t status, std::string_view body);
    FakeHttpRequest drop(std::string_view begins, tradectl_status transport);
    /// Signs what waits to be signed, and tells each end point's chain.
    void sign_all();
    /// What the venue's lists say of our tokens when the plugin connects.
    enum class Lists { KnowThem, KnowNone };
    void connect(Lists lists = Lists::KnowThem);
    void tell_markets();
    /// Answers the reads of a sync until none waits.
    void answer_sync(std::string_view orders = R"({"data":[],"next_cursor":"LTE="})",
                     std::string_view trades = R"({"data":[],"next_cursor":"LTE="})");
    void answer_market(std::string_view tick = "0.01", std::string_view neg_risk = "false");
    [[nodiscard]] tradectl_operation order(std::string_view client_id,
                                           Decimal price = 0.5_d,
                                           Decimal quantity = 10_d) const;
    /// Prepares and submits; the order's hash.
    std::string place(std::uint64_t id, const tradectl_operation& operation);
    void user(std::string_view frame) { run.ws(1, TRADECTL_WS_TEXT, frame); }
    [[nodiscard]] const FakeCompletion& completion(std::uint64_t id) const;
    [[nodiscard]] std::string log_text() const;

    FakeHost base;
    FakeExchangeHost host{base};
    InstrumentHandle instrument = 0;
    std::string chain_id = "0x89";
    ExchangeRun run;

  private:
    FakeHost& prepare_host(FakeHost::Kv kept);
    void tell_chains();
    std::size_t answered_signs_ = 0;
    std::vector<std::uint64_t> answered_;
};

/// A trade of the user stream in which we are the taker.
[[nodiscard]] std::string taker_trade(std::string_view id,
                                      std::string_view order_id,
                                      std::string_view size,
                                      std::string_view status);
/// A trade in which we are a maker.
[[nodiscard]] std::string maker_trade(std::string_view id,
                                      std::string_view order_id,
                                      std::string_view size,
                                      std::string_view status);
[[nodiscard]] std::string order_news(std::string_view order_id,
                                     std::string_view type,
                                     std::string_view status,
                                     std::string_view matched);

}  // namespace tradectl::polymarket

/// The paper exchange as a plugin: time, requests and answers around the venue.
/// See tradectl-paper(7).
#pragma once

#include "feed.hpp"
#include "outbox.hpp"
#include "recorder.hpp"
#include "venue.hpp"

#include <tradectl/exchange.hpp>
#include <tradectl/settings.hpp>

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace tradectl::paper {

struct Settings {
    TextListSetting accounts{
        "accounts",
        {.fallback = R"(["main"])", .items_max = 64, .bytes_max = 64},
        "accounts that the venue keeps, by the names that the exchange's accounts have"};
    DecimalMapSetting balances{"balances",
                               {.min = 0_d, .max = 1000000000000000000_d},
                               "what an account holds when it is opened, by asset"};
    DurationSetting latency{"latency",
                            {.fallback = 0, .max = kNsPerMinute},
                            "from the intent to the venue, for all that acts"};
    DurationSetting ack_latency{"ack_latency",
                                {.fallback = 0, .max = kNsPerMinute},
                                "from the venue back to us, for all that it says"};
    DecimalSetting maker_fee{"maker_fee",
                             {.fallback = 0_d, .min = -0.1_d, .max = 0.1_d},
                             "fee of an order that rested, of the notional; negative: a rebate"};
    DecimalSetting taker_fee{"taker_fee",
                             {.fallback = 0_d, .min = 0_d, .max = 0.1_d},
                             "fee of an order that took, of the notional"};
    TextSetting queue{"queue",
                      {.fallback = "back", .bytes_max = 16, .choices = {"front", "back"}},
                      "where a resting order stands in the displayed quantity at its price"};
    TextSetting self_trade{"self_trade",
                           {.fallback = "cancel_newest",
                            .bytes_max = 16,
                            .choices = {"cancel_newest", "cancel_oldest", "cancel_both"}},
                           "what goes when an order meets one of its own account"};
    TextSetting depth{"depth",
                      {.fallback = "traded", .bytes_max = 16, .choices = {"traded", "unlimited"}},
                      "whether the quantity of a recorded trade limits what fills by it"};
    DecimalSetting participation{"participation",
                                 {.fallback = 1_d, .min = 0_d, .max = 1_d},
                                 "share of a recorded trade's quantity that our orders may take"};
};

/// A request that is on its way to the venue.
struct Arrival {
    RequestId request;
    tradectl_operation operation;
};

/// Nothing of the venue waits for the clock but by `advance`, which does what is due in order of
/// time; timers and market events both call it, so that it does not matter which come first.
class Paper final : public Exchange {
  public:
    Settings settings;

    Status on_configure() override;
    Status on_start() override;
    Status on_stop() override;

    Status connect(RequestId id) override;
    Status disconnect(RequestId id) override;
    Status load_instruments(RequestId id) override;
    Status subscribe(RequestId id, std::span<const Subscription> items) override;
    Status prepare(RequestId id, const Operation& operation) override;
    Status submit_prepared(RequestId id,
                           RequestId prepare_id,
                           std::span<const tradectl_signature> signatures) override;
    void discard_prepared(RequestId prepare_id) override { prepared_.erase(prepare_id.value); }
    Status query_order(RequestId id, const OrderQuery& query) override;
    Status open_orders(RequestId id, const Scope& scope) override;
    Status positions(RequestId id, const Scope& scope) override;
    Status balances(RequestId id, const Scope& scope) override;
    Status fills_since(RequestId id, const Scope& scope) override;
    Status server_time(RequestId id) override;
    Status on_market_data(const std::uint8_t* events,
                          std::uint64_t bytes,
                          std::uint32_t count) override;
    Status on_timer(std::uint64_t timer_id, Timestamp due) override;

  private:
    [[nodiscard]] Status check_started() const;
    void open_accounts();

    // Time.
    void advance(Timestamp to);
    void advance_to_now() { advance(now()); }
    [[nodiscard]] Timestamp next_due() const;
    void end_call();
    void arm(std::uint64_t timer_id, Timestamp due, Timestamp& armed);

    // Requests at the venue.
    void arrive(const Arrival& arrival);
    [[nodiscard]] Refusal act(const Operation& operation, RequestId request);
    [[nodiscard]] std::string target_of(const Operation& operation) const;

    // Queries.
    [[nodiscard]] bool covers(const Scope& scope, AccountIndex account, MarketIndex market) const;
    [[nodiscard]] Coverage complete_now() const {
        return {.completeness = Completeness::Complete, .as_of = time_};
    }
    [[nodiscard]] std::uint64_t last_fill_before(Timestamp since) const;

    std::optional<Outbox> outbox_;
    std::optional<Recorder> recorder_;
    std::optional<Venue> venue_;
    std::optional<Directory> directory_;
    std::optional<Feed> feed_;
    std::string name_;

    Timestamp time_{std::numeric_limits<std::int64_t>::min() + 1};    ///< never runs backwards
    std::int64_t due_ns_ = std::numeric_limits<std::int64_t>::max();  ///< of `next_due`, for speed
    std::unordered_map<std::uint64_t, tradectl_operation> prepared_;  ///< look-up only
    std::multimap<Timestamp, Arrival> arrivals_;  ///< those of one time in order of submission
    Timestamp armed_venue_ = Timestamp::none();
    Timestamp armed_outbox_ = Timestamp::none();
};

}  // namespace tradectl::paper

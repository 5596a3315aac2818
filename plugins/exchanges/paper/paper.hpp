/// The paper exchange as a plugin: time, requests and answers around the venue.
/// See tradectl-paper(7).
#pragma once

#include "feed.hpp"
#include "outbox.hpp"
#include "recorder.hpp"
#include "settings.hpp"
#include "venue.hpp"

#include <tradectl/exchange.hpp>

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace tradectl::paper {

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
    [[nodiscard]] Timestamp arrival_time(const tradectl_operation& operation);
    void arrive(const Arrival& arrival);
    [[nodiscard]] Refusal act(const Operation& operation, RequestId request);
    [[nodiscard]] std::string target_of(const Operation& operation) const;

    // Queries.
    [[nodiscard]] bool covers(const Scope& scope, AccountIndex account, MarketIndex market) const;
    [[nodiscard]] Coverage partial_now() const {
        return {.completeness = Completeness::Partial, .as_of = time_};
    }
    [[nodiscard]] Coverage complete_now() const {
        return {.completeness = Completeness::Complete, .as_of = time_};
    }
    [[nodiscard]] std::uint64_t last_fill_before(Timestamp since) const;
    struct FillRange {
        std::uint64_t after = 0;  ///< begins behind this fill
        bool is_cut = false;      ///< earlier ones belong to it and are not kept
    };
    [[nodiscard]] Expected<FillRange> fill_range(const Scope& scope) const;

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
    std::map<tradectl_account_handle, Timestamp> last_arrivals_;  ///< what is under way, or was
    Timestamp armed_venue_ = Timestamp::none();
    Timestamp armed_outbox_ = Timestamp::none();
};

}  // namespace tradectl::paper

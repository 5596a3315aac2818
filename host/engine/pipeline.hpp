/// An intent's whole path, on one page:
///
///   1. take_commands   a strategy's commands, in order
///   2. submit          the risk gate; denied orders end here, on record
///   3. (prepare)       ids are given, money is held, the exchange plugin encodes the order
///   4. on_prepared     INTENT joins the turn's batch, which the session flushes to the log
///   5. on_durable      the intent is on the disk: halts are looked at once more, then
///   submit_prepared
///   6. on_submitted    the venue's answer; fills and closes arrive as events: Settler
#pragma once

#include "host/engine/breaker_board.hpp"
#include "host/engine/exit_runner.hpp"
#include "host/engine/gate.hpp"
#include "host/engine/intent_window.hpp"
#include "host/engine/listings.hpp"
#include "host/engine/outbox.hpp"
#include "host/engine/scribe.hpp"
#include "host/engine/settler.hpp"
#include "host/engine/states.hpp"
#include "host/engine/trading.hpp"
#include "host/engine/watch.hpp"
#include "host/exchange/runtime.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>

namespace tradectl::engine {

/// Timers of the host itself, by id; kTimerBreaker is another.
inline constexpr std::uint64_t kTimerEquity = 1;
inline constexpr std::uint64_t kTimerRetryFirst = 1'000;

/// [engine] `trading` must outlive it.
class Pipeline final : public exchange::ExchangeSink {
  public:
    explicit Pipeline(Trading& trading);

    /// Carries out what a strategy said in its last call.
    void take_commands(StrategyRunner& runner);
    /// Everything up to `durable` is on the disk: releases what waited for it.
    void on_durable(WalSequence durable);
    /// Looks at what operators changed of halts' and breakers' files; tells strategies.
    void look_at_states();
    /// An order that met an empty token bucket is tried again, or a breaker became half-open.
    void on_retry_timer(std::uint64_t timer_id);
    /// The state of an exchange's connection changed; `source` is its index.
    void hear_status(const tradectl_status_event& event);
    /// Looks at the exits of every position in the instrument.
    void on_price(const tradectl_event& news);
    /// A bar has ended; before its fills are booked and its prices looked at.
    void note_bar(const tradectl_bar_event& bar) { exits_.note_bar(bar); }
    /// Exits by time and by market close, where no price comes.
    void on_clock();
    /// An exit by time is due for a strategy's position.
    void on_exit_timer(std::uint32_t runner, std::uint64_t instrument);
    /// Why the gate denied the last exit of that position; empty when none was, or one passed
    /// since.
    [[nodiscard]] std::string exit_denial(const StrategyRunner& runner,
                                          tradectl_instrument_handle instrument) const;

    /// Has an exchange's market data told from now on.
    void follow(std::uint32_t exchange, std::span<const tradectl_subscription> items);

    /// Asks the venue to cancel it; once is enough.
    void cancel(OrderEntry& entry, std::uint16_t reason);
    void cancel_all(const StrategyRunner& runner, std::uint16_t reason);
    /// Closes all positions of a strategy at market, or the one in `only`, as far as the gate lets
    /// it now. True when it has none.
    bool flatten(StrategyRunner& runner,
                 std::uint16_t reason,
                 std::optional<tradectl_instrument_handle> only = std::nullopt);
    /// Denies, on record, orders that wait for their rate limit: all of a strategy (by index), or
    /// all.
    void deny_waiting(std::optional<std::uint32_t> runner, std::uint16_t reason);

    void on_completion(std::uint32_t exchange, exchange::Completion&& completion) override;
    void on_exchange_event(std::uint32_t exchange, const tradectl_event& event) override;

    [[nodiscard]] Gate& gate() { return gate_; }
    [[nodiscard]] Breakers& breakers() { return breakers_; }
    [[nodiscard]] Watch& watch() { return watch_; }
    [[nodiscard]] IntentWindow& intents() { return intents_; }
    [[nodiscard]] const States& states() const { return states_; }
    [[nodiscard]] Scribe& scribe() { return scribe_; }
    [[nodiscard]] Settler& settler() { return settler_; }
    [[nodiscard]] Listings& listings() { return listings_; }
    [[nodiscard]] ExitRunner& exits() { return exits_; }
    /// What the next order waits for on its way to the disk; nothing when none waits.
    [[nodiscard]] std::optional<WalSequence> awaited() const { return outbox_.first(); }
    /// Whether something can leave now: it is durable, and signed or refused.
    [[nodiscard]] bool can_release(WalSequence durable) const { return outbox_.can_take(durable); }
    /// Requests and intents that are still on their way.
    [[nodiscard]] bool busy() const { return requests_.size() > follows_ || !outbox_.empty(); }

  private:
    enum class Purpose : std::uint8_t {
        PrepareOrder,
        PrepareCancel,
        SubmitOrder,
        SubmitCancel,
        Follow
    };
    struct Request {
        Purpose purpose{};
        std::string client_order_id;
        OpId op_id;  // of the cancel step
    };
    struct Retry {
        std::uint32_t runner = 0;
        tradectl_submit_command command{};
        std::uint32_t retries = 0;
        Timestamp deadline;
    };

    void command(StrategyRunner& runner, const tradectl_command& command);
    void submit_batch(StrategyRunner& runner, const tradectl_batch_command& batch);
    void submit(StrategyRunner& runner, const tradectl_submit_command& command);
    enum class Passage : std::uint8_t { Started, Waiting, Denied };
    Passage pass_gate(StrategyRunner& runner,
                      const tradectl_submit_command& command,
                      std::uint16_t exit_reason,
                      const Retry& retry);
    bool retry_later(Retry retry);
    void deny(StrategyRunner& runner,
              const tradectl_submit_command& command,
              const risk::Result& result);
    void deny_by(StrategyRunner& runner,
                 const tradectl_submit_command& command,
                 std::uint16_t reason,
                 std::string_view text);
    /// What the venue is told of an order's flags.
    [[nodiscard]] std::uint32_t venue_flags(const execution::Order& order) const;
    void start_order(StrategyRunner& runner,
                     const tradectl_submit_command& command,
                     std::uint16_t exit_reason,
                     const GateAnswer& answer);
    void prepare(OrderEntry& entry);
    bool build_again(OrderEntry& entry, const exchange::Completion& completion);
    void give_up(OrderEntry& entry, std::uint16_t reason, const std::string& text);
    bool submit_exit(StrategyRunner& runner, const ExitOrder& exit);
    Status subscribe(StrategyRunner& runner, const tradectl_subscribe_command& command);
    void cancel_ref(StrategyRunner& runner, OrderRef ref);
    void cancel_batch(StrategyRunner& runner, const tradectl_batch_command& batch);
    void set_timer(StrategyRunner& runner, const tradectl_timer_command& command);
    void put(StrategyRunner& runner, const tradectl_kv_put_command& command);

    void on_prepared_order(std::uint32_t exchange,
                           const Request& request,
                           const exchange::Completion& completion);
    void on_prepared_cancel(std::uint32_t exchange,
                            const Request& request,
                            const exchange::Completion& completion);
    struct Recall {
        std::uint16_t reason = TRADECTL_REASON_NONE;
        std::string text;
    };
    [[nodiscard]] std::optional<Recall> recall(const OrderEntry& entry,
                                               const exchange::ExchangeRuntime& exchange,
                                               std::uint64_t prepare_id) const;
    // pipeline_release.cpp
    std::optional<OpId> clear_order(const OutgoingStep& step);
    std::optional<OpId> clear_cancel(const OutgoingStep& step);
    void release(std::span<const OutgoingStep> group);
    void note_sent(const Request& request);
    void on_submitted_order(const Request& request, const exchange::Completion& completion);
    void on_submitted_cancel(const Request& request, const exchange::Completion& completion);
    void on_followed(std::uint32_t exchange, const exchange::Completion& completion);
    void keep_market(std::uint32_t exchange, const tradectl_event& event);
    void on_order_event(const tradectl_order_event& event);
    void on_venue_fill(std::uint32_t exchange, const tradectl_fill_event& fill);
    void book_venue_order(StrategyRunner& runner, const tradectl_fill_event& fill);
    // pipeline_risk.cpp
    enum class Occasion : std::uint8_t { Look, Denial };
    void judge(const StrategyRunner& runner, Occasion occasion);
    void judge_all();
    void hear_answer(const OrderEntry& entry,
                     const execution::Update& update,
                     std::string_view text);
    void tell_states();

    void halt_instrument(tradectl_instrument_handle instrument, const std::string& reason);
    static std::uint64_t request_key(std::uint32_t exchange, std::uint64_t request_id) {
        return static_cast<std::uint64_t>(exchange) << 48 | request_id;
    }

    Trading& trading_;
    Scribe scribe_;
    Listings listings_;
    Breakers breakers_;
    Watch watch_;
    IntentWindow intents_;
    States states_;
    Gate gate_;
    Settler settler_;
    ExitRunner exits_;
    Outbox outbox_;
    std::unordered_map<std::uint64_t, Request> requests_;
    std::map<std::pair<std::uint32_t, tradectl_instrument_handle>, risk::Verdict> denied_exits_;
    std::size_t follows_ = 0;  // of them, that nothing waits for
    std::map<std::uint64_t, Retry> retries_;
    std::uint64_t next_retry_ = kTimerRetryFirst;
};

}  // namespace tradectl::engine

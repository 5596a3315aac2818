/// Puts what the engine does into records. Meaning of each: host/wal/record.hpp.
#pragma once

#include "host/base/hash.hpp"
#include "host/engine/order_table.hpp"
#include "host/engine/trading.hpp"
#include "host/exchange/completion.hpp"
#include "host/execution/accounting.hpp"
#include "host/execution/position.hpp"
#include "host/recovery/decide.hpp"
#include "host/wal/record.hpp"

#include <tradectl/abi/commands.h>

#include <optional>
#include <string_view>

namespace tradectl::engine {

/// What became of an order by one piece of news.
struct OrderNews {
    const OrderEntry& entry;
    Timestamp venue_time = Timestamp::none();
    std::string_view text;
    const wal::FillBody* fill = nullptr;
    Sha256Digest answer{};  ///< see answer_digest.hpp; zeros when nobody told it
};

/// An exit rule that a price or the clock has reached.
struct ExitHit {
    tradectl_instrument_handle instrument = TRADECTL_HANDLE_NONE;
    OrderRef order_ref;
    std::uint8_t side = TRADECTL_SIDE_NONE;
    Decimal quantity;
    Decimal price = Decimal::null();  ///< that was seen
    Decimal level = Decimal::null();  ///< that it reached
    std::uint16_t reason = TRADECTL_REASON_NONE;
};

/// Writes records into the turn's batch. The first failure is kept: the session stops on it.
/// [engine]
class Scribe {
  public:
    explicit Scribe(Trading& trading) : trading_(trading) {}

    /// BalanceDeduct with its result and the order's own intent: one batch. Returns the sequence
    /// that must be durable before the order leaves.
    /// Call before records that must survive together or not at all.
    void begin_group();
    WalSequence order_intent(const OrderEntry& entry, const exchange::Prepared& prepared);
    /// The venue refused how the order was built: what it was known by is dead, and nothing is on
    /// its way. Survives together with the venue's answer.
    void withdraw(const OrderNews& news);
    /// The intent of an order that was built anew. As order_intent.
    WalSequence renewed_intent(const OrderEntry& entry, const exchange::Prepared& prepared);
    /// An order that the venue placed by itself: on record like ours, but never to be sent.
    void venue_order(const OrderEntry& entry);
    WalSequence cancel_intent(const OrderEntry& entry, OpId op, const exchange::Prepared& prepared);
    /// A step that belongs to no order of our books; `body` says which, and on what.
    WalSequence lone_intent(OpId op, wal::IntentBody body, const exchange::Prepared& prepared);
    /// How far a fill is settled, with what that moves; a step of its own.
    void settlement(const OrderEntry& entry,
                    std::string_view venue_order_id,
                    const wal::FillBody& fill,
                    wal::StepStatus status,
                    const execution::Postings& postings);
    void cancel_result(const OrderEntry& entry,
                       OpId op,
                       wal::StepStatus status,
                       std::string_view text,
                       const Sha256Digest& answer);
    /// The end of a step that an earlier session began, or that belongs to no order, with what it
    /// moved.
    void finish_step(OpId op,
                     const wal::IntentBody& intent,
                     wal::StepStatus status,
                     std::string_view text,
                     const execution::Postings& postings = {});
    /// How an operation of an earlier session was decided, on what evidence and by whom. `why` of
    /// the verdict is the evidence, `needs` an operator's reason.
    void resolved(const recovery::Unfinished& operation,
                  wal::StepStatus status,
                  const recovery::Verdict& verdict);
    /// Takes back what an intent of an earlier session booked.
    void undo(const wal::RecordHeader& intent, const wal::IntentBody& body, std::string_view text);
    void order_result(const OrderNews& news, wal::StepStatus status);
    void position_result(const OrderEntry& entry, const execution::PositionChange& change);
    /// The same where a step that is no order moved it.
    void position_result(const StrategyRunner& runner,
                         tradectl_instrument_handle instrument,
                         TxnId txn,
                         const execution::PositionChange& change);
    /// BalanceAdd: what a fill or the end of an order moves; nothing when there are no postings.
    void balance_result(const OrderEntry& entry, const execution::Postings& postings);
    void roll_back(const OrderEntry& entry,
                   std::uint16_t reason,
                   std::string_view text,
                   const execution::Postings& postings);
    /// An opening balance, as the venue reported it, or an adopted difference: `evidence` says
    /// which, on what it rests and who approved it.
    void opening(std::uint32_t exchange,
                 tradectl_account_handle account,
                 const execution::Postings& postings,
                 std::string_view evidence);
    void denied(const StrategyRunner& runner,
                const tradectl_submit_command& command,
                const risk::Result& result);
    void decision(const StrategyRunner& runner, const tradectl_decide_command& command);
    /// What a strategy heard before it gave commands; `seq` of the event is their trigger.
    void event(const StrategyRunner& runner, const tradectl_event& event);
    /// A request of the order was handed to the exchange plugin; `op` is the step.
    void sent(const OrderEntry& entry, OpId op, TxnId txn);
    /// What a start made of an operation of an earlier session.
    void recovered(const recovery::Unfinished& operation, const recovery::Verdict& verdict);
    /// An exit has hit; `order_ref` is that of the order which it is about to place.
    void triggered(const StrategyRunner& runner, const ExitHit& hit);
    void kv(std::string_view instance, std::string_view key, std::span<const std::byte> value);
    /// A note without an order.
    void note(wal::NoteKind kind, std::string_view instance, std::string_view text, OpId op = {});
    void order_note(wal::NoteKind kind, const OrderEntry& entry, std::string_view text);
    /// Cash and marked positions of one account, by quote asset.
    void equity(std::uint32_t exchange,
                tradectl_account_handle account,
                const wal::Numbers& numbers);

    [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }
    void fail_with(Error error);

  private:
    template <typename Body>
    WalSequence write(RecordIds ids, const Body& body, std::uint16_t flags = 0);
    [[nodiscard]] wal::Subject subject(const OrderEntry& entry) const;
    /// Looks into `operation`.
    [[nodiscard]] static wal::Subject subject(const recovery::Unfinished& operation);
    wal::IntentBody execute_intent(const OrderEntry& entry) const;

    Trading& trading_;
    std::optional<Error> failure_;
};

template <typename Body>
WalSequence Scribe::write(RecordIds ids, const Body& body, std::uint16_t flags) {
    auto sequence = trading_.journal->add(ids, body, flags);
    if (sequence) return *sequence;
    fail_with(sequence.error());
    return {};
}

}  // namespace tradectl::engine

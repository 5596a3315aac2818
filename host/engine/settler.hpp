/// What news do to an order: its state, the position, the postings, and what the strategy hears.
#pragma once

#include "host/engine/gate.hpp"
#include "host/engine/scribe.hpp"
#include "host/engine/trading.hpp"
#include "host/execution/order.hpp"
#include "host/execution/position_tail.hpp"

#include <functional>
#include <map>
#include <span>
#include <string_view>
#include <utility>

namespace tradectl::engine {

/// A step on a chain that was done, and what it moved (see ExchangeRuntime::query_order).
struct Redemption {
    OpId op;
    const wal::IntentBody& intent;
    tradectl_account_handle account = TRADECTL_HANDLE_NONE;
    std::span<const tradectl_order_report> moved;
    std::string_view text;
};

/// [engine] `trading`, `gate` and `scribe` must outlive it.
class Settler {
  public:
    Settler(Trading& trading, Gate& gate, Scribe& scribe)
        : trading_(trading), gate_(gate), scribe_(scribe) {}

    /// Called when an order is closed, after everything else.
    std::function<void(OrderEntry&)> on_closed;
    /// Called when an execution was booked, before the order is closed.
    std::function<void(const OrderEntry&, const wal::FillBody&, const execution::PositionChange&)>
        on_filled;

    /// Applies status news: sent, acknowledged, canceled, rejected, expired, unresolved.
    /// `answer` is the digest of what told it, zeros when nobody did.
    void update(OrderEntry& entry,
                const execution::Update& update,
                std::string_view text = {},
                const Sha256Digest& answer = {});
    /// Books one execution. A trade id that was booked before changes nothing but how far it is
    /// settled.
    void fill(OrderEntry& entry, const tradectl_fill_event& event);
    /// The fills of a strategy's position that a venue may undo, and those after them.
    [[nodiscard]] execution::PositionTail& tail(std::uint32_t runner,
                                                tradectl_instrument_handle instrument);
    /// An intent that will never be sent: takes the hold back.
    void roll_back(OrderEntry& entry, std::uint16_t reason, std::string_view text);
    /// An order that was not logged: takes the hold back in memory and forgets it.
    void drop(OrderEntry& entry, std::uint16_t reason, std::string_view text);

    /// Books the end of the step with its money and the positions that it closed, as one group of
    /// records. Overflow, NotFound: nothing was booked.
    Status redeem(const Redemption& done);

    /// Moves money in memory, as the records do on disk.
    void post(tradectl_account_handle account, const execution::Postings& postings);
    /// Tells the strategy how the order stands; `verdict` is the denial, or null.
    void tell_order(const OrderEntry& entry, std::string_view text, const risk::Verdict* verdict);
    /// Tells of an order that never became an entry.
    void tell_denied(StrategyRunner& runner,
                     const tradectl_submit_command& command,
                     const risk::Verdict& verdict,
                     std::string_view text);
    [[nodiscard]] execution::Book book_of(const OrderEntry& entry) const;
    /// Keeps the strategy's list of open orders true.
    void show(const OrderEntry& entry);

  private:
    struct Profit {
        Decimal amount;  ///< in the settle asset; zero in cash accounting
        execution::Position account_position;
    };
    [[nodiscard]] Expected<Profit> profit_of(const OrderEntry& entry,
                                             const tradectl_instrument& instrument,
                                             const tradectl_fill_event& event) const;
    void close(OrderEntry& entry);
    void release(OrderEntry& entry);
    void settle(OrderEntry& entry,
                const tradectl_fill_event& event,
                const execution::PositionChange& change,
                const execution::Step& step);
    // settler_settlement.cpp
    void settle_further(OrderEntry& entry, const tradectl_fill_event& event);
    void confirm(OrderEntry& entry, const UnsettledFill& fill, const wal::FillBody& body);
    void undo(OrderEntry& entry, const UnsettledFill& fill, const wal::FillBody& body);
    [[nodiscard]] Expected<execution::PositionChange> without(const OrderEntry& entry,
                                                              const UnsettledFill& fill);
    void remember(const OrderEntry& entry,
                  const tradectl_fill_event& event,
                  const execution::Position& before,
                  const execution::Position& after);
    void tell_fill(const OrderEntry& entry, const tradectl_fill_event& event);
    void tell_position(StrategyRunner& runner, tradectl_instrument_handle instrument);
    void tell_balances(StrategyRunner& runner, const execution::Postings& postings);
    void stamp(tradectl_event& header, tradectl_instrument_handle instrument);
    void contradiction(const OrderEntry& entry, const Error& error);

    Trading& trading_;
    Gate& gate_;
    Scribe& scribe_;
    /// By strategy and instrument.
    std::map<std::pair<std::uint32_t, tradectl_instrument_handle>, execution::PositionTail> tails_;
};

[[nodiscard]] execution::Position position_of(const tradectl_position_state& state);
/// What names a fill within a position.
[[nodiscard]] std::string fill_name(std::string_view client_order_id, std::string_view trade_id);

/// Whether a fill with that settlement (TRADECTL_SETTLEMENT_...) may still be undone.
[[nodiscard]] bool is_unsettled(std::uint8_t settlement);

/// Copies text into an id or text field, cut at its size.
void put_id(tradectl_id& id, std::string_view text);
void put_text(tradectl_text& field, std::string_view text);

}  // namespace tradectl::engine

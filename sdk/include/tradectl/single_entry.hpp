/// A base for strategies that hold one position at a time in each instrument: an entry, the exits
/// that the host runs for it, a pause, the next entry.
#pragma once

#include "strategy.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl {

/// How large an entry is: `quantity`, or what `notional` buys at `price` when that is zero; down to
/// the lot. Zero when that leaves nothing, is below the least quantity, or does not fit.
[[nodiscard]] inline Decimal entry_quantity(const Instrument& instrument,
                                            Decimal price,
                                            Decimal quantity,
                                            Decimal notional) {
    if (quantity.is_zero()) quantity = checked_div(notional, price, Rounding::Down).value_or(0_d);
    quantity = round_to(quantity, instrument.lot(), Rounding::Down).value_or(0_d);
    const Decimal least = instrument.quantity_min();
    return least.is_null() || quantity >= least ? quantity : 0_d;
}

/// Keeps the account of entries, one slot an instrument: what is on its way, what is held, and the
/// pause after an exit or after an entry that did not come about. Pauses survive a restart (key
/// "cool/" and the instrument's name). A derived class that overrides `on_order` or `on_position`
/// calls these. [engine]
class SingleEntryStrategy : public Strategy {
  public:
    void on_order(const OrderUpdate& order) override;
    void on_position(const PositionUpdate& position) override;

  protected:
    struct Start {
        std::int64_t cooldown_ns = 0;
        std::uint32_t streams = 0;  ///< TRADECTL_STREAM_QUOTES ..., or-ed
        std::int64_t bar_interval_ns = 0;
    };
    /// An order, how it will be closed, and why it is made.
    struct Entry {
        Side side = Side::None;
        OrderOptions order;  ///< a quantity of zero is too small: the instrument pauses
        Exits exits;
        std::string_view why;
    };

    /// For on_start: subscribes to each instrument and reads the kept pauses.
    void start_entries(const Start& start);
    /// No entry, position, open order or pause in the instrument; false for one without a slot.
    [[nodiscard]] bool may_enter(InstrumentHandle instrument) const;
    /// Declares the exits, submits, and notes why, with the numbers. What the host refuses is
    /// logged and pauses the instrument; the result says whether an entry is on its way.
    bool enter(InstrumentHandle instrument,
               const Entry& entry,
               std::initializer_list<DecideNumber> numbers);
    /// Takes up an order from before a restart as the entry.
    void adopt_entry(InstrumentHandle instrument, OrderRef order);
    /// The entry that is on its way; 0: none.
    [[nodiscard]] OrderRef entry(InstrumentHandle instrument) const {
        return instrument < slots_.size() ? slots_[instrument].entry : OrderRef{};
    }
    /// An entry ended and nothing is held: denied, rejected, canceled or expired.
    virtual void on_entry_missed(const OrderUpdate& order) { pause(order.instrument()); }
    /// No entry before the cool-down is over.
    void pause(InstrumentHandle instrument);
    [[nodiscard]] std::string name_of(InstrumentHandle instrument) const;

  private:
    struct Slot {
        OrderRef entry = {};
        Timestamp cool_until{0};
        bool holds_position = false;
    };

    std::vector<Slot> slots_;  // index: instrument handle
    std::int64_t cooldown_ns_ = 0;
};

inline void SingleEntryStrategy::start_entries(const Start& start) {
    cooldown_ns_ = start.cooldown_ns;
    host().each_instrument([&](const Instrument& instrument) {
        Slot& slot = slots_.emplace_back();
        const std::string name(instrument.name());
        if (!subscribe(instrument.handle(), start.streams, start.bar_interval_ns))
            log(LogLevel::Debug, "not ours: " + name);
        const auto kept = kv_get("cool/" + name);
        if (!kept) return;
        const auto until = Timestamp::parse(as_text(*kept));
        if (until)
            slot.cool_until = *until;
        else
            log(LogLevel::Warning, "kept cool-down is not a time: " + std::string(as_text(*kept)));
    });
}

inline bool SingleEntryStrategy::may_enter(InstrumentHandle instrument) const {
    if (instrument >= slots_.size()) return false;
    const Slot& slot = slots_[instrument];
    if (slot.entry.value != 0 || slot.holds_position || now() < slot.cool_until) return false;
    if (!position(instrument).is_flat()) return false;
    for (const OpenOrder order : open_orders())
        if (order.instrument() == instrument) return false;
    return true;
}

inline bool SingleEntryStrategy::enter(InstrumentHandle instrument,
                                       const Entry& entry,
                                       std::initializer_list<DecideNumber> numbers) {
    Expected<OrderRef> order =
        fail(ErrorCode::InvalidArgument,
             name_of(instrument) + ": the quantity is below the lot or the least quantity");
    if (entry.order.quantity.is_positive()) {
        const Status declared = exits(instrument, entry.exits);
        order = declared ? submit(instrument, entry.side, entry.order)
                         : Expected<OrderRef>{fail(declared.error())};
    }
    if (!order) {
        log(LogLevel::Warning, "entry refused: " + order.error().message);
        pause(instrument);
        return false;
    }
    slots_[instrument].entry = *order;
    if (const Status noted = decide(entry.why, numbers, *order); !noted)
        log(LogLevel::Warning, "note not kept: " + noted.error().message);
    return true;
}

inline void SingleEntryStrategy::adopt_entry(InstrumentHandle instrument, OrderRef order) {
    if (instrument < slots_.size()) slots_[instrument].entry = order;
}

inline void SingleEntryStrategy::on_order(const OrderUpdate& order) {
    const InstrumentHandle instrument = order.instrument();
    if (instrument >= slots_.size() || is_open(order.status())) return;
    Slot& slot = slots_[instrument];
    if (slot.entry != order.order_ref()) return;
    slot.entry = {};
    if (order.filled_qty().is_positive() && !position(instrument).is_flat())
        slot.holds_position = true;  // until a position event says that it is flat
    else
        on_entry_missed(order);
}

inline void SingleEntryStrategy::on_position(const PositionUpdate& position) {
    if (position.instrument() >= slots_.size()) return;
    Slot& slot = slots_[position.instrument()];
    slot.holds_position = !position.quantity().is_zero();
    if (!slot.holds_position && !position.is_snapshot()) pause(position.instrument());
}

inline void SingleEntryStrategy::pause(InstrumentHandle instrument) {
    if (instrument >= slots_.size()) return;
    Slot& slot = slots_[instrument];
    slot.cool_until = now().plus_ns(cooldown_ns_);
    const Status kept = kv_put("cool/" + name_of(instrument), slot.cool_until.to_string());
    if (!kept) log(LogLevel::Warning, "cool-down not kept: " + kept.error().message);
}

inline std::string SingleEntryStrategy::name_of(InstrumentHandle instrument) const {
    const auto known = host().instrument(instrument);
    return known ? std::string(known->name()) : std::to_string(instrument);
}

}  // namespace tradectl

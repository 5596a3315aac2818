/// A base for strategies that buy under caps of their own.
#pragma once

#include "capped_settings.hpp"
#include "live_order_strategy.hpp"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace tradectl {

/// What an entry may cost, narrowed cap by cap; the first cap that leaves nothing is the refusal.
class Room {
  public:
    explicit Room(Decimal notional) : notional_(notional) {}

    void refuse(const Refusal& refusal) {
        if (!refusal_) refusal_ = refusal;
    }
    /// Leaves `limit` less `used`. A `used` that is not known refuses.
    void cap(std::string_view reason, Decimal used, Decimal limit) {
        const auto left = checked_sub(limit, used);
        if (!left || !left->is_positive()) return refuse({reason, used, limit});
        notional_ = std::min(notional_, *left);
    }
    [[nodiscard]] Decimal notional() const { return refusal_ ? Decimal{} : notional_; }
    [[nodiscard]] const std::optional<Refusal>& refusal() const { return refusal_; }

  private:
    Decimal notional_;
    std::optional<Refusal> refusal_;
};

/// Keeps under "cool/" when it last entered a market, and under "day" the entries of a day, in the
/// batch of the order. A derived class that overrides a handler of LiveOrderStrategy calls that
/// one. [engine]
class CappedStrategy : public LiveOrderStrategy {
  protected:
    /// An order and why it is made.
    struct Plan {
        InstrumentHandle instrument = kNoHandle;
        Side side = Side::Buy;
        Decimal quantity;
        Decimal price;
        std::string owner;             ///< see LiveOrder
        std::uint64_t intent_tag = 0;  ///< key of the host's duplicate-order window
        std::string note;
    };

    /// `settings` must outlive the instance.
    Status start_capped(const CappedSettings& settings, std::uint32_t streams) {
        entry_ = &settings;
        return start_live(streams);
    }
    /// Whether the market may be bought in at all.
    [[nodiscard]] std::optional<Refusal> refuse_buy(const Instrument& instrument) const;
    /// What the caps leave for an entry.
    [[nodiscard]] Room room(const Instrument& instrument);
    /// The quantity that `notional` buys at `price`, down to the lot and to the largest quantity;
    /// a refusal when that is too small for the instrument or for `trade_notional_min`.
    struct Sized {
        Decimal quantity;
        std::optional<Refusal> refusal;
    };
    [[nodiscard]] Sized quantity_for(const Instrument& instrument,
                                     Decimal price,
                                     Decimal notional) const;
    /// Keeps, notes and submits, in this order; a dry run sends nothing and answers with ref 0.
    /// After an error nothing was sent.
    Expected<OrderRef> place(const Plan& plan, std::initializer_list<DecideNumber> numbers);

    void on_market_over(InstrumentHandle instrument) override {
        keep("cool/" + name_of(instrument), {});
    }

  private:
    struct Today {
        std::int64_t day;
        std::int64_t entries;
    };

    [[nodiscard]] std::optional<Today> today() const;
    [[nodiscard]] Decimal free_of(AssetHandle asset) const;
    [[nodiscard]] Decimal spent_in_turn(AssetHandle asset) const;
    void cap_pauses(const Instrument& instrument, Room& room) const;
    void cap_positions(const Instrument& instrument, Room& room) const;
    Status keep_entry(OrderRef ref, const LiveOrder& order);
    Status send(OrderRef ref, const Plan& plan, const LiveOrder& order);

    const CappedSettings* entry_ = nullptr;
};

inline std::optional<Refusal> CappedStrategy::refuse_buy(const Instrument& instrument) const {
    if (is_halted(instrument.handle())) return Refusal{"halted"};
    return EntryFilter(entry_->filter).refuse_buy(instrument, top(instrument.handle()), now());
}

inline Room CappedStrategy::room(const Instrument& instrument) {
    sync();
    const CapSettings& caps = entry_->caps;
    Room room(caps.trade_notional_max->is_zero() ? Decimal::max() : *caps.trade_notional_max);
    cap_pauses(instrument, room);
    cap_positions(instrument, room);
    if (caps.market_exposure_max->is_positive())
        room.cap("market exposure", exposure(instrument.handle()), *caps.market_exposure_max);
    const AssetHandle quote = instrument.quote_asset();
    room.cap("balance", spent_in_turn(quote), free_of(quote));
    return room;
}

inline void CappedStrategy::cap_pauses(const Instrument& instrument, Room& room) const {
    if (*entry_->caps.cooldown > 0) {
        const auto kept = kv_get("cool/" + std::string(instrument.name()));
        const auto last = kept ? parse_number<std::int64_t>(as_text(*kept)) : std::nullopt;
        if (kept && !last) room.refuse({"last entry not known"});
        if (last && now().minus(Timestamp{*last}) < *entry_->caps.cooldown)
            room.refuse({"cool-down",
                         seconds_of(now().minus(Timestamp{*last})),
                         seconds_of(*entry_->caps.cooldown)});
    }
    if (*entry_->caps.trades_per_day_max == 0) return;
    const auto counted = today();
    if (!counted) return room.refuse({"entries of the day not known"});
    if (counted->entries >= *entry_->caps.trades_per_day_max)
        room.refuse({"entries of the day",
                     Decimal::from_int(counted->entries),
                     Decimal::from_int(*entry_->caps.trades_per_day_max)});
}

inline void CappedStrategy::cap_positions(const Instrument& instrument, Room& room) const {
    Decimal total;
    std::set<InstrumentHandle> entered;
    host().each_instrument([&](const Instrument& each) {
        // What has resolved can be worth no more and no less: it waits to be paid.
        if (each.raw().status == TRADECTL_INSTRUMENT_RESOLVED) return;
        if (!position(each.handle()).is_flat()) entered.insert(each.handle());
        total = checked_add(total, position_cost(each.handle())).value_or(Decimal::null());
    });
    each_open_buy([&](InstrumentHandle handle, Decimal notional, std::string_view) {
        entered.insert(handle);
        total = checked_add(total, notional).value_or(Decimal::null());
    });
    const auto count = static_cast<std::int64_t>(entered.size());
    const std::int64_t limit = *entry_->caps.positions_max;
    if (limit > 0 && count >= limit && entered.count(instrument.handle()) == 0)
        room.refuse({"positions", Decimal::from_int(count), Decimal::from_int(limit)});
    if (entry_->caps.exposure_max->is_positive())
        room.cap("exposure", total, *entry_->caps.exposure_max);
}

/// Null when the host has not told.
inline Decimal CappedStrategy::free_of(AssetHandle asset) const {
    for (const Balance each : snapshot().balances())
        if (each.asset() == asset) return each.free();
    return Decimal::null();
}

/// Nothing when what is kept cannot be read.
inline std::optional<CappedStrategy::Today> CappedStrategy::today() const {
    const std::int64_t day = now().ns() / kNsPerDay;
    const auto kept = kv_get("day");
    if (!kept) return Today{day, 0};
    const std::string_view text = as_text(*kept);
    const std::size_t blank = std::min(text.find(' '), text.size());
    const auto last = parse_number<std::int64_t>(text.substr(0, blank));
    const auto count = parse_number<std::int64_t>(text.substr(std::min(blank + 1, text.size())));
    if (!last || !count) return std::nullopt;
    return Today{day, *last == day ? *count : 0};
}

inline CappedStrategy::Sized CappedStrategy::quantity_for(const Instrument& instrument,
                                                          Decimal price,
                                                          Decimal notional) const {
    const Decimal unit = notional_of(instrument, 1_d, price);
    Decimal quantity = checked_div(notional, unit, Rounding::Down).value_or(Decimal{});
    if (!instrument.quantity_max().is_null())
        quantity = std::min(quantity, instrument.quantity_max());
    quantity = round_to(quantity, instrument.lot(), Rounding::Down).value_or(Decimal{});
    const Decimal least = instrument.quantity_min();
    if (!quantity.is_positive() || (!least.is_null() && quantity < least))
        return {{}, Refusal{"below the least quantity", quantity, least}};
    const Decimal cost = notional_of(instrument, quantity, price);
    const Decimal cost_min = std::max(instrument.notional_min(), *entry_->caps.trade_notional_min);
    if (cost.is_null() || cost < cost_min)
        return {{}, Refusal{"below the least value", cost, cost_min}};
    return {quantity, std::nullopt};
}

inline Status CappedStrategy::keep_entry(OrderRef ref, const LiveOrder& order) {
    const std::string name = name_of(order.instrument);
    if (order.side == Side::Buy) {
        const auto counted = today();
        const std::int64_t entries = counted ? counted->entries : 0;
        const std::string day = std::to_string(now().ns() / kNsPerDay);
        Status kept = kv_put("day", day + " " + std::to_string(entries + 1));
        if (kept && *entry_->caps.cooldown > 0)
            kept = kv_put("cool/" + name, std::to_string(now().ns()));
        if (!kept) return kept;
    }
    if (ref.value == 0) return {};
    return kv_put("order/" + std::to_string(ref.value), live_order_text(order, name));
}

inline Expected<OrderRef> CappedStrategy::place(const Plan& plan,
                                                std::initializer_list<DecideNumber> numbers) {
    sync();
    const OrderSettings& how = entry_->order;
    const OrderRef ref = *how.dry_run ? OrderRef{} : next_order_ref();
    LiveOrder order{.instrument = plan.instrument,
                    .side = plan.side,
                    .quantity = plan.quantity,
                    .price = plan.price,
                    .owner = plan.owner,
                    .filled = {}};
    if (*how.order_type == "limit" && *how.order_timeout > 0)
        order.due = now().plus_ns(*how.order_timeout);
    if (const Status kept = keep_entry(ref, order); !kept) return fail(kept.error());
    const std::string note = (*how.dry_run ? "dry run, " : "") + plan.note;
    if (const Status noted = decide(note, numbers, ref); !noted)
        log(LogLevel::Warning, "note not kept: " + noted.error().message);
    if (ref.value == 0) return ref;
    if (const Status sent = send(ref, plan, order); !sent) {
        keep("order/" + std::to_string(ref.value), {});
        return fail(sent.error());
    }
    add_live(ref, std::move(order));
    return ref;
}

inline Status CappedStrategy::send(OrderRef ref, const Plan& plan, const LiveOrder& order) {
    const ExitSettings& rules = entry_->exits;
    const bool is_buy = plan.side == Side::Buy;
    if (is_buy &&
        (rules.target->is_positive() || rules.stop->is_positive() || *rules.hold_max > 0)) {
        Exits wanted;
        wanted.target = *rules.target;
        wanted.stop = *rules.stop;
        wanted.hold_ns_max = *rules.hold_max;
        const Status declared = exits(plan.instrument, wanted);
        if (!declared) return declared;
    }
    const bool is_fak = *entry_->order.order_type == "fak";
    const auto taken = submit(plan.instrument,
                              plan.side,
                              {.quantity = order.quantity,
                               .price = order.price,
                               .time_in_force = is_fak ? TimeInForce::Ioc : TimeInForce::Gtc,
                               .reduce_only = !is_buy,
                               .order_ref = ref,
                               .intent_tag = plan.intent_tag});
    return taken ? Status{} : Status{fail(taken.error())};
}

/// The snapshot's balances do not have it.
inline Decimal CappedStrategy::spent_in_turn(AssetHandle asset) const {
    Decimal spent;
    for (const OrderRef ref : fresh_orders()) {
        const auto order = live_orders().find(ref);
        if (order == live_orders().end() || order->second.side != Side::Buy) continue;
        const auto bought = host().instrument(order->second.instrument);
        if (!bought || bought->quote_asset() != asset) continue;
        const Decimal cost = notional_of(*bought, order->second.quantity, order->second.price);
        spent = checked_add(spent, cost).value_or(Decimal::null());
    }
    return spent;
}

}  // namespace tradectl

/// Bids at the touch when trades have strayed below their mean (and offers when above, where the
/// instrument can be sold short), follows the touch for a while, and leaves the exits to the host.
#pragma once

#include <tradectl/indicators.hpp>
#include <tradectl/single_entry.hpp>

#include <cmath>
#include <vector>

namespace tradectl::scalping {

/// Entries are post-only: they make, never take. One at a time in each instrument.
class Scalping final : public SingleEntryStrategy {
  public:
    struct Settings {
        IntegerSetting ema_period{"ema_period",
                                  {.fallback = 50, .min = 1, .max = 65536},
                                  "trades in the average that prices return to"};
        DecimalSetting entry_offset{
            "entry_offset",
            {.fallback = 0.0005_d, .min = 0_d, .max = 1_d},
            "distance from the average that makes an entry; 0.0005 is 5 bp"};
        IntegerSetting rsi_period{"rsi_period",
                                  {.fallback = 14, .min = 0, .max = 65536},
                                  "trades in the relative strength index; 0: off"};
        DecimalSetting rsi_entry{"rsi_entry",
                                 {.fallback = 30_d, .min = 0_d, .max = 50_d},
                                 "long at or below this index, short at or above 100 less this"};
        DecimalSetting imbalance_min{
            "imbalance_min",
            {.fallback = 0_d, .min = 0_d, .max = 1_d},
            "least share of the quantity at the touch that is on the entry's side; 0: off"};
        IntegerSetting volume_window{"volume_window",
                                     {.fallback = 50, .min = 1, .max = 65536},
                                     "trades whose quantity is summed"};
        DecimalSetting volume_min{"volume_min",
                                  {.fallback = 0_d, .min = 0_d},
                                  "least quantity traded over the window; 0: off"};
        DecimalSetting spread_max{"spread_max",
                                  {.fallback = 0.001_d, .min = 0_d, .max = 1_d},
                                  "widest spread for an entry, as a share of the mid price"};
        IntegerSetting requote_ticks{
            "requote_ticks",
            {.fallback = 1, .min = 1, .max = 1'000'000},
            "ticks that the touch must move away before the entry follows it"};
        DurationSetting entry_timeout{
            "entry_timeout",
            {.fallback = 5 * kNsPerSecond, .min = kNsPerMillisecond, .max = kNsPerDay},
            "longest wait for a fill, all quotes of one entry together"};
        BooleanSetting allow_short{
            "allow_short",
            {.fallback = false},
            "also enter short: instruments without credit only as far as the base is there"};
        DecimalSetting quantity{"quantity",
                                {.fallback = 0_d, .min = 0_d},
                                "quantity of an entry; 0: from the notional"};
        DecimalSetting notional{"notional",
                                {.fallback = 100_d, .min = 0_d},
                                "value of an entry in the quote asset, rounded down to a lot"};
        DecimalSetting target{"target",
                              {.fallback = 0.0008_d, .min = 0_d, .max = 10_d},
                              "gain at which the host takes profit; 0: off"};
        DecimalSetting stop{"stop",
                            {.fallback = 0.0015_d, .min = 0_d, .max = 1_d},
                            "loss at which the host stops; 0: off"};
        DurationSetting hold_max{"hold_max",
                                 {.fallback = 2 * kNsPerMinute, .max = 30 * kNsPerDay},
                                 "longest time in a position; 0: off"};
        DurationSetting cooldown{"cooldown",
                                 {.fallback = 10 * kNsPerSecond, .max = 30 * kNsPerDay},
                                 "wait after an exit or a missed entry before the next one"};
    };
    Settings settings;

    Status on_configure() override;
    Status on_start() override;
    void on_trade(const Trade& trade) override;
    void on_quote(const Quote& quote) override { follow(quote.instrument()); }
    void on_order(const OrderUpdate& order) override;
    void on_timer(const Timer& timer) override;
    void on_status(const StatusUpdate& status) override;

  private:
    enum class Phase : std::uint8_t {
        Idle,     ///< no entry
        Resting,  ///< an order waits at `price`
        Moving,   ///< canceled, to be quoted anew at the touch
        Leaving,  ///< canceled for good
    };
    struct Market {
        Ema mean;
        Rsi rsi;
        RollingSum volume;
        Decimal last_price = Decimal::null();
        Phase phase = Phase::Idle;
        Side side = Side::None;
        Decimal price = Decimal::null();
        Timestamp deadline{0};
    };
    /// The market as an entry on one side sees it.
    struct View {
        Decimal touch;     ///< price to quote at; null: no sound book
        double spread;     ///< share of the mid
        double imbalance;  ///< share of the quantity at the touch on the entry's side
        double offset;     ///< distance from the mean in the entry's favour, as a share of it
        double index;      ///< relative strength as a long sees it: low is good
    };

    void on_entry_missed(const OrderUpdate& order) override;
    [[nodiscard]] View look(InstrumentHandle handle, const Market& market, Side side) const;
    [[nodiscard]] bool is_entry(const View& view, const Market& market) const;
    [[nodiscard]] bool can_sell(const Instrument& instrument, Decimal quantity) const;
    void consider(InstrumentHandle handle, Market& market, Side side);
    void quote(InstrumentHandle handle, Market& market, const View& view);
    void follow(InstrumentHandle handle);
    void withdraw(InstrumentHandle handle, Market& market, Phase next);
    void withdraw_leftover(InstrumentHandle handle, Market& market);

    std::vector<Market> markets_;  // index: instrument handle, and timer id
};

inline Status Scalping::on_configure() {
    if (settings.quantity->is_zero() && settings.notional->is_zero())
        return fail(ErrorCode::InvalidArgument, "quantity and notional: both are 0");
    if (settings.target->is_zero() && settings.stop->is_zero() && *settings.hold_max == 0)
        return fail(ErrorCode::InvalidArgument,
                    "target, stop and hold_max: all are 0, nothing would ever exit");
    return {};
}

inline Status Scalping::on_start() {
    start_entries({.cooldown_ns = *settings.cooldown,
                   .streams = TRADECTL_STREAM_TRADES | TRADECTL_STREAM_QUOTES});
    Status timed;
    host().each_instrument([&](const Instrument& instrument) {
        markets_.push_back({Ema(static_cast<int>(*settings.ema_period)),
                            Rsi(static_cast<int>(*settings.rsi_period)),
                            RollingSum(static_cast<int>(*settings.volume_window))});
        // The snapshot is there in turns only: the first one looks for what a run before left.
        if (timed) timed = set_timer(instrument.handle(), now());
    });
    return timed;
}

inline void Scalping::on_trade(const Trade& trade) {
    const InstrumentHandle handle = trade.instrument();
    const Decimal price = trade.price();
    if (handle >= markets_.size() || !price.is_positive() || !trade.quantity().is_positive())
        return;
    Market& market = markets_[handle];
    market.last_price = price;
    market.mean.update(price);
    if (*settings.rsi_period > 0) market.rsi.update(price);
    market.volume.update(trade.quantity());
    if (market.phase != Phase::Idle) return follow(handle);
    if (!market.mean.ready()) return;
    const bool is_below = price.to_double() < market.mean.value();
    if (is_below || *settings.allow_short)
        consider(handle, market, is_below ? Side::Buy : Side::Sell);
}

inline Scalping::View Scalping::look(InstrumentHandle handle,
                                     const Market& market,
                                     Side side) const {
    const BookTop book = top(handle);
    const double bid = book.bid_price().to_double(), ask = book.ask_price().to_double();
    const double bids = book.bid_quantity().to_double(), asks = book.ask_quantity().to_double();
    const bool is_sound = book.bid_price().is_positive() && book.bid_price() < book.ask_price();
    const bool is_buy = side == Side::Buy;
    const double above = market.last_price.to_double() / market.mean.value() - 1;
    const double index = *settings.rsi_period > 0 ? market.rsi.value() : 0;
    return {.touch = !is_sound ? Decimal::null()
                     : is_buy  ? book.bid_price()
                               : book.ask_price(),
            .spread = (ask - bid) / ((ask + bid) / 2),
            .imbalance = bids + asks > 0 ? (is_buy ? bids : asks) / (bids + asks) : 0,
            .offset = is_buy ? -above : above,
            .index = *settings.rsi_period == 0 || is_buy ? index : 100 - index};
}

/// An index that is not ready is not a number, and compares false.
inline bool Scalping::is_entry(const View& view, const Market& market) const {
    return !view.touch.is_null() && view.offset >= settings.entry_offset->to_double() &&
           view.index <= settings.rsi_entry->to_double() &&
           view.spread <= settings.spread_max->to_double() &&
           view.imbalance >= settings.imbalance_min->to_double() &&
           market.volume.value() >= *settings.volume_min;
}

inline void Scalping::consider(InstrumentHandle handle, Market& market, Side side) {
    const View view = look(handle, market, side);
    if (!is_entry(view, market) || !may_enter(handle)) return;
    market.side = side;
    market.deadline = now().plus_ns(*settings.entry_timeout);
    quote(handle, market, view);
}

inline bool Scalping::can_sell(const Instrument& instrument, Decimal quantity) const {
    const std::uint32_t kind = instrument.raw().kind;
    return kind == TRADECTL_INSTRUMENT_PERPETUAL || kind == TRADECTL_INSTRUMENT_FUTURE ||
           balance(instrument.base_asset()).free() >= quantity;
}

/// A ratio for a note, to six decimals.
inline Decimal noted(double value) {
    if (!(std::abs(value) < 1e12)) return Decimal::null();
    return checked_mul(Decimal::from_int(std::llround(value * 1e6)), 0.000001_d, Rounding::HalfEven)
        .value_or(Decimal::null());
}

inline void Scalping::quote(InstrumentHandle handle, Market& market, const View& view) {
    const Instrument instrument = *host().instrument(handle);
    const Decimal quantity =
        entry_quantity(instrument, view.touch, *settings.quantity, *settings.notional);
    if (market.side == Side::Sell && !can_sell(instrument, quantity)) return;
    const bool is_entered = enter(
        handle,
        {.side = market.side,
         .order = {.quantity = quantity, .price = view.touch, .post_only = true},
         .exits = {.target = *settings.target,
                   .stop = *settings.stop,
                   .hold_ns_max = *settings.hold_max},
         .why = market.side == Side::Buy ? "strayed below the mean" : "strayed above the mean"},
        {{"offset", noted(view.offset)},
         {"rsi", noted(market.rsi.value())},
         {"spread", noted(view.spread)},
         {"imbalance", noted(view.imbalance)},
         {"volume", market.volume.value()},
         {"last_price", market.last_price},
         {"touch", view.touch}});
    if (!is_entered) return;
    market.phase = Phase::Resting;
    market.price = view.touch;
    if (const Status timed = set_timer(handle, market.deadline); !timed)
        log(LogLevel::Warning, "entry without a timer: " + timed.error().message);
}

/// Keeps a resting entry at the touch while its time lasts. A touch that fell behind is left: the
/// entry is the best price then.
inline void Scalping::follow(InstrumentHandle handle) {
    if (handle >= markets_.size() || markets_[handle].phase != Phase::Resting) return;
    Market& market = markets_[handle];
    if (now() >= market.deadline) return withdraw(handle, market, Phase::Leaving);
    const View view = look(handle, market, market.side);
    if (view.touch.is_null()) return;
    const auto away = market.side == Side::Buy ? checked_sub(view.touch, market.price)
                                               : checked_sub(market.price, view.touch);
    const auto allowed = checked_mul(host().instrument(handle)->tick(),
                                     Decimal::from_int(*settings.requote_ticks),
                                     Rounding::HalfEven);
    if (away && allowed && *away >= *allowed) withdraw(handle, market, Phase::Moving);
}

/// Refused, it stays as it is and the next event tries again.
inline void Scalping::withdraw(InstrumentHandle handle, Market& market, Phase next) {
    if (const Status canceled = cancel(entry(handle)); !canceled)
        return log(LogLevel::Warning, "cancel refused: " + canceled.error().message);
    market.phase = next;
}

inline void Scalping::on_order(const OrderUpdate& order) {
    SingleEntryStrategy::on_order(order);
    const InstrumentHandle handle = order.instrument();
    if (handle < markets_.size() && entry(handle).value == 0) markets_[handle].phase = Phase::Idle;
}

/// Quotes anew what was canceled for that, or came too late for its touch.
inline void Scalping::on_entry_missed(const OrderUpdate& order) {
    const InstrumentHandle handle = order.instrument();
    Market& market = markets_[handle];
    const View view = look(handle, market, market.side);
    const bool is_late = order.reason() == TRADECTL_REASON_POST_ONLY_WOULD_TAKE &&
                         market.phase == Phase::Resting && view.touch != market.price;
    if ((market.phase == Phase::Moving || is_late) && now() < market.deadline &&
        !view.touch.is_null() && view.offset > 0 &&
        view.spread <= settings.spread_max->to_double() && may_enter(handle))
        quote(handle, market, view);
    if (entry(handle).value == 0) pause(handle);
}

inline void Scalping::on_timer(const Timer& timer) {
    const auto handle = static_cast<InstrumentHandle>(timer.timer_id());
    if (handle >= markets_.size()) return;
    if (markets_[handle].phase == Phase::Idle) withdraw_leftover(handle, markets_[handle]);
    follow(handle);
}

/// What an order from before a restart was quoted on is gone. Orders of the host are its own.
inline void Scalping::withdraw_leftover(InstrumentHandle handle, Market& market) {
    constexpr std::uint64_t kHostRefFirst = std::uint64_t{1} << 62;
    for (const OpenOrder order : open_orders()) {
        if (order.instrument() != handle || order.order_ref().value >= kHostRefFirst) continue;
        adopt_entry(handle, order.order_ref());
        return withdraw(handle, market, Phase::Leaving);
    }
}

/// Prices on the two sides of a gap make no average.
inline void Scalping::on_status(const StatusUpdate& status) {
    if (status.status() != TRADECTL_STATUS_GAP) return;
    for (InstrumentHandle handle = 0; handle < markets_.size(); ++handle) {
        if (status.instrument() != handle && status.instrument() != kNoHandle) continue;
        markets_[handle].mean.reset();
        markets_[handle].rsi.reset();
        markets_[handle].volume.reset();
    }
}

}  // namespace tradectl::scalping

/// Buys what has risen by a threshold over a lookback of trades or bars (and sells short what has
/// fallen, when allowed); the host runs the exits.
#pragma once

#include "price_window.hpp"

#include <tradectl/indicators.hpp>
#include <tradectl/strategy.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tradectl::momentum {

/// One entry at a time in each instrument. After an exit, and after an entry that did not come
/// about, it waits for the cool-down, which survives a restart.
class Momentum final : public Strategy {
  public:
    struct Settings {
        TextSetting source{"source",
                           {.fallback = "trades", .choices = {"trades", "bars"}},
                           "what a step of the lookback is"};
        DurationSetting bar_interval{
            "bar_interval",
            {.fallback = kNsPerMinute, .min = kNsPerSecond, .max = kNsPerDay},
            "length of a bar, when the source is bars"};
        IntegerSetting lookback{"lookback",
                                {.fallback = 100, .min = 1, .max = 65536},
                                "steps between the two prices compared"};
        DecimalSetting threshold{"threshold",
                                 {.fallback = 0.002_d, .min = 0.000001_d, .max = 1_d},
                                 "rate of change that makes an entry; 0.002 is 0.2 %"};
        IntegerSetting ema_period{"ema_period",
                                  {.fallback = 0, .min = 0, .max = 65536},
                                  "enter long only above this average of prices; 0: off"};
        DecimalSetting volume_min{"volume_min",
                                  {.fallback = 0_d, .min = 0_d},
                                  "least quantity traded over the lookback; 0: off"};
        BooleanSetting allow_short{
            "allow_short", {.fallback = false}, "also enter short on a fall"};
        DecimalSetting quantity{"quantity",
                                {.fallback = 0_d, .min = 0_d},
                                "quantity of an entry; 0: from the notional"};
        DecimalSetting notional{"notional",
                                {.fallback = 100_d, .min = 0_d},
                                "value of an entry in the quote asset, rounded down to a lot"};
        DecimalSetting target{"target",
                              {.fallback = 0.01_d, .min = 0_d, .max = 10_d},
                              "gain at which the host takes profit; 0: off"};
        DecimalSetting stop{"stop",
                            {.fallback = 0.005_d, .min = 0_d, .max = 1_d},
                            "loss at which the host stops; 0: off"};
        DecimalSetting trailing{"trailing",
                                {.fallback = 0_d, .min = 0_d, .max = 1_d},
                                "fall from the best price that closes; 0: off"};
        DecimalSetting trailing_activation{"trailing_activation",
                                           {.fallback = 0_d, .min = 0_d, .max = 10_d},
                                           "gain at which trailing starts; 0: at once"};
        DurationSetting hold_max{"hold_max",
                                 {.fallback = 10 * kNsPerMinute, .max = 30 * kNsPerDay},
                                 "longest time in a position; 0: off"};
        DurationSetting cooldown{"cooldown",
                                 {.fallback = kNsPerMinute, .max = 30 * kNsPerDay},
                                 "wait after an exit before the next entry"};
    };
    Settings settings;

    Status on_configure() override;
    Status on_start() override;
    void on_trade(const Trade& trade) override {
        if (!uses_bars_) step(trade.instrument(), trade.price(), trade.quantity());
    }
    void on_bar(const Bar& bar) override {
        if (uses_bars_ && bar.interval_ns() == *settings.bar_interval)
            step(bar.instrument(), bar.close(), bar.volume());
    }
    void on_order(const OrderUpdate& order) override;
    void on_position(const PositionUpdate& position) override;
    void on_status(const StatusUpdate& status) override;

  private:
    struct Market {
        PriceWindow window;
        Ema ema;
        OrderRef entry = {};  // 0: none on its way
        Timestamp cool_until{0};
        bool holds_position = false;
    };

    void step(InstrumentHandle handle, Decimal price, Decimal quantity);
    void consider(InstrumentHandle handle, Market& market, Decimal price, Decimal old);
    void enter(InstrumentHandle handle, Market& market, Side side, Decimal price, Decimal change);
    [[nodiscard]] bool is_free(InstrumentHandle handle, const Market& market) const;
    [[nodiscard]] Decimal entry_quantity(const Instrument& instrument, Decimal price) const;
    void cool_down(InstrumentHandle handle, Market& market);
    [[nodiscard]] std::string cool_key(InstrumentHandle handle) const;
    [[nodiscard]] Market* market_of(InstrumentHandle handle) {
        return handle < markets_.size() ? &markets_[handle] : nullptr;
    }

    std::vector<Market> markets_;  // index: instrument handle
    bool uses_bars_ = false;
};

inline Status Momentum::on_configure() {
    if (settings.quantity->is_zero() && settings.notional->is_zero())
        return fail(ErrorCode::InvalidArgument, "quantity and notional: both are 0");
    if (settings.target->is_zero() && settings.stop->is_zero() && settings.trailing->is_zero() &&
        *settings.hold_max == 0)
        return fail(ErrorCode::InvalidArgument,
                    "target, stop, trailing and hold_max: all are 0, nothing would ever exit");
    uses_bars_ = *settings.source == "bars";
    return {};
}

inline Status Momentum::on_start() {
    host().each_instrument([&](const Instrument& instrument) {
        markets_.push_back({PriceWindow(static_cast<std::size_t>(*settings.lookback)),
                            Ema(static_cast<int>(*settings.ema_period))});
        const Status subscribed =
            uses_bars_
                ? subscribe(instrument.handle(), TRADECTL_STREAM_BARS, *settings.bar_interval)
                : subscribe(instrument.handle(), TRADECTL_STREAM_TRADES);
        if (!subscribed) log(LogLevel::Debug, "not ours: " + std::string(instrument.name()));
        const auto kept = kv_get(cool_key(instrument.handle()));
        if (!kept) return;
        const auto until = Timestamp::parse(as_text(*kept));
        if (until)
            markets_.back().cool_until = *until;
        else
            log(LogLevel::Warning, "kept cool-down is not a time: " + std::string(as_text(*kept)));
    });
    return {};
}

/// The hot path: two additions, a comparison, and a product when the price has moved the right way.
inline void Momentum::step(InstrumentHandle handle, Decimal price, Decimal quantity) {
    Market* market = market_of(handle);
    if (market == nullptr || !price.is_positive() || quantity.is_negative() || quantity.is_null())
        return;
    const Decimal old = market->window.push(price, quantity);
    if (*settings.ema_period > 0) market->ema.update(price);
    if (old.is_null() || price == old) return;
    if (price > old || *settings.allow_short) consider(handle, *market, price, old);
}

inline void Momentum::consider(InstrumentHandle handle,
                               Market& market,
                               Decimal price,
                               Decimal old) {
    const Side side = price > old ? Side::Buy : Side::Sell;
    const auto needed = checked_mul(old, *settings.threshold, Rounding::Up);
    const Decimal moved = side == Side::Buy ? price - old : old - price;
    if (!needed || moved < *needed || !is_free(handle, market)) return;
    if (market.window.volume() < *settings.volume_min) return;
    if (*settings.ema_period > 0) {
        const double above = price.to_double() - market.ema.value();
        if (!market.ema.ready() || (side == Side::Buy ? above <= 0 : above >= 0)) return;
    }
    enter(handle,
          market,
          side,
          price,
          checked_div(price - old, old, Rounding::HalfEven).value_or(0_d));
}

inline bool Momentum::is_free(InstrumentHandle handle, const Market& market) const {
    if (market.entry.value != 0 || market.holds_position || now() < market.cool_until) return false;
    if (!position(handle).is_flat()) return false;
    for (const OpenOrder order : open_orders())
        if (order.instrument() == handle) return false;
    return true;
}

inline Decimal Momentum::entry_quantity(const Instrument& instrument, Decimal price) const {
    Decimal wanted = *settings.quantity;
    if (wanted.is_zero())
        wanted = checked_div(*settings.notional, price, Rounding::Down).value_or(0_d);
    return round_to(wanted, instrument.lot(), Rounding::Down).value_or(0_d);
}

inline void Momentum::enter(
    InstrumentHandle handle, Market& market, Side side, Decimal price, Decimal change) {
    const auto instrument = host().instrument(handle);
    if (!instrument) return;
    const Decimal quantity = entry_quantity(*instrument, price);
    if (quantity.is_zero() || quantity < instrument->quantity_min()) {
        log(LogLevel::Warning,
            std::string(instrument->name()) + ": an entry of " + quantity.to_string() +
                " is below the lot or the least quantity");
        return cool_down(handle, market);
    }
    const auto declared = exits(handle,
                                {.target = *settings.target,
                                 .stop = *settings.stop,
                                 .trailing = *settings.trailing,
                                 .trailing_activation = *settings.trailing_activation,
                                 .hold_ns_max = *settings.hold_max});
    const auto order = declared ? submit(handle, side, {.quantity = quantity})
                                : Expected<OrderRef>{fail(declared.error())};
    if (!order) {
        log(LogLevel::Warning, "entry refused: " + order.error().message);
        return cool_down(handle, market);
    }
    market.entry = *order;
    static_cast<void>(
        decide(side == Side::Buy ? "rose over the lookback" : "fell over the lookback",
               {{"change", change},
                {"threshold", *settings.threshold},
                {"price", price},
                {"volume", market.window.volume()}},
               *order));
}

inline void Momentum::on_order(const OrderUpdate& order) {
    Market* market = market_of(order.instrument());
    if (market == nullptr || market->entry != order.order_ref() || is_open(order.status())) return;
    market->entry = {};
    if (order.filled_qty().is_positive() && !position(order.instrument()).is_flat())
        market->holds_position = true;  // until a position event says that it is flat
    else
        cool_down(order.instrument(), *market);
}

inline void Momentum::on_position(const PositionUpdate& position) {
    Market* market = market_of(position.instrument());
    if (market == nullptr) return;
    market->holds_position = !position.quantity().is_zero();
    if (!market->holds_position && !position.is_snapshot())
        cool_down(position.instrument(), *market);
}

/// Prices on the two sides of a gap make no rate of change.
inline void Momentum::on_status(const StatusUpdate& status) {
    if (status.status() != TRADECTL_STATUS_GAP) return;
    for (InstrumentHandle handle = 0; handle < markets_.size(); ++handle)
        if (status.instrument() == handle || status.instrument() == kNoHandle)
            markets_[handle].window.clear();
}

inline void Momentum::cool_down(InstrumentHandle handle, Market& market) {
    market.cool_until = now().plus_ns(*settings.cooldown);
    const Status kept = kv_put(cool_key(handle), market.cool_until.to_string());
    if (!kept) log(LogLevel::Warning, "cool-down not kept: " + kept.error().message);
}

inline std::string Momentum::cool_key(InstrumentHandle handle) const {
    const auto instrument = host().instrument(handle);
    return "cool/" + (instrument ? std::string(instrument->name()) : std::to_string(handle));
}

}  // namespace tradectl::momentum

/// Buys what has risen by a threshold over a lookback of trades or bars (and sells short what has
/// fallen, when allowed); the host runs the exits.
#pragma once

#include "price_window.hpp"

#include <tradectl/indicators.hpp>
#include <tradectl/single_entry.hpp>

#include <vector>

namespace tradectl::momentum {

/// One entry at a time in each instrument. After an exit, and after an entry that did not come
/// about, it waits for the cool-down, which survives a restart.
class Momentum final : public SingleEntryStrategy {
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
    void on_status(const StatusUpdate& status) override;

  private:
    struct Market {
        PriceWindow window;
        Ema ema;
    };

    void step(InstrumentHandle handle, Decimal price, Decimal quantity);
    void consider(InstrumentHandle handle, const Market& market, Decimal price, Decimal old);

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
    start_entries({.cooldown_ns = *settings.cooldown,
                   .streams = uses_bars_ ? TRADECTL_STREAM_BARS : TRADECTL_STREAM_TRADES,
                   .bar_interval_ns = uses_bars_ ? *settings.bar_interval : 0});
    host().each_instrument([&](const Instrument&) {
        markets_.push_back({PriceWindow(static_cast<std::size_t>(*settings.lookback)),
                            Ema(static_cast<int>(*settings.ema_period))});
    });
    return {};
}

/// The hot path: two additions, a comparison, and a product when the price has moved the right way.
inline void Momentum::step(InstrumentHandle handle, Decimal price, Decimal quantity) {
    if (handle >= markets_.size() || !price.is_positive() || quantity.is_negative() ||
        quantity.is_null())
        return;
    Market& market = markets_[handle];
    const Decimal old = market.window.push(price, quantity);
    if (*settings.ema_period > 0) market.ema.update(price);
    if (old.is_null() || price == old) return;
    if (price > old || *settings.allow_short) consider(handle, market, price, old);
}

inline void Momentum::consider(InstrumentHandle handle,
                               const Market& market,
                               Decimal price,
                               Decimal old) {
    const Side side = price > old ? Side::Buy : Side::Sell;
    const auto needed = checked_mul(old, *settings.threshold, Rounding::Up);
    const Decimal moved = side == Side::Buy ? price - old : old - price;
    if (!needed || moved < *needed || !may_enter(handle)) return;
    if (market.window.volume() < *settings.volume_min) return;
    if (*settings.ema_period > 0) {
        const double above = price.to_double() - market.ema.value();
        if (!market.ema.ready() || (side == Side::Buy ? above <= 0 : above >= 0)) return;
    }
    const Decimal quantity =
        entry_quantity(*host().instrument(handle), price, *settings.quantity, *settings.notional);
    enter(handle,
          {.side = side,
           .order = {.quantity = quantity},
           .exits = {.target = *settings.target,
                     .stop = *settings.stop,
                     .trailing = *settings.trailing,
                     .trailing_activation = *settings.trailing_activation,
                     .hold_ns_max = *settings.hold_max},
           .why = side == Side::Buy ? "rose over the lookback" : "fell over the lookback"},
          {{"change", checked_div(price - old, old, Rounding::HalfEven).value_or(0_d)},
           {"threshold", *settings.threshold},
           {"price", price},
           {"volume", market.window.volume()}});
}

/// Prices on the two sides of a gap make no rate of change.
inline void Momentum::on_status(const StatusUpdate& status) {
    if (status.status() != TRADECTL_STATUS_GAP) return;
    for (InstrumentHandle handle = 0; handle < markets_.size(); ++handle)
        if (status.instrument() == handle || status.instrument() == kNoHandle)
            markets_[handle].window.clear();
}

}  // namespace tradectl::momentum

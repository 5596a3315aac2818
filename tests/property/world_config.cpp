#include "tests/property/world_config.hpp"

namespace tradectl::property {

namespace {

std::string limit_text(const char* key, std::int64_t value) {
    return value == 0 ? "" : std::string(key) + ": " + std::to_string(value) + ", ";
}

std::string duration_text(const char* key, std::int64_t ns) {
    return ns == 0 ? "" : std::string(key) + ": " + std::to_string(ns) + "ns, ";
}

/// A decimal of so many hundredths.
std::string hundredths_text(const char* key, std::int64_t value) {
    if (value == 0) return "";
    const std::string cents = std::to_string(100 + value % 100).substr(1);
    return std::string(key) + ": \"" + std::to_string(value / 100) + "." + cents + "\", ";
}

std::string slippage_text(const MarketLimits& limits) {
    if (limits.slippage_permille == 0) return "";
    const std::string digits = std::to_string(1000 + limits.slippage_permille).substr(1);
    return "slippage_max: \"0." + digits + "\", ";
}

std::string reject_text(const MarketLimits& limits) {
    return limits.reject_percent == 0 ? ""
                                      : hundredths_text("reject_rate_max", limits.reject_percent) +
                                            limit_text("reject_window", limits.reject_window);
}

std::string market_text(const MarketLimits& limits) {
    return std::string("book: ") + (limits.sound_book ? "sound, " : "\"off\", ") +
           duration_text("quote_age_max", limits.quote_age_ns) +
           hundredths_text("price_collar", limits.collar_percent) +
           limit_text("depth_min", limits.depth) + slippage_text(limits) + reject_text(limits) +
           limit_text("orders_per_second", limits.per_second) +
           limit_text("orders_burst", limits.burst) + limit_text("orders_per_day", limits.per_day) +
           limit_text("venue_orders_per_second", limits.venue_per_second) +
           duration_text("duplicate_window", limits.window_ns) +
           hundredths_text("daily_loss_max", 25 * limits.daily_loss_quarter) +
           limit_text("losing_trades_max", limits.losses) +
           limit_text("breaker_threshold", limits.breaker_threshold) +
           duration_text("breaker_cool_down", limits.cool_down_ns);
}

}  // namespace

std::string world_config(const ModelLimits& limits, const MarketLimits& more) {
    std::string text = "name: property\nmode: backtest\nlog: {level: \"off\"}\n";
    text += "plugins: {paths: [" TRADECTL_BINARY_DIR "/scripted]}\n";
    text += "wal: {segment: 256KiB, latency: 0s}\n";
    text +=
        "exchanges: [{name: x, plugin: scripted_exchange, settings: {script: by_price, "
        "balances: {USD: \"20000\", BTC: \"10\", ETH: \"10\"}}}]\ninstruments:\n";
    for (const char* base : kBases) {
        text += "  - {name: " + std::string(base) + "-USD.x, base: " + base +
                ", quote: USD, tick: 1, lot: 1}\n";
    }
    text += "data: [{instrument: BTC-USD.x, synth: {trades: 1}}]\nrisk: {";
    text += limit_text("order_notional_max", limits.order_notional) +
            limit_text("position_quantity_max", limits.position_quantity) +
            limit_text("position_notional_max", limits.position_notional) +
            limit_text("exposure_strategy_max", limits.exposure_strategy) +
            limit_text("exposure_total_max", limits.exposure_total) +
            limit_text("open_orders_max", limits.open_orders) +
            limit_text("positions_max", limits.positions) +
            (limits.one_position ? "one_position_per_instrument: true, " : "") + market_text(more) +
            "}\nstrategies:\n";
    for (std::size_t s = 0; s < kStrategies; ++s) {
        text += "  - {name: s" + std::to_string(s) +
                ", plugin: scripted_strategy, instruments: [BTC-USD.x, ETH-USD.x], settings: "
                "{steps: [], keeps: false}}\n";
    }
    return text;
}

}  // namespace tradectl::property

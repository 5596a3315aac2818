// The values of the keys under risk:, and what is in force without them.
#include "host/config/read_node.hpp"
#include "host/config/risk_rules.hpp"

namespace tradectl::config {
namespace {

/// Puts the values of a map where they belong; a key that is missing changes nothing.
struct Overlay {
    const Node& map;

    void take(std::string_view key, std::optional<Decimal>& field) const {
        if (const Node* node = map.find(key)) field = checked(Decimal::parse(node->text));
    }
    void take(std::string_view key, Decimal& field) const {
        if (const Node* node = map.find(key)) field = checked(Decimal::parse(node->text));
    }
    /// 0 is off.
    void take_or_off(std::string_view key, std::optional<Decimal>& field) const {
        take(key, field);
        if (field && field->is_zero()) field.reset();
    }
    template <typename Count>
    void take_count(std::string_view key, Count& field) const {
        if (const Node* node = map.find(key))
            field = static_cast<std::uint32_t>(checked(parse_integer(node->text)));
    }
    void take_duration(std::string_view key, std::int64_t& field) const {
        if (const Node* node = map.find(key)) field = checked(parse_duration(node->text));
    }
};

void overlay_sizes(const Overlay& from, RiskConfig& risk) {
    from.take("order_notional_max", risk.order_notional_max);
    from.take("position_quantity_max", risk.position_quantity_max);
    from.take("position_notional_max", risk.position_notional_max);
    from.take("exposure_strategy_max", risk.exposure_strategy_max);
    from.take("exposure_venue_max", risk.exposure_venue_max);
    from.take("exposure_total_max", risk.exposure_total_max);
    from.take_count("open_orders_max", risk.open_orders_max);
    from.take_count("positions_max", risk.positions_max);
    from.take_count("orders_per_second", risk.orders_per_second);
    from.take_count("orders_burst", risk.orders_burst);
    from.take_count("orders_per_day", risk.orders_per_day);
    from.take_count("venue_orders_per_second", risk.venue_orders_per_second);
    from.take_count("venue_orders_burst", risk.venue_orders_burst);
    from.take_count("venue_orders_per_day", risk.venue_orders_per_day);
    from.take_duration("retry_deadline", risk.retry_deadline_ns);
    from.take_duration("duplicate_window", risk.duplicate_window_ns);
    from.take("market_order_reserve", risk.market_order_reserve);
    from.take("fee_reserve", risk.fee_reserve);
    if (const Node* node = from.map.find("one_position_per_instrument"))
        risk.one_position_per_instrument = node->text == "true";
}

void overlay_market(const Overlay& from, RiskConfig& risk) {
    if (const Node* node = from.map.find("book"))
        risk.book = node->text == "off"     ? BookCheck::Off
                    : node->text == "sound" ? BookCheck::Sound
                                            : BookCheck::Required;
    from.take_duration("quote_age_max", risk.quote_age_ns_max);
    from.take("price_collar", risk.price_collar);
    from.take("depth_min", risk.depth_min);
    from.take_or_off("slippage_max", risk.slippage_max);
    if (from.map.find("slippage_max") != nullptr) risk.slippage_needs = BookNeed::Nothing;
    from.take_duration("closing_window", risk.closing_window_ns);
    from.take_or_off("gas_price_max", risk.gas_price_max);
}

void overlay_losses(const Overlay& from, RiskConfig& risk) {
    from.take("daily_loss_max", risk.daily_loss_max);
    from.take("daily_loss_total_max", risk.daily_loss_total_max);
    from.take("drawdown_max", risk.drawdown_max);
    from.take_count("losing_trades_max", risk.losing_trades_max);
    from.take("reject_rate_max", risk.reject_rate_max);
    from.take_count("reject_window", risk.reject_window);
    from.take_count("unresolved_max", risk.unresolved_max);
    from.take_duration("stream_stale_max", risk.stream_stale_ns_max);
    from.take_count("breaker_threshold", risk.breaker_threshold);
    from.take_duration("breaker_cool_down", risk.breaker_cool_down_ns);
}

}  // namespace

RiskConfig default_risk(Mode mode, ClockKind clock) {
    RiskConfig risk;
    if (clock == ClockKind::Real) risk.duplicate_window_ns = kNsPerMinute;
    if (mode == Mode::Backtest) return risk;
    risk.book = BookCheck::Sound;
    risk.quote_age_ns_max = 10 * kNsPerSecond;
    risk.slippage_max = 0.005_d;
    risk.slippage_needs = BookNeed::Depth;
    risk.gas_price_max = 50_d;
    risk.breaker_threshold = 5;
    return risk;
}

void overlay_risk(const Node& map, RiskConfig& risk) {
    const Overlay from{map};
    overlay_sizes(from, risk);
    overlay_market(from, risk);
    overlay_losses(from, risk);
}

}  // namespace tradectl::config

#include "host/engine/risk_limits.hpp"

namespace tradectl::engine {

namespace {

Decimal or_null(const std::optional<Decimal>& value) {
    return value.value_or(Decimal::null());
}

risk::MarketLimits market_limits_of(const config::RiskConfig& config) {
    risk::MarketLimits limits;
    limits.book = static_cast<risk::BookRule>(config.book);
    limits.quote_age_ns_max = config.quote_age_ns_max;
    limits.price_collar = or_null(config.price_collar);
    limits.depth_min = or_null(config.depth_min);
    limits.slippage_max = or_null(config.slippage_max);
    limits.slippage_from = config.slippage_needs == config::BookNeed::Depth ? risk::BookKind::Depth
                                                                            : risk::BookKind::None;
    limits.closing_window_ns = config.closing_window_ns;
    limits.gas_price_max = or_null(config.gas_price_max);
    return limits;
}

risk::LossLimits loss_limits_of(const config::RiskConfig& config) {
    risk::LossLimits limits;
    limits.daily_loss_max = or_null(config.daily_loss_max);
    limits.daily_loss_total_max = or_null(config.daily_loss_total_max);
    limits.drawdown_max = or_null(config.drawdown_max);
    limits.losses_max = config.losing_trades_max.value_or(0);
    limits.reject_rate_max = or_null(config.reject_rate_max);
    limits.reject_window = config.reject_window;
    limits.unresolved_max = config.unresolved_max.value_or(0);
    limits.stream_stale_ns_max = config.stream_stale_ns_max;
    return limits;
}

}  // namespace

risk::Limits limits_of(const config::RiskConfig& config) {
    risk::Limits limits;
    limits.order_notional_max = or_null(config.order_notional_max);
    limits.position_quantity_max = or_null(config.position_quantity_max);
    limits.position_notional_max = or_null(config.position_notional_max);
    limits.exposure_strategy_max = or_null(config.exposure_strategy_max);
    limits.exposure_venue_max = or_null(config.exposure_venue_max);
    limits.exposure_total_max = or_null(config.exposure_total_max);
    limits.open_orders_max = config.open_orders_max.value_or(0);
    limits.positions_max = config.positions_max.value_or(0);
    limits.second_position = config.one_position_per_instrument ? risk::SecondPosition::Deny
                                                                : risk::SecondPosition::Allow;
    limits.market = market_limits_of(config);
    limits.loss = loss_limits_of(config);
    limits.strategy_rate = {.per_second = config.orders_per_second.value_or(0),
                            .burst = config.orders_burst.value_or(0),
                            .per_day = config.orders_per_day.value_or(0)};
    limits.venue_rate = {.per_second = config.venue_orders_per_second.value_or(0),
                         .burst = config.venue_orders_burst.value_or(0),
                         .per_day = config.venue_orders_per_day.value_or(0)};
    return limits;
}

risk::BreakerLimits breaker_limits_of(const config::RiskConfig& config) {
    return {.threshold = config.breaker_threshold, .cool_down_ns = config.breaker_cool_down_ns};
}

}  // namespace tradectl::engine

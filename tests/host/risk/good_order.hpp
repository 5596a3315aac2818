/// An order that passes the gate, for tests to spoil.
#pragma once

#include "host/risk/check.hpp"

#include <functional>

namespace tradectl::risk {

inline constexpr Timestamp kNow{1'700'000'000 * kNsPerSecond};

/// An order that passes every check, with every limit on and with room to spare.
struct World {
    tradectl_instrument instrument{};
    OrderRequest order;
    Limits limits;
    Snapshot snapshot;

    World() {
        instrument.status = TRADECTL_INSTRUMENT_OPEN;
        instrument.kind = TRADECTL_INSTRUMENT_SPOT;
        instrument.tick = (0.01_d).to_abi();
        instrument.lot = (0.1_d).to_abi();
        instrument.quantity_min = (0.5_d).to_abi();
        instrument.quantity_max = (50_d).to_abi();
        instrument.notional_min = (10_d).to_abi();
        instrument.price_min = (1_d).to_abi();
        instrument.price_max = (500_d).to_abi();
        instrument.multiplier = (1_d).to_abi();
        instrument.close_time = TRADECTL_TIME_NONE;
        order.order_ref = OrderRef{7};
        order.side = TRADECTL_SIDE_BUY;
        order.order_type = TRADECTL_ORDER_LIMIT;
        order.time_in_force = TRADECTL_TIF_GTC;
        order.quantity = 2_d;
        order.price = 100_d;
        limits.order_notional_max = 1000_d;
        limits.position_quantity_max = 20_d;
        limits.position_notional_max = 2000_d;
        limits.exposure_strategy_max = 3000_d;
        limits.exposure_venue_max = 4000_d;
        limits.exposure_total_max = 5000_d;
        limits.open_orders_max = 5;
        limits.positions_max = 3;
        limits.strategy_rate = {.per_second = 10, .per_day = 100};
        limits.venue_rate = {.per_second = 20, .per_day = 200};
        snapshot.now = kNow;
        snapshot.needed = 200_d;
        snapshot.free_balance = 10'000_d;
        snapshot.reference_price = 100_d;
        snapshot.position = 0_d;
        snapshot.exposure_strategy = 0_d;
        snapshot.exposure_venue = 0_d;
        snapshot.exposure_total = 0_d;
    }
    World(const World&) = delete;

    [[nodiscard]] Result check() {
        if (known) order.instrument = &instrument;
        return check_order(order, limits, snapshot);
    }
    bool known = true;
};

using Edit = std::function<void(World&)>;

}  // namespace tradectl::risk

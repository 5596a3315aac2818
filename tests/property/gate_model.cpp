#include "tests/property/gate_model.hpp"

#include <algorithm>
#include <cstdlib>

namespace tradectl::property {

namespace {

constexpr std::int64_t kMicro = 1'000'000;
constexpr std::int64_t kMarketFill = 100;

}  // namespace

GateModel::GateModel(std::size_t strategies, std::size_t instruments, ModelLimits limits)
    : holdings(instruments),
      mid_twice(instruments),
      instruments_(instruments),
      limits_(limits),
      used_(strategies) {
    for (std::size_t s = 0; s < strategies; ++s) {
        for (std::size_t i = 0; i < instruments; ++i)
            positions_[{s, i}] = 0;
    }
}

// ---- Money

/// A buy keeps back its price and half a percent for fees; at market, five percent on the middle.
std::int64_t GateModel::hold_price(const ModelOrder& order) const {
    if (order.price != 0) return order.price * 1'005'000;
    return mid_twice[order.instrument] * 527'625;  // 1/2 * 1.05 * 1.005, in millionths
}

std::int64_t GateModel::free_cash() const {
    std::int64_t free = cash * kMicro;
    for (const Open& open : open_) {
        if (open.order.side == Side::Buy) free -= open.leaves * open.hold_price;
    }
    return free;
}

std::int64_t GateModel::free_base(std::size_t instrument) const {
    std::int64_t free = holdings[instrument];
    for (const Open& open : open_) {
        const bool sells = open.order.side == Side::Sell && open.order.instrument == instrument;
        if (sells) free -= open.leaves;
    }
    return free;
}

bool GateModel::has_money(const ModelOrder& order) const {
    if (order.side == Side::Sell) return order.quantity <= free_base(order.instrument);
    return order.quantity * hold_price(order) <= free_cash();
}

// ---- The gate

std::int64_t GateModel::open_quantity(std::size_t strategy,
                                      std::size_t instrument,
                                      Side side) const {
    std::int64_t sum = 0;
    for (const Open& open : open_) {
        const bool counts = open.strategy == strategy && open.order.instrument == instrument &&
                            open.order.side == side;
        if (counts) sum += open.leaves;
    }
    return sum;
}

bool GateModel::reduces(std::size_t strategy, const ModelOrder& order) const {
    const std::int64_t held = position(strategy, order.instrument);
    const std::int64_t closing =
        open_quantity(strategy, order.instrument, order.side) + order.quantity;
    return order.side == Side::Sell ? closing <= held : closing <= -held;
}

bool GateModel::passes_counts(std::size_t strategy, const ModelOrder& order) const {
    std::int64_t orders = 0;
    std::set<std::size_t> elsewhere;
    for (const Open& open : open_) {
        if (open.strategy != strategy) continue;
        ++orders;
        if (open.order.instrument != order.instrument) elsewhere.insert(open.order.instrument);
    }
    for (std::size_t i = 0; i < instruments_; ++i) {
        if (i != order.instrument && position(strategy, i) != 0) elsewhere.insert(i);
    }
    if (limits_.open_orders != 0 && orders + 1 > limits_.open_orders) return false;
    const auto others = static_cast<std::int64_t>(elsewhere.size());
    if (limits_.positions != 0 && others + 1 > limits_.positions) return false;
    if (!limits_.one_position) return true;
    return position(strategy, order.instrument) == 0 &&
           open_quantity(strategy, order.instrument, order.side) == 0;
}

std::int64_t GateModel::exposure(std::size_t strategy) const {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < instruments_; ++i)
        sum += std::abs(position(strategy, i)) * mid_twice[i] * (kMicro / 2);
    for (const Open& open : open_) {
        if (open.strategy == strategy)
            sum += open.leaves * mid_twice[open.order.instrument] * (kMicro / 2);
    }
    return sum;
}

bool GateModel::passes_sizes(std::size_t strategy, const ModelOrder& order) const {
    const std::int64_t middle = mid_twice[order.instrument] * (kMicro / 2);
    std::int64_t unit = order.price == 0 ? middle : order.price * kMicro;
    if (order.side == Side::Sell) unit = std::max(unit, middle);
    const std::int64_t notional = unit * order.quantity;
    const std::int64_t added =
        open_quantity(strategy, order.instrument, order.side) + order.quantity;
    const std::int64_t held = position(strategy, order.instrument);
    const std::int64_t worst = std::abs(order.side == Side::Buy ? held + added : held - added);
    std::int64_t total = 0;
    for (std::size_t s = 0; s < used_.size(); ++s)
        total += exposure(s);
    const auto within = [](std::int64_t value, std::int64_t limit) {
        return limit == 0 || value <= limit;
    };
    return within(notional, limits_.order_notional * kMicro) &&
           within(worst, limits_.position_quantity) &&
           within(worst * unit, limits_.position_notional * kMicro) &&
           within(exposure(strategy) + notional, limits_.exposure_strategy * kMicro) &&
           within(total + notional, limits_.exposure_total * kMicro);
}

bool GateModel::allows(std::size_t strategy, const ModelOrder& order) const {
    if (used_[strategy].contains(order.ref) || !has_money(order)) return false;
    if (reduces(strategy, order)) return true;
    return !order.reduce_only && passes_counts(strategy, order) && passes_sizes(strategy, order);
}

// ---- What happens

void GateModel::enter(std::size_t strategy, const ModelOrder& order) {
    open_.push_back({.strategy = strategy,
                     .order = order,
                     .leaves = order.quantity,
                     .hold_price = hold_price(order)});
}

void GateModel::cancel(std::size_t strategy, std::uint64_t ref) {
    for (Open& open : open_) {
        if (open.strategy == strategy && open.order.ref == ref) open.canceling = true;
    }
}

GateModel::News GateModel::settle(Open& open, std::int64_t quantity) {
    const ModelOrder& order = open.order;
    const std::int64_t price = order.price == 0 ? kMarketFill : order.price;
    const std::int64_t bought = order.side == Side::Buy ? quantity : -quantity;
    open.leaves -= quantity;
    cash -= bought * price;
    holdings[order.instrument] += bought;
    positions_[{open.strategy, order.instrument}] += bought;
    return {News::What::Filled, open.strategy, order.instrument, bought, price};
}

void GateModel::answer(const std::function<void(const News&)>& hear) {
    for (Open& open : open_) {
        if (open.answered) continue;
        open.answered = true;
        const std::int64_t kind = open.order.price % 4;
        const bool rejected = kind == 3;
        hear({.what = rejected ? News::What::Rejected : News::What::Taken,
              .strategy = open.strategy,
              .instrument = open.order.instrument});
        if (rejected) open.leaves = 0;
        if (kind == 0) hear(settle(open, open.order.quantity));
        if (kind == 2) hear(settle(open, open.order.quantity / 2));
    }
    std::erase_if(open_, [](const Open& open) { return open.leaves == 0 || open.canceling; });
}

std::vector<std::uint64_t> GateModel::resting(std::size_t strategy) const {
    std::vector<std::uint64_t> refs;
    for (const Open& open : open_) {
        if (open.strategy == strategy && open.answered && !open.canceling)
            refs.push_back(open.order.ref);
    }
    return refs;
}

}  // namespace tradectl::property

#include "host/engine/margin.hpp"

#include "host/engine/trading.hpp"
#include "host/execution/accounting.hpp"

namespace tradectl::engine {

namespace {

/// Adds what fits; false when it does not.
bool add_to(Decimal& sum, std::optional<Decimal> amount) {
    const auto total = amount ? checked_add(sum, *amount) : std::nullopt;
    if (total) sum = *total;
    return total.has_value();
}

bool add_position(const tradectl_instrument& instrument,
                  const execution::Position& position,
                  Decimal mark,
                  MarginUse& use) {
    const Decimal multiplier = Decimal::from_abi(instrument.multiplier);
    const auto unrealized = execution::unrealized_pnl(position, mark, multiplier);
    const auto notional = settle_notional(instrument, position.quantity, mark);
    if (!unrealized || !notional) return false;
    return add_to(use.unrealized, in_settle_asset(instrument, *unrealized, mark)) &&
           add_to(use.notional, *notional) &&
           add_to(
               use.initial,
               checked_mul(*notional, Decimal::from_abi(instrument.margin_initial), Rounding::Up));
}

}  // namespace

std::optional<Decimal> in_settle_asset(const tradectl_instrument& instrument,
                                       Decimal quote_amount,
                                       Decimal price) {
    if (instrument.settle_asset != instrument.base_asset) return quote_amount;
    if (!price.is_positive()) return std::nullopt;
    return checked_div(quote_amount, price, Rounding::HalfEven);
}

std::optional<Decimal> settle_notional(const tradectl_instrument& instrument,
                                       Decimal quantity,
                                       Decimal price) {
    const auto size = checked_abs(quantity);
    if (!size || price.is_null()) return std::nullopt;
    const Decimal unit =
        instrument.settle_asset == instrument.base_asset ? Decimal::from_int(1) : price;
    const auto value = execution::notional(unit, *size, Decimal::from_abi(instrument.multiplier));
    if (!value) return std::nullopt;
    return *value;
}

Expected<execution::PositionChange> MarginBook::change(tradectl_account_handle account,
                                                       const tradectl_instrument& instrument,
                                                       std::uint8_t side,
                                                       Decimal price,
                                                       Decimal quantity) const {
    return execution::apply_fill(position(account, instrument.handle),
                                 side,
                                 price,
                                 quantity,
                                 Decimal::from_abi(instrument.multiplier));
}

void MarginBook::set(tradectl_account_handle account,
                     tradectl_instrument_handle instrument,
                     const execution::Position& position) {
    if (position.quantity.is_zero())
        positions_.erase({account, instrument});
    else
        positions_[{account, instrument}] = position;
}

execution::Position MarginBook::position(tradectl_account_handle account,
                                         tradectl_instrument_handle instrument) const {
    const auto found = positions_.find({account, instrument});
    return found == positions_.end() ? execution::Position{} : found->second;
}

std::optional<MarginUse> margin_use(const Trading& trading,
                                    tradectl_account_handle account,
                                    tradectl_asset_handle settle) {
    MarginUse use;
    for (const auto& [key, position] : trading.margin.positions()) {
        if (key.first != account) continue;
        const auto* instrument = trading.table.instrument(key.second);
        if (instrument->settle_asset != settle) continue;
        const Decimal mark = trading.mark(key.second);
        if (mark.is_null() || !add_position(*instrument, position, mark, use)) return std::nullopt;
    }
    return use;
}

}  // namespace tradectl::engine

/// The orders of an instance that may still fill, by whom they were made for, and the text under
/// which each outlives a restart.
#pragma once

#include "decimal.hpp"
#include "enums.hpp"
#include "host.hpp"
#include "ids.hpp"
#include "timestamp.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace tradectl {

/// A whole number and nothing else.
template <typename Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// quantity * price * the instrument's multiplier in its quote asset, rounded up. Null when
/// something is not known or it does not fit.
[[nodiscard]] inline Decimal notional_of(const Instrument& instrument,
                                         Decimal quantity,
                                         Decimal price) {
    const auto plain = checked_mul(quantity, price, Rounding::Up);
    if (!plain) return Decimal::null();
    return checked_mul(*plain, Decimal::from_abi(instrument.raw().multiplier), Rounding::Up)
        .value_or(Decimal::null());
}

struct LiveOrder {
    InstrumentHandle instrument = kNoHandle;
    Side side = Side::None;
    Decimal quantity;
    Decimal price;
    Timestamp due = Timestamp::none();  ///< when the rest is canceled
    std::string owner;                  ///< for whom: what the strategy makes of it
    Decimal filled;                     ///< as far as the strategy has heard

    [[nodiscard]] Decimal leaves() const {
        return filled < quantity ? quantity - filled : Decimal{};
    }
};

using LiveOrders = std::map<OrderRef, LiveOrder>;

/// One line: side, quantity, price, filled, due, the instrument's name, the owner.
[[nodiscard]] inline std::string live_order_text(const LiveOrder& order, std::string_view name) {
    return std::string(order.side == Side::Buy ? "buy " : "sell ") + order.quantity.to_string() +
           " " + order.price.to_string() + " " + order.filled.to_string() + " " +
           std::to_string(order.due.ns()) + " " + std::string(name) + " " + order.owner;
}

/// Nothing for a text that is not one of `live_order_text`, or names an instrument that is not
/// there any more.
[[nodiscard]] inline std::optional<LiveOrder> parse_live_order(const Host& host,
                                                               std::string_view text) {
    const auto word = [&text] {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string_view found = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        return found;
    };
    const std::string_view side = word();
    const auto quantity = Decimal::parse(word());
    const auto price = Decimal::parse(word());
    const auto filled = Decimal::parse(word());
    const auto due = parse_number<std::int64_t>(word());
    const auto instrument = host.find_instrument(word());
    if ((side != "buy" && side != "sell") || !quantity || !price || !filled || !due || !instrument)
        return std::nullopt;
    return LiveOrder{.instrument = *instrument,
                     .side = side == "buy" ? Side::Buy : Side::Sell,
                     .quantity = *quantity,
                     .price = *price,
                     .due = Timestamp{*due},
                     .owner = std::string(text),
                     .filled = *filled};
}

}  // namespace tradectl

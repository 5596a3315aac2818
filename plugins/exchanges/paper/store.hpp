/// Keys and records of the venue's durable store, as tradectl-paper(7) describes them.
#pragma once

#include "types.hpp"

#include <tradectl/expected.hpp>

#include <string>
#include <string_view>

namespace tradectl::paper {

/// Indices live for one process; the store names markets and accounts. "-" is `kNoIndex`: what a
/// refused order named wrongly.
class Names {
  public:
    virtual ~Names() = default;
    [[nodiscard]] virtual std::string_view market_name(MarketIndex index) const = 0;
    [[nodiscard]] virtual std::string_view account_name(AccountIndex index) const = 0;
    [[nodiscard]] virtual MarketIndex market_named(std::string_view name) const = 0;
    [[nodiscard]] virtual AccountIndex account_named(std::string_view name) const = 0;
};

inline constexpr std::string_view kCountersKey = "m";
inline constexpr std::string_view kInstrumentPrefix = "i/";
inline constexpr std::string_view kAccountPrefix = "a/";
inline constexpr std::string_view kBalancePrefix = "b/";
inline constexpr std::string_view kOpenPrefix = "o/";
inline constexpr std::string_view kClosedPrefix = "c/";

[[nodiscard]] std::string open_key(std::string_view client_order_id);
[[nodiscard]] std::string closed_key(std::string_view client_order_id);
[[nodiscard]] std::string fill_key(std::uint64_t number);
[[nodiscard]] std::string venue_id_key(std::string_view venue_order_id);
[[nodiscard]] std::string instrument_key(std::string_view instrument);
[[nodiscard]] std::string account_key(std::string_view account);
[[nodiscard]] std::string balance_key(std::string_view account, std::string_view asset);

/// How the venue writes an order's number and a trade's; an order without number has no id.
[[nodiscard]] std::string venue_order_id(std::uint64_t number);
[[nodiscard]] std::string trade_id(std::uint64_t number);

/// What an instrument trades; open orders hold these assets whatever the config says later.
struct AssetPair {
    std::string base;
    std::string quote;
};

// Records are text: a version, then fields, parted by tabs. Decoders give Corrupt and say which
// field.
[[nodiscard]] std::string encode(const Order& order, const Names& names);
[[nodiscard]] std::string encode(const Fill& fill, const Names& names);
[[nodiscard]] std::string encode(const Balance& balance);
[[nodiscard]] std::string encode(const Counters& counters);
[[nodiscard]] std::string encode(const AssetPair& pair);
/// The record of an account: when it was opened.
[[nodiscard]] std::string encode(Timestamp opened);
[[nodiscard]] Expected<Order> decode_order(std::string_view client_order_id,
                                           std::string_view record,
                                           const Names& names);
[[nodiscard]] Expected<Fill> decode_fill(std::uint64_t number,
                                         std::string_view record,
                                         const Names& names);
[[nodiscard]] Expected<Balance> decode_balance(std::string_view record);
[[nodiscard]] Expected<Counters> decode_counters(std::string_view record);
[[nodiscard]] Expected<AssetPair> decode_pair(std::string_view record);

}  // namespace tradectl::paper

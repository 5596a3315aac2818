/// Keys and records of the venue's durable store, as tradectl-paper(7) describes them.
#pragma once

#include "types.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <optional>
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
inline constexpr std::string_view kPositionPrefix = "p/";
inline constexpr std::string_view kHistoryKey = "h";
inline constexpr std::string_view kDroppedPrefix = "d/";
inline constexpr std::string_view kOwnFillPrefix = "y/";

[[nodiscard]] std::string open_key(std::string_view client_order_id);
[[nodiscard]] std::string closed_key(std::string_view client_order_id);
[[nodiscard]] std::string fill_key(std::uint64_t number);
/// Of a fill of the venue's own order; its number is all that it says.
[[nodiscard]] std::string own_fill_key(std::uint64_t number);
/// Of the n-th order that closed.
[[nodiscard]] std::string closing_key(std::uint64_t number);
/// Of a block of digests of ids whose records were dropped.
[[nodiscard]] std::string dropped_key(std::uint64_t block);
[[nodiscard]] std::string venue_id_key(std::string_view venue_order_id);
[[nodiscard]] std::string instrument_key(std::string_view instrument);
[[nodiscard]] std::string account_key(std::string_view account);
[[nodiscard]] std::string balance_key(std::string_view account, std::string_view asset);
[[nodiscard]] std::string position_key(std::string_view account, std::string_view instrument);

/// How the venue writes an order's number and a trade's; an order without number has no id.
[[nodiscard]] std::string venue_order_id(std::uint64_t number);
/// The number in a venue order id; nothing when it is not one.
[[nodiscard]] std::optional<std::uint64_t> order_number(std::string_view venue_order_id);
[[nodiscard]] std::string trade_id(std::uint64_t number);

/// What an instrument trades; open orders hold these assets whatever the config says later.
struct MarketRecord {
    std::string base;
    std::string quote;
    std::string settle;  ///< empty for a cash market
    Decimal margin_initial = {};
    Decimal margin_maintenance = {};
};

/// What is still there of orders that closed and of fills. Both are counted from 1.
struct HistoryMarks {
    std::uint64_t closed = 0;        ///< orders that closed or were refused so far
    std::uint64_t closed_first = 1;  ///< the first of them whose record is kept
    std::uint64_t fills_first = 1;   ///< the first fill that is kept
    /// Time of the last fill that is not.
    Timestamp dropped_until = Timestamp::none();
    friend bool operator==(const HistoryMarks&, const HistoryMarks&) = default;
};

/// Which order the n-th closing was of; number 0 for a refused one.
struct Closing {
    std::string client_order_id;
    std::uint64_t number = 0;
};

// Records are text: a version, then fields, parted by tabs. Decoders give Corrupt and say which
// field.
[[nodiscard]] std::string encode(const Order& order, const Names& names);
[[nodiscard]] std::string encode(const Fill& fill, const Names& names);
[[nodiscard]] std::string encode(const Balance& balance);
[[nodiscard]] std::string encode(const Counters& counters);
[[nodiscard]] std::string encode(const MarketRecord& market);
[[nodiscard]] std::string encode(const Position& position);
[[nodiscard]] std::string encode(const HistoryMarks& marks);
[[nodiscard]] std::string encode(const Closing& closing);
/// The record of an account: when it was opened.
[[nodiscard]] std::string encode(Timestamp opened);
[[nodiscard]] Expected<Order> decode_order(std::string_view client_order_id,
                                           std::string_view record,
                                           const Names& names);
[[nodiscard]] Expected<Fill> decode_fill(std::uint64_t number,
                                         std::string_view record,
                                         const Names& names);
/// Debt is allowed in an asset in which margin positions settle.
enum class Debt : std::uint8_t { Refused, Allowed };
[[nodiscard]] Expected<Balance> decode_balance(std::string_view record, Debt debt);
[[nodiscard]] Expected<Counters> decode_counters(std::string_view record);
[[nodiscard]] Expected<MarketRecord> decode_market(std::string_view record);
[[nodiscard]] Expected<Position> decode_position(std::string_view record);
[[nodiscard]] Expected<HistoryMarks> decode_history(std::string_view record);
[[nodiscard]] Expected<Closing> decode_closing(std::string_view record);

}  // namespace tradectl::paper

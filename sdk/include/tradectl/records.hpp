/// Typed views of event records (abi/events.h). A view borrows its record: it is as long valid as
/// the call that brought the record, and costs one pointer.
#pragma once

#include "abi/events.h"
#include "decimal.hpp"
#include "enums.hpp"
#include "ids.hpp"
#include "text.hpp"
#include "timestamp.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tradectl {

/// What every event record begins with.
class Event {
  public:
    explicit Event(const tradectl_event& header) : header_(&header) {}
    [[nodiscard]] std::uint16_t type() const { return header_->type; }
    [[nodiscard]] std::uint64_t seq() const { return header_->seq; }
    /// By the venue's or the recording's clock.
    [[nodiscard]] Timestamp event_time() const { return Timestamp{header_->event_time}; }
    /// By the session's clock.
    [[nodiscard]] Timestamp host_time() const { return Timestamp{header_->host_time}; }
    [[nodiscard]] tradectl_instrument_handle instrument() const { return header_->instrument; }
    /// State at subscription, not a change.
    [[nodiscard]] bool is_snapshot() const {
        return (header_->flags & TRADECTL_EVENT_FLAG_SNAPSHOT) != 0;
    }
    /// Recovered after a gap or a restart.
    [[nodiscard]] bool is_replayed() const {
        return (header_->flags & TRADECTL_EVENT_FLAG_REPLAYED) != 0;
    }
    [[nodiscard]] const tradectl_event& header() const { return *header_; }

  protected:
    const tradectl_event* header_;
};

/// A view of one kind of record; the base of those below.
template <typename RecordType>
class RecordView : public Event {
  public:
    using Record = RecordType;
    explicit RecordView(const RecordType& record) : Event(record.header) {}
    [[nodiscard]] const RecordType& raw() const {
        return *reinterpret_cast<const RecordType*>(header_);
    }

  protected:
    [[nodiscard]] static Decimal decimal(tradectl_decimal value) {
        return Decimal::from_abi(value);
    }
};

struct Quote : RecordView<tradectl_quote_event> {
    using RecordView::RecordView;
    [[nodiscard]] Decimal bid_price() const { return decimal(raw().bid_price); }
    [[nodiscard]] Decimal bid_quantity() const { return decimal(raw().bid_quantity); }
    [[nodiscard]] Decimal ask_price() const { return decimal(raw().ask_price); }
    [[nodiscard]] Decimal ask_quantity() const { return decimal(raw().ask_quantity); }
};

struct Trade : RecordView<tradectl_trade_event> {
    using RecordView::RecordView;
    [[nodiscard]] Decimal price() const { return decimal(raw().price); }
    [[nodiscard]] Decimal quantity() const { return decimal(raw().quantity); }
    [[nodiscard]] std::uint64_t trade_id() const { return raw().trade_id; }
    [[nodiscard]] Side aggressor() const { return static_cast<Side>(raw().aggressor); }
};

/// `event_time` is the close of the bar.
struct Bar : RecordView<tradectl_bar_event> {
    using RecordView::RecordView;
    [[nodiscard]] Decimal open() const { return decimal(raw().open); }
    [[nodiscard]] Decimal high() const { return decimal(raw().high); }
    [[nodiscard]] Decimal low() const { return decimal(raw().low); }
    [[nodiscard]] Decimal close() const { return decimal(raw().close); }
    [[nodiscard]] Decimal volume() const { return decimal(raw().volume); }
    [[nodiscard]] std::int64_t interval_ns() const { return raw().interval_ns; }
    [[nodiscard]] std::uint64_t trade_count() const { return raw().trade_count; }
};

struct BookLevel {
    Decimal price;
    Decimal quantity;  ///< 0 in a delta removes the level
};

/// Snapshot or delta; levels best first.
struct Book : RecordView<tradectl_book_event> {
    using RecordView::RecordView;
    [[nodiscard]] bool is_delta() const { return type() == TRADECTL_EVENT_BOOK_DELTA; }
    [[nodiscard]] std::uint32_t bid_count() const { return raw().bid_count; }
    [[nodiscard]] std::uint32_t ask_count() const { return raw().ask_count; }
    [[nodiscard]] BookLevel bid(std::uint32_t index) const { return level(index); }
    [[nodiscard]] BookLevel ask(std::uint32_t index) const { return level(bid_count() + index); }
    /// Whether the levels lie inside the record. A dispatcher asks before it hands the view out.
    [[nodiscard]] bool is_well_formed() const;

  private:
    [[nodiscard]] BookLevel level(std::uint64_t index) const;
};

/// A change of one of the instance's own orders, verdicts included.
struct OrderUpdate : RecordView<tradectl_order_event> {
    using RecordView::RecordView;
    [[nodiscard]] OrderRef order_ref() const { return {raw().order_ref}; }
    [[nodiscard]] OrderStatus status() const { return static_cast<OrderStatus>(raw().status); }
    [[nodiscard]] Reason reason() const { return raw().reason; }
    [[nodiscard]] Side side() const { return static_cast<Side>(raw().side); }
    [[nodiscard]] Decimal price() const { return decimal(raw().price); }
    [[nodiscard]] Decimal order_qty() const { return decimal(raw().order_qty); }
    [[nodiscard]] Decimal filled_qty() const { return decimal(raw().filled_qty); }
    [[nodiscard]] Decimal leaves_qty() const { return decimal(raw().leaves_qty); }
    [[nodiscard]] Decimal average_price() const { return decimal(raw().average_price); }
    /// Of the check that denied, and what it saw; else null.
    [[nodiscard]] Decimal limit() const { return decimal(raw().limit); }
    [[nodiscard]] Decimal value() const { return decimal(raw().value); }
    [[nodiscard]] std::string_view client_order_id() const { return view(raw().client_order_id); }
    [[nodiscard]] std::string_view venue_order_id() const { return view(raw().venue_order_id); }
    [[nodiscard]] std::string_view text() const { return view(raw().text); }
};

struct Fill : RecordView<tradectl_fill_event> {
    using RecordView::RecordView;
    [[nodiscard]] OrderRef order_ref() const { return {raw().order_ref}; }
    [[nodiscard]] Side side() const { return static_cast<Side>(raw().side); }
    [[nodiscard]] Liquidity liquidity() const { return static_cast<Liquidity>(raw().liquidity); }
    [[nodiscard]] Decimal price() const { return decimal(raw().price); }
    [[nodiscard]] Decimal quantity() const { return decimal(raw().quantity); }
    /// Positive is paid, negative is a rebate; in `fee_asset_name`.
    [[nodiscard]] Decimal fee() const { return decimal(raw().fee); }
    [[nodiscard]] Decimal filled_qty() const { return decimal(raw().filled_qty); }
    [[nodiscard]] Decimal leaves_qty() const { return decimal(raw().leaves_qty); }
    [[nodiscard]] std::string_view trade_id() const { return view(raw().trade_id); }
    [[nodiscard]] std::string_view client_order_id() const { return view(raw().client_order_id); }
    [[nodiscard]] std::string_view venue_order_id() const { return view(raw().venue_order_id); }
    [[nodiscard]] std::string_view fee_asset_name() const { return view(raw().fee_asset_name); }
    /// Margin accounting: the profit of what it closed, in the settle asset, fee not included.
    [[nodiscard]] Decimal realized_pnl() const { return decimal(raw().realized_pnl); }
};

struct PositionUpdate : RecordView<tradectl_position_event> {
    using RecordView::RecordView;
    [[nodiscard]] Decimal quantity() const { return decimal(raw().quantity); }
    [[nodiscard]] Decimal average_price() const { return decimal(raw().average_price); }
    [[nodiscard]] Decimal realized_pnl() const { return decimal(raw().realized_pnl); }
};

struct BalanceUpdate : RecordView<tradectl_balance_event> {
    using RecordView::RecordView;
    [[nodiscard]] tradectl_account_handle account() const { return raw().account; }
    [[nodiscard]] tradectl_asset_handle asset() const { return raw().asset; }
    [[nodiscard]] std::string_view asset_name() const { return view(raw().asset_name); }
    [[nodiscard]] Decimal total() const { return decimal(raw().total); }
    [[nodiscard]] Decimal free() const { return decimal(raw().free); }
    [[nodiscard]] Decimal held() const { return decimal(raw().held); }
    [[nodiscard]] Decimal unsettled() const { return decimal(raw().unsettled); }
};

struct Timer : RecordView<tradectl_timer_event> {
    using RecordView::RecordView;
    [[nodiscard]] std::uint64_t timer_id() const { return raw().timer_id; }
    [[nodiscard]] Timestamp due() const { return Timestamp{raw().due}; }
};

struct InstrumentUpdate : RecordView<tradectl_instrument_event> {
    using RecordView::RecordView;
    [[nodiscard]] std::uint32_t change() const { return raw().change; }
    [[nodiscard]] Decimal resolved_price() const { return decimal(raw().resolved_price); }
};

struct StatusUpdate : RecordView<tradectl_status_event> {
    using RecordView::RecordView;
    /// A TRADECTL_STATUS_ number.
    [[nodiscard]] std::uint32_t status() const { return raw().status; }
    [[nodiscard]] std::string_view text() const { return view(raw().text); }
};

/// What somebody else did at the venue.
struct Activity : RecordView<tradectl_activity_event> {
    using RecordView::RecordView;
    [[nodiscard]] std::uint32_t activity() const { return raw().activity; }
    [[nodiscard]] Side side() const { return static_cast<Side>(raw().side); }
    [[nodiscard]] Decimal price() const { return decimal(raw().price); }
    [[nodiscard]] Decimal quantity() const { return decimal(raw().quantity); }
    [[nodiscard]] std::string_view wallet() const { return view(raw().wallet); }
    /// Unique at the venue: the key for de-duplication.
    [[nodiscard]] std::string_view activity_id() const { return view(raw().activity_id); }
};

struct Ext : RecordView<tradectl_ext_event> {
    using RecordView::RecordView;
    [[nodiscard]] std::string_view name() const { return view(raw().name); }
    /// Empty when the record says a range outside of itself.
    [[nodiscard]] Bytes payload() const;
};

/// An event record's own type number and least size. One line for each kind.
template <typename Record>
inline constexpr std::uint16_t kEventType = 0;
template <>
inline constexpr std::uint16_t kEventType<tradectl_quote_event> = TRADECTL_EVENT_QUOTE;
template <>
inline constexpr std::uint16_t kEventType<tradectl_trade_event> = TRADECTL_EVENT_TRADE;
template <>
inline constexpr std::uint16_t kEventType<tradectl_bar_event> = TRADECTL_EVENT_BAR;
template <>
inline constexpr std::uint16_t kEventType<tradectl_book_event> = TRADECTL_EVENT_BOOK_SNAPSHOT;
template <>
inline constexpr std::uint16_t kEventType<tradectl_order_event> = TRADECTL_EVENT_ORDER;
template <>
inline constexpr std::uint16_t kEventType<tradectl_fill_event> = TRADECTL_EVENT_FILL;
template <>
inline constexpr std::uint16_t kEventType<tradectl_position_event> = TRADECTL_EVENT_POSITION;
template <>
inline constexpr std::uint16_t kEventType<tradectl_balance_event> = TRADECTL_EVENT_BALANCE;
template <>
inline constexpr std::uint16_t kEventType<tradectl_timer_event> = TRADECTL_EVENT_TIMER;
template <>
inline constexpr std::uint16_t kEventType<tradectl_instrument_event> = TRADECTL_EVENT_INSTRUMENT;
template <>
inline constexpr std::uint16_t kEventType<tradectl_status_event> = TRADECTL_EVENT_STATUS;
template <>
inline constexpr std::uint16_t kEventType<tradectl_activity_event> = TRADECTL_EVENT_ACTIVITY;
template <>
inline constexpr std::uint16_t kEventType<tradectl_ext_event> = TRADECTL_EVENT_EXT;

/// A zeroed record of one kind, size and type set, no instrument, event time not known.
template <typename Record>
[[nodiscard]] Record make_event() {
    static_assert(kEventType<Record> != 0, "not an event record");
    Record record{};
    record.header.size = sizeof(Record);
    record.header.type = kEventType<Record>;
    record.header.event_time = TRADECTL_TIME_NONE;
    record.header.host_time = TRADECTL_TIME_NONE;
    record.header.instrument = TRADECTL_HANDLE_NONE;
    return record;
}

/// Walks `count` records: `visit(const tradectl_event&)`. InvalidArgument, as the ABI's number,
/// when a size is not a multiple of 8, under the header's, or leads outside of the block; what came
/// before was visited.
template <typename Visit>
[[nodiscard]] tradectl_status each_event(const std::uint8_t* events,
                                         std::uint64_t bytes,
                                         std::uint32_t count,
                                         Visit&& visit) {
    std::uint64_t at = 0;
    for (; count > 0; --count) {
        if (bytes - at < sizeof(tradectl_event)) return TRADECTL_INVALID_ARGUMENT;
        const auto& event = *reinterpret_cast<const tradectl_event*>(events + at);
        if (event.size < sizeof(tradectl_event) || event.size % 8 != 0 || event.size > bytes - at)
            return TRADECTL_INVALID_ARGUMENT;
        visit(event);
        at += event.size;
    }
    return TRADECTL_OK;
}

/// The record as a view of its kind, or nothing when it has another type or is too short for it.
template <typename View>
[[nodiscard]] std::optional<View> event_as(const tradectl_event& event) {
    using Record = typename View::Record;
    const bool is_book = event.type == TRADECTL_EVENT_BOOK_DELTA &&
                         kEventType<Record> == TRADECTL_EVENT_BOOK_SNAPSHOT;
    if ((event.type != kEventType<Record> && !is_book) || event.size < sizeof(Record))
        return std::nullopt;
    return View{reinterpret_cast<const Record&>(event)};
}

inline bool Book::is_well_formed() const {
    const auto& book = raw();
    const std::uint64_t levels = std::uint64_t{book.bid_count} + book.ask_count;
    if (levels == 0) return true;
    return book.level_stride >= sizeof(tradectl_level) && book.level_stride % 8 == 0 &&
           book.levels_offset >= sizeof(tradectl_book_event) && book.levels_offset % 8 == 0 &&
           book.levels_offset + levels * book.level_stride <= header().size;
}

inline BookLevel Book::level(std::uint64_t index) const {
    const auto* base = reinterpret_cast<const std::uint8_t*>(header_);
    const auto& level = *reinterpret_cast<const tradectl_level*>(base + raw().levels_offset +
                                                                 index * raw().level_stride);
    return {Decimal::from_abi(level.price), Decimal::from_abi(level.quantity)};
}

inline Bytes Ext::payload() const {
    const std::uint64_t end = std::uint64_t{raw().payload_offset} + raw().payload_bytes;
    if (raw().payload_offset < sizeof(tradectl_ext_event) || end > header().size) return {};
    return {reinterpret_cast<const std::uint8_t*>(header_) + raw().payload_offset,
            raw().payload_bytes};
}

}  // namespace tradectl

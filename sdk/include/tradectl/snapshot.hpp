/// What an instance knows as of a turn: book tops, positions, balances, open orders. Reads need no
/// host call; views are valid until the turn ends.
#pragma once

#include "abi/events.h"
#include "decimal.hpp"
#include "enums.hpp"
#include "ids.hpp"
#include "timestamp.hpp"

#include <cstddef>
#include <cstdint>
#include <iterator>

namespace tradectl {

/// Best prices of an instrument; null when a side is empty or not known.
class BookTop {
  public:
    explicit BookTop(const tradectl_book_top& record) : record_(&record) {}
    [[nodiscard]] Decimal bid_price() const { return Decimal::from_abi(record_->bid_price); }
    [[nodiscard]] Decimal bid_quantity() const { return Decimal::from_abi(record_->bid_quantity); }
    [[nodiscard]] Decimal ask_price() const { return Decimal::from_abi(record_->ask_price); }
    [[nodiscard]] Decimal ask_quantity() const { return Decimal::from_abi(record_->ask_quantity); }
    [[nodiscard]] Decimal last_price() const { return Decimal::from_abi(record_->last_price); }
    [[nodiscard]] Timestamp updated() const { return Timestamp{record_->updated}; }

  private:
    const tradectl_book_top* record_;
};

/// This instance's position in an instrument.
class Position {
  public:
    explicit Position(const tradectl_position_state& record) : record_(&record) {}
    /// Negative is short, zero is flat.
    [[nodiscard]] Decimal quantity() const { return Decimal::from_abi(record_->quantity); }
    [[nodiscard]] Decimal average_price() const {
        return Decimal::from_abi(record_->average_price);
    }
    /// In the quote asset, fees not included.
    [[nodiscard]] Decimal realized_pnl() const { return Decimal::from_abi(record_->realized_pnl); }
    [[nodiscard]] bool is_flat() const { return quantity().is_zero(); }

  private:
    const tradectl_position_state* record_;
};

class Balance {
  public:
    explicit Balance(const tradectl_balance_state& record) : record_(&record) {}
    [[nodiscard]] tradectl_account_handle account() const { return record_->account; }
    [[nodiscard]] tradectl_asset_handle asset() const { return record_->asset; }
    [[nodiscard]] Decimal total() const { return Decimal::from_abi(record_->total); }
    [[nodiscard]] Decimal free() const { return Decimal::from_abi(record_->free); }
    [[nodiscard]] Decimal held() const { return Decimal::from_abi(record_->held); }
    [[nodiscard]] Decimal unsettled() const { return Decimal::from_abi(record_->unsettled); }

  private:
    const tradectl_balance_state* record_;
};

class OpenOrder {
  public:
    explicit OpenOrder(const tradectl_open_order& record) : record_(&record) {}
    [[nodiscard]] OrderRef order_ref() const { return {record_->order_ref}; }
    [[nodiscard]] tradectl_instrument_handle instrument() const { return record_->instrument; }
    [[nodiscard]] OrderStatus status() const { return static_cast<OrderStatus>(record_->status); }
    [[nodiscard]] Side side() const { return static_cast<Side>(record_->side); }
    [[nodiscard]] OrderType order_type() const {
        return static_cast<OrderType>(record_->order_type);
    }
    [[nodiscard]] Decimal price() const { return Decimal::from_abi(record_->price); }
    [[nodiscard]] Decimal order_qty() const { return Decimal::from_abi(record_->order_qty); }
    [[nodiscard]] Decimal filled_qty() const { return Decimal::from_abi(record_->filled_qty); }

  private:
    const tradectl_open_order* record_;
};

/// Records a stride apart, seen one by one as `View`.
template <typename View, typename Record>
class RecordRange {
  public:
    RecordRange(const Record* first, std::uint32_t count, std::uint32_t stride)
        : first_(reinterpret_cast<const std::uint8_t*>(first)), count_(count), stride_(stride) {}

    class Iterator {
      public:
        Iterator(const RecordRange& range, std::uint32_t index) : range_(&range), index_(index) {}
        View operator*() const { return (*range_)[index_]; }
        Iterator& operator++() {
            ++index_;
            return *this;
        }
        bool operator!=(const Iterator& other) const { return index_ != other.index_; }

      private:
        const RecordRange* range_;
        std::uint32_t index_;
    };

    [[nodiscard]] Iterator begin() const { return {*this, 0}; }
    [[nodiscard]] Iterator end() const { return {*this, count_}; }
    [[nodiscard]] std::uint32_t size() const { return count_; }
    [[nodiscard]] bool empty() const { return count_ == 0; }
    [[nodiscard]] View operator[](std::uint32_t index) const {
        return View{
            *reinterpret_cast<const Record*>(first_ + std::size_t{index} * std::size_t{stride_})};
    }

  private:
    const std::uint8_t* first_;
    std::uint32_t count_;
    std::uint32_t stride_;
};

/// The snapshot block of a turn. An unknown instrument has a null top and a flat position.
class Snapshot {
  public:
    /// Nothing is known: outside of a turn.
    Snapshot() = default;
    explicit Snapshot(const tradectl_turn& turn) : turn_(&turn) {}

    [[nodiscard]] BookTop top(tradectl_instrument_handle instrument) const {
        if (turn_ == nullptr || instrument >= turn_->top_count) return BookTop{kNoTop};
        return RecordRange<BookTop, tradectl_book_top>{
            turn_->tops, turn_->top_count, turn_->top_stride}[instrument];
    }
    [[nodiscard]] Position position(tradectl_instrument_handle instrument) const {
        if (turn_ == nullptr || instrument >= turn_->position_count) return Position{kFlat};
        return RecordRange<Position, tradectl_position_state>{
            turn_->positions, turn_->position_count, turn_->position_stride}[instrument];
    }
    [[nodiscard]] RecordRange<Balance, tradectl_balance_state> balances() const {
        if (turn_ == nullptr) return {nullptr, 0, 0};
        return {turn_->balances, turn_->balance_count, turn_->balance_stride};
    }
    /// The first account's balance of the asset; all zero when there is none.
    [[nodiscard]] Balance balance(tradectl_asset_handle asset) const {
        for (const Balance each : balances())
            if (each.asset() == asset) return each;
        return Balance{kNoBalance};
    }
    /// In order of submission.
    [[nodiscard]] RecordRange<OpenOrder, tradectl_open_order> open_orders() const {
        if (turn_ == nullptr) return {nullptr, 0, 0};
        return {turn_->open_orders, turn_->open_order_count, turn_->open_order_stride};
    }

  private:
    static constexpr tradectl_decimal kNull{TRADECTL_DECIMAL_NULL_LO, TRADECTL_DECIMAL_NULL_HI};
    static constexpr tradectl_book_top kNoTop{
        kNull, kNull, kNull, kNull, kNull, TRADECTL_TIME_NONE};
    static constexpr tradectl_position_state kFlat{
        TRADECTL_HANDLE_NONE, TRADECTL_HANDLE_NONE, {0, 0}, kNull, {0, 0}};
    static constexpr tradectl_balance_state kNoBalance{
        TRADECTL_HANDLE_NONE, TRADECTL_HANDLE_NONE, {0, 0}, {0, 0}, {0, 0}, {0, 0}};

    const tradectl_turn* turn_ = nullptr;
};

}  // namespace tradectl

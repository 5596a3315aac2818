/// How fields of a record body become bytes and bytes become fields. Format: tradectl-wal(5).
///
/// Both directions offer the same calls, so that one list of fields (record.cpp) serves both.
#pragma once

#include "host/wal/record.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string_view>
#include <type_traits>

namespace tradectl::wal {

/// Writes fields into a room, one behind the other. A text above 65,535 bytes, bytes above 2^32 - 1
/// and what does not fit are not written and make `ok` false.
class FieldWriter {
  public:
    explicit FieldWriter(std::span<std::byte> room)
        : begin_(room.data()), at_(begin_), end_(begin_ + room.size()) {}

    template <typename T>
    requires std::is_integral_v<T> || std::is_enum_v<T>
    void field(const T& value) { put(&value, sizeof(T)); }
    void field(const bool& value) { field(static_cast<std::uint8_t>(value ? 1 : 0)); }
    void field(const Decimal& value) {
        const tradectl_decimal raw = value.to_abi();
        put(&raw, sizeof(raw));
    }
    void field(const Timestamp& value) { field(value.ns()); }
    void field(const OrderRef& value) { field(value.value); }
    void field(const std::array<std::byte, 32>& value) { put(value.data(), value.size()); }
    void field(std::string_view text) {
        if (text.size() > std::numeric_limits<std::uint16_t>::max()) {
            ok_ = false;
            return;
        }
        field(static_cast<std::uint16_t>(text.size()));
        put(text.data(), text.size());
    }
    void field(std::span<const std::byte> bytes) {
        if (bytes.size() > std::numeric_limits<std::uint32_t>::max()) {
            ok_ = false;
            return;
        }
        field(static_cast<std::uint32_t>(bytes.size()));
        put(bytes.data(), bytes.size());
    }
    /// The last field of a body: nothing is written for zeros, or for no time.
    void optional(const std::array<std::byte, 32>& value) {
        if (value != std::array<std::byte, 32>{}) field(value);
    }
    void optional(const Timestamp& value) {
        if (!value.is_none()) field(value);
    }
    /// An enumeration whose values run from 1 to `last`.
    template <typename T>
    void choice(const T& value, T last) {
        if (value < T{1} || value > last) ok_ = false;
        field(value);
    }
    template <typename T, std::size_t N, typename Each>
    void list(const ShortList<T, N>& items, Each&& each) {
        static_assert(N <= 255);
        field(static_cast<std::uint8_t>(items.size()));
        for (const T& item : items)
            each(*this, item);
    }

    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] std::size_t bytes() const { return static_cast<std::size_t>(at_ - begin_); }

  private:
    void put(const void* bytes, std::size_t count) {
        if (count > static_cast<std::size_t>(end_ - at_)) ok_ = false;
        if (!ok_ || count == 0) return;
        std::memcpy(at_, bytes, count);
        at_ += count;
    }

    std::byte* begin_;
    std::byte* at_;
    std::byte* end_;
    bool ok_ = true;
};

/// Takes fields from the front of a span. After the first that does not fit or is out of range all
/// calls give nothing and `ok` is false.
class FieldReader {
  public:
    explicit FieldReader(std::span<const std::byte> bytes) : rest_(bytes) {}

    template <typename T>
    requires std::is_integral_v<T> || std::is_enum_v<T>
    void field(T& value) {
        if (const auto bytes = take(sizeof(T)); ok_) std::memcpy(&value, bytes.data(), sizeof(T));
    }
    void field(bool& value) {
        std::uint8_t number = 0;
        field(number);
        if (number > 1) ok_ = false;
        value = number == 1;
    }
    void field(Decimal& value) {
        tradectl_decimal raw{};
        if (const auto bytes = take(sizeof(raw)); ok_) std::memcpy(&raw, bytes.data(), sizeof(raw));
        value = Decimal::from_abi(raw);
    }
    void field(Timestamp& value) {
        std::int64_t ns = 0;
        field(ns);
        value = Timestamp{ns};
    }
    void field(OrderRef& value) { field(value.value); }
    void field(std::array<std::byte, 32>& value) {
        if (const auto bytes = take(value.size()); ok_)
            std::memcpy(value.data(), bytes.data(), value.size());
    }
    void field(std::string_view& text) {
        std::uint16_t count = 0;
        field(count);
        const auto bytes = take(count);
        text = {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    void field(std::span<const std::byte>& bytes) {
        std::uint32_t count = 0;
        field(count);
        bytes = take(count);
    }
    /// The last field of a body: zeros, or no time, when the body ends before it.
    void optional(std::array<std::byte, 32>& value) {
        value = {};
        if (rest_.empty()) return;
        field(value);
        if (value == std::array<std::byte, 32>{}) ok_ = false;
    }
    void optional(Timestamp& value) {
        value = Timestamp::none();
        if (rest_.empty()) return;
        field(value);
        if (value.is_none()) ok_ = false;
    }
    template <typename T>
    void choice(T& value, T last) {
        field(value);
        if (value < T{1} || value > last) ok_ = false;
    }
    template <typename T, std::size_t N, typename Each>
    void list(ShortList<T, N>& items, Each&& each) {
        std::uint8_t count = 0;
        field(count);
        for (std::uint8_t i = 0; i < count && ok_; ++i) {
            T item{};
            each(*this, item);
            if (ok_ && !items.push(item)) ok_ = false;
        }
    }

    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] std::size_t left() const { return rest_.size(); }

  private:
    std::span<const std::byte> take(std::size_t count) {
        if (!ok_ || count > rest_.size()) {
            ok_ = false;
            return {};
        }
        const auto taken = rest_.first(count);
        rest_ = rest_.subspan(count);
        return taken;
    }

    std::span<const std::byte> rest_;
    bool ok_ = true;
};

}  // namespace tradectl::wal

/// Text that is put together while compiling: the settings schema and the manifest.
#pragma once

#include "decimal.hpp"
#include "timestamp.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tradectl {

/// JSON text in a fixed block. Writing past its end while compiling is a compile error. [any]
class SchemaText {
  public:
    static constexpr std::size_t kBytesMax = 32768;

    constexpr void put(char c) { data_[size_++] = c; }
    constexpr void put(std::string_view text) {
        for (const char c : text)
            put(c);
    }
    /// A JSON string. Control characters have no place in a help text and become blanks.
    constexpr void put_quoted(std::string_view text) {
        put('"');
        for (const char c : text) {
            if (c == '"' || c == '\\') put('\\');
            put(static_cast<unsigned char>(c) < 0x20 ? ' ' : c);
        }
        put('"');
    }
    constexpr void put_key(std::string_view key) {
        put_quoted(key);
        put(':');
    }
    constexpr void put_integer(std::int64_t value) {
        char digits[20] = {};
        std::size_t count = 0;
        auto rest = static_cast<std::uint64_t>(value);
        if (value < 0) {
            put('-');
            rest = 0 - rest;
        }
        do {
            digits[count++] = static_cast<char>('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        while (count > 0)
            put(digits[--count]);
    }
    /// A decimal as a JSON string.
    constexpr void put_decimal(Decimal value) {
        char text[Decimal::kTextBytesMax] = {};
        const char* end = value.write(text);
        put_quoted({text, static_cast<std::size_t>(end - text)});
    }
    /// A duration as a JSON string in the largest unit that is exact: "250ms".
    constexpr void put_duration(std::int64_t ns) {
        constexpr std::array<std::int64_t, 6> kUnits{kNsPerDay,
                                                     kNsPerHour,
                                                     kNsPerMinute,
                                                     kNsPerSecond,
                                                     kNsPerMillisecond,
                                                     kNsPerMicrosecond};
        constexpr std::array<std::string_view, 6> kNames{"d", "h", "m", "s", "ms", "us"};
        std::size_t unit = 0;
        while (unit < kUnits.size() && (ns == 0 || ns % kUnits[unit] != 0))
            ++unit;
        put('"');
        put_integer(unit < kUnits.size() ? ns / kUnits[unit] : ns);
        put(unit < kNames.size() ? kNames[unit] : "ns");
        put('"');
    }

    [[nodiscard]] constexpr std::size_t size() const { return size_; }
    [[nodiscard]] constexpr std::string_view view() const { return {data_.data(), size_}; }
    [[nodiscard]] constexpr char operator[](std::size_t index) const { return data_[index]; }

  private:
    std::array<char, kBytesMax> data_{};
    std::size_t size_ = 0;
};

}  // namespace tradectl

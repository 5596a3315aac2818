/// The text of the store's records: a version, then fields parted by tabs. See tradectl-paper(7).
#pragma once

#include <tradectl/decimal.hpp>
#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace tradectl::paper::store_text {

inline constexpr std::uint32_t kFirst = 1;
/// Orders, fills, counters and instruments have grown once.
inline constexpr std::uint32_t kSecond = 2;
inline constexpr char kSeparator = '\t';

/// Puts fields one behind the other.
class Writer {
  public:
    explicit Writer(std::uint32_t version = kFirst) { put(version); }
    template <std::integral Number>
    Writer& put(Number number) {
        char text[std::numeric_limits<Number>::digits10 + 3];
        const auto end = std::to_chars(text, text + sizeof text, number).ptr;
        return put(std::string_view{text, static_cast<std::size_t>(end - text)});
    }
    Writer& put(Decimal value) {
        char text[Decimal::kTextBytesMax];
        return put(std::string_view{text, static_cast<std::size_t>(value.write(text) - text)});
    }
    Writer& put(Timestamp time) { return put(time.ns()); }
    Writer& put_flag(bool value) { return put(static_cast<std::uint32_t>(value ? 1 : 0)); }
    Writer& put(std::string_view text) {
        if (!out_.empty()) out_ += kSeparator;
        out_ += text;
        return *this;
    }
    [[nodiscard]] std::string take() { return std::move(out_); }

  private:
    std::string out_;
};

/// Takes fields one after the other; after the first fault everything else is a default.
class Reader {
  public:
    explicit Reader(std::string_view record, std::uint32_t newest = kFirst) : rest_(record) {
        version_ = number<std::uint32_t>("version");
        if (version_ < kFirst || version_ > newest) note("version");
    }
    [[nodiscard]] bool has_second() const { return version_ >= kSecond; }
    bool flag(const char* field) {
        const auto value = number<std::uint32_t>(field);
        if (value > 1) note(field);
        return value == 1;
    }
    std::string_view text(const char* field) {
        if (done_) {
            note(field);
            return {};
        }
        const std::size_t end = rest_.find(kSeparator);
        const std::string_view out = rest_.substr(0, end);
        done_ = end == std::string_view::npos;
        rest_.remove_prefix(done_ ? rest_.size() : end + 1);
        return out;
    }
    template <std::integral Number>
    Number number(const char* field) {
        const std::string_view digits = text(field);
        Number value{};
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (error != std::errc{} || end != digits.data() + digits.size()) note(field);
        return value;
    }
    /// An enum between two of its values.
    template <typename Enum>
    Enum choice(const char* field, Enum first, Enum last) {
        const auto value = static_cast<Enum>(number<std::uint32_t>(field));
        if (value >= first && value <= last) return value;
        note(field);
        return first;
    }
    Decimal decimal(const char* field) {
        const std::string_view digits = text(field);
        if (digits == "null") return Decimal::null();
        const auto value = Decimal::parse(digits);
        if (!value) note(field);
        return value.value_or(Decimal{});
    }
    /// A decimal that is there and not below zero.
    Decimal amount(const char* field) {
        const Decimal value = decimal(field);
        if (value.is_null() || value.is_negative()) note(field);
        return value;
    }
    Timestamp time(const char* field) { return Timestamp{number<std::int64_t>(field)}; }
    void note(const char* field) {
        if (fault_ == nullptr) fault_ = field;
    }
    [[nodiscard]] Status finish(std::string_view what) {
        if (!done_) note("end");
        if (fault_ == nullptr) return {};
        return fail(ErrorCode::Corrupt,
                    "store: record of " + std::string(what) + ": bad field " + fault_);
    }

  private:
    std::string_view rest_;
    std::uint32_t version_ = 0;
    bool done_ = false;
    const char* fault_ = nullptr;
};

}  // namespace tradectl::paper::store_text

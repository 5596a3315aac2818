#include "host/market/capture_fields.hpp"

#include "host/market/short_decimal.hpp"

#include <tradectl/decimal.hpp>
#include <tradectl/timestamp.hpp>

#include <limits>

namespace tradectl::market {
namespace {

constexpr std::size_t kQuotedBytesMax = 64;

}  // namespace

const char* read_message_decimal(std::string_view text, tradectl_decimal& out) {
    if (read_short_decimal(text, 0, out)) return nullptr;
    const auto parsed = decimal_detail::parse_raw(text, std::nullopt);
    switch (parsed.fault) {
        case decimal_detail::ParseFault::None: break;
        case decimal_detail::ParseFault::Inexact: return "more than 18 decimals";
        case decimal_detail::ParseFault::OutOfRange: return "out of range";
        case decimal_detail::ParseFault::NotANumber: return "not a number";
    }
    out = Decimal::from_raw(parsed.raw).to_abi();
    return nullptr;
}

bool read_number(std::string_view text, std::uint64_t& out) {
    if (read_short_number(text, out)) return true;
    if (text.empty()) return false;
    std::uint64_t value = 0;
    for (const char c : text) {
        const auto digit = static_cast<unsigned char>(c - '0');
        if (digit > 9) return false;
        if (__builtin_mul_overflow(value, 10U, &value)) return false;
        if (__builtin_add_overflow(value, digit, &value)) return false;
    }
    out = value;
    return true;
}

bool read_seconds(std::string_view text, tradectl_time& out) {
    constexpr std::size_t kDecimals = 9;
    const std::size_t point = text.find('.');
    std::uint64_t whole = 0;
    if (!read_number(text.substr(0, point), whole)) return false;
    std::uint64_t fraction = 0;
    if (point != std::string_view::npos) {
        const std::string_view digits = text.substr(point + 1);
        if (digits.size() > kDecimals || !read_number(digits, fraction)) return false;
        for (std::size_t i = digits.size(); i < kDecimals; ++i)
            fraction *= 10;
    }
    constexpr auto kSecondsMax =
        static_cast<std::uint64_t>(std::numeric_limits<tradectl_time>::max() / kNsPerSecond) - 1;
    if (whole > kSecondsMax) return false;
    out = static_cast<tradectl_time>(whole) * kNsPerSecond + static_cast<tradectl_time>(fraction);
    return true;
}

void FieldReader::fault(JsonView value, std::string_view name, std::string_view reason) {
    if (!fault_.empty()) return;
    fault_ = std::string(name) + ": ";
    if (value.is(JsonKind::String) || value.is(JsonKind::Number)) {
        fault_ += '"';
        for (const char c : value.text().substr(0, kQuotedBytesMax))
            fault_ += c >= 0x20 && c < 0x7f ? c : '?';
        fault_ += value.text().size() > kQuotedBytesMax ? "...\": " : "\": ";
    }
    fault_ += value ? reason : "missing";
}

Status FieldReader::status() const {
    if (fault_.empty()) return {};
    return fail(ErrorCode::Corrupt, fault_);
}

tradectl_decimal FieldReader::decimal(JsonView value, std::string_view name) {
    tradectl_decimal out{};
    if (const char* reason = read_message_decimal(value.text(), out)) fault(value, name, reason);
    return out;
}

std::uint64_t FieldReader::number(JsonView value, std::string_view name) {
    std::uint64_t out = 0;
    if (!read_number(value.text(), out)) fault(value, name, "not an integer of 64 bits");
    return out;
}

tradectl_time FieldReader::milliseconds(JsonView value, std::string_view name) {
    const std::uint64_t out = number(value, name);
    constexpr auto kMax =
        static_cast<std::uint64_t>(std::numeric_limits<tradectl_time>::max() / kNsPerMillisecond);
    if (out <= kMax) return static_cast<tradectl_time>(out) * kNsPerMillisecond;
    fault(value, name, "out of range");
    return 0;
}

tradectl_time FieldReader::date_time(JsonView value, std::string_view name) {
    if (const auto time = Timestamp::parse(value.text())) return time->ns();
    fault(value, name, "not a date and time");
    return 0;
}

tradectl_time FieldReader::seconds(JsonView value, std::string_view name) {
    tradectl_time out = 0;
    if (!read_seconds(value.text(), out)) fault(value, name, "not seconds since 1970");
    return out;
}

std::string_view FieldReader::text(JsonView value, std::string_view name) {
    if (!value.is(JsonKind::String) || value.text().empty()) fault(value, name, "not a text");
    return value.text();
}

JsonView FieldReader::array(JsonView value, std::string_view name) {
    if (!value.is(JsonKind::Array)) fault(value, name, "not a list");
    return value;
}

JsonView FieldReader::object(JsonView value, std::string_view name) {
    if (!value.is(JsonKind::Object)) fault(value, name, "not an object");
    return value;
}

std::uint16_t FieldReader::side(JsonView value,
                                std::string_view name,
                                std::string_view buy,
                                std::string_view sell) {
    if (value.text() == buy) return TRADECTL_SIDE_BUY;
    if (value.text() != sell) fault(value, name, "not a side");
    return TRADECTL_SIDE_SELL;
}

}  // namespace tradectl::market

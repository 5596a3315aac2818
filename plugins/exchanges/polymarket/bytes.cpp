#include "bytes.hpp"

#include <algorithm>

namespace tradectl::polymarket {

namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// value * factor + addend, both at most 10^16; false when it no longer fits.
bool multiply_add(Word& value, std::uint64_t factor, std::uint64_t addend) {
    std::uint64_t carry = addend;
    for (std::size_t i = value.size(); i-- > 0;) {
        const std::uint64_t product = value[i] * factor + carry;
        value[i] = static_cast<std::uint8_t>(product & 0xffU);
        carry = product >> 8;
    }
    return carry == 0;
}

/// value / 10; returns the rest.
unsigned divide_by_ten(Word& value) {
    unsigned rest = 0;
    for (std::uint8_t& byte : value) {
        const unsigned all = rest * 256 + byte;
        byte = static_cast<std::uint8_t>(all / 10);
        rest = all % 10;
    }
    return rest;
}

std::optional<std::string_view> digits_of(std::string_view text) {
    if (text.size() < 2 || text[0] != '0' || (text[1] != 'x' && text[1] != 'X'))
        return std::nullopt;
    text.remove_prefix(2);
    if (!std::all_of(text.begin(), text.end(), [](char c) { return hex_digit(c) >= 0; }))
        return std::nullopt;
    return text;
}

/// The digits into the low end of `out`.
void put_hex(std::string_view digits, std::uint8_t* out, std::size_t bytes) {
    std::size_t nibble = 0;
    for (std::size_t i = digits.size(); i-- > 0; ++nibble) {
        const auto value = static_cast<unsigned>(hex_digit(digits[i]));
        out[bytes - 1 - nibble / 2] |= static_cast<std::uint8_t>(value << (nibble % 2 * 4));
    }
}

}  // namespace

Word word_of(std::uint64_t value) {
    Word out{};
    for (std::size_t i = 0; i < 8; ++i)
        out[31 - i] = static_cast<std::uint8_t>(value >> (8 * i));
    return out;
}

Word word_of(const Address& address) {
    Word out{};
    std::copy(address.begin(), address.end(), out.begin() + 12);
    return out;
}

std::optional<Word> parse_decimal_word(std::string_view text) {
    constexpr std::size_t kDigitsMax = 78;
    if (text.empty() || text.size() > kDigitsMax) return std::nullopt;
    constexpr std::size_t kDigitsAtOnce = 16;
    Word out{};
    for (; !text.empty(); text.remove_prefix(std::min(text.size(), kDigitsAtOnce))) {
        std::uint64_t piece = 0;
        std::uint64_t scale = 1;
        for (const char c : text.substr(0, kDigitsAtOnce)) {
            if (c < '0' || c > '9') return std::nullopt;
            piece = piece * 10 + static_cast<std::uint64_t>(c - '0');
            scale *= 10;
        }
        if (!multiply_add(out, scale, piece)) return std::nullopt;
    }
    return out;
}

std::optional<Word> parse_quantity(std::string_view text) {
    const auto digits = digits_of(text);
    if (!digits || digits->empty() || digits->size() > 64) return std::nullopt;
    Word out{};
    put_hex(*digits, out.data(), out.size());
    return out;
}

std::optional<Word> parse_hash(std::string_view text) {
    if (text.size() != 66) return std::nullopt;
    return parse_quantity(text);
}

std::optional<Address> parse_address(std::string_view text) {
    const auto digits = digits_of(text);
    if (!digits || digits->size() != 40) return std::nullopt;
    Address out{};
    put_hex(*digits, out.data(), out.size());
    return out;
}

std::optional<std::string> parse_data(std::string_view text) {
    const auto digits = digits_of(text);
    if (!digits || digits->size() % 2 != 0) return std::nullopt;
    std::string out(digits->size() / 2, '\0');
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] =
            static_cast<char>(hex_digit((*digits)[2 * i]) * 16 + hex_digit((*digits)[2 * i + 1]));
    return out;
}

std::string to_decimal_text(const Word& value) {
    Word rest = value;
    std::string out;
    do {
        out.push_back(static_cast<char>('0' + divide_by_ten(rest)));
    } while (rest != Word{});
    std::reverse(out.begin(), out.end());
    return out;
}

std::string to_hex(Bytes bytes) {
    std::string out = "0x";
    out.reserve(2 + 2 * bytes.size());
    for (const std::uint8_t byte : bytes) {
        out.push_back(kHexDigits[byte >> 4]);
        out.push_back(kHexDigits[byte & 15U]);
    }
    return out;
}

std::string to_quantity(const Word& value) {
    const std::string full = to_hex(value);
    const std::size_t first = full.find_first_not_of('0', 2);
    return first == std::string::npos ? "0x0" : "0x" + full.substr(first);
}

std::string to_base64_url(Bytes bytes) {
    constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t left = std::min<std::size_t>(3, bytes.size() - i);
        unsigned group = static_cast<unsigned>(bytes[i]) << 16;
        if (left > 1) group |= static_cast<unsigned>(bytes[i + 1]) << 8;
        if (left > 2) group |= bytes[i + 2];
        for (std::size_t k = 0; k < 4; ++k)
            out.push_back(k <= left ? kAlphabet[(group >> (18 - 6 * k)) & 63U] : '=');
    }
    return out;
}

std::optional<std::uint64_t> to_uint64(const Word& value) {
    if (std::any_of(value.begin(), value.begin() + 24, [](auto byte) { return byte != 0; }))
        return std::nullopt;
    std::uint64_t out = 0;
    for (std::size_t i = 24; i < 32; ++i)
        out = out << 8 | value[i];
    return out;
}

std::optional<Decimal> to_decimal(const Word& value, int decimals) {
    std::string digits = to_decimal_text(value);
    const auto places = static_cast<std::size_t>(std::clamp(decimals, 0, 36));
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    digits.insert(digits.size() - places, ".");
    const auto out = Decimal::parse(digits, Rounding::Down);
    if (!out) return std::nullopt;
    return *out;
}

bool is_protocol_v2_token(const Word& token) {
    if (token[0] < 1 || token[0] > 3) return false;
    // Bits 40 to 103 are the bytes 5 to 12 from the low end.
    return std::all_of(
        token.begin() + 19, token.begin() + 27, [](std::uint8_t byte) { return byte == 0; });
}

std::string to_lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    return a.size() == b.size() && to_lower(a) == to_lower(b);
}

}  // namespace tradectl::polymarket

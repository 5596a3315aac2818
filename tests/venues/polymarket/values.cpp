#include "tests/venues/polymarket/values.hpp"

#include "tests/venues/polymarket/crypto.hpp"

#include <algorithm>
#include <ctime>

namespace polysim {
namespace {

int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool all_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

int sextet_of(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+' || c == '-') return 62;
    if (c == '/' || c == '_') return 63;
    return -1;
}

}  // namespace

std::string hex(const std::uint8_t* data, std::size_t size) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string text = "0x";
    for (std::size_t i = 0; i < size; ++i) {
        text += kDigits[data[i] >> 4];
        text += kDigits[data[i] & 15];
    }
    return text;
}

std::optional<Bytes> from_hex(std::string_view text) {
    if (text.substr(0, 2) != "0x" || text.size() % 2 != 0) return std::nullopt;
    Bytes bytes;
    for (std::size_t i = 2; i < text.size(); i += 2) {
        const int high = digit_of(text[i]);
        const int low = digit_of(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
    }
    return bytes;
}

std::optional<Word> word_from_hex(std::string_view text) {
    const auto bytes = from_hex(text);
    if (!bytes || bytes->size() != 32) return std::nullopt;
    Word word;
    std::copy(bytes->begin(), bytes->end(), word.begin());
    return word;
}

std::optional<Word> word_from_decimal(std::string_view text) {
    if (!all_digits(text) || text.size() > 78) return std::nullopt;
    Word word{};
    for (const char c : text) {
        unsigned carry = static_cast<unsigned>(c - '0');
        for (auto byte = word.rbegin(); byte != word.rend(); ++byte) {
            carry += *byte * 10U;
            *byte = static_cast<std::uint8_t>(carry & 0xFF);
            carry >>= 8;
        }
        if (carry != 0) return std::nullopt;
    }
    return word;
}

std::string to_decimal(const Word& value) {
    Word rest = value;
    std::string text;
    while (std::any_of(rest.begin(), rest.end(), [](auto byte) { return byte != 0; })) {
        unsigned remainder = 0;
        for (auto& byte : rest) {
            const unsigned part = remainder * 256 + byte;
            byte = static_cast<std::uint8_t>(part / 10);
            remainder = part % 10;
        }
        text += static_cast<char>('0' + remainder);
    }
    std::reverse(text.begin(), text.end());
    return text.empty() ? "0" : text;
}

Word word_of(std::uint64_t value) {
    Word word{};
    for (int i = 31; value != 0; --i, value >>= 8) {
        word[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(value & 0xFF);
    }
    return word;
}

Word word_of(const Address& address) {
    Word word{};
    std::copy(address.begin(), address.end(), word.begin() + 12);
    return word;
}

std::optional<std::uint64_t> low_of(const Word& value) {
    if (std::any_of(value.begin(), value.begin() + 24, [](auto byte) { return byte != 0; })) {
        return std::nullopt;
    }
    std::uint64_t low = 0;
    for (std::size_t i = 24; i < 32; ++i)
        low = low << 8 | value[i];
    return low;
}

Address address_of(const Word& value) {
    Address address;
    std::copy(value.begin() + 12, value.end(), address.begin());
    return address;
}

std::string to_text(const Address& address) {
    std::string text = hex(address);
    const Word hash = keccak256(Bytes{text.begin() + 2, text.end()});
    for (std::size_t i = 0; i < 40; ++i) {
        const unsigned nibble = i % 2 == 0 ? hash[i / 2] >> 4 : hash[i / 2] & 15U;
        char& c = text[i + 2];
        if (nibble >= 8 && c >= 'a') c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
}

std::optional<Address> address_from(std::string_view text) {
    const auto bytes = from_hex(text);
    if (!bytes || bytes->size() != 20) return std::nullopt;
    Address address;
    std::copy(bytes->begin(), bytes->end(), address.begin());
    const auto digits = text.substr(2);
    const auto is_lower = [](char c) { return c >= 'a' && c <= 'f'; };
    const auto is_upper = [](char c) { return c >= 'A' && c <= 'F'; };
    const bool mixed = std::any_of(digits.begin(), digits.end(), is_lower) &&
                       std::any_of(digits.begin(), digits.end(), is_upper);
    if (mixed && to_text(address) != text) return std::nullopt;
    return address;
}

std::optional<Micro> micro_from(std::string_view text) {
    const auto point = text.find('.');
    const auto whole = text.substr(0, point);
    const auto fraction = point == text.npos ? std::string_view{"0"} : text.substr(point + 1);
    if (!all_digits(whole) || !all_digits(fraction) || whole.size() > 12 || fraction.size() > 6) {
        return std::nullopt;
    }
    Micro value = 0;
    for (const char c : whole)
        value = value * 10 + (c - '0');
    for (std::size_t i = 0; i < 6; ++i) {
        value = value * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
    }
    return value;
}

std::string micro_text(Micro value) {
    const bool below_zero = value < 0;
    const auto size = static_cast<std::uint64_t>(below_zero ? -value : value);
    std::string fraction = std::to_string(size % kOne + kOne).substr(1);
    while (!fraction.empty() && fraction.back() == '0')
        fraction.pop_back();
    std::string text = (below_zero ? "-" : "") + std::to_string(size / kOne);
    return fraction.empty() ? text : text + "." + fraction;
}

std::optional<Micro> units_from(std::string_view text) {
    if (!all_digits(text) || text.size() > 18) return std::nullopt;
    Micro value = 0;
    for (const char c : text)
        value = value * 10 + (c - '0');
    return value;
}

std::string iso_text(std::int64_t seconds) {
    const std::time_t time = seconds;
    std::tm parts{};
    gmtime_r(&time, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

std::optional<Bytes> from_base64(std::string_view text) {
    while (!text.empty() && text.back() == '=')
        text.remove_suffix(1);
    Bytes bytes;
    unsigned bits = 0;
    int count = 0;
    for (const char c : text) {
        const int sextet = sextet_of(c);
        if (sextet < 0) return std::nullopt;
        bits = bits << 6 | static_cast<unsigned>(sextet);
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes.push_back(static_cast<std::uint8_t>(bits >> count & 0xFF));
        }
    }
    return bytes;
}

std::string to_base64_url(const Bytes& bytes) {
    constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        unsigned group = 0;
        for (std::size_t j = 0; j < 3; ++j)
            group = group << 8 | (i + j < bytes.size() ? bytes[i + j] : 0U);
        for (std::size_t j = 0; j < 4; ++j) {
            text += i + j <= bytes.size() ? kAlphabet[group >> (18 - 6 * j) & 63] : '=';
        }
    }
    return text;
}

Query parse_query(std::string_view text) {
    const auto decode = [](std::string_view part) {
        std::string out;
        for (std::size_t i = 0; i < part.size(); ++i) {
            if (part[i] == '%' && i + 2 < part.size() && digit_of(part[i + 1]) >= 0 &&
                digit_of(part[i + 2]) >= 0) {
                out += static_cast<char>(digit_of(part[i + 1]) * 16 + digit_of(part[i + 2]));
                i += 2;
            } else {
                out += part[i] == '+' ? ' ' : part[i];
            }
        }
        return out;
    };
    Query query;
    while (!text.empty()) {
        const auto end = std::min(text.find('&'), text.size());
        const auto part = text.substr(0, end);
        const auto middle = std::min(part.find('='), part.size());
        if (!part.empty()) {
            query.emplace(decode(part.substr(0, middle)),
                          middle < part.size() ? decode(part.substr(middle + 1)) : "");
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return query;
}

std::string query_value(const Query& query, const std::string& name) {
    const auto found = query.find(name);
    return found == query.end() ? "" : found->second;
}

}  // namespace polysim

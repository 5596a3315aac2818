#include "host/base/base64.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace tradectl {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNoDigit = 64;

constexpr std::array<std::uint8_t, 256> make_digits() {
    std::array<std::uint8_t, 256> digits{};
    for (auto& digit : digits)
        digit = kNoDigit;
    for (std::size_t i = 0; i < kAlphabet.size(); ++i)
        digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
    return digits;
}
constexpr std::array<std::uint8_t, 256> kDigits = make_digits();

}  // namespace

std::string to_base64(std::span<const std::byte> bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i)
            group = group << 8 | (i < count ? std::to_integer<std::uint32_t>(bytes[at + i]) : 0);
        for (std::size_t i = 0; i < 4; ++i)
            out += i <= count ? kAlphabet[group >> (18 - 6 * i) & 63] : '=';
    }
    return out;
}

std::optional<std::vector<std::byte>> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::size_t padding = 0;
    while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=')
        ++padding;
    std::vector<std::byte> out;
    out.reserve(text.size() / 4 * 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < text.size() - padding; ++i) {
        const std::uint8_t digit = kDigits[static_cast<unsigned char>(text[i])];
        if (digit == kNoDigit) return std::nullopt;
        bits = bits << 6 | digit;
        if (i % 4 == 0) continue;
        const unsigned shift = 6 - 2 * (i % 4);
        out.push_back(static_cast<std::byte>(bits >> shift & 255));
    }
    const std::uint32_t unused = padding == 2 ? 15U : padding == 1 ? 3U : 0U;
    if ((bits & unused) != 0) return std::nullopt;
    return out;
}

}  // namespace tradectl

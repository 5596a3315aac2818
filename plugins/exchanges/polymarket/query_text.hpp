/// Text inside of URLs.
#pragma once

#include <string>
#include <string_view>

namespace tradectl::polymarket {

/// Everything but letters, digits, '-', '_' and '.' as %XX.
[[nodiscard]] inline std::string percent_encoded(std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
        const auto byte = static_cast<unsigned char>(c);
        if (plain)
            out += c;
        else
            out.append("%").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15U]);
    }
    return out;
}

}  // namespace tradectl::polymarket

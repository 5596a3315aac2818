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

/// A base URL, ready for a path behind it.
[[nodiscard]] inline std::string without_slash(std::string_view url) {
    while (!url.empty() && url.back() == '/')
        url.remove_suffix(1);
    return std::string(url);
}

}  // namespace tradectl::polymarket

#include "host/base/utf8.hpp"

#include <cstdint>

namespace tradectl {
namespace {

// What may follow a first byte: the range of the second; all later ones are 80 to BF.
struct Form {
    std::uint8_t first_min, first_max;
    std::uint8_t second_min, second_max;
    std::size_t bytes;
};
constexpr Form kForms[] = {
    {0xc2, 0xdf, 0x80, 0xbf, 2},
    {0xe0, 0xe0, 0xa0, 0xbf, 3},
    {0xe1, 0xec, 0x80, 0xbf, 3},
    {0xed, 0xed, 0x80, 0x9f, 3},
    {0xee, 0xef, 0x80, 0xbf, 3},
    {0xf0, 0xf0, 0x90, 0xbf, 4},
    {0xf1, 0xf3, 0x80, 0xbf, 4},
    {0xf4, 0xf4, 0x80, 0x8f, 4},
};

bool follows(const Form& form, std::string_view text) {
    if (text.size() < form.bytes) return false;
    for (std::size_t i = 1; i < form.bytes; ++i) {
        const auto byte = static_cast<std::uint8_t>(text[i]);
        const bool second = i == 1;
        if (byte < (second ? form.second_min : 0x80) || byte > (second ? form.second_max : 0xbf))
            return false;
    }
    return true;
}

}  // namespace

std::size_t utf8_bytes(std::string_view text) {
    if (text.empty()) return 0;
    const auto first = static_cast<std::uint8_t>(text.front());
    if (first < 0x80) return 1;
    for (const Form& form : kForms) {
        if (first >= form.first_min && first <= form.first_max)
            return follows(form, text) ? form.bytes : 0;
    }
    return 0;
}

std::string valid_utf8(std::string_view text) {
    std::string valid;
    valid.reserve(text.size());
    while (!text.empty()) {
        const std::size_t bytes = utf8_bytes(text);
        if (bytes == 0) {
            valid += "\xef\xbf\xbd";
            text.remove_prefix(1);
            continue;
        }
        valid += text.substr(0, bytes);
        text.remove_prefix(bytes);
    }
    return valid;
}

}  // namespace tradectl

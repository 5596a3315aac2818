/// Golden vectors beside the project, for tests that are skipped without them.
#pragma once

#include "host/base/disk.hpp"
#include "host/base/json.hpp"
#include "host/keys/evm_word.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::keys {

/// The list `vectors` of one file; null when it is not there.
inline Json vectors_of(const std::string& name) {
    const auto disk = make_posix_disk();
    const auto text =
        read_file(*disk, TRADECTL_SOURCE_DIR "/../shared/vectors/evm/" + name + ".json", 16u << 20);
    auto json = text ? parse_json(*text) : fail(text.error());
    const Json* list = json ? json->find("vectors") : nullptr;
    return list != nullptr ? *list : Json();
}

/// A member far inside: `at(vector, "expected", "digest")`.
template <typename... Names>
const Json& at(const Json& value, std::string_view first, Names... rest) {
    static const Json kNone;
    const Json* member = value.find(first);
    if (member == nullptr) return kNone;
    if constexpr (sizeof...(rest) == 0)
        return *member;
    else
        return at(*member, rest...);
}

template <typename... Names>
std::string text_at(const Json& value, Names... names) {
    const std::string* text = at(value, names...).as_text();
    return text != nullptr ? *text : std::string();
}

/// "0x.." as bytes; a test's own mistake shows as nothing.
inline std::vector<std::byte> bytes_from(std::string_view text) {
    std::vector<std::byte> bytes(text.size() < 2 ? 0 : (text.size() - 2) / 2);
    if (!decode_hex(text.substr(std::min<std::size_t>(2, text.size())), bytes)) bytes.clear();
    return bytes;
}

std::string hex_of(std::span<const std::byte> bytes);

}  // namespace tradectl::keys

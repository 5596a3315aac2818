#pragma once
// Values of a tree that was checked against its rules: what is not there or does not parse is a
// defect of ours.
#include "host/base/assert.hpp"
#include "host/config/node.hpp"
#include "host/config/scalar.hpp"
#include "host/config/value_file.hpp"

#include <tradectl/decimal.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::config {

template <typename T>
[[nodiscard]] T checked(Expected<T> value) {
    TRADECTL_ASSERT(value.has_value());
    return *value;
}

[[nodiscard]] inline const Node& child(const Node& map, std::string_view key) {
    const Node* found = map.find(key);
    TRADECTL_ASSERT(found != nullptr);
    return *found;
}

[[nodiscard]] inline const std::string& text(const Node& map, std::string_view key) {
    return child(map, key).text;
}

[[nodiscard]] inline std::vector<std::string> texts(const Node& list) {
    std::vector<std::string> out;
    for (const Node& item : list.children)
        out.push_back(item.text);
    return out;
}

[[nodiscard]] inline std::int64_t integer(const Node& map, std::string_view key) {
    return checked(parse_integer(text(map, key)));
}

[[nodiscard]] inline std::uint32_t count(const Node& map, std::string_view key) {
    return static_cast<std::uint32_t>(integer(map, key));
}

[[nodiscard]] inline Decimal decimal(const Node& map, std::string_view key) {
    return checked(Decimal::parse(text(map, key)));
}

/// Nanoseconds.
[[nodiscard]] inline std::int64_t duration(const Node& map, std::string_view key) {
    return checked(parse_duration(text(map, key)));
}

/// Absolute, from the folder of the file that named it; empty without the key.
[[nodiscard]] inline std::string path_or_empty(const Node& map, std::string_view key) {
    const Node* found = map.find(key);
    return found == nullptr ? "" : absolute_path(found->text, found->origin.directory);
}

}  // namespace tradectl::config

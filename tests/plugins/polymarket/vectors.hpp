// Golden vectors and recorded messages that lie beside the source, where they are there.
#pragma once

#include "host/base/json.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace tradectl::polymarket {

inline std::optional<std::string> shared_text(const std::string& path) {
    const char* from = std::getenv("TRADECTL_SHARED");
    const std::string root = from != nullptr ? from : TRADECTL_SOURCE_DIR "/../shared";
    std::ifstream file(root + "/" + path, std::ios::binary);
    if (!file) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(file), {});
}

inline Json shared_json(const std::string& path) {
    const auto text = shared_text(path);
    if (!text) return {};
    auto json = parse_json(*text);
    EXPECT_TRUE(json) << path;
    return json ? *json : Json{};
}

/// A member as text: of a text itself, else as it is dumped; empty when it is not there.
inline std::string member(const Json& json, std::string_view key) {
    const Json* found = json.find(key);
    if (found == nullptr) return {};
    if (const auto* text = found->as_text()) return *text;
    return found->dump();
}

}  // namespace tradectl::polymarket

#define SKIP_WITHOUT_SHARED(path) \
    if (!::tradectl::polymarket::shared_text(path)) GTEST_SKIP() << "skipped: no ../shared"

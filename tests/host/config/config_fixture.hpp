/// Shared by the tests of host/config.
#pragma once

#include "host/config/load.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace tradectl::config {

/// The smallest configuration that loads.
inline constexpr std::string_view kMinimal = R"(name: demo
exchanges:
  - {name: paper, plugin: paper}
instruments:
  - {name: BTC-USD, base: BTC, quote: USD, tick: "0.01", lot: "0.001"}
strategies:
  - {name: m, plugin: momentum, instruments: [BTC-USD]}
)";

class ConfigTest : public ::testing::Test {
  protected:
    ConfigTest() {
        options_.file_name = "demo.yaml";
        options_.directory = "/etc/demo";
        options_.working_directory = "/work";
    }

    Outcome load(std::string_view text) { return load_text(text, options_); }
    /// The minimal configuration with more lines in front of it.
    Outcome load_with(std::string_view lines) { return load(std::string(lines) + minimal_); }
    void flag(const std::string& path, const std::string& value) {
        options_.overrides.push_back({path, value, "--set " + path});
    }

    /// All problems, one a line.
    static std::string text_of(const Problems& problems) {
        return problems.empty() ? "" : to_error(problems).message;
    }
    static std::string errors_of(const Outcome& outcome) { return text_of(outcome.errors); }

    LoadOptions options_;
    std::string minimal_{kMinimal};
};

}  // namespace tradectl::config

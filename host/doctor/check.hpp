/// One line of what `tradectl doctor` found.
#pragma once

#include "host/base/json.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::doctor {

enum class Verdict : std::uint8_t {
    Ok,
    Warn,     ///< works, and somebody should look at it
    Fail,     ///< would keep a run from starting, or hurt it
    Unknown,  ///< could not be found out: a venue does not answer
    Skip      ///< does not apply here
};
/// "ok", "warn", "fail", "unknown", "skip".
[[nodiscard]] std::string_view to_string(Verdict verdict);

struct Check {
    std::string name;  ///< "disk-sync", "venue:polymarket"
    Verdict verdict = Verdict::Skip;
    std::string text;            ///< one line: what was found, and the limit
    Json data = Json::object();  ///< the same in numbers, units in the names
};

using Checks = std::vector<Check>;

/// The verdicts' sum: Fail before Unknown, then Ok.
[[nodiscard]] Verdict sum_of(const Checks& checks);

}  // namespace tradectl::doctor

/// What is wrong with a configuration, and where.
#pragma once

#include "host/config/node.hpp"

#include <tradectl/expected.hpp>

#include <string>
#include <vector>

namespace tradectl::config {

struct Problem {
    Origin origin;
    std::string path;     ///< key path: "strategies[0].risk.orders_per_second"; empty: the file
    std::string message;  ///< what is refused, the value and what is allowed
    std::string hint;     ///< what to do, or empty

    /// One line: "demo.yaml:3:7: seed: ... (hint)".
    [[nodiscard]] std::string to_string() const;
};

using Problems = std::vector<Problem>;

/// One Config error whose message has one problem a line. `problems` must not be empty.
[[nodiscard]] Error to_error(const Problems& problems);

}  // namespace tradectl::config

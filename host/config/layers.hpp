/// The layers above the file: variables inside of scalars, environment, flags.
#pragma once

#include "host/config/load.hpp"
#include "host/config/rule.hpp"

#include <string>
#include <vector>

namespace tradectl::config {

/// Replaces `${VAR}` in every scalar; `$${` stands for a plain `${`. An undefined variable is a
/// problem.
void expand_variables(Node& tree, const Variables& variables, Problems& problems);

/// A key that the environment can set.
struct VariableKey {
    std::string variable;  ///< "TRADECTL_LOG_LEVEL"
    std::string path;      ///< "log.level"
};
/// Every scalar key outside of lists, in the order of the rules.
[[nodiscard]] std::vector<VariableKey> variable_keys(const Rule& rules);

/// Lays the `TRADECTL_*` variables that name a key over the tree.
void apply_variables(Node& tree, const LoadOptions& options, Problems& problems);
/// Warnings about `TRADECTL_*` variables that look like a misspelt one.
[[nodiscard]] Problems suspicious_variables(const Variables& variables);

/// Lays the flags over the tree, in order.
void apply_overrides(Node& tree, const LoadOptions& options, Problems& problems);

}  // namespace tradectl::config

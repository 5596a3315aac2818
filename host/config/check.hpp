/// The walker: a tree against its rules.
#pragma once

#include "host/config/problem.hpp"
#include "host/config/rule.hpp"

#include <string>
#include <string_view>

namespace tradectl::config {

/// The tree with its keys in the order of the rules, defaults filled in and scalars in canonical
/// form. Everything wrong is added to `problems`; what could not be read is left out.
[[nodiscard]] Node check(const Node& node,
                         const Rule& rule,
                         const std::string& path,
                         Problems& problems);

/// `parent.key`, or `key` at the top.
[[nodiscard]] std::string join_path(const std::string& parent, std::string_view key);
/// `parent[index]`.
[[nodiscard]] std::string join_path(const std::string& parent, std::size_t index);

/// Whether a key or a variable of that name holds a secret: its words say so.
[[nodiscard]] bool names_a_secret(std::string_view name);

}  // namespace tradectl::config

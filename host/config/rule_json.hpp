/// Rules as JSON Schema and back, and checked trees as JSON.
#pragma once

#include "host/base/json.hpp"
#include "host/config/rule.hpp"

#include <tradectl/expected.hpp>

#include <string>

namespace tradectl::config {

/// The rule of a plugin's schema, as manifests write it; Config names what is wrong with it.
[[nodiscard]] Expected<Rule> rule_from_schema(const Json& schema);

/// JSON Schema of a rule. Decimals, durations, sizes and times are described by patterns, so that
/// an editor can check them.
[[nodiscard]] Json schema_of(const Rule& rule);

enum class DurationForm { Text, Nanoseconds };
enum class SecretForm { Plain, Redacted };

/// A checked tree as JSON: integers and booleans as themselves, all else as text.
[[nodiscard]] Json to_json(const Node& node,
                           const Rule& rule,
                           DurationForm form,
                           SecretForm secret);

inline constexpr std::string_view kRedacted = "[secret]";

}  // namespace tradectl::config

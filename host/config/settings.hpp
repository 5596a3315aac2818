/// Settings of a plugin against the schema in its manifest.
#pragma once

#include "host/base/json.hpp"
#include "host/config/problem.hpp"

#include <tradectl/expected.hpp>

namespace tradectl::config {

/// What `configure` of a plugin gets, or what is wrong with it.
struct Settings {
    Problems errors;
    Json values;  ///< a flat object, every property present; valid when `errors` is empty
};

/// Checks a `settings:` tree (a Null node stands for an empty map) against the subset of JSON
/// Schema that manifests use: decimals become strings in their shortest form, durations integer
/// nanoseconds, integers and booleans themselves, defaults are filled in.
///
/// `path` names the tree in messages: "strategies[0].settings". A schema that is itself wrong is a
/// problem too.
[[nodiscard]] Settings validate_settings(const Node& settings,
                                         const Json& schema,
                                         std::string_view path);

}  // namespace tradectl::config

/// Texts about configurations: a starter, the JSON Schema, the merged result.
#pragma once

#include "host/base/json.hpp"
#include "host/config/load.hpp"

#include <tradectl/expected.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tradectl::config {

/// What new_config can write, and one line about each.
struct StarterKind {
    std::string_view name;  ///< "paper", "backtest", "live"
    std::string_view help;
};
[[nodiscard]] const std::vector<StarterKind>& starter_kinds();

/// A commented starter that loads; NotFound for an unknown kind.
[[nodiscard]] Expected<std::string> new_config(std::string_view kind);

/// JSON Schema 2020-12 of the whole file, for editors.
[[nodiscard]] Json schema();

/// One value of the merged configuration.
struct ShownValue {
    std::string path;
    std::string value;  ///< "[secret]" for a secret
    std::string origin;
};
/// All values in the order of the manual page, secrets redacted.
[[nodiscard]] std::vector<ShownValue> show(const Document& document);

/// The merged values as one JSON object, secrets redacted, keys in the order of the manual page.
/// Scalars are strings as written, but integers and booleans.
[[nodiscard]] Json to_json(const Document& document);

}  // namespace tradectl::config

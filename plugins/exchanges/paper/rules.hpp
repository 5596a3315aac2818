/// From the words of the settings to the rules of the venue.
#pragma once

#include "settings.hpp"
#include "types.hpp"

namespace tradectl::paper {

/// Whether the settings fit together. InvalidArgument, by the name of the setting.
[[nodiscard]] Status check_settings(const Settings& settings);

[[nodiscard]] MatchingRules rules_of(const Settings& settings);

}  // namespace tradectl::paper

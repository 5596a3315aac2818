/// How large a copy is, from what the followed wallet put in.
#pragma once

#include <tradectl/decimal.hpp>
#include <tradectl/expected.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tradectl::copy_trader {

enum class SizingKind : std::uint8_t { Fixed, Share, Tiers };

/// From a notional of `from` on, theirs, the copy is `notional`.
struct Tier {
    Decimal from;
    Decimal notional;
};

struct Sizing {
    SizingKind kind = SizingKind::Fixed;
    Decimal fixed;            ///< notional
    Decimal share;            ///< of theirs
    std::vector<Tier> tiers;  ///< by rising `from`
};

/// Reads tiers as settings give them, thresholds as names. InvalidArgument for a threshold that is
/// no number or below 0, for one given twice, and for a copy that falls while theirs rises.
Expected<std::vector<Tier>> read_tiers(const std::vector<std::pair<std::string, Decimal>>& given);

/// The notional of a copy before the caps: 0 below the lowest tier, null when it does not fit. It
/// never falls while `theirs` rises.
[[nodiscard]] Decimal copy_notional(const Sizing& sizing, Decimal theirs, Decimal multiplier);

}  // namespace tradectl::copy_trader

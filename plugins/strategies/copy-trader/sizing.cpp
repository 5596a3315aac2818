#include "sizing.hpp"

#include <algorithm>

namespace tradectl::copy_trader {

Expected<std::vector<Tier>> read_tiers(const std::vector<std::pair<std::string, Decimal>>& given) {
    std::vector<Tier> tiers;
    for (const auto& [name, notional] : given) {
        const auto from = Decimal::parse(name);
        if (!from) return fail(from.error().code, "tiers: " + from.error().message);
        if (from->is_negative())
            return fail(ErrorCode::InvalidArgument, "tiers: " + name + " is below 0");
        tiers.push_back({*from, notional});
    }
    std::sort(
        tiers.begin(), tiers.end(), [](const Tier& a, const Tier& b) { return a.from < b.from; });
    for (std::size_t i = 1; i < tiers.size(); ++i) {
        const std::string at = "tiers: " + tiers[i].from.to_string();
        if (tiers[i].from == tiers[i - 1].from)
            return fail(ErrorCode::InvalidArgument, at + " is given twice");
        if (tiers[i].notional < tiers[i - 1].notional)
            return fail(
                ErrorCode::InvalidArgument,
                at + " copies " + tiers[i].notional.to_string() + ", less than the tier below it");
    }
    return tiers;
}

namespace {

Decimal plain_notional(const Sizing& sizing, Decimal theirs) {
    switch (sizing.kind) {
        case SizingKind::Fixed: return sizing.fixed;
        case SizingKind::Share:
            return checked_mul(theirs, sizing.share, Rounding::Down).value_or(Decimal::null());
        case SizingKind::Tiers: break;
    }
    Decimal notional;
    for (const Tier& tier : sizing.tiers)
        if (theirs >= tier.from) notional = tier.notional;
    return notional;
}

}  // namespace

Decimal copy_notional(const Sizing& sizing, Decimal theirs, Decimal multiplier) {
    if (theirs.is_null()) return theirs;
    return checked_mul(plain_notional(sizing, theirs), multiplier, Rounding::Down)
        .value_or(Decimal::null());
}

}  // namespace tradectl::copy_trader

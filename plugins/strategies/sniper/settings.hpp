/// What an operator sets of the sniper, beside what all strategies under caps have.
#pragma once

#include <tradectl/capped_settings.hpp>

namespace tradectl::sniper {

struct AimSettings {
    TextSetting mode{
        "mode",
        {.fallback = "near-resolution", .choices = {"new-market", "near-resolution", "both"}},
        "new-market: what is just listed; near-resolution: favourites before the close"};
    DurationSetting listing_age_max{"listing_age_max",
                                    {.fallback = 5 * kNsPerMinute, .max = 30 * kNsPerDay},
                                    "new-market: longest time since the listing"};
    DurationSetting close_within{"close_within",
                                 {.fallback = kNsPerDay, .max = 365 * kNsPerDay},
                                 "near-resolution: longest time before the close"};
    DecimalSetting favourite_min{"favourite_min",
                                 {.fallback = 0.9_d, .min = 0_d},
                                 "near-resolution: lowest best offer that is a favourite's"};
    DecimalSetting favourite_max{"favourite_max",
                                 {.fallback = 0.98_d, .min = 0_d},
                                 "near-resolution: highest price that is paid for a favourite"};
    TextSetting once_per{
        "once_per",
        {.fallback = "market", .choices = {"instrument", "market"}},
        "what is shot at once: an instrument, or a market, which is the name up to "
        "its last dash"};
    DecimalSetting slippage{
        "slippage", {.fallback = 0.01_d, .min = 0_d}, "most paid above the best offer"};
    DecimalSetting budget{"budget",
                          {.fallback = 50_d, .min = 0_d},
                          "most ever put into orders, in the quote asset; what did not fill is "
                          "given back; 0: off"};
    DurationSetting scan_interval{
        "scan_interval",
        {.fallback = 10 * kNsPerSecond, .min = kNsPerSecond, .max = kNsPerDay},
        "time between two looks at markets that do not move"};
};

}  // namespace tradectl::sniper

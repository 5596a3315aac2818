/// What an operator sets of the copy-trader, beside what all strategies under caps have.
#pragma once

#include <tradectl/capped_settings.hpp>

namespace tradectl::copy_trader {

struct FollowSettings {
    TextListSetting wallets{"wallets",
                            {.fallback = {}, .items_max = 32, .bytes_max = 95},
                            "addresses to follow; letters' case does not matter"};
    DecimalMapSetting multipliers{"multipliers",
                                  {.min = 0_d, .max = 1000_d},
                                  "by address: the copy's size is multiplied by this; else 1"};
    TextSetting sells{"sells",
                      {.fallback = "proportional", .choices = {"ignore", "proportional"}},
                      "proportional: of what was copied from the wallet, the share that it sells"};
    DurationSetting age_max{"age_max",
                            {.fallback = 30 * kNsPerSecond, .max = kNsPerDay},
                            "oldest purchase that is copied; sells are followed at any age"};
    DurationSetting grace{
        "grace",
        {.fallback = 10 * kNsPerMinute, .max = 30 * kNsPerDay},
        "how much older than the newest a wallet's fill may be told and still count"};
};

struct SizingSettings {
    TextSetting sizing{"sizing",
                       {.fallback = "share", .choices = {"fixed", "share", "tiers"}},
                       "fixed: always the same value; share: a part of theirs; tiers: by theirs"};
    DecimalSetting fixed{
        "fixed", {.fallback = 5_d, .min = 0_d}, "value of a copy, with fixed sizing"};
    DecimalSetting share{"share",
                         {.fallback = 0.1_d, .min = 0_d, .max = 100_d},
                         "part of their value, with share sizing; 0.1 is 10 %"};
    DecimalMapSetting tiers{"tiers",
                            {.min = 0_d},
                            "with tiers: by their least value the value of a copy, never falling"};
    TextSetting small_trades{"small_trades",
                             {.fallback = "skip", .choices = {"skip", "raise"}},
                             "what is done with a copy below the least value"};
    DecimalSetting wallet_exposure_max{
        "wallet_exposure_max",
        {.fallback = 0_d, .min = 0_d},
        "cost of what was copied from one wallet, open orders included; 0: off"};
};

struct PriceSettings {
    DecimalSetting drift_max{"drift_max",
                             {.fallback = 0.03_d, .min = 0_d},
                             "most that the best offer may differ from their price; 0: off"};
    DecimalSetting drift_share_max{"drift_share_max",
                                   {.fallback = 0_d, .min = 0_d},
                                   "the same as a part of their price; 0.05 is 5 %; 0: off"};
    DecimalSetting slippage{"slippage",
                            {.fallback = 0.02_d, .min = 0_d},
                            "most paid above their price; for a sell, taken below the best bid"};
    DecimalSetting slippage_share{"slippage_share",
                                  {.fallback = 0_d, .min = 0_d, .max = 1_d},
                                  "more of it, as a part of the price"};
};

}  // namespace tradectl::copy_trader

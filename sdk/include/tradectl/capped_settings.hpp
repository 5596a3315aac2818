/// Groups of settings for strategies over CappedStrategy: filters, caps, the kind of order, exits.
#pragma once

#include "entry_filter.hpp"
#include "settings.hpp"

namespace tradectl {

/// In the quote asset where nothing else is said. What an entry may cost at most is the least of
/// what these leave.
struct CapSettings {
    DecimalSetting trade_notional_min{
        "trade_notional_min", {.fallback = 1_d, .min = 0_d}, "least value of an entry"};
    DecimalSetting trade_notional_max{
        "trade_notional_max", {.fallback = 10_d, .min = 0_d}, "highest value of an entry; 0: off"};
    DecimalSetting market_exposure_max{"market_exposure_max",
                                       {.fallback = 0_d, .min = 0_d},
                                       "cost of position and open orders in one market; 0: off"};
    DecimalSetting exposure_max{"exposure_max",
                                {.fallback = 100_d, .min = 0_d},
                                "cost of all positions and open orders; 0: off"};
    IntegerSetting positions_max{"positions_max",
                                 {.fallback = 10, .min = 0, .max = 10'000},
                                 "markets with a position or an open entry; 0: off"};
    IntegerSetting trades_per_day_max{"trades_per_day_max",
                                      {.fallback = 0, .min = 0, .max = 1'000'000},
                                      "entries in a day, UTC, those that failed too; 0: off"};
    DurationSetting cooldown{"cooldown",
                             {.fallback = 0, .max = 30 * kNsPerDay},
                             "wait after an entry before the next one in its market"};
};

struct OrderSettings {
    TextSetting order_type{"order_type",
                           {.fallback = "fak", .choices = {"fak", "limit"}},
                           "fak: what fills at once, the rest is canceled; limit: rests"};
    DurationSetting order_timeout{"order_timeout",
                                  {.fallback = kNsPerMinute, .max = 30 * kNsPerDay},
                                  "time after which the rest of a limit order is canceled; 0: off"};
    BooleanSetting dry_run{"dry_run",
                           {.fallback = false},
                           "decide and note, but send no order; counts and pauses are kept"};
};

struct ExitSettings {
    DecimalSetting target{"target",
                          {.fallback = 0_d, .min = 0_d},
                          "gain at which the host closes: a price step for binary markets, else a "
                          "share of the entry price; 0: off"};
    DecimalSetting stop{
        "stop", {.fallback = 0_d, .min = 0_d}, "loss at which the host closes, likewise; 0: off"};
    DurationSetting hold_max{
        "hold_max", {.fallback = 0, .max = 365 * kNsPerDay}, "longest time in a position; 0: off"};
};

struct CappedSettings {
    EntryFilterSettings filter;
    CapSettings caps;
    OrderSettings order;
    ExitSettings exits;
};

}  // namespace tradectl

/// What a user can set of the paper exchange, by group. Each is defined in tradectl-paper(7).
#pragma once

#include "types.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/settings.hpp>

#include <cstdint>

namespace tradectl::paper {

struct AccountSettings {
    TextListSetting names{
        "accounts",
        {.fallback = R"(["main"])", .items_max = 64, .bytes_max = 64},
        "accounts that the venue keeps, by the names that the exchange's accounts have"};
    DecimalMapSetting balances{"balances",
                               {.min = 0_d, .max = 1000000000000000000_d},
                               "what an account holds when it is opened, by asset"};
    IntegerSetting history{"history",
                           {.fallback = 100'000, .min = 1, .max = 1'000'000'000},
                           "how many closed orders and how many fills can be asked for"};
};

struct LatencySettings {
    DurationSetting request{"latency",
                            {.fallback = 0, .max = kNsPerMinute},
                            "from the intent to the venue, for all that acts"};
    DurationSetting request_jitter{"latency_jitter",
                                   {.fallback = 0, .max = kNsPerMinute},
                                   "at most so much more, evenly spread, drawn for each request"};
    TextSetting order{"latency_order",
                      {.fallback = "keep", .bytes_max = 16, .choices = {"keep", "free"}},
                      "whether two requests of one account can overtake each other"};
    DurationSetting ack{"ack_latency",
                        {.fallback = 0, .max = kNsPerMinute},
                        "from the venue back to us, for all that it says"};
    DurationSetting ack_jitter{"ack_latency_jitter",
                               {.fallback = 0, .max = kNsPerMinute},
                               "at most so much more, evenly spread; nothing is overtaken"};
};

struct FeeSettings {
    DecimalSetting maker{"maker_fee",
                         {.fallback = 0_d, .min = -0.1_d, .max = 0.1_d},
                         "fee of an order that rested, of the notional; negative: a rebate"};
    DecimalSetting taker{"taker_fee",
                         {.fallback = 0_d, .min = 0_d, .max = 0.1_d},
                         "fee of an order that took, of the notional"};
    DecimalSetting fixed{"fee_fixed",
                         {.fallback = 0_d, .min = 0_d, .max = 1000000000_d},
                         "an amount on top, in the asset that fees are paid in"};
    TextSetting fixed_per{"fee_fixed_per",
                          {.fallback = "order", .bytes_max = 16, .choices = {"order", "fill"}},
                          "whether fee_fixed is paid once an order, with its first fill"};
    IntegerSetting rounding{
        "fee_rounding", {.fallback = 18, .min = 0, .max = 18}, "decimals that a fee is rounded to"};
    TextSetting rounding_mode{
        "fee_rounding_mode",
        {.fallback = "down", .bytes_max = 16, .choices = {"down", "half_even", "up"}},
        "toward zero, to the nearest (even at the half), or away from zero"};
};

struct MatchingSettings {
    TextSetting queue{"queue",
                      {.fallback = "back", .bytes_max = 16, .choices = {"front", "back", "share"}},
                      "where a resting order stands in the displayed quantity at its price"};
    TextSetting self_trade{"self_trade",
                           {.fallback = "cancel_newest",
                            .bytes_max = 16,
                            .choices = {"cancel_newest", "cancel_oldest", "cancel_both"}},
                           "what goes when an order meets one of its own account"};
    TextSetting depth{"depth",
                      {.fallback = "traded", .bytes_max = 16, .choices = {"traded", "unlimited"}},
                      "whether the quantity of a recorded trade limits what fills by it"};
    DecimalSetting participation{"participation",
                                 {.fallback = 1_d, .min = 0_d, .max = 1_d},
                                 "share of a recorded trade's quantity that our orders may take"};
    TextSetting fill{
        "fill",
        {.fallback = "touch", .bytes_max = 16, .choices = {"touch", "close", "next_open"}},
        "the price of what takes: the touch, the last bar's close, or the next bar's open"};
    DecimalSetting spread{"spread",
                          {.fallback = 0_d, .min = 0_d, .max = 0.5_d},
                          "what takes from the market pays this share of the price more"};
    TextSetting spread_on{"spread_on",
                          {.fallback = "all", .bytes_max = 16, .choices = {"all", "entries"}},
                          "whether closing a margin position pays the spread too"};
    IntegerSetting slippage_ticks{"slippage_ticks",
                                  {.fallback = 0, .min = 0, .max = 1'000'000},
                                  "what takes from the market pays so many ticks more"};
};

struct BarSettings {
    TextSetting play{"bars",
                     {.fallback = "trades", .bytes_max = 16, .choices = {"trades", "quotes"}},
                     "what a bar is: four trades, or four displays"};
    IntegerSetting spread_ticks{"bar_spread_ticks",
                                {.fallback = 0, .min = 0, .max = 1'000'000},
                                "bars as quotes: ticks from bid to ask"};
    DecimalSetting depth{"bar_depth",
                         {.fallback = 0_d, .min = 0_d},
                         "bars as quotes: quantity displayed on each side; 0: no limit"};
    TextSetting path{"bar_path",
                     {.fallback = "far_first",
                      .bytes_max = 32,
                      .choices = {"far_first", "open_high_low_close", "open_low_high_close"}},
                     "order of a bar's four prices; far_first: the low first unless it fell"};
    TextSetting zero_volume{"bar_zero_volume",
                            {.fallback = "skip", .bytes_max = 16, .choices = {"skip", "fill"}},
                            "whether a bar without volume fills anything"};
    TextSetting priority{
        "bar_priority",
        {.fallback = "path", .bytes_max = 16, .choices = {"path", "stop_first", "limit_first"}},
        "what goes first when one bar reaches stops and limits"};
    TextSetting limit_fill{
        "limit_fill",
        {.fallback = "trade", .bytes_max = 16, .choices = {"trade", "limit", "open_or_better"}},
        "price of a resting order inside of a bar"};
    TextSetting limit_touch{"limit_touch",
                            {.fallback = "touch", .bytes_max = 16, .choices = {"touch", "through"}},
                            "whether a bar's price must go beyond a resting order's"};
    TextSetting stop_fill{
        "stop_fill",
        {.fallback = "trade", .bytes_max = 16, .choices = {"trade", "stop", "open_or_worse"}},
        "price of a stop that triggers inside of a bar"};
    TextSetting in_bar{
        "in_bar",
        {.fallback = "refuse", .bytes_max = 16, .choices = {"refuse", "allow", "reached", "level"}},
        "whether an IOC limit order at the end of a bar fills inside of its range"};
};

struct MarginSettings {
    TextSetting conversion{"conversion",
                           {.fallback = "fill", .bytes_max = 16, .choices = {"fill", "mark"}},
                           "price at which profit becomes the base asset, where that settles"};
    TextSetting mark{"mark",
                     {.fallback = "touch", .bytes_max = 16, .choices = {"touch", "mid", "last"}},
                     "price at which positions are valued"};
    DecimalSetting liquidation_fee{"liquidation_fee",
                                   {.fallback = 0_d, .min = 0_d, .max = 0.1_d},
                                   "share of the notional that a liquidation costs on top"};
    TextSetting negative_balance{
        "negative_balance",
        {.fallback = "clamp", .bytes_max = 16, .choices = {"clamp", "keep"}},
        "who bears a loss beyond the balance: the venue, or the account"};
};

struct Settings {
    AccountSettings accounts;
    LatencySettings latency;
    FeeSettings fees;
    MatchingSettings matching;
    BarSettings bars;
    MarginSettings margin;
};

}  // namespace tradectl::paper

#include "rules.hpp"

#include "checks.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace tradectl::paper {

namespace {
/// The value that a word stands for; the first one when the word is none of them, which the
/// setting's own list of choices rules out.
template <typename Value, std::size_t Count>
Value choose(const TextSetting& setting, const std::pair<std::string_view, Value> (&words)[Count]) {
    for (const auto& [word, value] : words)
        if (*setting == word) return value;
    return words[0].second;
}

FeeRules fees_of(const FeeSettings& settings) {
    FeeRules fees;
    fees.maker_rate = *settings.maker;
    fees.taker_rate = *settings.taker;
    fees.fixed = *settings.fixed;
    fees.fixed_per = choose<FixedFee>(settings.fixed_per,
                                      {{"order", FixedFee::PerOrder}, {"fill", FixedFee::PerFill}});
    for (std::int64_t decimals = *settings.rounding; decimals < 18; ++decimals)
        fees.unit = Decimal::from_raw(fees.unit.raw() * 10);
    fees.rounding = choose<Rounding>(
        settings.rounding_mode,
        {{"down", Rounding::Down}, {"half_even", Rounding::HalfEven}, {"up", Rounding::Up}});
    return fees;
}

BarRules bars_of(const BarSettings& settings) {
    BarRules bars;
    bars.play =
        choose<BarPlay>(settings.play, {{"trades", BarPlay::Trades}, {"quotes", BarPlay::Quotes}});
    bars.spread_ticks = *settings.spread_ticks;
    if (!settings.depth->is_zero()) bars.depth = *settings.depth;
    bars.path = choose<BarPath>(settings.path,
                                {{"far_first", BarPath::FarFirst},
                                 {"open_high_low_close", BarPath::OpenHighLowClose},
                                 {"open_low_high_close", BarPath::OpenLowHighClose}});
    bars.zero_volume = choose<ZeroVolume>(settings.zero_volume,
                                          {{"skip", ZeroVolume::Skip}, {"fill", ZeroVolume::Fill}});
    bars.priority = choose<BarPriority>(settings.priority,
                                        {{"path", BarPriority::Path},
                                         {"stop_first", BarPriority::StopFirst},
                                         {"limit_first", BarPriority::LimitFirst}});
    bars.limit_fill = choose<LimitFill>(settings.limit_fill,
                                        {{"trade", LimitFill::Trade},
                                         {"limit", LimitFill::Limit},
                                         {"open_or_better", LimitFill::OpenOrBetter}});
    bars.limit_touch = choose<LimitTouch>(
        settings.limit_touch, {{"touch", LimitTouch::Touch}, {"through", LimitTouch::Through}});
    bars.stop_fill = choose<StopFill>(settings.stop_fill,
                                      {{"trade", StopFill::Trade},
                                       {"stop", StopFill::Stop},
                                       {"open_or_worse", StopFill::OpenOrWorse}});
    bars.in_bar = choose<InBar>(settings.in_bar,
                                {{"refuse", InBar::Refuse},
                                 {"allow", InBar::Allow},
                                 {"reached", InBar::Reached},
                                 {"level", InBar::Level}});
    return bars;
}
}  // namespace

Status check_settings(const Settings& settings) {
    // An account that is paid for resting and charged less for taking could print money.
    const auto sum = checked_add(*settings.fees.maker, *settings.fees.taker);
    if (!sum || sum->is_negative())
        return fail(ErrorCode::InvalidArgument,
                    "setting \"maker_fee\": a rebate of " + settings.fees.maker->to_string() +
                        " is above taker_fee " + settings.fees.taker->to_string());
    for (const std::string& account : *settings.accounts.names)
        if (!is_valid_id(account) || account.find('/') != std::string::npos)
            return fail(ErrorCode::InvalidArgument,
                        "setting \"accounts\": \"" + account +
                            "\" is not printable ASCII without blanks and '/'");
    return {};
}

MatchingRules rules_of(const Settings& settings) {
    MatchingRules rules;
    const MatchingSettings& from = settings.matching;
    rules.queue = choose<QueueModel>(
        from.queue,
        {{"front", QueueModel::Front}, {"back", QueueModel::Back}, {"share", QueueModel::Share}});
    rules.self_trade = choose<SelfTrade>(from.self_trade,
                                         {{"cancel_newest", SelfTrade::CancelNewest},
                                          {"cancel_oldest", SelfTrade::CancelOldest},
                                          {"cancel_both", SelfTrade::CancelBoth}});
    rules.depth =
        choose<Depth>(from.depth, {{"traded", Depth::Traded}, {"unlimited", Depth::Unlimited}});
    rules.participation = *from.participation;
    rules.fill = choose<FillPrice>(from.fill,
                                   {{"touch", FillPrice::Touch},
                                    {"close", FillPrice::Close},
                                    {"next_open", FillPrice::NextOpen}});
    rules.spread = *from.spread;
    rules.spread_on =
        choose<SpreadOn>(from.spread_on, {{"all", SpreadOn::All}, {"entries", SpreadOn::Entries}});
    rules.slippage_ticks = *from.slippage_ticks;
    rules.fees = fees_of(settings.fees);
    rules.fees.liquidation_rate = *settings.margin.liquidation_fee;
    rules.bars = bars_of(settings.bars);
    rules.conversion = choose<Conversion>(settings.margin.conversion,
                                          {{"fill", Conversion::Fill}, {"mark", Conversion::Mark}});
    rules.mark = choose<Mark>(settings.margin.mark,
                              {{"touch", Mark::Touch}, {"mid", Mark::Mid}, {"last", Mark::Last}});
    rules.negative_balance = choose<NegativeBalance>(
        settings.margin.negative_balance,
        {{"clamp", NegativeBalance::Clamp}, {"keep", NegativeBalance::Keep}});
    return rules;
}

}  // namespace tradectl::paper

/// What a market must be like before a strategy buys in it. Whatever is asked for and not known
/// refuses.
#pragma once

#include "host.hpp"
#include "name_pattern.hpp"
#include "settings.hpp"
#include "snapshot.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace tradectl {

/// Why something is not done: what was seen and what is allowed, null where there is no number.
struct Refusal {
    std::string_view reason;  ///< a literal
    Decimal value = Decimal::null();
    Decimal limit = Decimal::null();
};

/// A group for a plugin's settings.
struct EntryFilterSettings {
    TextListSetting allow{
        "allow", {}, "instruments that may be entered, * for any text; none: all of its own"};
    TextListSetting deny{
        "deny", {}, "instruments that are never entered, * for any text; goes before allow"};
    DecimalSetting price_min{
        "price_min", {.fallback = 0_d, .min = 0_d}, "lowest best offer that is bought; 0: off"};
    DecimalSetting price_max{
        "price_max", {.fallback = 0_d, .min = 0_d}, "highest price that is paid; 0: off"};
    DecimalSetting spread_max{"spread_max",
                              {.fallback = 0_d, .min = 0_d},
                              "widest spread for an entry, as a price; 0: off"};
    DecimalSetting depth_min{"depth_min",
                             {.fallback = 0_d, .min = 0_d},
                             "least value at the best offer, in the quote asset; 0: off"};
    DurationSetting quote_age_max{"quote_age_max",
                                  {.fallback = 10 * kNsPerSecond, .max = kNsPerDay},
                                  "oldest best price that is acted on; 0: off"};
    DurationSetting close_margin{"close_margin",
                                 {.fallback = 0, .max = 365 * kNsPerDay},
                                 "least time before the market closes; 0: off"};
};

/// Nanoseconds as seconds, for the number of a note.
[[nodiscard]] inline Decimal seconds_of(std::int64_t ns) {
    return Decimal::from_mantissa(ns, 9).value_or(Decimal::null());
}

/// Looks at one market as of a turn. [engine]
class EntryFilter {
  public:
    /// `settings` must outlive the filter.
    explicit EntryFilter(const EntryFilterSettings& settings) : settings_(settings) {}

    /// Nothing when a purchase at the best offer may be made at `now`.
    [[nodiscard]] std::optional<Refusal> refuse_buy(const Instrument& instrument,
                                                    const BookTop& top,
                                                    Timestamp now) const {
        if (auto refusal = refuse_market(instrument, now)) return refusal;
        return refuse_book(top, now);
    }

  private:
    [[nodiscard]] std::optional<Refusal> refuse_market(const Instrument& instrument,
                                                       Timestamp now) const;
    [[nodiscard]] std::optional<Refusal> refuse_book(const BookTop& top, Timestamp now) const;

    const EntryFilterSettings& settings_;
};

inline std::optional<Refusal> EntryFilter::refuse_market(const Instrument& instrument,
                                                         Timestamp now) const {
    if (matches_any(instrument.name(), *settings_.deny)) return Refusal{"market denied"};
    if (!settings_.allow->empty() && !matches_any(instrument.name(), *settings_.allow))
        return Refusal{"market not allowed"};
    if (!instrument.is_open()) return Refusal{"market not open"};
    if (*settings_.close_margin == 0) return std::nullopt;
    const Timestamp close{instrument.raw().close_time};
    if (close.is_none()) return Refusal{"time of close not known"};
    const std::int64_t left = close.minus(now);
    if (left < *settings_.close_margin)
        return Refusal{"close is near", seconds_of(left), seconds_of(*settings_.close_margin)};
    return std::nullopt;
}

inline std::optional<Refusal> EntryFilter::refuse_book(const BookTop& top, Timestamp now) const {
    const Decimal bid = top.bid_price(), ask = top.ask_price();
    if (!ask.is_positive()) return Refusal{"no offer"};
    if (*settings_.quote_age_max > 0) {
        if (top.updated().is_none()) return Refusal{"age of the book not known"};
        const std::int64_t age = now.minus(top.updated());
        if (age > *settings_.quote_age_max)
            return Refusal{"book too old", seconds_of(age), seconds_of(*settings_.quote_age_max)};
    }
    if (!bid.is_null() && bid >= ask) return Refusal{"book crossed", bid, ask};
    if (settings_.spread_max->is_positive()) {
        if (!bid.is_positive()) return Refusal{"spread not known"};
        const Decimal spread = ask - bid;
        if (spread > *settings_.spread_max) return Refusal{"spread", spread, *settings_.spread_max};
    }
    if (ask < *settings_.price_min) return Refusal{"price too low", ask, *settings_.price_min};
    if (settings_.price_max->is_positive() && ask > *settings_.price_max)
        return Refusal{"price too high", ask, *settings_.price_max};
    if (settings_.depth_min->is_positive()) {
        const auto depth = checked_mul(ask, top.ask_quantity(), Rounding::Down);
        if (!depth) return Refusal{"depth not known"};
        if (*depth < *settings_.depth_min) return Refusal{"depth", *depth, *settings_.depth_min};
    }
    return std::nullopt;
}

}  // namespace tradectl

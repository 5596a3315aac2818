/// Buys once in each market: when it was just listed, or when it is about to close and has a
/// favourite. The host runs the exits, or the market resolves.
#pragma once

#include "settings.hpp"

#include <tradectl/capped_strategy.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace tradectl::sniper {

/// Keeps, beside what its base keeps: "done/KEY" what was shot at ("dry/KEY" in a dry run),
/// "listed/INSTRUMENT" when a market was listed, and "spent" the part of the budget that is gone. A
/// shot and its order are one batch; one that the gate denies or that does not fill is a shot all
/// the same.
class Sniper final : public CappedStrategy {
  public:
    struct Settings {
        AimSettings aim;
        CappedSettings entry;
    };
    Settings settings;

    Status on_configure() override;
    Status on_start() override;
    void on_quote(const Quote& quote) override { consider(quote.instrument()); }
    void on_instrument(const InstrumentUpdate& update) override;
    void on_timer(const Timer& timer) override;

  private:
    enum class Occasion : std::uint8_t { None, Listed, Closing };

    [[nodiscard]] Occasion occasion(const Instrument& instrument) const;
    [[nodiscard]] std::string shot_key(const Instrument& instrument) const;
    void consider(InstrumentHandle handle);
    void shoot(const Instrument& instrument, Occasion why, const std::string& key);
    [[nodiscard]] Decimal buy_limit(const Instrument& instrument, Occasion why) const;
    [[nodiscard]] std::optional<Refusal> refuse_favourite(Decimal offer) const;
    /// Null: not known.
    [[nodiscard]] Decimal spent() const;
    bool keep_spent(Decimal spent);
    void take_back(const std::string& key, Decimal spent_before);
    /// Noted once for each instrument and reason: a market that stays as it is says nothing new.
    void leave(const Instrument& instrument, const Refusal& refusal);
    void on_owned_end(const LiveOrder& order) override;
    void on_market_over(InstrumentHandle instrument) override;

    std::map<InstrumentHandle, Timestamp> listed_;
    std::map<InstrumentHandle, std::set<std::string_view>> noted_;  // reasons are literals
    std::size_t shots_ = 0;
};

}  // namespace tradectl::sniper

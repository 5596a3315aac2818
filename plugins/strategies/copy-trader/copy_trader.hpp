/// Follows wallets: what they buy is bought, and what of it they sell is sold, by rules of size,
/// price and risk. Every fill of theirs is decided on once, and every decision is noted.
#pragma once

#include "settings.hpp"
#include "sizing.hpp"
#include "watermark.hpp"

#include <tradectl/capped_strategy.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::copy_trader {

/// Keeps, beside what its base keeps: "seen/WALLET/ID" the fills decided on, "mark/WALLET" the time
/// up to which all are, "parked/NUMBER" the fills that wait for the first book of their market,
/// "theirs/WALLET/INSTRUMENT" what the wallet holds by the fills heard, and
/// "held/WALLET/INSTRUMENT" what we hold for its sake and what that cost at most. They ride in the
/// batch of the order that a fill led to.
class CopyTrader final : public CappedStrategy {
  public:
    struct Settings {
        FollowSettings follow;
        SizingSettings size;
        PriceSettings price;
        CappedSettings entry;
    };
    Settings settings;

    Status on_configure() override;
    Status on_start() override;
    void on_activity(const Activity& activity) override;
    void on_position(const PositionUpdate& position) override;
    void on_timer(const Timer& timer) override;
    void on_turn_end() override;

  private:
    struct Leader {
        std::string wallet;  // lower case
        Decimal multiplier = 1_d;
        Watermark watermark{Timestamp{0}, {}};
    };
    /// A fill that is not decided on yet.
    struct Parked {
        std::uint64_t number;  ///< of its record
        tradectl_activity_event event;
    };
    /// One fill of a leader's.
    struct Theirs {
        Leader& leader;
        const Activity& fill;
        Decimal held_before;  // by the fills heard; null: not known
    };

    // Fills in markets that have no book yet (parked.cpp).
    [[nodiscard]] bool must_wait(const Activity& fill) const;
    void park(const Activity& fill);
    void wait_for_books();
    Status restore_parked();
    [[nodiscard]] std::string parked_text(const Activity& fill) const;
    [[nodiscard]] std::optional<tradectl_activity_event> parse_parked(std::string_view text);
    void decide_parked();
    void decide_on(Leader& leader, const Activity& fill);

    Status restore(Leader& leader);
    [[nodiscard]] Leader* find_leader(std::string_view wallet);
    bool remember(Leader& leader, const Activity& fill);
    Decimal track(const Leader& leader, const Activity& fill);

    void copy_buy(const Theirs& theirs, const Instrument& instrument);
    void copy_sell(const Theirs& theirs, const Instrument& instrument);
    void plan(const Theirs& theirs,
              const Instrument& instrument,
              Side side,
              Decimal price,
              Decimal quantity);
    [[nodiscard]] std::optional<Refusal> refuse_age(const Activity& fill) const;
    [[nodiscard]] std::optional<Refusal> refuse_drift(Decimal theirs, Decimal offer) const;
    [[nodiscard]] Decimal buy_limit(const Instrument& instrument, Decimal theirs) const;
    [[nodiscard]] Decimal sell_limit(const Instrument& instrument, Decimal bid) const;
    /// Of a copy, before the caps; a refusal when there is none.
    struct Wanted {
        Decimal notional;
        std::optional<Refusal> refusal;
    };
    [[nodiscard]] Wanted wanted(const Theirs& theirs,
                                const Instrument& instrument,
                                Decimal limit) const;

    /// What we hold in one instrument for one wallet, and its cost by the limits of the orders.
    struct Held {
        Decimal quantity;
        Decimal cost;
    };
    /// The same beside the host's position, and what of that is for nobody known. Null: not known.
    struct Parts {
        Held of_wallet{Decimal::null(), Decimal::null()};
        Decimal of_nobody = Decimal::null();
    };
    /// Nobody's part is left of a position that is closed.
    void forget_held(InstrumentHandle instrument);
    [[nodiscard]] static Held parse_held(std::string_view text);
    [[nodiscard]] Parts parts(const std::string& wallet, const Instrument& instrument) const;
    [[nodiscard]] Decimal wallet_exposure(const std::string& wallet) const;
    [[nodiscard]] Decimal kept_quantity(const std::string& key) const;
    void keep_quantity(const std::string& key, Decimal quantity);
    void on_owned_fill(const LiveOrder& order, Decimal quantity) override;
    void on_market_over(InstrumentHandle instrument) override;

    void skip(const Activity& fill, const Refusal& refusal);
    void skip_late(const Leader& leader, const Activity& fill);

    Sizing sizing_;
    std::vector<Leader> leaders_;
    std::vector<Parked> parked_;        // in the order heard
    std::set<std::string> noted_late_;  // of this run, so that a page told again is noted once
};

}  // namespace tradectl::copy_trader

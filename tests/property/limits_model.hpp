/// What the limits of the market, of rates, of losses and of breakers must let pass, worked out
/// apart from the gate: integers, plain lists, no shared code. Prices and quantities are whole
/// numbers, times are nanoseconds.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace tradectl::property {

/// Limits of a session; 0 is off.
struct MarketLimits {
    bool sound_book = false;              ///< deny an entry on a crossed or locked quote
    std::int64_t quote_age_ns = 0;        ///< oldest quote that an entry may rest on
    std::int64_t collar_percent = 0;      ///< of the middle, for limit prices
    std::int64_t depth = 0;               ///< times the quantity, shown to who takes
    std::int64_t slippage_permille = 0;   ///< of the middle: what a taker may lose against it
    std::int64_t per_second = 0;          ///< orders of a strategy
    std::int64_t burst = 0;               ///< 0: as `per_second`
    std::int64_t per_day = 0;             ///< orders of a strategy
    std::int64_t venue_per_second = 0;    ///< orders of all
    std::int64_t window_ns = 0;           ///< an intent tag does not come back within it
    std::int64_t daily_loss_quarter = 0;  ///< of a strategy, in quarters of the quote asset
    std::int64_t losses = 0;              ///< losing round trips in a row
    std::int64_t reject_percent = 0;      ///< of the window's orders
    std::int64_t reject_window = 0;       ///< last answers to a strategy
    std::int64_t breaker_threshold = 0;   ///< rejected orders in a row
    std::int64_t cool_down_ns = 0;
};

struct ModelQuote {
    std::int64_t bid = 0;
    std::int64_t ask = 0;
    std::int64_t quantity = 0;  ///< on either side
    std::int64_t updated = 0;
};

/// An order as these limits see it.
struct Asked {
    std::size_t strategy = 0;
    std::size_t instrument = 0;
    std::int64_t bought = 0;  ///< negative: sold
    std::int64_t price = 0;   ///< 0: at market
    std::uint64_t tag = 0;    ///< of its intent; 0: none
    bool exits = false;       ///< only makes a position smaller
    bool must_exit = false;   ///< flagged so
};

class LimitsModel {
  public:
    LimitsModel(std::size_t strategies, std::size_t instruments, MarketLimits limits);

    std::int64_t now = 0;
    std::vector<ModelQuote> quotes;  ///< of each instrument

    /// Whether these limits let it pass now.
    [[nodiscard]] bool allows(const Asked& order) const;
    /// The gate let it pass.
    void enter(const Asked& order);
    /// The gate denied an order: figures are judged, and beyond a limit they open a breaker.
    void deny(std::size_t strategy);
    /// The venue's answers.
    void take(std::size_t strategy);
    void reject(std::size_t strategy);
    void fill(std::size_t strategy,
              std::size_t instrument,
              std::int64_t bought,
              std::int64_t price);
    /// A round trip brought exactly nothing: whether it counts as lost depends on how the average
    /// price was rounded, which is none of this model's business. Nothing more may be asked of it.
    [[nodiscard]] bool is_in_doubt(std::size_t strategy) const {
        return in_doubt_.contains(strategy);
    }

  private:
    struct Bucket {
        std::int64_t tokens = -1;  ///< 10^9 is an order; below 0: full, nobody has looked yet
        std::int64_t since = 0;
        std::int64_t today = 0;
    };
    struct Breaker {
        bool open = false;
        bool by_loss = false;  ///< an operator closes it: never, here
        std::int64_t since = 0;
        std::int64_t tried = -1;
        std::int64_t errors = 0;
    };
    struct Held {
        std::int64_t position = 0;
        std::int64_t cash = 0;       ///< all fills
        std::int64_t trip_cash = 0;  ///< of this round trip
    };

    [[nodiscard]] std::int64_t tokens(const Bucket& bucket,
                                      std::int64_t rate,
                                      std::int64_t most) const;
    void draw(Bucket& bucket, std::int64_t rate, std::int64_t most) const;
    [[nodiscard]] bool passes_rates(const Asked& order) const;
    [[nodiscard]] bool passes_market(const Asked& order) const;
    [[nodiscard]] bool passes_slippage(const Asked& order) const;
    [[nodiscard]] bool passes_losses(std::size_t strategy) const;
    [[nodiscard]] bool passes_rejects(std::size_t strategy) const;
    [[nodiscard]] std::int64_t loss_quarters(std::size_t strategy) const;
    [[nodiscard]] bool half_open(const Breaker& breaker) const;
    [[nodiscard]] bool admits(const Breaker& breaker) const;
    void fail(Breaker& breaker) const;
    void succeed(Breaker& breaker) const;
    void go_well(std::size_t strategy);
    void note_answer(std::size_t strategy, bool rejected);
    void judge(std::size_t strategy);

    MarketLimits limits_;
    std::vector<Bucket> rates_;
    Bucket venue_rate_;
    std::vector<Breaker> breakers_;
    Breaker venue_breaker_;
    std::vector<std::int64_t> lost_;         ///< round trips in a row
    std::vector<std::deque<bool>> answers_;  ///< the last ones; true: rejected
    std::vector<std::vector<Held>> held_;
    std::map<std::pair<std::size_t, std::uint64_t>, std::int64_t> tags_;
    std::set<std::size_t> in_doubt_;
};

}  // namespace tradectl::property

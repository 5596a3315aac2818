/// Frames of the market channel, decoded in one pass without a tree.
#pragma once

#include "amounts.hpp"

#include <tradectl/decimal.hpp>
#include <tradectl/enums.hpp>
#include <tradectl/timestamp.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace tradectl::polymarket {

struct LevelChange {
    std::string_view asset;
    Side side = Side::None;  ///< Buy: a bid
    Decimal price;
    Decimal quantity;  ///< the new total at that price; 0 removes it
};

/// Hears what a frame says. Texts and spans are valid until the call returns.
class MarketSink {
  public:
    virtual ~MarketSink() = default;
    /// A whole book; levels in the venue's order, best last or first.
    virtual void on_book(std::string_view asset,
                         Timestamp time,
                         std::span<const PriceLevel> bids,
                         std::span<const PriceLevel> asks) = 0;
    virtual void on_changes(Timestamp time, std::span<const LevelChange> changes) = 0;
    virtual void on_trade(std::string_view asset,
                          Timestamp time,
                          Side aggressor,
                          Decimal price,
                          Decimal quantity) = 0;
    virtual void on_tick(std::string_view asset, Timestamp time, Decimal tick) = 0;
    virtual void on_new_market(std::string_view condition, Timestamp time) = 0;
    virtual void on_resolved(std::string_view winner,
                             Timestamp time,
                             std::span<const std::string_view> assets) = 0;
    /// A message that could not be read: which field of which kind is wrong.
    virtual void on_problem(std::string_view what) = 0;
};

/// One decoder for each thread. Plain words, unknown kinds and unknown fields are skipped.
class MarketDecoder {
  public:
    static constexpr std::size_t kBytesMax = std::size_t{16} << 20;
    MarketDecoder();
    ~MarketDecoder();
    MarketDecoder(const MarketDecoder&) = delete;
    MarketDecoder& operator=(const MarketDecoder&) = delete;
    void decode(std::string_view frame, MarketSink& sink);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Plain digits with at most one point, at most 18 before and behind it; null for anything else.
[[nodiscard]] Decimal plain_decimal(std::string_view text);

}  // namespace tradectl::polymarket

/// Balances in memory: the sum of every posting so far.
#pragma once

#include "host/wal/record.hpp"

#include <tradectl/abi/events.h>
#include <tradectl/decimal.hpp>
#include <tradectl/expected.hpp>

#include <array>
#include <span>
#include <vector>

namespace tradectl::engine {

/// What each account holds of each asset, by bucket. Positive buckets are ours (available, held,
/// unsettled); the others are contra accounts. [engine]
class Balances {
  public:
    explicit Balances(std::uint32_t accounts) : cells_(accounts), states_(accounts) {}

    /// Adds one posting. Overflow when the sum leaves the range; nothing changes then.
    Status post(tradectl_account_handle account,
                tradectl_asset_handle asset,
                wal::Bucket bucket,
                Decimal amount);

    [[nodiscard]] Decimal amount(tradectl_account_handle account,
                                 tradectl_asset_handle asset,
                                 wal::Bucket bucket) const {
        const auto& cells = cells_[account];
        return asset < cells.size() ? cells[asset][index(bucket)] : Decimal();
    }

    /// The account's balances as a turn's snapshot block wants them, one entry for each asset ever
    /// seen.
    [[nodiscard]] std::span<const tradectl_balance_state> states(
        tradectl_account_handle account) const {
        return states_[account];
    }

  private:
    static constexpr std::size_t kBuckets = 7;
    using Cell = std::array<Decimal, kBuckets>;

    static std::size_t index(wal::Bucket bucket) { return static_cast<std::size_t>(bucket) - 1; }
    void publish(tradectl_account_handle account, tradectl_asset_handle asset, const Cell& cell);

    std::vector<std::vector<Cell>> cells_;  // by account, then asset
    std::vector<std::vector<tradectl_balance_state>> states_;
};

}  // namespace tradectl::engine

#include "host/engine/balances.hpp"

#include "host/base/assert.hpp"

#include <algorithm>

namespace tradectl::engine {

Status Balances::post(tradectl_account_handle account,
                      tradectl_asset_handle asset,
                      wal::Bucket bucket,
                      Decimal amount) {
    TRADECTL_ASSERT(account < cells_.size());
    auto& cells = cells_[account];
    if (asset >= cells.size()) cells.resize(asset + 1);
    Cell& cell = cells[asset];
    const auto sum = checked_add(cell[index(bucket)], amount);
    if (!sum) return fail(ErrorCode::Overflow, "balance leaves the range of decimals");
    cell[index(bucket)] = *sum;
    if (bucket <= wal::Bucket::Unsettled) publish(account, asset, cell);
    return {};
}

void Balances::publish(tradectl_account_handle account,
                       tradectl_asset_handle asset,
                       const Cell& cell) {
    auto& states = states_[account];
    auto found = std::find_if(
        states.begin(), states.end(), [asset](const auto& state) { return state.asset == asset; });
    if (found == states.end()) {
        found = states.insert(found, tradectl_balance_state{});
        found->account = account;
        found->asset = asset;
    }
    const Decimal available = cell[index(wal::Bucket::Available)];
    const Decimal held = cell[index(wal::Bucket::Held)];
    const Decimal unsettled = cell[index(wal::Bucket::Unsettled)];
    found->free = available.to_abi();
    found->held = held.to_abi();
    found->unsettled = unsettled.to_abi();
    const auto ours = checked_add(available, held);
    const auto total = ours ? checked_add(*ours, unsettled) : std::nullopt;
    found->total = total.value_or(Decimal::null()).to_abi();
}

}  // namespace tradectl::engine

// The part of Settler that books what a transaction on a chain moved, by what the chain says.
#include "host/engine/settler.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace tradectl::engine {

namespace {

struct Closed {
    StrategyRunner* runner = nullptr;
    tradectl_instrument_handle instrument = TRADECTL_HANDLE_NONE;
    execution::PositionChange change;
};

/// `amount` of the asset came to the account, or went when it is negative.
Status add_moved(execution::Postings& out,
                 std::string_view account,
                 std::string_view asset,
                 Decimal amount) {
    const auto back = checked_negate(amount);
    if (!back) return fail(ErrorCode::Overflow, "what a transaction moved is out of range");
    if (auto added = out.add({account, asset, execution::Bucket::Available, amount}); !added)
        return added;
    return out.add({account, asset, execution::Bucket::Trade, *back});
}

/// A chain knows accounts, not strategies: those that hold it are closed in the config's order. A
/// rest that none of them holds moves money alone.
Status close_positions(Trading& trading,
                       tradectl_account_handle account,
                       const tradectl_order_report& row,
                       std::vector<Closed>& out) {
    const auto* instrument = trading.table.instrument(row.instrument);
    Decimal rest = Decimal::from_abi(row.filled_qty);
    for (auto& runner : trading.runners) {
        if (runner->account() != account || !rest.is_positive()) continue;
        const auto before = position_of(runner->position(row.instrument));
        const Decimal quantity = std::min(before.quantity, rest);
        if (!quantity.is_positive()) continue;
        auto change = execution::apply_fill(before,
                                            TRADECTL_SIDE_SELL,
                                            Decimal::from_abi(row.average_price),
                                            quantity,
                                            Decimal::from_abi(instrument->multiplier));
        if (!change) return fail(change.error());
        out.push_back({runner.get(), row.instrument, *change});
        rest = rest - quantity;
    }
    return {};
}

}  // namespace

Status Settler::redeem(const Redemption& done) {
    // All that can fail is computed first: it is booked whole or not at all.
    execution::Postings postings;
    std::vector<Closed> closed;
    const std::string_view account = trading_.account_name(done.account);
    for (const tradectl_order_report& row : done.moved) {
        const Decimal amount = Decimal::from_abi(row.filled_qty);
        Status added;
        if (row.side == TRADECTL_SIDE_BUY) {
            const std::string_view asset = market::id_text(row.client_order_id);
            added = add_moved(postings, account, asset, amount);
        } else if (const auto* instrument = trading_.table.instrument(row.instrument)) {
            const std::string_view asset = trading_.table.asset(instrument->base_asset);
            added = add_moved(postings, account, asset, -amount);
            if (added) added = close_positions(trading_, done.account, row, closed);
        } else {
            added = fail(ErrorCode::NotFound, "a transaction moved what nobody knows");
        }
        if (!added) return added;
    }
    scribe_.begin_group();
    scribe_.finish_step(done.op, done.intent, wal::StepStatus::Completed, done.text, postings);
    for (const Closed& each : closed) {
        scribe_.position_result(*each.runner, each.instrument, TxnId{done.op.value}, each.change);
        auto& state = each.runner->position(each.instrument);
        state.quantity = each.change.after.quantity.to_abi();
        state.average_price = each.change.after.average_price.to_abi();
        state.realized_pnl = each.change.after.realized_pnl.to_abi();
    }
    post(done.account, postings);
    for (const Closed& each : closed)
        tell_position(*each.runner, each.instrument);
    for (auto& runner : trading_.runners)
        if (runner->account() == done.account) tell_balances(*runner, postings);
    return {};
}

}  // namespace tradectl::engine

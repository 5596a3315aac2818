#include "host/engine/unsettled_moves.hpp"

#include "host/engine/margin.hpp"
#include "host/execution/accounting.hpp"

#include <set>

namespace tradectl::engine {

namespace {
constexpr std::size_t kSumsMax = 4096;

Decimal zero_for_none(Decimal value) {
    return value.is_null() ? Decimal() : value;
}
}  // namespace

Expected<UnsettledMoves> UnsettledMoves::read(ledger::Reader& books,
                                              const market::InstrumentTable& table) {
    auto fills = books.unsettled_fills();
    if (!fills) return fail(fills.error());
    UnsettledMoves out;
    for (const ledger::FillRow& fill : *fills) {
        const auto handle = table.find(fill.instrument);
        // What is traded on margin was booked as final.
        if (!handle || is_margin(*table.instrument(*handle))) continue;
        if (auto added = out.add(fill, *table.instrument(*handle)); !added)
            return fail(added.error());
    }
    return out;
}

/// The total without the fill is that with its undoing.
Status UnsettledMoves::add(const ledger::FillRow& fill, const tradectl_instrument& instrument) {
    const auto undone = execution::undo_fill({.account = fill.account,
                                              .base = market::id_text(instrument.base),
                                              .quote = market::id_text(instrument.quote)},
                                             fill.side,
                                             Decimal::from_abi(instrument.multiplier),
                                             {.price = fill.price,
                                              .quantity = fill.quantity,
                                              .leaves_qty = {},
                                              .fee = zero_for_none(fill.fee),
                                              .fee_asset = fill.fee_asset});
    if (!undone) return fail(undone.error());
    std::map<std::string, Decimal> by_asset;
    for (const auto& posting : *undone) {
        if (posting.bucket > execution::Bucket::Unsettled) continue;
        Decimal& sum = by_asset[std::string(posting.asset)];
        sum = checked_add(sum, posting.amount).value_or(Decimal::null());
    }
    for (const auto& [asset, amount] : by_asset)
        if (!amount.is_null()) moves_[{fill.venue, fill.account, asset}].push_back(amount);
    return {};
}

bool UnsettledMoves::explain(const std::string& venue,
                             const std::string& account,
                             const std::string& asset,
                             Decimal drift) const {
    const auto found = moves_.find({venue, account, asset});
    if (found == moves_.end() || drift.is_null()) return false;
    std::set<Decimal> sums{Decimal()};
    for (const Decimal move : found->second) {
        std::set<Decimal> more;
        for (const Decimal sum : sums)
            if (const auto with = checked_add(sum, move)) more.insert(*with);
        sums.merge(more);
        if (sums.size() > kSumsMax) break;
    }
    return sums.contains(drift);
}

}  // namespace tradectl::engine

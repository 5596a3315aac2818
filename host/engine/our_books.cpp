#include "host/engine/our_books.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <utility>

namespace tradectl::engine {

namespace {

using recovery::BalanceFact;
using recovery::ClosedOrder;
using recovery::FillFact;
using recovery::OrderFact;
using recovery::PositionFact;
using Place = std::pair<std::string, std::string>;  // account, instrument or asset

Decimal or_zero(Decimal value) {
    return value.is_null() ? Decimal() : value;
}

Error overflow(const std::string& what) {
    return {ErrorCode::Overflow, what + " leaves the range of decimals"};
}

OrderFact fact_of(const ledger::OrderRow& row) {
    OrderFact fact;
    fact.account = row.account;
    fact.instrument = row.instrument;
    fact.client_order_id = row.client_order_id;
    fact.venue_order_id = row.venue_order_id;
    fact.status = row.status;
    fact.quantity = row.quantity;
    fact.filled = or_zero(row.filled_qty);
    fact.updated = row.updated;
    fact.created = row.created;
    fact.reduce_only = (row.order_flags & TRADECTL_ORDER_REDUCE_ONLY) != 0;
    return fact;
}

FillFact fact_of(const std::string& account, ledger::FillKeyRow&& row) {
    FillFact fact;
    fact.account = account;
    fact.instrument = std::move(row.instrument);
    fact.trade_id = std::move(row.trade_id);
    fact.venue_order_id = std::move(row.venue_order_id);
    fact.client_order_id = std::move(row.client_order_id);
    fact.side = row.side;
    fact.settlement = row.settlement;
    fact.price = row.price;
    fact.quantity = row.quantity;
    fact.time = row.venue_time;
    fact.booked = row.time;
    fact.sequence = row.sequence;
    return fact;
}

bool is_ours(wal::Bucket bucket) {
    return bucket <= wal::Bucket::Unsettled;
}

/// Positions of all strategies of an account in one instrument.
struct Net {
    Decimal quantity;
    Decimal average_price = Decimal::null();
    int strategies = 0;
    bool has_exit = false;
};

void put_holding(PositionFact& fact,
                 const tradectl_instrument& instrument,
                 const std::map<Place, Decimal>& totals) {
    fact.asset = market::id_text(instrument.base);
    const auto total = totals.find({fact.account, fact.asset});
    fact.quantity = total == totals.end() ? Decimal() : total->second;
}

}  // namespace

Expected<std::vector<OrderFact>> LedgerBooks::open_orders(const std::string& venue) {
    ledger::Filter filter;
    filter.venue = venue;
    filter.open_only = true;
    auto rows = reader_.orders(filter);
    if (!rows) return fail(rows.error());
    std::vector<OrderFact> facts;
    facts.reserve(rows->size());
    for (const ledger::OrderRow& row : *rows)
        facts.push_back(fact_of(row));
    return facts;
}

Expected<std::vector<BalanceFact>> LedgerBooks::balances(const std::string& venue) {
    auto rows = reader_.balances();
    if (!rows) return fail(rows.error());
    std::map<Place, Decimal> totals;
    for (const ledger::BalanceRow& row : *rows) {
        if (row.venue != venue || !is_ours(row.bucket)) continue;
        Decimal& total = totals[{row.account, row.asset}];
        const auto sum = checked_add(total, row.amount);
        if (!sum) return fail(overflow("total of " + row.asset));
        total = *sum;
    }
    std::vector<BalanceFact> facts;
    facts.reserve(totals.size());
    auto unsettled = unsettled_places(venue);
    if (!unsettled) return fail(unsettled.error());
    for (const auto& [place, total] : totals)
        facts.push_back({place.first, place.second, total, unsettled->contains(place)});
    return facts;
}

/// Accounts and assets that fills move which are not final at the venue: what was bought, what was
/// paid and the fee.
Expected<std::set<Place>> LedgerBooks::unsettled_places(const std::string& venue) {
    auto fills = reader_.unsettled_fills();
    if (!fills) return fail(fills.error());
    std::set<Place> places;
    for (const ledger::FillRow& fill : *fills) {
        const auto handle = table_.find(fill.instrument);
        if (fill.venue != venue || !handle) continue;
        const auto& instrument = *table_.instrument(*handle);
        places.emplace(fill.account, market::id_text(instrument.base));
        places.emplace(fill.account, market::id_text(instrument.quote));
        if (!fill.fee_asset.empty()) places.emplace(fill.account, fill.fee_asset);
    }
    return places;
}

Expected<std::vector<PositionFact>> LedgerBooks::positions(const std::string& venue) {
    ledger::Filter filter;
    filter.venue = venue;
    auto rows = reader_.positions(filter);
    if (!rows) return fail(rows.error());
    auto balances = this->balances(venue);
    if (!balances) return fail(balances.error());
    std::map<Place, Decimal> totals;
    for (const BalanceFact& balance : *balances)
        totals.emplace(Place{balance.account, balance.asset}, balance.total);
    std::map<Place, Net> nets;
    for (const ledger::PositionRow& row : *rows) {
        Net& net = nets[{row.account, row.instrument}];
        const auto sum = checked_add(net.quantity, row.quantity);
        if (!sum) return fail(overflow("position in " + row.instrument));
        net.quantity = *sum;
        // What two strategies made of one instrument has no average price of its own here.
        net.average_price = ++net.strategies == 1 ? row.average_price : Decimal::null();
        if (row.quantity.is_zero()) continue;
        auto exits = reader_.kv(ExitRunner::kv_instance(row.instance));
        if (!exits) return fail(exits.error());
        for (const ledger::KvRow& exit : *exits)
            net.has_exit = net.has_exit || exit.key == row.instrument;
    }
    std::vector<PositionFact> facts;
    for (const auto& [place, net] : nets) {
        PositionFact fact{
            place.first, place.second, {}, net.quantity, net.average_price, net.has_exit};
        const auto handle = table_.find(place.second);
        const auto* instrument = handle ? table_.instrument(*handle) : nullptr;
        if (instrument != nullptr && !is_margin(*instrument))
            put_holding(fact, *instrument, totals);
        facts.push_back(std::move(fact));
    }
    return facts;
}

Expected<std::vector<FillFact>> LedgerBooks::fills_after(const std::string& venue,
                                                         const std::string& account,
                                                         WalSequence after) {
    auto rows = reader_.fills_after(venue, account, after);
    if (!rows) return fail(rows.error());
    std::vector<FillFact> facts;
    facts.reserve(rows->size());
    for (ledger::FillKeyRow& row : *rows)
        facts.push_back(fact_of(account, std::move(row)));
    return facts;
}

Expected<std::optional<FillFact>> LedgerBooks::find_fill(const std::string& venue,
                                                         const FillFact& theirs) {
    ledger::FillKeyRow key;
    key.instrument = theirs.instrument;
    key.trade_id = theirs.trade_id;
    key.venue_order_id = theirs.venue_order_id;
    key.side = theirs.side;
    auto row = reader_.find_fill(venue, theirs.account, key);
    if (!row) return fail(row.error());
    if (!*row) return std::optional<FillFact>();
    return std::optional<FillFact>(fact_of(theirs.account, std::move(**row)));
}

Expected<ClosedOrder> LedgerBooks::find_order(const std::string& venue,
                                              const std::string& account,
                                              const std::string& client_order_id) {
    auto row = reader_.find_order(venue, account, client_order_id);
    if (!row) return fail(row.error());
    if (!*row) return ClosedOrder{};
    return ClosedOrder{true, (*row)->status, (*row)->updated};
}

std::string opened_instance(const std::string& venue) {
    return "opened:" + venue;
}

Expected<Timestamp> LedgerBooks::opened(const std::string& venue, const std::string& account) {
    auto rows = reader_.kv(opened_instance(venue));
    if (!rows) return fail(rows.error());
    for (const ledger::KvRow& row : *rows) {
        if (row.key != account) continue;
        const std::string text(reinterpret_cast<const char*>(row.value.data()), row.value.size());
        std::int64_t ns = 0;
        const auto read = std::from_chars(text.data(), text.data() + text.size(), ns);
        if (read.ec == std::errc{} && read.ptr == text.data() + text.size()) return Timestamp{ns};
        return fail(ErrorCode::Corrupt, "account " + account + ": opened at '" + text + "'");
    }
    return Timestamp::none();
}

Expected<std::vector<OrderFact>> LiveBooks::open_orders(const std::string& venue) {
    std::vector<OrderFact> facts;
    trading_.orders.each_open([&](OrderEntry& entry) {
        if (trading_.exchanges[entry.exchange]->name() != venue) return;
        const execution::Order& order = entry.order;
        OrderFact fact;
        fact.account = trading_.account_name(order.account);
        fact.instrument = trading_.instrument_name(order.instrument);
        fact.client_order_id = order.client_order_id;
        fact.venue_order_id = order.venue_order_id;
        fact.status = static_cast<std::uint8_t>(order.status);
        fact.quantity = order.order_qty;
        fact.filled = order.filled_qty;
        fact.updated = order.updated.is_none() ? order.created : order.updated;
        fact.created = order.created;
        fact.reduce_only = (order.order_flags & TRADECTL_ORDER_REDUCE_ONLY) != 0;
        facts.push_back(std::move(fact));
    });
    return facts;
}

Expected<std::vector<BalanceFact>> LiveBooks::balances(const std::string& venue) {
    std::vector<BalanceFact> facts;
    for (std::uint32_t account = 0; account < trading_.table.account_count(); ++account) {
        const auto* name = trading_.table.account(account);
        if (name->venue != venue) continue;
        const auto unsettled = trading_.unsettled_assets(account);
        for (const auto& state : trading_.balances->states(account)) {
            const std::string asset(trading_.table.asset(state.asset));
            facts.push_back(
                {name->name, asset, Decimal::from_abi(state.total), unsettled.contains(asset)});
        }
    }
    return facts;
}

bool LiveBooks::is_watched(tradectl_account_handle account,
                           tradectl_instrument_handle instrument) const {
    return std::any_of(trading_.runners.begin(), trading_.runners.end(), [&](const auto& runner) {
        return runner->account() == account &&
               pipeline_.exits().watches(runner->index(), instrument);
    });
}

Expected<std::vector<PositionFact>> LiveBooks::positions(const std::string& venue) {
    auto owned = balances(venue);
    if (!owned) return fail(owned.error());
    std::map<Place, Decimal> totals;
    for (const BalanceFact& balance : *owned)
        totals.emplace(Place{balance.account, balance.asset}, balance.total);
    std::set<std::pair<tradectl_account_handle, tradectl_instrument_handle>> held;
    for (const auto& runner : trading_.runners) {
        for (std::uint32_t handle = 0; handle < trading_.table.size(); ++handle) {
            const bool flat = Decimal::from_abi(runner->position(handle).quantity).is_zero();
            if (runner->config().exchange == venue && !flat)
                held.insert({runner->account(), handle});
        }
    }
    for (const auto& [key, position] : trading_.margin.positions())
        held.insert(key);
    std::vector<PositionFact> facts;
    for (const auto& [account, handle] : held) {
        const auto* instrument = trading_.table.instrument(handle);
        if (market::id_text(instrument->venue) != venue) continue;
        PositionFact fact;
        fact.account = trading_.account_name(account);
        fact.instrument = trading_.instrument_name(handle);
        fact.has_exit = is_watched(account, handle);
        if (is_margin(*instrument)) {
            const auto position = trading_.margin.position(account, handle);
            fact.quantity = position.quantity;
            fact.average_price = position.average_price;
        } else {
            put_holding(fact, *instrument, totals);
        }
        facts.push_back(std::move(fact));
    }
    return facts;
}

Expected<std::optional<FillFact>> LiveBooks::find_fill(const std::string& venue,
                                                       const FillFact& theirs) {
    if (const OrderEntry* entry = trading_.orders.find(theirs.client_order_id)) {
        const auto& ids = entry->order.trade_ids;
        if (std::find(ids.begin(), ids.end(), theirs.trade_id) != ids.end())
            return std::optional<FillFact>(theirs);
    }
    return ledger_.find_fill(venue, theirs);
}

Expected<Timestamp> LiveBooks::opened(const std::string& venue, const std::string& account) {
    const auto handle = trading_.table.find_account(venue, account);
    const auto found = handle ? trading_.opening.find(*handle) : trading_.opening.end();
    if (found != trading_.opening.end()) return found->second;
    return ledger_.opened(venue, account);
}

Expected<ClosedOrder> LiveBooks::find_order(const std::string& venue,
                                            const std::string& account,
                                            const std::string& client_order_id) {
    if (const OrderEntry* entry = trading_.orders.find(client_order_id)) {
        return ClosedOrder{
            true, static_cast<std::uint8_t>(entry->order.status), entry->order.updated};
    }
    return ledger_.find_order(venue, account, client_order_id);
}

}  // namespace tradectl::engine

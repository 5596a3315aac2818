// Instruments of earlier runs.
#include "host/base/log.hpp"
#include "host/engine/instrument_record.hpp"
#include "host/engine/listings.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::engine {

namespace {

/// What something of ours is in.
struct InUse {
    std::set<std::string> names;                             // of instruments
    std::set<std::pair<std::string, std::string>> holdings;  // exchange and asset

    [[nodiscard]] bool has(const std::string& name,
                           const std::string& exchange,
                           const std::string& base) const {
        return names.contains(name) || holdings.contains({exchange, base});
    }
};

Status add_holdings(ledger::Reader& reader, InUse& in_use) {
    auto balances = reader.balances();
    if (!balances) return fail(balances.error());
    for (const auto& row : *balances) {
        const bool ours = row.bucket <= wal::Bucket::Unsettled;
        if (ours && !row.amount.is_zero()) in_use.holdings.insert({row.venue, row.asset});
    }
    return {};
}

Expected<InUse> read_in_use(ledger::Reader& reader) {
    InUse in_use;
    if (auto added = add_holdings(reader, in_use); !added) return fail(added.error());
    auto& names = in_use.names;
    auto positions = reader.positions({});
    if (!positions) return fail(positions.error());
    for (const auto& row : *positions) {
        if (!row.quantity.is_zero()) names.insert(row.instrument);
    }
    auto orders = reader.open_orders();
    if (!orders) return fail(orders.error());
    for (const auto& row : *orders)
        names.insert(row.instrument);
    auto fills = reader.unsettled_fills();
    if (!fills) return fail(fills.error());
    for (const auto& row : *fills)
        names.insert(row.instrument);
    return in_use;
}

bool is_used(const InUse& in_use,
             const config::Config& config,
             const market::InstrumentSpec& spec) {
    if (in_use.has(spec.name, spec.venue, spec.base)) return true;
    return std::any_of(config.exchanges.begin(), config.exchanges.end(), [&](const auto& mirror) {
        return mirror.mirrors == spec.venue &&
               in_use.has(
                   mirrored_name(spec.name, spec.venue, mirror.name), mirror.name, spec.base);
    });
}

}  // namespace

Expected<std::vector<market::InstrumentSpec>> restore_instruments(ledger::Reader& reader,
                                                                  Trading& trading) {
    const auto in_use = read_in_use(reader);
    if (!in_use) return fail(in_use.error());
    std::vector<market::InstrumentSpec> over;
    std::vector<std::pair<tradectl_instrument_handle, Decimal>> resolved;
    for (const auto& exchange : trading.config.exchanges) {
        auto rows = reader.kv(instruments_owner(exchange.name));
        if (!rows) return fail(rows.error());
        for (const auto& row : *rows) {
            const auto kept = parse_instrument(
                {reinterpret_cast<const char*>(row.value.data()), row.value.size()});
            if (!kept) return fail(kept.error());
            const auto& spec = kept->spec;
            const bool used = is_used(*in_use, trading.config, spec);
            if (trading.table.find(spec.name)) continue;
            if (is_over(spec.status) && !used) {
                over.push_back(spec);
                continue;
            }
            const auto added = trading.table.add(spec);
            if (!added && used) return fail(added.error());
            if (added) resolved.push_back({*added, kept->resolved_price});
            if (!added) log(LogLevel::Warning, "engine", "left out: " + added.error().message);
        }
    }
    if (auto mirrored = add_mirrored(trading.config, trading.table); !mirrored)
        return fail(mirrored.error());
    trading.grow();
    for (const auto& [handle, price] : resolved)
        trading.resolve(handle, price);
    return over;
}

Status know_instruments(Disk& disk, const StatePaths& paths, Trading& trading) {
    const auto there = disk.exists(paths.ledger());
    if (!there) return fail(there.error());
    if (!*there) return {};
    auto reader = ledger::Reader::open(disk, paths.ledger());
    if (!reader) return fail(reader.error());
    const auto restored = restore_instruments(*reader, trading);
    return restored ? Status{} : fail(restored.error());
}

Status Listings::restore(ledger::Reader& reader) {
    const std::uint32_t of_config = trading_.table.size();
    const auto over = restore_instruments(reader, trading_);
    if (!over) return fail(over.error());
    added_.assign(trading_.config.exchanges.size(), 0);
    for (std::uint32_t handle = of_config; handle < trading_.table.size(); ++handle) {
        const auto& instrument = *trading_.table.instrument(handle);
        for (std::uint32_t i = 0; i < added_.size(); ++i) {
            const auto& exchange = trading_.config.exchanges[i];
            if (exchange.name != market::id_text(instrument.venue) || !exchange.mirrors.empty())
                continue;
            if (!is_over(instrument.status)) ++added_[i];
            kept_.insert(handle);
        }
    }
    for (const auto& spec : *over)
        scribe_.kv(instruments_owner(spec.venue), spec.name, {});
    std::uint32_t room = 0;
    for (const auto& exchange : trading_.config.exchanges)
        room += exchange.instruments_max;
    trading_.reserve(trading_.table.size() + 2 * room);
    return {};
}

}  // namespace tradectl::engine

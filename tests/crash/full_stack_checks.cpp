#include "tests/crash/full_stack_checks.hpp"

#include "host/ledger/reader.hpp"

#include <algorithm>
#include <set>

namespace tradectl::crash {

using namespace tradectl::engine;

namespace {

void add_content(Disk& disk, const std::string& path, DiskContent& out) {
    if (const auto names = disk.list(path)) {
        for (const auto& name : *names)
            add_content(disk, path + "/" + name, out);
        return;
    }
    if (path.ends_with("-shm") || path.ends_with("-wal")) return;
    if (auto text = read_file(disk, path, 1U << 30)) out[path] = std::move(*text);
}

std::string check_order(const VenueState& venue, const ledger::OrderRow& row) {
    const auto same = [&](const auto& item) { return item.id == row.client_order_id; };
    const auto found = std::find_if(venue.orders.begin(), venue.orders.end(), same);
    const bool ours = found != venue.orders.end() && !venue.foreign.contains(row.client_order_id);
    const bool rolled_back =
        row.status == TRADECTL_ORDER_STATUS_CANCELED && row.text.starts_with("never ");
    if (rolled_back && ours) return row.client_order_id + " was rolled back and is at the venue";
    if (std::count_if(venue.orders.begin(), venue.orders.end(), same) > 1)
        return row.client_order_id + " is at the venue twice";
    if (!ours || row.status == TRADECTL_ORDER_STATUS_UNRESOLVED) return {};
    if (row.status != found->status) {
        return row.client_order_id + ": status " + std::to_string(row.status) +
               ", the venue's is " + std::to_string(found->status);
    }
    if (row.filled_qty != found->filled) return row.client_order_id + ": filled differs";
    return {};
}

std::string check_fills(const VenueState& venue, const std::vector<ledger::FillRow>& rows) {
    std::set<std::string> booked;
    for (const auto& row : rows)
        booked.insert(row.client_order_id + " " + row.trade_id + " " + row.quantity.to_string());
    std::set<std::string> real;
    for (const auto& fill : venue.fills)
        real.insert(fill.id + " " + fill.trade_id + " " + fill.quantity.to_string());
    if (booked.size() != rows.size()) return "a fill is booked twice";
    return booked == real ? std::string() : "the ledger's fills are not the venue's";
}

std::string check_totals(ledger::Reader& reader, VenueModel& venue, bool any_open) {
    std::map<std::string, Decimal> totals;
    Decimal held;
    const auto rows = reader.balances();
    if (!rows) return rows.error().message;
    for (const auto& row : *rows) {
        if (row.bucket > wal::Bucket::Unsettled) continue;
        totals[row.asset] = totals[row.asset] + row.amount;
        if (row.bucket == wal::Bucket::Held) held = held + row.amount;
    }
    if (totals["USD"] != venue.usd() || totals["BTC"] != venue.btc())
        return "totals differ from the venue's";
    return held.is_zero() || any_open ? std::string() : "money is held for no order";
}

}  // namespace

DiskContent content_of(Disk& disk, const std::string& directory) {
    DiskContent out;
    add_content(disk, directory, out);
    return out;
}

std::vector<std::string> books_of(Disk& disk, const StatePaths& paths) {
    std::vector<std::string> lines;
    auto reader = ledger::Reader::open(disk, paths.ledger());
    if (!reader) return {reader.error().message};
    static_cast<void>(ledger::canonical_export(*reader, [&](std::string_view line) -> Status {
        lines.emplace_back(line);
        return {};
    }));
    return lines;
}

std::string check_promises(Disk& disk,
                           const StatePaths& paths,
                           VenueModel& venue,
                           const WalRecoverAnswer& answer) {
    const VenueState& state = venue.state();
    if (!answer.report.orphans.empty()) return "an orphan: an intent was lost";
    auto reader = ledger::Reader::open(disk, paths.ledger());
    if (!reader) return reader.error().message;
    const auto orders = reader->orders({});
    if (!orders) return orders.error().message;
    std::set<std::string> known;
    bool any_open = false;
    for (const auto& row : *orders) {
        known.insert(row.client_order_id);
        any_open = any_open || row.status == TRADECTL_ORDER_STATUS_ACKNOWLEDGED ||
                   row.status == TRADECTL_ORDER_STATUS_PARTIALLY_FILLED ||
                   row.status == TRADECTL_ORDER_STATUS_UNRESOLVED;
        if (auto broken = check_order(state, row); !broken.empty()) return broken;
        const bool unresolved = row.status == TRADECTL_ORDER_STATUS_UNRESOLVED ||
                                row.status == TRADECTL_ORDER_STATUS_PENDING;
        if (unresolved && !state.foreign.contains(row.client_order_id))
            return row.client_order_id + " is left unresolved";
    }
    for (const auto& id : state.sent) {
        if (!known.contains(id)) return id + " was sent, and its intent is lost";
    }
    const auto fills = reader->fills({});
    if (!fills) return fills.error().message;
    if (auto broken = check_fills(state, *fills); !broken.empty()) return broken;
    if (auto broken = check_totals(*reader, venue, any_open); !broken.empty()) return broken;
    const auto sound = reader->check_books();
    return sound ? std::string() : sound.error().message;
}

}  // namespace tradectl::crash

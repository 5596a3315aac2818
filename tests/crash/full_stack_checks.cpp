#include "tests/crash/full_stack_checks.hpp"

#include "host/base/assert.hpp"
#include "host/engine/audit_log.hpp"
#include "host/ledger/reader.hpp"

#include <algorithm>
#include <set>

namespace tradectl::crash {

using namespace tradectl::engine;

namespace {

constexpr std::uint64_t kFileBytesMax = 1U << 30;

/// Calls `file` for each file under `path`, and `directory` for each directory, parents first.
template <typename OnDirectory, typename OnFile>
void walk(Disk& disk, const std::string& path, OnDirectory&& directory, OnFile&& file) {
    const auto names = disk.list(path);
    if (!names) return file(path);
    directory(path);
    for (const auto& name : *names)
        walk(disk, path + "/" + name, directory, file);
}

std::string check_order(const VenueState& venue, const ledger::OrderRow& row) {
    const auto same = [&](const auto& item) { return item.id == row.client_order_id; };
    const auto found = std::find_if(venue.orders.begin(), venue.orders.end(), same);
    const bool ours = found != venue.orders.end() && !venue.foreign.contains(row.client_order_id);
    const bool rolled_back =
        row.status == TRADECTL_ORDER_STATUS_CANCELED && row.text.starts_with("never ");
    if (venue.foreign.contains(row.client_order_id) &&
        row.status != TRADECTL_ORDER_STATUS_UNRESOLVED)
        return row.client_order_id + " was taken for an order of others that bears its id";
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
    // It died before it asked for its opening balances: then it had sent nothing either.
    if (rows->empty() && venue.state().sent.empty()) return {};
    for (const auto& row : *rows) {
        if (row.bucket > wal::Bucket::Unsettled) continue;
        totals[row.asset] = totals[row.asset] + row.amount;
        if (row.bucket == wal::Bucket::Held) held = held + row.amount;
    }
    if (totals["USD"] != venue.usd() || totals["BTC"] != venue.btc())
        return "totals differ from the venue's";
    return held.is_zero() || any_open ? std::string() : "money is held for no order";
}

std::string check_ledger(ledger::Reader& reader, VenueModel& venue) {
    const VenueState& state = venue.state();
    const auto orders = reader.orders({});
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
    for (const auto& sent : state.sent) {
        if (!known.contains(sent.first)) return sent.first + " was sent, and its intent is lost";
    }
    const auto fills = reader.fills({});
    if (!fills) return fills.error().message;
    if (auto broken = check_fills(state, *fills); !broken.empty()) return broken;
    if (auto broken = check_totals(reader, venue, any_open); !broken.empty()) return broken;
    const auto sound = reader.check_books();
    return sound ? std::string() : sound.error().message;
}

}  // namespace

DiskContent content_of(Disk& disk, const std::string& directory) {
    DiskContent out;
    walk(
        disk,
        directory,
        [](const std::string&) {},
        [&](const std::string& path) {
            if (path.ends_with("-shm") || path.ends_with("-wal")) return;
            if (auto text = read_file(disk, path, kFileBytesMax)) out[path] = std::move(*text);
        });
    return out;
}

void copy_synced(Disk& from, const std::string& directory, Disk& to) {
    std::vector<std::string> directories;
    const auto copy_file = [&](const std::string& path) {
        const auto text = read_file(from, path, kFileBytesMax);
        auto file = to.open(path, {.write = true, .create = true});
        TRADECTL_ASSERT(text && file);
        TRADECTL_ASSERT((*file)->write(0, std::as_bytes(std::span(*text))).has_value());
        TRADECTL_ASSERT((*file)->sync().has_value());
    };
    const auto make = [&](const std::string& path) {
        directories.push_back(path);
        TRADECTL_ASSERT(to.make_directory(path).has_value());
    };
    walk(from, directory, make, copy_file);
    for (const auto& path : directories)
        TRADECTL_ASSERT(to.sync_directory(path).has_value());
}

Expected<Books> check_promises(Disk& disk,
                               const StatePaths& paths,
                               VenueModel& venue,
                               const WalRecoverAnswer& answer) {
    if (!answer.report.orphans.empty())
        return fail(ErrorCode::Corrupt, "an orphan: an intent was lost");
    auto reader = ledger::Reader::open(disk, paths.ledger());
    if (!reader) return fail(reader.error());
    if (auto broken = check_ledger(*reader, venue); !broken.empty())
        return fail(ErrorCode::Corrupt, std::move(broken));
    Books lines;
    const auto written = ledger::canonical_export(*reader, [&](std::string_view line) -> Status {
        lines.emplace_back(line);
        return {};
    });
    if (!written) return fail(written.error());
    return lines;
}

bool is_open_at(const VenueState& venue, const std::string& client_order_id) {
    return std::any_of(venue.orders.begin(), venue.orders.end(), [&](const VenueOrder& order) {
        return order.id == client_order_id &&
               (order.status == TRADECTL_ORDER_STATUS_ACKNOWLEDGED ||
                order.status == TRADECTL_ORDER_STATUS_PARTIALLY_FILLED);
    });
}

std::optional<audit::Checkpoint> audit_checkpoint(Disk& disk,
                                                  const StatePaths& paths,
                                                  const std::string& name) {
    const auto log = read_audit(disk, paths, name, std::nullopt);
    if (!log) return std::nullopt;
    return log->checkpoint();
}

std::string check_audit(Disk& disk,
                        const StatePaths& paths,
                        const std::string& name,
                        const std::optional<audit::Checkpoint>& older) {
    auto log = read_audit(disk, paths, name, std::nullopt);
    if (!log) return log.error().message;
    const auto verdict = audit::verify(*log);
    if (!verdict) return verdict.error().message;
    if (!verdict->sound()) return "audit: " + verdict->findings.front().what;
    const auto findings = compare_with_wal(disk, paths, *log);
    if (!findings) return findings.error().message;
    if (!findings->empty()) return "audit: an entry " + findings->front().what;
    if (!older) return {};
    const auto grown = log->check_growth_from(*older);
    return grown ? std::string() : grown.error().message;
}

}  // namespace tradectl::crash

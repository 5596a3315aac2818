// The part of the queries that asks venues.
#include "host/base/clock.hpp"
#include "host/base/overlay_disk.hpp"
#include "host/engine/desk_exchange.hpp"
#include "host/engine/listings.hpp"
#include "host/engine/queries.hpp"
#include "host/engine/session_parts.hpp"
#include "host/engine/unsettled_moves.hpp"
#include "host/engine/valuation.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <thread>
#include <tuple>
#include <utility>

namespace tradectl::engine {

namespace {

/// Beside a live run: the ledger is some milliseconds behind the venue's store.
constexpr int kReadingsMax = 8;
constexpr auto kBetweenStoreReadings = std::chrono::milliseconds(25);

/// How long a balance waits for its market.
constexpr std::int64_t kMarketWaitNs = 5 * kNsPerSecond;

using LineKey = std::tuple<std::string, std::string, std::string>;
using Lines = std::map<LineKey, BalanceLine>;

using MidsOf = std::map<std::string, std::map<std::string, Mid>>;  // by exchange, then asset

std::set<std::string> assets_held(const exchange::Completion& balances) {
    std::set<std::string> out;
    for (const auto& item : balances.balances) {
        if (!Decimal::from_abi(item.total).is_zero()) out.emplace(market::id_text(item.asset));
    }
    return out;
}

/// Asks one exchange plugin, on a copy of its store; for its markets once only, which may take
/// seconds.
Expected<exchange::Completion> ask_balances(Trading& trading,
                                            const Doorbell& bell,
                                            std::uint32_t index,
                                            const PluginUse& plugin,
                                            const StatePaths& paths,
                                            std::unique_ptr<exchange::Wire> wire,
                                            std::int64_t timeout_ns,
                                            MidsOf& mids) {
    const auto disk = make_posix_disk();
    auto store = exchange::KvStore::open_copy(
        *disk, paths.plugin_kv(trading.config.exchanges[index].name), trading.clock.now());
    if (!store) return fail(store.error());
    DeskExchange desk(trading, bell, index);
    DeafSink deaf;
    auto runtime = desk.make(plugin, std::move(*store), std::move(wire));
    if (!runtime) return fail(runtime.error());
    if (auto connected = desk.connect(**runtime, deaf, timeout_ns); !connected)
        return fail(connected.error());
    tradectl_scope scope{};
    scope.struct_size = sizeof(scope);
    scope.account = TRADECTL_HANDLE_NONE;
    scope.instrument = TRADECTL_HANDLE_NONE;
    scope.since = TRADECTL_TIME_NONE;
    auto answer = desk.wait_for(**runtime, (*runtime)->balances(scope), deaf, timeout_ns);
    if (!answer) return fail(answer.error());
    if (answer->status == TRADECTL_UNSUPPORTED && !is_traded(trading.config, index))
        return std::move(*answer);
    if (answer->status != TRADECTL_OK || answer->completeness != TRADECTL_COMPLETENESS_COMPLETE) {
        return fail(
            ErrorCode::Unavailable,
            "exchange '" + (*runtime)->name() + "' does not tell its balances: " + answer->text);
    }
    if (plugin.library->manifest().wire && !mids.contains((*runtime)->name())) {
        mids[(*runtime)->name()] = read_mids(
            trading, desk, **runtime, assets_held(*answer), std::min(timeout_ns, kMarketWaitNs));
    }
    static_cast<void>((*runtime)->stop());
    return std::move(*answer);
}

void add_value(BalanceLine& line, const std::map<std::string, Mid>& mids) {
    const auto found = mids.find(line.asset);
    if (found == mids.end() || !line.at_venue) return;
    line.mid = found->second.price;
    line.quote = found->second.quote;
    line.value =
        checked_mul(line.at_venue->total, line.mid, Rounding::HalfEven).value_or(Decimal::null());
}

BalanceLine& line_of(Lines& lines, const LineKey& key) {
    BalanceLine& line = lines[key];
    std::tie(line.venue, line.account, line.asset) = key;
    return line;
}

/// Asks every venue once; one that fails leaves its error.
Status ask_venues(Trading& trading,
                  Disk& machine,
                  const PluginSet& plugins,
                  const StatePaths& paths,
                  std::int64_t timeout_ns,
                  Lines& lines,
                  MidsOf& mids,
                  BalanceReport& report) {
    const config::Config& config = trading.config;
    auto bell = Doorbell::make();
    if (!bell) return fail(bell.error());
    // What a venue gives us while it is asked is not ours to keep.
    const auto overlay = make_overlay_disk(machine);
    auto links = VenueLinks::open(
        config,
        plugins,
        {.clock = trading.clock, .disk = *overlay, .paths = paths, .bell = [&bell] {
             bell->ring();
         }});
    if (!links) return fail(links.error());
    for (std::uint32_t i = 0; i < config.exchanges.size(); ++i) {
        auto answer = ask_balances(
            trading, *bell, i, plugins.exchanges[i], paths, (*links)->wire(i), timeout_ns, mids);
        if (!answer) {
            report.unanswered.push_back(answer.error());
            continue;
        }
        ++report.answered;
        for (const auto& item : answer->balances) {
            if (item.account >= trading.table.account_count()) continue;
            BalanceLine& line = line_of(lines,
                                        {config.exchanges[i].name,
                                         std::string(trading.account_name(item.account)),
                                         std::string(market::id_text(item.asset))});
            line.at_venue = Amounts{Decimal::from_abi(item.total),
                                    Decimal::from_abi(item.free),
                                    Decimal::from_abi(item.held),
                                    Decimal::from_abi(item.unsettled)};
            line.as_of = Timestamp{item.updated};
            if (line.as_of.is_none()) line.as_of = Timestamp{answer->as_of};
            add_value(line, mids[config.exchanges[i].name]);
        }
    }
    return {};
}

Status add_ledger(ledger::Reader& books, Lines& lines, std::set<std::string>& accounts) {
    auto rows = books.balances();
    if (!rows) return fail(rows.error());
    for (const auto& row : *rows) {
        if (row.bucket > wal::Bucket::Unsettled) continue;  // contra accounts
        accounts.insert(row.venue + "\n" + row.account);
        BalanceLine& line = line_of(lines, {row.venue, row.account, row.asset});
        if (!line.in_ledger) line.in_ledger.emplace();
        Decimal& part = row.bucket == wal::Bucket::Available ? line.in_ledger->free
                        : row.bucket == wal::Bucket::Held    ? line.in_ledger->held
                                                             : line.in_ledger->unsettled;
        part = row.amount;
        const auto total = checked_add(line.in_ledger->total, row.amount);
        if (!total) return fail(ErrorCode::Overflow, "balance leaves the range of decimals");
        line.in_ledger->total = *total;
    }
    return {};
}

bool differs(const BalanceLine& line) {
    return !line.drift.is_null() && !line.drift.is_zero();
}

void compare(BalanceLine& line,
             const std::set<std::string>& accounts,
             const UnsettledMoves& unsettled) {
    const bool known = accounts.contains(line.venue + "\n" + line.account);
    if (known && !line.in_ledger) line.in_ledger.emplace();
    if (!line.at_venue || !line.in_ledger) return;
    line.drift = checked_sub(line.at_venue->total, line.in_ledger->total).value_or(Decimal::null());
    const bool explained =
        differs(line) && unsettled.explain(line.venue, line.account, line.asset, line.drift);
    if (explained) line.settling = std::exchange(line.drift, Decimal());
}

Expected<Lines> read_once(const config::Config& config,
                          const PluginSet& plugins,
                          const StatePaths& paths,
                          std::int64_t timeout_ns,
                          MidsOf& mids,
                          BalanceReport& report) {
    report.unanswered.clear();
    report.answered = 0;
    Lines lines;
    const SystemClock clock;
    Trading trading(config, clock);
    if (auto filled = fill_table(config, trading.table); !filled) return fail(filled.error());
    const auto disk = make_posix_disk();
    if (auto known = know_instruments(*disk, paths, trading); !known) return fail(known.error());
    auto asked = ask_venues(trading, *disk, plugins, paths, timeout_ns, lines, mids, report);
    if (!asked) return fail(asked.error());
    auto books = open_books(*disk, paths, config.name);
    if (!books) return fail(books.error());
    std::set<std::string> accounts;
    if (auto added = add_ledger(*books, lines, accounts); !added) return fail(added.error());
    auto unsettled = UnsettledMoves::read(*books, trading.table);
    if (!unsettled) return fail(unsettled.error());
    for (auto& [key, line] : lines)
        compare(line, accounts, *unsettled);
    return lines;
}

}  // namespace

Expected<BalanceReport> read_balances(const config::Config& config,
                                      const StatePaths& paths,
                                      const BalanceOptions& options) {
    const auto disk = make_posix_disk();
    if (auto there = check_books(*disk, paths, config.name); !there) return fail(there.error());
    config::Config venues_only = config;
    venues_only.strategies.clear();
    plugin::Loader loader;
    auto plugins = load_plugins(venues_only, options.plugin_files, loader);
    if (!plugins) return fail(plugins.error());
    BalanceReport report;
    report.asked = SystemClock().now();
    std::set<LineKey> agreed;
    MidsOf mids;
    for (int reading = 0;; ++reading) {
        auto lines = read_once(config, *plugins, paths, options.timeout_ns, mids, report);
        if (!lines) return fail(lines.error());
        auto lives = is_running(*disk, paths);
        if (!lives) return fail(lives.error());
        report.run_lives = report.run_lives || *lives;
        bool again = false;
        report.lines.clear();
        for (auto& [key, line] : *lines) {
            if (!differs(line)) agreed.insert(key);
            if (report.run_lives && agreed.contains(key) && differs(line)) line.drift = Decimal();
            again = again || differs(line);
            report.lines.push_back(std::move(line));
        }
        if (!again || !report.run_lives || reading + 1 == kReadingsMax) return report;
        std::this_thread::sleep_for(kBetweenStoreReadings);
    }
}

}  // namespace tradectl::engine

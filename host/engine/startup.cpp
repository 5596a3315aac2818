#include "host/engine/startup.hpp"

#include "host/base/log.hpp"
#include "host/base/mutant.hpp"
#include "host/engine/startup_orders.hpp"
#include "host/ledger/reader.hpp"
#include "host/wal/reader.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace tradectl::engine {

namespace {

Status load_balances(ledger::Reader& reader, Trading& trading) {
    auto rows = reader.balances();
    if (!rows) return fail(rows.error());
    for (const auto& row : *rows) {
        const auto account = trading.table.find_account(row.venue, row.account);
        if (!account) {
            if (row.amount.is_zero()) continue;
            return fail(ErrorCode::Config,
                        "the ledger holds " + row.asset + " in account '" + row.account +
                            "' of exchange '" + row.venue + "', which the config does not have");
        }
        // What no instrument of now is traded in is held all the same.
        const auto asset = trading.table.add_asset(row.asset);
        if (!asset) return fail(asset.error());
        if (auto posted = trading.balances->post(*account, *asset, row.bucket, row.amount);
            !posted) {
            return posted;
        }
    }
    return {};
}

Status load_positions(ledger::Reader& reader, Trading& trading) {
    auto rows = reader.positions({});
    if (!rows) return fail(rows.error());
    for (const auto& row : *rows) {
        auto* runner = find_runner(trading, row.instance);
        const auto instrument = trading.table.find(row.instrument);
        if (runner == nullptr || !instrument) {
            if (row.quantity.is_zero()) continue;
            return fail(ErrorCode::Config,
                        "strategy '" + row.instance + "' has a position of " +
                            row.quantity.to_string() + " in '" + row.instrument +
                            "', which the config does not have");
        }
        auto& state = runner->position(*instrument);
        state.quantity = row.quantity.to_abi();
        state.average_price = row.average_price.to_abi();
        state.realized_pnl = row.realized_pnl.to_abi();
    }
    return {};
}

/// The account's net position is that of the one strategy that traded the instrument; when there
/// were several it is what all fills add up to.
Status load_margin_position(ledger::Reader& reader,
                            const ledger::PositionRow& row,
                            bool alone,
                            Trading& trading) {
    const auto handle = trading.table.find(row.instrument);
    const auto account = trading.table.find_account(row.venue, row.account);
    const auto* instrument = handle ? trading.table.instrument(*handle) : nullptr;
    if (instrument == nullptr || !account || !is_margin(*instrument)) return {};
    if (alone) {
        trading.margin.set(
            *account,
            *handle,
            {.quantity = row.quantity, .average_price = row.average_price, .realized_pnl = {}});
        return {};
    }
    auto fills =
        reader.fills({.venue = row.venue, .account = row.account, .instrument = row.instrument});
    if (!fills) return fail(fills.error());
    trading.margin.set(*account, *handle, {});
    for (const auto& fill : *fills) {
        const auto change =
            trading.margin.change(*account, *instrument, fill.side, fill.price, fill.quantity);
        if (!change) return fail(change.error());
        trading.margin.set(*account, *handle, change->after);
    }
    return {};
}

Status load_margin(ledger::Reader& reader, Trading& trading) {
    auto rows = reader.positions({});
    if (!rows) return fail(rows.error());
    for (const auto& row : *rows) {
        const auto same = std::count_if(rows->begin(), rows->end(), [&](const auto& other) {
            return other.instrument == row.instrument && other.venue == row.venue &&
                   other.account == row.account;
        });
        if (auto loaded = load_margin_position(reader, row, same == 1, trading); !loaded)
            return loaded;
    }
    return {};
}

Status load_strategy(ledger::Reader& reader, StrategyRunner& runner, Pipeline& pipeline) {
    auto values = reader.kv(runner.name());
    if (!values) return fail(values.error());
    for (const auto& row : *values) {
        if (auto set = runner.kv_set(row.key, row.value); !set) return set;
    }
    auto exits = reader.kv(ExitRunner::kv_instance(runner.name()));
    if (!exits) return fail(exits.error());
    for (const auto& row : *exits) {
        const std::string_view text(reinterpret_cast<const char*>(row.value.data()),
                                    row.value.size());
        if (auto kept = pipeline.exits().restore(runner, row.key, text); !kept) return kept;
    }
    return {};
}

/// Orders of the running UTC day count for the daily limit.
Status load_rates(ledger::Reader& reader, Trading& trading, Pipeline& pipeline) {
    const std::int64_t now = trading.clock.now().ns();
    return reader.each_order_since(Timestamp{now - now % kNsPerDay},
                                   [&](std::string_view instance, Timestamp created) {
                                       if (auto* runner = find_runner(trading, instance))
                                           pipeline.gate().take_earlier(*runner, created);
                                   });
}

/// The last record that the audit log names.
Expected<WalSequence> audited_of(Disk& disk, const StatePaths& paths, Audit audit) {
    const auto last = audit::last_wal_sequence(disk, paths.audit());
    if (last || audit != Audit::None) return last;
    tradectl::log(LogLevel::Warning,
                  "audit",
                  "the audit log is no witness of what the log holds: " + last.error().message);
    return WalSequence{};
}

/// The log, read from where the ledger ends.
Expected<wal::Log> open_log(Disk& disk,
                            const StatePaths& paths,
                            const wal::Identity& identity,
                            WalSequence applied,
                            WalSequence audited) {
    auto log = wal::open_log(
        disk,
        paths.wal(),
        {.from = WalSequence{applied.value + 1},
         .witness_sequence = mutant("engine.audit_witness") ? applied : std::max(applied, audited),
         .log_id = identity.log_id});
    if (log || log.error().code != ErrorCode::NotFound) return log;
    return fail(ErrorCode::Corrupt,
                "ledger: " + paths.ledger() +
                    (applied.value == 0 ? " is missing or empty"
                                        : " ends with record " + std::to_string(applied.value)) +
                    ", and the log in " + paths.wal() +
                    " does not hold the next one any more; restore the ledger from a copy");
}

/// The audit log, ready for the oldest record that the WAL can give. Opened behind the WAL: no key
/// is made for a state that does not start.
Expected<audit::LogWriter> open_audit_behind(const wal::Log& wal,
                                             Disk& disk,
                                             const StatePaths& paths,
                                             const std::string& name,
                                             const wal::Identity& identity,
                                             Timestamp now) {
    auto audit = open_audit(disk, paths, name, identity);
    if (!audit || wal.tail().segment == 0) return audit;
    const auto oldest = wal::RecordReader::open(disk, paths.wal(), WalSequence{});
    if (!oldest) return fail(oldest.error());
    audit->skip_to(oldest->position(), now);
    return audit;
}

}  // namespace

Expected<OpenState> open_state(Disk& disk,
                               const StatePaths& paths,
                               const std::string& name,
                               const wal::Identity& identity,
                               std::uint64_t segment_bytes,
                               wal::LogTimes now,
                               Audit audit,
                               wal::SegmentFill fill) {
    auto ledger = ledger::Ledger::open(disk, paths.ledger(), name);
    if (!ledger) return fail(ledger.error());
    const auto audited = audited_of(disk, paths, audit);
    if (!audited) return fail(audited.error());
    const WalSequence applied = ledger->applied_sequence();
    auto log = open_log(disk, paths, identity, applied, *audited);
    if (!log) return fail(log.error());
    std::optional<audit::LogWriter> audit_log;
    if (audit == Audit::Kept) {
        auto opened = open_audit_behind(*log, disk, paths, name, identity, now.wall);
        if (!opened) return fail(opened.error());
        audit_log.emplace(std::move(*opened));
    }
    const std::string audit_key = audit_log ? audit_log->verifier().to_string() : "";
    const wal::WriterOptions options{.segment_bytes = segment_bytes, .segment_fill = fill};
    auto writer = log->tail().segment == 0
                      ? wal::Writer::create(disk, paths.wal(), identity.origin(), now, options)
                      : wal::Writer::resume(disk, paths.wal(), log->tail(), now, options);
    if (!writer) return fail(writer.error());
    if (log->tail().state == wal::TailState::Torn) {
        tradectl::log(LogLevel::Warning,
                      "wal",
                      "a torn tail was sealed; nothing acknowledged was in it: " + log->tail().why);
    }
    auto projector = Projector::open(disk, paths.wal(), std::move(*ledger), std::move(audit_log));
    if (!projector) return fail(projector.error());
    if (auto done = (*projector)->catch_up((*writer)->durable_sequence()); !done) {
        return fail(done.error());
    }
    return OpenState{identity, std::move(*writer), std::move(*projector), audit_key};
}

Status load_state(
    Disk& disk, const StatePaths& paths, Trading& trading, Pipeline& pipeline, Orders orders) {
    auto reader = ledger::Reader::open(disk, paths.ledger());
    if (!reader) return fail(reader.error());
    auto op_id_max = reader->op_id_max();
    if (!op_id_max) return fail(op_id_max.error());
    trading.next_op = op_id_max->value + 1;
    auto instances = reader->instances();
    if (!instances) return fail(instances.error());
    for (const auto& row : *instances) {
        std::string_view name = row.instance;
        const bool of_host = name.starts_with("host:");
        if (of_host) name.remove_prefix(5);
        auto* runner = find_runner(trading, name);
        if (runner == nullptr) continue;
        if (of_host) {
            runner->take_host_refs_up_to(row.order_ref_max.value);
        } else {
            runner->refs().take_up_to(row.order_ref_max);
        }
    }
    if (auto loaded = load_balances(*reader, trading); !loaded) return loaded;
    if (auto loaded = load_positions(*reader, trading); !loaded) return loaded;
    if (auto loaded = load_margin(*reader, trading); !loaded) return loaded;
    if (auto loaded = load_orders(*reader, trading, pipeline); !loaded) return loaded;
    if (auto loaded = load_unsettled(*reader, trading, pipeline); !loaded) return loaded;
    for (auto& runner : trading.runners) {
        if (auto loaded = load_strategy(*reader, *runner, pipeline); !loaded) return loaded;
    }
    // Figures first: a breaker that was reset meanwhile starts some of them anew.
    if (auto loaded = pipeline.watch().restore(*reader); !loaded) return loaded;
    pipeline.breakers().open(HaltLatch(disk, paths.breaker()));
    if (auto loaded = pipeline.intents().restore(*reader); !loaded) return loaded;
    return orders == Orders::May ? load_rates(*reader, trading, pipeline) : Status{};
}

}  // namespace tradectl::engine

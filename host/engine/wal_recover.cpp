#include "host/engine/wal_recover.hpp"

#include "host/base/mutant.hpp"
#include "host/wal/reader.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace tradectl::engine {

namespace {

using recovery::Outcome;

/// The first record of the run that lives: what it began is its own affair.
Expected<WalSequence> start_of_live_run(ledger::Reader& books) {
    auto start = books.last_note(wal::NoteKind::SessionStart);
    if (!start) return fail(start.error());
    return start->value_or(WalSequence{});
}

/// Lets the venues hear and answer until nothing is on its way, or the time is up.
Status drive(VenueDesk& desk, std::int64_t timeout_ns) {
    auto& trading = desk.trading();
    const Timestamp deadline = trading.clock.now().plus_ns(timeout_ns);
    for (;;) {
        for (auto& runtime : trading.exchanges)
            runtime->deliver(desk.pipeline());
        if (auto done = desk.commit(); !done) return done;
        desk.pipeline().on_durable(trading.journal->durable());
        const bool busy = std::any_of(trading.exchanges.begin(),
                                      trading.exchanges.end(),
                                      [](const auto& runtime) { return runtime->busy(); });
        if (!busy && !desk.pipeline().busy()) return desk.commit();
        if (trading.clock.now() >= deadline) return desk.commit();
        desk.wait_a_little();
    }
}

/// Resting orders by the report: those that a cancel is for.
std::vector<OrderEntry*> resting(VenueDesk& desk, const RecoveryReport& report) {
    std::vector<OrderEntry*> out;
    for (const Hearing& hearing : report.operations) {
        if (hearing.verdict.outcome != Outcome::Open) continue;
        OrderEntry* entry = desk.trading().orders.find(hearing.operation.client_order_id);
        if (entry != nullptr && !execution::is_closed(entry->order.status)) out.push_back(entry);
    }
    return out;
}

Status apply(VenueDesk& desk,
             Recovery& recovery,
             const WalRecoverOptions& options,
             WalRecoverAnswer& answer) {
    if (auto booked = recovery.book(answer.report, options.recover, desk.pipeline()); !booked)
        return booked;
    desk.held().pass_on(desk.pipeline());
    if (auto done = desk.commit(); !done) return done;
    if (options.open_orders == OpenOrders::Keep) return {};
    for (OrderEntry* entry : resting(desk, answer.report))
        desk.pipeline().cancel(*entry, TRADECTL_REASON_CANCELED_BY_OPERATOR);
    if (auto done = drive(desk, options.desk.timeout_ns); !done) return done;
    answer.still_open = resting(desk, answer.report).size();
    return {};
}

/// What the live run placed meanwhile is in its log, though not yet in the ledger that was asked:
/// that one is waited for until it has all that the log held when the venue was heard.
Status drop_logged_orphans(VenueDesk& desk, RecoveryReport& report, std::int64_t timeout_ns) {
    if (report.orphans.empty() || mutant("engine.orphans_beside_a_run")) return {};
    const Timestamp deadline = desk.trading().clock.now().plus_ns(timeout_ns);
    std::optional<WalSequence> held;
    for (;;) {
        if (!held) {
            const auto log = wal::open_log(desk.disk(), desk.paths().wal());
            if (log) held = log->tail().last_sequence;
        }
        auto books = desk.books();
        if (!books) return fail(books.error());
        const auto applied = books->applied_sequence();
        if (!applied) return fail(applied.error());
        const auto left = drop_known_orphans(*books, report.orphans);
        if (!left) return fail(left.error());
        if (*left == 0 || (held && *applied >= *held)) return {};
        if (desk.trading().clock.now() >= deadline) break;
        desk.wait_a_little();
    }
    report.not_listed.push_back({ErrorCode::Unavailable,
                                 "the ledger is behind the log of the live run: whether " +
                                     std::to_string(report.orphans.size()) +
                                     " orders at venues are in it is not known"});
    report.orphans.clear();
    return {};
}

}  // namespace

Expected<WalRecoverAnswer> wal_recover(const config::Config& config,
                                       const StatePaths& paths,
                                       const WalRecoverOptions& options) {
    const bool applies = options.mode == RecoverMode::Apply;
    auto desk = applies ? VenueDesk::open_writer(config, paths, options.desk)
                        : VenueDesk::open_reader(config, paths, options.desk);
    if (!desk) return fail(desk.error());
    auto books = (*desk)->books();
    if (!books) return fail(books.error());
    WalRecoverAnswer answer;
    answer.run_lives = (*desk)->run_lives();
    RecoverOptions recover = options.recover;
    if (answer.run_lives) {
        auto start = start_of_live_run(*books);
        if (!start) return fail(start.error());
        recover.before = *start;
    }
    Recovery recovery((*desk)->trading(),
                      *books,
                      [&](std::uint32_t exchange, const Question& question) {
                          return (*desk)->ask(exchange, question);
                      },
                      [&]() -> Status {
                          (*desk)->wait_a_little();
                          return {};
                      });
    auto report = recovery.examine(recover);
    if (!report) return fail(report.error());
    answer.report = std::move(*report);
    if (answer.run_lives) {
        auto sure = drop_logged_orphans(**desk, answer.report, options.desk.timeout_ns);
        if (!sure) return fail(sure.error());
    }
    if (options.open_orders == OpenOrders::Cancel)
        answer.to_cancel = answer.report.count(Outcome::Open);
    if (applies) {
        if (auto done = apply(**desk, recovery, options, answer); !done) return fail(done.error());
    }
    return answer;
}

}  // namespace tradectl::engine

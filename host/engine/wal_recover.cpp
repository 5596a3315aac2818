#include "host/engine/wal_recover.hpp"

#include "host/base/log.hpp"

#include <algorithm>
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

Status check_decisions(const RecoverOptions& options, const RecoveryReport& report) {
    for (const auto& named : options.decisions) {
        const OpId op_id = named.first;
        const auto found = std::any_of(
            report.operations.begin(), report.operations.end(), [&](const Hearing& hearing) {
                return hearing.operation.op_id == op_id;
            });
        if (!found) {
            return fail(ErrorCode::InvalidArgument,
                        "operation " + std::to_string(op_id.value) + " is not unfinished");
        }
    }
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
    if (auto known = check_decisions(recover, answer.report); !known) return fail(known.error());
    if (options.open_orders == OpenOrders::Cancel)
        answer.to_cancel = answer.report.count(Outcome::Open);
    if (applies) {
        if (auto done = apply(**desk, recovery, options, answer); !done) return fail(done.error());
    }
    return answer;
}

}  // namespace tradectl::engine

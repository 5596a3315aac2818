#include "host/engine/reconcile.hpp"

#include "host/base/log.hpp"
#include "host/engine/our_books.hpp"
#include "host/engine/survey.hpp"
#include "host/engine/trading.hpp"
#include "host/recovery/passes.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <thread>
#include <utility>

namespace tradectl::engine {

namespace {

constexpr std::chrono::milliseconds kBetweenReadings{60};

/// Adds the parts of one venue.
void append(recovery::Comparison& to, recovery::Comparison&& from) {
    std::move(from.findings.begin(), from.findings.end(), std::back_inserter(to.findings));
    std::move(from.gaps.begin(), from.gaps.end(), std::back_inserter(to.gaps));
    to.answers += from.answers;
}

recovery::Gap venue_gap(const std::string& venue, const Error& error) {
    recovery::Topic topic;
    topic.venue = venue;
    return recovery::make_gap("venue", std::move(topic), error.message, {});
}

template <typename Item>
void move_acked(std::vector<Item>& from, std::vector<Item>& to, const std::vector<Ack>& acks) {
    const auto is_acked = [&](const Item& item) {
        return std::any_of(
            acks.begin(), acks.end(), [&](const Ack& ack) { return ack.id == item.id; });
    };
    const auto rest = std::stable_partition(
        from.begin(), from.end(), [&](const Item& item) { return !is_acked(item); });
    to.assign(std::make_move_iterator(rest), std::make_move_iterator(from.end()));
    from.erase(rest, from.end());
}

Status pass(VenueDesk& desk,
            History history,
            recovery::Passes& passes,
            ReconcileReport& report,
            VenueCursors& cursors) {
    auto compared = compare_at(desk, history);
    if (!compared) return fail(compared.error());
    ++report.readings;
    report.run_lives = report.run_lives || desk.run_lives();
    report.venues_answered = compared->venues_answered;
    cursors = std::move(compared->cursors);
    passes.take(std::move(compared->comparison));
    return {};
}

}  // namespace

recovery::Tolerances tolerances_of(const config::ReconcileConfig& config) {
    recovery::Tolerances out;
    out.balance = config.balance_tolerances;
    out.quantity = config.quantity_tolerance;
    out.average_price = config.average_price_tolerance;
    out.grace_ns = config.grace_ns;
    out.unsettled_ns_max = config.unsettled_ns_max;
    out.age_ns_max = config.age_ns_max;
    out.protection =
        config.protection_required ? recovery::Protection::Required : recovery::Protection::Off;
    return out;
}

Expected<DeskComparison> compare_at(VenueDesk& desk, History history) {
    DeskComparison out;
    auto reader = desk.books();
    if (!reader) return fail(reader.error());
    auto applied = reader->applied_sequence();
    if (!applied) return fail(applied.error());
    Trading& trading = desk.trading();
    const auto tolerances = tolerances_of(trading.config.reconcile);
    if (history == History::New) {
        out.cursors = read_cursors(desk.disk(), desk.paths(), trading.identity.log_id, *applied);
    }
    LedgerBooks ours(*reader, trading.table);
    for (std::uint32_t index = 0; index < trading.config.exchanges.size(); ++index) {
        const std::string& venue = trading.config.exchanges[index].name;
        if (const Error* down = desk.down(index)) {
            out.comparison.gaps.push_back(venue_gap(venue, *down));
            continue;
        }
        Survey survey(trading.table,
                      venue,
                      ours,
                      tolerances,
                      out.cursors[venue],
                      trading.exchanges[index]->knows_since(),
                      trading.clock);
        while (const auto question = survey.next())
            survey.take(desk.ask(index, *question));
        auto compared = survey.finish();
        if (!compared) return fail(compared.error());
        if (compared->answers != 0) ++out.venues_answered;
        append(out.comparison, std::move(*compared));
        out.cursors[venue] = survey.cursors();
    }
    return out;
}

void set_aside(ReconcileReport& report) {
    move_acked(report.findings, report.acked_findings, report.acks);
    move_acked(report.gaps, report.acked_gaps, report.acks);
}

Expected<ReconcileReport> reconcile(const config::Config& config,
                                    const StatePaths& paths,
                                    const ReconcileOptions& options) {
    ReconcileReport report;
    report.asked = SystemClock().now();
    report.venues = config.exchanges.size();
    recovery::Passes passes;
    VenueCursors cursors;
    wal::LogId log_id;
    for (;;) {
        // Each reading opens anew: a venue that keeps its accounts with us is asked on a copy.
        auto desk = VenueDesk::open_reader(config, paths, options.desk);
        if (!desk) return fail(desk.error());
        log_id = (*desk)->trading().identity.log_id;
        if (auto done = pass(**desk, options.history, passes, report, cursors); !done)
            return fail(done.error());
        if (!report.run_lives || !passes.wants_more()) break;
        desk->reset();
        if (options.between) {
            options.between();
        } else {
            std::this_thread::sleep_for(kBetweenReadings);
        }
    }
    recovery::Comparison result = passes.result(report.run_lives ? recovery::Passes::Sides::Moving
                                                                 : recovery::Passes::Sides::Still);
    report.findings = std::move(result.findings);
    report.gaps = std::move(result.gaps);
    const auto machine = options.desk.disk == nullptr ? make_posix_disk() : nullptr;
    Disk& disk = machine ? *machine : *options.desk.disk;
    auto acks = read_acks(disk, paths, report.asked);
    if (!acks) return fail(acks.error());
    report.acks = std::move(*acks);
    set_aside(report);
    if (auto kept = write_cursors(disk, paths, log_id, cursors); !kept) {
        log(LogLevel::Debug, "reconcile", "cursors are not kept: " + kept.error().message);
    }
    return report;
}

}  // namespace tradectl::engine

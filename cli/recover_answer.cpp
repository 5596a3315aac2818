#include "cli/recover_answer.hpp"

#include "cli/envelope.hpp"
#include "cli/listing.hpp"
#include "cli/table.hpp"
#include "host/market/instruments.hpp"

namespace tradectl::cli {
namespace {

using recovery::Outcome;

Json hearing_json(const engine::Hearing& hearing) {
    const auto& operation = hearing.operation;
    Json out = Json::object();
    out.set("op_id", operation.op_id.value);
    out.set("step", recovery::to_string(operation.step));
    out.set("instance", operation.instance);
    out.set("exchange", operation.venue);
    out.set("account", operation.account);
    out.set("instrument", operation.instrument);
    out.set("client_order_id", operation.client_order_id);
    out.set("venue_order_id", operation.venue_order_id);
    out.set("intent_time", value_of(operation.intent_time));
    out.set("wal_sequence", operation.sequence.value);
    out.set("identity_class", recovery::to_string(operation.identity_class));
    out.set("fence", recovery::to_string(operation.fence));
    out.set("fence_value", std::to_string(operation.fence_value));
    out.set("filled", value_of(operation.filled_qty));
    out.set("outcome", recovery::to_string(hearing.verdict.outcome));
    out.set("changes", engine::changes_books(hearing));
    out.set("why", hearing.verdict.why);
    out.set("needs", hearing.verdict.needs);
    out.set("approver", hearing.verdict.approver);
    return out;
}

Json orphan_json(const engine::Orphan& orphan, const config::Config& config) {
    Json out = Json::object();
    out.set("exchange", config.exchanges[orphan.exchange].name);
    out.set("op_id", orphan.op_id.value);
    out.set("client_order_id", std::string(market::id_text(orphan.report.client_order_id)));
    out.set("venue_order_id", std::string(market::id_text(orphan.report.venue_order_id)));
    out.set("seen", orphan.seen == engine::Orphan::Seen::Open ? "open" : "filled");
    return out;
}

struct Counts {
    std::size_t pending_found = 0;
    std::size_t failed_found = 0;
    std::size_t recovered = 0;
    std::size_t open = 0;
    std::size_t rolled_back = 0;
    std::size_t unresolved = 0;
    std::size_t orphans = 0;
};

Counts count(const engine::RecoveryReport& report) {
    Counts counts;
    for (const auto& hearing : report.operations) {
        ++(hearing.operation.due == ledger::Due::Compensate ? counts.failed_found
                                                            : counts.pending_found);
        switch (hearing.verdict.outcome) {
            case Outcome::Unresolved: ++counts.unresolved; break;
            case Outcome::RolledBack: ++counts.rolled_back; break;
            case Outcome::Open:
                ++(engine::changes_books(hearing) ? counts.recovered : counts.open);
                break;
            default: ++counts.recovered; break;
        }
    }
    counts.orphans = report.orphans.size();
    return counts;
}

/// A finding outranks a gap; nothing was decided when no venue answered.
ExitCode exit_code_of_recovery(const engine::WalRecoverAnswer& recovered,
                               const engine::WalRecoverOptions& options) {
    const auto& report = recovered.report;
    const bool applied = options.mode == engine::RecoverMode::Apply;
    const bool due = report.changes() + recovered.to_cancel != 0;
    if (!report.orphans.empty() || (due && !applied)) return ExitCode::BadAnswer;
    const std::size_t open = report.count(Outcome::Unresolved) + recovered.still_open;
    if (report.answered == 0 && !report.unanswered.empty()) return ExitCode::Unavailable;
    const bool all_told = report.unanswered.empty() && report.not_listed.empty();
    return open == 0 && all_told ? ExitCode::Ok : ExitCode::CannotTell;
}

std::string table_of(const engine::RecoveryReport& report) {
    Table table(
        {{"op", Align::Right}, {"step"}, {"exchange"}, {"instrument"}, {"outcome"}, {"why"}});
    for (const auto& hearing : report.operations) {
        std::string why = hearing.verdict.why;
        if (!hearing.verdict.needs.empty()) why += "; it needs " + hearing.verdict.needs;
        table.add({std::to_string(hearing.operation.op_id.value),
                   std::string(recovery::to_string(hearing.operation.step)),
                   hearing.operation.venue,
                   hearing.operation.instrument,
                   std::string(recovery::to_string(hearing.verdict.outcome)),
                   why});
    }
    return table.empty() ? std::string() : table.to_string() + "\n";
}

std::string summary_of(const Counts& counts, const engine::WalRecoverOptions& options) {
    const bool applied = options.mode == engine::RecoverMode::Apply;
    std::string text =
        "unfinished " + std::to_string(counts.pending_found) + ", failed " +
        std::to_string(counts.failed_found) + ": recovered " + std::to_string(counts.recovered) +
        ", rolled back " + std::to_string(counts.rolled_back) + ", open and in order " +
        std::to_string(counts.open) + ", unresolved " + std::to_string(counts.unresolved) +
        ", orphans " + std::to_string(counts.orphans) + "\n";
    if (!applied) text += "a dry run: nothing was changed\n";
    return text;
}

std::string range_of(WalSequence first, WalSequence last) {
    return std::to_string(first.value) + " to " + std::to_string(last.value);
}

Json damage_json(const wal::Damage& damage) {
    Json out = Json::object();
    out.set("segment", damage.segment);
    out.set("first_page", damage.first_page);
    out.set("pages", damage.pages);
    out.set("first_sequence", damage.first_sequence.value);
    out.set("last_sequence", damage.last_sequence.value);
    out.set("why", damage.why);
    return out;
}

std::string damage_line(const wal::Damage& damage) {
    return "segment " + std::to_string(damage.segment) + ", page " +
           std::to_string(damage.first_page) + ": " + damage.why + "; records " +
           range_of(damage.first_sequence, damage.last_sequence) + "\n";
}

}  // namespace

Answer answer_of_recovery(const engine::WalRecoverAnswer& recovered,
                          const config::Config& config,
                          const engine::WalRecoverOptions& options) {
    const auto& report = recovered.report;
    const Counts counts = count(report);
    Answer answer;
    answer.exit_code = exit_code_of_recovery(recovered, options);
    answer.text = table_of(report);
    for (const auto& orphan : report.orphans) {
        answer.text += "orphan: order " +
                       std::string(market::id_text(orphan.report.client_order_id)) +
                       " at exchange " + config.exchanges[orphan.exchange].name +
                       " carries our id and is not in the log\n";
    }
    for (const Error& gap : report.not_listed)
        answer.text += gap.message + "\n";
    answer.text += summary_of(counts, options);
    answer.data.set("applied", options.mode == engine::RecoverMode::Apply);
    answer.data.set("run_lives", recovered.run_lives);
    answer.data.set("pending_found", counts.pending_found);
    answer.data.set("failed_found", counts.failed_found);
    answer.data.set("recovered", counts.recovered);
    answer.data.set("rolled_back", counts.rolled_back);
    answer.data.set("open", counts.open);
    answer.data.set("unresolved", counts.unresolved);
    answer.data.set("orphans", counts.orphans);
    answer.data.set("to_cancel", recovered.to_cancel);
    answer.data.set("not_canceled", recovered.still_open);
    Json& operations = answer.data.set("operations", Json::array());
    for (const auto& hearing : report.operations)
        operations.push(hearing_json(hearing));
    Json& orphans = answer.data.set("orphan_orders", Json::array());
    for (const auto& orphan : report.orphans)
        orphans.push(orphan_json(orphan, config));
    for (const Error& error : report.unanswered)
        answer.errors.push_back(error_object(error));
    for (const Error& gap : report.not_listed)
        answer.errors.push_back(error_object(gap));
    return answer;
}

Answer answer_of_verify(const wal::VerifyReport& report, const engine::Witness& witness) {
    Answer answer;
    const bool corrupt = report.state == wal::LogState::Corrupt;
    answer.exit_code = corrupt ? ExitCode::Data : ExitCode::Ok;
    answer.text = std::string("the log is ") + wal::to_text(report.state) + ": " +
                  std::to_string(report.segments) + " segments, " + std::to_string(report.batches) +
                  " batches, " + std::to_string(report.records) + " records, " +
                  range_of(report.first_sequence, report.last_sequence) + "\n";
    answer.data.set("state", wal::to_text(report.state));
    answer.data.set("why", report.why);
    answer.data.set("segments", report.segments);
    answer.data.set("archived", report.archived);
    answer.data.set("torn_and_sealed", report.torn_and_sealed);
    answer.data.set("pages", report.pages);
    answer.data.set("batches", report.batches);
    answer.data.set("records", report.records);
    answer.data.set("bytes", report.bytes);
    answer.data.set("first_sequence", report.first_sequence.value);
    answer.data.set("last_sequence", report.last_sequence.value);
    answer.data.set("damage_count", report.damage_count);
    Json& damages = answer.data.set("damage", Json::array());
    for (const auto& damage : report.damage) {
        answer.text += damage_line(damage);
        damages.push(damage_json(damage));
    }
    if (corrupt) answer.errors.push_back(error_object({ErrorCode::Corrupt, report.why}));
    for (const Error& error : witness.unreadable) {
        if (answer.errors.empty()) answer.exit_code = exit_code_of(error.code);
        answer.errors.push_back(
            error_object({error.code, "a witness of the log cannot be read: " + error.message}));
    }
    return answer;
}

Answer answer_of_salvage(const wal::SalvageReport& report, const std::string& target) {
    Answer answer;
    answer.text = std::to_string(report.copied) + " records copied to " + target + ", " +
                  std::to_string(report.placeholders) + " lost ones marked\n";
    answer.data.set("target", target);
    answer.data.set("copied", report.copied);
    answer.data.set("placeholders", report.placeholders);
    answer.data.set("first_sequence", report.first_sequence.value);
    answer.data.set("last_sequence", report.last_sequence.value);
    Json& lost = answer.data.set("lost", Json::array());
    for (const auto& damage : report.lost) {
        answer.text += "lost: " + damage_line(damage);
        lost.push(damage_json(damage));
    }
    return answer;
}

Answer answer_of_rebuild(const engine::RebuildAnswer& rebuilt) {
    using engine::RebuiltLedger;
    Answer answer;
    const bool replaced = rebuilt.outcome == RebuiltLedger::Replaced;
    answer.text = rebuilt.outcome == RebuiltLedger::Equal ? "the ledger is equal to the log's\n"
                  : replaced                              ? "the ledger was replaced: "
                                                          : "the ledger was made\n";
    if (replaced) answer.text += rebuilt.contrary + "; the old one is " + rebuilt.backup + "\n";
    answer.data.set("outcome",
                    rebuilt.outcome == RebuiltLedger::Equal ? "equal"
                    : replaced                              ? "replaced"
                                                            : "new");
    answer.data.set("applied_sequence", rebuilt.applied.value);
    answer.data.set("backup", rebuilt.backup);
    answer.data.set("contrary", rebuilt.contrary);
    answer.data.set("lost_first", rebuilt.loss ? Json(rebuilt.loss->first.value) : Json());
    answer.data.set("lost_last", rebuilt.loss ? Json(rebuilt.loss->last.value) : Json());
    answer.data.set("epoch", rebuilt.loss ? Json(std::int64_t{rebuilt.loss->epoch}) : Json());
    if (rebuilt.loss) {
        answer.text += "the log ended before record " + std::to_string(rebuilt.loss->first.value) +
                       ", and goes on: that loss is on record; client order ids are in epoch " +
                       std::to_string(rebuilt.loss->epoch) +
                       " now; compare with the venues: tradectl reconcile --full\n";
    }
    return answer;
}

}  // namespace tradectl::cli

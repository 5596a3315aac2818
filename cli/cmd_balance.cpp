// balance: what each venue says, beside the ledger.
#include "cli/commands.hpp"
#include "cli/envelope.hpp"
#include "cli/listing.hpp"
#include "host/engine/queries.hpp"

#include <algorithm>

namespace tradectl::cli {
namespace {

struct BalanceWords {
    std::vector<std::string> plugins;
    bool csv = false;
};

using Kind = Field::Kind;
constexpr auto kDataOnly = Field::Shown::DataOnly;

/// "1.2 s", for people; clocks of venue and machine may differ, so never below 0.
std::string age_text(Timestamp now, Timestamp as_of) {
    if (as_of.is_none()) return "-";
    const std::int64_t tenths = std::max<std::int64_t>(now.minus(as_of), 0) / (kNsPerSecond / 10);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

Listing list_balances(const engine::BalanceReport& report) {
    Listing listing({{"venue"},
                     {"account"},
                     {"asset"},
                     {"total", Kind::Number},
                     {"free", Kind::Number},
                     {"held", Kind::Number},
                     {"unsettled", Kind::Number},
                     {"age", Kind::Number},
                     {"as_of", Kind::Time, kDataOnly},
                     {"ledger", Kind::Number},
                     {"ledger_free", Kind::Number, kDataOnly},
                     {"ledger_held", Kind::Number, kDataOnly},
                     {"ledger_unsettled", Kind::Number, kDataOnly},
                     {"settling", Kind::Number},
                     {"drift", Kind::Number},
                     {"mid", Kind::Number},
                     {"value", Kind::Number},
                     {"in"}});
    const engine::Amounts unknown{
        Decimal::null(), Decimal::null(), Decimal::null(), Decimal::null()};
    for (const auto& line : report.lines) {
        const auto venue = line.at_venue.value_or(unknown);
        const auto ledger = line.in_ledger.value_or(unknown);
        listing.add({line.venue,
                     line.account,
                     line.asset,
                     value_of(venue.total),
                     value_of(venue.free),
                     value_of(venue.held),
                     value_of(venue.unsettled),
                     age_text(report.asked, line.as_of),
                     value_of(line.as_of),
                     value_of(ledger.total),
                     value_of(ledger.free),
                     value_of(ledger.held),
                     value_of(ledger.unsettled),
                     value_of(line.settling),
                     value_of(line.drift),
                     value_of(line.mid),
                     value_of(line.value),
                     line.quote});
    }
    return listing;
}

std::size_t count_drifts(const engine::BalanceReport& report) {
    return static_cast<std::size_t>(
        std::count_if(report.lines.begin(), report.lines.end(), [](const auto& line) {
            return !line.drift.is_null() && !line.drift.is_zero();
        }));
}

ExitCode exit_code_of_report(const engine::BalanceReport& report, std::size_t drifts) {
    if (drifts != 0 && !report.run_lives) return ExitCode::BadAnswer;
    if (report.answered == 0 && !report.unanswered.empty()) return ExitCode::Unavailable;
    if (drifts != 0 || !report.unanswered.empty()) return ExitCode::CannotTell;
    return ExitCode::Ok;
}

Expected<Answer> run(const BalanceWords& words, Context& context) {
    if (words.csv && context.globals().json) {
        return fail(ErrorCode::Usage, "--csv excludes --json");
    }
    const auto document = context.load_config();
    if (!document) return fail(document.error());
    auto directory = engine::state_directory_of(document->config);
    if (!directory) return fail(directory.error());
    engine::BalanceOptions options;
    options.plugin_files = words.plugins;
    options.timeout_ns = context.globals().timeout_ns.value_or(options.timeout_ns);
    const auto report = engine::read_balances(document->config, {*directory}, options);
    if (!report) return fail(report.error());
    const std::size_t drifts = count_drifts(*report);
    ListWords list;
    list.csv = words.csv;
    Answer answer = answer_of(list_balances(*report), list, "balances", "no balance");
    answer.exit_code = exit_code_of_report(*report, drifts);
    answer.data.set("run_lives", report->run_lives);
    answer.data.set("drifts", drifts);
    for (const Error& error : report->unanswered)
        answer.errors.push_back(error_object(error));
    if (drifts == 0) return answer;
    const std::string found =
        std::to_string(drifts) + " of " + std::to_string(report->lines.size()) + " totals differ";
    if (report->run_lives) {
        context.warn(found + " between venue and ledger; a run is alive and they may be in flight");
    } else {
        answer.errors.push_back(error_object(
            {ErrorCode::BadState,
             found +
                 " between venue and ledger; after a run that was cut short, the next recovers"}));
    }
    return answer;
}

}  // namespace

void register_balance(Command& root) {
    auto words = std::make_shared<BalanceWords>();
    root.add("balance", "what each venue says, beside the ledger")
        .needs_config()
        .description(
            "Per venue, account and asset. Drift is the venue's total less the ledger's; it makes\n"
            "the exit status 2, or 3 beside a live run, where it may be in flight. What fills "
            "that\n"
            "are not settled yet explain is told apart, as settling. Changes nothing.")
        .option("--plugin", "FILE", "use this plugin file first", words->plugins)
        .flag("--csv", "as CSV, all fields", words->csv)
        .example("tradectl balance configs/demo.yaml")
        .runs([words](Context& context) { return run(*words, context); });
}

}  // namespace tradectl::cli

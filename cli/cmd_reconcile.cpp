// reconcile: our books beside the venues'.
#include "cli/commands.hpp"
#include "cli/envelope.hpp"
#include "cli/reconcile_words.hpp"
#include "host/engine/hand_over.hpp"
#include "host/engine/operator_halt.hpp"
#include "host/engine/queries.hpp"
#include "host/engine/reconcile.hpp"
#include "host/engine/reconcile_apply.hpp"
#include "host/engine/signals.hpp"
#include "host/ops/ping.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace tradectl::cli {
namespace {

/// What a live run may take.
constexpr std::int64_t kRunNs = kNsPerMinute;
constexpr std::int64_t kAckNs = 24 * kNsPerHour;
constexpr std::int64_t kAckNsMax = 366 * 24 * kNsPerHour;

struct ReconcileWords {
    std::vector<std::string> plugins;
    std::string ack;
    std::string reason;
    std::string ping_url_file;
    std::optional<std::int64_t> ack_ns;
    std::optional<std::int64_t> watch_ns;
    bool apply = false;
    bool full = false;
    bool nagios = false;
};

struct Scope {
    config::Document document;
    engine::StatePaths paths;
    engine::ReconcileOptions options;
    std::string name;  ///< of the config, as the user gave it
};

Expected<Scope> scope_of(const ReconcileWords& words, Context& context) {
    auto document = context.load_config();
    if (!document) return fail(document.error());
    auto directory = engine::state_directory_of(document->config);
    if (!directory) return fail(directory.error());
    Scope scope{std::move(*document), {*directory}, {}, context.globals().config};
    scope.options.desk.plugin_files = words.plugins;
    if (const auto timeout = context.globals().timeout_ns) scope.options.desk.timeout_ns = *timeout;
    if (words.full) scope.options.history = engine::History::Whole;
    return scope;
}

void add_errors(Answer& answer, const engine::ReconcileReport& report) {
    for (const auto& finding : report.findings)
        answer.errors.push_back(error_object(
            {ErrorCode::BadState, std::string(to_string(finding.kind)) + ": " + finding.text}));
    for (const auto& gap : report.gaps)
        answer.errors.push_back(
            error_object({ErrorCode::Unavailable, gap.topic.venue + ": " + gap.why}));
    for (const auto& gap : report.acked_gaps)
        answer.errors.push_back(error_object(
            {ErrorCode::Unavailable, gap.topic.venue + ": " + gap.why + " (acknowledged)"}));
}

Answer answer_of(const engine::ReconcileReport& report, const Scope& scope) {
    Answer answer;
    answer.exit_code = exit_code_of_report(report);
    answer.text = text_of(report, scope.name);
    answer.data = data_of(report, scope.name);
    add_errors(answer, report);
    return answer;
}

bool is_put_right(const engine::Applied& applied) {
    return applied.done && applied.action != "report" && applied.action != "halt";
}

/// What was reported or halted is still there; what was adopted, canceled or closed is not.
Answer answer_of(const engine::ApplyReport& report, const Scope& scope) {
    Answer answer;
    answer.text = text_of(report.found, scope.name);
    answer.data = data_of(report.found, scope.name);
    Json& list = answer.data.set("applied", Json::array());
    std::set<std::string> left;
    for (const engine::Applied& applied : report.applied) {
        if (!is_put_right(applied)) left.insert(applied.id);
        answer.text += applied.id + ": " + applied.action + (applied.done ? ": " : ": not done: ") +
                       applied.why + "\n";
        Json item = Json::object();
        item.set("id", applied.id);
        item.set("action", applied.action);
        item.set("done", applied.done);
        item.set("why", applied.why);
        list.push(std::move(item));
        if (!applied.done)
            answer.errors.push_back(error_object(
                {ErrorCode::BadState, applied.id + ": " + applied.action + ": " + applied.why}));
    }
    engine::ReconcileReport rest = report.found;
    std::erase_if(rest.findings,
                  [&left](const auto& finding) { return !left.contains(finding.id); });
    answer.exit_code = exit_code_of_report(rest);
    add_errors(answer, rest);
    return answer;
}

/// By the run that lives, or else under the lock.
Expected<Answer> apply(Scope& scope, const Context& context) {
    const auto handed = engine::hand_over_reconcile(scope.document.config,
                                                    scope.paths,
                                                    scope.options.history,
                                                    context.globals().timeout_ns.value_or(kRunNs));
    if (!handed) return fail(handed.error());
    if (*handed) return answer_of(**handed, scope);
    scope.options.desk.lock_wait_ns = context.globals().lock_wait_ns.value_or(0);
    const auto report = engine::apply_reconcile(
        scope.document.config, scope.paths, scope.options, engine::operator_name());
    if (!report) return fail(report.error());
    return answer_of(*report, scope);
}

/// A monitor wants one line and a status below 4, whatever happens.
Answer nagios_answer(const Expected<engine::ReconcileReport>& report, const Scope& scope) {
    Answer answer;
    if (!report) {
        answer.exit_code = ExitCode::CannotTell;
        answer.text = "RECONCILE UNKNOWN - " + report.error().message + "\n";
        return answer;
    }
    const int status = nagios_status(*report, scope.document.config.reconcile);
    answer.exit_code = static_cast<ExitCode>(status);
    answer.text = nagios_line(*report, status);
    answer.data = data_of(*report, scope.name);
    return answer;
}

std::set<std::string> ids_of(const engine::ReconcileReport& report) {
    std::set<std::string> ids;
    for (const auto& finding : report.findings)
        ids.insert(finding.id);
    for (const auto& gap : report.gaps)
        ids.insert(gap.id);
    return ids;
}

std::set<std::string> all_ids_of(const engine::ReconcileReport& report) {
    std::set<std::string> ids = ids_of(report);
    for (const auto& finding : report.acked_findings)
        ids.insert(finding.id);
    for (const auto& gap : report.acked_gaps)
        ids.insert(gap.id);
    return ids;
}

Expected<Answer> acknowledge(const ReconcileWords& words, const Scope& scope) {
    const auto disk = make_posix_disk();
    if (auto there = engine::check_state(*disk, scope.paths, scope.document.config.name); !there)
        return fail(there.error());
    // What is not there now cannot be looked into by anybody.
    const auto report = engine::reconcile(scope.document.config, scope.paths, scope.options);
    if (!report) return fail(report.error());
    if (!all_ids_of(*report).contains(words.ack))
        return fail(
            ErrorCode::Usage,
            "--ack: no finding or gap has the id " + words.ack + " now: see tradectl reconcile");
    engine::Ack ack;
    ack.id = words.ack;
    ack.at = SystemClock().now();
    ack.until = ack.at.plus_ns(words.ack_ns.value_or(kAckNs));
    ack.actor = engine::operator_name();
    ack.reason = words.reason;
    if (auto added = engine::add_ack(*disk, scope.paths, ack); !added) return fail(added.error());
    Answer answer;
    answer.text = "acknowledged " + ack.id + " until " + ack.until.to_string() + "\n";
    answer.data.set("id", ack.id);
    answer.data.set("until", ack.until.to_string());
    answer.data.set("actor", ack.actor);
    return answer;
}

/// Compares until a signal comes; prints when the trouble is another one.
Expected<Answer> watch(std::int64_t interval_ns, const Scope& scope, Context& context) {
    auto bell = engine::Doorbell::make();
    if (!bell) return fail(bell.error());
    const engine::SignalGuard signals(*bell);
    std::optional<std::set<std::string>> told;
    for (;;) {
        auto report = engine::reconcile(scope.document.config, scope.paths, scope.options);
        if (!report) return fail(report.error());
        if (!told || *told != ids_of(*report)) {
            const std::string text =
                report->asked.to_string() + "\n" + text_of(*report, scope.name);
            if (auto written = context.write(text); !written) return fail(written.error());
            told = ids_of(*report);
        }
        if (engine::SignalGuard::received() == 0) bell->wait(interval_ns);
        if (engine::SignalGuard::received() == 0) continue;
        Answer answer;
        answer.exit_code = exit_code_of_report(*report);
        return answer;
    }
}

Status check_words(const ReconcileWords& words, const Context& context) {
    const bool acks = !words.ack.empty();
    if (acks && (words.nagios || words.watch_ns || words.full || words.apply))
        return fail(ErrorCode::Usage, "--ack excludes --apply, --nagios, --watch and --full");
    if (!words.ping_url_file.empty() && (acks || words.watch_ns))
        return fail(ErrorCode::Usage, "--ping-url-file excludes --ack and --watch");
    if (words.apply && (words.nagios || words.watch_ns))
        return fail(ErrorCode::Usage, "--apply excludes --nagios and --watch");
    if (!acks && (words.ack_ns || !words.reason.empty()))
        return fail(ErrorCode::Usage, "--for and --reason belong to --ack");
    if (words.ack_ns && (*words.ack_ns <= 0 || *words.ack_ns > kAckNsMax))
        return fail(ErrorCode::Usage, "--for: must be above 0 and at most 8784h (366 days)");
    if (words.watch_ns && (words.nagios || context.globals().json))
        return fail(ErrorCode::Usage, "--watch excludes --nagios and --json");
    if (words.watch_ns && *words.watch_ns <= 0)
        return fail(ErrorCode::Usage, "--watch: an interval is above 0");
    const bool is_id = words.ack.size() == 12 &&
                       words.ack.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (acks && !is_id)
        return fail(ErrorCode::Usage, "--ack: '" + words.ack + "' is not the id of a finding");
    return {};
}

Expected<Answer> look(const ReconcileWords& words, Context& context) {
    auto scope = scope_of(words, context);
    if (!scope && words.nagios) return nagios_answer(fail(scope.error()), Scope{});
    if (!scope) return fail(scope.error());
    if (!words.ack.empty()) return acknowledge(words, *scope);
    if (words.apply) return apply(*scope, context);
    if (words.watch_ns) return watch(*words.watch_ns, *scope, context);
    const auto report = engine::reconcile(scope->document.config, scope->paths, scope->options);
    if (words.nagios) return nagios_answer(report, *scope);
    if (!report) return fail(report.error());
    return answer_of(*report, *scope);
}

/// A monitor hears that it began and how it ended; a ping that fails changes nothing.
Expected<Answer> run(const ReconcileWords& words, Context& context) {
    if (auto checked = check_words(words, context); !checked) return fail(checked.error());
    if (words.ping_url_file.empty()) return look(words, context);
    const auto target = ops::ping_target_in(words.ping_url_file);
    const auto warn_if = [&context](const Status& pinged) {
        if (!pinged) context.warn("--ping-url-file: " + pinged.error().message);
    };
    if (!target) {
        warn_if(fail(target.error()));
        return look(words, context);
    }
    warn_if(ops::ping_start(*target));
    auto answer = look(words, context);
    const ExitCode status = answer ? answer->exit_code : exit_code_of(answer.error().code);
    warn_if(ops::ping_exit(*target, static_cast<int>(status)));
    return answer;
}

}  // namespace

void register_reconcile(Command& root) {
    auto words = std::make_shared<ReconcileWords>();
    root.add("reconcile", "our books beside the venues': orders, fills, positions, balances")
        .needs_config()
        .description(
            "Changes neither. 2: they differ; 3: somebody cannot tell; 69: no venue answered.\n"
            "Works beside a live run.")
        .flag("--apply", "act on findings as reconcile.policy says", words->apply)
        .option("--ack",
                "ID",
                "take note of a finding or gap: no alert, and a finding counts as none",
                words->ack)
        .duration("--for", "how long an --ack holds; 24h without it", words->ack_ns)
        .option("--reason", "TEXT", "why; it stands beside the --ack", words->reason)
        .duration("--watch", "compare again and again, with this much between", words->watch_ns)
        .flag("--full", "compare all fills, not only new ones", words->full)
        .flag("--nagios", "one line, and a status of 0 to 3, for a monitor", words->nagios)
        .option("--ping-url-file",
                "FILE",
                "tell the monitor whose URL is in it of start and end",
                words->ping_url_file)
        .option("--plugin", "FILE", "use this plugin file first", words->plugins)
        .example("tradectl reconcile -q configs/demo.yaml || echo look")
        .runs([words](Context& context) { return run(*words, context); });
}

}  // namespace tradectl::cli

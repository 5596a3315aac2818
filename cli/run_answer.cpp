#include "cli/run_answer.hpp"

#include "cli/envelope.hpp"
#include "cli/run_printer.hpp"
#include "host/base/log.hpp"

#include <csignal>
#include <utility>

namespace tradectl::cli {
namespace {

ExitCode exit_code_of_run(const engine::RunSummary& summary) {
    if (summary.error) return exit_code_of(summary.error->code);
    if (!summary.began)
        return summary.signal == SIGINT ? ExitCode::Interrupted : ExitCode::Terminated;
    if (!summary.faults.empty()) return ExitCode::Internal;
    if (summary.orphans != 0 || !summary.not_flat.empty() || !summary.not_canceled.empty())
        return ExitCode::BadAnswer;
    if (summary.unresolved != 0) return ExitCode::CannotTell;
    return ExitCode::Ok;
}

}  // namespace

Status open_run_log(const config::Config& config, const Globals& globals) {
    LogOptions options;
    options.level = parse_log_level(config.log.level).value_or(LogLevel::Info);
    if (globals.verbose) options.level = LogLevel::Debug;
    if (globals.quiet) options.level = LogLevel::Error;
    options.format =
        config.log.format == config::LogFormat::Json ? LogFormat::Json : LogFormat::Text;
    options.file = config.log.file;
    return open_log(options);
}

Answer answer_of_run(const engine::RunSummary& summary) {
    Answer answer;
    answer.exit_code = exit_code_of_run(summary);
    answer.text = summary_text(summary);
    answer.data = summary_json(summary);
    if (summary.error) answer.errors.push_back(error_object(*summary.error));
    if (!summary.began) {
        answer.errors.push_back(error_object(
            {ErrorCode::Unavailable, "ended by a signal while it was starting: nothing was sent"}));
    }
    for (const auto& fault : summary.faults) {
        answer.errors.push_back(error_object({ErrorCode::Internal, fault}));
    }
    if (summary.orphans != 0) {
        answer.errors.push_back(
            error_object({ErrorCode::BadState,
                          std::to_string(summary.orphans) +
                              " orders at a venue carry our id and are not in the log: records "
                              "were lost, see tradectl-wal-recover(1)"}));
    }
    for (const auto& left : summary.not_flat) {
        answer.errors.push_back(
            error_object({ErrorCode::Unresolved, "the flatten policy could not close " + left}));
    }
    for (const auto& left : summary.not_canceled) {
        answer.errors.push_back(error_object(
            {ErrorCode::Unresolved, "still open at the venue, it could not be canceled: " + left}));
    }
    return answer;
}

Answer answer_of_backtest(const backtest::BacktestResult& result) {
    Answer answer = answer_of_run(result.summary);
    answer.text = backtest::report_text(result.report);
    if (!result.path.empty()) {
        answer.text += "\nkept in " + result.path + "\n";
        answer.data.set("path", result.path);
    }
    answer.data.set("report", backtest::report_json(result.report));
    return answer;
}

std::vector<backtest::NamedVersion> program_versions() {
    return {{"tradectl", TRADECTL_VERSION}};
}

}  // namespace tradectl::cli

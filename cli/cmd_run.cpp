// run: recovers, then trades until the data end, a limit is reached or a signal comes.
#include "cli/command.hpp"
#include "cli/commands.hpp"
#include "cli/envelope.hpp"
#include "cli/run_printer.hpp"
#include "host/base/log.hpp"
#include "host/engine/session.hpp"
#include "host/engine/state_dir.hpp"

#include <filesystem>
#include <utility>

namespace tradectl::cli {
namespace {

struct RunWords {
    std::vector<std::string> plugins;
    std::optional<std::int64_t> session_ns;
    std::optional<std::int64_t> wall_ns;
    std::string export_file;
    bool until_end = false;
    bool live = false;
};

Status check_words(const RunWords& words, const config::Config& config) {
    const bool live_mode = config.mode == config::Mode::Live;
    if (live_mode && !words.live) {
        return fail(ErrorCode::Usage,
                    "config '" + config.name + "' says mode: live: add --live to trade for real");
    }
    if (words.live && !live_mode) {
        return fail(ErrorCode::Usage,
                    "--live: config '" + config.name +
                        "' says mode: " + std::string(config::to_string(config.mode)));
    }
    if (words.until_end && (words.session_ns || words.wall_ns)) {
        return fail(ErrorCode::Usage, "--until-end excludes --for and --wall");
    }
    return {};
}

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

ExitCode exit_code_of_run(const engine::RunSummary& summary) {
    if (summary.error) return exit_code_of(summary.error->code);
    if (!summary.faults.empty()) return ExitCode::Internal;
    if (!summary.not_flat.empty()) return ExitCode::BadAnswer;
    if (summary.unresolved != 0) return ExitCode::CannotTell;
    return ExitCode::Ok;
}

Expected<Answer> run(const RunWords& words, Context& context) {
    auto document = context.load_config();
    if (!document) return fail(document.error());
    if (auto checked = check_words(words, document->config); !checked) return fail(checked.error());
    if (auto opened = open_run_log(document->config, context.globals()); !opened) {
        return fail(opened.error());
    }
    auto state_dir = engine::state_directory_of(document->config);
    if (!state_dir) return fail(state_dir.error());
    engine::RunOptions options;
    options.state_dir = *state_dir;
    options.plugin_files = words.plugins;
    options.session_ns_max = words.session_ns;
    options.wall_ns_max = words.wall_ns;
    options.lock_wait_ns = context.globals().lock_wait_ns.value_or(0);
    if (!words.export_file.empty()) {
        options.export_file = std::filesystem::absolute(words.export_file).string();
    }
    RunPrinter printer(context, document->config.name);
    options.observer = &printer;
    auto summary = engine::run_session(*document, options);
    printer.finish();
    if (!summary) return fail(summary.error());
    Answer answer;
    answer.exit_code = exit_code_of_run(*summary);
    answer.text = summary_text(*summary);
    answer.data = summary_json(*summary);
    if (summary->error) answer.errors.push_back(error_object(*summary->error));
    for (const auto& fault : summary->faults) {
        answer.errors.push_back(error_object({ErrorCode::Internal, fault}));
    }
    for (const auto& left : summary->not_flat) {
        answer.errors.push_back(
            error_object({ErrorCode::Unresolved, "the flatten policy could not close " + left}));
    }
    return answer;
}

}  // namespace

void register_run(Command& root) {
    auto words = std::make_shared<RunWords>();
    root.add("run", "trade: paper by default, live when asked for twice")
        .needs_config()
        .description(
            "Recovers what an earlier run left, then trades until the data end, a limit is\n"
            "reached, or SIGINT or SIGTERM comes. A second signal stops at once.")
        .duration("--for", "stop after this time by the session's clock", words->session_ns)
        .duration("--wall", "stop after this wall time", words->wall_ns)
        .flag("--until-end", "stop when the data end (the default)", words->until_end)
        .option("--plugin", "FILE", "use this plugin file first", words->plugins)
        .option(
            "--export", "FILE", "write orders, fills and postings at the end", words->export_file)
        .flag("--live", "really trade: wants mode: live too", words->live)
        .example("tradectl run configs/demo.yaml --wall 10s")
        .runs([words](Context& context) { return run(*words, context); });
}

}  // namespace tradectl::cli

// run: recovers, then trades until the data end, a limit is reached or a signal comes.
#include "cli/command.hpp"
#include "cli/commands.hpp"
#include "cli/run_answer.hpp"
#include "cli/run_printer.hpp"
#include "host/backtest/backtest.hpp"
#include "host/backtest/run_store.hpp"
#include "host/base/process_paths.hpp"
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

/// Recorded data under a simulated clock, with no state to go on from: a backtest as the command of
/// that name makes it.
Expected<Answer> run_as_backtest(const RunWords& words,
                                 const config::Document& document,
                                 Context& context) {
    backtest::BacktestOptions options;
    options.plugin_files = words.plugins;
    options.session_ns_max = words.session_ns;
    options.wall_ns_max = words.wall_ns;
    if (!words.export_file.empty())
        options.export_file = std::filesystem::absolute(words.export_file).string();
    options.versions = program_versions();
    if (const auto root = backtest::runs_directory(); !root) {
        context.warn("the run is not kept: " + root.error().message);
        options.keep = backtest::Keep::Nothing;
    }
    RunPrinter printer(context, document.config.name);
    options.observer = &printer;
    const auto result = backtest::run_backtest(document, options);
    printer.finish();
    if (!result) return fail(result.error());
    return answer_of_backtest(*result);
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
    if (document->config.mode == config::Mode::Backtest && state_dir->empty()) {
        return run_as_backtest(words, *document, context);
    }
    engine::RunOptions options;
    options.state_dir = *state_dir;
    if (auto home = state_directory()) options.rate_dir = *home + "/rate";
    options.plugin_files = words.plugins;
    options.session_ns_max = words.session_ns;
    options.wall_ns_max = words.wall_ns;
    options.lock_wait_ns = context.globals().lock_wait_ns.value_or(0);
    if (!words.export_file.empty()) {
        options.export_file = std::filesystem::absolute(words.export_file).string();
    }
    RunPrinter printer(context, document->config.name);
    options.observer = &printer;
    options.service = ops::ServiceManager::from_environment();
    auto summary = engine::run_session(*document, options);
    printer.finish();
    if (!summary) return fail(summary.error());
    return answer_of_run(*summary);
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

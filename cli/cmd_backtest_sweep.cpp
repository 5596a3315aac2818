// backtest --sweep: many runs of one config, in order.
#include "cli/cmd_backtest.hpp"
#include "cli/envelope.hpp"
#include "host/backtest/sweep.hpp"
#include "host/backtest/sweep_view.hpp"
#include "host/base/log.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <thread>
#include <utility>

namespace tradectl::cli {
namespace {

constexpr std::int64_t kJobsMax = 1024;
constexpr std::int64_t kRowsShown = 20;

std::string progress_text(const backtest::SweepProgress& progress) {
    const std::uint64_t fresh = progress.done - std::min(progress.done, progress.there);
    const double seconds = static_cast<double>(progress.wall_ns) / 1e9;
    std::string text =
        std::to_string(progress.done) + " of " + std::to_string(progress.jobs) + " runs";
    if (progress.failed > 0) text += ", " + std::to_string(progress.failed) + " failed";
    if (fresh == 0 || seconds <= 0) return text;
    const double rate = static_cast<double>(fresh) / seconds;
    const auto left = static_cast<double>(progress.jobs - std::min(progress.jobs, progress.done));
    std::array<char, 64> speed{};
    std::snprintf(speed.data(), speed.size(), ", %.3g a second, %.0f s left", rate, left / rate);
    return text + speed.data();
}

Status check_numbers(const BacktestWords& words) {
    if (words.jobs && (*words.jobs < 1 || *words.jobs > kJobsMax)) {
        return fail(
            ErrorCode::Usage,
            "--jobs " + std::to_string(*words.jobs) + ": want 1 to " + std::to_string(kJobsMax));
    }
    if (words.limit && *words.limit < 1)
        return fail(ErrorCode::Usage,
                    "--limit " + std::to_string(*words.limit) + ": want 1 or more");
    return {};
}

Expected<backtest::SweepOptions> sweep_options(const BacktestWords& words, Context& context) {
    if (auto checked = check_numbers(words); !checked) return fail(checked.error());
    auto run = backtest_options(words);
    if (!run) return fail(run.error());
    // The text is read once: standard input has it only once.
    auto text = config::read_source(context.globals().config);
    if (!text) {
        const bool missing = text.error().code == ErrorCode::NotFound;
        return fail(missing ? ErrorCode::Config : text.error().code, text.error().message);
    }
    auto layers = context.overrides();
    if (!layers) return fail(layers.error());
    backtest::SweepOptions options;
    options.config_text = std::move(*text);
    options.load = config::options_for(context.globals().config);
    options.load.overrides = std::move(*layers);
    options.axes = words.sweep;
    options.plugin_files = run->plugin_files;
    options.rank = words.rank.value_or("sharpe");
    options.walk = words.walk;
    options.from = run->from;
    options.until = run->until;
    options.sample_ns = run->sample_ns;
    options.workers = static_cast<std::size_t>(
        words.jobs.value_or(std::max(1U, std::thread::hardware_concurrency())));
    options.out_dir = run->out_dir;
    options.lock_wait_ns = context.globals().lock_wait_ns.value_or(0);
    options.versions = run->versions;
    if (shows_progress(context)) {
        options.on_progress = [](const backtest::SweepProgress& progress) {
            show_progress(progress_text(progress));
        };
    }
    return options;
}

ExitCode exit_code_of_sweep(const backtest::SweepResult& result) {
    if (result.signal == SIGINT) return ExitCode::Interrupted;
    if (result.signal == SIGTERM) return ExitCode::Terminated;
    if (result.failed == 0) return ExitCode::Ok;
    const bool any =
        result.walk ? !result.walk->equity.empty() : result.failed < result.points.size();
    return any ? ExitCode::BadAnswer : ExitCode::Failed;
}

}  // namespace

Expected<Answer> run_sweep_command(const BacktestWords& words, Context& context) {
    const auto options = sweep_options(words, context);
    if (!options) return fail(options.error());
    // A thousand runs would fill a log with the same lines; what failed is in the answer.
    const LogLevel level = context.globals().verbose ? LogLevel::Info : kLogOff;
    if (auto opened = open_log({.level = level}); !opened) return fail(opened.error());
    const auto disk = make_posix_disk();
    const auto result = backtest::run_sweep(*disk, *options);
    if (options->on_progress) show_progress("");
    if (!result) return fail(result.error());
    if (result->signal == 0) {
        if (auto written = backtest::write_sweep_files(*disk, *result); !written)
            return fail(written.error());
    }
    const auto rows = static_cast<std::size_t>(words.limit.value_or(kRowsShown));
    auto text = backtest::sweep_text(
        *result,
        {.rows_max = rows,
         .columns = static_cast<std::size_t>(std::max(context.terminal().columns, 1)),
         .colors = context.terminal().color ? backtest::Colors::Full : backtest::Colors::None});
    if (!text) return fail(text.error());
    auto data = backtest::sweep_json(*result, rows);
    if (!data) return fail(data.error());
    Answer answer{.exit_code = exit_code_of_sweep(*result),
                  .text = std::move(*text),
                  .data = std::move(*data)};
    if (result->failed > 0) {
        answer.errors.push_back(error_object(
            {ErrorCode::Internal,
             std::to_string(result->failed) +
                 (result->failed == 1 ? " run failed: " : " runs failed, the first: ") +
                 result->first_error}));
    }
    return answer;
}

}  // namespace tradectl::cli

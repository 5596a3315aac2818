// backtest: the same strategies on recorded data, and a report that is kept.
#include "cli/cmd_backtest.hpp"

#include "cli/commands.hpp"
#include "cli/run_answer.hpp"
#include "host/config/scalar.hpp"

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <utility>

namespace tradectl::cli {
namespace {

/// How far the data are, where somebody looks.
class Progress final : public engine::RunObserver {
  public:
    explicit Progress(bool shown) : shown_(shown) {}
    ~Progress() override {
        if (written_) show_progress("");
    }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void on_view(const engine::LiveView& view) override {
        if (!shown_ || view.market_time.is_none()) return;
        written_ = true;
        show_progress("market " + view.market_time.to_string().substr(0, 19) + "Z, " +
                      std::to_string(view.counters.market_events) + " events, " +
                      std::to_string(view.counters.fills) + " fills");
    }

  private:
    bool shown_;
    bool written_ = false;
};

Status check_words(const BacktestWords& words) {
    if (!words.sweep.empty()) return {};
    const bool alone = words.jobs || words.rank || words.walk || words.limit;
    if (!alone) return {};
    return fail(ErrorCode::Usage, "--jobs, --rank, --walk-forward and --limit want --sweep");
}

Expected<Answer> run(const BacktestWords& words, Context& context) {
    if (auto checked = check_words(words); !checked) return fail(checked.error());
    if (!words.sweep.empty()) return run_sweep_command(words, context);
    auto options = backtest_options(words);
    if (!options) return fail(options.error());
    const auto document = context.load_config();
    if (!document) return fail(document.error());
    if (auto opened = open_run_log(document->config, context.globals()); !opened)
        return fail(opened.error());
    std::optional<Progress> progress(std::in_place, shows_progress(context));
    options->observer = &*progress;
    const auto result = backtest::run_backtest(*document, *options);
    progress.reset();
    if (!result) return fail(result.error());
    Answer answer = answer_of_backtest(*result);
    if (answer.exit_code != ExitCode::Ok) return answer;
    // Part of the data is not what was asked for.
    if (result->summary.signal == SIGINT) answer.exit_code = ExitCode::Interrupted;
    if (result->summary.signal == SIGTERM) answer.exit_code = ExitCode::Terminated;
    return answer;
}

// The bounds of `report.sample` in tradectl.yaml(5).
constexpr std::int64_t kSampleMinNs = 1'000'000;
constexpr std::int64_t kSampleMaxNs = 366 * kNsPerDay;

Expected<std::optional<Timestamp>> time_of(const char* option, const std::string& text) {
    if (text.empty()) return std::optional<Timestamp>();
    const auto time = Timestamp::parse(text);
    if (time) return time;
    return fail(
        ErrorCode::Usage,
        std::string(option) + " '" + text + "': want RFC 3339 as 2026-01-02T03:04:05Z, or a date");
}

}  // namespace

Expected<backtest::BacktestOptions> backtest_options(const BacktestWords& words) {
    backtest::BacktestOptions options;
    options.plugin_files = words.plugins;
    options.versions = program_versions();
    options.sample_ns = words.sample_ns.value_or(0);
    const auto from = time_of("--from", words.from);
    if (!from) return fail(from.error());
    const auto until = time_of("--until", words.until);
    if (!until) return fail(until.error());
    if (*from && *until && **from >= **until)
        return fail(ErrorCode::Usage, "--from is not before --until: nothing is between them");
    options.from = *from;
    options.until = *until;
    if (words.sample_ns && (*words.sample_ns < kSampleMinNs || *words.sample_ns > kSampleMaxNs))
        return fail(ErrorCode::Usage,
                    "--sample is " + config::format_duration(*words.sample_ns) +
                        ", must be at least 1ms and at most 366d");
    if (words.out.empty()) return options;
    std::error_code error;
    const auto full = std::filesystem::absolute(words.out, error);
    if (error) return fail(ErrorCode::Io, words.out + ": " + error.message());
    options.out_dir = full.lexically_normal().string();
    if (options.out_dir.size() > 1 && options.out_dir.back() == '/') options.out_dir.pop_back();
    return options;
}

bool shows_progress(const Context& context) {
    const Globals& globals = context.globals();
    return context.terminal().color && !globals.quiet && !globals.json;
}

void show_progress(const std::string& line) {
    std::fprintf(stderr, "\r%s\x1b[K", line.c_str());
}

void register_backtest(Command& root) {
    auto words = std::make_shared<BacktestWords>();
    Command& command = root.add("backtest", "run strategies on recorded data and report");
    command.needs_config()
        .option("-o,--out", "DIR", "keep the run, or the sweep, in this directory", words->out)
        .option("--plugin", "FILE", "use this plugin file first", words->plugins)
        .option("--from", "TIME", "leave out what is earlier", words->from)
        .option("--until", "TIME", "leave out that time and what is later", words->until)
        .duration("--sample", "between two points of the equity curve", words->sample_ns)
        .option("--sweep", "KEY=VALUES", "run all values: A..B:STEP or V1,V2,...", words->sweep)
        .option("--jobs", "N", "processes of a sweep (default: all cores)", words->jobs)
        .option("--rank", "STATISTIC", "what orders a sweep (default: sharpe)", words->rank)
        .option("--limit", "N", "rows of a sweep's table (default: 20)", words->limit)
        .option("--walk-forward", "TRAIN:TEST", "test the best of each window", words->walk)
        .example("tradectl backtest configs/backtest-synth.yaml")
        .example("tradectl backtest configs/backtest-synth.yaml --sweep lookback=10..50:10")
        .runs([words](Context& context) { return run(*words, context); });
    register_kept_runs(command);
}

}  // namespace tradectl::cli

#include "host/backtest/backtest.hpp"

#include "host/backtest/config_text.hpp"
#include "host/backtest/page.hpp"
#include "host/backtest/recorder.hpp"
#include "host/backtest/run_store.hpp"
#include "host/base/clock.hpp"
#include "host/base/log.hpp"
#include "host/base/unsynced_disk.hpp"
#include "host/config/describe.hpp"
#include "host/config/suggest.hpp"
#include "host/market/data_file.hpp"
#include "host/plugin/find.hpp"
#include "host/plugin/inventory.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace tradectl::backtest {
namespace {

constexpr std::int64_t kSamplesMax = 10'000;
constexpr std::array<std::int64_t, 10> kSampleSteps{kNsPerSecond,
                                                    5 * kNsPerSecond,
                                                    15 * kNsPerSecond,
                                                    kNsPerMinute,
                                                    5 * kNsPerMinute,
                                                    15 * kNsPerMinute,
                                                    kNsPerHour,
                                                    4 * kNsPerHour,
                                                    12 * kNsPerHour,
                                                    kNsPerDay};

struct TimeRange {
    Timestamp first;
    Timestamp last;
    bool estimated = false;  ///< made-up data end about there
};

/// From when to when the data of a config are, or nothing when nobody knows before they end.
std::optional<TimeRange> data_range(const config::Config& config) {
    std::optional<Timestamp> first;
    std::optional<Timestamp> last;
    bool estimated = false;
    for (const auto& data : config.data) {
        Timestamp begin;
        Timestamp end;
        if (data.synth) {
            if (data.synth->trades_max == 0) return std::nullopt;
            begin = data.synth->start;
            const auto trades = static_cast<double>(data.synth->trades_max);
            const double length = trades * static_cast<double>(data.synth->interval_mean_ns);
            end = begin.plus_ns(static_cast<std::int64_t>(std::min(length, 1e18)));
            estimated = true;
        } else {
            const auto file = market::DataFile::open(data.file);
            if (!file || (*file)->size() == 0) continue;  // the session tells what is wrong with it
            begin = (*file)->time_first();
            end = (*file)->time_last();
        }
        first = first ? std::min(*first, begin) : begin;
        last = last ? std::max(*last, end) : end;
    }
    if (!first) return std::nullopt;
    return TimeRange{*first, *last, estimated};
}

/// Names differ between venues, so another one is played, but not in silence.
void warn_of_names(const config::Config& config, Report& report) {
    for (const auto& data : config.data) {
        if (data.synth) continue;
        const auto file = market::DataFile::open(data.file);
        if (!file || (*file)->instrument() == data.instrument) continue;
        report.warnings.push_back(data.file + " was made for '" +
                                  std::string((*file)->instrument()) + "', it is played for '" +
                                  data.instrument + "'");
    }
}

/// What is asked for must be there.
Status check_range(const std::optional<TimeRange>& data, const BacktestOptions& options) {
    if (!data) return {};
    const bool late = !data->estimated && options.from && *options.from > data->last;
    const bool early = options.until && *options.until <= data->first;
    if (!late && !early) return {};
    return fail(ErrorCode::Usage,
                std::string(late ? "--from is behind the data: " : "--until is before the data: ") +
                    "they are from " + data->first.to_string() + " to " + data->last.to_string());
}

/// Figures are in an asset that some instrument's profit is paid in.
Status check_currency(const config::Config& config, const std::string& currency) {
    std::set<std::string> known;
    for (const auto& instrument : config.instruments)
        known.insert(instrument.settle.empty() ? instrument.quote : instrument.settle);
    if (known.contains(currency)) return {};
    return fail(ErrorCode::Config,
                "report.currency: no instrument is paid in '" + currency + "', known: " +
                    config::join(std::vector<std::string>(known.begin(), known.end())));
}

std::int64_t sample_of(const config::Config& config, const BacktestOptions& options) {
    if (options.sample_ns > 0) return options.sample_ns;
    if (config.report.sample_ns > 0) return config.report.sample_ns;
    auto data = data_range(config);
    if (!data) return derived_sample_ns(options.session_ns_max.value_or(kNsPerDay));
    if (options.from) data->first = std::max(data->first, *options.from);
    if (options.until) data->last = std::min(data->last, *options.until);
    return derived_sample_ns(std::max<std::int64_t>(data->last.minus(data->first), 0));
}

std::string currency_of(const config::Config& config) {
    if (!config.report.currency.empty()) return config.report.currency;
    const auto& first = config.instruments.front();
    return first.settle.empty() ? first.quote : first.settle;
}

std::vector<NamedVersion> versions_of(const config::Config& config,
                                      const BacktestOptions& options) {
    std::vector<NamedVersion> versions = options.versions;
    std::set<std::string> names;
    for (const auto& exchange : config.exchanges)
        names.insert(exchange.plugin);
    for (const auto& strategy : config.strategies)
        names.insert(strategy.plugin);
    const auto search = plugin::make_search_path(options.plugin_files, config.plugin_paths);
    if (!search) return versions;
    for (const std::string& name : names) {
        const auto path = plugin::find(*search, name);
        if (!path) continue;
        const auto item = plugin::inspect({.name = name, .path = *path});
        if (item.manifest) versions.emplace_back("plugin " + name, item.manifest->version);
    }
    return versions;
}

/// Where a kept run's parts are written while the session lasts.
struct Keeping {
    std::unique_ptr<Disk> disk = make_posix_disk();
    std::unique_ptr<Disk> unsynced = make_unsynced_disk(make_posix_disk());  // synced by `keep`
    std::unique_ptr<RunWriter> writer;
    std::unique_ptr<IndexWriter> index;
    std::unique_ptr<TextFile> trades;
};

Status begin(const config::Config& config,
             const BacktestOptions& options,
             Timestamp now,
             Keeping& keeping) {
    auto root = options.runs_root.empty() && options.out_dir.empty()
                    ? runs_directory()
                    : Expected<std::string>(options.runs_root);
    if (!root) return fail(root.error());
    auto writer = options.out_dir.empty() ? RunWriter::begin(*keeping.disk, *root, config.name, now)
                                          : RunWriter::begin_at(*keeping.disk, options.out_dir);
    if (!writer) return fail(writer.error());
    keeping.writer = std::move(*writer);
    auto index = IndexWriter::create(*keeping.unsynced, keeping.writer->paths().index());
    if (!index) return fail(index.error());
    keeping.index = std::move(*index);
    auto trades = TextFile::create(*keeping.unsynced, keeping.writer->paths().trades());
    if (!trades) return fail(trades.error());
    keeping.trades = std::move(*trades);
    return keeping.trades->append(trade_header());
}

Status write_text(Disk& disk, const std::string& path, std::string_view text) {
    auto file = TextFile::create(disk, path);
    if (!file) return fail(file.error());
    if (auto added = (*file)->append(text); !added) return added;
    return (*file)->finish();
}

Status copy_export(Keeping& keeping, const std::string& to) {
    auto from = keeping.disk->open(keeping.writer->paths().canonical_export(), {});
    if (!from) return fail(from.error());
    auto removed = keeping.disk->remove(to);
    if (!removed && removed.error().code != ErrorCode::NotFound) return removed;
    auto file = TextFile::create(*keeping.disk, to);
    if (!file) return fail(file.error());
    std::vector<std::byte> piece(1u << 16);
    for (std::uint64_t offset = 0;;) {
        const auto count = (*from)->read(offset, piece);
        if (!count) return fail(count.error());
        if (*count == 0) return (*file)->finish();
        offset += *count;
        const std::string_view text(reinterpret_cast<const char*>(piece.data()), *count);
        if (auto added = (*file)->append(text); !added) return added;
    }
}

Expected<std::string> finish(const Report& report,
                             const BacktestOptions& options,
                             Keeping& keeping) {
    const RunPaths& paths = keeping.writer->paths();
    keeping.index.reset();  // closes the database: its side files are folded in
    keeping.trades.reset();
    if (!options.export_file.empty()) {
        if (auto done = copy_export(keeping, options.export_file); !done) return fail(done.error());
    }
    Disk& disk = *keeping.unsynced;
    Status done = write_text(disk, paths.config(), report.config_text);
    if (done) done = write_text(disk, paths.report_text(), report_text(report));
    if (done) done = write_text(disk, paths.report_html(), render_page(report));
    if (done) done = write_text(disk, paths.report_json(), report_json(report).dump());
    if (!done) return fail(done.error());
    return keeping.writer->keep();
}

void describe_config(const config::Document& document, Report& report) {
    report.name = document.config.name;
    report.config_hash = document.hash;
    report.config_text = config_text(document);
    for (const auto& value : config::show(document))
        report.config_values.emplace_back(value.path, value.value);
    report.seed = document.config.seed;
}

void describe_run(const engine::RunSummary& summary, Report& report) {
    report.data_first = summary.market_first;
    report.data_last = summary.market_last;
    report.started = summary.started;
    report.ended = summary.ended;
    report.wall_ns = summary.wall_ns;
    report.market_events = summary.counters.market_events;
    report.orders = summary.counters.orders;
    report.fills = summary.counters.fills;
    report.denied = summary.counters.denied;
    report.rejected = summary.counters.rejected;
    report.canceled = summary.counters.canceled;
    report.balances = summary.balances;
    for (const auto& position : summary.positions) {
        if (position.quantity.is_zero()) continue;
        report.positions.push_back({.strategy = position.strategy,
                                    .instrument = position.instrument,
                                    .quantity = position.quantity,
                                    .average_price = position.average_price,
                                    .mark = position.mark,
                                    .realized_pnl = position.realized_pnl,
                                    .unrealized_pnl = position.unrealized_pnl});
    }
    if (summary.error) report.error = summary.error->message;
    if (summary.signal != 0) {
        report.warnings.push_back("stopped by signal " + std::to_string(summary.signal) +
                                  " before the data ended");
    }
    for (const std::string& fault : summary.faults)
        report.warnings.push_back(fault);
    report.warnings.insert(report.warnings.end(), summary.warnings.begin(), summary.warnings.end());
    for (const std::string& left : summary.not_flat)
        report.warnings.push_back("not closed at the end: " + left);
    for (const std::string& left : summary.not_canceled)
        report.warnings.push_back("not canceled at the end: " + left);
    if (summary.unresolved != 0) {
        report.warnings.push_back(std::to_string(summary.unresolved) +
                                  " instruments with an unresolved order");
    }
}

engine::RunOptions session_options(const BacktestOptions& options,
                                   std::int64_t sample_ns,
                                   engine::RunObserver& observer) {
    engine::RunOptions run;
    run.plugin_files = options.plugin_files;
    run.session_ns_max = options.session_ns_max;
    run.wall_ns_max = options.wall_ns_max;
    run.sample_ns = sample_ns;
    run.observer = &observer;
    run.from = options.from;
    run.until = options.until;
    return run;
}

}  // namespace

std::int64_t derived_sample_ns(std::int64_t length_ns) {
    for (const std::int64_t step : kSampleSteps) {
        if (length_ns / step < kSamplesMax) return step;
    }
    return kSampleSteps.back();
}

Status check_end(const config::Config& config, const BacktestOptions& options) {
    if (options.until || options.session_ns_max || options.wall_ns_max) return {};
    for (const auto& data : config.data) {
        if (!data.synth || data.synth->trades_max != 0) continue;
        return fail(ErrorCode::Config,
                    "the made-up data of " + data.instrument +
                        " never end: set trades at its synth, or --until");
    }
    return {};
}

Expected<BacktestResult> run_backtest(const config::Document& document,
                                      const BacktestOptions& options) {
    config::Document forced = document;
    forced.config.mode = config::Mode::Backtest;
    forced.config.clock = config::ClockKind::Simulated;
    const config::Config& config = forced.config;
    if (auto there = check_range(data_range(config), options); !there) return fail(there.error());
    if (auto ends = check_end(config, options); !ends)
        log(LogLevel::Warning, "backtest", ends.error().message);
    if (auto known = check_currency(config, currency_of(config)); !known)
        return fail(known.error());
    BacktestResult result;
    Report& report = result.report;
    report.created = SystemClock().now();
    Keeping keeping;
    const bool keeps = options.keep == Keep::Run;
    if (keeps) {
        if (auto begun = begin(config, options, report.created, keeping); !begun) {
            return fail(begun.error());
        }
    }
    report.sample_ns = sample_of(config, options);
    report.rules = config.report;
    report.currency = currency_of(config);
    RecorderOptions listening{.rules = config.report,
                              .sample_ns = report.sample_ns,
                              .currency = report.currency,
                              .strategies = {},
                              .index = keeping.index.get(),
                              .trades = keeping.trades.get(),
                              .observer = options.observer};
    for (const auto& strategy : config.strategies)
        listening.strategies.push_back(strategy.name);
    Recorder recorder(std::move(listening));
    engine::RunOptions run = session_options(options, report.sample_ns, recorder);
    run.books = keeps ? engine::Books::Exported : engine::Books::Dropped;
    if (keeps) {
        run.scratch_dir = keeping.writer->scratch();
        run.export_file = keeping.writer->paths().canonical_export();
    }
    auto summary = engine::run_session(forced, run);
    if (!summary) return fail(summary.error());
    describe_config(document, report);
    report.versions = versions_of(config, options);
    describe_run(*summary, report);
    warn_of_names(config, report);
    if (auto ended = recorder.finish(summary->ended, report); !ended) return fail(ended.error());
    result.summary = std::move(*summary);
    if (!keeps) return result;
    auto path = finish(report, options, keeping);
    if (!path) return fail(path.error());
    result.path = std::move(*path);
    return result;
}

}  // namespace tradectl::backtest

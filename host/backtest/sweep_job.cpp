// One run of a sweep, in a process of its own.
#include "host/backtest/sweep_plan.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::backtest {
namespace {

/// Failures that may be the machine's: a full disk, a call that took too long.
bool is_worth_a_retry(ErrorCode code) {
    return code == ErrorCode::Io || code == ErrorCode::NoSpace || code == ErrorCode::Unavailable ||
           code == ErrorCode::Quota || code == ErrorCode::Internal;
}

void set_error(Json& line, const Error& error) {
    line.set("error", error.message);
    if (is_worth_a_retry(error.code)) line.set("retry", true);
}

/// What stopped a run that had begun, if anything did.
std::optional<Error> failure_of(const engine::RunSummary& summary) {
    if (summary.error) return summary.error;
    if (!summary.faults.empty()) return Error{ErrorCode::Internal, summary.faults.front()};
    return std::nullopt;
}

Json figures_json(const Report& report) {
    Json out = Json::object();
    for (const Statistic& statistic : report.statistics)
        out.set(statistic.key, statistic.value ? Json(*statistic.value) : Json());
    return out;
}

std::string currency_of(const config::Config& config) {
    if (!config.report.currency.empty() || config.instruments.empty())
        return config.report.currency;
    return config.instruments.front().settle;
}

/// Every sample of the equity, which a report may have merged.
class CurveRecorder final : public engine::RunObserver {
  public:
    explicit CurveRecorder(std::string currency) : currency_(std::move(currency)) {}

    void on_sample(const engine::LiveView& view) override {
        const auto equity = view.equity.find(currency_);
        if (equity == view.equity.end() || equity->second.is_null()) return;
        const auto exposure = view.exposure.find(currency_);
        Json sample = Json::array();
        sample.push(view.now.ns());
        sample.push(equity->second.to_double());
        sample.push(exposure == view.exposure.end() || exposure->second.is_null()
                        ? 0.0
                        : exposure->second.to_double());
        samples_.push(std::move(sample));
    }
    [[nodiscard]] Json take() { return std::move(samples_); }

  private:
    std::string currency_;
    Json samples_ = Json::array();
};

void put_result(Json& line,
                const BacktestResult& result,
                CurveRecorder& curve,
                SweepJob::Asks asks) {
    const Report& report = result.report;
    if (const auto error = failure_of(result.summary)) return set_error(line, *error);
    if (asks == SweepJob::Asks::DataRange) {
        line.set("data_first", report.data_first.ns());
        line.set("data_last", report.data_last.ns());
        return;
    }
    line.set("orders", report.orders);
    line.set("fills", report.fills);
    line.set("denied", report.denied);
    line.set("wall_ns", report.wall_ns);
    line.set("statistics", figures_json(report));
    if (asks != SweepJob::Asks::Curve) return;
    line.set("equity_start", report.equity_start.is_null() ? 0 : report.equity_start.to_double());
    line.set("curve", curve.take());
}

}  // namespace

Json run_job(const SweepOptions& options,
             const SweepGrid& grid,
             std::uint64_t number,
             const SweepJob& job) {
    Json line = Json::object();
    line.set("job", number);
    line.set("point", job.point);
    Json values = Json::array();
    for (const std::string& value : grid.values(job.point))
        values.push(value);
    line.set("values", std::move(values));
    if (job.from) line.set("from", Json::text_of(*job.from));
    if (job.until) line.set("until", Json::text_of(*job.until));
    const auto document = document_at(options, grid, job.point);
    if (!document) {
        set_error(line, document.error());
        return line;
    }
    CurveRecorder curve(currency_of(document->config));
    BacktestOptions run{.keep = Keep::Nothing,
                        .plugin_files = options.plugin_files,
                        .from = job.from,
                        .until = job.until,
                        .sample_ns = job.sample_ns,
                        .versions = options.versions};
    if (job.asks == SweepJob::Asks::Curve) run.observer = &curve;
    if (auto ends = check_end(document->config, run); !ends) {
        set_error(line, ends.error());
        return line;
    }
    const auto result = options.runner(*document, run);
    if (!result)
        set_error(line, result.error());
    else
        put_result(line, *result, curve, job.asks);
    return line;
}

std::optional<double> figure_in(const Json& line, std::string_view statistic) {
    const Json* figures = line.find("statistics");
    const Json* value = figures == nullptr ? nullptr : figures->find(statistic);
    return value == nullptr ? std::nullopt : value->as_real();
}

}  // namespace tradectl::backtest

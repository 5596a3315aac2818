// Where runs lie, and what is in them. Writing one: run_writer.cpp.
#include "host/backtest/run_store.hpp"

#include "host/backtest/json_fields.hpp"

#include <algorithm>
#include <filesystem>

namespace tradectl::backtest {
namespace {

constexpr std::uint64_t kReportBytesMax = 64u << 20;

bool is_hidden(std::string_view name) {
    return name.starts_with('.');
}

/// Names of directories in a directory; none when it is not there.
Expected<std::vector<std::string>> directories_in(Disk& disk, const std::string& path) {
    auto names = disk.list(path);
    if (!names && names.error().code == ErrorCode::NotFound) return std::vector<std::string>();
    if (!names) return fail(names.error());
    std::vector<std::string> found;
    for (std::string& name : *names) {
        if (!is_hidden(name) && disk.list(path + "/" + name)) found.push_back(std::move(name));
    }
    return found;
}

Expected<Json> read_json(Disk& disk, const std::string& directory) {
    auto text = read_file(disk, RunPaths{directory}.report_json(), kReportBytesMax);
    if (!text) return fail(text.error());
    auto json = parse_json(*text, {.bytes_max = kReportBytesMax});
    if (json) return json;
    return fail(ErrorCode::Corrupt,
                RunPaths{directory}.report_json() + ": " + json.error().message);
}

RunHead head_of(Disk& disk, const std::string& path, std::string name, std::string stamp) {
    RunHead head;
    head.path = path;
    head.name = std::move(name);
    head.stamp = std::move(stamp);
    const auto report = read_report(disk, path);
    if (!report) {
        head.damaged = report.error().message;
        return head;
    }
    head.name = report->name;
    head.created = report->created;
    head.data_first = report->data_first;
    head.data_last = report->data_last;
    head.currency = report->currency;
    head.equity_end = report->equity_end;
    head.trades = report->trades_total;
    const auto value = [&](std::string_view key) -> std::optional<double> {
        const Statistic* statistic = report->find(key);
        return statistic != nullptr ? statistic->value : std::nullopt;
    };
    head.total_return = value("return");
    head.sharpe = value("sharpe");
    head.max_drawdown = value("max_drawdown");
    return head;
}

/// "2026...Z-2" before "2026...Z-10".
bool stamp_before(const std::string& a, const std::string& b) {
    const auto parts = [](const std::string& stamp) {
        const std::size_t dash = stamp.find('-');
        return std::make_pair(stamp.substr(0, dash),
                              dash == std::string::npos ? std::string() : stamp.substr(dash));
    };
    const auto [a_time, a_rest] = parts(a);
    const auto [b_time, b_rest] = parts(b);
    if (a_time != b_time) return a_time < b_time;
    return a_rest.size() != b_rest.size() ? a_rest.size() < b_rest.size() : a_rest < b_rest;
}

Expected<std::vector<std::string>> stamps_in(Disk& disk, const std::string& path) {
    auto stamps = directories_in(disk, path);
    if (stamps) std::sort(stamps->begin(), stamps->end(), stamp_before);
    return stamps;
}

}  // namespace

Expected<std::string> runs_directory(const Environment& env) {
    auto home = data_directory(env);
    if (!home) return home;
    return *home + "/runs";
}

std::string run_stamp(Timestamp time) {
    const std::string text = time.to_string();  // 2026-01-02T03:04:05.000000000Z
    return text.substr(0, 4) + text.substr(5, 2) + text.substr(8, 2) + "T" + text.substr(11, 2) +
           text.substr(14, 2) + text.substr(17, 2) + "Z";
}

Expected<std::vector<RunHead>> list_runs(Disk& disk,
                                         const std::string& root,
                                         std::string_view name) {
    auto names = directories_in(disk, root);
    if (!names) return fail(names.error());
    std::vector<RunHead> heads;
    for (const std::string& one : *names) {
        if (!name.empty() && one != name) continue;
        auto stamps = stamps_in(disk, root + "/" + one);
        if (!stamps) return fail(stamps.error());
        for (const std::string& stamp : *stamps)
            heads.push_back(head_of(disk, root + "/" + one + "/" + stamp, one, stamp));
    }
    return heads;
}

Expected<std::string> find_run(Disk& disk, const std::string& root, const std::string& wanted) {
    const auto is_run = [&](const std::string& path) {
        return disk.exists(RunPaths{path}.report_json()).value_or(false);
    };
    if (wanted.starts_with('/')) {
        if (is_run(wanted)) return wanted;
        return fail(ErrorCode::NotFound, wanted + ": no run: there is no report.json in it");
    }
    const bool plain = wanted.find("..") == std::string::npos && !wanted.empty();
    if (plain && is_run(root + "/" + wanted)) return root + "/" + wanted;
    if (plain && wanted.find('/') == std::string::npos) {
        auto stamps = stamps_in(disk, root + "/" + wanted);
        if (!stamps) return fail(stamps.error());
        while (!stamps->empty()) {
            const std::string path = root + "/" + wanted + "/" + stamps->back();
            if (is_run(path)) return path;
            stamps->pop_back();
        }
    }
    std::error_code error;
    std::string here = std::filesystem::absolute(wanted, error).lexically_normal().string();
    if (here.size() > 1 && here.ends_with('/')) here.pop_back();
    if (!error && !wanted.empty() && is_run(here)) return here;
    return fail(ErrorCode::NotFound, "no run '" + wanted + "' in " + root + " or here");
}

Expected<Report> read_report(Disk& disk, const std::string& directory) {
    auto json = read_json(disk, directory);
    if (!json) return fail(json.error());
    auto report = report_from_json(*json);
    if (report) return report;
    return fail(report.error().code,
                RunPaths{directory}.report_json() + ": " + report.error().message);
}

}  // namespace tradectl::backtest

// backtest list, show, compare, at: what kept runs have to say.
#include "cli/cmd_backtest.hpp"
#include "cli/listing.hpp"
#include "host/backtest/compare.hpp"
#include "host/backtest/report.hpp"
#include "host/backtest/run_store.hpp"
#include "host/backtest/state_at.hpp"

#include <utility>

namespace tradectl::cli {
namespace {

struct RunWord {
    std::string name;
    std::string left;
    std::string right;
    std::string time;
    std::optional<std::int64_t> fills;
};

/// The directory that a word means.
Expected<std::string> place_of(Disk& disk, const std::string& wanted) {
    auto root = backtest::runs_directory();
    // A path needs no place by default.
    if (!root) root = std::string("/");
    return backtest::find_run(disk, *root, wanted);
}

std::string percent(const backtest::RunHead& head,
                    const std::string& key,
                    std::optional<double> value) {
    if (!head.damaged.empty() || !value) return "-";
    return backtest::format_value({.key = key,
                                   .label = {},
                                   .unit = backtest::Unit::Fraction,
                                   .value = value,
                                   .undefined = {},
                                   .formula = {}});
}

std::string number(const backtest::RunHead& head, std::optional<double> value) {
    if (!head.damaged.empty() || !value) return "-";
    return backtest::format_value({.key = {},
                                   .label = {},
                                   .unit = backtest::Unit::Number,
                                   .value = value,
                                   .undefined = {},
                                   .formula = {}});
}

Json head_json(const backtest::RunHead& head) {
    const auto or_null = [](std::optional<double> value) { return value ? Json(*value) : Json(); };
    Json out = Json::object();
    out.set("name", head.name);
    out.set("stamp", head.stamp);
    out.set("path", head.path);
    if (!head.damaged.empty()) {
        out.set("damaged", head.damaged);
        return out;
    }
    out.set("created", value_of(head.created));
    out.set("data_first", value_of(head.data_first));
    out.set("data_last", value_of(head.data_last));
    out.set("currency", head.currency);
    out.set("equity_end", Json::text_of(head.equity_end));
    out.set("trades", head.trades);
    out.set("return", or_null(head.total_return));
    out.set("sharpe", or_null(head.sharpe));
    out.set("max_drawdown", or_null(head.max_drawdown));
    return out;
}

Expected<Answer> list(const RunWord& words, Context& context) {
    const auto root = backtest::runs_directory();
    if (!root) return fail(root.error());
    const auto disk = make_posix_disk();
    const auto runs = backtest::list_runs(*disk, *root, words.name);
    if (!runs) return fail(runs.error());
    Table table({{"run"},
                 {"data from"},
                 {"until"},
                 {"return", Align::Right},
                 {"sharpe", Align::Right},
                 {"drawdown", Align::Right},
                 {"trades", Align::Right}});
    Answer answer;
    Json& rows = answer.data.set("runs", Json::array());
    const auto date = [](Timestamp time) {
        return time.is_none() ? std::string("-") : time.to_string().substr(0, 10);
    };
    for (const backtest::RunHead& head : *runs) {
        if (!head.damaged.empty()) context.warn(head.path + ": damaged: " + head.damaged);
        table.add({head.name + "/" + head.stamp,
                   head.damaged.empty() ? date(head.data_first) : "damaged",
                   date(head.damaged.empty() ? head.data_last : Timestamp::none()),
                   percent(head, "return", head.total_return),
                   number(head, head.sharpe),
                   percent(head, "max_drawdown", head.max_drawdown),
                   head.damaged.empty() ? std::to_string(head.trades) : "-"});
        rows.push(head_json(head));
    }
    const std::string of = words.name.empty() ? "" : " of '" + words.name + "'";
    answer.text = table.empty() ? "no run" + of + " is kept in " + *root + "\n" : table.to_string();
    return answer;
}

Expected<Answer> show(const RunWord& words) {
    const auto disk = make_posix_disk();
    const auto place = place_of(*disk, words.left);
    if (!place) return fail(place.error());
    const auto report = backtest::read_report(*disk, *place);
    if (!report) return fail(report.error());
    Answer answer;
    answer.text = backtest::report_text(*report) + "\nkept in " + *place + "\n";
    answer.data.set("path", *place);
    answer.data.set("report", backtest::report_json(*report));
    return answer;
}

Expected<Answer> compare(const RunWord& words) {
    const auto disk = make_posix_disk();
    std::vector<backtest::Report> reports;
    for (const std::string* word : {&words.left, &words.right}) {
        const auto place = place_of(*disk, *word);
        if (!place) return fail(place.error());
        auto report = backtest::read_report(*disk, *place);
        if (!report) return fail(report.error());
        reports.push_back(std::move(*report));
    }
    const auto comparison = backtest::compare(reports[0], reports[1], words.left, words.right);
    Answer answer;
    answer.text = backtest::comparison_text(comparison);
    answer.data = backtest::comparison_json(comparison);
    return answer;
}

Expected<Answer> at(const RunWord& words) {
    const auto time = Timestamp::parse(words.time);
    if (!time) {
        return fail(ErrorCode::Usage,
                    "TIME '" + words.time + "': want RFC 3339 as 2026-01-02T03:04:05Z, or a date");
    }
    if (words.fills && *words.fills < 0)
        return fail(ErrorCode::Usage,
                    "--fills " + std::to_string(*words.fills) + ": want 0 or more");
    const auto disk = make_posix_disk();
    const auto place = place_of(*disk, words.left);
    if (!place) return fail(place.error());
    backtest::StateAtOptions options;
    if (words.fills) options.fills_max = static_cast<std::size_t>(*words.fills);
    const auto state = backtest::state_at(*disk, *place, *time, options);
    if (!state) return fail(state.error());
    Answer answer;
    answer.text = backtest::state_text(*state);
    answer.data = backtest::state_json(*state);
    return answer;
}

}  // namespace

void register_kept_runs(Command& backtest) {
    auto words = std::make_shared<RunWord>();
    backtest.add("list", "kept runs, oldest first")
        .positional("NAME", "only of this config", words->name, Command::Presence::Optional)
        .example("tradectl backtest list backtest-synth")
        .runs([words](Context& context) { return list(*words, context); });
    backtest.add("show", "the report of a kept run")
        .positional("RUN", "a path, NAME/STAMP, or NAME: its last one", words->left)
        .example("tradectl backtest show backtest-synth")
        .runs([words](Context&) { return show(*words); });
    backtest.add("compare", "what differs between two kept runs")
        .positional("RUN", "a path, NAME/STAMP, or NAME: its last one", words->left)
        .positional("OTHER", "the run to compare it with", words->right)
        .example("tradectl backtest compare backtest-synth/20260102T030405Z backtest-synth")
        .runs([words](Context&) { return compare(*words); });
    backtest.add("at", "positions, balances, orders and equity at any time of a kept run")
        .positional("RUN", "a path, NAME/STAMP, or NAME: its last one", words->left)
        .positional("TIME", "RFC 3339, everything of that moment included", words->time)
        .option("--fills", "N", "the last N fills before it (default: 10)", words->fills)
        .example("tradectl backtest at backtest-synth 2026-01-01T03:00:00Z")
        .runs([words](Context&) { return at(*words); });
}

}  // namespace tradectl::cli

// redeem: what markets that are over pay, and having it paid.
#include "cli/commands.hpp"
#include "cli/envelope.hpp"
#include "cli/table.hpp"
#include "host/engine/operator_halt.hpp"
#include "host/engine/redeem.hpp"

#include <algorithm>

namespace tradectl::cli {
namespace {

using recovery::Outcome;

struct RedeemWords {
    std::vector<std::string> plugins;
    std::string instrument;
    std::string reason;
    std::string confirm;
    bool apply = false;
};

std::string found_text(const engine::RedeemReport& report) {
    Table table({{"exchange"},
                 {"account"},
                 {"instrument"},
                 {"shares", Align::Right},
                 {"a share", Align::Right},
                 {"pays", Align::Right}});
    for (const auto& item : report.found) {
        table.add({item.venue,
                   item.account_name,
                   item.instrument_name,
                   item.held.to_string(),
                   item.price.to_string(),
                   item.pays.to_string()});
    }
    return table.empty() ? "nothing to redeem\n" : table.to_string();
}

Json found_json(const engine::RedeemReport& report) {
    Json list = Json::array();
    for (const auto& item : report.found) {
        Json& row = list.push(Json::object());
        row.set("exchange", item.venue);
        row.set("account", item.account_name);
        row.set("instrument", item.instrument_name);
        row.set("shares", item.held.to_string());
        row.set("price", item.price.to_string());
        row.set("pays", item.pays.to_string());
    }
    return list;
}

std::string done_text(const engine::Redeemed& done) {
    std::string text = done.instrument_name + ": " +
                       std::string(recovery::to_string(done.end.outcome)) + ": " + done.end.why;
    for (const auto& [asset, amount] : done.moved)
        text +=
            ", " + std::string(amount.is_negative() ? "" : "+") + amount.to_string() + " " + asset;
    if (!done.end.transaction.empty()) text += ", transaction " + done.end.transaction;
    return text + " (operation " + std::to_string(done.end.op.value) + ")\n";
}

Json done_json(const engine::Redeemed& done) {
    Json row = Json::object();
    row.set("exchange", done.venue);
    row.set("instrument", done.instrument_name);
    row.set("op_id", done.end.op.value);
    row.set("outcome", recovery::to_string(done.end.outcome));
    row.set("why", done.end.why);
    row.set("transaction", done.end.transaction);
    Json& moved = row.set("moved", Json::object());
    for (const auto& [asset, amount] : done.moved)
        moved.set(asset, amount.to_string());
    return row;
}

bool is_bad(const engine::Redeemed& done) {
    return done.end.outcome == Outcome::Failed || done.end.outcome == Outcome::RolledBack;
}

bool is_open(const engine::Redeemed& done) {
    return done.end.outcome == Outcome::Unresolved;
}

/// What was refused outranks what nobody can tell.
ExitCode exit_code_of(const engine::RedeemReport& report) {
    const auto& all = report.redeemed;
    if (std::any_of(all.begin(), all.end(), is_bad)) return ExitCode::BadAnswer;
    if (std::any_of(all.begin(), all.end(), is_open)) return ExitCode::CannotTell;
    if (report.gaps.empty()) return ExitCode::Ok;
    return report.venues_answered == 0 ? ExitCode::Unavailable : ExitCode::CannotTell;
}

void add_errors(Answer& answer, const engine::RedeemReport& report) {
    for (const auto& gap : report.gaps) {
        const std::string where =
            gap.venue + (gap.instrument.empty() ? "" : " " + gap.instrument) + ": ";
        answer.errors.push_back(error_object({ErrorCode::Unavailable, where + gap.why}));
    }
    for (const auto& done : report.redeemed) {
        if (!is_bad(done) && !is_open(done)) continue;
        const auto code = is_open(done) ? ErrorCode::Unresolved : ErrorCode::Rejected;
        answer.errors.push_back(error_object({code, done.instrument_name + ": " + done.end.why}));
    }
}

Answer answer_of(const engine::RedeemReport& report, const RedeemWords& words) {
    Answer answer;
    answer.exit_code = exit_code_of(report);
    answer.text = found_text(report);
    answer.data.set("redeemable", found_json(report));
    Json& list = answer.data.set("redeemed", Json::array());
    for (const auto& done : report.redeemed) {
        answer.text += done_text(done);
        list.push(done_json(done));
    }
    if (!words.apply) answer.text += "a dry run: nothing was sent\n";
    answer.data.set("applied", words.apply);
    add_errors(answer, report);
    return answer;
}

/// Twice: by the config's mode, and by its name.
Status check_apply(const RedeemWords& words, const config::Config& config) {
    if (words.confirm != config.name)
        return fail(ErrorCode::Usage,
                    "redeem --apply acts at the venue: confirm with --confirm=" + config.name);
    if (config.mode != config::Mode::Live)
        return fail(ErrorCode::Config,
                    "redeem --apply acts at the venue, and the config's mode is not live");
    return {};
}

Expected<Answer> run(const RedeemWords& words, Context& context) {
    if (!words.apply && !words.confirm.empty())
        return fail(ErrorCode::Usage, "--confirm belongs to --apply");
    const auto document = context.load_config();
    if (!document) return fail(document.error());
    const auto& config = document->config;
    if (words.apply) {
        if (auto checked = check_apply(words, config); !checked) return fail(checked.error());
    }
    const auto directory = engine::state_directory_of(config);
    if (!directory) return fail(directory.error());
    engine::RedeemOptions options;
    options.desk.plugin_files = words.plugins;
    options.desk.lock_wait_ns = context.globals().lock_wait_ns.value_or(0);
    options.instrument = words.instrument;
    options.reason = words.reason;
    if (const auto timeout = context.globals().timeout_ns) options.wait_ns = *timeout;
    const engine::StatePaths paths{*directory};
    const auto report = words.apply
                            ? engine::redeem(config, paths, options, engine::operator_name())
                            : engine::list_redeemable(config, paths, options);
    if (!report) return fail(report.error());
    return answer_of(*report, words);
}

}  // namespace

void register_redeem(Command& root) {
    auto words = std::make_shared<RedeemWords>();
    root.add("redeem", "what markets that are over pay, and having it paid")
        .needs_config()
        .description(
            "A dry run unless --apply is given: lists what is held of markets that are resolved,\n"
            "and what it pays. With it one transaction a market is sent, on record before it\n"
            "leaves, and its end is waited for. Not beside a live run.")
        .flag("--apply", "send the transactions", words->apply)
        .option("--confirm", "NAME", "the config's name, with --apply", words->confirm)
        .option("--instrument", "NAME", "this one alone", words->instrument)
        .option("--reason", "TEXT", "why; it stands in the log", words->reason)
        .option("--plugin", "FILE", "use this plugin file first", words->plugins)
        .example("tradectl redeem configs/polymarket-live.yaml --apply --confirm=polymarket-live")
        .runs([words](Context& context) { return run(*words, context); });
}

}  // namespace tradectl::cli

// status: how the running instance stands.
#include "cli/command.hpp"
#include "cli/commands.hpp"
#include "cli/control_words.hpp"
#include "cli/table.hpp"

namespace tradectl::cli {
namespace {

constexpr std::int64_t kAskNs = 5 * kNsPerSecond;

const Json& member(const Json& object, std::string_view key) {
    static const Json null;
    const Json* found = object.find(key);
    return found == nullptr ? null : *found;
}

/// Texts as they are, "-" for null.
std::string shown(const Json& value) {
    if (value.is_null()) return "-";
    const std::string* text = value.as_text();
    return text == nullptr ? value.dump() : *text;
}

const Json::Array& items(const Json& object, std::string_view key) {
    static const Json::Array none;
    const Json::Array* list = member(object, key).as_array();
    return list == nullptr ? none : *list;
}

std::string line(std::string_view name, const std::string& value) {
    std::string text(name);
    text.resize(std::max<std::size_t>(text.size() + 2, 12), ' ');
    return text + value + "\n";
}

/// "1d 02:03:04", to the second.
std::string span_text(std::int64_t ms) {
    const std::int64_t seconds = ms / 1000;
    const auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    const std::string days =
        seconds >= 86400 ? std::to_string(seconds / 86400) + "d " : std::string();
    return days + two(seconds / 3600 % 24) + ":" + two(seconds / 60 % 60) + ":" + two(seconds % 60);
}

std::string feed_text(const Json& feed) {
    const auto age_ms = member(feed, "age_ms").as_integer();
    if (!age_ms) return "nothing came yet";
    return std::to_string(*age_ms) + " ms ago, market time " + shown(member(feed, "market_time"));
}

/// How news arrive: what an exchange does not tell has no line.
std::string flows_text(const Json& status) {
    Table table({{"news"}, {"state"}, {"streams", Align::Right}, {"age", Align::Right}, {"since"}});
    for (const Json& exchange : items(status, "exchanges")) {
        for (const Json& flow : items(exchange, "flows")) {
            const Json& age = member(flow, "age_ms");
            table.add({shown(member(exchange, "name")) + " " + shown(member(flow, "flow")),
                       shown(member(flow, "state")),
                       shown(member(flow, "streams_up")) + "/" + shown(member(flow, "streams")),
                       age.is_null() ? "-" : age.dump() + " ms",
                       shown(member(flow, "since"))});
        }
    }
    return table.empty() ? std::string() : "\n" + table.to_string();
}

std::string tables_text(const Json& status) {
    Table exchanges({{"exchange"}, {"state"}, {"fault"}});
    for (const Json& each : items(status, "exchanges")) {
        exchanges.add({shown(member(each, "name")),
                       shown(member(each, "state")),
                       shown(member(each, "fault"))});
    }
    Table strategies({{"strategy"},
                      {"exchange"},
                      {"state"},
                      {"positions", Align::Right},
                      {"orders", Align::Right},
                      {"fault"}});
    for (const Json& each : items(status, "strategies")) {
        strategies.add({shown(member(each, "name")),
                        shown(member(each, "exchange")),
                        shown(member(each, "state")),
                        shown(member(each, "positions")),
                        shown(member(each, "open_orders")),
                        shown(member(each, "fault"))});
    }
    std::string text = "\n" + exchanges.to_string() + flows_text(status);
    if (!strategies.empty()) text += "\n" + strategies.to_string();
    return text;
}

std::string stops_text(const Json& status) {
    std::string text;
    for (const Json& halt : items(status, "halts")) {
        text += shown(member(halt, "state")) + ": " + shown(member(halt, "scope")) + " since " +
                shown(member(halt, "since")) + " by " + shown(member(halt, "actor")) + ": " +
                shown(member(halt, "reason")) + "\n";
    }
    for (const Json& breaker : items(status, "breakers")) {
        text += "breaker open (" + shown(member(breaker, "state")) +
                "): " + shown(member(breaker, "scope")) + " since " +
                shown(member(breaker, "since")) + "\n";
    }
    for (const Json& order : items(status, "unresolved_orders")) {
        text += "unresolved: " + shown(member(order, "client_order_id")) + " of " +
                shown(member(order, "strategy")) + " in " + shown(member(order, "instrument")) +
                "\n";
    }
    return text;
}

std::string status_text(const Json& status) {
    const Json& wal = member(status, "wal");
    const Json& ledger = member(status, "ledger");
    std::string text = line("name", shown(member(status, "name")));
    text += line("mode", shown(member(status, "mode")));
    text += line("state", shown(member(status, "state")));
    text += line("up",
                 span_text(member(status, "up_ms").as_integer().value_or(0)) + " since " +
                     shown(member(status, "started_at")) + ", pid " + shown(member(status, "pid")));
    text += line("feed", feed_text(member(status, "feed")));
    text += line("positions", shown(member(status, "positions")));
    text += line("orders",
                 shown(member(status, "open_orders")) + " open, " +
                     shown(member(status, "unresolved")) + " unresolved");
    text += line("log",
                 "durable up to " + shown(member(wal, "durable_sequence")) + " of " +
                     shown(member(wal, "last_sequence")) + ", ledger " +
                     shown(member(ledger, "lag")) + " behind");
    const Json& error = member(status, "last_error");
    text += line("last error", error.is_null() ? "none" : shown(member(error, "message")));
    return text + stops_text(status) + tables_text(status);
}

ExitCode exit_code_of_status(const Json& status) {
    for (const char* key : {"exchanges", "strategies"}) {
        for (const Json& each : items(status, key)) {
            if (!member(each, "fault").is_null()) return ExitCode::BadAnswer;
        }
    }
    const bool unresolved = member(status, "unresolved").as_integer().value_or(0) != 0;
    return unresolved ? ExitCode::CannotTell : ExitCode::Ok;
}

Expected<Answer> run(Context& context) {
    const auto target = target_of(context);
    if (!target) return fail(target.error());
    auto said = ask_instance(
        *target, "status", Json::object(), context.globals().timeout_ns.value_or(kAskNs));
    if (!said) return fail(said.error());
    Answer answer;
    answer.exit_code = exit_code_of_status(*said);
    answer.text = status_text(*said);
    answer.data = std::move(*said);
    return answer;
}

}  // namespace

void register_status(Command& root) {
    root.add("status", "how the running instance stands")
        .needs_config()
        .description(
            "Asks it over its control socket: states, positions, open and unresolved orders,\n"
            "halts, breakers, age of the market data, and how far log and ledger are.")
        .example("tradectl status configs/demo.yaml --json")
        .runs([](Context& context) { return run(context); });
}

}  // namespace tradectl::cli

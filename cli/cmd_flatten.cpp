// cancel-all and flatten: orders go, positions are closed, by the instance that runs.
#include "cli/command.hpp"
#include "cli/commands.hpp"
#include "cli/control_words.hpp"
#include "cli/table.hpp"

namespace tradectl::cli {
namespace {

constexpr std::int64_t kWaitNs = 30 * kNsPerSecond;
/// The instance answers when the time is up; this long its answer may take.
constexpr std::int64_t kAnswerNs = 5 * kNsPerSecond;

struct DeedWords {
    std::string scope = "all";
    std::string reason;
    std::string confirm;
};

std::string text_of(const Json& object, std::string_view key) {
    return std::string(object.find_text(key).value_or("-"));
}

std::int64_t number_of(const Json& object, std::string_view key) {
    const Json* number = object.find(key);
    return number == nullptr ? 0 : number->as_integer().value_or(0);
}

std::size_t rows_of(const Json& data, std::string_view key) {
    const Json* rows = data.find(key);
    return rows == nullptr || rows->as_array() == nullptr ? 0 : rows->as_array()->size();
}

std::string orders_text(const Json& data) {
    Table table({{"strategy"}, {"instrument"}, {"client order id"}, {"status"}});
    if (rows_of(data, "orders") == 0) return "no order was open\n";
    for (const Json& order : *data.find("orders")->as_array()) {
        table.add({text_of(order, "strategy"),
                   text_of(order, "instrument"),
                   text_of(order, "client_order_id"),
                   text_of(order, "status")});
    }
    return table.to_string();
}

std::string positions_text(const Json& data) {
    if (data.find("positions_left") == nullptr) return "";
    const auto before = number_of(data, "positions_before");
    if (before == 0) return "no position was open\n";
    std::string text =
        "positions closed: " +
        std::to_string(before - static_cast<std::int64_t>(rows_of(data, "positions_left"))) +
        " of " + std::to_string(before) + "\n";
    for (const Json& left : *data.find("positions_left")->as_array()) {
        text += "left: " + text_of(left, "quantity") + " " + text_of(left, "instrument") + " of " +
                text_of(left, "strategy");
        if (const auto reason = left.find_text("reason")) text += ": " + std::string(*reason);
        text += "\n";
    }
    return text;
}

Expected<Answer> run(std::string_view command, const DeedWords& words, Context& context) {
    const auto target = target_of(context);
    if (!target) return fail(target.error());
    const std::string& name = target->document.config.name;
    if (words.confirm != name) {
        return fail(ErrorCode::Usage,
                    std::string(command) + " acts at the venue: confirm with --confirm=" + name);
    }
    const std::int64_t wait_ns = context.globals().timeout_ns.value_or(kWaitNs);
    Json body = Json::object();
    body.set("scope", words.scope);
    body.set("reason", words.reason);
    body.set("confirm", words.confirm);
    body.set("timeout_ms", wait_ns / kNsPerMillisecond);
    auto said = ask_instance(*target, command, body, wait_ns + kAnswerNs);
    if (!said) return fail(said.error());
    Answer answer;
    const Json* done = said->find("done");
    const bool all_done = done != nullptr && done->as_boolean() == true;
    answer.exit_code = all_done ? ExitCode::Ok : ExitCode::CannotTell;
    answer.text = orders_text(*said) + positions_text(*said);
    if (!all_done) {
        answer.text += "orders left: " + std::to_string(number_of(*said, "orders_left")) + "\n";
    }
    if (command == "flatten") {
        answer.text += "halted: " + words.scope + " (until `tradectl resume CONFIG --scope " +
                       words.scope + "`)\n";
    }
    answer.data = std::move(*said);
    return answer;
}

void add_words(Command& command, const std::shared_ptr<DeedWords>& words) {
    command.needs_config()
        .option("--scope", "SCOPE", "all, strategy:NAME, exchange:NAME", words->scope)
        .option("--reason", "TEXT", "why; it stands in the log", words->reason)
        .option("--confirm",
                "NAME",
                "the config's name, so that nobody does it by accident",
                words->confirm);
}

}  // namespace

void register_cancel_all(Command& root) {
    auto words = std::make_shared<DeedWords>();
    Command& command = root.add("cancel-all", "cancel the open orders of a running instance");
    add_words(command, words);
    command
        .description(
            "Waits until they are closed, at most for --timeout (30s). Strategies go on: halt\n"
            "first when they shall not place new ones.")
        .example("tradectl cancel-all configs/demo.yaml --confirm=demo --reason 'odd fills'")
        .runs([words](Context& context) { return run("cancel-all", *words, context); });
}

void register_flatten(Command& root) {
    auto words = std::make_shared<DeedWords>();
    Command& command = root.add("flatten", "halt, cancel orders and close positions");
    add_words(command, words);
    command
        .description(
            "Halts the scope, cancels its open orders and closes its positions at market, all by\n"
            "the running instance. Waits at most for --timeout (30s). The halt stays.")
        .example("tradectl flatten configs/demo.yaml --confirm=demo --scope strategy:momentum")
        .runs([words](Context& context) { return run("flatten", *words, context); });
}

}  // namespace tradectl::cli

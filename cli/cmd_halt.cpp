// halt and resume: the durable stop of new risk, with or without a live run.
#include "cli/command.hpp"
#include "cli/commands.hpp"
#include "cli/envelope.hpp"
#include "host/base/clock.hpp"
#include "host/engine/operator_halt.hpp"

namespace tradectl::cli {
namespace {

struct HaltWords {
    std::string scope = "all";
    std::string reason;
};

enum class Deed { Halt, Resume };

Json halt_json(const engine::Halt& halt) {
    Json out = Json::object();
    out.set("scope", halt.scope);
    out.set("since", Json::text_of(halt.since));
    out.set("actor", halt.actor);
    out.set("reason", halt.reason);
    return out;
}

std::string text_of(Deed deed, const std::string& scope, const engine::HaltAnswer& done) {
    std::string text;
    if (deed == Deed::Halt) {
        text = (done.changed ? "halted: " : "halted already: ") + scope;
    } else {
        text = (done.changed ? "resumed: " : "was not halted: ") + scope;
    }
    text += done.run_lives ? " (a run is alive and obeys at once)\n" : "\n";
    for (const engine::Halt& halt : done.halts) {
        if (deed == Deed::Halt && halt.scope == scope) continue;
        text += "still halted: " + halt.scope + " since " + halt.since.to_string() + " by " +
                halt.actor + (halt.reason.empty() ? "" : ": " + halt.reason) + "\n";
    }
    return text;
}

Expected<Answer> run(Deed deed, const HaltWords& words, Context& context) {
    const auto document = context.load_config();
    if (!document) return fail(document.error());
    auto directory = engine::state_directory_of(document->config);
    if (!directory) return fail(directory.error());
    const auto disk = make_posix_disk();
    const engine::Halt halt{.scope = words.scope,
                            .since = SystemClock().now(),
                            .actor = engine::operator_name(),
                            .reason = words.reason};
    const auto act = deed == Deed::Halt ? engine::halt_by_operator : engine::resume_by_operator;
    const auto done = act(*disk, document->config, {*directory}, halt);
    if (!done) return fail(done.error());
    Answer answer;
    answer.text = text_of(deed, words.scope, *done);
    answer.data.set("scope", words.scope);
    answer.data.set("changed", done->changed);
    answer.data.set("run_lives", done->run_lives);
    Json& halts = answer.data.set("halts", Json::array());
    for (const engine::Halt& left : done->halts)
        halts.push(halt_json(left));
    if (done->note) {
        answer.exit_code = exit_code_of(done->note->code);
        answer.errors.push_back(error_object(
            {done->note->code,
             "the latch is changed, but the log has no note of it: " + done->note->message}));
    }
    return answer;
}

}  // namespace

void register_halt(Command& root) {
    auto words = std::make_shared<HaltWords>();
    root.add("halt", "stop new risk, durably")
        .needs_config()
        .description(
            "Orders that reduce a position and cancels still go out. A live run obeys before its\n"
            "next order; without one, the next run starts halted.")
        .option(
            "--scope", "SCOPE", "all, strategy:NAME, instrument:NAME, exchange:NAME", words->scope)
        .option("--reason", "TEXT", "why; it stands in the log", words->reason)
        .example("tradectl halt configs/demo.yaml --scope strategy:momentum --reason 'odd fills'")
        .runs([words](Context& context) { return run(Deed::Halt, *words, context); });
}

void register_resume(Command& root) {
    auto words = std::make_shared<HaltWords>();
    root.add("resume", "take a halt back")
        .needs_config()
        .description("Takes exactly that scope back; other halts stay in force and are named.")
        .option(
            "--scope", "SCOPE", "all, strategy:NAME, instrument:NAME, exchange:NAME", words->scope)
        .option("--reason", "TEXT", "why; it stands in the log", words->reason)
        .example("tradectl resume configs/demo.yaml --scope strategy:momentum")
        .runs([words](Context& context) { return run(Deed::Resume, *words, context); });
}

}  // namespace tradectl::cli

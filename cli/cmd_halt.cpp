// halt and resume: the durable stop of new risk, with or without a live run.
#include "cli/command.hpp"
#include "cli/commands.hpp"
#include "cli/envelope.hpp"
#include "host/base/clock.hpp"
#include "host/engine/halts.hpp"
#include "host/engine/operator_halt.hpp"

namespace tradectl::cli {
namespace {

struct HaltWords {
    std::string scope = "all";
    std::string breaker;
    std::string reason;
    bool reduce_only = false;
};

enum class Deed { Halt, Resume, ResetBreaker };

std::string line_of(std::string_view what, const engine::Halt& halt) {
    return std::string(what) + halt.scope + " since " + halt.since.to_string() + " by " +
           halt.actor + (halt.reason.empty() ? "" : ": " + halt.reason) + "\n";
}

std::string first_line(Deed deed, const engine::Halt& said, const engine::HaltAnswer& done) {
    const std::string& scope = said.scope;
    switch (deed) {
        case Deed::Halt:
            return std::string(engine::to_string(said.kind)) +
                   (done.changed ? ": " : " already: ") + scope;
        case Deed::Resume: return (done.changed ? "resumed: " : "was not halted: ") + scope;
        case Deed::ResetBreaker: break;
    }
    return (done.changed ? "breaker closed: " : "breaker was not open: ") + scope;
}

std::string text_of(Deed deed, const engine::Halt& said, const engine::HaltAnswer& done) {
    std::string text = first_line(deed, said, done);
    if (done.acknowledged) {
        text += " (the running instance obeys)";
    } else if (done.run_lives) {
        text += " (a run is alive, and obeys before its next order; it did not answer)";
    }
    text += "\n";
    for (const engine::Halt& halt : done.halts) {
        const bool is_said = halt.scope == said.scope && halt.kind == said.kind;
        if (deed == Deed::Halt && is_said) continue;
        const bool reduces = halt.kind == engine::HaltKind::ReduceOnly;
        text += line_of(reduces ? "still reduce-only: " : "still halted: ", halt);
    }
    for (const engine::Halt& breaker : done.breakers)
        text += line_of("breaker open: ", breaker);
    return text;
}

Expected<Answer> run(Deed deed, const HaltWords& words, Context& context) {
    const auto document = context.load_config();
    if (!document) return fail(document.error());
    auto directory = engine::state_directory_of(document->config);
    if (!directory) return fail(directory.error());
    const auto disk = make_posix_disk();
    const std::string& scope = deed == Deed::ResetBreaker ? words.breaker : words.scope;
    const engine::Halt halt{
        .scope = scope,
        .since = SystemClock().now(),
        .actor = engine::operator_name(),
        .reason = words.reason,
        .kind = words.reduce_only ? engine::HaltKind::ReduceOnly : engine::HaltKind::Halted};
    const auto act = deed == Deed::Halt     ? engine::halt_by_operator
                     : deed == Deed::Resume ? engine::resume_by_operator
                                            : engine::reset_breaker_by_operator;
    const auto done = act(*disk,
                          document->config,
                          {*directory},
                          halt,
                          context.globals().timeout_ns.value_or(engine::kAskRunNs));
    if (!done) return fail(done.error());
    Answer answer;
    answer.text = text_of(deed, halt, *done);
    answer.data.set("scope", scope);
    answer.data.set("changed", done->changed);
    answer.data.set("run_lives", done->run_lives);
    answer.data.set("acknowledged", done->acknowledged);
    Json& halts = answer.data.set("halts", Json::array());
    for (const engine::Halt& left : done->halts)
        halts.push(engine::to_json(left));
    Json& breakers = answer.data.set("breakers", Json::array());
    for (const engine::Halt& open : done->breakers)
        breakers.push(engine::to_json(open));
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
        .flag("--reduce-only",
              "the milder state: strategies are told to reduce, not to stop",
              words->reduce_only)
        .example("tradectl halt configs/demo.yaml --scope strategy:momentum --reason 'odd fills'")
        .runs([words](Context& context) { return run(Deed::Halt, *words, context); });
}

void register_resume(Command& root) {
    auto words = std::make_shared<HaltWords>();
    root.add("resume", "take a halt back")
        .needs_config()
        .description(
            "Takes exactly that scope back; other halts stay in force and are named. With\n"
            "--breaker it closes the breaker of a scope instead, and no halt.")
        .option(
            "--scope", "SCOPE", "all, strategy:NAME, instrument:NAME, exchange:NAME", words->scope)
        .option("--breaker",
                "SCOPE",
                "close this breaker: all, strategy:NAME, exchange:NAME",
                words->breaker)
        .option("--reason", "TEXT", "why; it stands in the log", words->reason)
        .example("tradectl resume configs/demo.yaml --breaker strategy:momentum --reason checked")
        .example("tradectl resume configs/demo.yaml --scope strategy:momentum")
        .runs([words](Context& context) {
            const bool breaker = !words->breaker.empty();
            return run(breaker ? Deed::ResetBreaker : Deed::Resume, *words, context);
        });
}

}  // namespace tradectl::cli

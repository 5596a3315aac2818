// state: what may be done to a state directory as a whole.
#include "cli/command.hpp"
#include "cli/commands.hpp"
#include "host/engine/queries.hpp"
#include "host/engine/reset.hpp"

namespace tradectl::cli {
namespace {

Expected<Answer> run_reset(const std::string& confirm, Context& context) {
    const auto document = context.load_config();
    if (!document) return fail(document.error());
    const config::Config& config = document->config;
    if (config.mode == config::Mode::Live) {
        return fail(ErrorCode::Usage,
                    "config '" + config.name +
                        "' says mode: live: only paper and backtest state can be reset");
    }
    if (confirm != config.name) {
        return fail(ErrorCode::Usage,
                    "state reset removes every order, fill and balance of '" + config.name +
                        "': confirm with --confirm=" + config.name);
    }
    auto directory = engine::state_directory_of(config);
    if (!directory) return fail(directory.error());
    const engine::StatePaths paths{*directory};
    const auto disk = make_posix_disk();
    if (auto there = engine::check_state(*disk, paths, config.name); !there) {
        return fail(there.error());
    }
    const auto lock = engine::WriterLock::take(
        *disk, paths, config.name, context.globals().lock_wait_ns.value_or(0));
    if (!lock) return fail(lock.error());
    if (auto reset = engine::reset_state(*disk, paths); !reset) return fail(reset.error());
    Answer answer;
    answer.text = "state of '" + config.name + "' is empty: " + paths.root + "\n";
    answer.data.set("name", config.name);
    answer.data.set("state_dir", paths.root);
    const auto halts = engine::HaltLatch(*disk, paths.halt()).read();
    if (!halts) return fail(halts.error());
    answer.data.set("halts", halts->size());
    if (!halts->empty()) {
        context.warn("still halted, for a reset is no resume: " + halts->front().scope);
    }
    return answer;
}

}  // namespace

void register_state(Command& root) {
    Command& group = root.add("state", "the state directory as a whole");
    group.example("tradectl state reset configs/demo.yaml --confirm=demo");
    auto confirm = std::make_shared<std::string>();
    group.add("reset", "start a paper state anew")
        .needs_config()
        .description(
            "Removes log, ledger and plugin stores; identity and halts stay. Never of a live\n"
            "config, never beside a run. Cut short, it is finished by the next run or reset.")
        .option(
            "--confirm", "NAME", "the config's name, so that nobody resets by accident", *confirm)
        .example("tradectl state reset configs/demo.yaml --confirm=demo")
        .runs([confirm](Context& context) { return run_reset(*confirm, context); });
}

}  // namespace tradectl::cli

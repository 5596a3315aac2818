// wal-recover: what is unfinished in a state directory, and what becomes of it.
#include "cli/commands.hpp"
#include "cli/recover_answer.hpp"
#include "host/base/hash.hpp"
#include "host/base/hex.hpp"
#include "host/base/random.hpp"
#include "host/engine/hand_over.hpp"
#include "host/engine/operator_halt.hpp"
#include "host/engine/queries.hpp"
#include "host/engine/wal_recover.hpp"
#include "host/engine/witness.hpp"
#include "host/wal/dump.hpp"
#include "host/wal/identity.hpp"
#include "host/wal/salvage.hpp"

#include <charconv>
#include <filesystem>

namespace tradectl::cli {
namespace {

constexpr std::uint64_t kEvidenceBytesMax = 64u << 20;
/// Long enough for two looks at an order behind its fence, on a busy machine too.
constexpr std::int64_t kWaitNs = 10 * kNsPerSecond;
/// What a live run may take, beside what it waits.
constexpr std::int64_t kRunNs = kNsPerMinute;
constexpr std::int64_t kWaitFenceNs = 300 * kNsPerSecond;

struct RecoverWords {
    std::vector<std::string> plugins;
    std::optional<std::int64_t> op;
    std::optional<std::int64_t> from;
    std::optional<std::int64_t> to;
    std::string resolve;
    std::string evidence;
    std::string reason;
    std::string open_orders = "keep";
    std::string salvage;
    bool apply = false;
    bool offline = false;
    bool wait_fence = false;
    bool verify = false;
    bool dump = false;
    bool rebuild_ledger = false;
    bool accept_loss = false;
    std::string confirm;
};

/// The severe one: it goes on without what was lost.
Status check_loss_words(const RecoverWords& words) {
    if (words.accept_loss && !words.rebuild_ledger)
        return fail(ErrorCode::Usage, "--accept-loss belongs to --rebuild-ledger");
    if (words.accept_loss && words.reason.empty())
        return fail(ErrorCode::Usage, "--accept-loss wants --reason TEXT: it goes on record");
    if (!words.accept_loss && !words.confirm.empty())
        return fail(ErrorCode::Usage, "--confirm belongs to --accept-loss");
    return {};
}

Status check_words(const RecoverWords& words) {
    const int modes = (words.verify ? 1 : 0) + (words.dump ? 1 : 0) +
                      (words.rebuild_ledger ? 1 : 0) + (words.salvage.empty() ? 0 : 1);
    const bool recovers = words.apply || words.offline || words.wait_fence || words.op ||
                          !words.resolve.empty() || words.open_orders == "cancel";
    if (modes > 1 || (modes == 1 && recovers)) {
        return fail(ErrorCode::Usage,
                    "--verify, --dump, --salvage and --rebuild-ledger each stand alone");
    }
    if (words.op && *words.op <= 0)
        return fail(ErrorCode::Usage, "--op: want the number of an operation, above 0");
    if (words.offline && !words.resolve.empty()) {
        return fail(ErrorCode::Usage,
                    "--resolve asks the venue first, which --offline does not: leave one out");
    }
    if (!words.dump && (words.from || words.to))
        return fail(ErrorCode::Usage, "--from and --to belong to --dump");
    if (auto loss = check_loss_words(words); !loss) return loss;
    const bool decides = !words.resolve.empty();
    if (decides && (words.evidence.empty() || words.reason.empty())) {
        return fail(ErrorCode::Usage,
                    "--resolve wants --evidence FILE and --reason TEXT: both go on record");
    }
    if (!decides && !words.evidence.empty())
        return fail(ErrorCode::Usage, "--evidence belongs to --resolve");
    if (!decides && !words.accept_loss && !words.reason.empty())
        return fail(ErrorCode::Usage, "--reason belongs to --resolve and --accept-loss");
    return {};
}

/// "17=completed".
Expected<std::pair<OpId, recovery::Outcome>> parse_resolve(const std::string& text) {
    OpId op_id;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), op_id.value);
    const std::string_view rest(end, static_cast<std::size_t>(text.data() + text.size() - end));
    if (error == std::errc{} && op_id.value != 0) {
        if (rest == "=completed") return std::pair(op_id, recovery::Outcome::Completed);
        if (rest == "=failed") return std::pair(op_id, recovery::Outcome::Failed);
        if (rest == "=rolled-back") return std::pair(op_id, recovery::Outcome::RolledBack);
    }
    return fail(ErrorCode::Usage,
                "--resolve '" + text + "': want OP=completed, OP=failed or OP=rolled-back");
}

/// Name, size and digest of what the operator bases the decision on.
Expected<std::string> describe_evidence(const std::string& path) {
    const auto disk = make_posix_disk();
    const std::string absolute = std::filesystem::absolute(path).string();
    auto content = read_file(*disk, absolute, kEvidenceBytesMax);
    if (!content) {
        if (content.error().code != ErrorCode::NotFound) return fail(content.error());
        return fail(ErrorCode::Usage, "--evidence: " + content.error().message);
    }
    if (content->empty()) return fail(ErrorCode::Usage, "--evidence " + path + ": it is empty");
    return std::filesystem::path(path).filename().string() + ", " +
           std::to_string(content->size()) + " bytes, sha256 " + to_hex(sha256(bytes_of(*content)));
}

Expected<engine::WalRecoverOptions> options_of(const RecoverWords& words, Context& context) {
    engine::WalRecoverOptions options;
    options.mode = words.apply ? engine::RecoverMode::Apply : engine::RecoverMode::DryRun;
    options.open_orders =
        words.open_orders == "cancel" ? engine::OpenOrders::Cancel : engine::OpenOrders::Keep;
    const auto& globals = context.globals();
    options.desk.plugin_files = words.plugins;
    options.desk.timeout_ns = globals.timeout_ns.value_or(options.desk.timeout_ns);
    options.desk.lock_wait_ns = globals.lock_wait_ns.value_or(0);
    options.recover.offline = words.offline;
    options.recover.wait_ns =
        words.wait_fence ? globals.timeout_ns.value_or(kWaitFenceNs) : kWaitNs;
    if (words.op) options.recover.only = OpId{static_cast<std::uint64_t>(*words.op)};
    if (words.resolve.empty()) return options;
    auto resolve = parse_resolve(words.resolve);
    if (!resolve) return fail(resolve.error());
    auto evidence = describe_evidence(words.evidence);
    if (!evidence) return fail(evidence.error());
    options.recover.decisions[resolve->first] = {.outcome = resolve->second,
                                                 .approver = engine::operator_name(),
                                                 .evidence = *evidence,
                                                 .reason = words.reason};
    return options;
}

Expected<Answer> verify(const engine::StatePaths& paths) {
    const auto disk = make_posix_disk();
    const engine::Witness witness = engine::witness_of(*disk, paths);
    auto identity = wal::load_identity(*disk, paths.root);
    if (!identity) return fail(identity.error());
    auto report = wal::verify(
        *disk, paths.wal(), {.witness_sequence = witness.sequence, .log_id = identity->log_id});
    if (!report) return fail(report.error());
    return answer_of_verify(*report, witness);
}

/// Beside a run this cannot be: it writes what this reads, and holds what this replaces.
Status check_no_run(Disk& disk, const engine::StatePaths& paths, const std::string& option) {
    const auto lives = engine::is_running(disk, paths);
    if (!lives) return fail(lives.error());
    if (!*lives) return {};
    return fail(ErrorCode::Locked,
                option + " is not for a state directory that a run holds: stop the run first");
}

Expected<Answer> salvage(const RecoverWords& words, const engine::StatePaths& paths) {
    const auto disk = make_posix_disk();
    if (auto free = check_no_run(*disk, paths, "--salvage"); !free) return fail(free.error());
    const engine::Witness witness = engine::witness_of(*disk, paths);
    SystemRandom random;
    const SystemClock clock;
    wal::SalvageOptions options;
    options.log_id.value = random.next() | 1U;
    options.now = {.wall = clock.now(), .monotonic_ns = clock.monotonic_ns()};
    options.witness_sequence = witness.sequence;
    const std::string target = std::filesystem::absolute(words.salvage).string();
    auto report = wal::salvage(*disk, paths.wal(), target, options);
    if (!report) return fail(report.error());
    return answer_of_salvage(*report, target);
}

Expected<Answer> dump(const RecoverWords& words,
                      const engine::StatePaths& paths,
                      Context& context) {
    const auto disk = make_posix_disk();
    wal::DumpOptions options;
    options.from.value = static_cast<std::uint64_t>(words.from.value_or(0));
    options.to.value = static_cast<std::uint64_t>(words.to.value_or(0));
    const bool json = context.globals().json;
    options.form = json ? wal::DumpForm::JsonLine : wal::DumpForm::Text;
    Answer answer;
    Json& records = answer.data.set("records", Json::array());
    auto done = wal::dump(*disk, paths.wal(), options, [&](std::string_view line) -> Status {
        if (!json) return context.write(std::string(line) + "\n");
        auto record = parse_json(line);
        if (!record) return fail(record.error());
        records.push(std::move(*record));
        return {};
    });
    if (!done) return fail(done.error());
    return answer;
}

Expected<Answer> rebuild(const RecoverWords& words,
                         const config::Config& config,
                         const engine::StatePaths& paths,
                         Context& context) {
    const auto disk = make_posix_disk();
    const std::int64_t lock_wait_ns = context.globals().lock_wait_ns.value_or(0);
    if (lock_wait_ns == 0) {
        auto free = check_no_run(*disk, paths, "--rebuild-ledger");
        if (!free) return fail(free.error());
    }
    if (words.accept_loss && words.confirm != config.name) {
        return fail(ErrorCode::Usage,
                    "--accept-loss gives up records of the log in " + paths.root +
                        ": confirm with --confirm=" + config.name);
    }
    auto rebuilt =
        words.accept_loss
            ? engine::accept_loss(
                  *disk, config, paths, lock_wait_ns, {engine::operator_name(), words.reason})
            : engine::rebuild_ledger(*disk, config, paths, lock_wait_ns);
    if (!rebuilt) return fail(rebuilt.error());
    return answer_of_rebuild(*rebuilt);
}

/// What a run that lives decides and books; nothing when none lives.
Expected<std::optional<engine::WalRecoverAnswer>> hand_over(
    const config::Config& config,
    const engine::StatePaths& paths,
    const engine::WalRecoverOptions& options,
    const Context& context) {
    if (options.mode != engine::RecoverMode::Apply)
        return std::optional<engine::WalRecoverAnswer>();
    if (options.open_orders == engine::OpenOrders::Cancel) {
        const auto disk = make_posix_disk();
        auto free = check_no_run(*disk, paths, "--open-orders cancel");
        if (!free) {
            return fail(free.error().code, free.error().message + ", or use `tradectl cancel-all`");
        }
    }
    const std::int64_t budget_ns =
        context.globals().timeout_ns.value_or(options.recover.wait_ns + kRunNs);
    return engine::hand_over_recovery(config, paths, options.recover, budget_ns);
}

Expected<Answer> run(const RecoverWords& words, Context& context) {
    if (auto checked = check_words(words); !checked) return fail(checked.error());
    const auto document = context.load_config();
    if (!document) return fail(document.error());
    const auto& config = document->config;
    auto directory = engine::state_directory_of(config);
    if (!directory) return fail(directory.error());
    const engine::StatePaths paths{*directory};
    const auto disk = make_posix_disk();
    if (auto there = engine::check_state(*disk, paths, config.name); !there)
        return fail(there.error());
    if (words.verify) return verify(paths);
    if (words.dump) return dump(words, paths, context);
    if (!words.salvage.empty()) return salvage(words, paths);
    if (words.rebuild_ledger) return rebuild(words, config, paths, context);
    auto options = options_of(words, context);
    if (!options) return fail(options.error());
    const auto handed = hand_over(config, paths, *options, context);
    if (!handed) return fail(handed.error());
    if (*handed) return answer_of_recovery(**handed, config, *options);
    auto recovered = engine::wal_recover(config, paths, *options);
    if (recovered) return answer_of_recovery(*recovered, config, *options);
    if (recovered.error().code != ErrorCode::Corrupt) return fail(recovered.error());
    return fail(ErrorCode::Corrupt,
                recovered.error().message +
                    "; nothing was changed: see --verify, and --salvage for what can be had");
}

}  // namespace

void register_wal_recover(Command& root) {
    auto words = std::make_shared<RecoverWords>();
    root.add("wal-recover", "what is unfinished, and what becomes of it")
        .needs_config()
        .description(
            "A dry run unless --apply is given: asks the venues, decides, changes nothing. Beside\n"
            "a live run it looks at what earlier ones left.")
        .flag("--apply", "book what was decided", words->apply)
        .flag("--offline", "ask no venue", words->offline)
        .option("--op", "OP", "this operation alone", words->op)
        .flag("--wait-fence", "wait until requests can no longer arrive", words->wait_fence)
        .option("--open-orders", "WORD", "what becomes of resting orders", words->open_orders)
        .choices({"keep", "cancel"})
        .option("--resolve",
                "OP=OUTCOME",
                "your decision: completed, failed or rolled-back",
                words->resolve)
        .option("--evidence", "FILE", "what it rests on", words->evidence)
        .option("--reason", "TEXT", "why", words->reason)
        .flag("--verify", "read the whole log and say what is wrong with it", words->verify)
        .flag("--dump", "print the log's records", words->dump)
        .option("--from", "SEQ", "first record of --dump", words->from)
        .option("--to", "SEQ", "last record of --dump", words->to)
        .option("--salvage", "DIR", "copy what can be read of a damaged log", words->salvage)
        .flag("--rebuild-ledger", "make the ledger anew from the log", words->rebuild_ledger)
        .flag("--accept-loss", "with it: give up what the log lost", words->accept_loss)
        .option("--confirm", "NAME", "the config's name, for --accept-loss", words->confirm)
        .option("--plugin", "FILE", "use this plugin file first", words->plugins)
        .example("tradectl wal-recover configs/demo.yaml --apply")
        .runs([words](Context& context) { return run(*words, context); });
}

}  // namespace tradectl::cli

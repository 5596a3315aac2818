// audit: what was done and why, and that nobody changed it since. verify, checkpoint and anchor;
// the other subcommands are in cmd_audit_*.cpp.
#include "cli/audit_words.hpp"
#include "cli/commands.hpp"
#include "cli/envelope.hpp"
#include "host/audit/verify.hpp"
#include "host/base/base64.hpp"

namespace tradectl::cli {
namespace {

struct VerifyWords {
    std::string key;
    std::vector<std::string> anchors;
    bool wal = false;
};

std::string line_of(const audit::Finding& finding) {
    if (!finding.index) return finding.what;
    return "entry " + std::to_string(*finding.index) + " " + finding.what;
}

/// Findings as errors of the answer, each with the index of its entry.
void add_findings(const std::vector<audit::Finding>& findings, Answer& answer) {
    for (const audit::Finding& finding : findings) {
        Json error = error_object({ErrorCode::Corrupt, "audit: " + line_of(finding)});
        if (finding.index) error.set("index", *finding.index);
        answer.errors.push_back(std::move(error));
    }
}

/// Checks one checkpoint that was kept elsewhere.
Status check_anchor(audit::LogReader& log,
                    const audit::Verifier& verifier,
                    const std::string& path) {
    const auto note = read_user_file(path);
    if (!note) return fail(note.error());
    const auto checkpoint = audit::open_checkpoint(*note, verifier);
    if (!checkpoint) return fail(checkpoint.error().code, path + ": " + checkpoint.error().message);
    const auto grown = log.check_growth_from(*checkpoint);
    if (!grown) return fail(grown.error().code, path + ": " + grown.error().message);
    return {};
}

std::string first_line(const audit::LogReader& log) {
    return log.checkpoint().origin + ": " + std::to_string(log.checkpoint().size) +
           " entries, root " + to_base64(log.checkpoint().root) + "\n";
}

Expected<audit::Verifier> key_of(const OpenAudit& open, const std::string& key) {
    return key.empty() ? audit::read_verifier(*open.disk, open.paths.audit()) : verifier_of(key);
}

/// Anchors behind the log itself: what is wrong with the log explains what is wrong with them.
Status check_anchors(OpenAudit& open, const VerifyWords& words, Answer& answer) {
    const auto verifier = key_of(open, words.key);
    if (!verifier) return fail(verifier.error());
    for (const std::string& path : words.anchors) {
        const auto held = check_anchor(*open.reader, *verifier, path);
        if (held) continue;
        if (!is_finding(held.error())) return held;
        answer.errors.push_back(error_object(held.error()));
    }
    return {};
}

Expected<Answer> verify(const VerifyWords& words, Context& context) {
    auto open = open_audit_of(context, words.key);
    if (!open && is_finding(open.error())) return bad_answer(open.error());
    if (!open) return fail(open.error());
    const auto verdict = audit::verify(*open->reader);
    if (!verdict) return fail(verdict.error());
    Answer answer;
    add_findings(verdict->findings, answer);
    if (verdict->sound()) {
        const auto verifier = key_of(*open, words.key);
        if (!verifier) return fail(verifier.error());
        const auto findings = engine::check_key_use(*open->reader, *verifier);
        if (!findings) return fail(findings.error());
        add_findings(*findings, answer);
    }
    if (words.wal && verdict->sound()) {
        const auto findings = engine::compare_with_wal(*open->disk, open->paths, *open->reader);
        if (!findings) return fail(findings.error());
        add_findings(*findings, answer);
    }
    if (auto done = check_anchors(*open, words, answer); !done) return fail(done.error());
    const bool sound = answer.errors.empty();
    const char* state = !sound                  ? "broken"
                        : words.anchors.empty() ? "self-consistent, not anchored"
                                                : "self-consistent, anchored";
    if (!sound) answer.exit_code = ExitCode::BadAnswer;
    answer.text = first_line(*open->reader) + state + "\n";
    answer.data.set("checkpoint", checkpoint_json(*open->reader));
    answer.data.set("entries", verdict->entries);
    answer.data.set("result", state);
    answer.data.set("anchors", static_cast<std::int64_t>(words.anchors.size()));
    return answer;
}

Expected<Answer> checkpoint(const std::string& key, Context& context) {
    const auto open = open_sound_audit_of(context, key);
    if (!open) return fail(open.error());
    Answer answer;
    answer.text = open->reader->note();
    answer.data = checkpoint_json(*open->reader);
    return answer;
}

struct AnchorWords {
    std::string file;
    std::string key;
};

/// What is in the file must hold before it is replaced: an anchor is never weakened.
Expected<Answer> anchor(const AnchorWords& words, Context& context) {
    auto open = open_audit_of(context, words.key);
    if (!open && is_finding(open.error())) return bad_answer(open.error());
    if (!open) return fail(open.error());
    const auto verifier = key_of(*open, words.key);
    if (!verifier) return fail(verifier.error());
    const auto there = user_file_exists(words.file);
    if (!there) return fail(there.error());
    const Status held = *there ? check_anchor(*open->reader, *verifier, words.file) : Status{};
    if (!held && is_finding(held.error())) return bad_answer(held.error());
    if (!held) return fail(held.error());
    if (auto written = write_user_file(words.file, open->reader->note()); !written)
        return fail(written.error());
    Answer answer;
    answer.text = first_line(*open->reader) + "anchored in " + words.file + "\n";
    answer.data.set("checkpoint", checkpoint_json(*open->reader));
    answer.data.set("file", words.file);
    answer.data.set("key", verifier->to_string());
    return answer;
}

void register_verify(Command& audit) {
    auto words = std::make_shared<VerifyWords>();
    Command& command = audit.add("verify", "nothing was changed, removed or put in between");
    command.needs_config()
        .description(
            "Hashes every entry and compares with the tree and the signed checkpoint.\n"
            "Who holds the key can sign another log: only a checkpoint that is kept\n"
            "elsewhere (audit anchor) shows that.")
        .option("--anchor", "FILE", "a checkpoint that was kept elsewhere", words->anchors)
        .flag("--wal", "compare with the write-ahead log too", words->wal);
    add_key_option(command, words->key);
    command.example("tradectl audit verify configs/demo.yaml --anchor /mnt/usb/demo.checkpoint")
        .runs([words](Context& context) { return verify(*words, context); });
}

void register_checkpoint(Command& audit) {
    auto key = std::make_shared<std::string>();
    Command& command = audit.add("checkpoint", "the signed state of the log, to keep elsewhere");
    command.needs_config();
    add_key_option(command, *key);
    command.example("tradectl audit checkpoint configs/demo.yaml | mail auditor@example.com")
        .runs([key](Context& context) { return checkpoint(*key, context); });
}

void register_anchor(Command& audit) {
    auto words = std::make_shared<AnchorWords>();
    Command& command = audit.add("anchor", "records the checkpoint outside, in a file");
    command.needs_config()
        .positional("FILE", "on another machine or medium; replaced when it holds", words->file)
        .description("A checkpoint that is there already must fit this log, or the file stays.");
    add_key_option(command, words->key);
    command.example("tradectl audit anchor configs/demo.yaml /mnt/usb/demo.checkpoint")
        .runs([words](Context& context) { return anchor(*words, context); });
}

}  // namespace

void register_audit(Command& root) {
    Command& audit = root.add("audit", "why an order was (not) sent, and that nobody changed it");
    audit.description("Reads the audit log in the state directory; works beside a live run.")
        .example("tradectl audit why configs/demo.yaml momentum/17");
    register_audit_query(audit);
    register_audit_why(audit);
    register_verify(audit);
    register_audit_proofs(audit);
    register_checkpoint(audit);
    register_anchor(audit);
}

}  // namespace tradectl::cli

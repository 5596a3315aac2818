// audit prove, check-proof and consistency: proofs that stand without the log.
#include "cli/audit_words.hpp"
#include "cli/envelope.hpp"
#include "host/base/base64.hpp"

#include <charconv>

namespace tradectl::cli {
namespace {

std::optional<std::uint64_t> number_of(const std::string& text) {
    std::uint64_t value = 0;
    const auto done = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || done.ec != std::errc{} || done.ptr != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// To the file, or as the answer's text.
Expected<Answer> hand_out(const std::string& proof, const std::string& file, Answer answer) {
    answer.data.set("proof", proof);
    if (file.empty()) {
        answer.text = proof;
        return answer;
    }
    if (auto written = write_user_file(file, proof); !written) return fail(written.error());
    answer.text = file + ": written\n";
    answer.data.set("file", file);
    return answer;
}

// ---- prove ----

struct ProveWords {
    std::string index;
    std::string out;
};

Expected<Answer> prove(const ProveWords& words, Context& context) {
    const auto index = number_of(words.index);
    if (!index) {
        return fail(ErrorCode::Usage,
                    "INDEX '" + words.index + "': want the number of an entry, from 0");
    }
    auto open = open_sound_audit_of(context, "");
    if (!open) return fail(open.error());
    const auto proof = open->reader->prove_entry(*index);
    if (!proof) return fail(proof.error());
    Answer answer;
    answer.data.set("index", *index);
    answer.data.set("entry", proof->entry);
    answer.data.set("checkpoint", checkpoint_json(*open->reader));
    return hand_out(to_text(*proof), words.out, std::move(answer));
}

// ---- consistency ----

struct ConsistencyWords {
    std::string old;
    std::string out;
    std::string key;
};

/// The number of entries that the older log had. A checkpoint must fit; a mere number is taken.
Expected<std::uint64_t> old_size(OpenAudit& open, const ConsistencyWords& words) {
    if (const auto size = number_of(words.old)) {
        const std::uint64_t now = open.reader->checkpoint().size;
        if (*size <= now) return *size;
        return fail(ErrorCode::Denied,
                    "the log was rolled back, or never was so long: it has " + std::to_string(now) +
                        " entries, not " + words.old);
    }
    const auto note = read_user_file(words.old);
    if (!note) return fail(note.error());
    const auto verifier = words.key.empty() ? audit::read_verifier(*open.disk, open.paths.audit())
                                            : verifier_of(words.key);
    if (!verifier) return fail(verifier.error());
    const auto checkpoint = audit::open_checkpoint(*note, *verifier);
    if (!checkpoint)
        return fail(checkpoint.error().code, words.old + ": " + checkpoint.error().message);
    if (auto grown = open.reader->check_growth_from(*checkpoint); !grown)
        return fail(grown.error().code, words.old + ": " + grown.error().message);
    return checkpoint->size;
}

Expected<Answer> consistency(const ConsistencyWords& words, Context& context) {
    auto open = open_audit_of(context, words.key);
    if (!open && is_finding(open.error())) return bad_answer(open.error());
    if (!open) return fail(open.error());
    const auto size = old_size(*open, words);
    if (!size && is_finding(size.error())) return bad_answer(size.error());
    if (!size) return fail(size.error());
    const auto proof = open->reader->prove_growth(*size);
    if (!proof && is_finding(proof.error())) return bad_answer(proof.error());
    if (!proof) return fail(proof.error());
    Answer answer;
    answer.data.set("old_size", *size);
    answer.data.set("checkpoint", checkpoint_json(*open->reader));
    return hand_out(to_text(*proof), words.out, std::move(answer));
}

// ---- check-proof ----

struct CheckWords {
    std::string file;
    std::string key;
};

Answer good_proof(const audit::Checkpoint& checkpoint, const std::string& what) {
    Answer answer;
    answer.text = what + " of " + checkpoint.origin + ", root " + to_base64(checkpoint.root) + "\n";
    Json held = Json::object();
    held.set("origin", checkpoint.origin);
    held.set("size", checkpoint.size);
    held.set("root", to_base64(checkpoint.root));
    answer.data.set("checkpoint", std::move(held));
    return answer;
}

Expected<Answer> check_entry(const audit::InclusionProof& proof, const audit::Verifier& verifier) {
    const auto checkpoint = audit::check(proof, verifier);
    if (!checkpoint) return bad_answer(checkpoint.error());
    const std::string index = std::to_string(proof.index);
    Answer answer = good_proof(
        *checkpoint, "entry " + index + " is in the log of " + std::to_string(checkpoint->size));
    answer.text += proof.entry + "\n";
    answer.data.set("index", proof.index);
    answer.data.set("entry", proof.entry);
    return answer;
}

Expected<Answer> check_growth(const audit::ConsistencyProof& proof,
                              const audit::Verifier& verifier) {
    const auto checkpoint = audit::check(proof, verifier);
    if (!checkpoint) return bad_answer(checkpoint.error());
    Answer answer = good_proof(
        *checkpoint,
        "the log of " + std::to_string(checkpoint->size) + " entries begins with that of " +
            std::to_string(proof.old_size) + " and root " + to_base64(proof.old_root) + ",");
    answer.data.set("old_size", proof.old_size);
    answer.data.set("old_root", to_base64(proof.old_root));
    return answer;
}

Expected<Answer> check_proof(const CheckWords& words, Context&) {
    if (words.key.empty())
        return fail(ErrorCode::Usage, "--key is missing: a proof is as good as the key it is of");
    const auto verifier = verifier_of(words.key);
    if (!verifier) return fail(verifier.error());
    const auto text = read_user_file(words.file);
    if (!text) return fail(text.error());
    const auto growth = audit::parse_consistency_proof(*text);
    if (growth) return check_growth(*growth, *verifier);
    const auto entry = audit::parse_inclusion_proof(*text);
    if (entry) return check_entry(*entry, *verifier);
    // One of the two messages is about the form that it has.
    const bool is_growth = text->starts_with("tradectl-consistency");
    return bad_answer(is_growth ? growth.error() : entry.error());
}

void register_prove(Command& audit) {
    auto words = std::make_shared<ProveWords>();
    audit.add("prove", "a proof that an entry is in the log")
        .needs_config()
        .positional("INDEX", "of the entry, as query and why show it", words->index)
        .description(
            "The proof holds the entry and the signed checkpoint: it can be checked with\n"
            "nothing but the key, by audit check-proof or any tool for tlog-proof files.")
        .option("--out", "FILE", "where to, instead of standard output", words->out)
        .example("tradectl audit prove configs/demo.yaml 17 --out 17.tlog-proof")
        .runs([words](Context& context) { return prove(*words, context); });
}

void register_consistency(Command& audit) {
    auto words = std::make_shared<ConsistencyWords>();
    Command& command = audit.add("consistency", "a proof that the log only grew since");
    command.needs_config()
        .positional("OLD", "an older checkpoint's file, or the number of entries then", words->old)
        .option("--out", "FILE", "where to, instead of standard output", words->out);
    add_key_option(command, words->key);
    command.example("tradectl audit consistency configs/demo.yaml /mnt/usb/demo.checkpoint")
        .runs([words](Context& context) { return consistency(*words, context); });
}

void register_check_proof(Command& audit) {
    auto words = std::make_shared<CheckWords>();
    Command& command = audit.add("check-proof", "checks what prove or consistency wrote");
    command.positional("FILE", "the proof", words->file)
        .description("Needs the proof and the key, not the log and no configuration.");
    add_key_option(command, words->key);
    command.example("tradectl audit check-proof 17.tlog-proof --key demo.vkey")
        .runs([words](Context& context) { return check_proof(*words, context); });
}

}  // namespace

void register_audit_proofs(Command& audit) {
    register_prove(audit);
    register_check_proof(audit);
    register_consistency(audit);
}

}  // namespace tradectl::cli

#include "host/audit/checkpoint.hpp"

#include "host/base/base64.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace tradectl::audit {
namespace {

constexpr std::string_view kInclusionTitle = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kConsistencyTitle = "tradectl-consistency-proof 1";
/// A path has a hash for each level at most; a consistency proof one more.
constexpr std::size_t kProofHashesMax = 64;

std::optional<std::string_view> take_line(std::string_view& rest) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return line;
}

/// The word behind "NAME ".
std::optional<std::string_view> take_field(std::string_view& rest, std::string_view name) {
    if (!rest.starts_with(name) || rest.size() <= name.size() || rest[name.size()] != ' ')
        return std::nullopt;
    const auto line = take_line(rest);
    if (!line) return std::nullopt;
    return line->substr(name.size() + 1);
}

/// Decimal without sign and leading zeros, within what a tree can have.
std::optional<std::uint64_t> parse_size(std::string_view text) {
    if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
    std::uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end || value > kTreeSizeMax) return std::nullopt;
    return value;
}

std::optional<Hash> parse_hash(std::string_view text) {
    const auto bytes = from_base64(text);
    Hash hash{};
    if (!bytes || bytes->size() != hash.size()) return std::nullopt;
    std::copy(bytes->begin(), bytes->end(), hash.begin());
    return hash;
}

Unexpected bad(std::string_view what, std::string_view why) {
    return fail(ErrorCode::InvalidArgument, std::string(what) + ": " + std::string(why));
}

std::string lines_of(const std::vector<Hash>& hashes) {
    std::string text;
    for (const Hash& hash : hashes)
        text += to_base64(hash) + "\n";
    return text;
}

/// Hashes up to the empty line.
Expected<std::vector<Hash>> take_hashes(std::string_view& rest) {
    std::vector<Hash> hashes;
    for (;;) {
        const auto line = take_line(rest);
        if (!line) return bad("proof", "cut short");
        if (line->empty()) return hashes;
        const auto hash = parse_hash(*line);
        if (!hash) return bad("proof", "a line that is not a hash");
        if (hashes.size() == kProofHashesMax) return bad("proof", "more than 64 hashes");
        hashes.push_back(*hash);
    }
}

}  // namespace

std::string to_text(const Checkpoint& checkpoint) {
    return checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" +
           to_base64(checkpoint.root) + "\n";
}

Expected<Checkpoint> parse_checkpoint(std::string_view text) {
    const auto origin = take_line(text);
    const auto size_text = origin ? take_line(text) : std::nullopt;
    const auto root_text = size_text ? take_line(text) : std::nullopt;
    if (!root_text) return bad("checkpoint", "cut short");
    if (origin->empty()) return bad("checkpoint", "no origin");
    const auto size = parse_size(*size_text);
    if (!size) return bad("checkpoint", "the size is not a number");
    const auto root = parse_hash(*root_text);
    if (!root) return bad("checkpoint", "the root is not a hash");
    for (bool more = !text.empty(); more; more = !text.empty()) {
        const auto line = take_line(text);
        if (!line || line->empty()) return bad("checkpoint", "an empty line in it");
    }
    return Checkpoint{std::string(*origin), *size, *root};
}

Expected<Checkpoint> open_checkpoint(std::string_view note, const Verifier& verifier) {
    // Another log first: its key is unknown for that reason alone.
    const auto unchecked = parse_note(note);
    if (!unchecked) return fail(unchecked.error());
    auto checkpoint = parse_checkpoint(unchecked->text);
    if (!checkpoint) return fail(checkpoint.error());
    if (checkpoint->origin != verifier.name) {
        return fail(
            ErrorCode::Denied,
            "checkpoint of another log: '" + checkpoint->origin + "', not '" + verifier.name + "'");
    }
    const auto text = open_note(note, verifier);
    if (!text) return fail(text.error());
    return checkpoint;
}

std::string to_text(const InclusionProof& proof) {
    return std::string(kInclusionTitle) + "\nextra " + to_base64(bytes_of(proof.entry)) +
           "\nindex " + std::to_string(proof.index) + "\n" + lines_of(proof.hashes) + "\n" +
           proof.note;
}

std::string to_text(const ConsistencyProof& proof) {
    return std::string(kConsistencyTitle) + "\nold " + std::to_string(proof.old_size) + " " +
           to_base64(proof.old_root) + "\n" + lines_of(proof.hashes) + "\n" + proof.note;
}

Expected<InclusionProof> parse_inclusion_proof(std::string_view text) {
    if (take_line(text) != kInclusionTitle) return bad("proof", "not an inclusion proof");
    InclusionProof proof;
    const auto extra = take_field(text, "extra");
    const auto entry = extra ? from_base64(*extra) : std::nullopt;
    if (!entry) return bad("proof", "no entry in it (line 'extra')");
    proof.entry.assign(reinterpret_cast<const char*>(entry->data()), entry->size());
    const auto field = take_field(text, "index");
    const auto index = field ? parse_size(*field) : std::nullopt;
    if (!index) return bad("proof", "no index in it");
    proof.index = *index;
    auto hashes = take_hashes(text);
    if (!hashes) return fail(hashes.error());
    proof.hashes = std::move(*hashes);
    proof.note = text;
    return proof;
}

Expected<ConsistencyProof> parse_consistency_proof(std::string_view text) {
    if (take_line(text) != kConsistencyTitle) return bad("proof", "not a consistency proof");
    ConsistencyProof proof;
    const auto field = take_field(text, "old");
    const std::size_t blank = field ? field->find(' ') : std::string_view::npos;
    if (blank == std::string_view::npos) return bad("proof", "no old tree in it");
    const auto size = parse_size(field->substr(0, blank));
    const auto root = parse_hash(field->substr(blank + 1));
    if (!size || !root) return bad("proof", "no old tree in it");
    proof.old_size = *size;
    proof.old_root = *root;
    auto hashes = take_hashes(text);
    if (!hashes) return fail(hashes.error());
    proof.hashes = std::move(*hashes);
    proof.note = text;
    return proof;
}

Expected<Checkpoint> check(const InclusionProof& proof, const Verifier& verifier) {
    auto checkpoint = open_checkpoint(proof.note, verifier);
    if (!checkpoint) return checkpoint;
    const Hash leaf = leaf_hash(bytes_of(proof.entry));
    if (check_inclusion(leaf, proof.index, checkpoint->size, proof.hashes, checkpoint->root))
        return checkpoint;
    return fail(ErrorCode::Denied,
                "the proof does not show that this is entry " + std::to_string(proof.index) +
                    " of the log of " + std::to_string(checkpoint->size));
}

Expected<Checkpoint> check(const ConsistencyProof& proof, const Verifier& verifier) {
    auto checkpoint = open_checkpoint(proof.note, verifier);
    if (!checkpoint) return checkpoint;
    if (check_consistency(
            proof.old_size, proof.old_root, checkpoint->size, checkpoint->root, proof.hashes)) {
        return checkpoint;
    }
    return fail(ErrorCode::Denied,
                "the proof does not show that the log of " + std::to_string(checkpoint->size) +
                    " entries begins with the one of " + std::to_string(proof.old_size));
}

}  // namespace tradectl::audit

#include "tests/fuzz/audit_decoders.hpp"

#include "host/audit/checkpoint.hpp"
#include "host/audit/entry.hpp"
#include "host/audit/tile.hpp"
#include "host/base/assert.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace {

using namespace tradectl::audit;

std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

/// A key that signed nothing.
Verifier nobody() {
    return {.name = "nobody", .key = {}};
}

}  // namespace

int decode_audit_note(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = text_of(data, size);
    if (const auto note = parse_note(text)) {
        TRADECTL_ASSERT(!note->signatures.empty() && text.starts_with(note->text));
        static_cast<void>(parse_checkpoint(note->text));
    }
    if (const auto checkpoint = parse_checkpoint(text))
        TRADECTL_ASSERT(text.starts_with(to_text(*checkpoint)));
    if (const auto key = Verifier::parse(text))
        TRADECTL_ASSERT(*Verifier::parse(key->to_string()) == *key);
    TRADECTL_ASSERT(!open_checkpoint(text, nobody()));
    return 0;
}

int decode_audit_proof(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = text_of(data, size);
    if (const auto proof = parse_inclusion_proof(text)) {
        TRADECTL_ASSERT(to_text(*proof) == text);
        TRADECTL_ASSERT(!check(*proof, nobody()));
        // A root that nothing leads to.
        const Hash leaf = leaf_hash(tradectl::bytes_of(proof->entry));
        static_cast<void>(
            check_inclusion(leaf, proof->index, proof->index + size, proof->hashes, leaf));
    }
    if (const auto proof = parse_consistency_proof(text)) {
        TRADECTL_ASSERT(to_text(*proof) == text);
        TRADECTL_ASSERT(!check(*proof, nobody()));
        static_cast<void>(check_consistency(proof->old_size,
                                            proof->old_root,
                                            proof->old_size + size,
                                            proof->old_root,
                                            proof->hashes));
    }
    return 0;
}

int decode_audit_tile(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::uint64_t width = std::uint64_t{data[0]} + 1;
    const std::string_view bytes = text_of(data + 1, size - 1);
    if (const auto hashes = decode_tile(bytes, width))
        TRADECTL_ASSERT(encode_tile(*hashes) == bytes);
    if (const auto entries = decode_bundle(bytes, width)) {
        std::string again;
        for (const std::string_view entry : *entries) {
            static_cast<void>(wal_sequence_of(entry));
            append_entry(entry, again);
        }
        TRADECTL_ASSERT(entries->size() == width && again == bytes);
    }
    return 0;
}

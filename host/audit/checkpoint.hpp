/// What a checkpoint says (C2SP tlog-checkpoint), and proofs as text (C2SP tlog-proof and its
/// counterpart for consistency). tradectl-audit(5).
#pragma once

#include "host/audit/merkle.hpp"
#include "host/audit/note.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::audit {

/// The tree at one moment: which log, how many entries, and their root.
struct Checkpoint {
    std::string origin;
    std::uint64_t size = 0;
    Hash root{};

    bool operator==(const Checkpoint&) const = default;
};

/// The text that is signed.
[[nodiscard]] std::string to_text(const Checkpoint& checkpoint);
/// Reads the text of a note; further lines are allowed and ignored. InvalidArgument otherwise.
[[nodiscard]] Expected<Checkpoint> parse_checkpoint(std::string_view text);
/// The checkpoint in a note that `verifier` signed. As open_note, and Denied when its origin is not
/// the verifier's name: it is of another log.
[[nodiscard]] Expected<Checkpoint> open_checkpoint(std::string_view note, const Verifier& verifier);

/// That an entry is in the tree of a checkpoint.
struct InclusionProof {
    std::string entry;  ///< the line of "extra"
    std::uint64_t index = 0;
    std::vector<Hash> hashes;
    std::string note;  ///< the signed checkpoint
};
[[nodiscard]] std::string to_text(const InclusionProof& proof);

/// That the tree of a checkpoint begins with an older one.
struct ConsistencyProof {
    std::uint64_t old_size = 0;
    Hash old_root{};
    std::vector<Hash> hashes;
    std::string note;
};
[[nodiscard]] std::string to_text(const ConsistencyProof& proof);

/// InvalidArgument, saying what is wrong, when the text is not a proof of that kind.
[[nodiscard]] Expected<InclusionProof> parse_inclusion_proof(std::string_view text);
[[nodiscard]] Expected<ConsistencyProof> parse_consistency_proof(std::string_view text);

/// The checkpoint that a proof holds good for. Denied when the proof does not show what it says, or
/// as open_checkpoint.
[[nodiscard]] Expected<Checkpoint> check(const InclusionProof& proof, const Verifier& verifier);
[[nodiscard]] Expected<Checkpoint> check(const ConsistencyProof& proof, const Verifier& verifier);

}  // namespace tradectl::audit

/// Signed notes and verifier keys as C2SP signed-note has them; Ed25519 only. tradectl-audit(5).
#pragma once

#include "host/base/ed25519.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::audit {

inline constexpr std::size_t kNoteBytesMax = 1u << 20;
inline constexpr std::size_t kNoteSignaturesMax = 100;

/// Who can have signed a note: a name and a public key.
struct Verifier {
    std::string name;  ///< not empty, without blanks and "+"
    Ed25519PublicKey key{};

    /// First four bytes of SHA-256(name, 0x0A, 0x01, key), as a big-endian number.
    [[nodiscard]] std::uint32_t key_id() const;
    /// "NAME+KEYID+BASE64", the form in which a verifier key is handed on.
    [[nodiscard]] std::string to_string() const;
    /// InvalidArgument when it is not that form, the key id does not fit, or it is not Ed25519.
    static Expected<Verifier> parse(std::string_view text);

    bool operator==(const Verifier&) const = default;
};

struct NoteSignature {
    std::string name;
    std::uint32_t key_id = 0;
    std::vector<std::byte> bytes;  ///< behind the key id
};

/// A note as it is written, no signature checked yet.
struct Note {
    std::string text;  ///< what is signed; ends with a newline
    std::vector<NoteSignature> signatures;
};

/// InvalidArgument, saying what is wrong, for anything that is not a signed note.
[[nodiscard]] Expected<Note> parse_note(std::string_view bytes);

/// The text of a note, when `verifier` signed it. Denied when it did not (the message names the
/// keys that claim to have), or when its signature does not fit the text; InvalidArgument as
/// parse_note. Signatures of others are left alone.
[[nodiscard]] Expected<std::string> open_note(std::string_view bytes, const Verifier& verifier);

/// The note that carries this signature of `text`.
[[nodiscard]] std::string write_note(std::string_view text,
                                     const Verifier& signer,
                                     const Ed25519Signature& signature);

}  // namespace tradectl::audit

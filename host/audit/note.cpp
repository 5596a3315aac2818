#include "host/audit/note.hpp"

#include "host/base/assert.hpp"
#include "host/base/base64.hpp"
#include "host/base/hash.hpp"
#include "host/base/hex.hpp"

#include <algorithm>
#include <array>

namespace tradectl::audit {
namespace {

constexpr std::string_view kSignatureStart = "\xe2\x80\x94 ";  // em dash and a blank
constexpr std::byte kEd25519{1};
constexpr std::size_t kKeyIdBytes = 4;

Unexpected bad(std::string what) {
    return fail(ErrorCode::InvalidArgument, "signed note: " + std::move(what));
}

std::uint32_t key_id_from(std::span<const std::byte> bytes) {
    std::uint32_t id = 0;
    for (std::size_t i = 0; i < kKeyIdBytes; ++i)
        id = id << 8 | std::to_integer<std::uint32_t>(bytes[i]);
    return id;
}

std::array<std::byte, kKeyIdBytes> bytes_of_id(std::uint32_t id) {
    std::array<std::byte, kKeyIdBytes> bytes{};
    for (std::size_t i = 0; i < kKeyIdBytes; ++i)
        bytes[i] = static_cast<std::byte>(id >> (8 * (kKeyIdBytes - 1 - i)) & 255);
    return bytes;
}

/// Blanks of other scripts need no refusal to keep the form unambiguous: only this one separates.
bool is_name(std::string_view name) {
    return !name.empty() && std::none_of(name.begin(), name.end(), [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == '+' || c == '\x7f';
    });
}

Expected<NoteSignature> parse_signature(std::string_view line) {
    if (!line.starts_with(kSignatureStart)) return bad("a signature line without a dash");
    line.remove_prefix(kSignatureStart.size());
    const std::size_t blank = line.find(' ');
    if (blank == std::string_view::npos) return bad("a signature line of one word");
    NoteSignature signature;
    signature.name = line.substr(0, blank);
    if (!is_name(signature.name)) return bad("a signature with a bad name");
    const auto bytes = from_base64(line.substr(blank + 1));
    if (!bytes || bytes->size() <= kKeyIdBytes) return bad("a signature that is not base64");
    signature.key_id = key_id_from(*bytes);
    signature.bytes.assign(bytes->begin() + kKeyIdBytes, bytes->end());
    return signature;
}

std::string key_text(const std::string& name, std::uint32_t id) {
    return "'" + name + "' (" + to_hex(bytes_of_id(id)) + ")";
}

}  // namespace

std::uint32_t Verifier::key_id() const {
    std::string head = name + "\n" + static_cast<char>(kEd25519);
    return key_id_from(sha256(bytes_of(head), key));
}

std::string Verifier::to_string() const {
    std::array<std::byte, 1 + sizeof(Ed25519PublicKey)> bytes{};
    bytes[0] = kEd25519;
    std::copy(key.begin(), key.end(), bytes.begin() + 1);
    return name + "+" + to_hex(bytes_of_id(key_id())) + "+" + to_base64(bytes);
}

Expected<Verifier> Verifier::parse(std::string_view text) {
    const auto refused = [](const char* what) {
        return fail(ErrorCode::InvalidArgument, std::string("verifier key: ") + what);
    };
    const std::size_t first = text.find('+');
    const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
    if (second == std::string_view::npos) return refused("want NAME+KEYID+BASE64");
    Verifier verifier;
    verifier.name = text.substr(0, first);
    if (!is_name(verifier.name)) return refused("the name is empty or has a blank");
    const auto id = from_hex(text.substr(first + 1, second - first - 1));
    const auto key = from_base64(text.substr(second + 1));
    if (!id || id->size() != kKeyIdBytes) return refused("the key id is not eight digits");
    if (!key || key->size() != 1 + verifier.key.size() || key->front() != kEd25519)
        return refused("not an ed25519 key");
    std::copy(key->begin() + 1, key->end(), verifier.key.begin());
    if (verifier.key_id() != key_id_from(*id)) return refused("the key id is that of another key");
    return verifier;
}

Expected<Note> parse_note(std::string_view bytes) {
    if (bytes.size() > kNoteBytesMax) return bad("longer than 1 MiB");
    const auto control = std::find_if(bytes.begin(), bytes.end(), [](char c) {
        return static_cast<unsigned char>(c) < ' ' && c != '\n';
    });
    if (control != bytes.end()) return bad("a control character in it");
    const std::size_t gap = bytes.rfind("\n\n");
    if (gap == std::string_view::npos) return bad("no empty line before the signatures");
    Note note;
    note.text = bytes.substr(0, gap + 1);
    std::string_view lines = bytes.substr(gap + 2);
    if (lines.empty() || lines.back() != '\n') return bad("cut short");
    while (!lines.empty()) {
        if (note.signatures.size() == kNoteSignaturesMax) return bad("more than 100 signatures");
        const std::size_t end = lines.find('\n');
        auto signature = parse_signature(lines.substr(0, end));
        if (!signature) return fail(signature.error());
        note.signatures.push_back(std::move(*signature));
        lines.remove_prefix(end + 1);
    }
    return note;
}

Expected<std::string> open_note(std::string_view bytes, const Verifier& verifier) {
    auto note = parse_note(bytes);
    if (!note) return fail(note.error());
    std::string claimed;
    for (const NoteSignature& signature : note->signatures) {
        if (signature.name != verifier.name || signature.key_id != verifier.key_id()) {
            claimed += (claimed.empty() ? "" : ", ") + key_text(signature.name, signature.key_id);
            continue;
        }
        Ed25519Signature raw{};
        const bool fits = signature.bytes.size() == raw.size();
        if (fits) std::copy(signature.bytes.begin(), signature.bytes.end(), raw.begin());
        if (fits && ed25519_verify(verifier.key, bytes_of(note->text), raw))
            return std::move(note->text);
        return fail(ErrorCode::Denied,
                    "signed note: the signature of " + key_text(verifier.name, verifier.key_id()) +
                        " does not fit the text");
    }
    return fail(ErrorCode::Denied,
                "signed note: unknown key: signed by " + claimed + ", not by " +
                    key_text(verifier.name, verifier.key_id()));
}

std::string write_note(std::string_view text,
                       const Verifier& signer,
                       const Ed25519Signature& signature) {
    TRADECTL_ASSERT(!text.empty() && text.back() == '\n' && is_name(signer.name));
    std::array<std::byte, kKeyIdBytes + sizeof(Ed25519Signature)> bytes{};
    const auto id = bytes_of_id(signer.key_id());
    std::copy(id.begin(), id.end(), bytes.begin());
    std::copy(signature.begin(), signature.end(), bytes.begin() + kKeyIdBytes);
    std::string out(text);
    out += "\n";
    out += kSignatureStart;
    return out + signer.name + " " + to_base64(bytes) + "\n";
}

}  // namespace tradectl::audit

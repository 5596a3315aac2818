#include "host/keys/key.hpp"

#include "host/base/assert.hpp"
#include "host/base/hex.hpp"
#include "host/keys/ed25519_key.hpp"

#include <algorithm>

#include <openssl/crypto.h>

namespace tradectl::keys {
namespace {

constexpr std::string_view kPemStart = "-----BEGIN ";
constexpr std::string_view kFingerprintTitle = "tradectl key fingerprint 1\n";
constexpr std::size_t kFingerprintBytes = 4;
constexpr std::size_t kHmacBytesMin = 8;  ///< shorter ones are typing errors

Unexpected bad(const char* what) {
    return fail(ErrorCode::InvalidArgument, what);
}

void drop_line_break(LockedBytes& text) {
    std::size_t size = text.size();
    if (size > 0 && text.text()[size - 1] == '\n') --size;
    if (size > 0 && text.text()[size - 1] == '\r') --size;
    text.shorten(size);
}

/// 32 bytes from 64 digits, with or without 0x.
std::optional<LockedBytes> from_hex_32(std::string_view text) {
    if (text.starts_with("0x")) text.remove_prefix(2);
    LockedBytes bytes(32);
    if (!decode_hex(text, bytes.bytes())) return std::nullopt;
    return bytes;
}

int base64_digit(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+' || c == '-') return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

/// Venues hand out both alphabets, with and without padding.
std::optional<LockedBytes> from_base64_any(std::string_view text) {
    for (int i = 0; i < 2 && text.ends_with('='); ++i)
        text.remove_suffix(1);
    if (text.size() % 4 == 1) return std::nullopt;
    LockedBytes bytes(text.size() / 4 * 3 + (text.size() % 4 == 0 ? 0 : text.size() % 4 - 1));
    std::uint32_t bits = 0;
    unsigned count = 0;
    std::size_t done = 0;
    for (const char c : text) {
        const int digit = base64_digit(c);
        if (digit < 0) return std::nullopt;
        bits = bits << 6 | static_cast<std::uint32_t>(digit);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes.bytes()[done++] = static_cast<std::byte>(bits >> count);
    }
    TRADECTL_ASSERT(done == bytes.size());
    return bytes;
}

std::vector<std::byte> copy_of(std::span<const std::byte> bytes) {
    return {bytes.begin(), bytes.end()};
}

}  // namespace

Key::Key(KeyKind kind, LockedBytes material) : kind_(kind), material_(std::move(material)) {}

Expected<Key> Key::parse(KeyKind kind, KeyEncoding encoding, LockedBytes text) {
    switch (kind) {
        case KeyKind::Secp256k1: return parse_secp256k1(std::move(text));
        case KeyKind::Hmac: return parse_hmac(encoding, std::move(text));
        case KeyKind::Ed25519: return parse_ed25519(std::move(text));
        case KeyKind::Es256: return parse_es256(std::move(text));
        case KeyKind::Secret: return parse_secret(std::move(text));
    }
    return bad("no kind of key");
}

Expected<Key> Key::parse_secp256k1(LockedBytes text) {
    drop_line_break(text);
    auto scalar = from_hex_32(text.text());
    if (!scalar) return bad("not a secp256k1 key: 64 hex digits are expected");
    if (!is_secp256k1_key(scalar->bytes()))
        return bad("not a secp256k1 key: 0, or not below the order of the group");
    Key key(KeyKind::Secp256k1, std::move(*scalar));
    key.public_ = copy_of(public_key_of(key.material_.bytes()));
    key.address_ = address_of(key.material_.bytes());
    return key;
}

Expected<Key> Key::parse_hmac(KeyEncoding encoding, LockedBytes text) {
    std::optional<LockedBytes> bytes;
    LockedBytes written;
    if (encoding == KeyEncoding::Raw) {
        bytes = std::move(text);
    } else {
        drop_line_break(text);
        written = LockedBytes(text.bytes());
        if (encoding == KeyEncoding::Base64) {
            bytes = from_base64_any(text.text());
        } else {
            LockedBytes decoded(text.size() / 2);
            if (decode_hex(text.text(), decoded.bytes())) bytes = std::move(decoded);
        }
    }
    if (!bytes && encoding == KeyEncoding::Base64) return bad("not an hmac key: no base64");
    if (!bytes) return bad("not an hmac key: no hex digits");
    if (bytes->size() < kHmacBytesMin) return bad("not an hmac key: shorter than 8 bytes");
    Key key(KeyKind::Hmac, std::move(*bytes));
    key.written_ = std::move(written);
    return key;
}

Expected<Key> Key::parse_ed25519(LockedBytes text) {
    const bool pem = text.text().starts_with(kPemStart);
    if (!pem) drop_line_break(text);
    auto seed = pem ? ed25519_seed_from_pem(text.text()) : from_hex_32(text.text());
    if (!seed) return bad("not an ed25519 key: PEM without password or 64 hex digits are expected");
    Key key(KeyKind::Ed25519, std::move(*seed));
    key.public_ = copy_of(ed25519_public_key(key.material_.bytes()));
    return key;
}

Expected<Key> Key::parse_es256(LockedBytes text) {
    auto curve = Es256Key::from_pem(text.text());
    if (!curve) return bad("not an es256 key: PEM of a P-256 key without password is expected");
    Key key(KeyKind::Es256, LockedBytes(0));
    key.public_ = copy_of(curve->public_key());
    key.curve_ = std::move(curve);
    return key;
}

Expected<Key> Key::parse_secret(LockedBytes text) {
    drop_line_break(text);
    if (text.empty()) return bad("not a secret: empty");
    const auto plain = [](char c) { return c >= 0x20 && c != 0x7f; };
    const std::string_view all = text.text();
    // It stands in header lines and JSON texts: nothing in it may end either.
    if (!std::all_of(all.begin(), all.end(), plain) ||
        all.find_first_of("\"\\") != std::string_view::npos)
        return bad("not a secret: printable ASCII without quotes and backslashes is expected");
    return Key(KeyKind::Secret, std::move(text));
}

std::optional<Address> Key::address() const {
    if (kind_ != KeyKind::Secp256k1) return std::nullopt;
    return address_;
}

RecoverableSignature Key::sign_digest(const Word& digest) const {
    TRADECTL_ASSERT(kind_ == KeyKind::Secp256k1);
    return sign_recoverable(material_.bytes(), digest);
}

Sha256Digest Key::hmac(std::span<const std::byte> message) const {
    TRADECTL_ASSERT(kind_ == KeyKind::Hmac);
    return hmac_sha256(material_.bytes(), message);
}

Ed25519Signature Key::sign_ed25519(std::span<const std::byte> message) const {
    TRADECTL_ASSERT(kind_ == KeyKind::Ed25519);
    return ed25519_sign(material_.bytes(), message);
}

Es256Signature Key::sign_es256(std::span<const std::byte> message) const {
    TRADECTL_ASSERT(kind_ == KeyKind::Es256);
    return curve_->sign(message);
}

std::string_view Key::secret() const {
    TRADECTL_ASSERT(kind_ == KeyKind::Secret || kind_ == KeyKind::Hmac);
    return written_.empty() ? material_.text() : written_.text();
}

bool Key::same_as(const Key& other) const {
    const auto mine = material_.bytes();
    const auto theirs = other.material_.bytes();
    return kind_ == other.kind_ && public_ == other.public_ && mine.size() == theirs.size() &&
           CRYPTO_memcmp(mine.data(), theirs.data(), mine.size()) == 0;
}

void Key::name_it(std::span<const std::byte> salt) {
    const std::string title = std::string(kFingerprintTitle) + std::string(to_string(kind_)) + "\n";
    Sha256Digest digest{};
    if (!public_.empty()) {
        digest = sha256(bytes_of(title), public_);
    } else {
        if (salt.empty()) return;
        // The title keeps the salt's other uses apart; the secret is hashed where it lies.
        const Sha256Digest purpose = hmac_sha256(salt, bytes_of(title));
        digest = hmac_sha256(purpose, material_.bytes());
    }
    fingerprint_ = to_hex(std::span(digest).first(kFingerprintBytes));
}

bool is_published_test_address(const Address& address) {
    // Default accounts of development nodes, and the scalars 1, 2, 0x11..11 and n - 1.
    constexpr std::array<std::string_view, 10> kPublished = {
        "f39fd6e51aad88f6f4ce6ab8827279cfffb92266",
        "70997970c51812dc3a010c7d01b50e0d17dc79c8",
        "3c44cdddb6a900fa2b585dd299e03d12fa4293bc",
        "90f79bf6eb2c4f870365e785982e1f101e93b906",
        "15d34aaf54267db7d7c367839aaf71a00a2c6a65",
        "90f8bf6a479f320ead074411a4b0e7944ea8c9c1",
        "7e5f4552091a69125d5dfcb7b8c2659029395bdf",
        "2b5ad5c4795c026514f8317c7a215e218dccd6cf",
        "19e7e376e7c213b7e7e7e46cc70a5dd086daff2a",
        "80c0dbf239224071c59dd8970ab9d542e3414ab2"};
    const std::string text = to_hex(address);
    return std::find(kPublished.begin(), kPublished.end(), text) != kPublished.end();
}

}  // namespace tradectl::keys

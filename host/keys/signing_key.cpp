#include "host/keys/signing_key.hpp"

#include "host/base/assert.hpp"
#include "host/base/disk.hpp"
#include "host/keys/ed25519_key.hpp"
#include "host/keys/locked_bytes.hpp"
#include "host/keys/private_file.hpp"

#include <algorithm>
#include <span>
#include <string_view>

#include <openssl/rand.h>

namespace tradectl::keys {
namespace {

constexpr std::string_view kTitle = "tradectl signing key 1\ned25519 ";
constexpr std::size_t kSeedBytes = 32;
constexpr std::size_t kFileBytes = kTitle.size() + 2 * kSeedBytes + 1;
using Seed = std::span<std::byte, kSeedBytes>;

unsigned char* raw(std::byte* bytes) {
    return reinterpret_cast<unsigned char*>(bytes);
}

int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

/// Digits go straight to their place: no copy of the seed stays behind.
bool parse(std::string_view text, Seed seed) {
    if (text.size() != kFileBytes || text.back() != '\n') return false;
    if (!text.starts_with(kTitle)) return false;
    for (std::size_t i = 0; i < kSeedBytes; ++i) {
        const int high = digit_of(text[kTitle.size() + 2 * i]);
        const int low = digit_of(text[kTitle.size() + 2 * i + 1]);
        if (high < 0 || low < 0) return false;
        seed[i] = static_cast<std::byte>(high << 4 | low);
    }
    return true;
}

/// The file's text, in `out` of kFileBytes.
void format(std::span<const std::byte> seed, std::span<std::byte> out) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const auto title = std::as_bytes(std::span(kTitle));
    auto to = std::copy(title.begin(), title.end(), out.begin());
    for (const std::byte byte : seed) {
        *to++ = static_cast<std::byte>(kDigits[std::to_integer<unsigned>(byte) >> 4]);
        *to++ = static_cast<std::byte>(kDigits[std::to_integer<unsigned>(byte) & 15]);
    }
    *to = static_cast<std::byte>('\n');
}

std::string parent_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

}  // namespace

struct SigningKey::Secret {
    LockedBytes memory{kSeedBytes};
    Ed25519PublicKey public_key{};

    [[nodiscard]] Seed seed() { return memory.bytes().first<kSeedBytes>(); }

    void derive() { public_key = ed25519_public_key(memory.bytes()); }
};

SigningKey::SigningKey(std::unique_ptr<Secret> secret) : secret_(std::move(secret)) {}
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

Expected<SigningKey> SigningKey::open(Disk& disk, const std::string& path) {
    const auto there = disk.exists(path);
    if (!there) return fail(there.error());
    if (!*there) return fail(ErrorCode::NotFound, "key " + path + ": there is none");
    if (auto sound = check_private_file(path); !sound) return fail(sound.error());
    auto file = disk.open(path, {});
    if (!file) return fail(file.error());
    LockedBytes content(kFileBytes + 1);
    const auto bytes = (*file)->read(0, content.bytes());
    if (!bytes) return fail(bytes.error());
    content.shorten(*bytes);
    auto secret = std::make_unique<Secret>();
    if (!parse(content.text(), secret->seed()))
        return fail(ErrorCode::Corrupt, "key " + path + ": not a key");
    secret->derive();
    return SigningKey(std::move(secret));
}

Expected<SigningKey> SigningKey::create(Disk& disk, const std::string& path) {
    const auto there = disk.exists(path);
    if (!there) return fail(there.error());
    if (*there) return fail(ErrorCode::BadState, "key " + path + ": there is one already");
    auto secret = std::make_unique<Secret>();
    // Without randomness there is no key.
    TRADECTL_ASSERT(RAND_priv_bytes(raw(secret->seed().data()), kSeedBytes) == 1);
    secret->derive();
    LockedBytes content(kFileBytes);
    format(secret->seed(), content.bytes());
    const std::string directory = parent_of(path);
    if (auto made = disk.make_directory(directory); !made) return fail(made.error());
    if (auto kept = write_file_atomically(disk, path, content.text()); !kept)
        return fail(kept.error());
    if (auto synced = disk.sync_directory(parent_of(directory)); !synced)
        return fail(synced.error());
    return SigningKey(std::move(secret));
}

const Ed25519PublicKey& SigningKey::public_key() const {
    return secret_->public_key;
}

Ed25519Signature SigningKey::sign(std::span<const std::byte> message) const {
    return ed25519_sign(secret_->memory.bytes(), message);
}

}  // namespace tradectl::keys

#include "host/keys/signing_key.hpp"

#include "host/base/assert.hpp"
#include "host/base/disk.hpp"
#include "host/base/system_error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>
#include <string_view>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tradectl::keys {
namespace {

constexpr std::string_view kTitle = "tradectl signing key 1\ned25519 ";
constexpr std::size_t kSeedBytes = 32;
constexpr std::size_t kFileBytes = kTitle.size() + 2 * kSeedBytes + 1;
using Seed = std::array<std::byte, kSeedBytes>;

/// OpenSSL keeps private keys in its own locked memory once that is set up. Where the system does
/// not let us lock memory, the key is wiped all the same.
void set_up_locked_memory() {
    static const int kDone = CRYPTO_secure_malloc_init(16384, 64);
    static_cast<void>(kDone);
}

/// Text of a key file, wiped at the end.
struct FileText {
    std::array<char, kFileBytes + 1> text{};
    std::size_t size = 0;
    FileText() = default;
    FileText(const FileText&) = delete;
    FileText& operator=(const FileText&) = delete;
    ~FileText() { OPENSSL_cleanse(text.data(), text.size()); }
};

unsigned char* raw(std::byte* bytes) {
    return reinterpret_cast<unsigned char*>(bytes);
}
const unsigned char* raw(const std::byte* bytes) {
    return reinterpret_cast<const unsigned char*>(bytes);
}

/// A file on a disk in memory has no owner. The directory is this user's alone, so nobody exchanges
/// the file between this look and the next.
Status check_file(const std::string& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) return {};
        return system_failure(errno, path, "stat");
    }
    if (!S_ISREG(status.st_mode))
        return fail(ErrorCode::Permission, "key " + path + ": a link or no file");
    if (status.st_uid != ::geteuid()) {
        return fail(ErrorCode::Permission,
                    "key " + path + ": belongs to uid " + std::to_string(status.st_uid) +
                        ", not to this user");
    }
    if ((status.st_mode & 077) != 0) {
        return fail(ErrorCode::Permission,
                    "key " + path + ": others may read or write it; chmod 600 makes it private");
    }
    return {};
}

int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

/// Digits go straight to their place: no copy of the seed stays behind.
bool parse(const FileText& file, Seed& seed) {
    if (file.size != kFileBytes || file.text[kFileBytes - 1] != '\n') return false;
    if (!std::equal(kTitle.begin(), kTitle.end(), file.text.begin())) return false;
    for (std::size_t i = 0; i < kSeedBytes; ++i) {
        const int high = digit_of(file.text[kTitle.size() + 2 * i]);
        const int low = digit_of(file.text[kTitle.size() + 2 * i + 1]);
        if (high < 0 || low < 0) return false;
        seed[i] = static_cast<std::byte>(high << 4 | low);
    }
    return true;
}

void format(const Seed& seed, FileText& file) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    auto* out = std::copy(kTitle.begin(), kTitle.end(), file.text.begin());
    for (const std::byte byte : seed) {
        *out++ = kDigits[std::to_integer<unsigned>(byte) >> 4];
        *out++ = kDigits[std::to_integer<unsigned>(byte) & 15];
    }
    *out = '\n';
    file.size = kFileBytes;
}

std::string parent_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

}  // namespace

struct SigningKey::Secret {
    Seed seed{};
    Ed25519PublicKey public_key{};

    Secret() {
        set_up_locked_memory();
        static_cast<void>(::mlock(this, sizeof *this));  // a limit of 0 must not stop trading
    }
    ~Secret() {
        OPENSSL_cleanse(seed.data(), seed.size());
        static_cast<void>(::munlock(this, sizeof *this));
    }
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;

    /// Lives as long as one signature: OpenSSL wipes its copy.
    [[nodiscard]] std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key() const {
        std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
            EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, raw(seed.data()), seed.size()),
            EVP_PKEY_free);
        TRADECTL_ASSERT(key != nullptr);  // fails without memory only
        return key;
    }
    void derive() {
        std::size_t bytes = public_key.size();
        const int done = EVP_PKEY_get_raw_public_key(key().get(), raw(public_key.data()), &bytes);
        TRADECTL_ASSERT(done == 1 && bytes == public_key.size());
    }
};

SigningKey::SigningKey(std::unique_ptr<Secret> secret) : secret_(std::move(secret)) {}
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

Expected<SigningKey> SigningKey::open(Disk& disk, const std::string& path) {
    const auto there = disk.exists(path);
    if (!there) return fail(there.error());
    if (!*there) return fail(ErrorCode::NotFound, "key " + path + ": there is none");
    if (auto sound = check_file(path); !sound) return fail(sound.error());
    auto file = disk.open(path, {});
    if (!file) return fail(file.error());
    FileText content;
    const auto bytes = (*file)->read(0, std::as_writable_bytes(std::span(content.text)));
    if (!bytes) return fail(bytes.error());
    content.size = *bytes;
    auto secret = std::make_unique<Secret>();
    if (!parse(content, secret->seed))
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
    TRADECTL_ASSERT(RAND_priv_bytes(raw(secret->seed.data()), kSeedBytes) == 1);
    secret->derive();
    FileText content;
    format(secret->seed, content);
    const std::string directory = parent_of(path);
    if (auto made = disk.make_directory(directory); !made) return fail(made.error());
    const std::string_view text(content.text.data(), content.size);
    if (auto kept = write_file_atomically(disk, path, text); !kept) return fail(kept.error());
    if (auto synced = disk.sync_directory(parent_of(directory)); !synced)
        return fail(synced.error());
    return SigningKey(std::move(secret));
}

const Ed25519PublicKey& SigningKey::public_key() const {
    return secret_->public_key;
}

Ed25519Signature SigningKey::sign(std::span<const std::byte> message) const {
    Ed25519Signature signature{};
    std::size_t bytes = signature.size();
    const auto key = secret_->key();
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    TRADECTL_ASSERT(context != nullptr);
    const int begun = EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get());
    TRADECTL_ASSERT(begun == 1);
    const int done = EVP_DigestSign(
        context.get(), raw(signature.data()), &bytes, raw(message.data()), message.size());
    TRADECTL_ASSERT(done == 1 && bytes == signature.size());
    return signature;
}

}  // namespace tradectl::keys

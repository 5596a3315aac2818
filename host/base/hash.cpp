#include "host/base/hash.hpp"

#include "host/base/assert.hpp"

#include <array>
#include <cstring>
#include <memory>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace tradectl {

namespace {

/// Looked up once: a lookup by name costs several times what hashing a record does.
const EVP_MD* sha256_method() {
    static const EVP_MD* const kMethod = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    TRADECTL_ASSERT(kMethod != nullptr);
    return kMethod;
}

}  // namespace

struct Sha256::Context {
    EVP_MD_CTX* evp = EVP_MD_CTX_new();
    Context() = default;
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
    ~Context() { EVP_MD_CTX_free(evp); }
    // SHA-256 in memory fails only when OpenSSL is broken or memory has run out.
    void start() { TRADECTL_ASSERT(EVP_DigestInit_ex2(evp, sha256_method(), nullptr) == 1); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
    context_->start();
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::span<const std::byte> bytes) {
    TRADECTL_ASSERT(EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size()) == 1);
}

Sha256Digest Sha256::finish() {
    Sha256Digest digest;
    auto* out = reinterpret_cast<unsigned char*>(digest.data());
    TRADECTL_ASSERT(EVP_DigestFinal_ex(context_->evp, out, nullptr) == 1);
    context_->start();
    return digest;
}

namespace {

/// Each thread keeps one context for digests that are done in one go.
EVP_MD_CTX* thread_context() {
    struct Free {
        void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    };
    static thread_local const std::unique_ptr<EVP_MD_CTX, Free> kContext(EVP_MD_CTX_new());
    return kContext.get();
}

/// SHA-256 of two parts, one behind the other.
Sha256Digest digest_parts(std::span<const std::byte> first, std::span<const std::byte> second) {
    Sha256Digest digest;
    EVP_MD_CTX* const context = thread_context();
    TRADECTL_ASSERT(EVP_DigestInit_ex2(context, sha256_method(), nullptr) == 1);
    TRADECTL_ASSERT(EVP_DigestUpdate(context, first.data(), first.size()) == 1);
    TRADECTL_ASSERT(EVP_DigestUpdate(context, second.data(), second.size()) == 1);
    auto* const out = reinterpret_cast<unsigned char*>(digest.data());
    TRADECTL_ASSERT(EVP_DigestFinal_ex(context, out, nullptr) == 1);
    return digest;
}

}  // namespace

Sha256Digest sha256(std::span<const std::byte> bytes) {
    return digest_parts(bytes, {});
}

Sha256Digest sha256(std::span<const std::byte> first, std::span<const std::byte> second) {
    return digest_parts(first, second);
}

Sha256Digest hmac_sha256(std::span<const std::byte> key, std::span<const std::byte> message) {
    // RFC 2104: H(K ^ opad, H(K ^ ipad, message)), with a key longer than a block replaced by its
    // digest.
    constexpr std::size_t kBlockBytes = 64;
    const Sha256Digest short_key = key.size() > kBlockBytes ? sha256(key) : Sha256Digest{};
    if (key.size() > kBlockBytes) key = short_key;
    std::array<std::byte, kBlockBytes> inner;
    std::array<std::byte, kBlockBytes> outer;
    for (std::size_t i = 0; i < kBlockBytes; ++i) {
        const std::byte k = i < key.size() ? key[i] : std::byte{0};
        inner[i] = k ^ std::byte{0x36};
        outer[i] = k ^ std::byte{0x5c};
    }
    const Sha256Digest digest = digest_parts(outer, digest_parts(inner, message));
    OPENSSL_cleanse(inner.data(), inner.size());
    OPENSSL_cleanse(outer.data(), outer.size());
    return digest;
}

namespace hash_detail {
namespace {
constexpr std::uint32_t kCastagnoliReversed = 0x82f63b78;

/// Row k: checksum of a byte followed by k zero bytes, so that eight bytes go in one step.
using Tables = std::array<std::array<std::uint32_t, 256>, 8>;
constexpr Tables make_tables() {
    Tables tables{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t crc = byte;
        for (int bit = 0; bit < 8; ++bit)
            crc = crc >> 1 ^ (crc & 1 ? kCastagnoliReversed : 0);
        tables[0][byte] = crc;
    }
    for (std::size_t row = 1; row < 8; ++row) {
        for (std::size_t byte = 0; byte < 256; ++byte) {
            const std::uint32_t crc = tables[row - 1][byte];
            tables[row][byte] = crc >> 8 ^ tables[0][crc & 255];
        }
    }
    return tables;
}
constexpr Tables kTables = make_tables();
}  // namespace

std::uint32_t crc32c_table(std::span<const std::byte> bytes, std::uint32_t before) {
    std::uint32_t crc = ~before;
    for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data(), 8);  // little-endian, as the ABI demands of the machine
        word ^= crc;
        crc = 0;
        for (std::size_t i = 0; i < 8; ++i)
            crc ^= kTables[7 - i][word >> (8 * i) & 255];
    }
    for (const std::byte byte : bytes)
        crc = crc >> 8 ^ kTables[0][(crc ^ std::to_integer<std::uint32_t>(byte)) & 255];
    return ~crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t crc32c_sse42(std::span<const std::byte> bytes,
                                                             std::uint32_t before) {
    std::uint64_t crc = ~before;
    for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data(), 8);
        crc = _mm_crc32_u64(crc, word);
    }
    auto narrow = static_cast<std::uint32_t>(crc);
    for (const std::byte byte : bytes)
        narrow = _mm_crc32_u8(narrow, std::to_integer<unsigned char>(byte));
    return ~narrow;
}
bool crc32c_in_hardware() {
    static const bool kSupported = __builtin_cpu_supports("sse4.2") != 0;
    return kSupported;
}
#else
std::uint32_t crc32c_sse42(std::span<const std::byte> bytes, std::uint32_t before) {
    return crc32c_table(bytes, before);
}
bool crc32c_in_hardware() {
    return false;
}
#endif
}  // namespace hash_detail

std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t before) {
    return hash_detail::crc32c_in_hardware() ? hash_detail::crc32c_sse42(bytes, before)
                                             : hash_detail::crc32c_table(bytes, before);
}

}  // namespace tradectl

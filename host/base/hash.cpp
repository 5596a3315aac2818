#include "host/base/hash.hpp"

#include "host/base/assert.hpp"

#include <cstring>
#include <limits>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace tradectl {

struct Sha256::Context {
    EVP_MD_CTX* evp = EVP_MD_CTX_new();
    Context() = default;
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
    ~Context() { EVP_MD_CTX_free(evp); }
    // SHA-256 in memory fails only when OpenSSL is broken or memory has run out.
    void start() { TRADECTL_ASSERT(EVP_DigestInit_ex(evp, EVP_sha256(), nullptr) == 1); }
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

Sha256Digest sha256(std::span<const std::byte> bytes) {
    Sha256 hash;
    hash.update(bytes);
    return hash.finish();
}

Sha256Digest hmac_sha256(std::span<const std::byte> key, std::span<const std::byte> message) {
    TRADECTL_ASSERT(key.size() <= std::numeric_limits<int>::max());
    Sha256Digest digest;
    const auto* result = HMAC(EVP_sha256(),
                              key.data() == nullptr ? "" : static_cast<const void*>(key.data()),
                              static_cast<int>(key.size()),
                              reinterpret_cast<const unsigned char*>(message.data()),
                              message.size(),
                              reinterpret_cast<unsigned char*>(digest.data()),
                              nullptr);
    TRADECTL_ASSERT(result != nullptr);
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

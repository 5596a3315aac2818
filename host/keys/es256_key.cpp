#include "host/keys/es256_key.hpp"

#include "host/base/assert.hpp"
#include "host/keys/ed25519_key.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

namespace tradectl::keys {
namespace {

constexpr std::size_t kCoordinateBytes = 32;
constexpr std::string_view kGroup = "prime256v1";

using KeyHandle = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

/// Asks nobody for a password.
int no_password(char*, int, int, void*) {
    return 0;
}

KeyHandle read_pem(std::string_view pem) {
    set_up_locked_memory();
    KeyHandle key(nullptr, EVP_PKEY_free);
    if (pem.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return key;
    const std::unique_ptr<BIO, decltype(&BIO_free)> text(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
    TRADECTL_ASSERT(text != nullptr);
    key.reset(PEM_read_bio_PrivateKey(text.get(), nullptr, no_password, nullptr));
    ERR_clear_error();
    return key;
}

bool on_p256(EVP_PKEY* key) {
    std::array<char, 32> name{};
    std::size_t bytes = 0;
    return EVP_PKEY_is_a(key, "EC") == 1 &&
           EVP_PKEY_get_group_name(key, name.data(), name.size(), &bytes) == 1 &&
           std::string_view(name.data(), bytes) == kGroup;
}

}  // namespace

struct Es256Key::Handle {
    KeyHandle key;
};

Es256Key::Es256Key(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
Es256Key::Es256Key(Es256Key&&) noexcept = default;
Es256Key& Es256Key::operator=(Es256Key&&) noexcept = default;
Es256Key::~Es256Key() = default;

std::optional<Es256Key> Es256Key::from_pem(std::string_view pem) {
    KeyHandle key = read_pem(pem);
    if (!key || !on_p256(key.get())) return std::nullopt;
    return Es256Key(std::make_unique<Handle>(Handle{std::move(key)}));
}

std::array<std::byte, 64> Es256Key::public_key() const {
    std::array<unsigned char, 1 + 2 * kCoordinateBytes> point{};
    std::size_t bytes = 0;
    EVP_PKEY* const key = handle_->key.get();
    // A compressed point in the file still gives both coordinates.
    TRADECTL_ASSERT(EVP_PKEY_set_utf8_string_param(
                        key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "uncompressed") == 1);
    const int done = EVP_PKEY_get_octet_string_param(
        key, OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size(), &bytes);
    TRADECTL_ASSERT(done == 1 && bytes == point.size());
    std::array<std::byte, 64> result{};
    std::copy_n(std::as_bytes(std::span(point)).begin() + 1, result.size(), result.begin());
    return result;
}

std::array<std::byte, 64> Es256Key::sign(std::span<const std::byte> message) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    TRADECTL_ASSERT(context != nullptr);
    TRADECTL_ASSERT(
        EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, handle_->key.get()) == 1);
    std::array<unsigned char, 80> der{};
    std::size_t bytes = der.size();
    const auto* const input = reinterpret_cast<const unsigned char*>(message.data());
    TRADECTL_ASSERT(EVP_DigestSign(context.get(), der.data(), &bytes, input, message.size()) == 1);
    const unsigned char* at = der.data();
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(
        d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(bytes)), ECDSA_SIG_free);
    TRADECTL_ASSERT(pair != nullptr);
    std::array<std::byte, 64> result{};
    auto* const out = reinterpret_cast<unsigned char*>(result.data());
    constexpr int kWidth = static_cast<int>(kCoordinateBytes);
    TRADECTL_ASSERT(BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), out, kWidth) == kWidth);
    TRADECTL_ASSERT(BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), out + kWidth, kWidth) == kWidth);
    return result;
}

std::optional<LockedBytes> ed25519_seed_from_pem(std::string_view pem) {
    const KeyHandle key = read_pem(pem);
    if (!key || EVP_PKEY_is_a(key.get(), "ED25519") != 1) return std::nullopt;
    LockedBytes seed(kEd25519SeedBytes);
    std::size_t bytes = seed.size();
    auto* const out = reinterpret_cast<unsigned char*>(seed.bytes().data());
    if (EVP_PKEY_get_raw_private_key(key.get(), out, &bytes) != 1 || bytes != seed.size())
        return std::nullopt;
    return seed;
}

}  // namespace tradectl::keys

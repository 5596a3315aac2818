#include "host/keys/ed25519_key.hpp"

#include "host/base/assert.hpp"
#include "host/keys/locked_bytes.hpp"

#include <memory>

#include <openssl/evp.h>

namespace tradectl::keys {
namespace {

unsigned char* raw(std::byte* bytes) {
    return reinterpret_cast<unsigned char*>(bytes);
}
const unsigned char* raw(const std::byte* bytes) {
    return reinterpret_cast<const unsigned char*>(bytes);
}

/// Lives as long as one signature: OpenSSL wipes its copy.
std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_of(std::span<const std::byte> seed) {
    set_up_locked_memory();
    TRADECTL_ASSERT(seed.size() == kEd25519SeedBytes);
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, raw(seed.data()), seed.size()),
        EVP_PKEY_free);
    TRADECTL_ASSERT(key != nullptr);  // fails without memory only
    return key;
}

}  // namespace

Ed25519PublicKey ed25519_public_key(std::span<const std::byte> seed) {
    Ed25519PublicKey result{};
    std::size_t bytes = result.size();
    const int done = EVP_PKEY_get_raw_public_key(key_of(seed).get(), raw(result.data()), &bytes);
    TRADECTL_ASSERT(done == 1 && bytes == result.size());
    return result;
}

Ed25519Signature ed25519_sign(std::span<const std::byte> seed, std::span<const std::byte> message) {
    Ed25519Signature signature{};
    std::size_t bytes = signature.size();
    const auto key = key_of(seed);
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

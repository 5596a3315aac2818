#include "host/base/ed25519.hpp"

#include <memory>

#include <openssl/evp.h>

namespace tradectl {
namespace {

const unsigned char* raw(const std::byte* bytes) {
    return reinterpret_cast<const unsigned char*>(bytes);
}

}  // namespace

bool ed25519_verify(const Ed25519PublicKey& key,
                    std::span<const std::byte> message,
                    const Ed25519Signature& signature) {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> public_key(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw(key.data()), key.size()),
        EVP_PKEY_free);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    if (!public_key || !context) return false;
    if (EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, public_key.get()) != 1)
        return false;
    return EVP_DigestVerify(context.get(),
                            raw(signature.data()),
                            signature.size(),
                            raw(message.data()),
                            message.size()) == 1;
}

}  // namespace tradectl

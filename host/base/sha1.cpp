#include "host/base/sha1.hpp"

#include "host/base/assert.hpp"

#include <openssl/evp.h>

namespace tradectl {

Sha1Digest sha1(std::span<const std::byte> bytes) {
    Sha1Digest digest{};
    const int done = EVP_Digest(bytes.data(),
                                bytes.size(),
                                reinterpret_cast<unsigned char*>(digest.data()),
                                nullptr,
                                EVP_sha1(),
                                nullptr);
    TRADECTL_ASSERT(done == 1);
    return digest;
}

}  // namespace tradectl

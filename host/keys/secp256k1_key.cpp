#include "host/keys/secp256k1_key.hpp"

#include "host/base/assert.hpp"

#include <algorithm>
#include <memory>

#include <openssl/rand.h>
#include <secp256k1.h>
#include <secp256k1_recovery.h>

namespace tradectl::keys {
namespace {

constexpr unsigned kVBase = 27;

const unsigned char* raw(std::span<const std::byte> bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

struct Destroy {
    void operator()(secp256k1_context* context) const { secp256k1_context_destroy(context); }
};

/// One for the process, blinded once against timing; signing only reads it.
const secp256k1_context* context() {
    static const auto kContext = [] {
        std::unique_ptr<secp256k1_context, Destroy> made(
            secp256k1_context_create(SECP256K1_CONTEXT_NONE));
        std::array<unsigned char, 32> seed{};
        TRADECTL_ASSERT(RAND_priv_bytes(seed.data(), seed.size()) == 1);
        TRADECTL_ASSERT(secp256k1_context_randomize(made.get(), seed.data()) == 1);
        return made;
    }();
    return kContext.get();
}

}  // namespace

bool is_secp256k1_key(std::span<const std::byte> key) {
    return key.size() == kSecp256k1KeyBytes && secp256k1_ec_seckey_verify(context(), raw(key)) == 1;
}

RecoverableSignature sign_recoverable(std::span<const std::byte> key, const Word& digest) {
    secp256k1_ecdsa_recoverable_signature made{};
    const int done =
        secp256k1_ecdsa_sign_recoverable(context(), &made, raw(digest), raw(key), nullptr, nullptr);
    TRADECTL_ASSERT(done == 1);
    std::array<unsigned char, 64> compact{};
    int parity = 0;
    secp256k1_ecdsa_recoverable_signature_serialize_compact(
        context(), compact.data(), &parity, &made);
    // 2 and 3 need an r above the group order: nobody has ever seen one.
    TRADECTL_ASSERT(parity == 0 || parity == 1);
    const auto bytes = std::as_bytes(std::span(compact));
    RecoverableSignature signature;
    std::copy_n(bytes.begin(), signature.r.size(), signature.r.begin());
    std::copy_n(bytes.begin() + 32, signature.s.size(), signature.s.begin());
    signature.y_parity = static_cast<unsigned>(parity);
    return signature;
}

std::array<std::byte, 64> public_key_of(std::span<const std::byte> key) {
    secp256k1_pubkey point{};
    TRADECTL_ASSERT(secp256k1_ec_pubkey_create(context(), &point, raw(key)) == 1);
    std::array<unsigned char, 65> text{};
    std::size_t bytes = text.size();
    secp256k1_ec_pubkey_serialize(
        context(), text.data(), &bytes, &point, SECP256K1_EC_UNCOMPRESSED);
    std::array<std::byte, 64> result{};
    const auto written = std::as_bytes(std::span(text)).subspan(1);
    std::copy(written.begin(), written.end(), result.begin());
    return result;
}

Address address_of(std::span<const std::byte> key) {
    const Word hash = keccak256(public_key_of(key));
    Address address{};
    std::copy(hash.end() - address.size(), hash.end(), address.begin());
    return address;
}

std::array<std::byte, 65> in_one(const RecoverableSignature& signature) {
    std::array<std::byte, 65> bytes{};
    auto* const end = std::copy(signature.r.begin(), signature.r.end(), bytes.begin());
    std::copy(signature.s.begin(), signature.s.end(), end);
    bytes.back() = static_cast<std::byte>(kVBase + signature.y_parity);
    return bytes;
}

}  // namespace tradectl::keys

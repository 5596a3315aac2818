#include "tests/venues/polymarket/crypto.hpp"

#include <algorithm>
#include <stdexcept>

#include <cryptopp/keccak.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <secp256k1.h>
#include <secp256k1_recovery.h>

namespace polysim {
namespace {

const secp256k1_context* context() {
    static const secp256k1_context* made =
        secp256k1_context_create(SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY);
    return made;
}

Word keccak256(const std::uint8_t* data, std::size_t size) {
    Word hash;
    CryptoPP::Keccak_256 keccak;
    keccak.Update(data, size);
    keccak.Final(hash.data());
    return hash;
}

Address address_of(const secp256k1_pubkey& key) {
    Bytes point(65);
    std::size_t size = point.size();
    secp256k1_ec_pubkey_serialize(context(), point.data(), &size, &key, SECP256K1_EC_UNCOMPRESSED);
    return polysim::address_of(keccak256(point.data() + 1, 64));
}

}  // namespace

Word keccak256(const Bytes& bytes) {
    return keccak256(bytes.data(), bytes.size());
}

Word keccak256(std::string_view text) {
    return keccak256(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

Word keccak256(std::initializer_list<Word> words) {
    Bytes bytes;
    for (const Word& word : words)
        bytes.insert(bytes.end(), word.begin(), word.end());
    return keccak256(bytes);
}

Bytes hmac_sha256(const Bytes& key, std::string_view message) {
    Bytes mac(32);
    unsigned size = 0;
    HMAC(EVP_sha256(),
         key.data(),
         static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(message.data()),
         message.size(),
         mac.data(),
         &size);
    return mac;
}

std::string sha1_hex(std::string_view text) {
    Bytes digest(20);
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
    return hex(digest).substr(2);
}

bool same(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::optional<Address> recover(const Word& digest, const Bytes& signature) {
    if (signature.size() != 65 || (signature[64] != 27 && signature[64] != 28)) return std::nullopt;
    secp256k1_ecdsa_recoverable_signature recoverable;
    if (secp256k1_ecdsa_recoverable_signature_parse_compact(
            context(), &recoverable, signature.data(), signature[64] - 27) == 0) {
        return std::nullopt;
    }
    secp256k1_ecdsa_signature plain;
    secp256k1_ecdsa_recoverable_signature_convert(context(), &plain, &recoverable);
    if (secp256k1_ecdsa_signature_normalize(context(), nullptr, &plain) != 0) return std::nullopt;
    secp256k1_pubkey key;
    if (secp256k1_ecdsa_recover(context(), &key, &recoverable, digest.data()) == 0) {
        return std::nullopt;
    }
    return address_of(key);
}

Bytes sign(const Word& digest, const Word& key) {
    secp256k1_ecdsa_recoverable_signature recoverable;
    if (secp256k1_ecdsa_sign_recoverable(
            context(), &recoverable, digest.data(), key.data(), nullptr, nullptr) == 0) {
        throw std::invalid_argument("not a private key");
    }
    Bytes signature(65);
    int parity = 0;
    secp256k1_ecdsa_recoverable_signature_serialize_compact(
        context(), signature.data(), &parity, &recoverable);
    signature[64] = static_cast<std::uint8_t>(27 + parity);
    return signature;
}

Address address_of_key(const Word& key) {
    secp256k1_pubkey point;
    if (secp256k1_ec_pubkey_create(context(), &point, key.data()) == 0) {
        throw std::invalid_argument("not a private key");
    }
    return address_of(point);
}

}  // namespace polysim

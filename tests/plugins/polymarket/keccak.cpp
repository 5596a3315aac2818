#include "tests/plugins/polymarket/keccak.hpp"

#include <algorithm>

#include <cryptopp/hmac.h>
#include <cryptopp/keccak.h>
#include <cryptopp/sha.h>

namespace tradectl::polymarket {

Word keccak256(Bytes bytes) {
    Word out{};
    CryptoPP::Keccak_256 hash;
    hash.CalculateDigest(out.data(), bytes.data(), bytes.size());
    return out;
}

Word hmac_sha256(std::string_view key, std::string_view message) {
    Word out{};
    CryptoPP::HMAC<CryptoPP::SHA256> mac(reinterpret_cast<const CryptoPP::byte*>(key.data()),
                                         key.size());
    mac.CalculateDigest(
        out.data(), reinterpret_cast<const CryptoPP::byte*>(message.data()), message.size());
    return out;
}

void use_real_hashes(FakeExchangeHost& host) {
    host.hasher = [](HashKind, Bytes input, std::uint8_t* out) {
        const Word hash = keccak256(input);
        std::copy(hash.begin(), hash.end(), out);
    };
}

}  // namespace tradectl::polymarket

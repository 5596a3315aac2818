#include "tests/venues/polymarket/crypto.hpp"

#include <gtest/gtest.h>

namespace polysim {
namespace {

/// The order of the curve's group.
const Word kGroupOrder =
    *word_from_hex("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

/// The other signature that fits: n - s, with the other parity.
Bytes with_high_s(Bytes signature) {
    int borrow = 0;
    for (std::size_t i = 32; i-- > 0;) {
        const int digit = kGroupOrder[i] - signature[32 + i] - borrow;
        borrow = digit < 0 ? 1 : 0;
        signature[32 + i] = static_cast<std::uint8_t>(digit & 0xFF);
    }
    signature[64] = static_cast<std::uint8_t>(55 - signature[64]);
    return signature;
}

TEST(Recover, GivesTheSignersAddress) {
    Word key;
    key.fill(0x11);
    const Word digest = keccak256("digest");
    EXPECT_EQ(recover(digest, sign(digest, key)), address_of_key(key));
    EXPECT_NE(recover(keccak256("other"), sign(digest, key)), address_of_key(key));
}

TEST(Recover, RefusesTheHighHalfOfS) {
    Word key;
    key.fill(0x11);
    const Word digest = keccak256("digest");
    const Bytes twin = with_high_s(sign(digest, key));
    EXPECT_FALSE(recover(digest, twin));
    EXPECT_EQ(with_high_s(twin), sign(digest, key));
}

TEST(Recover, RefusesOtherLengthsAndParities) {
    Word key;
    key.fill(0x11);
    const Word digest = keccak256("digest");
    Bytes signature = sign(digest, key);
    EXPECT_FALSE(recover(digest, {signature.begin(), signature.end() - 1}));
    signature[64] = static_cast<std::uint8_t>(signature[64] - 27);
    EXPECT_FALSE(recover(digest, signature));
}

}  // namespace
}  // namespace polysim

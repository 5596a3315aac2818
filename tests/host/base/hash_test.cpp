#include "host/base/hash.hpp"

#include "host/base/hex.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl {
namespace {

std::string hex_sha256(std::string_view text) {
    return to_hex(sha256(bytes_of(text)));
}

// FIPS 180-2 appendix B.
TEST(Sha256, GivesTheStandardsExamples) {
    EXPECT_EQ(hex_sha256("abc"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(hex_sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(hex_sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256, PiecesGiveTheSameAsTheWholeAndItStartsAgain) {
    Sha256 hash;
    for (int round = 0; round < 2; ++round) {
        hash.update(bytes_of("ab"));
        hash.update(bytes_of(""));
        hash.update(bytes_of("c"));
        EXPECT_EQ(to_hex(hash.finish()), hex_sha256("abc"));
    }
}

// RFC 4231, test cases 1 and 2, and 6 with a key longer than a block.
TEST(HmacSha256, GivesTheRfcsExamples) {
    const auto hmac = [](std::string_view key, std::string_view message) {
        return to_hex(hmac_sha256(bytes_of(key), bytes_of(message)));
    };
    EXPECT_EQ(hmac(std::string(20, '\x0b'), "Hi There"),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(hmac("Jefe", "what do ya want for nothing?"),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(
        hmac(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    EXPECT_EQ(to_hex(hmac_sha256({}, {})),
              "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

using Checksum = std::uint32_t (*)(std::span<const std::byte>, std::uint32_t);

/// RFC 3720 appendix B.4.
void expect_rfc_3720_vectors(Checksum checksum) {
    std::vector<std::byte> bytes(32);
    EXPECT_EQ(checksum(bytes, 0), 0x8a9136aau);
    std::fill(bytes.begin(), bytes.end(), std::byte{0xff});
    EXPECT_EQ(checksum(bytes, 0), 0x62a8ab43u);
    for (std::size_t i = 0; i < 32; ++i)
        bytes[i] = static_cast<std::byte>(i);
    EXPECT_EQ(checksum(bytes, 0), 0x46dd794eu);
    std::reverse(bytes.begin(), bytes.end());
    EXPECT_EQ(checksum(bytes, 0), 0x113fdb5cu);
    EXPECT_EQ(checksum(bytes_of("123456789"), 0), 0xe3069283u);
    EXPECT_EQ(checksum({}, 0), 0u);
}

TEST(Crc32c, TheTableGivesTheRfcsExamples) {
    expect_rfc_3720_vectors(hash_detail::crc32c_table);
}

TEST(Crc32c, TheInstructionGivesTheRfcsExamples) {
    if (!hash_detail::crc32c_in_hardware()) GTEST_SKIP() << "this CPU has no SSE4.2";
    expect_rfc_3720_vectors(hash_detail::crc32c_sse42);
}

TEST(Crc32c, BothWaysAgreeOnEveryLengthAndPlace) {
    if (!hash_detail::crc32c_in_hardware()) GTEST_SKIP() << "this CPU has no SSE4.2";
    std::vector<std::byte> bytes(80);
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::byte>(i * 37 + 11);
    for (std::size_t start = 0; start < 9; ++start) {
        for (std::size_t count = 0; count + start <= bytes.size(); ++count) {
            const auto part = std::span(bytes).subspan(start, count);
            ASSERT_EQ(hash_detail::crc32c_table(part, 5), hash_detail::crc32c_sse42(part, 5));
        }
    }
}

TEST(Crc32c, GoesOnFromWhatStoodBefore) {
    const auto text = bytes_of("123456789");
    EXPECT_EQ(crc32c(text.subspan(4), crc32c(text.first(4))), crc32c(text));
}

TEST(Hex, GoesThereAndBack) {
    const std::vector<std::byte> bytes{std::byte{0}, std::byte{0xaf}, std::byte{0x7f}};
    EXPECT_EQ(to_hex(bytes), "00af7f");
    EXPECT_EQ(from_hex("00aF7f"), bytes);
    EXPECT_EQ(from_hex(""), std::vector<std::byte>{});
}

TEST(Hex, RefusesOddLengthsAndOtherCharacters) {
    EXPECT_FALSE(from_hex("abc"));
    EXPECT_FALSE(from_hex("0g"));
    EXPECT_FALSE(from_hex("0x"));
    EXPECT_FALSE(from_hex(" 0"));
}

}  // namespace
}  // namespace tradectl

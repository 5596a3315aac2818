/// Golden vectors of one venue: orders, wallets' nested signatures, authentication. Published test
/// keys all of them.
#include "host/base/base64.hpp"
#include "host/base/hash.hpp"
#include "host/base/hex.hpp"
#include "host/keys/key.hpp"
#include "host/keys/typed_data.hpp"
#include "tests/host/keys/vectors.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace tradectl::keys {
namespace {

constexpr const char* kOrder2 =
    R"([{"name":"salt","type":"uint256"},{"name":"maker","type":"address"},
{"name":"signer","type":"address"},{"name":"tokenId","type":"uint256"},
{"name":"makerAmount","type":"uint256"},{"name":"takerAmount","type":"uint256"},
{"name":"side","type":"uint8"},{"name":"signatureType","type":"uint8"},
{"name":"timestamp","type":"uint256"},{"name":"metadata","type":"bytes32"},
{"name":"builder","type":"bytes32"}])";
constexpr const char* kWalletMembers =
    R"([{"name":"contents","type":"Order"},{"name":"name","type":"string"},
{"name":"version","type":"string"},{"name":"chainId","type":"uint256"},
{"name":"verifyingContract","type":"address"},{"name":"salt","type":"bytes32"}])";
const std::string kZero = "0x" + std::string(64, '0');

Key key_of(const Json& vector) {
    const std::string text = text_at(vector, "input", "privateKey");
    auto key = Key::parse(KeyKind::Secp256k1, KeyEncoding::Raw, LockedBytes(bytes_of(text)));
    EXPECT_TRUE(key);
    return std::move(*key);
}

std::string typed_order(const Json& expected) {
    return R"({"domain":)" + at(expected, "domain").dump() +
           R"(,"primaryType":"Order","types":{"Order":)" + kOrder2 + R"(},"message":)" +
           at(expected, "typedMessage").dump() + "}";
}

/// What a wallet contract verifies (ERC-7739): the order inside of what the owner signs.
std::string nested_order(const Json& expected) {
    const std::string wallet = text_at(expected, "typedMessage", "signer");
    return R"({"domain":)" + at(expected, "domain").dump() +
           R"(,"primaryType":"TypedDataSign","types":{"TypedDataSign":)" + kWalletMembers +
           R"(,"Order":)" + kOrder2 + R"(},"message":{"contents":)" +
           at(expected, "typedMessage").dump() +
           R"(,"name":"DepositWallet","version":"1","chainId":)" +
           at(expected, "domain", "chainId").dump() + R"(,"verifyingContract":")" + wallet +
           R"(","salt":")" + kZero + "\"}}";
}

template <typename Check>
void each(const char* file, Check check) {
    const Json list = vectors_of(file);
    if (list.is_null()) GTEST_SKIP() << "skipped: no ../shared";
    std::size_t checked = 0;
    for (const Json& vector : *list.as_array()) {
        SCOPED_TRACE(text_at(vector, "id"));
        checked += check(vector) ? 1 : 0;
    }
    EXPECT_GT(checked, 0U);
}

TEST(OrderVectors, DigestsAndSignatures) {
    TypedDataHasher hasher;
    each("polymarket_orders", [&](const Json& vector) {
        const Json& expected = at(vector, "expected");
        const auto version = at(vector, "orderVersion").as_integer();
        if (version == 1 || text_at(expected, "digest").empty()) return false;
        const auto hash = hasher.hash(typed_order(expected));
        EXPECT_TRUE(hash) << hash.error().message;
        if (!hash) return false;
        EXPECT_EQ(hex_of(hash->domain->separator), text_at(expected, "domainSeparator"));
        EXPECT_EQ(hex_of(hash->struct_hash), text_at(expected, "structHash"));
        EXPECT_EQ(hex_of(hash->digest), text_at(expected, "digest"));
        const Json& nested = at(expected, "erc7739");
        if (nested.is_null()) {
            EXPECT_EQ(hex_of(in_one(key_of(vector).sign_digest(hash->digest))),
                      text_at(expected, "signature"));
            return true;
        }
        const auto outer = hasher.hash(nested_order(expected));
        EXPECT_TRUE(outer) << outer.error().message;
        if (!outer) return false;
        EXPECT_EQ(hex_of(outer->digest), text_at(nested, "typedDataSignDigest"));
        EXPECT_EQ(hex_of(in_one(key_of(vector).sign_digest(outer->digest))),
                  text_at(nested, "innerSignature"));
        return true;
    });
}

TEST(OrderVectors, AuthenticationWithTheWallet) {
    TypedDataHasher hasher;
    each("polymarket_l1_auth", [&](const Json& vector) {
        const Json& input = at(vector, "input");
        const Json& expected = at(vector, "expected");
        const std::string json =
            R"({"domain":{"name":"ClobAuthDomain","version":"1","chainId":)" +
            at(input, "chainId").dump() +
            R"(},"primaryType":"ClobAuth","types":{"ClobAuth":[{"name":"address","type":"address"},
{"name":"timestamp","type":"string"},{"name":"nonce","type":"uint256"},
{"name":"message","type":"string"}]},"message":{"address":")" +
            text_at(expected, "headers", "POLY_ADDRESS") + R"(","timestamp":")" +
            text_at(expected, "headers", "POLY_TIMESTAMP") + R"(","nonce":)" +
            at(input, "nonce").dump() +
            R"(,"message":"This message attests that I control the given wallet"}})";
        const auto hash = hasher.hash(json);
        EXPECT_TRUE(hash) << hash.error().message;
        if (!hash) return false;
        EXPECT_EQ(hex_of(hash->digest), text_at(expected, "digest"));
        EXPECT_EQ(hex_of(in_one(key_of(vector).sign_digest(hash->digest))),
                  text_at(expected, "headers", "POLY_SIGNATURE"));
        return true;
    });
}

TEST(OrderVectors, AuthenticationWithAMac) {
    each("polymarket_l2_hmac", [](const Json& vector) {
        const std::string secret = text_at(vector, "input", "secret");
        const auto key =
            Key::parse(KeyKind::Hmac, KeyEncoding::Base64, LockedBytes(bytes_of(secret)));
        EXPECT_TRUE(key) << key.error().message;
        if (!key) return false;
        std::string mac = to_base64(key->hmac(bytes_of(text_at(vector, "expected", "message"))));
        std::replace(mac.begin(), mac.end(), '+', '-');
        std::replace(mac.begin(), mac.end(), '/', '_');
        EXPECT_EQ(mac, text_at(vector, "expected", "signature"));
        return true;
    });
}

}  // namespace
}  // namespace tradectl::keys

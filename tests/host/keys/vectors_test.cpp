/// Golden vectors of Ethereum's encodings and signatures. All keys are published test keys.
#include "tests/host/keys/vectors.hpp"

#include "host/base/hash.hpp"
#include "host/base/hex.hpp"
#include "host/keys/rlp.hpp"
#include "host/keys/secp256k1_key.hpp"
#include "host/keys/transaction.hpp"
#include "host/keys/typed_data.hpp"

#include <gtest/gtest.h>

namespace tradectl::keys {

std::string hex_of(std::span<const std::byte> bytes) {
    return "0x" + to_hex(bytes);
}

namespace {

/// Runs `check` for each vector and says which one failed.
template <typename Check>
void each(const char* file, std::size_t at_least, Check check) {
    const Json list = vectors_of(file);
    if (list.is_null()) GTEST_SKIP() << "skipped: no ../shared";
    ASSERT_GE(list.as_array()->size(), at_least);
    for (const Json& vector : *list.as_array()) {
        SCOPED_TRACE(text_at(vector, "id"));
        check(vector);
    }
}

Word word_from(const std::string& text) {
    Word word{};
    const auto bytes = bytes_from(text);
    EXPECT_EQ(bytes.size(), word.size());
    if (bytes.size() == word.size()) std::copy(bytes.begin(), bytes.end(), word.begin());
    return word;
}

std::vector<std::byte> key_of(const Json& vector) {
    return bytes_from(text_at(vector, "input", "privateKey"));
}

void write_item(const Json& item, RlpWriter& out) {
    if (const std::string* text = item.as_text()) return out.bytes(bytes_from(*text));
    RlpWriter inner;
    for (const Json& part : *item.as_array())
        write_item(part, inner);
    out.list(inner);
}

TEST(Vectors, Keccak256) {
    each("keccak256", 20, [](const Json& vector) {
        const Json& input = at(vector, "input");
        const std::string* text = at(input, "utf8").as_text();
        const auto bytes = bytes_from(text_at(input, "hex"));
        EXPECT_EQ(hex_of(keccak256(text ? bytes_of(*text) : std::span<const std::byte>(bytes))),
                  text_at(vector, "expected", "keccak256"));
    });
}

TEST(Vectors, Rlp) {
    each("rlp", 10, [](const Json& vector) {
        RlpWriter out;
        write_item(at(vector, "input"), out);
        EXPECT_EQ(hex_of(out.written()), text_at(vector, "expected", "rlp"));
    });
}

TEST(Vectors, Addresses) {
    each("addresses", 30, [](const Json& vector) {
        if (const std::string* text = at(vector, "input", "candidate").as_text()) {
            EXPECT_EQ(parse_address(*text).has_value(),
                      at(vector, "expected", "validAddress").as_boolean());
        } else if (const std::string* plain = at(vector, "input", "address").as_text()) {
            const auto address = parse_address(*plain);
            ASSERT_TRUE(address);
            EXPECT_EQ(to_text(*address), text_at(vector, "expected", "checksum"));
        } else {
            ASSERT_TRUE(is_secp256k1_key(key_of(vector)));
            EXPECT_EQ("0x04" + to_hex(public_key_of(key_of(vector))),
                      text_at(vector, "expected", "publicKeyUncompressed"));
            EXPECT_EQ(to_text(address_of(key_of(vector))), text_at(vector, "expected", "address"));
        }
    });
}

TEST(Vectors, Signatures) {
    each("secp256k1_sign", 30, [](const Json& vector) {
        const auto made =
            sign_recoverable(key_of(vector), word_from(text_at(vector, "input", "digest")));
        EXPECT_EQ(hex_of(in_one(made)), text_at(vector, "expected", "signature"));
    });
}

TEST(Vectors, PersonalMessages) {
    each("eip191_personal_sign", 10, [](const Json& vector) {
        const Word digest = word_from(text_at(vector, "expected", "digest"));
        EXPECT_EQ(hex_of(in_one(sign_recoverable(key_of(vector), digest))),
                  text_at(vector, "expected", "signature"));
    });
}

TEST(Vectors, TypedData) {
    TypedDataHasher hasher;
    each("eip712_generic", 10, [&](const Json& vector) {
        const auto hash = hasher.hash(at(vector, "input", "typedData").dump());
        ASSERT_TRUE(hash) << hash.error().message;
        const Json& expected = at(vector, "expected");
        EXPECT_EQ(hash->primary->encoded_type, text_at(expected, "encodeType"));
        EXPECT_EQ(hex_of(hash->primary->type_hash), text_at(expected, "typeHash"));
        EXPECT_EQ(hex_of(hash->domain->separator), text_at(expected, "domainSeparator"));
        EXPECT_EQ(hex_of(hash->struct_hash), text_at(expected, "structHash"));
        EXPECT_EQ(hex_of(hash->digest), text_at(expected, "digest"));
        EXPECT_EQ(hex_of(in_one(sign_recoverable(key_of(vector), hash->digest))),
                  text_at(expected, "signature"));
    });
}

TEST(Vectors, Transactions) {
    each("signed_transactions", 40, [](const Json& vector) {
        Json input = at(vector, "input");
        std::erase_if(*input.as_object(), [](const JsonMember& member) {
            return member.key.starts_with("privateKey");
        });
        const auto transaction = read_transaction(input.dump());
        const Json& expected = at(vector, "expected");
        if (at(vector, "input", "to").is_null()) {
            EXPECT_FALSE(transaction) << "a contract was created";
            return;
        }
        ASSERT_TRUE(transaction) << transaction.error().message;
        const auto plain = unsigned_bytes(*transaction);
        EXPECT_EQ(hex_of(plain), text_at(expected, "unsignedSerialized"));
        const auto made = sign_recoverable(key_of(vector), keccak256(plain));
        const auto raw = signed_bytes(*transaction, made);
        EXPECT_EQ(hex_of(raw), text_at(expected, "rawTransaction"));
        EXPECT_EQ(hex_of(keccak256(raw)), text_at(expected, "transactionHash"));
    });
}

}  // namespace
}  // namespace tradectl::keys

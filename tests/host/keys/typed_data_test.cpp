#include "host/keys/typed_data.hpp"

#include "host/base/hex.hpp"

#include <gtest/gtest.h>

namespace tradectl::keys {
namespace {

/// Typed data with one struct type `M` of these members and this message.
std::string typed(const std::string& members, const std::string& message) {
    return R"({"domain":{"chainId":1},"primaryType":"M","types":{"M":[)" + members +
           R"(],"P":[{"name":"n","type":"uint8"}]},"message":)" + message + "}";
}

std::string one(const std::string& type, const std::string& value) {
    return typed(R"({"name":"x","type":")" + type + "\"}", R"({"x":)" + value + "}");
}

std::string complaint(const std::string& json) {
    TypedDataHasher hasher;
    const auto hash = hasher.hash(json);
    return hash ? "" : hash.error().message;
}

std::string digest(TypedDataHasher& hasher, const std::string& json) {
    const auto hash = hasher.hash(json);
    EXPECT_TRUE(hash) << hash.error().message;
    return hash ? to_hex(hash->digest) : "";
}

TEST(TypedData, IntegersStayInTheRangeOfTheirType) {
    for (const char* value : {"0", "255", "\"255\"", "\"0xff\"", "\"0xFF\"", "\"007\""})
        EXPECT_EQ(complaint(one("uint8", value)), "") << value;
    for (const char* value : {"256",
                              "-1",
                              "\"-1\"",
                              "1.0",
                              "1e2",
                              "\"\"",
                              "\"0x\"",
                              "true",
                              "null",
                              "007",
                              "0x1",
                              "{}",
                              "[]",
                              "\"1 \"",
                              "\" 1\"",
                              "\"+1\""})
        EXPECT_NE(complaint(one("uint8", value)), "") << value;
    for (const char* value : {"-128", "127", "\"-0\""})
        EXPECT_EQ(complaint(one("int8", value)), "") << value;
    EXPECT_EQ(complaint(one("int8", "-129")),
              "typed data: message: member 'x': out of the range of int8");
    EXPECT_NE(complaint(one("int8", "128")), "");
    const std::string all = "\"0x" + std::string(64, 'f') + "\"";
    EXPECT_EQ(complaint(one("uint256", all)), "");
    EXPECT_NE(complaint(one("uint256", "\"0x1" + std::string(64, '0') + "\"")), "");
    EXPECT_NE(complaint(one("int256", all)), "");
    EXPECT_EQ(complaint(one("int256", "\"-0x8" + std::string(63, '0') + "\"")), "");
    EXPECT_NE(complaint(one("int256", "\"-0x8" + std::string(62, '0') + "1\"")), "");
}

TEST(TypedData, BytesAddressesAndBooleansAreExact) {
    EXPECT_EQ(complaint(one("bytes4", "\"0x01020304\"")), "");
    EXPECT_NE(complaint(one("bytes4", "\"0x010203\"")), "");
    EXPECT_NE(complaint(one("bytes4", "\"0x0102030405\"")), "");
    EXPECT_EQ(complaint(one("bytes", "\"0x\"")), "");
    EXPECT_NE(complaint(one("bytes", "\"0x0\"")), "");
    EXPECT_NE(complaint(one("bytes", "\"0102\"")), "");
    EXPECT_EQ(complaint(one("bool", "true")), "");
    for (const char* value : {"1", "\"true\"", "truex", "null"})
        EXPECT_NE(complaint(one("bool", value)), "") << value;
    EXPECT_EQ(complaint(one("address", "\"0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A\"")), "");
    EXPECT_NE(complaint(one("address", "\"0x19e7E376E7C213B7E7e7e46cc70A5dD086DAff2A\"")), "")
        << "a wrong checksum";
}

TEST(TypedData, MembersAreThereOnceAndKnown) {
    const std::string two = R"({"name":"a","type":"uint8"},{"name":"b","type":"uint8"})";
    EXPECT_EQ(complaint(typed(two, R"({"a":1})")), "typed data: message: member 'b': missing");
    EXPECT_EQ(complaint(typed(two, R"({"a":1,"b":2,"a":3})")),
              "typed data: message: member 'a': given twice");
    EXPECT_EQ(complaint(typed(two, R"({"a":1,"b":2,"c":3})")),
              "typed data: message: type 'M' has no member 'c'");
    TypedDataHasher hasher;
    EXPECT_EQ(digest(hasher, typed(two, R"({"b":2,"a":1})")),
              digest(hasher, typed(two, R"( { "a" : 1 , "b" : 2 } )")));
}

TEST(TypedData, TheOrderOfThePartsDoesNotMatterAndNothingStandsTwice) {
    TypedDataHasher hasher;
    const std::string domain = R"("domain":{"chainId":1})";
    const std::string primary = R"("primaryType":"M")";
    const std::string types = R"("types":{"M":[{"name":"x","type":"uint8"}]})";
    const std::string message = R"("message":{"x":7})";
    const auto object = [](const std::vector<std::string>& parts) {
        std::string text = "{";
        for (const std::string& part : parts)
            text += (text.size() > 1 ? "," : "") + part;
        return text + "}";
    };
    const std::string first = digest(hasher, object({domain, primary, types, message}));
    EXPECT_EQ(digest(hasher, object({message, types, primary, domain})), first);
    EXPECT_EQ(digest(hasher, object({domain, message, primary, types}) + " \n"), first);
    EXPECT_NE(complaint(object({domain, primary, types, message, message})), "");
    EXPECT_NE(complaint(object({domain, message, primary, types, domain})), "");
    EXPECT_NE(complaint(object({domain, primary, types, message}) + "x"), "");
    EXPECT_NE(complaint(object({domain, primary, message})), "");
    EXPECT_NE(complaint(object({domain, primary, types, message, "\"more\":1"})), "");
    EXPECT_NE(complaint(""), "");
}

TEST(TypedData, WhatWasSeenBeforeIsNotTakenForSomethingElse) {
    TypedDataHasher hasher;
    const std::string plain = digest(hasher, one("uint8", "7"));
    for (int i = 0; i < 100; ++i) {
        std::string other = one("uint8", "7");
        other.replace(other.find("\"chainId\":1"), 11, "\"chainId\":" + std::to_string(i + 2));
        EXPECT_NE(digest(hasher, other), plain);
    }
    EXPECT_NE(digest(hasher, one("uint16", "7")), plain);
    // The same types, another one of them.
    std::string primary = typed(R"({"name":"n","type":"uint8"})", R"({"n":7})");
    const std::string of_m = digest(hasher, primary);
    primary.replace(primary.find(R"(:"M")"), 4, R"(:"P")");
    EXPECT_NE(digest(hasher, primary), of_m);
    EXPECT_EQ(digest(hasher, one("uint8", "7")), plain);
}

TEST(TypedData, TypesThatAreNoneAreRefused) {
    for (const char* type : {"uint",
                             "uint7",
                             "uint264",
                             "uint08",
                             "int0",
                             "bytes0",
                             "bytes33",
                             "Q",
                             "uint8[0]",
                             "uint8[",
                             "uint8]",
                             "uint8[-1]",
                             "uint8[][][][][]",
                             "",
                             "M ",
                             "fixed128x18",
                             "EIP712Domain"})
        EXPECT_NE(complaint(one(type, "1")), "") << type;
    EXPECT_EQ(complaint(one("Q", "1")), "typed data: type 'M', member 'x': unknown type 'Q'");
    EXPECT_NE(complaint(typed(R"({"name":"x","type":"P"},{"name":"x","type":"P"})", "{}")), "");
    EXPECT_NE(complaint(typed(R"({"name":"x"})", "{}")), "");
}

TEST(TypedData, ArraysHaveTheirLengthAndNestingEnds) {
    EXPECT_EQ(complaint(one("uint8[2]", "[1,2]")), "");
    EXPECT_EQ(complaint(one("uint8[2][]", "[[1,2],[3,4]]")), "");
    EXPECT_EQ(complaint(one("P[]", R"([{"n":1},{"n":2}])")), "");
    EXPECT_EQ(complaint(one("uint8[2]", "[1]")),
              "typed data: message: member 'x': 1 items in place of 2");
    for (const char* value : {"[1,]", "[,1]", "[1 2]", "[1", "{}", "1"})
        EXPECT_NE(complaint(one("uint8[]", value)), "") << value;
    std::string deep = "[]";
    for (int i = 0; i < 20; ++i)
        deep = "[{\"x\":" + deep + "}]";
    EXPECT_NE(complaint(one("M[]", deep)).find("nested too deep"), std::string::npos);
}

TEST(TypedData, TextIsUnescapedAndSound) {
    TypedDataHasher hasher;
    EXPECT_EQ(digest(hasher, one("string", R"("aA\n")")),
              digest(hasher, one("string", "\"a\\u0041\\u000a\"")));
    for (const char* value : {"\"a\nb\"", "\"\xff\"", "\"\\x\"", "\"\\ud800\"", "1", "\"a"})
        EXPECT_NE(complaint(one("string", value)), "") << value;
}

TEST(TypedData, ADomainSaysWhatItDeclares) {
    const auto with = [](const std::string& domain, const std::string& declared) {
        return R"({"domain":)" + domain + R"(,"primaryType":"M","types":{"EIP712Domain":[)" +
               declared + R"(],"M":[{"name":"x","type":"uint8"}]},"message":{"x":1}})";
    };
    const std::string chain = R"({"name":"chainId","type":"uint256"})";
    EXPECT_EQ(complaint(with(R"({"chainId":1})", chain)), "");
    EXPECT_NE(complaint(with(R"({"chainId":1})", "")), "");
    EXPECT_NE(complaint(with(R"({"chainId":1,"name":"a"})", chain)), "");
    EXPECT_NE(complaint(with(R"({"chainId":-1})", chain)), "");
    EXPECT_NE(complaint(with(R"({"chainId":1,"other":2})", chain)), "");
}

}  // namespace
}  // namespace tradectl::keys

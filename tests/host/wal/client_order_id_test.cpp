#include "host/wal/client_order_id.hpp"

#include "host/base/hash.hpp"
#include "host/base/hex.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tradectl::wal {
namespace {

InstallKey test_key() {
    InstallKey key;
    for (std::size_t i = 0; i < key.size(); ++i)
        key[i] = static_cast<std::byte>(i);
    return key;
}

std::string text_of(const ClientOrderId& id) {
    const auto text = to_text(id);
    return {text.data(), text.size()};
}

TEST(ClientOrderId, HasTheDocumentedLayout) {
    const auto id = make_client_order_id(0xabcd, {0x010203040506}, 0x0708, test_key());
    const std::string text = text_of(id);
    EXPECT_EQ(text.substr(0, 20), "abcd0102030405060708");
    const auto message = from_hex(text.substr(0, 20));
    const auto digest = hmac_sha256(test_key(), *message);
    EXPECT_EQ(text.substr(20), to_hex(std::span(digest).first(6)));
}

TEST(ClientOrderId, ParsesWhatItWrites) {
    const auto id = make_client_order_id(1, {kOpIdMax}, 65535, test_key());
    const auto parsed = parse_client_order_id(text_of(id));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(*parsed, id);
    EXPECT_TRUE(is_authentic(*parsed, test_key()));
}

TEST(ClientOrderId, AVenueMayWriteItAsAUuid) {
    const auto id = make_client_order_id(1, {2}, 3, test_key());
    std::string text = text_of(id);
    for (const std::size_t at : {8u, 13u, 18u, 23u})
        text.insert(at, "-");
    EXPECT_EQ(*parse_client_order_id(text), id);
    text[8] = '0';
    EXPECT_FALSE(parse_client_order_id(text));
}

TEST(ClientOrderId, EveryChangedDigitIsNoticed) {
    const std::string text = text_of(make_client_order_id(7, {12345}, 2, test_key()));
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string changed = text;
        changed[i] = changed[i] == '0' ? '1' : '0';
        const auto parsed = parse_client_order_id(changed);
        ASSERT_TRUE(parsed);
        EXPECT_FALSE(is_authentic(*parsed, test_key())) << i;
    }
}

TEST(ClientOrderId, AnotherKeyIsNotAuthentic) {
    InstallKey other = test_key();
    other[31] ^= std::byte{1};
    EXPECT_FALSE(is_authentic(make_client_order_id(7, {1}, 1, test_key()), other));
}

TEST(ClientOrderId, RefusesWhatIsNoneOfOurs) {
    for (const char* text : {"",
                             "x",
                             "0123456789abcdef0123456789abcde",
                             "0123456789abcdef0123456789abcdef0",
                             "0123456789ABCDEF0123456789abcdef",
                             "0123456789abcdef0123456789abcdeg",
                             "--------------------------------",
                             "0123456789abcdef0123456789abcdef----"}) {
        EXPECT_EQ(parse_client_order_id(text).error().code, ErrorCode::InvalidArgument) << text;
    }
}

}  // namespace
}  // namespace tradectl::wal

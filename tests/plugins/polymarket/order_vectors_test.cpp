// Orders against golden vectors of the venue's own client.
#include "plugins/exchanges/polymarket/auth.hpp"
#include "plugins/exchanges/polymarket/order.hpp"
#include "tests/plugins/polymarket/keccak.hpp"
#include "tests/plugins/polymarket/vectors.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tradectl::polymarket {
namespace {

constexpr const char* kOrders = "vectors/evm/polymarket_orders.json";

NamedAddress address(const std::string& text) {
    auto out = checksum_address(text, keccak256);
    EXPECT_TRUE(out) << text;
    return out ? *out : NamedAddress{};
}

std::uint64_t number(const Json& json, std::string_view key) {
    const std::string text = member(json, key);
    return text.empty() ? 0 : std::stoull(text);
}

Order order_of(const Json& vector) {
    const Json& input = *vector.find("input");
    const Json& expected = *vector.find("expected");
    const Json& message = *expected.find("typedMessage");
    Order out;
    out.version = static_cast<int>(number(vector, "orderVersion"));
    out.chain_id = number(input, "chainId");
    out.exchange = address(member(*expected.find("domain"), "verifyingContract"));
    out.salt = number(message, "salt");
    out.maker = address(member(message, "maker"));
    out.signer = address(member(message, "signer"));
    out.token_id = member(message, "tokenId");
    out.side = member(input, "side") == "BUY" ? Side::Buy : Side::Sell;
    out.signature_type = static_cast<SignatureType>(number(input, "signatureType"));
    out.timestamp_ms = number(message, "timestamp");
    out.expiration_s = number(input, "expiration");
    if (out.version != 1) {
        out.metadata = *parse_hash(member(message, "metadata"));
        out.builder = *parse_hash(member(message, "builder"));
    }
    out.nonce = number(message, "nonce");
    out.fee_rate_bps = number(message, "feeRateBps");
    out.order_type = member(input, "orderType");
    out.post_only = member(input, "postOnly") == "true";
    const auto rules = tick_rules(*Decimal::parse(member(input, "tickSize")));
    const auto price = *Decimal::parse(member(input, "price"));
    const auto amounts =
        member(vector, "kind") == "limit"
            ? limit_amounts(out.side, price, *Decimal::parse(member(input, "size")), *rules)
            : market_amounts(out.side,
                             price,
                             *Decimal::parse(member(input, "amount")),
                             *rules,
                             PriceBound::Found);
    EXPECT_TRUE(amounts) << member(vector, "id");
    if (amounts) out.amounts = *amounts;
    return out;
}

TEST(OrderVectors, AmountsHashesAndBodiesAreTheClients) {
    SKIP_WITHOUT_SHARED(kOrders);
    const Json all = shared_json(kOrders);
    OrderHasher hasher(keccak256);
    std::size_t count = 0;
    for (const Json& vector : *all.find("vectors")->as_array()) {
        SCOPED_TRACE(member(vector, "id"));
        const Json& expected = *vector.find("expected");
        const Order order = order_of(vector);
        EXPECT_EQ(std::to_string(order.amounts.maker), member(expected, "makerAmount"));
        EXPECT_EQ(std::to_string(order.amounts.taker), member(expected, "takerAmount"));
        const auto hashes = hasher.hash(order);
        ASSERT_TRUE(hashes);
        EXPECT_EQ(to_hex(hashes->domain_separator), member(expected, "domainSeparator"));
        EXPECT_EQ(to_hex(hashes->struct_hash), member(expected, "structHash"));
        EXPECT_EQ(to_hex(hashes->digest), member(expected, "orderId"));
        EXPECT_EQ(
            order_json(
                order, member(expected, "signature"), member(*vector.find("input"), "apiKey")),
            member(expected, "requestBodyJson"));
        ++count;
    }
    EXPECT_EQ(count, 119U);
}

TEST(OrderVectors, WhatIsSignedSaysTheSameAsWhatIsHashed) {
    SKIP_WITHOUT_SHARED(kOrders);
    const Json all = shared_json(kOrders);
    for (const Json& vector : *all.find("vectors")->as_array()) {
        SCOPED_TRACE(member(vector, "id"));
        const Order order = order_of(vector);
        const auto payload = parse_json(typed_data_json(order));
        ASSERT_TRUE(payload);
        const Json& expected = *vector.find("expected");
        EXPECT_EQ(*payload->find("domain"), *expected.find("domain"));
        const bool is_nested = order.signature_type == SignatureType::Contract;
        EXPECT_EQ(member(*payload, "primaryType"), is_nested ? "TypedDataSign" : "Order");
        const Json* message = payload->find("message");
        if (is_nested) message = message->find("contents");
        EXPECT_EQ(*message, *expected.find("typedMessage"));
    }
}

TEST(OrderVectors, AContractWalletsSignatureCarriesWhatItSigned) {
    SKIP_WITHOUT_SHARED(kOrders);
    OrderHasher hasher(keccak256);
    std::size_t count = 0;
    const Json all = shared_json(kOrders);
    for (const Json& vector : *all.find("vectors")->as_array()) {
        const Json& expected = *vector.find("expected");
        const Json* nested = expected.find("erc7739");
        if (nested == nullptr) continue;
        const Order order = order_of(vector);
        const auto inner = parse_data(member(*nested, "innerSignature"));
        EXPECT_EQ(wire_signature(order, *hasher.hash(order), as_bytes(*inner)),
                  member(expected, "signature"));
        ++count;
    }
    EXPECT_GT(count, 0U);
}

TEST(OrderVectors, TheBaselineOfTheContractsTestHolds) {
    Order order;
    order.salt = 12345;
    order.maker = address("0x1234567890123456789012345678901234567890");
    order.signer = address("0x2345678901234567890123456789012345678901");
    Word token{};
    for (std::size_t i = 0; i < token.size(); ++i)
        token[i] = static_cast<std::uint8_t>(i + 1);
    order.token_id = to_decimal_text(token);
    order.amounts = {1'000'000, 500'000};
    order.timestamp_ms = 1'700'000'000;
    order.metadata = *parse_quantity("0xDEADBEEF");
    order.builder = *parse_quantity("0xFEEDFACE");
    order.exchange = address("0xE111180000d2663C0091e4f400237545B87B996B");
    OrderHasher hasher(keccak256);
    const auto hashes = hasher.hash(order);
    ASSERT_TRUE(hashes);
    EXPECT_EQ(to_hex(hashes->struct_hash),
              "0x08b5c2f163715a48f38ae24e8d1b9ab97bb3d457245b854c1b6cb2a69142742a");
    EXPECT_EQ(to_hex(hashes->domain_separator),
              "0x3264e159346253e26a64e00b69032db0e7d32f94628de3e6eecb50304d7af3d2");
}

void check_amounts(const Json& vector, const Json& expected) {
    const auto rules = tick_rules(*Decimal::parse(member(vector, "tickSize")));
    const Side side = member(vector, "side") == "BUY" ? Side::Buy : Side::Sell;
    const auto price = *Decimal::parse(member(vector, "price"));
    const bool is_limit = member(vector, "kind") == "limit";
    const auto quantity = *Decimal::parse(member(vector, is_limit ? "size" : "amount"));
    const auto amounts = is_limit
                             ? limit_amounts(side, price, quantity, *rules)
                             : market_amounts(side, price, quantity, *rules, PriceBound::Found);
    ASSERT_TRUE(amounts) << member(vector, "id") << ": " << amounts.error().message;
    EXPECT_EQ(std::to_string(amounts->maker), member(expected, "makerAmount"));
    EXPECT_EQ(std::to_string(amounts->taker), member(expected, "takerAmount"));
}

TEST(AmountVectors, AreExact) {
    constexpr const char* kPath = "vectors/evm/polymarket_amounts.json";
    SKIP_WITHOUT_SHARED(kPath);
    const Json all = shared_json(kPath);
    for (const Json& vector : *all.find("vectors")->as_array()) {
        SCOPED_TRACE(member(vector, "id"));
        check_amounts(vector, *vector.find("expected"));
    }
}

TEST(AmountVectors, WhereTheClientsDoublesAreLowTheExactValueIsSent) {
    constexpr const char* kPath = "vectors/evm/polymarket_float_artifacts.json";
    SKIP_WITHOUT_SHARED(kPath);
    const Json all = shared_json(kPath);
    for (const Json& vector : *all.find("vectors")->as_array()) {
        SCOPED_TRACE(member(vector, "id"));
        check_amounts(vector, *vector.find("exactDecimal"));
    }
}

TEST(MarketPriceVectors, WalkTheBookAsTheClientDoes) {
    constexpr const char* kPath = "vectors/evm/polymarket_market_price.json";
    SKIP_WITHOUT_SHARED(kPath);
    const Json all = shared_json(kPath);
    for (const Json& vector : *all.find("vectors")->as_array()) {
        SCOPED_TRACE(member(vector, "id"));
        const Json& input = *vector.find("input");
        std::vector<PriceLevel> levels;
        for (const Json& level : *input.find("levels")->as_array())
            levels.insert(
                levels.begin(),
                {*Decimal::parse(member(level, "price")), *Decimal::parse(member(level, "size"))});
        const auto price = market_price(
            levels,
            *Decimal::parse(member(input, "amount")),
            member(input, "side") == "BUY" ? Measure::Collateral : Measure::Shares,
            member(input, "orderType") == "FOK" ? Shortfall::Fail : Shortfall::UseWorst);
        const std::string expected = member(*vector.find("expected"), "price");
        if (expected.empty()) {
            EXPECT_FALSE(price);
        } else {
            ASSERT_TRUE(price);
            EXPECT_EQ(*price, *Decimal::parse(expected));
        }
    }
}

TEST(L2Vectors, TheMessageIsTheClients) {
    constexpr const char* kPath = "vectors/evm/polymarket_l2_hmac.json";
    SKIP_WITHOUT_SHARED(kPath);
    const Json all = shared_json(kPath);
    for (const Json& vector : *all.find("vectors")->as_array()) {
        const Json& input = *vector.find("input");
        EXPECT_EQ(l2_message(std::stoull(member(input, "timestamp")),
                             member(input, "method"),
                             member(input, "requestPath") + "?next_cursor=MA%3D%3D",
                             member(input, "body")),
                  member(*vector.find("expected"), "message"));
    }
}

TEST(Keccak, OfTheTestsIsTheOriginalPadding) {
    EXPECT_EQ(to_hex(keccak256({})),
              "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
}

}  // namespace
}  // namespace tradectl::polymarket

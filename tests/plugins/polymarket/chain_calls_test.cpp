// Call data and results of the chain, against golden vectors and by hand.
#include "plugins/exchanges/polymarket/rpc.hpp"
#include "tests/plugins/polymarket/keccak.hpp"
#include "tests/plugins/polymarket/vectors.hpp"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::polymarket {
namespace {

Word word(const Json& value) {
    if (const auto* text = value.as_text())
        return text->starts_with("0x") ? *parse_quantity(*text) : *parse_decimal_word(*text);
    return word_of(static_cast<std::uint64_t>(value.as_integer().value_or(0)));
}
Address address(const Json& value) {
    return *parse_address(*value.as_text());
}

/// The call data of a vector by the functions under test, or nothing for calls that are not used.
std::string ours(const std::string& signature, const Json::Array& args) {
    if (signature == "balanceOf(address)") return call_balance_of(address(args[0]));
    if (signature == "balanceOf(address,uint256)")
        return call_balance_of(address(args[0]), word(args[1]));
    if (signature == "balanceOfBatch(address[],uint256[])") {
        const auto& owners = *args[0].as_array();
        for (const Json& owner : owners)
            if (!(owner == owners[0])) return {};  // of one owner alone
        std::vector<Word> tokens;
        for (const Json& token : *args[1].as_array())
            tokens.push_back(word(token));
        return tokens.empty() ? std::string() : call_balance_of_batch(address(owners[0]), tokens);
    }
    if (signature == "allowance(address,address)")
        return call_allowance(address(args[0]), address(args[1]));
    if (signature == "isApprovedForAll(address,address)")
        return call_is_approved_for_all(address(args[0]), address(args[1]));
    if (signature == "approve(address,uint256)")
        return call_approve(address(args[0]), word(args[1]));
    if (signature == "setApprovalForAll(address,bool)")
        return call_set_approval_for_all(
            address(args[0]), *args[1].as_boolean() ? Approval::Grant : Approval::Revoke);
    if (signature == "payoutDenominator(bytes32)") return call_payout_denominator(word(args[0]));
    if (signature == "redeemPositions(address,bytes32,bytes32,uint256[])")
        return call_redeem_positions(address(args[0]), word(args[2]));
    return {};
}

TEST(CallVectors, AreTheSameBytes) {
    constexpr const char* kPath = "vectors/evm/abi_calldata.json";
    SKIP_WITHOUT_SHARED(kPath);
    const Json all = shared_json(kPath);
    std::map<std::string, int> seen;
    for (const Json& vector : *all.find("vectors")->as_array()) {
        const Json& input = *vector.find("input");
        const std::string signature = member(input, "signature");
        const std::string data = ours(signature, *input.find("args")->as_array());
        if (data.empty()) continue;
        EXPECT_EQ(data, member(*vector.find("expected"), "calldata")) << member(vector, "id");
        ++seen[signature];
    }
    EXPECT_EQ(seen.size(), 9U);
}

TEST(Calls, BeginWithTheHashOfTheirSignature) {
    const auto selector = [](std::string_view signature) {
        return to_hex(keccak256(as_bytes(signature))).substr(0, 10);
    };
    EXPECT_EQ(call_payout_numerator({}, 0).substr(0, 10),
              selector("payoutNumerators(bytes32,uint256)"));
    EXPECT_EQ(call_redeem_neg_risk({}, {}).substr(0, 10),
              selector("redeemPositions(bytes32,uint256[])"));
    EXPECT_EQ(call_redeem_positions({}, {}).substr(0, 10),
              selector("redeemPositions(address,bytes32,bytes32,uint256[])"));
    const Word amounts[] = {word_of(std::uint64_t{1}), word_of(std::uint64_t{2})};
    EXPECT_EQ(call_balance_of_batch({}, amounts).size(), 10U + 64 * (2 + 3 + 3));
}

TEST(ReturnVectors, WordsAreReadAndMalformedOnesRefused) {
    EXPECT_EQ(*to_uint64(*decode_word("0x" + std::string(62, '0') + "2a")), 42U);
    for (const char* bad : {"0x", "", "0x00", "zz", "0x0g"})
        EXPECT_FALSE(decode_word(bad)) << bad;
    EXPECT_NE(decode_word("0x").error().message.find("no contract"), std::string::npos);
    std::string list = "0x" + to_hex(word_of(std::uint64_t{32})).substr(2) +
                       to_hex(word_of(std::uint64_t{1})).substr(2) +
                       to_hex(word_of(std::uint64_t{7})).substr(2);
    ASSERT_TRUE(decode_words(list));
    EXPECT_EQ(*to_uint64((*decode_words(list))[0]), 7U);
    EXPECT_FALSE(decode_words(list.substr(0, list.size() - 64)));
    list[65] = '1';
    EXPECT_FALSE(decode_words(list));
    EXPECT_FALSE(decode_words("0x"));
}

TEST(RpcFaults, AreKnownByTheWordsOfSeveralNodes) {
    EXPECT_EQ(rpc_fault("Nonce too low. Expected nonce to be 3 but got 2"), RpcFault::NonceTooLow);
    EXPECT_EQ(rpc_fault("the tx doesn't have the correct nonce"), RpcFault::NonceTooLow);
    EXPECT_EQ(rpc_fault("already known"), RpcFault::AlreadyKnown);
    EXPECT_EQ(rpc_fault("transaction already imported"), RpcFault::AlreadyKnown);
    EXPECT_EQ(rpc_fault("transaction gas price below minimum"), RpcFault::Underpriced);
    EXPECT_EQ(rpc_fault("insufficient funds for gas * price + value"), RpcFault::CannotPay);
    EXPECT_EQ(rpc_fault("invalid chain id for signer"), RpcFault::WrongChain);
    EXPECT_EQ(rpc_fault("execution reverted: no"), RpcFault::Reverted);
    EXPECT_EQ(rpc_fault("what"), RpcFault::Other);
}

TEST(RpcAnswers, AreFoundByTheirIdAlone) {
    JsonDocument document;
    const auto read = [&](std::string_view text, std::uint64_t id) {
        const auto json = document.parse(text);
        return json ? decode_rpc_text(*json, id) : Expected<std::string>(fail(json.error()));
    };
    EXPECT_EQ(*read(R"({"jsonrpc":"2.0","id":7,"result":"0x1"})", 7), "0x1");
    EXPECT_FALSE(read(R"({"jsonrpc":"2.0","id":8,"result":"0x1"})", 7));
    EXPECT_EQ(*read(R"([{"id":8,"result":"0x8"},{"id":7,"result":"0x7"}])", 7), "0x7");
    EXPECT_FALSE(read(R"([{"id":8,"result":"0x8"}])", 7));
    EXPECT_FALSE(read(R"({"id":7,"result":null})", 7));
    EXPECT_FALSE(read("\"text\"", 7));
    const auto error = read(R"({"id":7,"error":{"code":3,"message":"execution reverted"}})", 7);
    EXPECT_EQ(error.error().code, ErrorCode::Rejected);
    EXPECT_NE(error.error().message.find("json-rpc error 3: execution reverted"),
              std::string::npos);
}

TEST(RpcUrl, IsShownWithoutWhatAProvidersKeyMayBe) {
    EXPECT_EQ(shown_url("https://rpc.example:8545/v2/key"), "https://rpc.example:8545");
    EXPECT_EQ(shown_url("https://rpc.example?key=x"), "https://rpc.example");
    EXPECT_EQ(shown_url("rpc.example/key"), "rpc.example");
    EXPECT_EQ(shown_url(""), "");
}

TEST(RpcTranscripts, OfARealNodeAreRead) {
    constexpr const char* kPath = "vectors/evm/jsonrpc_transcripts.json";
    SKIP_WITHOUT_SHARED(kPath);
    JsonDocument document;
    const Json all = shared_json(kPath);
    std::size_t texts = 0;
    for (const Json& vector : *all.find("vectors")->as_array()) {
        const Json* response = vector.find("response");
        if (response == nullptr) continue;
        const Json* result = response->find("result");
        if (result == nullptr || result->as_text() == nullptr) continue;
        const auto json = document.parse(response->dump());
        ASSERT_TRUE(json);
        const auto id = static_cast<std::uint64_t>(*response->find("id")->as_integer());
        const auto text = decode_rpc_text(*json, id);
        ASSERT_TRUE(text) << member(vector, "id");
        EXPECT_EQ(*text, *result->as_text());
        ++texts;
    }
    EXPECT_GT(texts, 10U);
}

}  // namespace
}  // namespace tradectl::polymarket

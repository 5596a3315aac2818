// What a receipt says that a transaction moved.
#include "plugins/exchanges/polymarket/receipt.hpp"

#include "tests/plugins/polymarket/keccak.hpp"

#include <gtest/gtest.h>

namespace tradectl::polymarket {
namespace {

const std::string kTokens = "0x4d97dcd97ec945f40cf65f87097ace5ea0476045";
const std::string kUsdc = "0x2791bca1f2de4661ed88a30c99a7a9449aa84174";
const Address kOwner = *parse_address("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
const Address kOther = *parse_address("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");

class ReceiptTest : public testing::Test {
  protected:
    static Word event(std::string_view signature) {
        Word out{};
        const auto digest = keccak256(as_bytes(signature));
        std::copy(digest.begin(), digest.end(), out.begin());
        return out;
    }
    void add(const std::string& address, std::vector<Word> topics, const std::vector<Word>& data) {
        ReceiptLog log{.address = address, .topics = std::move(topics), .data = {}};
        for (const Word& word : data)
            log.data.append(reinterpret_cast<const char*>(word.data()), word.size());
        receipt_.logs.push_back(std::move(log));
    }
    void add_coin(const Address& from, const Address& to, std::uint64_t amount) {
        add(kUsdc,
            {event("Transfer(address,address,uint256)"), word_of(from), word_of(to)},
            {word_of(amount)});
    }
    void add_token(const Address& from, const Address& to, std::uint64_t id, std::uint64_t amount) {
        add(kTokens,
            {event("TransferSingle(address,address,address,uint256,uint256)"),
             word_of(kOther),
             word_of(from),
             word_of(to)},
            {word_of(id), word_of(amount)});
    }
    void add_batch(const std::vector<std::uint64_t>& words) {
        std::vector<Word> data;
        for (const std::uint64_t word : words)
            data.push_back(word_of(word));
        add(kTokens,
            {event("TransferBatch(address,address,address,uint256[],uint256[])"),
             word_of(kOther),
             word_of(kOwner),
             word_of(Address{})},
            data);
    }
    [[nodiscard]] Expected<Moves> moves() const {
        return moves_of(receipt_, kOwner, {.tokens = {kTokens}, .coins = {{kUsdc, "USDC.e"}}});
    }

    JsonDocument document_;
    Receipt receipt_{.succeeded = true, .logs = {}};
};

TEST_F(ReceiptTest, CountsWhatWentAndWhatCame) {
    add_token(kOwner, Address{}, 7, 20'000'000);
    add_coin(kOther, kOwner, 20'000'000);
    const auto told = moves();
    ASSERT_TRUE(told);
    EXPECT_EQ(told->tokens_out, (std::map<std::string, Decimal>{{"7", 20_d}}));
    EXPECT_EQ(told->coins_in, (std::map<std::string, Decimal>{{"USDC.e", 20_d}}));
}

TEST_F(ReceiptTest, LeavesOutWhatIsNotOursOrCameAndWentAgain) {
    add_coin(kOther, kOther, 5);
    add_token(kOther, Address{}, 7, 1);
    add_coin(kOther, kOwner, 9);
    add_coin(kOwner, kOther, 9);
    receipt_.logs.push_back({.address = "0x00", .topics = {event("Other()")}, .data = {}});
    receipt_.logs.push_back({.address = kUsdc, .topics = {}, .data = {}});
    const auto told = moves();
    ASSERT_TRUE(told);
    EXPECT_TRUE(told->tokens_out.empty() && told->coins_in.empty());
}

TEST_F(ReceiptTest, ReadsBatches) {
    add_batch({64, 160, 2, 7, 8, 2, 1'000'000, 500'000});
    const auto told = moves();
    ASSERT_TRUE(told) << told.error().message;
    EXPECT_EQ(told->tokens_out, (std::map<std::string, Decimal>{{"7", 1_d}, {"8", 0.5_d}}));
}

TEST_F(ReceiptTest, RefusesListsThatDoNotFit) {
    const std::vector<std::vector<std::uint64_t>> bad = {
        {}, {64}, {64, 160, 3, 7, 8}, {64, 4'096, 1, 7, 1, 1}, {std::uint64_t{1} << 40, 64, 1}};
    for (const auto& words : bad) {
        receipt_.logs.clear();
        add_batch(words);
        EXPECT_FALSE(moves()) << words.size();
    }
    receipt_.logs.clear();
    add(kUsdc, {event("Transfer(address,address,uint256)"), word_of(kOther)}, {});
    EXPECT_FALSE(moves());
}

TEST_F(ReceiptTest, RefusesAmountsOutOfRange) {
    Word most{};
    most.fill(0xff);
    add(kUsdc,
        {event("Transfer(address,address,uint256)"), word_of(kOther), word_of(kOwner)},
        {most});
    EXPECT_EQ(moves().error().code, ErrorCode::Overflow);
}

TEST_F(ReceiptTest, IsTheSameTextFromEveryNode) {
    const auto text = [this](std::string_view json) {
        const auto view = document_.parse(json);
        return view ? decode_rpc_receipt(*view, 3) : Expected<std::string>(fail({}));
    };
    const auto lower = text(
        R"({"id":3,"result":{"status":"0x1","gasUsed":"0x1","logs":[{"address":"0xab","data":"0x",)"
        R"("topics":["0xCD"],"logIndex":"0x1"}]}})");
    const auto upper =
        text(R"({"jsonrpc":"2.0","id":3,"result":{"logs":[{"data":"0x","topics":["0xcd"],)"
             R"("address":"0xAB"}],"status":"0x1"}})");
    ASSERT_TRUE(lower && upper);
    EXPECT_EQ(*lower, *upper);
    EXPECT_EQ(text(R"({"id":3,"result":null})").value_or("-"), "");
    EXPECT_FALSE(text(R"({"id":4,"result":null})"));
    EXPECT_FALSE(text(R"({"id":3,"result":{"logs":[]}})"));
    EXPECT_FALSE(text(R"({"id":3,"result":{"status":"0x1"}})"));
    EXPECT_EQ(text(R"({"id":3,"error":{"code":-1,"message":"no"}})").error().code,
              ErrorCode::Rejected);
}

TEST_F(ReceiptTest, ReadsItsOwnText) {
    const std::string topic = to_hex(word_of(std::uint64_t{1}));
    const auto read = parse_receipt("0x1\n0xab 0x0102 " + topic + "\n");
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->succeeded);
    ASSERT_EQ(read->logs.size(), 1U);
    EXPECT_EQ(read->logs[0].data.size(), 2U);
    EXPECT_EQ(read->logs[0].topics.size(), 1U);
    EXPECT_FALSE(parse_receipt("0x0\n")->succeeded);
    for (const char* bad : {"", "0x2\n", "0x1\n0xab 0x0 \n", "0x1\n0xab 0x00 0x12\n"})
        EXPECT_FALSE(parse_receipt(bad)) << bad;
}

}  // namespace
}  // namespace tradectl::polymarket

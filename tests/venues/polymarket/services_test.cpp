// Gamma, the data API and JSON-RPC.
#include "tests/venues/polymarket/chain.hpp"
#include "tests/venues/polymarket/crypto.hpp"
#include "tests/venues/polymarket/venue_fixture.hpp"

#include <fstream>
#include <sstream>

namespace polysim {
namespace {

class Services : public VenueTest {
  protected:
    Json get(const std::string& path, const std::string& query = "") {
        Request request;
        request.method = "GET";
        request.path = path;
        request.query = query;
        return Json::parse(ask(world, request).body).value_or(Json{});
    }
    Json rpc(const Json& body, const std::string& node = "0") {
        Request request;
        request.method = "POST";
        request.path = "/rpc/" + node;
        request.body = body.dump();
        return Json::parse(ask(world, request).body).value_or(Json{});
    }
    static Json rpc_call(const std::string& method, const Json& params) {
        return Json::object(
            {{"jsonrpc", "2.0"}, {"id", 7}, {"method", method}, {"params", params}});
    }
    std::string eth_call(const Address& to,
                         Bytes data,
                         std::initializer_list<Word> words,
                         const std::string& node = "0") {
        for (const Word& word : words)
            data.insert(data.end(), word.begin(), word.end());
        const Json call = Json::object({{"to", hex(to)}, {"data", hex(data)}});
        return rpc(rpc_call("eth_call", Json::array().push(call).push("latest")), node)["result"]
            .text();
    }
};

TEST_F(Services, GammaHidesTextInText) {
    const Json rows = get("/gamma/markets", "clob_token_ids=" + yes);
    ASSERT_EQ(rows.size(), 1U);
    const auto ids = Json::parse(rows.items()[0]["clobTokenIds"].text());
    ASSERT_TRUE(ids);
    EXPECT_EQ(ids->items()[1].text(), no);
    EXPECT_EQ(get("/gamma/markets/slug/" + market["slug"].text())["conditionId"].text(),
              market["condition"].text());
}

TEST_F(Services, GammaKeysetWalksAllMarketsAndRefusesOffset) {
    for (int i = 0; i < 4; ++i)
        turn(world, "market", Json::object({{"tags", Json::texts({"Sports"})}}));
    std::set<std::string> seen;
    std::string query = "limit=2";
    while (!query.empty()) {
        const Json page = get("/gamma/markets/keyset", query);
        for (const auto& row : page["markets"].items())
            seen.insert(row["id"].text());
        query = page.has("next_cursor") ? "limit=2&after_cursor=" + page["next_cursor"].text() : "";
    }
    EXPECT_EQ(seen.size(), 5U);
    EXPECT_TRUE(get("/gamma/markets/keyset", "offset=2").has("error"));
    EXPECT_EQ(get("/gamma/markets", "tag_id=1").size(), 4U);
}

TEST_F(Services, AClosedMarketIsShownWhenAskedFor) {
    turn(world, "resolve", Json::object({{"condition", market["condition"]}, {"winner", 1}}));
    EXPECT_EQ(get("/gamma/markets").size(), 0U);
    const Json row = get("/gamma/markets", "closed=true").items().at(0);
    EXPECT_EQ(row["outcomePrices"].text(), R"(["0","1"])");
    EXPECT_EQ(row["umaResolutionStatus"].text(), "resolved");
}

TEST_F(Services, TheDataApiShowsFillsThatAreMined) {
    quote("0.4", "0.6");
    trader.place({.token = yes, .price = "0.6", .type = "FOK"});
    const std::string user = "user=" + to_text(trader.address());
    EXPECT_EQ(get("/data-api/trades", user).size(), 0U);
    advance(500);
    EXPECT_EQ(get("/data-api/trades", user).items().at(0)["size"].text(), "10");
    EXPECT_EQ(get("/data-api/positions", user).items().at(0)["asset"].text(), yes);
    const Json second = get("/data-api/v2/positions", user);
    EXPECT_EQ(second["data"].items().at(0)["current_size"].text(), "10");
    EXPECT_FALSE(second["pagination"]["has_more"].truth());
    EXPECT_EQ(get("/data-api/v2/trades", user + "&offset=1")["code"].text(), "invalid_request");
}

TEST_F(Services, InjectedActivityComesNewestFirst) {
    const std::string user = "0x00000000000000000000000000000000000000ab";
    Json rows = Json::array();
    for (const int at : {10, 30, 20}) {
        rows.push(Json::object({{"type", "TRADE"}, {"timestamp", at}, {"side", "BUY"}}));
    }
    turn(world, "rows", Json::object({{"kind", "activity"}, {"user", user}, {"rows", rows}}));
    const Json newest = get("/data-api/activity", "user=" + user + "&start=20");
    ASSERT_EQ(newest.size(), 2U);
    EXPECT_EQ(newest.items()[0]["timestamp"].text(), "30");
    const Json oldest = get("/data-api/activity", "user=" + user + "&sortDirection=ASC&limit=1");
    EXPECT_EQ(oldest.items()[0]["timestamp"].text(), "10");
}

TEST_F(Services, TheChainKnowsBalancesAndApprovals) {
    const auto contracts = Contracts::of(137);
    trader.give(yes, "12.5");
    const Word who = word_of(trader.address());
    EXPECT_EQ(eth_call(contracts.collateral, selector("balanceOf(address)"), {who}),
              hex(word_of(std::uint64_t{1'000'000'000})));
    EXPECT_EQ(eth_call(contracts.outcomes,
                       selector("balanceOf(address,uint256)"),
                       {who, *word_from_decimal(yes)}),
              hex(word_of(std::uint64_t{12'500'000})));
    EXPECT_EQ(eth_call(contracts.outcomes,
                       selector("isApprovedForAll(address,address)"),
                       {who, word_of(contracts.exchange(2, false))}),
              hex(word_of(std::uint64_t{1})));
    EXPECT_EQ(eth_call(contracts.exchange(2, false), selector("decimals()"), {}), "0x");
}

TEST_F(Services, NodesCanDisagree) {
    const auto contracts = Contracts::of(137);
    turn(world, "rpc", Json::object({{"node", "1"}, {"stale", true}}));
    turn(world, "rpc", Json::object({{"node", "2"}, {"down", true}}));
    trader.fund("1");
    const auto balance = [&](const char* node) {
        return eth_call(contracts.collateral,
                        selector("balanceOf(address)"),
                        {word_of(trader.address())},
                        node);
    };
    EXPECT_EQ(balance("0"), hex(word_of(std::uint64_t{1'001'000'000})));
    EXPECT_EQ(balance("1"), hex(word_of(std::uint64_t{1'000'000'000})));
    EXPECT_EQ(balance("2"), "");
}

TEST_F(Services, ABatchIsAnsweredInAnyOrder) {
    Json batch = Json::array();
    batch.push(rpc_call("eth_chainId", Json::array()));
    batch.push(Json::object({{"jsonrpc", "2.0"}, {"id", 8}, {"method", "eth_nothing"}}));
    const Json answers = rpc(batch);
    EXPECT_EQ(answers.items().at(0)["error"]["code"].text(), "-32601");
    EXPECT_EQ(answers.items().at(1)["result"].text(), "0x89");
}

TEST(TransactionVectors, TheSenderIsRecovered) {
    std::ifstream file{TRADECTL_SOURCE_DIR "/../shared/vectors/evm/signed_transactions.json"};
    std::stringstream text;
    text << file.rdbuf();
    const auto all = Json::parse(text.str());
    if (!all) {
        GTEST_SKIP() << "skipped: no ../shared";
    }
    for (const auto& vector : (*all)["vectors"].items()) {
        const Json& expected = vector["expected"];
        const Bytes raw = *from_hex(expected["rawTransaction"].text());
        const auto sent = read_transaction(raw);
        ASSERT_TRUE(sent) << vector["id"].text();
        EXPECT_EQ(to_text(sent->from), expected["from"].text()) << vector["id"].text();
        EXPECT_EQ(sent->hash, expected["transactionHash"].text()) << vector["id"].text();
        EXPECT_EQ(std::to_string(sent->chain_id), vector["input"]["chainId"].text());
        EXPECT_EQ(std::to_string(sent->nonce), vector["input"]["nonce"].text());
        for (std::size_t size = 0; size < raw.size(); size += 7) {
            EXPECT_FALSE(
                read_transaction({raw.begin(), raw.begin() + static_cast<std::ptrdiff_t>(size)}));
        }
    }
}

TEST(TransactionVectors, ATransactionIsTakenOnceAndInTurn) {
    World world{1};
    // tx-001 of the shared vectors: nonce 0 on chain 137.
    const Bytes raw = *from_hex(
        "0x02f86d8189808506fc23ac008522ecb25c008252089470997970c51812dc3a010c7d01b50e0d17dc79c88080"
        "c0"
        "01a00c141c0d579ef5d0fe10782b46f5f290fde4742380d8e632ff5dcc22c5a7a8fea065599b359e57b5cae2b8"
        "c7"
        "4d10c34a05dcdc11c41c0b552655b1d1f0e861c415");
    world.settings.chain_id = 1;
    EXPECT_EQ(send_transaction(world, raw).error, "invalid chain id for signer");
    world.settings.chain_id = 137;
    const Sent sent = send_transaction(world, raw);
    EXPECT_EQ(sent.error, "");
    EXPECT_EQ(world.receipts.at(sent.hash)["status"].text(), "0x1");
    EXPECT_EQ(send_transaction(world, raw).error, "already known");
    world.receipts.clear();
    EXPECT_EQ(send_transaction(world, raw).error, "nonce too low");
    EXPECT_EQ(send_transaction(world, {0x02, 0xC0}).error,
              "rlp: malformed transaction or signature");
}

TEST(CallVectors, SelectorsAreTheFirstBytesOfTheHash) {
    EXPECT_EQ(hex(selector("balanceOf(address)")), "0x70a08231");
    EXPECT_EQ(hex(selector("balanceOfBatch(address[],uint256[])")), "0x4e1273f4");
    EXPECT_EQ(hex(selector("setApprovalForAll(address,bool)")), "0xa22cb465");
}

}  // namespace
}  // namespace polysim

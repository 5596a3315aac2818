#include "tests/venues/polymarket/access.hpp"
#include "tests/venues/polymarket/chain.hpp"
#include "tests/venues/polymarket/crypto.hpp"
#include "tests/venues/polymarket/venue.hpp"

#include <algorithm>

namespace polysim {
namespace {

constexpr std::int64_t kGwei = 1'000'000'000;

std::string quantity(std::uint64_t value) {
    std::string digits;
    do {
        digits.insert(digits.begin(), "0123456789abcdef"[value & 15]);
        value >>= 4;
    } while (value != 0);
    return "0x" + digits;
}

std::string quantity(std::int64_t value) {
    return quantity(static_cast<std::uint64_t>(value));
}

struct Answer {
    Json result;
    int code = 0;
    std::string error{};
};

Answer failed(int code, const std::string& text) {
    return {Json{}, code, text};
}

/// What this node sees: the present, or what it saw when it fell behind.
const Holdings& view(const World& world, const RpcNode& node) {
    return node.stale ? *node.stale : world.holdings;
}

std::int64_t block_of(const World& world, const RpcNode& node) {
    return (node.stale ? node.stale_block : world.block) - node.lag;
}

Answer eth_call(World& world, const RpcNode& node, const Json& params) {
    if (params.size() == 0) return failed(-32602, "invalid params");
    const Json& call = params.items()[0];
    const auto to = address_from(call["to"].text());
    const auto data = from_hex(call.has("data") ? call["data"].text() : call["input"].text());
    if (!to || !data) return failed(-32602, "invalid params");
    const auto answer = call_contract(world, view(world, node), *to, *data);
    if (!answer) return failed(3, "execution reverted");
    return {hex(*answer)};
}

std::string block_hash(std::int64_t number) {
    return hex(keccak256("block " + std::to_string(number)));
}

/// Null while the node has not seen the transaction's block.
Json known_receipt(const World& world, const RpcNode& node, const Json& params) {
    const auto found =
        params.size() == 0 ? world.receipts.end() : world.receipts.find(params.items()[0].text());
    if (found == world.receipts.end()) return {};
    const bool seen = found->second["block"].integer_or(0) <= block_of(world, node);
    return seen ? found->second : Json{};
}

Answer eth_transaction(const World& world, const RpcNode& node, const Json& params) {
    const Json known = known_receipt(world, node, params);
    if (known.is_null()) return {known};
    const std::int64_t number = known["block"].integer_or(0);
    return {Json::object({{"hash", known["transactionHash"]},
                          {"from", known["from"]},
                          {"to", known["to"]},
                          {"nonce", quantity(known["nonce"].integer_or(0))},
                          {"input", known["input"]},
                          {"value", "0x0"},
                          {"gas", quantity(std::int64_t{60'000})},
                          {"gasPrice", quantity(30 * kGwei)},
                          {"type", "0x2"},
                          {"chainId", quantity(world.settings.chain_id)},
                          {"transactionIndex", "0x0"},
                          {"blockNumber", quantity(number)},
                          {"blockHash", block_hash(number)}})};
}

Answer eth_receipt(const World& world, const RpcNode& node, const Json& params) {
    const Json known = known_receipt(world, node, params);
    if (known.is_null()) return {known};
    const std::int64_t number = known["block"].integer_or(0);
    Json receipt = Json::object({{"transactionHash", known["transactionHash"]},
                                 {"from", known["from"]},
                                 {"to", known["to"]},
                                 {"status", known["status"]}});
    receipt.set("blockNumber", quantity(number));
    receipt.set("blockHash", block_hash(number));
    receipt.set("transactionIndex", "0x0");
    receipt.set("gasUsed", "0xb3b0");
    receipt.set("cumulativeGasUsed", "0xb3b0");
    receipt.set("effectiveGasPrice", quantity(30 * kGwei));
    Json logs = Json::array();
    for (Json log : known["logs"].items()) {
        log.set("logIndex", quantity(static_cast<std::int64_t>(logs.items().size())));
        for (const char* member :
             {"transactionHash", "transactionIndex", "blockNumber", "blockHash"})
            log.set(member, receipt[member]);
        log.set("removed", false);
        logs.push(std::move(log));
    }
    receipt.set("logs", std::move(logs));
    receipt.set("logsBloom", hex(Bytes(256)));
    receipt.set("contractAddress", nullptr);
    receipt.set("type", "0x2");
    return {receipt};
}

Answer eth_block(const World& world, const RpcNode& node) {
    const std::int64_t number = block_of(world, node);
    return {Json::object({{"number", quantity(number)},
                          {"hash", block_hash(number)},
                          {"parentHash", block_hash(number - 1)},
                          {"timestamp", quantity(world.now_ms() / 1000)},
                          {"baseFeePerGas", quantity(kGwei)},
                          {"gasLimit", quantity(std::int64_t{30'000'000})},
                          {"gasUsed", quantity(std::int64_t{15'000'000})},
                          {"miner", hex(Address{})},
                          {"difficulty", "0x0"},
                          {"nonce", "0x0000000000000000"},
                          {"extraData", "0x"},
                          {"transactions", Json::array()}})};
}

Answer eth_fee_history(const World& world, const RpcNode& node) {
    return {Json::object({{"oldestBlock", quantity(block_of(world, node))},
                          {"baseFeePerGas", Json::texts({quantity(kGwei), quantity(kGwei)})},
                          {"gasUsedRatio", Json::array().push(Json::number("0.5"))},
                          {"reward", Json::array().push(Json::texts({quantity(30 * kGwei)}))}})};
}

Answer eth_nonce(const World& world, const Json& params) {
    const auto address = params.size() == 0 ? std::nullopt : address_from(params.items()[0].text());
    if (!address) return failed(-32602, "invalid params");
    const auto found = world.nonces.find(*address);
    return {quantity(found == world.nonces.end() ? std::uint64_t{0} : found->second)};
}

Answer eth_send(World& world, const Json& params) {
    const auto raw = params.size() == 0 ? std::nullopt : from_hex(params.items()[0].text());
    if (!raw) return failed(-32602, "invalid params");
    const Sent sent = send_transaction(world, *raw);
    return sent.error.empty() ? Answer{sent.hash} : failed(-32000, sent.error);
}

Answer eth_code(const World& world, const Json& params) {
    const auto contracts = Contracts::of(world.settings.chain_id);
    const auto address = params.size() == 0 ? std::nullopt : address_from(params.items()[0].text());
    const bool known =
        address && (*address == contracts.collateral || *address == contracts.usdc_e ||
                    *address == contracts.usdc || *address == contracts.outcomes ||
                    *address == contracts.position_manager);
    return {known ? "0xfe" : "0x"};
}

Answer answer_method(World& world, RpcNode& node, const std::string& method, const Json& params) {
    if (method == "eth_chainId") return {quantity(world.settings.chain_id)};
    if (method == "net_version") return {std::to_string(world.settings.chain_id)};
    if (method == "web3_clientVersion") return {"polymarket_sim/1"};
    if (method == "eth_blockNumber") return {quantity(block_of(world, node))};
    if (method == "eth_call") return eth_call(world, node, params);
    if (method == "eth_getBalance") return {"0x56bc75e2d63100000"};  // 100 POL
    if (method == "eth_getTransactionCount") return eth_nonce(world, params);
    if (method == "eth_gasPrice") return {quantity(31 * kGwei)};
    if (method == "eth_maxPriorityFeePerGas") return {quantity(30 * kGwei)};
    if (method == "eth_estimateGas") return {quantity(std::int64_t{60'000})};
    if (method == "eth_getBlockByNumber") return eth_block(world, node);
    if (method == "eth_feeHistory") return eth_fee_history(world, node);
    if (method == "eth_getCode") return eth_code(world, params);
    if (method == "eth_sendRawTransaction") return eth_send(world, params);
    if (method == "eth_getTransactionReceipt") return eth_receipt(world, node, params);
    if (method == "eth_getTransactionByHash") return eth_transaction(world, node, params);
    return failed(-32601, "the method " + method + " does not exist/is not available");
}

Json answer_call(World& world, RpcNode& node, const Json& call) {
    const std::string method = call["method"].text();
    const bool proper =
        call.is_object() && call["jsonrpc"].text() == "2.0" && call.has("id") && !method.empty();
    ++node.calls;
    const auto fixed = node.fixed.find(method);
    Answer answer = !proper ? failed(-32600, "invalid request")
                    : fixed != node.fixed.end()
                        ? Answer{fixed->second}
                        : answer_method(world, node, method, call["params"]);
    Json out = Json::object({{"jsonrpc", "2.0"}, {"id", call["id"]}});
    if (answer.code == 0) return out.set("result", answer.result);
    return out.set("error", Json::object({{"code", answer.code}, {"message", answer.error}}));
}

}  // namespace

Response serve_rpc(World& world, const Request& request) {
    RpcNode& node = world.nodes[request.path == "/" ? "0" : request.path.substr(1, 1)];
    if (node.down) return {502, "<html>bad gateway</html>", {{"Content-Type", "text/html"}}};
    if (request.method != "POST") return error_answer(404, "post JSON-RPC here");
    const auto body = Json::parse(request.body);
    if (!body) {
        return json_answer(Json::object(
            {{"jsonrpc", "2.0"},
             {"id", nullptr},
             {"error", Json::object({{"code", -32700}, {"message", "parse error"}})}}));
    }
    if (!body->is_array()) return json_answer(answer_call(world, node, *body));
    Json answers = Json::array();
    // Backwards: a batch promises no order.
    for (auto call = body->items().rbegin(); call != body->items().rend(); ++call) {
        answers.push(answer_call(world, node, *call));
    }
    return json_answer(answers);
}

}  // namespace polysim

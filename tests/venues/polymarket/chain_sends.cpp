#include "tests/venues/polymarket/chain.hpp"
#include "tests/venues/polymarket/crypto.hpp"
#include "tests/venues/polymarket/trading.hpp"

#include <algorithm>

namespace polysim {
namespace {

/// RLP: one item, either bytes or a list of items.
struct Item {
    bool list = false;
    Bytes bytes;
    std::vector<Item> items;
};

class RlpReader {
  public:
    explicit RlpReader(const Bytes& bytes) : bytes_{bytes} {}

    std::optional<Item> document() {
        auto item = read(bytes_.size(), 0);
        if (at_ != bytes_.size()) return std::nullopt;
        return item;
    }

  private:
    std::optional<Item> read(std::size_t end, int depth) {
        if (at_ >= end || depth > 8) return std::nullopt;
        const std::uint8_t head = bytes_[at_++];
        if (head < 0x80) return Item{false, {head}, {}};
        const bool list = head >= 0xC0;
        std::size_t size = head - (list ? 0xC0U : 0x80U);
        if (size > 55) {
            const std::size_t wide = size - 55;
            if (wide > 4 || end - at_ < wide) return std::nullopt;
            size = 0;
            for (std::size_t i = 0; i < wide; ++i)
                size = size << 8 | bytes_[at_++];
        }
        if (end - at_ < size) return std::nullopt;
        Item item{list, {}, {}};
        const std::size_t stop = at_ + size;
        if (!list) {
            item.bytes.assign(bytes_.begin() + static_cast<std::ptrdiff_t>(at_),
                              bytes_.begin() + static_cast<std::ptrdiff_t>(stop));
            at_ = stop;
            return item;
        }
        while (at_ < stop) {
            auto inner = read(stop, depth + 1);
            if (!inner) return std::nullopt;
            item.items.push_back(std::move(*inner));
        }
        return item;
    }

    const Bytes& bytes_;
    std::size_t at_ = 0;
};

Bytes length_prefix(std::size_t size, std::uint8_t base) {
    if (size <= 55) return {static_cast<std::uint8_t>(base + size)};
    Bytes digits;
    for (std::size_t rest = size; rest != 0; rest >>= 8) {
        digits.insert(digits.begin(), static_cast<std::uint8_t>(rest & 0xFF));
    }
    digits.insert(digits.begin(), static_cast<std::uint8_t>(base + 55 + digits.size()));
    return digits;
}

Bytes write_rlp(const Item& item) {
    Bytes body = item.bytes;
    if (!item.list && body.size() == 1 && body[0] < 0x80) return body;
    for (const auto& inner : item.items) {
        const Bytes bytes = write_rlp(inner);
        body.insert(body.end(), bytes.begin(), bytes.end());
    }
    Bytes out = length_prefix(body.size(), item.list ? 0xC0 : 0x80);
    out.insert(out.end(), body.begin(), body.end());
    return out;
}

/// Big-endian without leading zeros, as RLP wants integers.
std::optional<Word> integer_of(const Item& item) {
    if (item.list || item.bytes.size() > 32) return std::nullopt;
    if (!item.bytes.empty() && item.bytes.front() == 0) return std::nullopt;
    Word word{};
    std::size_t at = word.size() - item.bytes.size();
    for (const std::uint8_t byte : item.bytes)
        word[at++] = byte;
    return word;
}

std::uint64_t small_of(const Item& item) {
    const auto word = integer_of(item);
    return word ? low_of(*word).value_or(0) : 0;
}

Item item_of(std::uint64_t value) {
    Item item;
    for (; value != 0; value >>= 8) {
        item.bytes.insert(item.bytes.begin(), static_cast<std::uint8_t>(value & 0xFF));
    }
    return item;
}

std::optional<Address> sender_of(const Bytes& payload,
                                 std::uint64_t parity,
                                 const Item& r,
                                 const Item& s) {
    const auto r_word = integer_of(r);
    const auto s_word = integer_of(s);
    if (!r_word || !s_word || parity > 1) return std::nullopt;
    Bytes signature(65);
    std::copy(r_word->begin(), r_word->end(), signature.begin());
    std::copy(s_word->begin(), s_word->end(), signature.begin() + 32);
    signature[64] = static_cast<std::uint8_t>(27 + parity);
    return recover(keccak256(payload), signature);
}

/// Where each type keeps its members.
struct Layout {
    std::size_t members;  ///< without the signature
    std::size_t nonce, tip, fee, gas, to, data;
};

constexpr Layout kLegacy{6, 0, 1, 1, 2, 3, 5};
constexpr Layout kAccessList{8, 1, 2, 2, 3, 4, 6};
constexpr Layout kDynamicFee{9, 1, 2, 3, 4, 5, 7};

std::optional<Address> to_of(const Item& item) {
    if (item.bytes.size() != 20) return std::nullopt;
    Address to;
    std::copy(item.bytes.begin(), item.bytes.end(), to.begin());
    return to;
}

/// Signed payload of a legacy transaction: chain id and two zeros in place of the signature.
Item legacy_payload(const Item& root, std::uint64_t chain_id) {
    Item payload{true, {}, {root.items.begin(), root.items.begin() + 6}};
    payload.items.push_back(item_of(chain_id));
    payload.items.push_back(Item{});
    payload.items.push_back(Item{});
    return payload;
}

std::optional<Word> argument(const Bytes& data, std::size_t index) {
    if (data.size() < 4 + 32 * (index + 1)) return std::nullopt;
    Word word;
    std::copy_n(data.begin() + 4 + static_cast<std::ptrdiff_t>(32 * index), 32, word.begin());
    return word;
}

std::string data_of(const std::vector<Word>& words) {
    Bytes out;
    for (const Word& word : words)
        out.insert(out.end(), word.begin(), word.end());
    return hex(out);
}

Word amount_of(Micro value) {
    return word_of(static_cast<std::uint64_t>(value));
}

Json log_of(const Address& contract,
            const std::string& event,
            const std::vector<Address>& parties,
            const std::vector<Word>& words) {
    Json topics = Json::array().push(hex(keccak256(event)));
    for (const Address& party : parties)
        topics.push(hex(word_of(party)));
    return Json::object({{"address", hex(contract)}, {"topics", topics}, {"data", data_of(words)}});
}

/// The tokens contract burns what is held and pays in the collateral that was named.
bool redeem(World& world,
            const Transaction& sent,
            const Word& collateral,
            const Word& condition,
            Json& logs) {
    const auto found = world.markets.find(hex(condition));
    const auto contracts = Contracts::of(world.settings.chain_id);
    if (found == world.markets.end() || address_of(collateral) != contracts.usdc_e) return false;
    Micro sum = 0;
    for (const auto& id : found->second.tokens) {
        const auto payout = payout_of(found->second, world.tokens.at(id).index);
        if (!payout) return false;
        Holding& shares = world.holdings.at(sent.from, id);
        sum += notional_of(*payout, shares.chain);
        if (shares.chain != 0) {
            logs.push(log_of(sent.to,
                             "TransferSingle(address,address,address,uint256,uint256)",
                             {sent.from, sent.from, Address{}},
                             {*word_from_decimal(id), amount_of(shares.chain)}));
        }
        world.holdings.at(house(), id).chain += shares.chain;
        shares.chain = 0;
    }
    world.holdings.at(sent.from, "USDC.e").chain += sum;
    world.holdings.at(house(), "USDC.e").chain -= sum;
    if (sum != 0) {
        logs.push(log_of(contracts.usdc_e,
                         "Transfer(address,address,uint256)",
                         {sent.to, sent.from},
                         {amount_of(sum)}));
    }
    return true;
}

/// What the call does and logs; false: reverted.
bool apply(World& world, const Transaction& sent, Json& logs) {
    const auto contracts = Contracts::of(world.settings.chain_id);
    const Bytes name{sent.data.begin(),
                     sent.data.begin() + std::min<std::ptrdiff_t>(4, std::ssize(sent.data))};
    const auto first = argument(sent.data, 0);
    const auto second = argument(sent.data, 1);
    const std::string asset = sent.to == contracts.collateral ? "pUSD"
                              : sent.to == contracts.usdc_e   ? "USDC.e"
                              : sent.to == contracts.usdc     ? "USDC"
                                                              : "";
    if (name == selector("approve(address,uint256)") && !asset.empty() && first && second) {
        world.holdings.allowances[{sent.from, asset, address_of(*first)}] = *second;
        return true;
    }
    const bool tokens = sent.to == contracts.outcomes || sent.to == contracts.position_manager;
    if (name == selector("setApprovalForAll(address,bool)") && tokens && first && second) {
        auto& approvals = world.holdings.approvals;
        approvals.erase({sent.from, sent.to, address_of(*first)});
        if (*second != Word{}) approvals.insert({sent.from, sent.to, address_of(*first)});
        return true;
    }
    const auto condition = argument(sent.data, 2);
    if (name == selector("redeemPositions(address,bytes32,bytes32,uint256[])") && condition &&
        sent.to == contracts.outcomes) {
        return redeem(world, sent, *first, *condition, logs);
    }
    return sent.data.empty();
}

}  // namespace

std::optional<Micro> payout_of(const Market& market, int index) {
    if (market.winner == -1) return std::nullopt;
    if (market.winner == -2) return kOne / static_cast<Micro>(market.tokens.size());
    return market.winner == index ? kOne : 0;
}

std::optional<Transaction> read_transaction(const Bytes& raw) {
    if (raw.empty()) return std::nullopt;
    const bool legacy = raw[0] >= 0xC0;
    if (!legacy && raw[0] != 1 && raw[0] != 2) return std::nullopt;
    const Layout& at = legacy ? kLegacy : raw[0] == 1 ? kAccessList : kDynamicFee;
    const Bytes body{raw.begin() + (legacy ? 0 : 1), raw.end()};
    const auto root = RlpReader{body}.document();
    if (!root || !root->list || root->items.size() != at.members + 3) return std::nullopt;
    const auto& items = root->items;
    Transaction out;
    const std::uint64_t v = small_of(items[at.members]);
    out.chain_id = legacy ? (v < 35 ? 0 : (v - 35) / 2) : small_of(items[0]);
    Item payload{
        true, {}, {items.begin(), items.begin() + static_cast<std::ptrdiff_t>(at.members)}};
    if (legacy) payload = legacy_payload(*root, out.chain_id);
    Bytes signed_bytes = write_rlp(payload);
    if (!legacy) signed_bytes.insert(signed_bytes.begin(), raw[0]);
    const std::uint64_t parity = legacy ? (v < 35 ? 2 : (v - 35) % 2) : v;
    const auto sender =
        sender_of(signed_bytes, parity, items[at.members + 1], items[at.members + 2]);
    if (!sender) return std::nullopt;
    out.from = *sender;
    out.to = to_of(items[at.to]).value_or(Address{});
    out.nonce = small_of(items[at.nonce]);
    out.data = items[at.data].bytes;
    out.max_fee = integer_of(items[at.fee]).value_or(Word{});
    out.tip = integer_of(items[at.tip]).value_or(Word{});
    out.gas_limit = integer_of(items[at.gas]).value_or(Word{});
    out.hash = hex(keccak256(raw));
    return out;
}

Sent send_transaction(World& world, const Bytes& raw) {
    const auto sent = read_transaction(raw);
    if (!sent) return {"", "rlp: malformed transaction or signature"};
    if (world.receipts.count(sent->hash) > 0) return {sent->hash, "already known"};
    if (sent->chain_id != world.settings.chain_id) return {"", "invalid chain id for signer"};
    std::uint64_t& nonce = world.nonces[sent->from];
    if (sent->nonce < nonce) return {"", "nonce too low"};
    if (sent->nonce > nonce) return {"", "nonce too high"};
    if (sent->tip > sent->max_fee) {
        return {"", "max priority fee per gas higher than max fee per gas"};
    }
    if (sent->tip < word_of(std::uint64_t{25'000'000'000})) return {"", "transaction underpriced"};
    if (sent->gas_limit < word_of(std::uint64_t{21'000})) return {"", "intrinsic gas too low"};
    ++nonce;
    ++world.block;
    Json logs = Json::array();
    const bool good = !world.settings.revert && apply(world, *sent, logs);
    world.receipts[sent->hash] = Json::object({{"transactionHash", sent->hash},
                                               {"from", hex(sent->from)},
                                               {"to", hex(sent->to)},
                                               {"status", good ? "0x1" : "0x0"},
                                               {"nonce", sent->nonce},
                                               {"input", hex(sent->data)},
                                               {"logs", good ? logs : Json::array()},
                                               {"block", world.block}});
    return {sent->hash, ""};
}

}  // namespace polysim

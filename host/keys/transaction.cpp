#include "host/keys/transaction.hpp"

#include "host/base/json.hpp"

#include <algorithm>
#include <array>

namespace tradectl::keys {
namespace {

constexpr unsigned kNonceBitsMax = 64;
constexpr unsigned kChainIdBitsMax = 62;  ///< v = 35 + 2 * chain id + 1 stays below 2^64
constexpr std::uint64_t kVBase = 35;

Unexpected bad(const std::string& what) {
    return fail(ErrorCode::InvalidArgument, "transaction: " + what);
}

std::optional<Word> number_of(const Json& value) {
    if (const auto number = value.as_integer()) {
        if (*number < 0) return std::nullopt;
        return word_of(static_cast<std::uint64_t>(*number));
    }
    return value.as_text() ? parse_unsigned(*value.as_text()) : std::nullopt;
}

std::optional<std::vector<std::byte>> bytes_in(const Json& value) {
    const std::string* text = value.as_text();
    if (text == nullptr || !text->starts_with("0x")) return std::nullopt;
    std::vector<std::byte> bytes((text->size() - 2) / 2);
    if (!decode_hex(std::string_view(*text).substr(2), bytes)) return std::nullopt;
    return bytes;
}

std::optional<AccessEntry> access_entry(const Json& item) {
    AccessEntry entry;
    const auto address = parse_address(item.find_text("address").value_or(""));
    const Json* slots = item.find("storageKeys");
    if (!address || slots == nullptr || slots->as_array() == nullptr) return std::nullopt;
    entry.address = *address;
    for (const Json& slot : *slots->as_array()) {
        const auto bytes = bytes_in(slot);
        if (!bytes || bytes->size() != sizeof(Word)) return std::nullopt;
        std::copy(bytes->begin(), bytes->end(), entry.slots.emplace_back().begin());
    }
    return entry;
}

class Reader {
  public:
    explicit Reader(const Json& json) : json_(json) {}

    Expected<Transaction> read() {
        if (json_.as_object() == nullptr) return bad("no object");
        for (const JsonMember& member : *json_.as_object()) {
            if (!known(member.key)) return bad("unknown member '" + member.key + "'");
        }
        choose_type();
        numbers();
        target();
        payload();
        if (problem_.empty()) limits();
        if (!problem_.empty()) return bad(problem_);
        return std::move(made_);
    }

  private:
    static bool known(std::string_view key) {
        constexpr std::array<std::string_view, 11> kKnown = {"type",
                                                             "chainId",
                                                             "nonce",
                                                             "gasPrice",
                                                             "maxPriorityFeePerGas",
                                                             "maxFeePerGas",
                                                             "gasLimit",
                                                             "to",
                                                             "value",
                                                             "data",
                                                             "accessList"};
        return std::find(kKnown.begin(), kKnown.end(), key) != kKnown.end();
    }

    void refuse(const std::string& why) {
        if (problem_.empty()) problem_ = why;
    }

    void number(std::string_view name, Word& out) {
        const Json* value = json_.find(name);
        if (value == nullptr) return refuse("no member '" + std::string(name) + "'");
        const auto word = number_of(*value);
        if (!word) return refuse(std::string(name) + ": no number of at most 256 bits");
        out = *word;
    }

    void choose_type() {
        if (json_.find("gasPrice") != nullptr) {
            made_.type = json_.find("accessList") != nullptr ? TransactionType::AccessList
                                                             : TransactionType::Legacy;
            if (json_.find("maxFeePerGas") != nullptr ||
                json_.find("maxPriorityFeePerGas") != nullptr)
                refuse("gasPrice beside a fee of EIP-1559");
        }
        const Json* type = json_.find("type");
        if (type != nullptr && type->as_integer() != static_cast<int>(made_.type))
            refuse("type: not the type of these fees");
    }

    void numbers() {
        number("chainId", made_.chain_id);
        number("nonce", made_.nonce);
        number("gasLimit", made_.gas_limit);
        if (made_.type == TransactionType::DynamicFee) {
            number("maxPriorityFeePerGas", made_.priority_fee_max);
            number("maxFeePerGas", made_.fee_max);
        } else {
            number("gasPrice", made_.gas_price);
        }
        if (json_.find("value") != nullptr) number("value", made_.value);
    }

    void target() {
        const auto to = json_.find_text("to");
        const auto address = parse_address(to.value_or(""));
        if (!address) return refuse("to: no address (contracts are not created)");
        made_.to = *address;
    }

    void payload() {
        if (const Json* data = json_.find("data")) {
            auto bytes = bytes_in(*data);
            if (!bytes) return refuse("data: not bytes as 0x and digits");
            made_.data = std::move(*bytes);
        }
        const Json* list = json_.find("accessList");
        if (list == nullptr) return;
        if (list->as_array() == nullptr) return refuse("accessList: no list");
        for (const Json& item : *list->as_array()) {
            auto entry = access_entry(item);
            if (!entry) return refuse("accessList: not {address, storageKeys}");
            made_.access_list.push_back(std::move(*entry));
        }
    }

    void limits() {
        if (bit_length(made_.chain_id) > kChainIdBitsMax) refuse("chainId: above 2^62");
        if (bit_length(made_.chain_id) == 0) refuse("chainId: 0 is no chain");
        if (bit_length(made_.nonce) > kNonceBitsMax) refuse("nonce: above 2^64");
        if (bit_length(made_.gas_limit) > kNonceBitsMax) refuse("gasLimit: above 2^64");
        if (made_.priority_fee_max > made_.fee_max)
            refuse("maxPriorityFeePerGas is above maxFeePerGas");
    }

    const Json& json_;
    Transaction made_;
    std::string problem_;
};

RlpWriter access_list(const Transaction& transaction) {
    RlpWriter entries;
    for (const AccessEntry& entry : transaction.access_list) {
        RlpWriter slots;
        for (const Word& slot : entry.slots)
            slots.bytes(slot);
        RlpWriter pair;
        pair.bytes(entry.address);
        pair.list(slots);
        entries.list(pair);
    }
    return entries;
}

/// All fields but those of the signature.
RlpWriter fields(const Transaction& transaction) {
    RlpWriter items;
    const bool legacy = transaction.type == TransactionType::Legacy;
    if (!legacy) items.number(transaction.chain_id);
    items.number(transaction.nonce);
    if (transaction.type == TransactionType::DynamicFee) {
        items.number(transaction.priority_fee_max);
        items.number(transaction.fee_max);
    } else {
        items.number(transaction.gas_price);
    }
    items.number(transaction.gas_limit);
    items.bytes(transaction.to);
    items.number(transaction.value);
    items.bytes(transaction.data);
    if (!legacy) items.list(access_list(transaction));
    return items;
}

std::vector<std::byte> finished(const Transaction& transaction, const RlpWriter& items) {
    std::vector<std::byte> bytes;
    if (transaction.type != TransactionType::Legacy)
        bytes.push_back(static_cast<std::byte>(transaction.type));
    RlpWriter list;
    list.list(items);
    bytes.insert(bytes.end(), list.written().begin(), list.written().end());
    return bytes;
}

}  // namespace

Expected<Transaction> read_transaction(std::string_view json) {
    const auto parsed = parse_json(json, {.bytes_max = 1u << 20});
    if (!parsed) return bad(parsed.error().message);
    return Reader(*parsed).read();
}

std::vector<std::byte> unsigned_bytes(const Transaction& transaction) {
    RlpWriter items = fields(transaction);
    if (transaction.type == TransactionType::Legacy) {
        items.number(transaction.chain_id);
        items.number({});
        items.number({});
    }
    return finished(transaction, items);
}

std::vector<std::byte> signed_bytes(const Transaction& transaction,
                                    const RecoverableSignature& signature) {
    RlpWriter items = fields(transaction);
    std::uint64_t v = signature.y_parity;
    if (transaction.type == TransactionType::Legacy)
        v += kVBase + 2 * as_uint64(transaction.chain_id).value_or(0);
    items.number(word_of(v));
    items.number(signature.r);
    items.number(signature.s);
    return finished(transaction, items);
}

}  // namespace tradectl::keys

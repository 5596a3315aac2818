#include "order.hpp"

#include <array>
#include <span>
#include <vector>

namespace tradectl::polymarket {

namespace {

constexpr std::string_view kDomainName = "Polymarket CTF Exchange";
constexpr std::string_view kZeroAddress = "0x0000000000000000000000000000000000000000";
constexpr std::string_view kDomainType =
    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";

struct Field {
    std::string_view name;
    std::string_view type;
};

constexpr std::array<Field, 11> kFields{{{"salt", "uint256"},
                                         {"maker", "address"},
                                         {"signer", "address"},
                                         {"tokenId", "uint256"},
                                         {"makerAmount", "uint256"},
                                         {"takerAmount", "uint256"},
                                         {"side", "uint8"},
                                         {"signatureType", "uint8"},
                                         {"timestamp", "uint256"},
                                         {"metadata", "bytes32"},
                                         {"builder", "bytes32"}}};
constexpr std::array<Field, 12> kFieldsV1{{{"salt", "uint256"},
                                           {"maker", "address"},
                                           {"signer", "address"},
                                           {"taker", "address"},
                                           {"tokenId", "uint256"},
                                           {"makerAmount", "uint256"},
                                           {"takerAmount", "uint256"},
                                           {"expiration", "uint256"},
                                           {"nonce", "uint256"},
                                           {"feeRateBps", "uint256"},
                                           {"side", "uint8"},
                                           {"signatureType", "uint8"}}};

std::span<const Field> fields_of(int version) {
    if (version == 1) return kFieldsV1;
    return kFields;
}

std::string make_type_string(int version) {
    std::string out = "Order(";
    for (const Field& field : fields_of(version)) {
        if (out.back() != '(') out += ',';
        out.append(field.type).append(" ").append(field.name);
    }
    return out + ")";
}

int side_number(Side side) {
    return side == Side::Buy ? 0 : 1;
}

/// `"name":"value"`, with a comma in front of all but the first.
void put(std::string& out, std::string_view name, std::string_view value) {
    if (out.back() != '{') out += ',';
    out.append("\"").append(name).append("\":\"").append(value).append("\"");
}
void put_number(std::string& out, std::string_view name, std::uint64_t value) {
    if (out.back() != '{') out += ',';
    out.append("\"").append(name).append("\":").append(std::to_string(value));
}
void put_flag(std::string& out, std::string_view name, bool value) {
    if (out.back() != '{') out += ',';
    out.append("\"").append(name).append("\":").append(value ? "true" : "false");
}

std::string domain_json(const Order& order) {
    std::string out = "{";
    put(out, "name", kDomainName);
    put(out, "version", std::to_string(order.version));
    put_number(out, "chainId", order.chain_id);
    put(out, "verifyingContract", order.exchange.text);
    return out + "}";
}

std::string type_json(std::span<const Field> fields) {
    std::string out = "[";
    for (const Field& field : fields) {
        out += out.back() == '[' ? "{" : ",{";
        put(out, "name", field.name);
        put(out, "type", field.type);
        out += '}';
    }
    return out + "]";
}

std::string message_json(const Order& order) {
    std::string out = "{";
    put(out, "salt", std::to_string(order.salt));
    put(out, "maker", order.maker.text);
    put(out, "signer", order.signer.text);
    if (order.version == 1) put(out, "taker", kZeroAddress);
    put(out, "tokenId", order.token_id);
    put(out, "makerAmount", std::to_string(order.amounts.maker));
    put(out, "takerAmount", std::to_string(order.amounts.taker));
    if (order.version == 1) {
        put(out, "expiration", std::to_string(order.expiration_s));
        put(out, "nonce", std::to_string(order.nonce));
        put(out, "feeRateBps", std::to_string(order.fee_rate_bps));
    }
    put_number(out, "side", static_cast<std::uint64_t>(side_number(order.side)));
    put_number(out, "signatureType", static_cast<std::uint64_t>(order.signature_type));
    if (order.version != 1) {
        put(out, "timestamp", std::to_string(order.timestamp_ms));
        put(out, "metadata", to_hex(order.metadata));
        put(out, "builder", to_hex(order.builder));
    }
    return out + "}";
}

std::string nested_json(const Order& order) {
    constexpr std::array<Field, 6> kSignFields{{{"contents", "Order"},
                                                {"name", "string"},
                                                {"version", "string"},
                                                {"chainId", "uint256"},
                                                {"verifyingContract", "address"},
                                                {"salt", "bytes32"}}};
    std::string message = "{\"contents\":" + message_json(order);
    put(message, "name", "DepositWallet");
    put(message, "version", "1");
    put_number(message, "chainId", order.chain_id);
    put(message, "verifyingContract", order.maker.text);
    put(message, "salt", to_hex(Word{}));
    return R"({"domain":)" + domain_json(order) +
           R"(,"primaryType":"TypedDataSign","types":{"TypedDataSign":)" + type_json(kSignFields) +
           R"(,"Order":)" + type_json(fields_of(order.version)) + R"(},"message":)" + message +
           "}}";
}

class WordList {
  public:
    void add(const Word& word) { bytes_.insert(bytes_.end(), word.begin(), word.end()); }
    [[nodiscard]] Bytes bytes() const { return bytes_; }

  private:
    std::vector<std::uint8_t> bytes_;
};

}  // namespace

Expected<NamedAddress> checksum_address(std::string_view text, const Keccak& keccak) {
    const auto bytes = parse_address(text);
    if (!bytes)
        return fail(ErrorCode::InvalidArgument,
                    "\"" + std::string(text.substr(0, 64)) + "\" is not an address");
    std::string out = to_hex(*bytes);
    const Word hash = keccak(as_bytes(std::string_view(out).substr(2)));
    for (std::size_t i = 2; i < out.size(); ++i) {
        const unsigned byte = hash[(i - 2) / 2];
        const unsigned nibble = i % 2 == 0 ? byte >> 4 : byte & 15U;
        if (out[i] >= 'a' && nibble >= 8) out[i] = static_cast<char>(out[i] - 'a' + 'A');
    }
    const std::string_view given = text.substr(2);
    const bool has_lower = given.find_first_of("abcdef") != std::string_view::npos;
    const bool has_upper = given.find_first_of("ABCDEF") != std::string_view::npos;
    if (has_lower && has_upper && given != std::string_view(out).substr(2))
        return fail(
            ErrorCode::InvalidArgument,
            "address " + std::string(text) + ": its checksum does not match, meant " + out + "?");
    return NamedAddress{*bytes, std::move(out)};
}

std::string_view order_type_string(int version) {
    static const std::string kOne = make_type_string(1);
    static const std::string kTwo = make_type_string(2);
    return version == 1 ? kOne : kTwo;
}

const Word& OrderHasher::domain_separator(const Order& order) {
    const auto [found, is_new] =
        separators_.try_emplace({order.version, order.chain_id, order.exchange.text}, Word{});
    if (is_new) {
        WordList words;
        words.add(text_hash(kDomainType));
        words.add(text_hash(kDomainName));
        words.add(text_hash(std::to_string(order.version)));
        words.add(word_of(order.chain_id));
        words.add(word_of(order.exchange.bytes));
        found->second = keccak_(words.bytes());
    }
    return found->second;
}

Expected<OrderHashes> OrderHasher::hash(const Order& order) {
    if (order.version < 1 || order.version > 3)
        return fail(ErrorCode::InvalidArgument,
                    "order version " + std::to_string(order.version) + " is not 1, 2 or 3");
    const auto token = parse_decimal_word(order.token_id);
    if (!token)
        return fail(ErrorCode::InvalidArgument,
                    "token id \"" + order.token_id.substr(0, 90) + "\" is not a uint256");
    const auto [type, is_new] = type_hashes_.try_emplace(order.version, Word{});
    if (is_new) type->second = text_hash(order_type_string(order.version));

    WordList words;
    words.add(type->second);
    words.add(word_of(order.salt));
    words.add(word_of(order.maker.bytes));
    words.add(word_of(order.signer.bytes));
    if (order.version == 1) words.add(Word{});
    words.add(*token);
    words.add(word_of(order.amounts.maker));
    words.add(word_of(order.amounts.taker));
    if (order.version == 1) {
        words.add(word_of(order.expiration_s));
        words.add(word_of(order.nonce));
        words.add(word_of(order.fee_rate_bps));
    }
    words.add(word_of(static_cast<std::uint64_t>(side_number(order.side))));
    words.add(word_of(static_cast<std::uint64_t>(order.signature_type)));
    if (order.version != 1) {
        words.add(word_of(order.timestamp_ms));
        words.add(order.metadata);
        words.add(order.builder);
    }
    OrderHashes out;
    out.domain_separator = domain_separator(order);
    out.struct_hash = keccak_(words.bytes());
    std::array<std::uint8_t, 66> message{0x19, 0x01};
    std::copy(out.domain_separator.begin(), out.domain_separator.end(), message.begin() + 2);
    std::copy(out.struct_hash.begin(), out.struct_hash.end(), message.begin() + 34);
    out.digest = keccak_(message);
    return out;
}

std::string typed_data_json(const Order& order) {
    if (order.signature_type == SignatureType::Contract) return nested_json(order);
    return R"({"domain":)" + domain_json(order) + R"(,"primaryType":"Order","types":{"Order":)" +
           type_json(fields_of(order.version)) + R"(},"message":)" + message_json(order) + "}";
}

std::string wire_signature(const Order& order, const OrderHashes& hashes, Bytes signature) {
    std::string out = to_hex(signature);
    if (order.signature_type != SignatureType::Contract) return out;
    const std::string_view type = order_type_string(order.version);
    const std::array<std::uint8_t, 2> length{static_cast<std::uint8_t>(type.size() >> 8),
                                             static_cast<std::uint8_t>(type.size() & 0xffU)};
    out += to_hex(hashes.domain_separator).substr(2);
    out += to_hex(hashes.struct_hash).substr(2);
    out += to_hex(as_bytes(type)).substr(2);
    return out + to_hex(length).substr(2);
}

std::string order_json(const Order& order, std::string_view signature, std::string_view owner) {
    std::string fields = "{";
    put_number(fields, "salt", order.salt);
    put(fields, "maker", order.maker.text);
    put(fields, "signer", order.signer.text);
    if (order.version == 1) put(fields, "taker", kZeroAddress);
    put(fields, "tokenId", order.token_id);
    put(fields, "makerAmount", std::to_string(order.amounts.maker));
    put(fields, "takerAmount", std::to_string(order.amounts.taker));
    put(fields, "side", order.side == Side::Buy ? "BUY" : "SELL");
    if (order.version == 1) {
        put(fields, "expiration", std::to_string(order.expiration_s));
        put(fields, "nonce", std::to_string(order.nonce));
        put(fields, "feeRateBps", std::to_string(order.fee_rate_bps));
        put_number(fields, "signatureType", static_cast<std::uint64_t>(order.signature_type));
    } else {
        put_number(fields, "signatureType", static_cast<std::uint64_t>(order.signature_type));
        put(fields, "timestamp", std::to_string(order.timestamp_ms));
        put(fields, "expiration", std::to_string(order.expiration_s));
        put(fields, "metadata", to_hex(order.metadata));
        put(fields, "builder", to_hex(order.builder));
    }
    put(fields, "signature", signature);
    std::string out = "{";
    put_flag(out, "deferExec", false);
    put_flag(out, "postOnly", order.post_only);
    out += ",\"order\":" + fields + "}";
    put(out, "owner", owner);
    put(out, "orderType", order.order_type);
    return out + "}";
}

}  // namespace tradectl::polymarket

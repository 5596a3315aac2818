#include "rpc.hpp"

#include <array>
#include <cstring>
#include <initializer_list>

namespace tradectl::polymarket {

namespace {

std::string encode(std::string_view selector, std::initializer_list<Word> words) {
    std::string out = "0x" + std::string(selector);
    for (const Word& word : words)
        out += to_hex(word).substr(2);
    return out;
}

void append_list(std::string& out, std::span<const Word> words) {
    out += to_hex(word_of(words.size())).substr(2);
    for (const Word& word : words)
        out += to_hex(word).substr(2);
}

Unexpected malformed(std::string_view what) {
    return fail(ErrorCode::InvalidArgument, "json-rpc: " + std::string(what));
}

Expected<std::string> read_one(const JsonView& json) {
    if (json.has("error")) {
        const auto error = json.at("error");
        const std::string text(error->text_or("message", "no message"));
        return fail(ErrorCode::Rejected,
                    "json-rpc error " + std::to_string(error->integer_or("code", 0)) + ": " +
                        text.substr(0, 300));
    }
    const auto result = json.text("result");
    if (!result) return malformed(result.error().message);
    return std::string(*result);
}

}  // namespace

std::string call_balance_of(const Address& owner) {
    return encode("70a08231", {word_of(owner)});
}
std::string call_balance_of(const Address& owner, const Word& token) {
    return encode("00fdd58e", {word_of(owner), token});
}
std::string call_balance_of_batch(const Address& owner, std::span<const Word> tokens) {
    const std::uint64_t count = tokens.size();
    std::string out =
        encode("4e1273f4", {word_of(std::uint64_t{64}), word_of(64 + 32 * (count + 1))});
    append_list(out, std::vector<Word>(tokens.size(), word_of(owner)));
    append_list(out, tokens);
    return out;
}
std::string call_allowance(const Address& owner, const Address& spender) {
    return encode("dd62ed3e", {word_of(owner), word_of(spender)});
}
std::string call_is_approved_for_all(const Address& owner, const Address& operated) {
    return encode("e985e9c5", {word_of(owner), word_of(operated)});
}
std::string call_approve(const Address& spender, const Word& amount) {
    return encode("095ea7b3", {word_of(spender), amount});
}
std::string call_set_approval_for_all(const Address& operated, Approval approval) {
    return encode("a22cb465",
                  {word_of(operated), word_of(std::uint64_t{approval == Approval::Grant})});
}
std::string call_payout_denominator(const Word& condition) {
    return encode("dd34de67", {condition});
}
std::string call_payout_numerator(const Word& condition, std::uint64_t index) {
    return encode("0504c814", {condition, word_of(index)});
}
std::string call_redeem_positions(const Address& collateral, const Word& condition) {
    std::string out =
        encode("01b7037c", {word_of(collateral), Word{}, condition, word_of(std::uint64_t{128})});
    const std::array<Word, 2> sets{word_of(std::uint64_t{1}), word_of(std::uint64_t{2})};
    append_list(out, sets);
    return out;
}
std::string call_redeem_neg_risk(const Word& condition, std::span<const Word> amounts) {
    std::string out = encode("dbeccb23", {condition, word_of(std::uint64_t{64})});
    append_list(out, amounts);
    return out;
}

std::string rpc_request(std::uint64_t id, std::string_view method, std::string_view params) {
    return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":")" +
           std::string(method) + R"(","params":)" + std::string(params) + "}";
}

std::string shown_url(std::string_view url) {
    const std::size_t scheme = url.find("://");
    const std::size_t host = scheme == std::string_view::npos ? 0 : scheme + 3;
    return std::string(url.substr(0, url.find_first_of("/?#", host)));
}

std::string eth_call_params(std::string_view to, std::string_view data) {
    return R"([{"to":")" + std::string(to) + R"(","data":")" + std::string(data) +
           R"("},"latest"])";
}

RpcFault rpc_fault(std::string_view message) {
    const std::string text = to_lower(message);
    const auto has = [&](std::string_view part) { return text.find(part) != std::string::npos; };
    if (has("nonce too low") || has("correct nonce")) return RpcFault::NonceTooLow;
    if (has("already known") || has("already imported")) return RpcFault::AlreadyKnown;
    if (has("underpriced") || has("below minimum") || has("less than block base fee") ||
        has("too low for the next block"))
        return RpcFault::Underpriced;
    if (has("insufficient funds")) return RpcFault::CannotPay;
    if (has("invalid chain id") || has("invalid chainid")) return RpcFault::WrongChain;
    return has("revert") ? RpcFault::Reverted : RpcFault::Other;
}

Expected<std::string> decode_rpc_text(const JsonView& json, std::uint64_t id) {
    if (json.is_object()) {
        // A gateway may leave the id out of an error.
        if (json.has("id") && json.integer_or("id", -1) != static_cast<std::int64_t>(id))
            return malformed("the answer is to another request");
        return read_one(json);
    }
    if (!json.is_array()) return malformed("neither an object nor an array");
    Expected<std::string> found = malformed("no answer to request " + std::to_string(id));
    const Status walked = json.each([&](const JsonView& item) -> Status {
        if (item.integer_or("id", -1) == static_cast<std::int64_t>(id)) found = read_one(item);
        return {};
    });
    if (!walked) return fail(walked.error());
    return found;
}

Expected<std::uint64_t> quantity_of(std::string_view text) {
    const auto word = parse_quantity(text);
    const auto value = word ? to_uint64(*word) : std::nullopt;
    if (!value) return fail(ErrorCode::InvalidArgument, "json-rpc: not a quantity of 64 bits");
    return *value;
}

Expected<Word> decode_word(std::string_view data) {
    const auto bytes = parse_data(data);
    if (!bytes) return malformed("result is not data");
    if (bytes->empty()) return malformed("result is empty: no contract at that address");
    if (bytes->size() != 32)
        return malformed("result of " + std::to_string(bytes->size()) + " bytes, not 32");
    Word out{};
    std::memcpy(out.data(), bytes->data(), out.size());
    return out;
}

Expected<std::vector<Word>> decode_words(std::string_view data) {
    const auto bytes = parse_data(data);
    if (!bytes) return malformed("result is not data");
    if (bytes->size() < 64 || bytes->size() % 32 != 0)
        return malformed("result of " + std::to_string(bytes->size()) + " bytes is no list");
    const auto word = [&](std::size_t index) {
        Word out{};
        std::memcpy(out.data(), bytes->data() + 32 * index, out.size());
        return out;
    };
    const auto offset = to_uint64(word(0));
    const auto count = to_uint64(word(1));
    if (!offset || *offset != 32 || !count || *count != bytes->size() / 32 - 2)
        return malformed("result's offset or length does not match its size");
    std::vector<Word> out;
    for (std::size_t i = 0; i < *count; ++i)
        out.push_back(word(i + 2));
    return out;
}

}  // namespace tradectl::polymarket

#include "receipt.hpp"

#include "rpc.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tradectl::polymarket {

namespace {

constexpr int kDecimals = 6;
constexpr std::string_view kTransfer =
    "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
constexpr std::string_view kTransferSingle =
    "0xc3d58168c5ae7397731d063d5bbf3d657854427343f4c083240f7aacaa2d0f62";
constexpr std::string_view kTransferBatch =
    "0x4a39dc06d4c0dbc64b70af90fd698a233a518aa5d07e595d983b8c0526c8f7fb";

Unexpected malformed(std::string_view what) {
    return fail(ErrorCode::InvalidArgument, "receipt: " + std::string(what));
}

/// "ADDRESS DATA TOPIC TOPIC ...".
Expected<std::string> line_of(const JsonView& log) {
    const auto address = log.text("address");
    const auto data = log.text("data");
    if (!address || !data) return malformed("a log without address or data");
    std::string out = to_lower(*address) + " " + to_lower(*data);
    const auto topics = log.at("topics");
    if (!topics) return malformed("a log without topics");
    const Status read = topics->each([&out](const JsonView& topic) -> Status {
        const auto text = topic.as_text();
        if (!text) return fail(text.error());
        out += " " + to_lower(*text);
        return {};
    });
    if (!read) return fail(read.error());
    return out + "\n";
}

/// The text up to `end`, which is taken off the front.
std::string_view take_until(std::string_view& text, char end) {
    const std::size_t at = text.find(end);
    const std::string_view part = text.substr(0, at);
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
    return part;
}

Expected<ReceiptLog> log_of(std::string_view line) {
    ReceiptLog out;
    out.address = take_until(line, ' ');
    const auto data = parse_data(take_until(line, ' '));
    if (!data) return malformed("a log's data is not hexadecimal");
    out.data = *data;
    while (!line.empty()) {
        const auto topic = parse_hash(take_until(line, ' '));
        if (!topic) return malformed("a topic is not 32 bytes");
        out.topics.push_back(*topic);
    }
    return out;
}

Expected<Word> word_at(const ReceiptLog& log, std::size_t index) {
    Word out{};
    if (log.data.size() / out.size() <= index) return malformed("a log's data is too short");
    std::memcpy(out.data(), log.data.data() + index * out.size(), out.size());
    return out;
}

Expected<std::size_t> count_at(const ReceiptLog& log, std::size_t index) {
    const auto word = word_at(log, index);
    if (!word) return fail(word.error());
    const auto value = to_uint64(*word);
    if (!value || *value > log.data.size()) return malformed("a log's list does not fit its data");
    return static_cast<std::size_t>(*value);
}

/// 1: it came to the owner, -1: it went, 0: neither, or both.
int direction(const ReceiptLog& log, std::size_t from, const Word& owner) {
    return (log.topics[from + 1] == owner ? 1 : 0) - (log.topics[from] == owner ? 1 : 0);
}

Status add(std::map<std::string, Decimal>& out, const std::string& key, const Word& raw, int sign) {
    const auto amount = to_decimal(raw, kDecimals);
    const auto sum = amount ? checked_add(out[key], sign < 0 ? -*amount : *amount) : std::nullopt;
    if (!sum) return fail(ErrorCode::Overflow, "receipt: an amount is out of range");
    out[key] = *sum;
    if (sum->is_zero()) out.erase(key);
    return {};
}

Status add_coin(const ReceiptLog& log, const std::string& asset, const Word& owner, Moves& out) {
    if (log.topics.size() != 3) return malformed("a transfer of collateral without its parties");
    const auto amount = word_at(log, 0);
    if (!amount) return fail(amount.error());
    const int sign = direction(log, 1, owner);
    return sign == 0 ? Status() : add(out.coins_in, asset, *amount, sign);
}

Status add_token(const ReceiptLog& log, std::size_t id, std::size_t amount, int sign, Moves& out) {
    const auto token = word_at(log, id);
    const auto value = word_at(log, amount);
    if (!token || !value) return malformed("a log's data is too short");
    return add(out.tokens_out, to_decimal_text(*token), *value, -sign);
}

Status add_tokens(const ReceiptLog& log, bool is_batch, const Word& owner, Moves& out) {
    if (log.topics.size() != 4) return malformed("a transfer of tokens without its parties");
    const int sign = direction(log, 2, owner);
    if (sign == 0) return {};
    if (!is_batch) return add_token(log, 0, 1, sign, out);
    const auto ids = count_at(log, 0);
    const auto amounts = count_at(log, 1);
    if (!ids || !amounts) return malformed("a batch without its lists");
    const std::size_t first_id = *ids / sizeof(Word);
    const std::size_t first_amount = *amounts / sizeof(Word);
    const auto count = count_at(log, first_id);
    if (!count) return fail(count.error());
    for (std::size_t i = 1; i <= *count; ++i)
        if (Status done = add_token(log, first_id + i, first_amount + i, sign, out); !done)
            return done;
    return {};
}

}  // namespace

bool is_transaction(std::string_view identity) {
    return identity.starts_with("tx:");
}

Expected<std::string> decode_rpc_receipt(const JsonView& json, std::uint64_t id) {
    const bool is_result = json.is_object() && !json.has("error");
    if (!is_result || json.integer_or("id", -1) != static_cast<std::int64_t>(id))
        return decode_rpc_text(json, id);
    if (!json.has("result")) return std::string();
    const auto result = json.at("result");
    const auto status = result->text("status");
    if (!status) return malformed("it has no status");
    std::string out = std::string(*status) + "\n";
    const auto logs = result->at("logs");
    if (!logs) return malformed("it has no logs");
    const Status read = logs->each([&out](const JsonView& log) -> Status {
        const auto line = line_of(log);
        if (!line) return fail(line.error());
        out += *line;
        return {};
    });
    if (!read) return fail(read.error());
    return out;
}

Expected<Receipt> parse_receipt(std::string_view text) {
    Receipt out;
    const auto status = parse_quantity(take_until(text, '\n'));
    if (!status || (*status != Word{} && *status != word_of(std::uint64_t{1})))
        return malformed("its status is neither 0 nor 1");
    out.succeeded = *status != Word{};
    while (!text.empty()) {
        auto log = log_of(take_until(text, '\n'));
        if (!log) return fail(log.error());
        out.logs.push_back(std::move(*log));
    }
    return out;
}

Expected<Moves> moves_of(const Receipt& receipt,
                         const Address& owner,
                         const MoneyContracts& contracts) {
    Moves out;
    const Word party = word_of(owner);
    for (const ReceiptLog& log : receipt.logs) {
        if (log.topics.empty()) continue;
        const std::string event = to_hex(log.topics[0]);
        const auto coin = contracts.coins.find(log.address);
        const bool is_token =
            std::find(contracts.tokens.begin(), contracts.tokens.end(), log.address) !=
            contracts.tokens.end();
        Status done;
        if (coin != contracts.coins.end() && event == kTransfer)
            done = add_coin(log, coin->second, party, out);
        else if (is_token && (event == kTransferSingle || event == kTransferBatch))
            done = add_tokens(log, event == kTransferBatch, party, out);
        if (!done) return fail(done.error());
    }
    return out;
}

}  // namespace tradectl::polymarket

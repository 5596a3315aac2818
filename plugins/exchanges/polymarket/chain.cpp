// The part of Polymarket that reads the chain: by the first end point that answers, or by two that
// agree.
#include "bytes.hpp"
#include "polymarket.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tradectl::polymarket {

namespace {
constexpr int kDecimals = 6;

struct Coin {
    std::string_view contract;
    Decimal ChainBalances::*field;
};
constexpr std::array<Coin, 3> kCoins{{{"collateral", &ChainBalances::collateral},
                                      {"usdc_e", &ChainBalances::usdc_e},
                                      {"usdc", &ChainBalances::usdc}}};
}  // namespace

Task<Expected<std::string>> Polymarket::rpc_at(const std::string& url,
                                               std::string_view method,
                                               const std::string& params) {
    const std::uint64_t number = next_rpc_id_++;
    Call call{.method = "POST",
              .target = url,
              .body = rpc_request(number, method, params),
              .bucket = Bucket::Rpc};
    const auto answer = co_await call_public(call);
    if (!answer) co_return fail(answer.error());
    call.target = shown_url(url);
    if (!answer->is_ok()) co_return fail(read_error(call, *answer));
    const auto json = document_.parse(answer->body);
    if (!json)
        co_return fail(ErrorCode::Unavailable,
                       call.target + ": " + std::string(method) + ": " + json.error().message);
    auto text = method == kReceiptMethod ? decode_rpc_receipt(*json, number)
                                         : decode_rpc_text(*json, number);
    if (!text)
        co_return fail(text.error().code,
                       call.target + ": " + std::string(method) + ": " + text.error().message);
    co_return std::move(*text);
}

/// Each end point is asked once which chain it serves; one of another chain is left out.
Task<Status> Polymarket::check_chain(const std::string& url) {
    const bool is_new = chains_.find(url) == nullptr;
    if (is_new) {
        const std::string none = "[]";
        const auto text = co_await rpc_at(url, "eth_chainId", none);
        if (!text) co_return fail(text.error());
        const auto chain = quantity_of(*text);
        if (!chain)
            co_return fail(ErrorCode::Unavailable,
                           shown_url(url) + ": eth_chainId: " + chain.error().message);
        chains_.put(url, *chain);
    }
    const std::int64_t ours = *settings.contracts.chain_id;
    if (!chains_.is_other(url, ours)) co_return Status{};
    const std::string text = shown_url(url) + " serves chain " +
                             std::to_string(*chains_.find(url)) + ", not " + std::to_string(ours);
    if (is_new) log(LogLevel::Warning, text + ": it is not used");
    co_return fail(ErrorCode::Denied, text);
}

Task<Expected<std::string>> Polymarket::rpc(std::string_view method, const std::string& params) {
    const bool wants_two = *settings.urls.rpc_mode == "quorum";
    std::vector<std::string> answers;
    std::vector<std::string> sources;
    std::string problems;
    ErrorCode code = ErrorCode::Rejected;  // unless one of them gave no answer at all
    bool was_asked = false;
    for (const std::string& url : *settings.urls.rpc) {
        const Status checked = co_await check_chain(url);
        Expected<std::string> answer = fail(ErrorCode::Unavailable, "");
        if (checked)
            answer = co_await rpc_at(url, method, params);
        else
            answer = fail(checked.error());
        if (!answer) {
            problems += (problems.empty() ? "" : "; ") + answer.error().message;
            if (chains_.is_other(url, *settings.contracts.chain_id)) continue;
            was_asked = true;
            if (answer.error().code != ErrorCode::Rejected) code = ErrorCode::Unavailable;
            // The contract's own refusal is an answer; a node that is too busy says it alike.
            const bool is_final = answer.error().code == ErrorCode::Rejected && !wants_two &&
                                  rpc_fault(answer.error().message) == RpcFault::Reverted;
            if (is_final) co_return fail(answer.error());
            continue;
        }
        if (!wants_two) co_return std::move(*answer);
        if (std::find(answers.begin(), answers.end(), *answer) != answers.end())
            co_return std::move(*answer);
        answers.push_back(std::move(*answer));
        sources.push_back(shown_url(url));
    }
    if (answers.size() > 1)
        co_return fail(ErrorCode::Unavailable,
                       "json-rpc: " + sources[0] + " and " + sources[1] + " disagree about " +
                           std::string(method) + " (rpc_mode quorum): " + answers[0] + " and " +
                           answers[1]);
    if (!answers.empty())
        co_return fail(ErrorCode::Unavailable,
                       "json-rpc: " + sources[0] + " alone answered " + std::string(method) +
                           ", rpc_mode quorum needs two; " + problems);
    if (problems.empty()) co_return fail(ErrorCode::Unavailable, "setting \"rpc_urls\": empty");
    co_return fail(was_asked ? code : ErrorCode::Denied, problems);
}

Task<Expected<Word>> Polymarket::contract_word(const std::string& where, const std::string& data) {
    const std::string params = eth_call_params(where, data);
    const auto answer = co_await rpc("eth_call", params);
    if (!answer) co_return fail(answer.error());
    co_return decode_word(*answer);
}

Task<Expected<ChainBalances>> Polymarket::read_chain(const NamedAddress& owner) {
    const std::string key = to_lower(owner.text);
    if (const ChainBalances* cached =
            chain_cache_.find(key, venue_now(), *settings.timing.balance_cache))
        co_return *cached;
    const std::uint64_t drops = chain_cache_.drops();
    ChainBalances out;
    out.read = venue_now();
    const std::string ask = call_balance_of(owner.bytes);
    for (std::size_t i = 0; i < kCoins.size(); ++i) {
        const auto word = co_await contract_word(contract(kCoins[i].contract).text, ask);
        if (!word) co_return fail(word.error());
        const auto amount = to_decimal(*word, kDecimals);
        if (!amount) co_return fail(ErrorCode::Overflow, "a balance on the chain is out of range");
        out.*kCoins[i].field = *amount;
    }
    // Outcome tokens of both kinds of markets, each in its own contract.
    for (int kind = 0; kind < 2; ++kind) {
        const bool is_v2 = kind == 1;
        std::vector<std::string> tokens;
        std::vector<Word> words;
        host().each_instrument([&](const Instrument& instrument) {
            if (instrument.venue() != instance_name()) return;
            const auto word = parse_decimal_word(instrument.venue_symbol());
            if (!word || is_protocol_v2_token(*word) != is_v2) return;
            tokens.emplace_back(instrument.venue_symbol());
            words.push_back(*word);
        });
        if (tokens.empty()) continue;
        const std::string& where = contract(is_v2 ? "position_manager" : "conditional_tokens").text;
        const std::string data = call_balance_of_batch(owner.bytes, words);
        const std::string params = eth_call_params(where, data);
        const auto answer = co_await rpc("eth_call", params);
        if (!answer) co_return fail(answer.error());
        const auto amounts = decode_words(*answer);
        if (!amounts) co_return fail(amounts.error());
        if (amounts->size() != tokens.size())
            co_return fail(ErrorCode::InvalidArgument, "json-rpc: balances of too few tokens");
        for (std::size_t i = 0; i < tokens.size(); ++i)
            out.outcomes[tokens[i]] = to_decimal((*amounts)[i], kDecimals).value_or(Decimal::max());
    }
    chain_cache_.put(key, out, drops);
    co_return out;
}

}  // namespace tradectl::polymarket

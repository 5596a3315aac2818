// The part of Polymarket that tells what a market pays that is over, and what became of a
// transaction of ours.
#include "bytes.hpp"
#include "polymarket.hpp"
#include "receipt.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace tradectl::polymarket {

namespace {

/// "tx:CHAIN:SENDER:NONCE".
std::optional<std::uint64_t> nonce_of(std::string_view identity) {
    const std::string_view text = identity.substr(identity.rfind(':') + 1);
    std::uint64_t nonce = 0;
    const auto done = std::from_chars(text.data(), text.data() + text.size(), nonce);
    const bool whole = done.ec == std::errc{} && done.ptr == text.data() + text.size();
    return whole && !text.empty() ? std::optional(nonce) : std::nullopt;
}

tradectl_order_report row_of(std::string_view hash, std::uint32_t status, Timestamp time) {
    tradectl_order_report row{};
    row.instrument = TRADECTL_HANDLE_NONE;
    row.status = status;
    row.updated = time.ns();
    row.venue_order_id = to_id(hash);
    const tradectl_decimal none = Decimal::null().to_abi();
    row.price = row.average_price = row.order_qty = none;
    row.filled_qty = Decimal{}.to_abi();
    return row;
}

}  // namespace

Status Polymarket::quote(RequestId id, const QuoteRequest& request) {
    if (Status ours = need_wallet("quote"); !ours) return ours;
    run(id, answer_quote(id, request.instrument));
    return {};
}

/// What the market pays for a share, and how many we hold on the chain. BadState before it is
/// resolved there.
Task<Status> Polymarket::answer_quote(RequestId id, tradectl_instrument_handle instrument) {
    const auto market = co_await ended_market(instrument);
    if (!market) co_return fail(market.error());
    const auto payouts = co_await read_payouts(*market);
    if (!payouts) co_return fail(payouts.error());
    const auto listing = host().instrument(instrument);
    const std::string token(listing ? listing->venue_symbol() : std::string_view());
    const auto pays = payouts->find(token);
    const auto word = parse_decimal_word(token);
    if (pays == payouts->end() || !word)
        co_return fail(ErrorCode::NotFound,
                       "token " + token + " is no outcome of market " + market->condition);
    const bool is_v2 = is_protocol_v2_token(*word);
    const std::string& where = contract(is_v2 ? "position_manager" : "conditional_tokens").text;
    const std::string ask = call_balance_of(maker_.bytes, *word);
    const auto held = co_await contract_word(where, ask);
    if (!held) co_return fail(held.error());
    const auto amount = to_decimal(*held, 6);
    if (!amount) co_return fail(ErrorCode::Overflow, "a balance on the chain is out of range");
    host().complete_quote(id, {.price = pays->second, .quantity = *amount});
    co_return Status{};
}

/// What each outcome's share is paid, by token.
Task<Expected<Payouts>> Polymarket::read_payouts(const Market& market) {
    const auto condition = parse_quantity(market.condition);
    if (!condition)
        co_return fail(ErrorCode::InvalidArgument, "the market's condition is not known");
    const std::string& tokens = contract("conditional_tokens").text;
    const std::string whole = call_payout_denominator(*condition);
    const auto denominator = co_await contract_word(tokens, whole);
    if (!denominator) co_return fail(denominator.error());
    if (*denominator == Word{})
        co_return fail(ErrorCode::BadState,
                       "market " + market.condition + " is not resolved on the chain");
    const Call call{.target = clob_url("/clob-markets/" + market.condition)};
    const auto body = co_await read_public(call);
    if (!body) co_return fail(body.error());
    const auto json = document_.parse(*body);
    const auto told = json ? decode_clob_market(*json) : Expected<ClobMarket>(fail(json.error()));
    if (!told) co_return fail(told.error());
    Payouts out;
    for (std::size_t i = 0; i < told->tokens.size(); ++i) {
        const std::string part = call_payout_numerator(*condition, i);
        const auto numerator = co_await contract_word(tokens, part);
        if (!numerator) co_return fail(numerator.error());
        const auto above = to_decimal(*numerator, 0);
        const auto below = to_decimal(*denominator, 0);
        const auto pays =
            above && below ? checked_div(*above, *below, Rounding::Down) : std::nullopt;
        if (!pays) co_return fail(ErrorCode::Overflow, "a payout is out of range");
        out[told->tokens[i].first] = *pays;
    }
    co_return out;
}

/// Decided once the last final block has used up its nonce: then it has a receipt, or another took
/// its place for good. The count is read first.
Task<Status> Polymarket::answer_transaction(RequestId id, std::string identity, std::string hash) {
    const auto nonce = nonce_of(identity);
    if (!nonce) co_return fail(ErrorCode::InvalidArgument, identity + " has no nonce");
    const Timestamp as_of = venue_now();
    const std::string ours =
        "tx:" + std::to_string(*settings.contracts.chain_id) + ":" + signer_.text + ":";
    const std::string params = R"([")" + signer_.text + R"(","finalized"])";
    const auto unknown = [&](const std::string& text, Completeness completeness) {
        host().complete_failed(id,
                               {.code = ErrorCode::NotFound,
                                .text = text,
                                .coverage = {.completeness = completeness, .as_of = as_of}});
        return Status{};
    };
    if (!identity.starts_with(ours))
        co_return unknown(identity + " is of another wallet or chain than the configured one",
                          Completeness::Unknown);
    const auto used = co_await rpc_quantity("eth_getTransactionCount", params);
    if (!used) co_return fail(used.error());
    if (*used <= *nonce)
        co_return unknown(
            "nonce " + std::to_string(*nonce) + " is not used at the last final block",
            Completeness::Unknown);
    if (!parse_hash(hash))
        co_return unknown(
            "nonce " + std::to_string(*nonce) + " is used, and the transaction's hash is not known",
            Completeness::Unknown);
    const std::string wanted = "[\"" + hash + "\"]";
    const auto text = co_await rpc(kReceiptMethod, wanted);
    if (!text) co_return fail(text.error());
    if (text->empty()) {
        const auto gone = co_await is_gone(*nonce, hash);
        if (!gone) co_return fail(gone.error());
        if (!*gone)
            co_return unknown("not every end point says that " + hash + " is not there",
                              Completeness::Unknown);
        co_return unknown("another transaction used nonce " + std::to_string(*nonce),
                          Completeness::Complete);
    }
    const auto receipt = parse_receipt(*text);
    if (!receipt) co_return fail(receipt.error());
    auto rows = co_await rows_of(hash, *receipt);
    if (!rows) co_return fail(rows.error());
    chain_cache_.drop();
    host().complete_orders(id, *rows, {Completeness::Complete, as_of});
    co_return Status{};
}

/// Whether every end point of our chain has used up the nonce in a final block, and has no such
/// transaction: one that lags behind knows neither.
Task<Expected<bool>> Polymarket::is_gone(std::uint64_t nonce, std::string hash) {
    const std::string count = R"([")" + signer_.text + R"(","finalized"])";
    const std::string wanted = "[\"" + hash + "\"]";
    for (const std::string& url : *settings.urls.rpc) {
        if (chains_.is_other(url, *settings.contracts.chain_id)) continue;
        const auto used = co_await rpc_at(url, "eth_getTransactionCount", count);
        if (!used) co_return fail(used.error());
        const auto number = quantity_of(*used);
        if (!number) co_return fail(number.error());
        if (*number <= nonce) co_return false;
        const auto receipt = co_await rpc_at(url, kReceiptMethod, wanted);
        if (!receipt) co_return fail(receipt.error());
        if (!receipt->empty()) co_return false;
    }
    co_return true;
}

/// The first row is the transaction's; then one for each asset that it moved.
Task<Expected<TransactionRows>> Polymarket::rows_of(const std::string& hash,
                                                    const Receipt& receipt) {
    const std::uint32_t status =
        receipt.succeeded ? TRADECTL_ORDER_STATUS_FILLED : TRADECTL_ORDER_STATUS_REJECTED;
    tradectl_order_report row = row_of(hash, status, venue_now());
    row.account = account_;
    TransactionRows rows{row};
    if (!receipt.succeeded) co_return rows;
    MoneyContracts contracts;
    for (const auto* name : {"conditional_tokens", "position_manager"})
        contracts.tokens.push_back(to_lower(contract(name).text));
    contracts.coins = {{to_lower(contract("collateral").text), defaults::kCollateralAsset.data()},
                       {to_lower(contract("usdc_e").text), "USDC.e"},
                       {to_lower(contract("usdc").text), "USDC"}};
    const auto moves = moves_of(receipt, maker_.bytes, contracts);
    if (!moves) co_return fail(moves.error());
    for (const auto& [asset, amount] : moves->coins_in) {
        row.instrument = TRADECTL_HANDLE_NONE;
        row.side = TRADECTL_SIDE_BUY;
        row.filled_qty = amount.to_abi();
        row.client_order_id = to_id(asset);
        rows.push_back(row);
    }
    row.client_order_id = {};
    Payouts payouts;
    for (const auto& [token, amount] : moves->tokens_out) {
        const auto instrument = instrument_of(token);
        if (!instrument) continue;  // nothing of the host's
        if (!payouts.contains(token)) {
            const auto market = co_await ended_market(*instrument);
            if (!market) co_return fail(market.error());
            const auto read = co_await read_payouts(*market);
            if (!read) co_return fail(read.error());
            payouts.insert(read->begin(), read->end());
        }
        row.instrument = *instrument;
        row.side = TRADECTL_SIDE_SELL;
        row.filled_qty = amount.to_abi();
        const auto pays = payouts.find(token);
        if (pays == payouts.end())
            co_return fail(ErrorCode::NotFound, "token " + token + " is no outcome of its market");
        row.average_price = pays->second.to_abi();
        rows.push_back(row);
    }
    co_return rows;
}

}  // namespace tradectl::polymarket

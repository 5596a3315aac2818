// The part of Polymarket that writes to the chain: allowances, and what a resolved market pays.
#include "bytes.hpp"
#include "polymarket.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tradectl::polymarket {

namespace {

constexpr int kGweiDecimals = 9;

/// Gwei as wei; nothing when it is more than 64 bits.
std::optional<std::uint64_t> wei_of(Decimal gwei) {
    const auto unit = Decimal::from_mantissa(1, kGweiDecimals);
    const auto wei = checked_div(gwei, *unit, Rounding::Up);
    if (!wei || wei->is_negative()) return std::nullopt;
    const auto whole = wei->raw() / Decimal::from_int(1).raw();
    if (whole > INT64_MAX) return std::nullopt;
    return static_cast<std::uint64_t>(whole);
}

Word base_units(Decimal amount) {
    const auto cut = round_to(amount, 0.000001_d, Rounding::Down).value_or(Decimal{});
    return word_of(static_cast<std::uint64_t>(cut.raw() / Decimal::Raw{1'000'000'000'000}));
}

}  // namespace

/// What the operation calls, by contract and data.
Task<Expected<ContractCall>> Polymarket::contract_call(tradectl_operation record) {
    const Operation operation{record};
    if (operation.kind() == OperationKind::Redeem) co_return co_await redeem_call(record);
    const std::string_view spender_text = operation.counterparty().empty()
                                              ? std::string_view(contract("exchange").text)
                                              : operation.counterparty();
    const auto spender = parse_address(spender_text);
    if (!spender)
        co_return fail(ErrorCode::InvalidArgument, "approve: the spender is not an address");
    const auto collateral = host().find_asset(defaults::kCollateralAsset);
    const bool is_collateral = operation.asset() == TRADECTL_HANDLE_NONE ||
                               (collateral && *collateral == operation.asset());
    if (!is_collateral)  // outcome tokens know no amounts
        co_return ContractCall{contract("conditional_tokens").text,
                               call_set_approval_for_all(*spender, Approval::Grant)};
    Word amount{};
    amount.fill(0xff);
    if (!operation.quantity().is_null())
        amount = base_units(operation.quantity());
    else if (*settings.gas.approve_unlimited == "no")
        co_return fail(ErrorCode::InvalidArgument,
                       "approve: no amount is given, and approve_unlimited is no");
    co_return ContractCall{contract("collateral").text, call_approve(*spender, amount)};
}

/// One that ended has no book any more: the list of markets tells its condition.
Task<Expected<Market>> Polymarket::ended_market(tradectl_instrument_handle instrument) {
    const Market* known = markets_.find(instrument);
    if (known != nullptr && !known->condition.empty()) co_return *known;
    const auto listing = host().instrument(instrument);
    if (!listing || listing->venue() != instance_name())
        co_return fail(ErrorCode::NotFound, "redeem: the instrument is not one of this exchange");
    const std::vector<std::string> tokens{std::string(listing->venue_symbol())};
    const OutcomeVisit keep = [&](const GammaMarket& market, const GammaOutcome& outcome) {
        keep_market(market, outcome);
    };
    if (Status read = co_await read_markets(tokens, keep); !read) co_return fail(read.error());
    known = markets_.find(instrument);
    if (known == nullptr || known->condition.empty())
        co_return fail(ErrorCode::NotFound,
                       "redeem: the market of " + std::string(listing->name()) +
                           " is in none of the venue's lists");
    co_return *known;
}

Task<Expected<ContractCall>> Polymarket::redeem_call(tradectl_operation record) {
    const auto market = co_await ended_market(record.instrument);
    if (!market) co_return fail(market.error());
    const auto condition = parse_quantity(market->condition);
    if (!condition)
        co_return fail(ErrorCode::InvalidArgument, "redeem: the market's condition is not known");
    const std::string& tokens = contract("conditional_tokens").text;
    const std::string ask = call_payout_denominator(*condition);
    const auto paid = co_await contract_word(tokens, ask);
    if (!paid) co_return fail(paid.error());
    if (*paid == Word{})
        co_return fail(ErrorCode::BadState,
                       "redeem: market " + market->condition + " is not resolved on the chain");
    if (!market->neg_risk)
        co_return ContractCall{contract("conditional_tokens").text,
                               call_redeem_positions(contract("usdc_e").bytes, *condition)};
    // The adapter takes the amounts of both outcomes, in the market's order.
    const Call call{.target = clob_url("/clob-markets/" + market->condition)};
    const auto body = co_await read_public(call);
    if (!body) co_return fail(body.error());
    const auto json = document_.parse(*body);
    const auto told = json ? decode_clob_market(*json) : Expected<ClobMarket>(fail(json.error()));
    if (!told) co_return fail(told.error());
    std::vector<Word> amounts;
    for (const auto& [token, outcome] : told->tokens) {
        const auto id = parse_decimal_word(token);
        if (!id) co_return fail(ErrorCode::InvalidArgument, "redeem: a token id is no uint256");
        const std::string data = call_balance_of(maker_.bytes, *id);
        const auto held = co_await contract_word(tokens, data);
        if (!held) co_return fail(held.error());
        amounts.push_back(*held);
    }
    co_return ContractCall{contract("neg_risk_adapter").text,
                           call_redeem_neg_risk(*condition, amounts)};
}

Task<Expected<std::uint64_t>> Polymarket::rpc_quantity(std::string_view method,
                                                       const std::string& params) {
    const auto text = co_await rpc(method, params);
    if (!text) co_return fail(text.error());
    co_return quantity_of(*text);
}

/// The tip and the most that is paid for a unit of gas: twice the base fee and the tip, which six
/// full blocks in a row do not reach. Denied above the user's cap, or when the signer cannot pay
/// it.
Task<Expected<GasPrice>> Polymarket::gas_price(std::uint64_t gas_limit) {
    GasPrice out;
    const auto floor = wei_of(*settings.gas.tip_floor);
    const auto cap = wei_of(*settings.gas.fee_cap);
    if (!floor || !cap) co_return fail(ErrorCode::Overflow, "gas settings are out of range");
    const std::string none = "[]";
    const auto hint = co_await rpc_quantity("eth_maxPriorityFeePerGas", none);
    out.tip = std::max(*floor, hint ? *hint : 0);
    const auto base = co_await rpc_quantity("eth_gasPrice", none);
    if (!base) co_return fail(base.error());
    // What a node calls the gas price covers the base fee.
    out.most = 2 * std::min(*base, *cap) + out.tip;
    if (*base + out.tip > *cap)
        co_return fail(ErrorCode::Denied,
                       "gas costs " + std::to_string(*base + out.tip) +
                           " wei a unit, gas_fee_max is " + std::to_string(*cap));
    out.most = std::min(out.most, *cap);
    // It is paid in the chain's own coin, which has 18 decimals.
    const std::string owner = R"([")" + signer_.text + R"(","latest"])";
    const auto text = co_await rpc("eth_getBalance", owner);
    const auto word = text ? parse_quantity(*text) : std::nullopt;
    if (!word)
        co_return fail(text ? Error{ErrorCode::InvalidArgument, "json-rpc: no balance"}
                            : text.error());
    const auto held = to_decimal(*word, 18);  // nothing: more than anything costs
    const Decimal cost =
        Decimal::from_raw(static_cast<Decimal::Raw>(gas_limit) * Decimal::Raw{out.most});
    if (held && *held < cost)
        co_return fail(ErrorCode::Denied,
                       "gas money is missing: " + signer_.text + " has " + held->to_string() +
                           ", the transaction may cost " + cost.to_string());
    co_return out;
}

Task<Status> Polymarket::prepare_transaction(RequestId id, tradectl_operation record) {
    constexpr std::array<std::string_view, 4> kWallets{"", "proxy", "Safe", "contract"};
    const auto kind = static_cast<std::size_t>(*settings.wallet.signature_type);
    if (kind != 0)
        co_return fail(ErrorCode::Unsupported,
                       "transactions of a " + std::string(kWallets[kind]) +
                           " wallet (signature_type " + std::to_string(kind) +
                           ") are not offered: make them where the wallet is managed");
    // A write makes what was read worthless.
    chain_cache_.drop();
    const auto wanted = static_cast<std::uint64_t>(*settings.contracts.chain_id);
    const auto call = co_await contract_call(record);
    if (!call) co_return fail(call.error());
    const std::string from = R"([{"from":")" + signer_.text + R"(","to":")" + call->to +
                             R"(","data":")" + call->data + "\"}]";
    const auto gas = co_await rpc_quantity("eth_estimateGas", from);
    if (!gas) co_return fail(gas.error());
    const auto gas_limit = *gas + *gas / 2;
    if (gas_limit > static_cast<std::uint64_t>(*settings.gas.limit_max))
        co_return fail(ErrorCode::Denied,
                       "the transaction needs " + std::to_string(gas_limit) +
                           " gas, gas_limit_max is " + std::to_string(*settings.gas.limit_max));
    const auto price = co_await gas_price(gas_limit);
    if (!price) co_return fail(price.error());
    const std::string mined = R"([")" + signer_.text + R"(","latest"])";
    const auto latest = co_await rpc_quantity("eth_getTransactionCount", mined);
    if (!latest) co_return fail(latest.error());
    const std::string pooled = R"([")" + signer_.text + R"(","pending"])";
    const auto pending = co_await rpc_quantity("eth_getTransactionCount", pooled);
    const std::uint64_t nonce =
        std::max({*latest, pending ? *pending : std::uint64_t{0}, next_nonce_});
    next_nonce_ = nonce + 1;
    const std::string payload =
        R"({"chainId":)" + std::to_string(wanted) + R"(,"nonce":)" + std::to_string(nonce) +
        R"(,"maxPriorityFeePerGas":")" + std::to_string(price->tip) + R"(","maxFeePerGas":")" +
        std::to_string(price->most) + R"(","gasLimit":)" + std::to_string(gas_limit) +
        R"(,"to":")" + call->to + R"(","value":"0","data":")" + call->data + "\"}";
    const std::string identity =
        "tx:" + std::to_string(wanted) + ":" + signer_.text + ":" + std::to_string(nonce);
    const std::array<tradectl_sign_request, 1> sign{
        sign_request(SignKind::EthTx, settings.wallet.key->view(), as_bytes(payload))};
    PreparedStep step;
    step.kind = Operation{record}.kind();
    step.op = {record.op_id};
    step.nonce = nonce;
    prepared_[id.value] = std::move(step);
    host().complete_prepared(id,
                             {.identity = identity,
                              .identity_class = IdentityClass::Idempotent,
                              .fence = Fence::Nonce,
                              .fence_value = static_cast<std::int64_t>(nonce),
                              .request = as_bytes(payload),
                              .rebuild = as_bytes(payload),
                              .sign = sign});
    co_return Status{};
}

/// The same signed bytes may be sent again: a chain takes a nonce once.
Task<Status> Polymarket::post_transaction(RequestId id,
                                          OpId op,
                                          std::uint64_t nonce,
                                          std::string raw) {
    chain_cache_.drop();
    const auto bytes = parse_data(raw);
    const auto hashed = host().hash(HashKind::Keccak256, as_bytes(*bytes));
    if (!hashed) co_return fail(hashed.error());
    const std::string hash = to_hex(*hashed);
    std::string problem = "setting \"rpc_urls\": empty";
    ErrorCode code = ErrorCode::Unavailable;
    for (const std::string& url : *settings.urls.rpc) {
        if (chains_.is_other(url, *settings.contracts.chain_id)) continue;
        const std::uint64_t number = next_rpc_id_++;
        const Call call{.method = "POST",
                        .target = url,
                        .body = rpc_request(number, "eth_sendRawTransaction", "[\"" + raw + "\"]"),
                        .op = op,
                        .bucket = Bucket::Rpc};
        const auto answer = co_await call_public(call);
        const auto json = answer && answer->is_ok() ? document_.parse(answer->body)
                                                    : Expected<JsonView>(fail({}));
        const auto told = json ? decode_rpc_text(*json, number) : Expected<std::string>(fail({}));
        if (told) {
            host().complete_submitted(id, hash, {.as_of = venue_now()});
            co_return Status{};
        }
        if (json && told.error().code == ErrorCode::Rejected) {
            const RpcFault fault = rpc_fault(told.error().message);
            if (fault == RpcFault::AlreadyKnown) {
                host().complete_submitted(id, hash, {.as_of = venue_now()});
                co_return Status{};
            }
            // A node that is too busy may have passed it on: the next may be asked, for the same
            // bytes are taken once.
            if (fault == RpcFault::Other) {
                code = ErrorCode::OutcomeUnknown;
                problem = shown_url(url) + ": " + told.error().message;
                continue;
            }
            // An end point that lost our first try may call the nonce used: it may be by us.
            const bool may_be_ours =
                fault == RpcFault::NonceTooLow || code == ErrorCode::OutcomeUnknown;
            const Reason reason = fault == RpcFault::CannotPay
                                      ? Reason{TRADECTL_REASON_INSUFFICIENT_BALANCE}
                                      : Reason{TRADECTL_REASON_VENUE_REJECTED};
            if (!may_be_ours) give_back(nonce);
            host().complete_failed(
                id,
                {.code = may_be_ours ? ErrorCode::OutcomeUnknown : ErrorCode::Rejected,
                 .text = told.error().message,
                 .reason = reason});
            co_return Status{};
        }
        problem = shown_url(url) + ": " + (answer ? "no answer" : answer.error().message);
        if (answer && answer->may_have_arrived()) code = ErrorCode::OutcomeUnknown;
    }
    if (code != ErrorCode::OutcomeUnknown) give_back(nonce);  // none of them got it
    host().complete_failed(id, {.code = code, .text = problem});
    co_return Status{};
}

}  // namespace tradectl::polymarket

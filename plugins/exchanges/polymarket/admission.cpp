// The part of Polymarket that says whether an order may leave: its market is known as it is now,
// the clocks agree, and the contracts may take what it gives.
#include "bytes.hpp"
#include "polymarket.hpp"

#include <utility>

namespace tradectl::polymarket {

namespace {

constexpr std::int64_t kRetryNs = 5 * kNsPerSecond;
constexpr int kDecimals = 6;

Given given_by(const Order& order) {
    if (order.side == Side::Buy) return Given::Collateral;
    return order.version == 3 ? Given::TokensV3 : Given::Tokens;
}

Decimal amount_given(const Order& order) {
    return to_decimal(word_of(order.amounts.maker), kDecimals).value_or(Decimal::max());
}

std::string amount_text(Decimal amount) {
    return amount == Decimal::max() ? "without limit" : amount.to_string();
}

}  // namespace

// ---- Markets

/// Whether an order has to wait for a fresh word of the venue.
bool Polymarket::is_old(const Market& market) const {
    if (market.tick.is_null() || market.read.is_none()) return true;
    const std::int64_t age = now().minus(market.read);
    if (age <= *settings.timing.market_cache) return false;
    const bool failed_lately = !market.retry.is_none() && now() < market.retry;
    return !failed_lately || age > *settings.timing.market_cache_max;
}

/// A fresh one; while the venue does not answer, one that is not too old.
Task<Expected<Market>> Polymarket::market_of(tradectl_instrument_handle instrument) {
    const Market* known = markets_.find(instrument);
    if (known != nullptr && !is_old(*known)) co_return *known;
    auto read = co_await read_market(instrument);
    if (read) co_return std::move(*read);
    Market* kept = markets_.find(instrument);
    if (kept == nullptr || kept->tick.is_null() || kept->read.is_none())
        co_return fail(read.error());
    kept->retry = now().plus_ns(kRetryNs);
    const std::int64_t age = now().minus(kept->read);
    const std::string text = "the market was read " + std::to_string(age / kNsPerSecond) +
                             " s ago and cannot be read now: " + read.error().message;
    if (age > *settings.timing.market_cache_max)
        co_return fail(read.error().code,
                       text + "; market_cache_max is " +
                           std::to_string(*settings.timing.market_cache_max / kNsPerSecond) + " s");
    note("market/" + kept->token_id, text);
    co_return *kept;
}

/// Orders of a market that is being read wait for it together, and go on in their order.
void Polymarket::prepare_later(RequestId id, const tradectl_operation& record) {
    auto& waiting = waiting_orders_[record.instrument];
    waiting.push_back({id, record});
    if (waiting.size() == 1) run({0}, prepare_waiting(record.instrument));
}

Task<Status> Polymarket::prepare_waiting(tradectl_instrument_handle instrument) {
    const auto market = co_await market_of(instrument);
    const auto waiting = std::move(waiting_orders_.extract(instrument).mapped());
    for (const WaitingOrder& each : waiting) {
        if (market)
            prepare_at(each.id, each.record, *market);
        else
            host().complete_failed(each.id,
                                   {.code = market.error().code, .text = market.error().message});
    }
    co_return Status{};
}

void Polymarket::prepare_at(RequestId id, const tradectl_operation& record, const Market& market) {
    auto step = build_order(Operation{record}, market);
    if (!step) {
        host().complete_rejected(id, TRADECTL_REASON_BAD_FIELD, step.error().message);
    } else if (lacks_allowance(step->order)) {
        run(id, prove_allowance(id, std::move(*step), market));
    } else {
        complete_order_step(id, std::move(*step), market);
    }
}

// ---- Clocks

Status Polymarket::check_clock(const Operation& operation) const {
    // What sells reduces: outcome tokens cannot be sold short.
    if (operation.side() != Side::Buy || !is_clock_bad()) return {};
    return fail(ErrorCode::BadState,
                "clock_skew: " + clock_words() + ", clock_skew_max is " +
                    std::to_string(*settings.timing.skew_max / kNsPerMillisecond) +
                    " ms: no order that adds risk leaves");
}

// ---- Allowances

/// Only a word that was told counts: an allowance that is not known stops nothing.
bool Polymarket::lacks_allowance(const Order& order) const {
    const Allowance* known = allowances_.find(given_by(order), order.exchange.text);
    return known != nullptr && known->amount < amount_given(order);
}

/// Somebody may have approved since: the venue looks anew before the order is refused.
Task<Status> Polymarket::prove_allowance(RequestId id, PreparedStep step, Market market) {
    const Given given = given_by(step.order);
    const std::string token = step.order.token_id;
    const Status read = co_await read_allowances(given, token, Look::Anew);
    if (!read) note("allowance", read.error().message);
    if (!lacks_allowance(step.order)) {
        complete_order_step(id, std::move(step), market);
        co_return Status{};
    }
    const Allowance* known = allowances_.find(given, step.order.exchange.text);
    host().complete_rejected(id,
                             TRADECTL_REASON_INSUFFICIENT_BALANCE,
                             "allowance_missing: " + std::string(asset_words(given)) + " for " +
                                 step.order.exchange.text + ", needed " +
                                 amount_given(step.order).to_string() + ", held " +
                                 amount_text(known->amount));
    co_return Status{};
}

Task<Status> Polymarket::read_allowances(Given given, const std::string& token, Look look) {
    const std::string query = "?asset_type=" + std::string(asset_type(given)) +
                              (given == Given::Collateral ? std::string() : "&token_id=" + token) +
                              "&signature_type=" + std::to_string(*settings.wallet.signature_type);
    if (look == Look::Anew) {
        const Call call{.target = "/balance-allowance/update" + query};
        if (const auto done = co_await read_private(call); !done) co_return fail(done.error());
    }
    const Call call{.target = "/balance-allowance" + query};
    const auto body = co_await read_private(call);
    if (!body) co_return fail(body.error());
    const auto json = document_.parse(*body);
    const auto told = json ? decode_balance(*json) : Expected<BalanceAllowance>(fail(json.error()));
    if (!told) co_return fail(told.error().code, "/balance-allowance: " + told.error().message);
    keep_allowances(given, *told);
    co_return Status{};
}

Task<Status> Polymarket::reread_allowances(Given given, std::string token) {
    const Status read = co_await read_allowances(given, token, Look::Anew);
    if (!read) note("allowance", read.error().message);
    co_return Status{};
}

void Polymarket::keep_allowances(Given given, const BalanceAllowance& told) {
    for (const auto& [spender, amount] : told.allowances)
        allowances_.put(given, spender, {amount, now()});
}

}  // namespace tradectl::polymarket

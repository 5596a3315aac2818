// The part of Polymarket that builds and names what acts.
#include "bytes.hpp"
#include "polymarket.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tradectl::polymarket {

namespace {

Refused refused(Reason reason) {
    return {.code = ErrorCode::Rejected, .reason = reason};
}

bool takes_at_once(const Operation& operation) {
    return operation.order_type() == OrderType::Market ||
           operation.time_in_force() == TimeInForce::Ioc ||
           operation.time_in_force() == TimeInForce::Fok;
}

std::string_view wire_type(const Operation& operation) {
    if (operation.time_in_force() == TimeInForce::Fok) return "FOK";
    if (takes_at_once(operation)) return "FAK";
    return operation.time_in_force() == TimeInForce::Gtd ? "GTD" : "GTC";
}

}  // namespace

Status Polymarket::prepare(RequestId id, const Operation& operation) {
    if (const Status ours = need_wallet("prepare"); !ours) {
        host().complete_rejected(id, TRADECTL_REASON_UNSUPPORTED, ours.error().message);
        return {};
    }
    switch (operation.kind()) {
        case OperationKind::Order: break;
        case OperationKind::Cancel: return prepare_cancel(id, operation);
        case OperationKind::CancelAll: return prepare_cancel_all(id, operation);
        case OperationKind::Approve:
        case OperationKind::Redeem: run(id, prepare_transaction(id, operation.raw())); return {};
        default:
            host().complete_rejected(
                id, TRADECTL_REASON_UNSUPPORTED, "polymarket: operation is not offered");
            return {};
    }
    if (const Status good = check_clock(operation); !good) {
        host().complete_rejected(id, TRADECTL_REASON_STREAM_STALE, good.error().message);
        return {};
    }
    const Market* market = markets_.find(operation.instrument());
    if (market == nullptr || is_old(*market)) {
        prepare_later(id, operation.raw());
        return {};
    }
    prepare_at(id, operation.raw(), *market);
    // Who trades on does not wait: the market is read again before it is old.
    const std::int64_t age = now().minus(market->read);
    if (age > *settings.timing.market_cache / 2 && age <= *settings.timing.market_cache)
        run({0}, refresh_market(operation.instrument()));
    return {};
}

int Polymarket::version_for(std::string_view token_id) const {
    const std::string_view forced = settings.contracts.order_version->view();
    if (forced != "auto") return forced[0] - '0';
    if (const auto told = versions_by_token_.find(token_id); told != versions_by_token_.end())
        return told->second;
    const auto token = parse_decimal_word(token_id);
    if (token && is_protocol_v2_token(*token)) return 3;
    return std::min(version_, 2);
}

const NamedAddress& Polymarket::exchange_for(int version, bool neg_risk) const {
    const std::string_view name = version == 3 ? "exchange_v3"
                                  : version == 1
                                      ? (neg_risk ? "neg_risk_exchange_v1" : "exchange_v1")
                                  : neg_risk ? "neg_risk_exchange"
                                             : "exchange";
    return contracts_.find(name)->second;
}

Status Polymarket::set_terms(const Operation& operation, Order& order) const {
    if (operation.order_type() != OrderType::Limit && operation.order_type() != OrderType::Market)
        return fail(ErrorCode::Unsupported, "polymarket: stop orders are not offered");
    order.order_type = wire_type(operation);
    order.post_only = operation.is_post_only();
    if (order.post_only && takes_at_once(operation))
        return fail(ErrorCode::InvalidArgument,
                    "post-only goes with GTC and GTD alone, not with " + order.order_type);
    if (order.order_type != "GTD") return {};
    if (operation.expire_time().is_none())
        return fail(ErrorCode::InvalidArgument, "a GTD order needs an expire time");
    const Timestamp end = operation.expire_time().plus_ns(*settings.timing.gtd_security);
    if (end.minus(venue_now()) < *settings.timing.gtd_min)
        return fail(ErrorCode::InvalidArgument,
                    "expiration " + end.to_string() + " is less than " +
                        std::to_string(*settings.timing.gtd_min / kNsPerSecond) + " s ahead");
    order.expiration_s = static_cast<std::uint64_t>(end.ns() / kNsPerSecond);
    return {};
}

/// The caller's, or that of the level of our own book that covers the quantity.
Expected<Decimal> Polymarket::worst_price(const Operation& operation) const {
    if (!operation.price().is_null()) return operation.price();
    const LocalBook* book = feed_->book(operation.instrument());
    if (book == nullptr)
        return fail(ErrorCode::NotFound,
                    "a market order needs a worst price, or a book that is subscribed to");
    const bool is_buy = operation.side() == Side::Buy;
    return market_price(
        is_buy ? book->asks() : book->bids(),
        operation.quantity(),
        Measure::Shares,
        operation.time_in_force() == TimeInForce::Fok ? Shortfall::Fail : Shortfall::UseWorst);
}

/// The host counts in shares. A market buy pays collateral at the venue: what the shares cost at
/// the worst price, so that the price is the caller's bound.
Expected<Amounts> Polymarket::amounts_of(const Operation& operation, const TickRules& rules) const {
    if (!takes_at_once(operation))
        return limit_amounts(operation.side(), operation.price(), operation.quantity(), rules);
    const auto worst = worst_price(operation);
    if (!worst) return fail(worst.error());
    const Decimal price = *worst;
    if (Status good = check_price(price, rules); !good) return fail(good.error());
    if (operation.side() == Side::Sell)
        return market_amounts(
            Side::Sell, price, operation.quantity(), rules, PriceBound::Protected);
    const auto shares = round_to(operation.quantity(), 0.01_d, Rounding::Down);
    const auto cost = shares ? checked_mul(*shares, price, Rounding::Down) : std::nullopt;
    if (!cost) return fail(ErrorCode::InvalidArgument, "quantity is out of range");
    if (*cost < *settings.trading.notional_min)
        return fail(ErrorCode::InvalidArgument,
                    "the order is worth " + cost->to_string() + ", one that takes at least " +
                        settings.trading.notional_min->to_string());
    // The venue takes collateral of two decimals: a cost that has more is cut down, which buys less
    // than was asked for and never more.
    return market_amounts(Side::Buy, price, *cost, rules, PriceBound::Protected);
}

Expected<PreparedStep> Polymarket::build_order(const Operation& operation, const Market& market) {
    const auto instrument = host().instrument(operation.instrument());
    if (!instrument) return fail(ErrorCode::NotFound, "the instrument is not known");
    const auto rules = tick_rules(market.tick);
    if (!rules) return fail(rules.error());
    PreparedStep step;
    step.op = operation.op_id();
    Order& order = step.order;
    if (Status set = set_terms(operation, order); !set) return fail(set.error());
    const auto amounts = amounts_of(operation, *rules);
    if (!amounts) return fail(amounts.error());
    const Decimal least = market.quantity_min;  // one that takes needs a value, not a size
    if (!takes_at_once(operation) && !least.is_null() && operation.quantity() < least)
        return fail(ErrorCode::InvalidArgument,
                    "quantity " + operation.quantity().to_string() + " is below " +
                        least.to_string() + ", the market's least for an order that rests");
    order.amounts = *amounts;
    order.token_id = market.token_id;
    order.version = version_for(order.token_id);
    order.chain_id = static_cast<std::uint64_t>(*settings.contracts.chain_id);
    order.exchange = exchange_for(order.version, market.neg_risk);
    order.signature_type = static_cast<SignatureType>(*settings.wallet.signature_type);
    order.maker = maker_;
    order.signer = order.signature_type == SignatureType::Contract ? maker_ : signer_;
    if (order.signature_type == SignatureType::Contract && order.version == 1)
        return fail(ErrorCode::Unsupported, "order version 1 knows no contract wallets");
    order.side = operation.side();
    constexpr int kDoubleBits = 53;  // JSON carries the salt as a number
    order.salt = host().random() >> (64 - kDoubleBits);
    order.timestamp_ms = static_cast<std::uint64_t>(venue_now().ns() / kNsPerMillisecond);
    auto hashes = hasher_->hash(order);
    if (!hashes) return fail(hashes.error());
    step.hashes = *hashes;
    step.own.client_order_id = operation.client_order_id();
    step.own.asset_id = order.token_id;
    step.own.instrument = operation.instrument();
    step.own.account = operation.account();
    step.own.side = operation.side();
    step.own.time_in_force = order.order_type == "FAK"   ? TimeInForce::Ioc
                             : order.order_type == "FOK" ? TimeInForce::Fok
                                                         : operation.time_in_force();
    step.own.price = operation.price();
    step.own.quantity = operation.quantity();
    return step;
}

void Polymarket::complete_order_step(RequestId id, PreparedStep step, const Market& market) {
    const std::string identity = to_hex(step.hashes.digest);
    const std::string payload = typed_data_json(step.order);
    const std::string body = order_json(step.order, "", "");
    const std::string rebuild =
        R"({"version":)" + std::to_string(step.order.version) + R"(,"exchange":")" +
        step.order.exchange.text + R"(","tick":")" + market.tick.to_string() + R"(","negRisk":)" +
        (market.neg_risk ? "true" : "false") + R"(,"request":)" + body + "}";
    const std::array<tradectl_sign_request, 1> sign{
        sign_request(SignKind::Eip712, settings.wallet.key->view(), as_bytes(payload))};
    prepared_[id.value] = std::move(step);
    host().complete_prepared(id,
                             {.identity = identity,
                              .identity_class = IdentityClass::DuplicateRejected,
                              .fence = Fence::None,
                              .request = as_bytes(body),
                              .rebuild = as_bytes(rebuild),
                              .sign = sign});
}

/// A cancel may be sent again: it is known by the order that it ends.
Status Polymarket::prepare_cancel(RequestId id, const Operation& operation) {
    std::string target = to_lower(operation.target_venue_order_id());
    if (target.empty())
        if (const std::string* known = own_.find_by_client_id(operation.target_client_order_id()))
            target = *known;
    if (!parse_hash(target)) {
        const Refused why = refused(TRADECTL_REASON_UNKNOWN_ORDER);
        host().complete_rejected(id, why.reason, "cancel: the order's hash is not known");
        return {};
    }
    const std::string identity = "cancel:" + target;
    const std::string body = R"({"orderID":")" + target + R"("})";
    PreparedStep step;
    step.kind = OperationKind::Cancel;
    step.op = operation.op_id();
    step.target = target;
    prepared_[id.value] = std::move(step);
    host().complete_prepared(id,
                             {.identity = identity,
                              .identity_class = IdentityClass::Idempotent,
                              .fence = Fence::None,
                              .request = as_bytes(body),
                              .rebuild = as_bytes(body)});
    return {};
}

Status Polymarket::prepare_cancel_all(RequestId id, const Operation& operation) {
    PreparedStep step;
    step.kind = OperationKind::CancelAll;
    step.op = operation.op_id();
    const auto instrument = host().instrument(operation.instrument());
    if (instrument) {
        const Market* market = markets_.find(operation.instrument());
        step.target = R"({"market":")" + (market == nullptr ? "" : market->condition) +
                      R"(","asset_id":")" + std::string(instrument->venue_symbol()) + R"("})";
    }
    const std::string request = step.target.empty() ? "cancel-all" : step.target;
    const std::string identity = "cancel-all:" + std::to_string(operation.op_id().value);
    prepared_[id.value] = std::move(step);
    host().complete_prepared(id,
                             {.identity = identity,
                              .identity_class = IdentityClass::Idempotent,
                              .fence = Fence::None,
                              .request = as_bytes(request),
                              .rebuild = as_bytes(request)});
    return {};
}

}  // namespace tradectl::polymarket

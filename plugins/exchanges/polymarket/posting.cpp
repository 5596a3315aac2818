// The part of Polymarket that sends what acts, and reads what the venue says to it.
#include "bytes.hpp"
#include "polymarket.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::polymarket {

namespace {
constexpr std::int64_t kBlockFirst = kNsPerSecond;
constexpr std::int64_t kBlockMax = 30 * kNsPerSecond;
constexpr std::size_t kCancelsMax = 1000;

std::string list_of_bodies(std::span<const Outgoing> items) {
    std::string out = "[";
    for (const Outgoing& item : items)
        out.append(out.size() > 1 ? "," : "").append(item.body);
    return out + "]";
}

std::string list_of_ids(std::span<const Outgoing> items) {
    std::string out = "[";
    for (const Outgoing& item : items)
        out.append(out.size() > 1 ? "," : "").append(json_quoted(item.order_id));
    return out + "]";
}
}  // namespace

Status Polymarket::submit_prepared(RequestId id,
                                   RequestId prepare_id,
                                   std::span<const tradectl_signature> signatures) {
    const auto found = prepared_.find(prepare_id.value);
    if (found == prepared_.end())
        return fail(ErrorCode::NotFound,
                    "submit: nothing is prepared as " + std::to_string(prepare_id.value));
    const PreparedStep step = std::move(found->second);
    prepared_.erase(found);
    if (!is_connected_) return fail(ErrorCode::Unavailable, "polymarket: not connected");
    if (step.kind == OperationKind::CancelAll) {
        Outgoing item{.request = id, .op = step.op, .order_id = {}, .body = step.target};
        run({0},
            post_cancel_all(std::move(item),
                            step.target.empty() ? "/cancel-all" : "/cancel-market-orders"));
        return {};
    }
    if (step.kind == OperationKind::Cancel) {
        cancels_.push_back({.request = id, .op = step.op, .order_id = step.target, .body = {}});
        return {};
    }
    if (step.kind == OperationKind::Approve || step.kind == OperationKind::Redeem) {
        if (signatures.size() != 1 || signatures[0].status != TRADECTL_OK ||
            signatures[0].bytes.size == 0) {
            give_back(step.nonce);
            return fail(ErrorCode::Authentication, "submit: the signed transaction is missing");
        }
        run({0}, post_transaction(id, step.op, step.nonce, to_hex(view(signatures[0].bytes))));
        return {};
    }
    // While the venue restarts everything is refused; nothing was sent, so nothing is unknown.
    if (!blocked_until_.is_none() && now() < blocked_until_) {
        host().complete_failed(id,
                               {.code = ErrorCode::Maintenance,
                                .text = "polymarket: the venue asked to wait",
                                .reason = TRADECTL_REASON_HALTED,
                                .retry_after = blocked_until_});
        return {};
    }
    if (signatures.size() != 1 || signatures[0].status != TRADECTL_OK ||
        signatures[0].bytes.size != 65)
        return fail(ErrorCode::Authentication, "submit: the signature is missing or not 65 bytes");
    const std::string order_id = to_hex(step.hashes.digest);
    const std::string text = wire_signature(step.order, step.hashes, view(signatures[0].bytes));
    OwnOrder own = step.own;
    own.is_sent = true;
    own.sent = own.changed = venue_now();
    remember(order_id, own);
    own_.put(order_id, std::move(own));
    posts_.push_back({.request = id,
                      .op = step.op,
                      .order_id = order_id,
                      .body = order_json(step.order, text, api_key_),
                      .token_id = step.order.token_id,
                      .version = step.order.version});
    return {};
}

/// A nonce that was not sent is used again, unless a later one is out already.
void Polymarket::discard_prepared(RequestId prepare_id) {
    const auto found = prepared_.find(prepare_id.value);
    if (found == prepared_.end()) return;
    const PreparedStep& step = found->second;
    const bool has_nonce =
        step.kind == OperationKind::Approve || step.kind == OperationKind::Redeem;
    if (has_nonce) give_back(step.nonce);
    prepared_.erase(found);
}

void Polymarket::give_back(std::uint64_t nonce) {
    if (nonce + 1 == next_nonce_) --next_nonce_;
}

/// What the host submitted in one call travels together.
Status Polymarket::submit_prepared_end() {
    const auto send_all = [this](std::vector<Outgoing>& items, std::size_t most, auto post) {
        for (std::size_t first = 0; first < items.size(); first += most) {
            const std::size_t end = std::min(items.size(), first + most);
            run({0},
                (this->*post)({std::make_move_iterator(items.begin() + static_cast<long>(first)),
                               std::make_move_iterator(items.begin() + static_cast<long>(end))}));
        }
        items.clear();
    };
    std::vector<Outgoing> posts = std::exchange(posts_, {});
    std::vector<Outgoing> cancels = std::exchange(cancels_, {});
    send_all(cancels, kCancelsMax, &Polymarket::post_cancels);
    send_all(
        posts, static_cast<std::size_t>(*settings.trading.batch_max), &Polymarket::post_orders);
    return {};
}

// ---- Orders

Task<Status> Polymarket::post_orders(std::vector<Outgoing> items) {
    const bool is_single = items.size() == 1;
    const Call call{.method = "POST",
                    .target = is_single ? "/order" : "/orders",
                    .body = is_single ? items[0].body : list_of_bodies(items),
                    .op = items[0].op,
                    .bucket = Bucket::Orders,
                    .weight = static_cast<std::uint32_t>(items.size())};
    const auto answer = co_await call_private(call);
    if (!answer) {  // the host took nothing
        for (const Outgoing& item : items)
            refuse_post(item,
                        {.code = answer.error().code, .reason = TRADECTL_REASON_VENUE_REJECTED},
                        answer.error().message);
        co_return Status{};
    }
    if (!answer->is_ok()) {
        refuse_posts(items, *answer);
        co_return Status{};
    }
    block_ns_ = 0;
    const auto json = document_.parse(answer->body);
    std::vector<Expected<PostAnswer>> told;
    const auto one = [&](const JsonView& each) -> Status {
        told.push_back(decode_post(each));
        return {};
    };
    const bool readable = json && (json->is_array() ? json->each(one) : one(*json)).has_value();
    const bool is_whole = readable && told.size() == items.size();
    // It answered 200 in words that we cannot read: the orders may stand.
    const std::string unread = "the answer could not be read: " + answer->body.substr(0, 200);
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (is_whole && told[i])
            take_post_answer(items[i], *told[i]);
        else
            refuse_post(items[i], {.code = ErrorCode::OutcomeUnknown}, unread);
    }
    tell_closed();
    plan_poll();
    co_return Status{};
}

void Polymarket::take_post_answer(const Outgoing& item, const PostAnswer& answer) {
    OwnOrder* order = own_.find(item.order_id);
    if (!answer.is_accepted()) {
        const std::string text =
            !answer.error.empty() ? answer.error : "not placed: status \"" + answer.status + "\"";
        Refused refused = refusal_of(text);
        const bool says_nothing = answer.error.empty() && answer.status != "unmatched";
        if (says_nothing || is_unclear(text)) refused.code = ErrorCode::OutcomeUnknown;
        return refuse_post(item, refused, text);
    }
    if (!equals_ignoring_case(answer.order_id, item.order_id)) {
        // Our identity is not theirs: what stands at the venue is not what we would look for.
        log(LogLevel::Error, "the venue calls order " + item.order_id + " " + answer.order_id);
        return refuse_post(item,
                           {.code = ErrorCode::OutcomeUnknown},
                           "the venue answered with another order id, " + answer.order_id);
    }
    if (order != nullptr && !std::exchange(order->is_known, true)) order->misses = 0;
    host().complete_submitted(
        item.request, item.order_id, {.completeness = Completeness::Unknown, .as_of = venue_now()});
    if (order == nullptr) return;
    const bool takes =
        order->time_in_force == TimeInForce::Ioc || order->time_in_force == TimeInForce::Fok;
    if (takes && answer.status == "matched") {
        const Decimal matched = order->side == Side::Buy ? answer.taking : answer.making;
        own_.close(*order,
                   OrderStatus::Canceled,
                   TRADECTL_REASON_IOC_REMAINDER,
                   matched,
                   "the rest was canceled",
                   venue_now());
    }
}

void Polymarket::refuse_post(const Outgoing& item,
                             const Refused& refused,
                             const std::string& text) {
    const bool is_unknown = refused.code == ErrorCode::OutcomeUnknown;
    if (const OwnOrder* order = own_.find(item.order_id);
        order != nullptr && refused.reason == TRADECTL_REASON_INSUFFICIENT_BALANCE)
        suspect_allowance(*order);
    // One that may stand at the venue stays known: its fills must find it.
    if (!is_unknown) {
        own_.erase(item.order_id);
        static_cast<void>(host().kv_erase("o/" + item.order_id));
    }
    if (refused.version_mismatch && !is_unknown) return run({0}, refuse_version(item, text));
    host().complete_failed(item.request,
                           {.code = refused.code,
                            .text = text,
                            .reason = refused.reason,
                            .retry_after = refused.code == ErrorCode::RateLimited ||
                                                   refused.code == ErrorCode::Maintenance
                                               ? blocked_until_
                                               : Timestamp::none()});
    if (is_unknown) sync_soon();
}

/// An allowance that is too small may explain it: the next order is told before it leaves.
void Polymarket::suspect_allowance(const OwnOrder& order) {
    const Given given = order.side == Side::Buy            ? Given::Collateral
                        : version_for(order.asset_id) == 3 ? Given::TokensV3
                                                           : Given::Tokens;
    run({0}, reread_allowances(given, order.asset_id));
}

void Polymarket::refuse_posts(std::span<const Outgoing> items, const Answer& answer) {
    Refused refused{.code = ErrorCode::OutcomeUnknown};
    std::string text = "no answer";
    if (answer.transport == TRADECTL_OK) {
        text = error_text(document_, answer.body);
        refused = classify(answer.http_status, text);
        text = std::to_string(answer.http_status) + " " + text;
    } else if (!answer.may_have_arrived()) {
        refused = {.code = static_cast<ErrorCode>(answer.transport),
                   .reason = TRADECTL_REASON_VENUE_REJECTED};
        text = "nothing was sent" + (answer.body.empty() ? "" : ": " + answer.body);
    }
    const bool holds_back =
        refused.code == ErrorCode::Maintenance || refused.code == ErrorCode::RateLimited;
    if (answer.transport == TRADECTL_OK && holds_back) {
        block_ns_ = std::clamp(block_ns_ * 2, kBlockFirst, kBlockMax);
        blocked_until_ =
            answer.retry_after.is_none() ? now().plus_ns(block_ns_) : answer.retry_after;
    }
    for (const Outgoing& item : items)
        refuse_post(item, refused, text);
}

/// The identity of an order covers its version: what was refused cannot be sent in another. The
/// host has it prepared anew, once, when it is known in which.
Task<Status> Polymarket::refuse_version(Outgoing item, std::string text) {
    const Status read = co_await read_version();
    if (read && version_for(item.token_id) == item.version)
        versions_by_token_[item.token_id] = item.version == 3 ? 2 : 3;
    const int version = version_for(item.token_id);
    const bool is_new = read && version != item.version;  // unless the settings say which
    const std::string words = text + "; built in version " + std::to_string(item.version) +
                              (is_new ? ", from now on in " + std::to_string(version) : "");
    log(LogLevel::Warning, "token " + item.token_id + ": " + words);
    host().complete_rejected(
        item.request,
        is_new ? TRADECTL_REASON_PREPARE_FAILED : TRADECTL_REASON_VENUE_REJECTED,
        words);
    co_return read;
}

// ---- Cancels

Task<Status> Polymarket::post_cancels(std::vector<Outgoing> items) {
    const bool is_single = items.size() == 1;
    Call call{
        .method = "DELETE",
        .target = is_single ? "/order" : "/orders",
        .body = is_single ? R"({"orderID":")" + items[0].order_id + R"("})" : list_of_ids(items),
        .op = items[0].op,
        .bucket = Bucket::Cancels,
        .weight = static_cast<std::uint32_t>(items.size())};
    const auto answer = co_await call_private(call);
    const auto fail_all = [&](ErrorCode code, Reason reason, const std::string& text) {
        for (const Outgoing& item : items)
            host().complete_failed(item.request, {.code = code, .text = text, .reason = reason});
    };
    if (!answer) {
        fail_all(answer.error().code, 0, answer.error().message);
        co_return Status{};
    }
    if (!answer->is_ok()) {
        const std::string text = answer->transport == TRADECTL_OK
                                     ? error_text(document_, answer->body)
                                     : std::string("no answer");
        Refused refused{.code = static_cast<ErrorCode>(answer->transport)};
        if (answer->transport == TRADECTL_OK) refused = classify(answer->http_status, text);
        fail_all(refused.code, refused.reason, text);
        sync_soon();
        co_return Status{};
    }
    const auto json = document_.parse(answer->body);
    const auto told = json ? decode_cancel(*json) : Expected<CancelAnswer>(fail(json.error()));
    if (!told)
        fail_all(ErrorCode::OutcomeUnknown, 0, told.error().message);
    else
        take_cancel_answer(items, *told);
    if (!told || !user_up_ || told->canceled.size() < items.size())
        sync_soon();
    else
        plan_poll();
    co_return Status{};
}

void Polymarket::take_cancel_answer(std::span<const Outgoing> items, const CancelAnswer& answer) {
    for (const Outgoing& item : items) {
        const auto same = [&](std::string_view id) {
            return equals_ignoring_case(id, item.order_id);
        };
        if (std::any_of(answer.canceled.begin(), answer.canceled.end(), same)) {
            // How much of it had filled is told by its order event, or by a read of the trades: a
            // fill may be on its way.
            OwnOrder* order = own_.find(item.order_id);
            if (order != nullptr && !std::exchange(order->is_canceled, true)) order->misses = 0;
            host().complete_ok(item.request, {.as_of = venue_now()});
            continue;
        }
        const auto reason = std::find_if(answer.not_canceled.begin(),
                                         answer.not_canceled.end(),
                                         [&](const auto& each) { return same(each.first); });
        if (reason != answer.not_canceled.end()) {
            host().complete_rejected(item.request, TRADECTL_REASON_UNKNOWN_ORDER, reason->second);
            continue;
        }
        host().complete_failed(
            item.request,
            {.code = ErrorCode::OutcomeUnknown, .text = "the venue did not say what became of it"});
    }
}

Task<Status> Polymarket::post_cancel_all(Outgoing item, std::string path) {
    const Call call{.method = "DELETE",
                    .target = path,
                    .body = item.body,
                    .op = item.op,
                    .bucket = Bucket::Cancels};
    const auto answer = co_await call_private(call);
    if (!answer) {
        host().complete_failed(item.request,
                               {.code = answer.error().code, .text = answer.error().message});
        co_return Status{};
    }
    if (answer->is_ok()) {
        host().complete_ok(item.request, {.as_of = venue_now()});
    } else {
        const std::string text = error_text(document_, answer->body);
        const ErrorCode code = answer->transport == TRADECTL_OK
                                   ? classify(answer->http_status, text).code
                                   : static_cast<ErrorCode>(answer->transport);
        host().complete_failed(item.request, {.code = code, .text = text});
    }
    sync_soon();
    co_return Status{};
}

}  // namespace tradectl::polymarket

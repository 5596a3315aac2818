#include "paper.hpp"

#include "operations.hpp"
#include "rules.hpp"

#include <algorithm>

namespace tradectl::paper {

namespace {
constexpr std::uint64_t kVenueTimer = 1;   // arrivals and expiries
constexpr std::uint64_t kOutboxTimer = 2;  // messages
}  // namespace

// ---- Life cycle ----

Status Paper::on_configure() {
    return check_settings(settings);
}

Status Paper::on_start() {
    if (venue_) return fail(ErrorCode::BadState, "paper: started twice");
    name_ = instance_name();
    outbox_.emplace(host(), *settings.latency.ack, *settings.latency.ack_jitter);
    recorder_.emplace(host(), *outbox_, static_cast<std::uint64_t>(*settings.accounts.history));
    venue_.emplace(rules_of(settings), *recorder_);
    directory_.emplace(*venue_, host(), name_);
    feed_.emplace(*venue_, *directory_);
    recorder_->attach(*venue_, *directory_);
    if (Status loaded = recorder_->load(*directory_); !loaded) {
        venue_.reset();
        return loaded;
    }
    recorder_->update_stored(directory_->refresh_markets());
    time_ = std::max(time_, now());
    open_accounts();
    if (Status told = recorder_->tell_own_fills(); !told) return told;
    advance_to_now();
    end_call();
    return {};
}

void Paper::open_accounts() {
    Accounts& accounts = venue_->accounts();
    for (const std::string& name : *settings.accounts.names) {
        const AccountIndex account = directory_->add_account(name);
        if (recorder_->has_account(name)) continue;
        recorder_->store_account(name, time_);
        for (const auto& [asset, quantity] : *settings.accounts.balances)
            accounts.set(account, accounts.asset(asset), {.total = quantity, .held = {}});
    }
}

Status Paper::on_stop() {
    if (venue_) recorder_->store_open_orders(time_);
    return {};
}

Status Paper::check_started() const {
    if (venue_) return {};
    return fail(ErrorCode::BadState, "paper: not started");
}

// ---- Time ----

Timestamp Paper::next_due() const {
    const Timestamp expiry = venue_->next_expiry();
    if (arrivals_.empty()) return expiry;
    const Timestamp arrival = arrivals_.begin()->first;
    return expiry.is_none() ? arrival : std::min(expiry, arrival);
}

/// An order whose time is up is gone before what arrives in the same instant.
void Paper::advance(Timestamp to) {
    for (Timestamp due = next_due(); !due.is_none() && due <= to; due = next_due()) {
        time_ = std::max(time_, due);
        if (venue_->next_expiry() == due) {
            venue_->expire(due);
            continue;
        }
        const Arrival arrival = arrivals_.begin()->second;
        arrivals_.erase(arrivals_.begin());
        arrive(arrival);
    }
    time_ = std::max(time_, to);
}

/// Stores what changed and sets the timers for what comes next.
void Paper::end_call() {
    if (recorder_->has_changes() || venue_->accounts().has_changed()) recorder_->flush(time_);
    const Timestamp due = next_due();
    due_ns_ = due.is_none() ? std::numeric_limits<std::int64_t>::max() : due.ns();
    arm(kVenueTimer, due, armed_venue_);
    arm(kOutboxTimer, outbox_->next_due(), armed_outbox_);
}

void Paper::arm(std::uint64_t timer_id, Timestamp due, Timestamp& armed) {
    if (due == armed) return;
    armed = due;
    if (const Status done = host().set_timer(timer_id, due); !done)
        log(LogLevel::Error, done.error().message);
}

Status Paper::on_timer(std::uint64_t timer_id, Timestamp due) {
    if (Status started = check_started(); !started) return started;
    (timer_id == kVenueTimer ? armed_venue_ : armed_outbox_) = Timestamp::none();
    advance(std::max(due, now()));
    outbox_->deliver(time_);
    end_call();
    return {};
}

Status Paper::on_market_data(const std::uint8_t* events, std::uint64_t bytes, std::uint32_t count) {
    if (!venue_) return check_started();
    const tradectl_status walked =
        each_event(events, bytes, count, [&](const tradectl_event& event) {
            if (event.host_time >= due_ns_) {
                advance(Timestamp{event.host_time});
                end_call();
            }
            if (event.host_time > time_.ns()) time_ = Timestamp{event.host_time};
            feed_->on_event(event, time_);
        });
    if (recorder_->has_changes()) end_call();
    if (walked != TRADECTL_OK) return to_status(walked, "on_market_data");
    return {};
}

// ---- Requests that act ----

Status Paper::prepare(RequestId id, const Operation& operation) {
    if (Status started = check_started(); !started) return started;
    const auto identity = identity_of(operation);
    if (!identity) return fail(identity.error());
    const std::string request = request_text(operation, *directory_);
    prepared_[id.value] = operation.raw();
    host().complete_prepared(
        id,
        {.identity = *identity,
         .identity_class = IdentityClass::DuplicateRejected,
         .fence = Fence::Time,
         .fence_value = operation.intent_time()
                            .plus_ns(*settings.latency.request + *settings.latency.request_jitter)
                            .ns(),
         .request = as_bytes(request),
         .rebuild = as_bytes(request)});
    return {};
}

Status Paper::submit_prepared(RequestId id,
                              RequestId prepare_id,
                              std::span<const tradectl_signature>) {
    if (Status started = check_started(); !started) return started;
    const auto found = prepared_.find(prepare_id.value);
    if (found == prepared_.end())
        return fail(ErrorCode::NotFound,
                    "submit: nothing is prepared as " + std::to_string(prepare_id.value));
    const Arrival arrival{id, found->second};
    prepared_.erase(found);
    advance_to_now();
    // The wait for the disk is part of the way: latency counts from the intent.
    const Timestamp due = arrival_time(arrival.operation);
    if (due <= time_)
        arrive(arrival);
    else
        arrivals_.emplace(due, arrival);
    end_call();
    return {};
}

/// Requests of one account keep their order, unless told otherwise.
Timestamp Paper::arrival_time(const tradectl_operation& operation) {
    const std::int64_t way =
        *settings.latency.request + draw_jitter(host(), *settings.latency.request_jitter);
    Timestamp due = Timestamp{operation.intent_time}.plus_ns(way);
    if (*settings.latency.request_jitter == 0 || *settings.latency.order == "free") return due;
    const auto [last, first] = last_arrivals_.try_emplace(operation.account, due);
    if (!first) last->second = due = std::max(due, last->second);
    return due;
}

void Paper::arrive(const Arrival& arrival) {
    const Refusal refusal = act(Operation{arrival.operation}, arrival.request);
    const bool unanswered = recorder_->take_expectation();
    if (refusal)
        outbox_->send(Refused{arrival.request, refusal}, time_);
    else if (unanswered)
        outbox_->send(Accepted{arrival.request, {}}, time_);
}

Refusal Paper::act(const Operation& operation, RequestId request) {
    recorder_->expect(request, operation.client_order_id());
    const AccountIndex account = directory_->account(operation.account());
    switch (operation.kind()) {
        case OperationKind::Order: return venue_->submit(terms_of(operation, *directory_), time_);
        case OperationKind::Replace:
            return venue_->replace(target_of(operation),
                                   account,
                                   std::string(operation.client_order_id()),
                                   operation.quantity(),
                                   operation.price(),
                                   time_);
        case OperationKind::Cancel:
            recorder_->expect(request, {});
            return venue_->cancel(target_of(operation), account, time_);
        case OperationKind::CancelAll:
            recorder_->expect(request, {});
            venue_->cancel_all(account, directory_->market(operation.instrument()), time_);
            return {};
        default: return {TRADECTL_REASON_UNSUPPORTED, "operation is not offered by this venue"};
    }
}

std::string Paper::target_of(const Operation& operation) const {
    if (!operation.target_client_order_id().empty())
        return std::string(operation.target_client_order_id());
    return recorder_->client_id_of(operation.target_venue_order_id());
}

}  // namespace tradectl::paper

namespace {
using Paper = tradectl::paper::Paper;
}
TRADECTL_EXCHANGE_PLUGIN(Paper,
                         .id = "paper",
                         .version = "0.1.0",
                         .vendor = "tradectl",
                         .license = "Apache-2.0",
                         .description = "a real venue in miniature, fed by recorded markets");

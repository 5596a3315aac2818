#include "host/net/venue_calls.hpp"

#include "host/base/clock.hpp"
#include "host/net/connection_pool.hpp"
#include "host/net/event_queue.hpp"
#include "host/net/http_link.hpp"
#include "host/net/loop.hpp"
#include "host/net/recorder.hpp"
#include "host/net/retry_after.hpp"

#include <algorithm>
#include <utility>

#include <strings.h>

namespace tradectl::net {

namespace {

constexpr unsigned kSlotsMax = 3;
/// How long a bucket is closed after a 429 that does not say.
constexpr std::int64_t kRetryAfterNsUsual = kNsPerSecond;
constexpr int kStatusRateLimited = 429;
constexpr int kStatusUnavailable = 503;

/// What the venue said about when to come back; 0 when it did not.
std::int64_t retry_after_of(const HttpReply& reply, Timestamp now) {
    for (const auto& [name, value] : reply.headers) {
        if (::strcasecmp(name.c_str(), "Retry-After") == 0)
            return parse_retry_after(value, now).value_or(0);
    }
    return 0;
}

}  // namespace

struct VenueCalls::Call {
    Call(Loop& loop, std::uint64_t number, HttpCall&& asked, Url&& to)
        : serial(number), call(std::move(asked)), url(std::move(to)), deadline(loop), hold(loop) {}

    std::uint64_t serial;
    HttpCall call;
    Url url;
    WipedText text;
    Timer deadline;
    Timer hold;  ///< until the bucket lets it through
    std::int64_t due_ns = 0;
    unsigned slots = 0;
    bool was_repeated = false;
    std::uint64_t ticket = 0;
    std::shared_ptr<HttpLink> link;  ///< shared with its pool while it is lent
};

VenueCalls::VenueCalls(NetParts parts, VenueReach& reach, std::atomic<std::size_t>& open_calls)
    : parts_(parts), reach_(reach), open_calls_(open_calls) {
    for (const RateBucket& bucket : reach_.link.buckets)
        buckets_.emplace_back(bucket.per_second, bucket.burst, parts_.clock.monotonic_ns());
}

VenueCalls::~VenueCalls() {
    for (auto& [serial, call] : calls_) {
        if (call->link) call->link->close();
    }
}

void VenueCalls::start(HttpCall asked, Url url) {
    const std::uint64_t serial = ++last_serial_;
    auto owned = std::make_unique<Call>(parts_.loop, serial, std::move(asked), std::move(url));
    Call& call = *owned;
    calls_.emplace(serial, std::move(owned));
    const std::int64_t timeout_ns =
        call.call.timeout_ns > 0 ? call.call.timeout_ns : reach_.link.request_timeout_ns;
    call.due_ns = parts_.clock.monotonic_ns() + timeout_ns;
    call.deadline.after(timeout_ns, [this, &call] { on_deadline(call); });
    call.text = request_text(call.call, call.url);
    ++parts_.counters.calls;
    record(call, nullptr);
    admit(call);
}

void VenueCalls::admit(Call& call) {
    TokenBucket* bucket = bucket_of(call);
    if (bucket == nullptr) return connect(call);
    const std::int64_t now_ns = parts_.clock.monotonic_ns();
    const std::int64_t wait_ns = bucket->wait_ns(call.call.weight, now_ns);
    if (wait_ns > left_ns(call)) return refuse(call, wait_ns);
    bucket->take(call.call.weight, now_ns);
    if (wait_ns == 0) return connect(call);
    call.hold.after(wait_ns, [this, &call] { on_slot(call); });
}

void VenueCalls::on_slot(Call& call) {
    // The venue may have closed the bucket while the call waited for its tokens.
    const std::int64_t closed_ns = bucket_of(call)->closed_ns(parts_.clock.monotonic_ns());
    if (closed_ns == 0) return connect(call);
    if (++call.slots >= kSlotsMax || closed_ns > left_ns(call)) return refuse(call, closed_ns);
    call.hold.after(closed_ns, [this, &call] { on_slot(call); });
}

void VenueCalls::refuse(Call& call, std::int64_t wait_ns) {
    NetEvent event;
    event.kind = NetEvent::Kind::Failure;
    event.error = {ErrorCode::RateLimited,
                   call.url.host + ": rate limit: free in " +
                       std::to_string(wait_ns / kNsPerMillisecond) + " ms"};
    event.retry_after_ns = wait_ns;
    finish(call, std::move(event));
}

void VenueCalls::connect(Call& call) {
    const std::uint64_t serial = call.serial;
    call.ticket = 0;
    ConnectionPool& pool = pool_of(call);
    const std::uint64_t ticket = pool.ask([this, serial](auto link) {
        const auto it = calls_.find(serial);
        if (it != calls_.end()) on_connection(*it->second, std::move(link));
    });
    const auto it = calls_.find(serial);
    if (it != calls_.end()) it->second->ticket = ticket;
}

void VenueCalls::on_connection(Call& call, Expected<std::shared_ptr<HttpLink>> link) {
    if (!link) return give_up(call, link.error());
    call.link = *link;
    call.link->exchange(call.text.bytes(),
                        call.call.method == "HEAD" ? RepliesTo::Head : RepliesTo::OtherMethod,
                        reach_.link.answer_bytes_max,
                        [this, &call](LinkResult result) { on_result(call, std::move(result)); });
}

void VenueCalls::on_result(Call& call, LinkResult result) {
    const auto link = std::exchange(call.link, nullptr);
    ConnectionPool& pool = pool_of(call);
    if (result.reply) {
        on_answer(call, *result.reply);
        return pool.give_back(link);
    }
    const bool reads = call.call.deed == Deed::Reads;
    const bool was_stale = result.was_kept && !result.was_heard && !call.was_repeated;
    pool.give_back(link);
    if (was_stale && (reads || !result.has_left)) {
        call.was_repeated = true;
        ++parts_.counters.repeats;
        pool.drop_idle();
        return connect(call);
    }
    Error error = result.reply.error();
    error.message = call.url.host + ": " + error.message;
    if (!reads && result.has_left) error.code = ErrorCode::OutcomeUnknown;
    if (error.code != ErrorCode::OutcomeUnknown && error.code != ErrorCode::Quota)
        error.code = ErrorCode::Unavailable;
    give_up(call, std::move(error));
}

void VenueCalls::on_answer(Call& call, HttpReply& reply) {
    NetEvent event;
    event.kind = NetEvent::Kind::Answer;
    event.status = reply.status;
    const bool is_limit = reply.status == kStatusRateLimited;
    if (is_limit || reply.status == kStatusUnavailable)
        event.retry_after_ns = retry_after_of(reply, parts_.clock.now());
    TokenBucket* bucket = bucket_of(call);
    if (is_limit && bucket != nullptr) {
        const std::int64_t wait_ns =
            event.retry_after_ns > 0 ? event.retry_after_ns : kRetryAfterNsUsual;
        bucket->close_until(parts_.clock.monotonic_ns() + wait_ns);
    }
    event.headers = std::move(reply.headers);
    event.body = std::move(reply.body);
    finish(call, std::move(event));
}

void VenueCalls::on_deadline(Call& call) {
    const auto link = std::exchange(call.link, nullptr);
    ConnectionPool& pool = pool_of(call);
    const bool has_left = link && link->has_left();
    if (link) {
        link->close();
        pool.give_back(link);
    } else if (call.ticket != 0) {
        pool.cancel(call.ticket);
    }
    const bool unknown = has_left && call.call.deed == Deed::Acts;
    const std::int64_t timeout_ns =
        call.call.timeout_ns > 0 ? call.call.timeout_ns : reach_.link.request_timeout_ns;
    give_up(call,
            {unknown ? ErrorCode::OutcomeUnknown : ErrorCode::Unavailable,
             call.url.host + (has_left ? ": no answer within " : ": not sent within ") +
                 std::to_string(timeout_ns / kNsPerMillisecond) + " ms"});
}

void VenueCalls::give_up(Call& call, Error error) {
    NetEvent event;
    event.kind = NetEvent::Kind::Failure;
    event.error = std::move(error);
    finish(call, std::move(event));
}

void VenueCalls::finish(Call& call, NetEvent event) {
    event.venue = call.call.venue;
    event.id = call.call.id;
    event.received = parts_.clock.now();
    ++(event.kind == NetEvent::Kind::Answer ? parts_.counters.answers : parts_.counters.failures);
    record(call, &event);
    calls_.erase(call.serial);
    --open_calls_;
    parts_.queue.push(std::move(event));
}

void VenueCalls::record(const Call& call, const NetEvent* event) const {
    if (!reach_.recorder) return;
    Traffic traffic{.time = parts_.clock.now(), .what = "request", .id = call.call.id};
    if (event == nullptr) {
        traffic.method = call.call.method;
        traffic.url = call.call.url;
        traffic.body = call.call.body.view();
        traffic.headers = [&call](const auto& each) {
            for (const HttpHeader& header : call.call.headers)
                each(header.name, header.value.view());
        };
        return reach_.recorder->write(traffic);
    }
    const bool is_answer = event->kind == NetEvent::Kind::Answer;
    traffic.what = is_answer ? "answer" : "failure";
    traffic.way = Traffic::Way::Received;
    traffic.status = event->status;
    traffic.body = is_answer ? event->body : event->error.message;
    traffic.headers = [event](const auto& each) {
        for (const auto& [name, value] : event->headers)
            each(name, value);
    };
    if (call.call.record == HttpCall::Record::WithoutAnswer)
        traffic.shows = Traffic::Body::LengthOnly;
    reach_.recorder->write(traffic);
}

ConnectionPool& VenueCalls::pool_of(const Call& call) {
    const PoolKey key{call.url.scheme, call.url.host, call.url.port, call.call.purpose};
    auto& pool = pools_[key];
    if (!pool) {
        pool = std::make_unique<ConnectionPool>(
            parts_.loop,
            parts_.counters,
            reach_.order_to(call.url, reach_.link.request_timeout_ns),
            ConnectionPool::Limits{reach_.link.connections_max, reach_.link.idle_ns_max});
    }
    return *pool;
}

TokenBucket* VenueCalls::bucket_of(const Call& call) {
    return call.call.bucket < buckets_.size() ? &buckets_[call.call.bucket] : nullptr;
}

std::int64_t VenueCalls::left_ns(const Call& call) const {
    return call.due_ns - parts_.clock.monotonic_ns();
}

}  // namespace tradectl::net

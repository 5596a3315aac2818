#include "host/net/stream.hpp"

#include "host/base/clock.hpp"
#include "host/net/event_queue.hpp"
#include "host/net/recorder.hpp"
#include "host/net/wire.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::net {

namespace {
constexpr unsigned kBeatsMissedMax = 2;
}  // namespace

Stream::Stream(NetParts parts, VenueReach& reach, WsOpen request, Url url, std::uint64_t opening)
    : parts_(parts),
      reach_(reach),
      request_(std::move(request)),
      url_(std::move(url)),
      opening_(opening),
      backoff_(reach.link.first_retry_ns_max, reach.link.retry_ns_max, parts.random),
      deadline_(parts.loop),
      retry_(parts.loop),
      heart_(parts.loop),
      silence_(parts.loop) {
    dial_now();
}

Stream::~Stream() {
    if (is_open_) --parts_.counters.streams_now;
    if (link_ && is_open_) link_->leave();
}

void Stream::send(std::uint64_t connection, WsKind kind, WipedText payload) {
    if (!is_open_ || connection != connection_) return;
    record("message", Deed::Acts, payload.view());
    if (!link_->send(kind, std::move(payload)))
        break_off(ErrorCode::Quota, "more than 16 MiB wait to be sent");
}

void Stream::resume() {
    if (!std::exchange(is_paused_, false) || !is_open_) return;
    // Silence is the peer's, not what the engine had no time for.
    message_ns_ = parts_.clock.monotonic_ns();
    beats_missed_ = 0;
    read_on();
}

void Stream::dial_now() {
    const std::int64_t timeout_ns = reach_.link.connect_timeout_ns;
    deadline_.after(timeout_ns, [this, timeout_ns] {
        break_off(ErrorCode::Unavailable,
                  "not open within " + std::to_string(timeout_ns / kNsPerMillisecond) + " ms");
    });
    dial_ = dial(parts_.loop, reach_.order_to(url_, timeout_ns), [this](auto wire) {
        on_dialed(std::move(wire));
    });
}

void Stream::on_dialed(Expected<std::shared_ptr<Wire>> wire) {
    dial_.reset();
    if (!wire) {
        WsEnd end;
        end.error = wire.error();
        return on_end(std::move(end));
    }
    link_ = WsLink::start(
        parts_.loop,
        std::move(*wire),
        url_,
        request_.headers,
        {.message_bytes_max = reach_.link.message_bytes_max, .deflate = reach_.link.deflate},
        parts_.clock,
        *this);
}

void Stream::on_open(std::vector<std::pair<std::string, std::string>> headers) {
    deadline_.cancel();
    is_open_ = true;
    is_paused_ = false;
    is_silent_ = false;
    beats_missed_ = 0;
    ++connection_;
    ++parts_.counters.streams_opened;
    ++parts_.counters.streams_now;
    opened_ns_ = parts_.clock.monotonic_ns();
    message_ns_ = opened_ns_;
    NetEvent event;
    event.kind = NetEvent::Kind::Opened;
    event.headers = std::move(headers);
    record("open", Deed::Reads, {});
    push(std::move(event));
    watch_heart();
    watch_silence();
    read_on();
}

void Stream::on_message(WsKind kind, std::string payload) {
    message_ns_ = parts_.clock.monotonic_ns();
    is_silent_ = false;
    record("message", Deed::Reads, payload);
    NetEvent event;
    event.kind = kind == WsKind::Text ? NetEvent::Kind::Text : NetEvent::Kind::Binary;
    event.body = std::move(payload);
    push(std::move(event));
    read_on();
}

void Stream::on_life() {
    beats_missed_ = 0;
}

void Stream::read_on() {
    if (parts_.queue.is_full()) {
        is_paused_ = true;
        ++parts_.counters.pauses;
        return;
    }
    link_->read();
}

void Stream::watch_heart() {
    if (reach_.link.heartbeat_ns <= 0) return;
    heart_.after(reach_.link.heartbeat_ns, [this] {
        // While nothing is read nobody can hear an answer.
        if (!is_paused_ && ++beats_missed_ > kBeatsMissedMax)
            return break_off(ErrorCode::Unavailable, "no sign of life for two heartbeats");
        link_->ping();
        watch_heart();
    });
}

void Stream::watch_silence() {
    if (reach_.link.silence_ns <= 0) return;
    const std::int64_t quiet_ns = parts_.clock.monotonic_ns() - message_ns_;
    const std::int64_t left_ns = reach_.link.silence_ns - quiet_ns;
    if (left_ns <= 0 && !is_silent_ && !is_paused_) {
        is_silent_ = true;
        NetEvent event;
        event.kind = NetEvent::Kind::Stale;
        push(std::move(event));
    }
    // Once said it is not said again until something came.
    silence_.after(left_ns > 0 ? left_ns : reach_.link.silence_ns, [this] { watch_silence(); });
}

void Stream::break_off(ErrorCode code, const std::string& why) {
    WsEnd end;
    end.error = {code, url_.host + ": " + why};
    on_end(std::move(end));
}

void Stream::on_end(WsEnd end) {
    const std::int64_t now_ns = parts_.clock.monotonic_ns();
    if (is_open_) {
        --parts_.counters.streams_now;
        backoff_.on_success(now_ns - opened_ns_);
    }
    is_open_ = false;
    dial_.reset();
    link_.reset();
    deadline_.cancel();
    heart_.cancel();
    silence_.cancel();
    NetEvent event;
    event.kind = NetEvent::Kind::Closed;
    event.status = end.code;
    event.body = std::move(end.reason);
    event.error = std::move(end.error);
    record("close", Deed::Reads, event.error.message);
    push(std::move(event));
    const std::int64_t wait_ns = std::max(backoff_.next_ns(), end.retry_after_ns);
    retry_.after(wait_ns, [this] { dial_now(); });
}

void Stream::push(NetEvent event) {
    event.venue = request_.venue;
    event.id = request_.id;
    event.opening = opening_;
    event.connection = connection_;
    event.received = parts_.clock.now();
    parts_.queue.push(std::move(event));
}

void Stream::record(const char* what, Deed way, std::string_view body) {
    if (!reach_.recorder) return;
    reach_.recorder->write({.time = parts_.clock.now(),
                            .what = what,
                            .way = way == Deed::Acts ? Traffic::Way::Sent : Traffic::Way::Received,
                            .id = request_.id,
                            .url = request_.url,
                            .body = body});
}

}  // namespace tradectl::net

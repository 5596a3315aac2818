// The part of Polymarket that logs in and keeps the user stream.
#include "auth.hpp"
#include "bytes.hpp"
#include "polymarket.hpp"
#include "timers.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tradectl::polymarket {

namespace {
constexpr std::string_view kApiKeyAt = "api_key";

/// The stored key belongs to one signer and one nonce.
std::string api_key_record(const NamedAddress& signer, std::int64_t nonce, std::string_view key) {
    return signer.text + " " + std::to_string(nonce) + " " + std::string(key);
}
}  // namespace

Status Polymarket::connect(RequestId id) {
    run(id, open_session(id));
    return {};
}

Status Polymarket::disconnect(RequestId id) {
    is_connected_ = false;
    user_up_ = user_kept_ = false;
    for (const std::uint64_t timer : {kPingTimer,
                                      kPollTimer,
                                      kReconnectTimer,
                                      kHeartbeatTimer,
                                      kDiscoverTimer,
                                      kReviewTimer,
                                      kClockTimer})
        static_cast<void>(host().cancel_timer(timer));
    static_cast<void>(host().ws_close(kUserStream));
    for (std::size_t i = 0; i < market_streams_.size(); ++i) {
        static_cast<void>(host().cancel_timer(kMarketTimerFirst + i));
        static_cast<void>(host().ws_close(kMarketStreamFirst + i));
        market_streams_[i].is_kept = market_streams_[i].is_up = false;
    }
    tell_flows();
    tell_status(TRADECTL_STATUS_DISCONNECTED, "disconnected");
    host().complete_ok(id);
    return {};
}

Task<Status> Polymarket::open_session(RequestId id) {
    tell_account();
    if (Status clock = co_await read_clock(); !clock) co_return clock;
    if (Status version = co_await read_version(); !version) co_return version;
    if (has_wallet())
        if (Status opened = co_await open_account(); !opened) co_return opened;
    is_connected_ = true;
    set_timer_in(kPingTimer, *settings.timing.ping);
    set_timer_in(kClockTimer, *settings.timing.clock_interval);
    for (std::size_t i = 0; i < market_streams_.size(); ++i)
        open_market_stream(i);
    start_following();
    run({0}, keep_reviewing());
    // What is there now was not just listed: it is known before the first strategy starts.
    if (Status listed = co_await keep_discovering(); !listed)
        log(LogLevel::Warning, "discover: " + listed.error().message);
    host().complete_ok(id);
    tell_status(TRADECTL_STATUS_CONNECTED, "connected");
    tell_flows();
    co_return Status{};
}

/// What is ours: the API key, the user stream, orders and trades.
Task<Status> Polymarket::open_account() {
    if (Status in = co_await log_in(); !in) co_return in;
    is_connected_ = true;
    reconnect_ns_ = *settings.timing.reconnect_min;
    open_user_stream();
    // The first read proves the credentials: without it nothing may be placed.
    const Status read = co_await sync();
    if (!read) {
        if (read.error().code != ErrorCode::Authentication) co_return read;
        // A stored key that the venue no longer knows: derive it anew, once.
        static_cast<void>(host().kv_erase(kApiKeyAt));
        api_key_.clear();
        if (Status in = co_await log_in(); !in) co_return in;
        if (Status again = co_await sync(); !again) co_return again;
    }
    plan_poll();
    on_heartbeat_timer();
    co_return Status{};
}

Task<Status> Polymarket::read_version() {
    const Call call{.target = clob_url("/version")};
    const auto body = co_await read_public(call);
    if (!body && body.error().code != ErrorCode::NotFound) co_return fail(body.error());
    if (!body) co_return Status{};  // a venue without that route: version 2
    const auto json = document_.parse(*body);
    if (!json) co_return fail(json.error().code, "/version: " + json.error().message);
    const std::int64_t version = json->integer_or("version", 2);
    if (version < 1 || version > 3)
        co_return fail(ErrorCode::BadState,
                       "/version: the venue wants order version " + std::to_string(version) +
                           ", this plugin knows 1 to 3");
    version_ = static_cast<int>(version);
    co_return Status{};
}

Task<Status> Polymarket::log_in() {
    const std::string expected = api_key_record(signer_, *settings.wallet.api_key_nonce, "");
    if (const auto stored = host().kv_get(kApiKeyAt)) {
        const std::string_view text = as_text(*stored);
        if (text.starts_with(expected) && text.size() > expected.size()) {
            api_key_ = text.substr(expected.size());
            co_return Status{};
        }
    }
    auto key = co_await request_api_key("POST", "/auth/api-key");
    if (!key) {
        const std::string first = key.error().message;
        key = co_await request_api_key("GET", "/auth/derive-api-key");
        if (!key) co_return fail(key.error().code, first + "; " + key.error().message);
    }
    api_key_ = *key;
    const std::string record = expected + api_key_;
    co_return host().kv_put(kApiKeyAt, record);
}

Task<Expected<std::string>> Polymarket::request_api_key(std::string_view method,
                                                        std::string_view path) {
    const auto seconds = static_cast<std::uint64_t>(venue_now().ns() / kNsPerSecond);
    const auto nonce = static_cast<std::uint64_t>(*settings.wallet.api_key_nonce);
    const std::string payload = l1_typed_data_json(
        signer_.text, static_cast<std::uint64_t>(*settings.contracts.chain_id), seconds, nonce);
    const auto wanted =
        sign_request(SignKind::Eip712, settings.wallet.key->view(), as_bytes(payload));
    const auto signed_text = co_await signature(wanted);
    if (!signed_text) co_return fail(signed_text.error());
    if ((*signed_text)->status != TRADECTL_OK)
        co_return fail(
            ErrorCode::Authentication,
            "the host did not sign with key \"" + std::string(settings.wallet.key->view()) + "\"");
    const std::string hex = to_hex(view((*signed_text)->bytes));
    const std::string seconds_text = std::to_string(seconds);
    const std::string nonce_text = std::to_string(nonce);
    const std::string url = clob_url(path);
    const std::array<tradectl_header, 4> headers{http_header("POLY_ADDRESS", signer_.text),
                                                 http_header("POLY_SIGNATURE", hex),
                                                 http_header("POLY_TIMESTAMP", seconds_text),
                                                 http_header("POLY_NONCE", nonce_text)};
    const std::array<tradectl_capture, 2> captures{
        tradectl_capture{to_str("/secret"), to_str(settings.wallet.secret_key->view())},
        tradectl_capture{to_str("/passphrase"), to_str(settings.wallet.passphrase_key->view())}};
    HttpRequest request;
    request.method = method;
    request.url = url;
    request.headers = headers;
    request.captures = captures;
    const auto came = co_await http(request);
    if (!came) co_return fail(came.error());
    Answer answer;
    const HttpResponse response{**came};
    answer.transport = response.status();
    answer.http_status = response.http_status();
    answer.body = std::string(response.text());
    const Call call{.method = std::string(method), .target = std::string(path)};
    if (!answer.is_ok()) co_return fail(read_error(call, answer));
    const auto json = document_.parse(answer.body);
    const auto key = json ? json->text("apiKey") : Expected<std::string_view>(fail(json.error()));
    if (!key) co_return fail(key.error().code, call.target + ": " + key.error().message);
    if (key->empty()) co_return fail(ErrorCode::Authentication, call.target + ": no API key came");
    co_return std::string(*key);
}

// ---- The user stream

void Polymarket::open_user_stream() {
    if (user_kept_) return;  // the host opens one that broke again by itself
    const std::string url = std::string(settings.urls.ws->view()) + "/user";
    HttpRequest request;
    request.url = url;
    const Status opened = host().ws_open(kUserStream, request);
    user_kept_ = opened.has_value();
    if (user_kept_) return;
    log(LogLevel::Warning, "user stream: " + opened.error().message);
    reopen_user_stream();
}

void Polymarket::reopen_user_stream() {
    set_timer_in(kReconnectTimer, jittered(reconnect_ns_));
    reconnect_ns_ = std::min(reconnect_ns_ * 2, *settings.timing.reconnect_max);
}

/// A connection that says nothing is given up for a new one.
void Polymarket::drop_silent_user_stream() {
    tell_status(TRADECTL_STATUS_STALE, "the user stream is silent");
    static_cast<void>(host().ws_close(kUserStream));
    user_kept_ = user_up_ = false;
    user_was_silent_ = true;
    reopen_user_stream();
    plan_poll();
    tell_flows();
}

void Polymarket::on_user_event(const WsEvent& event) {
    user_heard_ = now();
    switch (event.kind()) {
        case TRADECTL_WS_OPENED: {
            const auto secret = [](std::string_view key) {
                return "{{secret:" + std::string(key) + "}}";
            };
            const std::string frame =
                R"({"type":"user","auth":{"apiKey":)" + json_quoted(api_key_) + R"(,"secret":")" +
                secret(settings.wallet.secret_key->view()) + R"(","passphrase":")" +
                secret(settings.wallet.passphrase_key->view()) + R"("},"markets":[]})";
            const Status sent = host().ws_send(kUserStream, {}, TRADECTL_WS_TEXT, as_bytes(frame));
            if (!sent) log(LogLevel::Warning, "user stream: " + sent.error().message);
            user_up_ = sent.has_value();
            user_was_silent_ = false;
            tell_flows();
            static_cast<void>(host().cancel_timer(kReconnectTimer));
            tell_resynced_ = true;
            sync_soon();
            return;
        }
        case TRADECTL_WS_TEXT: return on_user_frame(as_text(event.payload()));
        case TRADECTL_WS_STALE: return drop_silent_user_stream();
        case TRADECTL_WS_CLOSED:
            if (!is_connected_) return;
            if (std::exchange(user_up_, false))
                tell_status(TRADECTL_STATUS_GAP, "the user stream is cut");
            tell_flows();
            return plan_poll();
        default: return;
    }
}

void Polymarket::on_user_frame(std::string_view text) {
    reconnect_ns_ = *settings.timing.reconnect_min;  // it works
    UserFrame frame = decode_user_frame(document_, text);
    for (const std::string& problem : frame.problems)
        log(LogLevel::Warning, "user stream: " + problem);
    // Fills first: the end of an order counts them.
    for (VenueTrade& trade : frame.trades)
        take_trade(std::move(trade));
    for (const VenueOrder& order : frame.orders)
        take_order(order);
    tell_closed();
    if (!held_.empty()) run({0}, tell_heard());
    if (!frame.problems.empty() || own_.waits_for_fills()) sync_soon();
}

/// The streams answer our pings; one that does not is dead.
void Polymarket::watch_streams() {
    set_timer_in(kPingTimer, *settings.timing.ping);
    watch_market_streams();
    tell_flows(Tell::All);
    if (!user_up_) return;
    if (now().minus(user_heard_) > *settings.timing.stale) return drop_silent_user_stream();
    const Status sent = host().ws_send(kUserStream, {}, TRADECTL_WS_TEXT, as_bytes("PING"));
    if (!sent) log(LogLevel::Warning, "user stream: " + sent.error().message);
}

void Polymarket::tell_status(std::uint32_t status,
                             std::string_view text,
                             tradectl_instrument_handle instrument) {
    auto event = make_event<tradectl_status_event>();
    event.header.instrument = instrument;
    event.header.event_time = venue_now().ns();
    event.status = status;
    event.text = to_text(text);
    static_cast<void>(host().publish(event));
}

void Polymarket::set_timer_in(std::uint64_t timer_id, std::int64_t ns) {
    if (const Status set = host().set_timer(timer_id, now().plus_ns(ns)); !set)
        log(LogLevel::Error, set.error().message);
}

}  // namespace tradectl::polymarket

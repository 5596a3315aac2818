#include "host/exchange/venue_wire.hpp"

#include "host/base/log.hpp"

#include <tradectl/text.hpp>

#include <utility>

namespace tradectl::exchange {

namespace {

/// Steps that are remembered; a plugin that acts for an older one is refused.
constexpr std::size_t kStepsMax = 65'536;
/// Handed over at a time: timers, durable intents and halts come in between.
constexpr std::size_t kDrainMax = 256;

std::string_view view(tradectl_str text) {
    return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.size);
}

std::string_view view(tradectl_bytes bytes) {
    if (bytes.data == nullptr) return {};
    return {reinterpret_cast<const char*>(bytes.data), bytes.size};
}

tradectl_bytes bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// What crosses the border: codes of the host alone become the nearest of the ABI.
tradectl_status status_of(ErrorCode code) {
    if (code == ErrorCode::Permission || code == ErrorCode::Config) return TRADECTL_DENIED;
    if (static_cast<std::int32_t>(code) <= static_cast<std::int32_t>(ErrorCode::Usage))
        return TRADECTL_INTERNAL;
    return static_cast<tradectl_status>(code);
}

std::uint32_t ws_kind(net::NetEvent::Kind kind) {
    switch (kind) {
        case net::NetEvent::Kind::Opened: return TRADECTL_WS_OPENED;
        case net::NetEvent::Kind::Text: return TRADECTL_WS_TEXT;
        case net::NetEvent::Kind::Binary: return TRADECTL_WS_BINARY;
        case net::NetEvent::Kind::Stale: return TRADECTL_WS_STALE;
        default: return TRADECTL_WS_CLOSED;
    }
}

}  // namespace

VenueWire::VenueWire(WireHub& hub, KeyDesk& desk, VenueWireOptions options)
    : hub_(hub), desk_(desk), options_(std::move(options)), signer_(desk, options_.bell) {
    for (const std::string& part : options_.reach.private_parts())
        hub_.net().hide(options_.venue, net::WipedText(std::string_view(part)));
    hide_secrets();
}

tradectl_status VenueWire::refuse(const Error& error) const {
    log(LogLevel::Error, "net", error.message, {{"exchange", options_.name}});
    return status_of(error.code);
}

void VenueWire::allow_step(OpId step) {
    if (!allowed_.insert(step.value).second) return;
    allowed_order_.push_back(step.value);
    if (allowed_order_.size() <= kStepsMax) return;
    allowed_.erase(allowed_order_.front());
    allowed_order_.pop_front();
}

Expected<std::vector<net::HttpHeader>> VenueWire::headers_of(const tradectl_http_request& request) {
    std::vector<net::HttpHeader> headers;
    for (std::uint32_t i = 0; i < request.header_count; ++i) {
        auto value = fill(view(request.headers[i].value));
        if (!value) return fail(value.error());
        headers.push_back({std::string(view(request.headers[i].name)), std::move(*value)});
    }
    return headers;
}

Expected<net::HttpCall> VenueWire::call_of(const tradectl_http_request& request) {
    net::HttpCall call;
    call.venue = options_.venue;
    call.id = request.http_id;
    call.method = view(request.method);
    call.url = view(request.url);
    const auto body = view(request.body);
    const bool harmless =
        options_.reach.is_harmless(call.method, call.url, std::as_bytes(std::span(body)));
    if (!harmless && !is_allowed(request.op_id)) {
        return fail(ErrorCode::Denied,
                    call.method + ": acts at the venue, but names no durable step (op " +
                        std::to_string(request.op_id) + ")");
    }
    call.deed = harmless ? net::Deed::Reads : net::Deed::Acts;
    auto headers = headers_of(request);
    if (!headers) return fail(headers.error());
    call.headers = std::move(*headers);
    auto filled = fill(body);
    if (!filled) return fail(filled.error());
    call.body = std::move(*filled);
    call.timeout_ns = static_cast<std::int64_t>(request.timeout_ms) * kNsPerMillisecond;
    call.bucket = request.bucket;
    call.weight = request.weight == 0 ? 1 : request.weight;
    // What acts must not wait behind what reads.
    call.purpose = harmless ? 0 : 1;
    if (request.capture_count > 0) call.record = net::HttpCall::Record::WithoutAnswer;
    return call;
}

tradectl_status VenueWire::http_send(const tradectl_http_request& request) {
    auto call = call_of(request);
    if (!call) return refuse(call.error());
    if (auto sent = hub_.net().send(std::move(*call)); !sent) return refuse(sent.error());
    for (std::uint32_t i = 0; i < request.capture_count; ++i) {
        const tradectl_capture& capture = request.captures[i];
        captures_[request.http_id].push_back(
            {std::string(view(capture.json_pointer)), std::string(view(capture.key))});
    }
    return TRADECTL_OK;
}

tradectl_status VenueWire::ws_open(std::uint64_t ws_id, const tradectl_http_request& request) {
    auto headers = headers_of(request);
    if (!headers) return refuse(headers.error());
    const auto opened = hub_.net().ws_open({.venue = options_.venue,
                                            .id = ws_id,
                                            .url = std::string(view(request.url)),
                                            .headers = std::move(*headers)});
    return opened ? TRADECTL_OK : refuse(opened.error());
}

tradectl_status VenueWire::ws_send(std::uint64_t ws_id,
                                   std::uint64_t op_id,
                                   std::uint32_t kind,
                                   std::span<const std::uint8_t> payload) {
    if (op_id != 0 && !is_allowed(op_id)) {
        return refuse(
            {ErrorCode::Denied,
             "a message acts for step " + std::to_string(op_id) + ", which is not durable"});
    }
    const std::string_view text(reinterpret_cast<const char*>(payload.data()), payload.size());
    const bool binary = kind == TRADECTL_WS_BINARY;
    auto filled = binary ? Expected<net::WipedText>(net::WipedText(text)) : fill(text);
    if (!filled) return refuse(filled.error());
    const auto sent = hub_.net().ws_send(options_.venue,
                                         ws_id,
                                         binary ? net::WsKind::Binary : net::WsKind::Text,
                                         std::move(*filled));
    // Without a connection there is nothing to say: the plugin hears when it is open again.
    return sent ? TRADECTL_OK : status_of(sent.error().code);
}

tradectl_status VenueWire::ws_close(std::uint64_t ws_id) {
    const auto closed = hub_.net().ws_close(options_.venue, ws_id);
    return closed ? TRADECTL_OK : status_of(closed.error().code);
}

/// Done at once: it authenticates a question, which nothing else delays. The answer waits for the
/// end of the call.
tradectl_status VenueWire::sign(std::uint64_t sign_id, const tradectl_sign_request& request) {
    const auto payload = std::as_bytes(std::span(view(request.payload)));
    auto done = desk_.sign({.type = request.type,
                            .key = std::string(view(request.key)),
                            .payload = {payload.begin(), payload.end()}});
    Signed answer{sign_id, TRADECTL_OK, {}};
    if (done)
        answer.bytes = std::move(*done);
    else
        answer.status = refuse(done.error());
    signed_.push_back(std::move(answer));
    options_.bell();
    return TRADECTL_OK;
}

void VenueWire::sign_prepared(std::uint64_t prepare_id, std::vector<SignRequest> requests) {
    signer_.sign(prepare_id, std::move(requests));
}

std::size_t VenueWire::drain(WireSink& sink) {
    std::size_t count = 0;
    for (auto& done : signer_.take_done()) {
        sink.on_prepared_signed(done.prepare_id, std::move(done.signatures));
        ++count;
    }
    while (!signed_.empty()) {
        const Signed answer = std::move(signed_.front());
        signed_.pop_front();
        const std::string_view bytes(reinterpret_cast<const char*>(answer.bytes.data()),
                                     answer.bytes.size());
        sink.on_signed(answer.sign_id,
                       {sizeof(tradectl_signature), answer.status, bytes_of(bytes)});
        ++count;
    }
    for (std::size_t taken = 0; taken < kDrainMax; ++taken) {
        auto event = hub_.take(options_.venue);
        if (!event) break;
        hand_over(*event, sink);
        ++count;
    }
    return count;
}

bool VenueWire::waits() const {
    return !signed_.empty() || hub_.waits(options_.venue);
}

void VenueWire::hand_over(net::NetEvent& event, WireSink& sink) {
    const bool answers =
        event.kind == net::NetEvent::Kind::Answer || event.kind == net::NetEvent::Kind::Failure;
    if (answers)
        hand_over_answer(event, sink);
    else
        hand_over_stream(event, sink);
}

/// What refuses has no secret in it: only a success is searched.
Status VenueWire::strip(net::NetEvent& event) {
    const auto captures = captures_.extract(event.id);
    const bool success = event.status >= 200 && event.status < 300;
    if (captures.empty() || !success) return {};
    auto stripped = desk_.capture(event.body, captures.mapped());
    hide_secrets();
    if (!stripped) return fail(stripped.error());
    event.body = std::move(*stripped);
    return {};
}

/// Keys are exchanged beside us: what filled a slot must be what was hidden before.
Expected<net::WipedText> VenueWire::fill(std::string_view text) {
    while (true) {
        hide_secrets();
        auto filled = desk_.fill(text);
        if (desk_.version() == hidden_version_) return filled;
    }
}

void VenueWire::hide_secrets() {
    const std::uint64_t version = desk_.version();
    if (version == hidden_version_) return;
    hidden_version_ = version;
    for (auto& secret : desk_.secrets())
        hub_.net().hide(options_.venue, std::move(secret));
}

void VenueWire::hand_over_answer(net::NetEvent& event, WireSink& sink) {
    tradectl_http_response response{};
    response.struct_size = sizeof(response);
    response.http_id = event.id;
    response.received = event.received.ns();
    response.status = TRADECTL_OK;
    response.http_status = static_cast<std::uint32_t>(event.status);
    if (event.kind == net::NetEvent::Kind::Failure) {
        captures_.erase(event.id);
        log(LogLevel::Warning, "net", event.error.message, {{"exchange", options_.name}});
        response.status = status_of(event.error.code);
        event.body = event.error.message;
    } else if (auto stripped = strip(event); !stripped) {
        response.status = refuse(stripped.error());
        event.body.clear();
    }
    std::vector<tradectl_header> headers;
    for (const auto& [name, value] : event.headers)
        headers.push_back({to_str(name), to_str(value)});
    response.headers = headers.data();
    response.header_count = static_cast<std::uint32_t>(headers.size());
    response.body = bytes_of(event.body);
    sink.on_http(response);
}

void VenueWire::hand_over_stream(const net::NetEvent& event, WireSink& sink) {
    tradectl_ws_event record{};
    record.struct_size = sizeof(record);
    record.kind = ws_kind(event.kind);
    record.ws_id = event.id;
    record.received = event.received.ns();
    record.payload = bytes_of(event.body);
    if (event.kind == net::NetEvent::Kind::Closed) {
        const std::string& why = event.body.empty() ? event.error.message : event.body;
        log(LogLevel::Warning, "net", "stream closed: " + why, {{"exchange", options_.name}});
        record.payload = bytes_of(why);
    }
    sink.on_ws(record);
}

}  // namespace tradectl::exchange

#include "tests/bench/wire_in_memory.hpp"

#include "host/base/hash.hpp"
#include "tests/bench/bare_file.hpp"

#include <chrono>
#include <span>
#include <string>
#include <utility>

namespace tradectl::bench {

namespace {

constexpr std::uint32_t kOk = 200;
constexpr std::uint32_t kRefused = 400;
constexpr std::size_t kSignatureBytes = 65;

std::string_view view(tradectl_str text) {
    return {text.data, text.size};
}
tradectl_bytes bytes_of(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

struct Canned {
    std::string_view path;
    std::uint32_t status;
    std::string body;
};
const Canned kAnswers[] = {
    {"/version", kOk, R"({"version":2})"},
    {"/auth/api-key",
     kOk,
     R"({"apiKey":"00000000-0000-0000-0000-000000000001","secret":"{{secret:clob-secret}}",)"
     R"("passphrase":"{{secret:clob-passphrase}}"})"},
    {"/data/", kOk, R"({"data":[],"next_cursor":"LTE="})"},
    {"/book",
     kOk,
     R"({"market":"0xdd22472e552920b8438158ea7238bfadfa4f736aa4cee91a6b86c39ead110917",)"
     R"("asset_id":"713210456792522125946263855327069127503327285719425322896313793124)"
     R"(55583992563",)"
     R"("timestamp":"1700000000000","bids":[],"asks":[],"min_order_size":"5",)"
     R"("tick_size":"0.01","neg_risk":false})"},
    {"/clob-markets/",
     kOk,
     R"({"c":"0xdd22472e552920b8438158ea7238bfadfa4f736aa4cee91a6b86c39ead110917","mts":0.01,)"
     R"("mos":5,"fd":{"r":0.04,"e":1,"to":true}})"},
    {"/order", kRefused, R"({"error":"not enough balance / allowance"})"},
};

Canned answer_to(std::string_view url) {
    const std::size_t host = url.find("://") + 3;
    const std::size_t path = url.find('/', host);
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    if (url.substr(path) == "/time")
        return {"", kOk, std::to_string(now / std::chrono::seconds(1))};
    for (const Canned& canned : kAnswers)
        if (url.substr(path).starts_with(canned.path)) return canned;
    return {"", 404, R"({"error":"not found"})"};
}

}  // namespace

void WireInMemory::tell(std::uint64_t ws_id, std::string text) {
    news_.push_back([ws_id, text = std::move(text)](exchange::WireSink& sink) {
        tradectl_ws_event event{};
        event.struct_size = sizeof(event);
        event.kind = TRADECTL_WS_TEXT;
        event.ws_id = ws_id;
        event.payload = bytes_of(text);
        sink.on_ws(event);
    });
}

void WireInMemory::sign_what_waits() {
    for (const std::uint64_t id : std::exchange(unsigned_, {})) {
        news_.push_back([id](exchange::WireSink& sink) {
            std::vector<std::byte> made(kSignatureBytes, std::byte{27});
            sink.on_prepared_signed(id, std::vector<std::vector<std::byte>>{std::move(made)});
        });
    }
}

std::int64_t WireInMemory::take_sent() {
    return std::exchange(sent_ns_, 0);
}

tradectl_status WireInMemory::http_send(const tradectl_http_request& request) {
    const bool is_order = view(request.method) == "POST" && view(request.url).ends_with("/order");
    if (is_order) sent_ns_ = now_ns();
    news_.push_back(
        [id = request.http_id, answer = answer_to(view(request.url))](exchange::WireSink& sink) {
            tradectl_http_response response{};
            response.struct_size = sizeof(response);
            response.http_id = id;
            response.status = TRADECTL_OK;
            response.http_status = answer.status;
            response.body = bytes_of(answer.body);
            sink.on_http(response);
        });
    return TRADECTL_OK;
}

tradectl_status WireInMemory::ws_open(std::uint64_t ws_id, const tradectl_http_request&) {
    news_.push_back([ws_id](exchange::WireSink& sink) {
        tradectl_ws_event event{};
        event.struct_size = sizeof(event);
        event.kind = TRADECTL_WS_OPENED;
        event.ws_id = ws_id;
        sink.on_ws(event);
    });
    return TRADECTL_OK;
}

tradectl_status WireInMemory::ws_send(std::uint64_t,
                                      std::uint64_t,
                                      std::uint32_t,
                                      std::span<const std::uint8_t>) {
    return TRADECTL_OK;
}

tradectl_status WireInMemory::ws_close(std::uint64_t) {
    return TRADECTL_OK;
}

/// What authenticates a request is computed for real: it is on the way of every order.
tradectl_status WireInMemory::sign(std::uint64_t sign_id, const tradectl_sign_request& request) {
    std::string made(kSignatureBytes, '\x1b');
    if (request.type == TRADECTL_SIGN_HMAC_SHA256) {
        constexpr std::string_view kSecret = "a secret of the bench";
        const auto* data = reinterpret_cast<const std::byte*>(request.payload.data);
        const auto mac = hmac_sha256(std::as_bytes(std::span(kSecret)),
                                     {data, static_cast<std::size_t>(request.payload.size)});
        made.assign(reinterpret_cast<const char*>(mac.data()), mac.size());
    }
    news_.push_back([sign_id, made](exchange::WireSink& sink) {
        sink.on_signed(sign_id, {sizeof(tradectl_signature), TRADECTL_OK, bytes_of(made)});
    });
    return TRADECTL_OK;
}

void WireInMemory::sign_prepared(std::uint64_t prepare_id, std::vector<exchange::SignRequest>) {
    unsigned_.push_back(prepare_id);
}

void WireInMemory::allow_step(OpId) {}

std::size_t WireInMemory::drain(exchange::WireSink& sink) {
    std::size_t count = 0;
    for (; !news_.empty(); ++count) {
        const News next = std::move(news_.front());
        news_.pop_front();
        next(sink);
    }
    return count;
}

}  // namespace tradectl::bench

// The part of Polymarket that talks HTTP.
#include "auth.hpp"
#include "bytes.hpp"
#include "polymarket.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace tradectl::polymarket {

namespace {

/// Seconds from now, as the venue writes it; none for anything else.
Timestamp retry_time(std::string_view text, Timestamp now) {
    std::int64_t seconds = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (text.empty() || read.ec != std::errc{} || seconds < 0 || seconds > 86'400)
        return Timestamp::none();
    return now.plus_ns(seconds * kNsPerSecond);
}

}  // namespace

std::string Polymarket::clob_url(std::string_view target) const {
    std::string out(settings.urls.clob->view());
    while (!out.empty() && out.back() == '/')
        out.pop_back();
    return out.append(target);
}

Task<Expected<Answer>> Polymarket::send(const Call& call, const Headers& given) {
    Headers headers = given;
    if (!call.body.empty()) headers.emplace_back("Content-Type", "application/json");
    std::vector<tradectl_header> wire;
    wire.reserve(headers.size());
    for (const auto& [name, value] : headers)
        wire.push_back(http_header(name, value));
    HttpRequest request;
    request.method = call.method;
    request.url = call.target;
    request.headers = wire;
    request.body = as_bytes(call.body);
    request.op = call.op;
    request.bucket = static_cast<std::uint32_t>(call.bucket);
    request.weight = call.weight;
    const auto came = co_await http(request);
    if (!came) co_return fail(came.error());
    const HttpResponse response{**came};
    Answer out;
    out.transport = response.status();
    out.http_status = response.http_status();
    out.body = std::string(response.text());
    out.retry_after = retry_time(response.header("Retry-After"), now());
    if (out.http_status == 429 || out.http_status == 503)
        quiet_until_[static_cast<std::size_t>(call.bucket)] = out.retry_after;
    co_return out;
}

Task<Expected<Answer>> Polymarket::call_public(const Call& call) {
    const Headers none;
    co_return co_await send(call, none);
}

Task<Expected<Answer>> Polymarket::call_private(const Call& call) {
    if (api_key_.empty()) co_return fail(ErrorCode::Unavailable, "polymarket: not logged in yet");
    const auto seconds = static_cast<std::uint64_t>(venue_now().ns() / kNsPerSecond);
    const std::string message = l2_message(seconds, call.method, call.target, call.body);
    const auto request =
        sign_request(SignKind::HmacSha256, settings.wallet.secret_key->view(), as_bytes(message));
    const auto mac = co_await signature(request);
    if (!mac) co_return fail(mac.error());
    if ((*mac)->status != TRADECTL_OK)
        co_return fail(ErrorCode::Authentication,
                       "polymarket: the host did not sign with key \"" +
                           std::string(settings.wallet.secret_key->view()) + "\"");
    const std::string text = to_base64_url(view((*mac)->bytes));
    Headers headers{{"POLY_ADDRESS", signer_.text},
                    {"POLY_SIGNATURE", text},
                    {"POLY_TIMESTAMP", std::to_string(seconds)},
                    {"POLY_API_KEY", api_key_},
                    {"POLY_PASSPHRASE",
                     "{{secret:" + std::string(settings.wallet.passphrase_key->view()) + "}}"}};
    Call whole = call;
    whole.target = clob_url(call.target);
    co_return co_await send(whole, headers);
}

Error Polymarket::read_error(const Call& call, const Answer& answer) {
    const std::string what = "polymarket: " + call.method + " " + call.target;
    if (answer.transport != TRADECTL_OK)
        return {
            ErrorCode::Unavailable,
            what + (answer.transport == TRADECTL_UNAVAILABLE ? ": not reached" : ": no answer")};
    const std::string text = error_text(document_, answer.body);
    const std::string whole = what + ": " + std::to_string(answer.http_status) + " " + text;
    if (answer.http_status == 404) return {ErrorCode::NotFound, whole};
    Refused refused = classify(answer.http_status, text);
    if (refused.code == ErrorCode::OutcomeUnknown || refused.code == ErrorCode::Maintenance)
        refused.code = ErrorCode::Unavailable;  // a read is asked again
    return {refused.code, whole};
}

Task<Expected<std::string>> Polymarket::read_public(const Call& call) {
    auto answer = co_await call_public(call);
    if (!answer) co_return fail(answer.error());
    if (!answer->is_ok()) co_return fail(read_error(call, *answer));
    co_return std::move(answer->body);
}

Task<Expected<std::string>> Polymarket::read_private(const Call& call) {
    auto answer = co_await call_private(call);
    if (!answer) co_return fail(answer.error());
    if (!answer->is_ok()) co_return fail(read_error(call, *answer));
    co_return std::move(answer->body);
}

}  // namespace tradectl::polymarket

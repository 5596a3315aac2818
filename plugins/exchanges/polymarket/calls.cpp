// The part of Polymarket that talks HTTP.
#include "auth.hpp"
#include "bytes.hpp"
#include "polymarket.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace tradectl::polymarket {

namespace {

constexpr std::size_t kReasonBytesMax = 500;

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7), the one form that is written today.
std::optional<Timestamp> http_date(std::string_view text) {
    constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    constexpr std::size_t kBytes = 29;
    if (text.size() != kBytes || !text.ends_with(" GMT")) return std::nullopt;
    const std::size_t month = kMonths.find(text.substr(8, 3));
    if (month == std::string_view::npos || month % 3 != 0) return std::nullopt;
    std::string iso(text.substr(12, 4));
    iso.append("-").append(std::to_string(101 + month / 3), 1, 2).append("-");
    iso.append(text.substr(5, 2)).append("T").append(text.substr(17, 8)).append("Z");
    return Timestamp::parse(iso);
}

/// From now, or a date of the venue's clock; none for anything else and beyond a day.
Timestamp retry_time(std::string_view text, Timestamp now, Timestamp venue_now) {
    std::int64_t seconds = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
    const bool is_number = read.ec == std::errc{} && read.ptr == text.data() + text.size();
    std::int64_t wait_ns = -1;
    if (is_number && seconds >= 0 && seconds <= kNsPerDay / kNsPerSecond)
        wait_ns = seconds * kNsPerSecond;
    else if (const auto date = http_date(text))
        wait_ns = std::max<std::int64_t>(date->minus(venue_now), 0);
    return wait_ns < 0 || wait_ns > kNsPerDay ? Timestamp::none() : now.plus_ns(wait_ns);
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
    out.retry_after = retry_time(response.header("Retry-After"), now(), venue_now());
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
    if (answer.transport != TRADECTL_OK) {
        const bool is_denied =
            answer.transport == TRADECTL_AUTHENTICATION;  // by certificate or pin
        // The host puts its reason where the answer would stand.
        return {is_denied ? ErrorCode::Authentication : ErrorCode::Unavailable,
                what + (answer.may_have_arrived() ? ": no answer" : ": not reached") +
                    (answer.body.empty() ? "" : ": " + answer.body.substr(0, kReasonBytesMax))};
    }
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

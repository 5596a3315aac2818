#include "host/ops/ping.hpp"

#include "host/config/value_file.hpp"
#include "host/net/http_request.hpp"

#include <algorithm>

namespace tradectl::ops {

namespace {

constexpr int kPingedFirst = 200;
constexpr int kPingedLast = 299;

/// Behind the path and before the query.
std::string with_suffix(const std::string& url, const std::string& suffix) {
    const std::size_t query = std::min(url.find('?'), url.size());
    std::string path = url.substr(0, query);
    while (!suffix.empty() && path.ends_with('/'))
        path.pop_back();
    return path + suffix + url.substr(query);
}

Status ping(const PingTarget& target, const std::string& suffix) {
    const auto answer = net::http_request({.url = with_suffix(target.url, suffix),
                                           .ca_file = target.roots,
                                           .timeout_ns = target.timeout_ns});
    if (!answer) return fail(answer.error().code, "ping: " + answer.error().message);
    if (answer->status >= kPingedFirst && answer->status <= kPingedLast) return {};
    return fail(ErrorCode::Unavailable,
                "ping: answered with status " + std::to_string(answer->status));
}

}  // namespace

Expected<PingTarget> ping_target_in(const std::string& url_file) {
    auto url = config::read_value_file(url_file, ".");
    if (!url) return fail(url.error());
    return PingTarget{.url = std::move(*url)};
}

Status ping_start(const PingTarget& target) {
    return ping(target, "/start");
}

Status ping_exit(const PingTarget& target, int exit_status) {
    return ping(target, "/" + std::to_string(exit_status));
}

Status ping_fail(const PingTarget& target) {
    return ping(target, "/fail");
}

}  // namespace tradectl::ops

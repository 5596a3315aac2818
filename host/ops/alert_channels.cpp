#include "host/base/run_command.hpp"
#include "host/net/http_request.hpp"
#include "host/ops/alerts.hpp"

namespace tradectl::ops {

namespace {

constexpr int kSuccessFirst = 200;
constexpr int kRedirectFirst = 300;
constexpr int kTooManyRequests = 429;
constexpr int kServerErrorFirst = 500;

Status post_to(const config::AlertsConfig& config,
               const std::string& body,
               const std::function<bool()>& give_up) {
    const auto answer = net::http_request({.url = config.webhook_url,
                                           .body = body,
                                           .ca_file = config.webhook_roots,
                                           .timeout_ns = config.webhook_timeout_ns,
                                           .give_up = give_up});
    if (!answer) return fail(answer.error());
    if (answer->status >= kSuccessFirst && answer->status < kRedirectFirst) return {};
    // What the server will never take is not sent again.
    const bool later = answer->status == kTooManyRequests || answer->status >= kServerErrorFirst;
    return fail(later ? ErrorCode::Unavailable : ErrorCode::Rejected,
                "answered with status " + std::to_string(answer->status));
}

}  // namespace

std::vector<AlertChannel> alert_channels(const config::AlertsConfig& config) {
    std::vector<AlertChannel> channels;
    if (!config.webhook_url.empty()) {
        channels.push_back(
            {"webhook", [config](const std::string& body, const std::function<bool()>& give_up) {
                 return post_to(config, body, give_up);
             }});
    }
    if (!config.command.empty()) {
        channels.push_back(
            {"command", [config](const std::string& body, const std::function<bool()>& give_up) {
                 return run_command({.words = config.command,
                                     .input = body + "\n",
                                     .timeout_ns = config.command_timeout_ns,
                                     .give_up = give_up});
             }});
    }
    return channels;
}

}  // namespace tradectl::ops

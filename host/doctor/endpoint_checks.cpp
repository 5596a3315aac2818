#include "host/doctor/endpoint_checks.hpp"

#include "host/net/http_request.hpp"
#include "host/net/url.hpp"

#include <tradectl/timestamp.hpp>

#include <algorithm>
#include <chrono>
#include <optional>

namespace tradectl::doctor {
namespace {

struct Endpoint {
    net::Url url;
    std::string authority;

    bool operator==(const Endpoint& other) const { return authority == other.authority; }
};

void add_endpoint(const Json& value, std::vector<Endpoint>& into) {
    if (const Json::Array* items = value.as_array()) {
        for (const Json& item : *items)
            add_endpoint(item, into);
        return;
    }
    const std::string* text = value.as_text();
    if (text == nullptr || text->find("://") == std::string::npos) return;
    auto url = text->starts_with("ws") ? net::parse_stream_url(*text) : net::parse_url(*text);
    if (!url) return;
    Endpoint found{.url = *url, .authority = url->authority()};
    if (std::find(into.begin(), into.end(), found) == into.end()) into.push_back(std::move(found));
}

bool is_listed(const std::vector<std::string>& hosts, const net::Url& url) {
    const std::string full = url.host + ":" + std::to_string(url.port);
    return std::any_of(hosts.begin(), hosts.end(), [&](const std::string& host) {
        return host == url.authority() || host == full;
    });
}

void ask(const EndpointScope& scope, const Endpoint& endpoint, Check& check) {
    const bool is_plain = endpoint.url.scheme == net::Scheme::Http;
    const auto began = std::chrono::steady_clock::now();
    const auto answer =
        net::http_request({.method = "GET",
                           .url = (is_plain ? "http://" : "https://") + endpoint.authority + "/",
                           .ca_file = scope.network.ca_file,
                           .timeout_ns = scope.timeout_ns});
    const auto took = std::chrono::steady_clock::now() - began;
    // An answer that is too long is an answer.
    if (!answer && answer.error().code != ErrorCode::Quota) {
        const bool refused = answer.error().code != ErrorCode::Unavailable;
        check.verdict = refused ? Verdict::Fail : Verdict::Unknown;
        check.text = answer.error().message;
        return;
    }
    const std::int64_t took_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
    check.verdict = Verdict::Ok;
    check.text = "answers in " + std::to_string(took_ms) + " ms";
    check.data.set("answer_ms", took_ms);
}

}  // namespace

Checks check_endpoints(const EndpointScope& scope, const Json& settings) {
    std::vector<Endpoint> endpoints;
    if (const Json::Object* members = settings.as_object()) {
        for (const auto& [name, value] : *members)
            add_endpoint(value, endpoints);
    }
    Checks checks;
    for (const Endpoint& endpoint : endpoints) {
        Check check{.name = "endpoint:" + scope.exchange + ":" + endpoint.authority,
                    .verdict = Verdict::Fail,
                    .text = "is not in exchanges[" + scope.exchange + "].network.hosts"};
        if (is_listed(scope.hosts, endpoint.url)) {
            if (scope.network.proxy.empty()) {
                ask(scope, endpoint, check);
            } else {
                check.verdict = Verdict::Skip;
                check.text = "behind the proxy of exchanges[" + scope.exchange + "].network.proxy";
            }
        }
        checks.push_back(std::move(check));
    }
    return checks;
}

}  // namespace tradectl::doctor

#include "host/exchange/reach.hpp"

#include "host/net/url.hpp"

#include <algorithm>

namespace tradectl::exchange {

namespace {

std::string_view path_of(const net::Url& url) {
    const std::string_view target = url.target;
    return target.substr(0, target.find('?'));
}

bool is_listed(const Json& call, const std::vector<std::string>& methods) {
    const auto method = call.find_text("method");
    return method && std::find(methods.begin(), methods.end(), *method) != methods.end();
}

/// Whether the body is a call, or a batch of calls, of these methods alone (JSON-RPC 2.0).
bool calls_only(std::span<const std::byte> body, const std::vector<std::string>& methods) {
    const auto json = parse_json({reinterpret_cast<const char*>(body.data()), body.size()});
    if (!json) return false;
    const Json::Array* batch = json->as_array();
    if (batch == nullptr) return is_listed(*json, methods);
    return !batch->empty() && std::all_of(batch->begin(), batch->end(), [&](const Json& call) {
        return is_listed(call, methods);
    });
}

}  // namespace

Reach::Reach(const plugin::WireManifest& manifest, const Json& settings) {
    for (const auto& request : manifest.harmless) {
        Rule rule{request, {}};
        if (!request.host_setting.empty()) {
            const Json* value = settings.find(request.host_setting);
            if (value == nullptr) continue;  // its host is not known: nothing matches
            if (value->as_array() == nullptr) add_host(*value, rule);
            if (value->as_array() != nullptr) {
                for (const Json& item : *value->as_array())
                    add_host(item, rule);
            }
            if (rule.authorities.empty()) continue;
        }
        rules_.push_back(std::move(rule));
    }
}

void Reach::add_host(const Json& url, Rule& rule) {
    if (url.as_text() == nullptr) return;
    const auto parts = net::parse_url(*url.as_text());
    if (!parts) return;
    rule.authorities.push_back(parts->authority());
    const std::string_view path = path_of(*parts);
    const std::string_view query = std::string_view(parts->target).substr(path.size());
    if (path != "/") private_parts_.emplace_back(path);
    if (query.size() > 1) private_parts_.emplace_back(query.substr(1));
}

bool Reach::is_harmless(std::string_view method,
                        std::string_view url,
                        std::span<const std::byte> body) const {
    if (method == "GET" || method == "HEAD") return true;
    const auto parts = net::parse_url(url);
    if (!parts) return false;
    return std::any_of(rules_.begin(), rules_.end(), [&](const Rule& rule) {
        const auto& hosts = rule.authorities;
        const bool any_path = rule.request.path == "*";
        if (rule.request.method != method) return false;
        if (!any_path && rule.request.path != path_of(*parts)) return false;
        if (!hosts.empty() &&
            std::find(hosts.begin(), hosts.end(), parts->authority()) == hosts.end())
            return false;
        return rule.request.rpc.empty() || calls_only(body, rule.request.rpc);
    });
}

}  // namespace tradectl::exchange

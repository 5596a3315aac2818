#include "host/net/net_parts.hpp"

#include "host/net/recorder.hpp"
#include "host/net/trust.hpp"
#include "host/net/url.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace tradectl::net {

namespace {

std::string lower_case(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : static_cast<char>(c);
    });
    return text;
}

std::string host_port(const Url& url) {
    const bool is_address = url.host.find(':') != std::string::npos;
    return (is_address ? "[" + url.host + "]" : url.host) + ":" + std::to_string(url.port);
}

Unexpected wrong(const VenueLink& link, const char* key, const Error& error) {
    return fail(error.code, "exchanges[" + link.name + "].network." + key + ": " + error.message);
}

}  // namespace

VenueReach::VenueReach() = default;
VenueReach::~VenueReach() = default;
VenueReach::VenueReach(VenueReach&&) noexcept = default;

Expected<VenueReach> VenueReach::open(VenueLink link, Disk& disk) {
    VenueReach reach;
    auto trust = Trust::open(link.ca_file, link.pins);
    if (!trust) {
        const bool is_pin = trust.error().code == ErrorCode::InvalidArgument;
        return wrong(link, is_pin ? "pins" : "ca_file", trust.error());
    }
    reach.trust = std::move(*trust);
    if (!link.proxy.empty()) {
        const auto proxy = parse_url(link.proxy);
        if (!proxy) return wrong(link, "proxy", proxy.error());
        if (proxy->scheme != Scheme::Http || proxy->target != "/") {
            return wrong(link,
                         "proxy",
                         {ErrorCode::InvalidArgument, "wants scheme http, a host and a port"});
        }
        reach.proxy = HostPort{proxy->host, proxy->port};
    }
    if (!link.record.empty()) {
        auto recorder = Recorder::open(disk, link.record, link.name, link.record_bytes_max);
        if (!recorder) return wrong(link, "record", recorder.error());
        reach.recorder = std::move(*recorder);
    }
    reach.link = std::move(link);
    return reach;
}

Status VenueReach::check(const Url& url) const {
    const std::string with_port = lower_case(host_port(url));
    const std::string as_sent = lower_case(url.authority());
    const auto is_it = [&](const std::string& host) {
        const std::string listed = lower_case(host);
        return listed == as_sent || listed == with_port;
    };
    if (std::none_of(link.hosts.begin(), link.hosts.end(), is_it)) {
        return fail(ErrorCode::Permission,
                    as_sent + ": is not in exchanges[" + link.name + "].network.hosts");
    }
    if (url.scheme == Scheme::Http && link.plain_text == PlainText::ThisMachineOnly &&
        !url.is_loopback()) {
        return fail(ErrorCode::Permission,
                    as_sent + ": without TLS only this machine is spoken to");
    }
    return {};
}

DialOrder VenueReach::order_to(const Url& url, std::int64_t timeout_ns) const {
    return {.to = {url.host, url.port},
            .proxy = proxy,
            .trust = url.scheme == Scheme::Https ? trust : nullptr,
            .timeout_ns = timeout_ns};
}

}  // namespace tradectl::net

#include "host/net/url.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace tradectl::net {

namespace {

constexpr std::uint16_t kPortHttp = 80;
constexpr std::uint16_t kPortHttps = 443;

std::uint16_t usual_port(Scheme scheme) {
    return scheme == Scheme::Http ? kPortHttp : kPortHttps;
}

Unexpected bad(const char* why) {
    return fail(ErrorCode::InvalidArgument, std::string("url: ") + why);
}

struct SchemeNames {
    std::string_view plain;
    std::string_view secure;
};

std::optional<Scheme> take_scheme(std::string_view& text, const SchemeNames& names) {
    const std::size_t end = text.find("://");
    if (end == std::string_view::npos) return std::nullopt;
    std::string name(text.substr(0, end));
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : static_cast<char>(c);
    });
    text.remove_prefix(end + 3);
    if (name == names.secure) return Scheme::Https;
    if (name == names.plain) return Scheme::Http;
    return std::nullopt;
}

bool is_host_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
}

bool is_address_character(char c) {
    return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9') || c == '.' ||
           c == ':';
}

/// "host", "host:port" or "[address]:port".
Status take_authority(std::string_view text, Url& url) {
    std::string_view port;
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos) return bad("an address without its closing bracket");
        url.host = text.substr(1, end - 1);
        port = text.substr(end + 1);
        if (!std::all_of(url.host.begin(), url.host.end(), is_address_character))
            return bad("not an IPv6 address between the brackets");
    } else {
        const std::size_t colon = std::min(text.find(':'), text.size());
        url.host = text.substr(0, colon);
        port = text.substr(colon);
        if (!std::all_of(url.host.begin(), url.host.end(), is_host_character))
            return bad("a character that no host has");
    }
    if (url.host.empty()) return bad("no host");
    url.port = usual_port(url.scheme);
    if (port.empty()) return {};
    if (port.front() != ':') return bad("something behind the host that is no port");
    const char* const end = port.data() + port.size();
    const auto read = std::from_chars(port.data() + 1, end, url.port);
    if (read.ec != std::errc() || read.ptr != end || url.port == 0)
        return bad("a port that is not 1 to 65535");
    return {};
}

}  // namespace

std::string Url::authority() const {
    const bool is_address = host.find(':') != std::string::npos;
    const std::string name = is_address ? "[" + host + "]" : host;
    return port == usual_port(scheme) ? name : name + ":" + std::to_string(port);
}

bool Url::is_loopback() const {
    return host == "localhost" || host == "::1" ||
           (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos);
}

namespace {

Expected<Url> parse(std::string_view text, const SchemeNames& names) {
    const auto plain = [](char c) { return c > ' ' && c < 127; };
    if (!std::all_of(text.begin(), text.end(), plain)) return bad("blanks or control characters");
    if (text.find('#') != std::string_view::npos) return bad("a fragment");
    Url url;
    const auto scheme = take_scheme(text, names);
    if (!scheme) {
        return fail(ErrorCode::InvalidArgument,
                    "url: wants to begin with " + std::string(names.secure) + " and ://");
    }
    url.scheme = *scheme;
    const std::size_t end = std::min(text.find_first_of("/?"), text.size());
    const std::string_view authority = text.substr(0, end);
    if (authority.find('@') != std::string_view::npos) return bad("a user name");
    if (auto taken = take_authority(authority, url); !taken) return fail(taken.error());
    url.target = text.substr(end);
    if (!url.target.starts_with('/')) url.target.insert(0, "/");
    return url;
}

}  // namespace

Expected<Url> parse_url(std::string_view text) {
    return parse(text, {.plain = "http", .secure = "https"});
}

Expected<Url> parse_stream_url(std::string_view text) {
    return parse(text, {.plain = "ws", .secure = "wss"});
}

}  // namespace tradectl::net

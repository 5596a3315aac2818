/// The parts of a URL of a web request.
#pragma once

#include <tradectl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace tradectl::net {

enum class Scheme : std::uint8_t { Http, Https };

struct Url {
    Scheme scheme = Scheme::Https;
    std::string host;  ///< without the brackets of an IPv6 address
    std::uint16_t port = 0;
    std::string target;  ///< path and query, at least "/"

    /// Host, and the port when it is not the scheme's own: for the Host header (RFC 9110, 7.2).
    [[nodiscard]] std::string authority() const;
    /// Whether the host is this machine by its name or address.
    [[nodiscard]] bool is_loopback() const;
};

/// Reads scheme, host, port, path and query (RFC 3986). InvalidArgument, which never repeats the
/// text, for anything else: a user name, a fragment, blanks and control characters, a port that is
/// none. [any]
Expected<Url> parse_url(std::string_view text);
/// The same for the schemes of WebSocket (RFC 6455, 3): ws becomes Http and wss Https. [any]
Expected<Url> parse_stream_url(std::string_view text);

}  // namespace tradectl::net

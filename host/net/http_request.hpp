/// One web request, made and answered within a time.
#pragma once

#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace tradectl::net {

struct HttpRequest {
    std::string method = "POST";
    std::string url;  ///< may hold a token: no error and no log line repeats more than its host
    std::string content_type = "application/json";
    std::string body;
    std::string ca_file;  ///< PEM, in the place of the system's roots; empty: the system's roots
    std::int64_t timeout_ns = 5 * kNsPerSecond;  ///< for all of it, name lookup included
    std::size_t answer_bytes_max = 64u << 10;
    /// Asked every 50 ms: true ends the request. Empty: never.
    std::function<bool()> give_up = {};
};

struct HttpAnswer {
    int status = 0;
    std::string body;
};

/// Sends it by HTTP/1.1 (RFC 9112) and returns the answer, whatever its status: redirects are not
/// followed. TLS 1.2 or later, and the certificate must be valid for the host; without TLS this
/// machine alone is spoken to (Permission). InvalidArgument for a bad URL, Authentication for a
/// certificate that does not hold, Quota for an answer above its limit, Unavailable for all else.
/// Blocks the calling thread. [any]
Expected<HttpAnswer> http_request(const HttpRequest& request);

}  // namespace tradectl::net

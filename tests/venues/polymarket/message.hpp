/// What goes between the sockets and the venue.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace polysim {

/// One HTTP request. Header names are kept as they came.
struct Request {
    std::string method;
    std::string path;   ///< without the query
    std::string query;  ///< without the question mark
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    int connection = 0;

    /// Value of the header whose name is `name` up to case, or empty.
    std::string header(std::string_view name) const;
};

struct Response {
    int status = 200;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
};

/// Milliseconds of a clock that nobody sets.
std::int64_t steady_ms();
std::int64_t steady_us();

/// How an answer is spoilt on its way out.
struct Delivery {
    std::int64_t delay_ms = 0;
    bool close_without_answer = false;
    bool half = false;            ///< first half of the bytes, then the connection ends
    std::size_t chunk_bytes = 0;  ///< 0: all at once
    std::int64_t chunk_ms = 0;    ///< between chunks
};

/// Something to do on a WebSocket session, in order.
struct Push {
    enum class Kind { Text, Fragments, Ping, Close, Reset };
    int session = 0;
    Kind kind = Kind::Text;
    std::string text;
    std::int64_t due_ms = 0;  ///< by the machine's clock; 0: now
};

}  // namespace polysim

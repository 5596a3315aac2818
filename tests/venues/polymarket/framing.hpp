/// HTTP/1.1 messages and WebSocket frames (RFC 6455) as bytes, from the server's side.
#pragma once

#include "tests/venues/polymarket/message.hpp"

#include <optional>
#include <string>

namespace polysim {

enum class Cut { Whole, Partial, Broken };

/// Takes one whole request off the front of `in`.
Cut take_request(std::string& in, Request& out);
std::string bytes_of(const Response& response);
/// The answer to an upgrade; nothing when the request is not one.
std::optional<std::string> upgrade_answer(const Request& request);

struct WsFrame {
    int opcode = 0;  ///< 0 continuation, 1 text, 2 binary, 8 close, 9 ping, 10 pong
    bool last = true;
    std::string payload;
};
/// Takes one whole masked frame off the front of `in`.
Cut take_frame(std::string& in, WsFrame& out);
/// An unmasked frame; `last` as in FIN.
std::string bytes_of(const WsFrame& frame);

}  // namespace polysim

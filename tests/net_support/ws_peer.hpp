/// The server's end of a WebSocket, frame by frame (RFC 6455, 5), so that a test can break each
/// rule.
#pragma once

#include "tests/net_support/server_end.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tradectl::net {

struct WsFrame {
    enum Opcode : std::uint8_t {
        kContinuation = 0,
        kText = 1,
        kBinary = 2,
        kClose = 8,
        kPing = 9,
        kPong = 10,
    };
    std::uint8_t opcode = kText;
    std::string payload;
    enum class Fin { More, Last } fin = Fin::Last;
    std::uint8_t reserved = 0;  ///< the three bits; 4 marks a deflated message (RFC 7692)
    enum class Mask { None, Key } mask = Mask::None;
};

/// The frame's bytes; a client's are masked, a server's are not.
[[nodiscard]] std::string bytes_of_frame(const WsFrame& frame);
/// The payload of a close frame.
[[nodiscard]] std::string close_payload(std::uint16_t code, std::string_view reason = {});
/// A message as permessage-deflate sends it (RFC 7692, 7.2.1), a context of its own.
[[nodiscard]] std::string deflated(std::string_view text);

class WsPeer {
  public:
    explicit WsPeer(std::unique_ptr<ServerEnd> end) : end_(std::move(end)) {}

    /// Takes the handshake and agrees to it with `headers` (whole lines) added; returns the
    /// request.
    std::string shake(std::string_view headers = {});
    bool send(const WsFrame& frame) { return end_->write(bytes_of_frame(frame)); }
    bool send_text(std::string_view text) { return send({.payload = std::string(text)}); }
    bool send_bytes(std::string_view bytes) { return end_->write(bytes); }
    /// The next frame, unmasked; nothing when the client went, or sent one without a mask.
    std::optional<WsFrame> read();
    /// The code of the client's close frame, past all other frames; 0 when it went without one.
    std::uint16_t read_close();
    ServerEnd& end() { return *end_; }

  private:
    std::unique_ptr<ServerEnd> end_;
};

}  // namespace tradectl::net

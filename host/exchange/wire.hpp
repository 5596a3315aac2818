/// What an exchange instance reaches through the host: sessions with its venue, and keys.
#pragma once

#include <tradectl/abi/exchange.h>
#include <tradectl/expected.hpp>
#include <tradectl/ids.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tradectl::exchange {

/// A signature that an operation asks for, copied from the plugin's call.
struct SignRequest {
    std::uint32_t type = 0;  ///< TRADECTL_SIGN_...
    std::string key;
    std::vector<std::byte> payload;
};

/// All signatures of one prepared operation, in the order in which it asked; or why there is none.
using Signatures = Expected<std::vector<std::vector<std::byte>>>;

/// Takes what the network and the signer brought; each record ends with its call. [engine]
class WireSink {
  public:
    virtual ~WireSink() = default;
    virtual void on_http(const tradectl_http_response& response) = 0;
    virtual void on_ws(const tradectl_ws_event& event) = 0;
    virtual void on_signed(std::uint64_t sign_id, const tradectl_signature& signature) = 0;
    virtual void on_prepared_signed(std::uint64_t prepare_id, Signatures signatures) = 0;
};

/// One exchange instance's way out. Calls never block and never answer from inside; records are
/// copied. [engine]
class Wire {
  public:
    virtual ~Wire() = default;
    virtual tradectl_status http_send(const tradectl_http_request& request) = 0;
    virtual tradectl_status ws_open(std::uint64_t ws_id, const tradectl_http_request& request) = 0;
    virtual tradectl_status ws_send(std::uint64_t ws_id,
                                    std::uint64_t op_id,
                                    std::uint32_t kind,
                                    std::span<const std::uint8_t> payload) = 0;
    virtual tradectl_status ws_close(std::uint64_t ws_id) = 0;
    virtual tradectl_status sign(std::uint64_t sign_id, const tradectl_sign_request& request) = 0;
    /// Signs beside the disk's sync; answered by `on_prepared_signed`.
    virtual void sign_prepared(std::uint64_t prepare_id, std::vector<SignRequest> requests) = 0;
    /// Notes that the step's intent is durable: a request may act for it from now on.
    virtual void allow_step(OpId step) = 0;
    /// Hands over what came since, so much at a time; returns how many.
    virtual std::size_t drain(WireSink& sink) = 0;
    /// Whether something waits that no bell will ring for.
    [[nodiscard]] virtual bool waits() const = 0;
};

}  // namespace tradectl::exchange

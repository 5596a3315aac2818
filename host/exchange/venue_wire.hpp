/// One exchange's way to its venue: what a plugin asks for is checked, filled and sent by the net,
/// and what comes back is stripped of secrets.
#pragma once

#include "host/exchange/key_desk.hpp"
#include "host/exchange/reach.hpp"
#include "host/exchange/sign_worker.hpp"
#include "host/exchange/wire.hpp"
#include "host/exchange/wire_hub.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace tradectl::exchange {

struct VenueWireOptions {
    std::string name;  ///< of the exchange, for messages
    net::VenueIndex venue = 0;
    Reach reach;
    std::function<void()> bell;  ///< called on the signer's thread
};

/// [engine]
class VenueWire final : public Wire {
  public:
    /// `hub` and `desk` must outlive it.
    VenueWire(WireHub& hub, KeyDesk& desk, VenueWireOptions options);

    tradectl_status http_send(const tradectl_http_request& request) override;
    tradectl_status ws_open(std::uint64_t ws_id, const tradectl_http_request& request) override;
    tradectl_status ws_send(std::uint64_t ws_id,
                            std::uint64_t op_id,
                            std::uint32_t kind,
                            std::span<const std::uint8_t> payload) override;
    tradectl_status ws_close(std::uint64_t ws_id) override;
    tradectl_status sign(std::uint64_t sign_id, const tradectl_sign_request& request) override;
    void sign_prepared(std::uint64_t prepare_id, std::vector<SignRequest> requests) override;
    void allow_step(OpId step) override;
    std::size_t drain(WireSink& sink) override;
    [[nodiscard]] bool waits() const override;

  private:
    struct Signed {
        std::uint64_t sign_id = 0;
        tradectl_status status = TRADECTL_OK;
        std::vector<std::byte> bytes;
    };

    [[nodiscard]] tradectl_status refuse(const Error& error) const;
    [[nodiscard]] bool is_allowed(std::uint64_t op_id) const { return allowed_.contains(op_id); }
    Expected<std::vector<net::HttpHeader>> headers_of(const tradectl_http_request& request);
    Expected<net::HttpCall> call_of(const tradectl_http_request& request);
    /// Takes the secrets out of an answer.
    Status strip(net::NetEvent& event);
    /// The text with its slots filled, by secrets that the recording knows to hide.
    Expected<net::WipedText> fill(std::string_view text);
    /// Tells the recording of keys that were exchanged since the last call.
    void hide_secrets();
    void hand_over(net::NetEvent& event, WireSink& sink);
    void hand_over_answer(net::NetEvent& event, WireSink& sink);
    void hand_over_stream(const net::NetEvent& event, WireSink& sink);

    WireHub& hub_;
    KeyDesk& desk_;
    VenueWireOptions options_;
    std::uint64_t hidden_version_ = 0;  // of the keys that the recording knows to hide
    std::unordered_map<std::uint64_t, std::vector<keys::Capture>> captures_;  // by http id
    std::unordered_set<std::uint64_t> allowed_;                               // durable steps
    std::deque<std::uint64_t> allowed_order_;
    std::deque<Signed> signed_;
    SignWorker signer_;  // last: it ends first
};

}  // namespace tradectl::exchange

/// A venue's network that is not there: answers the calls by which a session begins, refuses every
/// order, and brings the frames that it is given.
#pragma once

#include "host/exchange/wire.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace tradectl::bench {

/// [engine]
class WireInMemory final : public exchange::Wire {
  public:
    /// A text frame of a stream, for the next `drain`.
    void tell(std::uint64_t ws_id, std::string text);
    /// Gives a signature, which is none, to each operation that waits for one.
    void sign_what_waits();
    /// When the bytes of the last order came here, by bench::now_ns; 0 when none came since the
    /// last call.
    std::int64_t take_sent();

    tradectl_status http_send(const tradectl_http_request& request) override;
    tradectl_status ws_open(std::uint64_t ws_id, const tradectl_http_request& request) override;
    tradectl_status ws_send(std::uint64_t ws_id,
                            std::uint64_t op_id,
                            std::uint32_t kind,
                            std::span<const std::uint8_t> payload) override;
    tradectl_status ws_close(std::uint64_t ws_id) override;
    tradectl_status sign(std::uint64_t sign_id, const tradectl_sign_request& request) override;
    void sign_prepared(std::uint64_t prepare_id,
                       std::vector<exchange::SignRequest> requests) override;
    void allow_step(OpId step) override;
    std::size_t drain(exchange::WireSink& sink) override;
    [[nodiscard]] bool waits() const override { return !news_.empty(); }

  private:
    using News = std::function<void(exchange::WireSink&)>;

    std::deque<News> news_;
    std::vector<std::uint64_t> unsigned_;
    std::int64_t sent_ns_ = 0;
};

}  // namespace tradectl::bench

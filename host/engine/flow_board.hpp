/// How the news of each exchange arrive, as their plugins tell it.
#pragma once

#include "host/base/json.hpp"
#include "host/exchange/runtime.hpp"

#include <tradectl/abi/events.h>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace tradectl::engine {

struct Trading;

enum class FlowState : std::uint8_t { Streaming, Polling, Stale, Down };
/// "streaming", "polling", "stale" or "down".
[[nodiscard]] std::string_view to_string(FlowState state);

struct Flow {
    FlowState state = FlowState::Down;
    std::int64_t streams_up = 0;
    std::int64_t streams = 0;
    Timestamp since = Timestamp::none();  ///< of the state
    Timestamp heard = Timestamp::none();  ///< the venue spoke last, or answered; by our clock
};

/// [engine]
class FlowBoard {
  public:
    /// Takes what an exchange told, if it is of a flow. A change is logged, once.
    void hear(const std::string& exchange, const tradectl_event& event, Timestamp now);
    /// A list of an exchange's flows: `flow`, `state`, `streams_up`, `streams`, `since`, `age_ms`.
    [[nodiscard]] Json to_json(std::string_view exchange, Timestamp now) const;
    /// Those that do not stream, as "pm orders polling"; empty when all do.
    [[nodiscard]] std::string troubles() const;

  private:
    std::map<std::pair<std::string, std::string>, Flow> flows_;  // by exchange and name
};

/// Hands on all that exchanges say, and keeps what it tells of flows. [engine]
class FlowTap final : public exchange::ExchangeSink {
  public:
    /// `trading` must outlive it.
    explicit FlowTap(const Trading& trading) : trading_(trading) {}
    /// Itself, in front of `next` until the next call.
    [[nodiscard]] exchange::ExchangeSink& before(exchange::ExchangeSink& next) {
        next_ = &next;
        return *this;
    }
    [[nodiscard]] const FlowBoard& board() const { return board_; }

    void on_completion(std::uint32_t exchange, exchange::Completion&& completion) override;
    void on_exchange_event(std::uint32_t exchange, const tradectl_event& event) override;

  private:
    const Trading& trading_;
    exchange::ExchangeSink* next_ = nullptr;
    FlowBoard board_;
};

}  // namespace tradectl::engine

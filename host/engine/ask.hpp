/// A question to an exchange whose answer the caller waits for: start-up and commands, never
/// trading.
#pragma once

#include "host/exchange/runtime.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <concepts>
#include <cstdint>
#include <functional>
#include <utility>
#include <variant>
#include <vector>

namespace tradectl::engine {

/// Waits a little for something to happen: a commit that ended, a message.
class WaitALittle {
  public:
    WaitALittle() = default;
    /// An answer is waited for at least `patience_ns` of real time, unless `is_over` says that
    /// nobody wants it any more.
    template <std::invocable Pass>
    WaitALittle(Pass pass, std::int64_t patience_ns = 0, std::function<bool()> is_over = {})
        : pass_(std::move(pass)), patience_ns_(patience_ns), is_over_(std::move(is_over)) {}
    explicit operator bool() const { return static_cast<bool>(pass_); }
    void operator()() const { pass_(); }
    [[nodiscard]] std::int64_t patience_ns() const { return patience_ns_; }
    [[nodiscard]] bool is_over() const { return is_over_ && is_over_(); }

  private:
    std::function<void()> pass_;
    std::int64_t patience_ns_ = 0;
    std::function<bool()> is_over_;
};

/// How long a start waits for one answer of a venue that is reached over a network: its own
/// time-outs come first.
inline constexpr std::int64_t kAnswerPatienceNs = 90 * kNsPerSecond;

/// Keeps what exchanges say unasked until somebody can take it.
class HeldNews final : public exchange::ExchangeSink {
  public:
    void on_completion(std::uint32_t exchange, exchange::Completion&& completion) override;
    void on_exchange_event(std::uint32_t exchange, const tradectl_event& event) override;
    /// Hands all of it over, in its order, and forgets it.
    void pass_on(exchange::ExchangeSink& sink);

  private:
    struct News {
        std::uint32_t exchange = 0;
        std::variant<exchange::Completion, std::vector<std::uint64_t>> content;
    };
    std::vector<News> news_;
};

/// Delivers what the exchange says until the request is answered; everything else goes to `others`.
/// Unavailable after `attempts_max` waits, when these took the patience at least, and once the wait
/// is over; the store's own error when it failed. [engine]
Expected<exchange::Completion> await_answer(exchange::ExchangeRuntime& runtime,
                                            std::uint64_t request_id,
                                            exchange::ExchangeSink& others,
                                            const WaitALittle& wait,
                                            int attempts_max = 3000);

}  // namespace tradectl::engine

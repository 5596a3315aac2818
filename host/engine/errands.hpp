/// Work of a live session that asks venues and waits for their answers while it trades on.
#pragma once

#include "host/engine/interview.hpp"
#include "host/engine/trading.hpp"
#include "host/exchange/completion.hpp"
#include "host/exchange/runtime.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>

namespace tradectl::engine {

/// What errands need of the session they run in.
struct ErrandParts {
    Trading& trading;
    /// One turn of the session: waits a little at most. False: the session stops.
    std::function<bool()> turn;
    /// Ends the turn's batch.
    std::function<void()> flush;
    /// The last record that the ledger has.
    std::function<WalSequence()> applied;
};

/// Carries out one errand after the other, each on the engine's own stack: while it waits, turns of
/// the session are done beneath it. What it knew before a question may be old after it.
///
/// [engine] All that it is made of must outlive it. As a sink it takes the answer to its question
/// and passes all else on.
class Errands final : public exchange::ExchangeSink {
  public:
    explicit Errands(ErrandParts parts) : parts_(std::move(parts)) {}

    /// Does it once what was begun before is done. `give_up` is called instead when the session
    /// stops before it began, or has stopped.
    struct Errand {
        std::function<void()> work;
        std::function<void()> give_up;
    };
    void add(Errand errand);
    /// Whether something waits or is being done.
    [[nodiscard]] bool busy() const { return working_ || !waiting_.empty(); }
    /// Does what waits; not from inside of a turn that an errand waits in.
    void work();
    /// The session stops: gives up what has not begun.
    void stop();

    // For the errand that is being done.
    /// Nothing is waited for behind this time, by the session's clock.
    void set_deadline(Timestamp deadline) { deadline_ = deadline; }
    [[nodiscard]] bool time_is_up() const { return parts_.trading.clock.now() >= deadline_; }
    /// Unavailable when there is no answer in time, or when the session stops first.
    Expected<exchange::Completion> ask(std::uint32_t exchange, const Question& question);
    /// One turn. Unavailable when the session stops.
    Status wait_a_turn();
    /// Turns until it holds. Unavailable when time is up, or when the session stops.
    Status wait_until(const std::function<bool()>& holds, const std::string& what);
    /// Everything that was written down so far is on the device, or an error. Io, Unavailable.
    Status make_durable();
    /// And the ledger has it, too.
    Status wait_for_books();

    /// Whether an answer is awaited, so that deliveries must come through here.
    [[nodiscard]] bool asks() const { return asked_.has_value(); }
    /// Where everything else goes; set it before a delivery.
    void pass_to(exchange::ExchangeSink& others) { others_ = &others; }
    void on_completion(std::uint32_t exchange, exchange::Completion&& completion) override;
    void on_exchange_event(std::uint32_t exchange, const tradectl_event& event) override;

  private:
    struct Asked {
        std::uint32_t exchange = 0;
        std::uint64_t request = 0;
    };

    ErrandParts parts_;
    std::deque<Errand> waiting_;
    bool working_ = false;
    bool stopped_ = false;
    Timestamp deadline_;
    std::optional<Asked> asked_;
    std::optional<exchange::Completion> answer_;
    exchange::ExchangeSink* others_ = nullptr;
};

}  // namespace tradectl::engine

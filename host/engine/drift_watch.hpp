/// A live session's own comparison with its venues: before it trades, and from time to time.
#pragma once

#include "host/engine/ask.hpp"
#include "host/engine/drift_files.hpp"
#include "host/engine/our_books.hpp"
#include "host/engine/pipeline.hpp"
#include "host/engine/reconcile.hpp"
#include "host/engine/survey.hpp"
#include "host/engine/trading.hpp"
#include "host/recovery/passes.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace tradectl::engine {

/// Lays what the session knows beside what the venues say, on their own connections. A difference
/// is read again before it counts. New findings are logged, alerted, put on record, and halt
/// entries where the policy says so; what an operator took note of does not. It repairs nothing by
/// itself.
///
/// [engine] All that it is made of must outlive it. As a sink it takes the answers to its own
/// questions and passes all else on to the pipeline.
class DriftWatch final : public exchange::ExchangeSink {
  public:
    DriftWatch(Disk& disk, const StatePaths& paths, Trading& trading, Pipeline& pipeline);

    /// Compares every venue and waits for the answers: nothing trades yet. Errors are those of our
    /// books; a venue that does not answer is a gap.
    Status look_now(const WaitALittle& wait);
    /// Begins a comparison that is due, and ends one whose answer does not come. Quick: what takes
    /// long is between the answers.
    void on_clock();
    /// Whether an answer is awaited, so that `deliver` must come through here.
    [[nodiscard]] bool asks() const { return survey_ != nullptr; }

    void on_completion(std::uint32_t exchange, exchange::Completion&& completion) override;
    void on_exchange_event(std::uint32_t exchange, const tradectl_event& event) override;

    /// Compares anew as soon as it can, for somebody who asked: what it finds is his, and nothing
    /// is told or halted because of it. `heard` is called once, on the engine thread, unless
    /// `forget` comes first. Who asks while another waits takes his place.
    using Heard = std::function<void(Expected<ReconcileReport>)>;
    void look_for(History history, Heard heard) { asked_ = Asked{history, std::move(heard)}; }
    void forget();

    /// The last comparison that ended; readings 0 before the first.
    [[nodiscard]] const ReconcileReport& last() const { return last_; }

  private:
    Status open_books();
    void close_books();
    void begin(std::uint32_t exchange);
    void ask_next();
    Status end_venue();
    void end_reading();
    /// Errors only for somebody who asked.
    Expected<ReconcileReport> report_of(recovery::Comparison&& result);
    void publish(ReconcileReport&& report);
    [[nodiscard]] Timestamp next_due() const;
    void start_anew();
    void serve();
    void tell(const recovery::Finding& finding);
    void give_up(const Error& error);

    Disk& disk_;
    const StatePaths& paths_;
    Trading& trading_;
    Pipeline& pipeline_;
    recovery::Tolerances tolerances_;

    std::optional<ledger::Reader> reader_;
    std::unique_ptr<LedgerBooks> ledger_;
    std::unique_ptr<LiveBooks> live_;
    VenueCursors cursors_;
    bool has_cursors_ = false;

    std::uint32_t exchange_ = 0;  // that is asked
    std::unique_ptr<Survey> survey_;
    std::uint64_t request_ = 0;
    Timestamp deadline_ = Timestamp::none();
    recovery::Comparison reading_;
    recovery::Passes passes_;
    std::size_t answered_ = 0;
    int readings_ = 0;
    Timestamp due_ = Timestamp::none();

    struct Asked {
        History history = History::New;
        Heard heard;
    };
    std::optional<Asked> asked_;    // waits for its turn
    std::optional<Asked> serving_;  // whom the comparison under way is for

    ReconcileReport last_;
    std::set<std::string> told_;  // ids of the last report
};

/// Halts entries on the finding's instrument, or at its venue when it has none, durably.
Status halt_for(Trading& trading, const recovery::Finding& finding, const std::string& actor);

}  // namespace tradectl::engine

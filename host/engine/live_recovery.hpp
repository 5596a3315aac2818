/// A live session asks again what became of operations whose end nobody knows.
#pragma once

#include "host/base/disk.hpp"
#include "host/engine/errands.hpp"
#include "host/engine/pipeline.hpp"
#include "host/engine/recover.hpp"
#include "host/engine/state_dir.hpp"
#include "host/engine/trading.hpp"

#include <tradectl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace tradectl::engine {

/// [engine] All that it is given must outlive it.
class LiveRecovery {
  public:
    static constexpr std::int64_t kFirstNs = 5 * kNsPerSecond;
    static constexpr std::int64_t kLongestNs = 300 * kNsPerSecond;

    /// To be made when recovery has ended and nothing trades yet. `first_ns` passes from an unknown
    /// outcome to the first question; then twice as long each time, at most `kLongestNs`.
    LiveRecovery(Disk& disk,
                 const StatePaths& paths,
                 Trading& trading,
                 Pipeline& pipeline,
                 Errands& errands,
                 std::int64_t first_ns = kFirstNs);

    /// Begins to ask when something is unresolved and its time has come.
    void on_clock();

    enum class Scope : std::uint8_t {
        Unresolved,
        OpenOrders,  ///< and orders that rest in our books: news of their end may have been lost
    };
    /// Asks, decides and books; what the run sent a moment ago is not touched, nor is an order that
    /// rests and of which the venue tells nothing. Everything that was booked is durable on return.
    /// Part of an errand, whose deadline counts. Errors of Recovery; InvalidArgument when a
    /// decision names no unresolved operation, BadState when news of it came meanwhile; Unavailable
    /// when the run stops.
    Expected<RecoveryReport> recover(RecoverOptions options, Scope scope);

    /// Orders with our id that the log does not know, found since the start.
    [[nodiscard]] std::size_t orphans_found() const { return orphans_found_; }

  private:
    void look();
    /// How an order stood in our books when it was begun to ask about it.
    struct Stand {
        execution::OrderStatus status{};
        Decimal filled_qty;
    };
    bool is_wanted(const recovery::Unfinished& operation, Scope scope);
    [[nodiscard]] bool rests(const OrderEntry& entry) const;
    [[nodiscard]] bool is_known_open(const Hearing& hearing) const;
    [[nodiscard]] bool has_moved(const Hearing& hearing);
    Status check_decisions(const RecoveryReport& report, const RecoverOptions& options);
    Status drop_known_orphans(RecoveryReport& report);
    [[nodiscard]] RecoveryReport without_booked_orphans(RecoveryReport report);

    Disk& disk_;
    const StatePaths& paths_;
    Trading& trading_;
    Pipeline& pipeline_;
    Errands& errands_;
    const std::int64_t first_ns_;
    const WalSequence start_;       // records from here on are of this run
    std::map<OpId, Stand> stands_;  // of the orders that are asked about
    std::set<std::string> orphans_booked_;
    std::size_t orphans_found_ = 0;
    std::size_t seen_ = 0;  // unresolved, at the last look at the clock
    std::int64_t wait_ns_ = 0;
    std::int64_t due_ns_ = 0;  // by the session's monotonic clock
    bool asking_ = false;
};

}  // namespace tradectl::engine

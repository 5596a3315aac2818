/// A config's state and venues without strategies that trade: for commands that ask, compare and
/// repair.
#pragma once

#include "host/base/clock.hpp"
#include "host/base/disk.hpp"
#include "host/config/config.hpp"
#include "host/engine/ask.hpp"
#include "host/engine/interview.hpp"
#include "host/engine/state_dir.hpp"
#include "host/exchange/completion.hpp"
#include "host/ledger/reader.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tradectl::engine {

class Pipeline;
struct PluginSet;
struct Trading;

struct DeskOptions {
    std::vector<std::string> plugin_files;        ///< --plugin
    std::int64_t timeout_ns = 15 * kNsPerSecond;  ///< for each answer of a venue
    std::int64_t lock_wait_ns = 0;                ///< writer: how long to wait for the lock
    // Seams: what is empty is the machine's own. All must outlive the desk.
    Disk* disk = nullptr;
    const Clock* clock = nullptr;
    WaitALittle pause;                   ///< passes a little time while an answer is awaited
    const PluginSet* plugins = nullptr;  ///< loaded already: the config's exchanges
};

/// Opens state and exchange plugins, no strategy plugin. Instruments, accounts and assets of the
/// config are in `trading().table`; exchanges have the config's order. [engine]
class VenueDesk {
  public:
    /// For questions: nothing of ours is changed, and venues are sent queries alone. The plugins
    /// work on a private copy of their stores. Beside a live run the books are the ledger as it is;
    /// without one, what the log holds beyond the ledger is applied in memory first.
    ///
    /// NotFound and Config as `check_state`, Corrupt when log or ledger are, Config when a plugin
    /// is not found or refuses its settings. A venue that cannot be reached is not an error here:
    /// see `down`.
    static Expected<std::unique_ptr<VenueDesk>> open_reader(const config::Config& config,
                                                            const StatePaths& paths,
                                                            const DeskOptions& options);

    /// For decisions: takes the lock, opens log and ledger for writing and loads what a run would
    /// know, so that `pipeline()` can book. Everything that the log holds is on the device and in
    /// the ledger on return. The plugins write to their own stores, as in a run. Locked when a run
    /// lives; else as `open_reader`.
    static Expected<std::unique_ptr<VenueDesk>> open_writer(const config::Config& config,
                                                            const StatePaths& paths,
                                                            const DeskOptions& options);

    ~VenueDesk();
    VenueDesk(const VenueDesk&) = delete;
    VenueDesk& operator=(const VenueDesk&) = delete;

    [[nodiscard]] Trading& trading();
    /// Whether another process was running on this state when the desk was opened (reader).
    [[nodiscard]] bool run_lives() const;
    /// Why the exchange cannot be asked, or null: it did not start or does not connect.
    [[nodiscard]] const Error* down(std::uint32_t exchange) const;

    /// Puts one question to an exchange and waits for its answer: `question` makes the request and
    /// returns its id. What the venue says besides is held (see `held`), or dropped beside a live
    /// run. Unavailable: it is down or does not answer in time; Internal: its plugin faulted. A
    /// refusal by the venue is an answer: look at its status.
    using Question = tradectl::engine::Question;
    Expected<exchange::Completion> ask(std::uint32_t exchange, const Question& question);

    /// Passes a little time; plugins get their wakes and timers.
    void wait_a_little();

    /// The books as they are now: what the desk booked is in them after `commit`.
    Expected<ledger::Reader> books();
    /// Where the desk's state is: a reader's is a private view that changes may be tried on.
    [[nodiscard]] Disk& disk();
    [[nodiscard]] const StatePaths& paths() const;

    // A writer, and a reader without a live run: what that one books stays in its private view, and
    // shows what a writer would do.
    [[nodiscard]] Pipeline& pipeline();
    /// What venues said unasked: pass it on to the pipeline once open orders were asked for.
    [[nodiscard]] HeldNews& held();
    /// Makes all that was booked durable and applies it to the ledger. The first error ends the
    /// desk: open another one.
    Status commit();

  private:
    struct State;
    explicit VenueDesk(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace tradectl::engine

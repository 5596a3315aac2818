/// The engine's parts on one thread, driven by hand, so that a stop-watch fits between them.
#pragma once

#include "host/base/clock.hpp"
#include "host/base/disk.hpp"
#include "host/base/event_buffer.hpp"
#include "host/config/load.hpp"
#include "host/engine/pipeline.hpp"
#include "host/engine/projector.hpp"
#include "host/engine/session_parts.hpp"
#include "host/engine/trading.hpp"
#include "host/market/source.hpp"
#include "host/plugin/load.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tradectl::bench {

/// What one market event caused, and how long it took.
struct Step {
    enum class Order : std::uint8_t { None, Entry, Exit };
    Order order = Order::None;  ///< by the strategy, or by the host's exit rules
    /// Up to where the watch stops, or up to rest when the event caused no order.
    std::int64_t ns = 0;
};

/// How far an order goes before the watch stops.
enum class Until : std::uint8_t {
    Buffered,  ///< its INTENT is in the batch buffer
    Sent,      ///< the INTENT is durable and the exchange plugin has the order
};

/// Work that an order needs before it leaves and that is done beside the sync of its INTENT, as
/// signing is.
struct Beside {
    std::function<void()> begin = [] {};   ///< the INTENT has gone to the log's thread
    std::function<void()> finish = [] {};  ///< it is durable: returns when the work is done
};

struct RigOptions {
    /// A log thread writes there and the rig waits for it, as a session in real time does; empty:
    /// a disk in memory.
    std::string log_directory = {};
    Beside beside = {};
    /// Whether a projector keeps a ledger in the directory, on a thread of its own.
    enum class Books : std::uint8_t { None, Kept } books = Books::None;
};

/// Everything that a simulated session has, on a disk in memory. Market events, timers and what
/// becomes durable come in the session's order. [engine]
class EventRig {
  public:
    /// From a config with a simulated clock.
    static Expected<std::unique_ptr<EventRig>> open(const config::Document& document,
                                                    RigOptions options = {});
    ~EventRig();

    /// Plays everything up to the next market event, then that event; false at the end of data.
    Expected<bool> step(Step& out, Until until = Until::Buffered);
    /// Nothing is measured here: the batch goes to the log, what waits goes on.
    Status rest();
    /// Waits until all of the log is durable, and applied where books are kept.
    Status drain();

    /// Lets time go by, without the market; what is due in between happens. Call `rest` before.
    void pass(std::int64_t ns) { advance_to(clock_.now().plus_ns(ns)); }

    [[nodiscard]] engine::Trading& trading() { return trading_; }
    [[nodiscard]] engine::Pipeline& pipeline() { return *pipeline_; }

  private:
    EventRig(const config::Document& document, RigOptions options, engine::Doorbell bell);

    Status wire();
    Status wire_exchanges(const engine::PluginSet& plugins);
    Status wire_strategies(const engine::PluginSet& plugins);
    Status open_log();
    Status open_books();
    Status connect();
    Status start_strategies();
    void advance_to(Timestamp until);
    void fire_timers();
    void deliver_market();
    bool run_turns();
    bool deliver_answers();
    void settle();
    Status send();

    const config::Config& config_;
    RigOptions options_;
    engine::Doorbell bell_;
    std::unique_ptr<Disk> disk_;
    engine::StatePaths paths_;
    bool threaded_;
    SystemClock system_clock_;
    ManualClock clock_;
    plugin::Loader loader_;
    engine::Trading trading_;
    std::unique_ptr<engine::Projector> projector_;
    std::unique_ptr<engine::Pipeline> pipeline_;
    std::vector<std::unique_ptr<engine::ExchangeHost>> hosts_;
    std::unique_ptr<market::Source> source_;
    EventBuffer market_;
};

}  // namespace tradectl::bench

/// Intent tags of the last orders: the same tag may not come back within its window.
#pragma once

#include "host/engine/scribe.hpp"
#include "host/engine/trading.hpp"
#include "host/ledger/reader.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

namespace tradectl::engine {

/// A tag is kept as a value of the instance "intents:NAME" from its order on until the window has
/// passed, so that a restart does not forget it: the value is in the log before the order's intent.
/// [engine] `trading` and `scribe` must outlive it.
class IntentWindow {
  public:
    IntentWindow(Trading& trading, Scribe& scribe);

    /// Tags of earlier sessions.
    Status restore(ledger::Reader& reader);
    /// Whether an order with this tag went on within the strategy's window. Tag 0 is none.
    [[nodiscard]] bool contains(const StrategyRunner& runner, std::uint64_t tag) const;
    /// An order with this tag goes on.
    void put(const StrategyRunner& runner, std::uint64_t tag);

  private:
    struct Use {
        std::uint64_t tag = 0;
        Timestamp time;
    };
    struct Tags {
        std::unordered_map<std::uint64_t, Timestamp> last;
        std::deque<Use> in_order;
    };

    void drop_old(const StrategyRunner& runner, Tags& tags, Timestamp now);

    Trading& trading_;
    Scribe& scribe_;
    std::vector<Tags> strategies_;  // by runner
};

}  // namespace tradectl::engine

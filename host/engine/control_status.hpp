/// How a live session stands, for `tradectl status`. Fields: tradectl-control(5).
#pragma once

#include "host/base/json.hpp"
#include "host/engine/flow_board.hpp"
#include "host/engine/pipeline.hpp"
#include "host/engine/projector.hpp"
#include "host/engine/session.hpp"
#include "host/engine/trading.hpp"

#include <tradectl/timestamp.hpp>

namespace tradectl::engine {

/// What the session alone knows.
struct SessionFacts {
    LiveView view;
    Timestamp started;
    Timestamp market_arrived = Timestamp::none();  ///< of the last market event, by our clock
    const FlowBoard* flows = nullptr;              ///< null: of none
};

/// [engine]
[[nodiscard]] Json status_json(Trading& trading,
                               Pipeline& pipeline,
                               const Projector& projector,
                               const SessionFacts& facts);

}  // namespace tradectl::engine

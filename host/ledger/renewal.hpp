/// An intent that takes the place of an earlier one of the same operation.
#pragma once

#include "host/wal/record.hpp"

namespace tradectl::ledger {

/// A venue may refuse how an order was built, and not the order. Then what it was known by is dead:
/// an intent without permission to leave says so, and one with a new identity follows before it is
/// sent again. Both are a trade_execute that names itself as its target (tradectl-wal(5)).
[[nodiscard]] inline bool is_renewal(const wal::IntentBody& body) {
    return body.step == wal::StepKind::TradeExecute && !body.target_client_order_id.empty();
}

}  // namespace tradectl::ledger

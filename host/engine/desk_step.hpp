/// One acting step that belongs to no order, at a desk: prepared, signed, durable, sent, and asked
/// for until its end is known.
#pragma once

#include "host/engine/venue_desk.hpp"
#include "host/recovery/decide.hpp"
#include "host/wal/record.hpp"

#include <tradectl/abi/exchange.h>
#include <tradectl/expected.hpp>
#include <tradectl/ids.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace tradectl::engine {

struct DeskStep {
    std::uint32_t exchange = 0;
    wal::StepKind step{};
    std::uint32_t operation = 0;  ///< TRADECTL_OPERATION_...
    tradectl_account_handle account = TRADECTL_HANDLE_NONE;
    tradectl_instrument_handle instrument = TRADECTL_HANDLE_NONE;
    tradectl_asset_handle asset = TRADECTL_HANDLE_NONE;
    std::string counterparty;  ///< see tradectl_operation
    std::string why;           ///< what, and who approved it: stands in the log
};

struct StepEnd {
    OpId op;
    std::string transaction;  ///< its hash; empty: it was not signed
    recovery::Outcome outcome = recovery::Outcome::Unresolved;
    std::string why;
    std::vector<tradectl_order_report> moved;  ///< see ExchangeRuntime::query_order
};

/// Unresolved while an earlier transaction has no end: nonces are in a row, and behind one of
/// unknown end nobody knows what another would meet.
Status check_no_open_transaction(VenueDesk& desk);

/// Carries it out with a writer's desk and asks for its end, at most for `wait_ns`. What the venue
/// refuses is Failed, what never left is RolledBack, what nobody can tell stays Unresolved and
/// blocks the next one. Everything that was booked is durable on return. Errors of
/// `check_no_open_transaction`, and of our own side. [engine]
Expected<StepEnd> carry_out(VenueDesk& desk, const DeskStep& step, std::int64_t wait_ns);

}  // namespace tradectl::engine

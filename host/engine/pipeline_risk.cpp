// The part of Pipeline that feeds breakers and tells of states.
#include "host/engine/pipeline.hpp"
#include "host/engine/words.hpp"

#include <string>

namespace tradectl::engine {

namespace {

/// Refusals that the market explains: nothing is broken.
bool is_market_outcome(std::uint16_t reason) {
    return reason == TRADECTL_REASON_POST_ONLY_WOULD_TAKE ||
           reason == TRADECTL_REASON_FOK_NOT_FILLED || reason == TRADECTL_REASON_IOC_REMAINDER ||
           reason == TRADECTL_REASON_NO_LIQUIDITY || reason == TRADECTL_REASON_SELF_TRADE;
}

}  // namespace

void Pipeline::hear_answer(const OrderEntry& entry,
                           const execution::Update& update,
                           std::string_view text) {
    switch (update.kind) {
        case execution::UpdateKind::Acknowledged:
            watch_.on_answer(entry, Watch::Answer::Taken);
            breakers_.on_good_order(entry);
            break;
        case execution::UpdateKind::Rejected:
            if (is_market_outcome(update.reason)) return;
            watch_.on_answer(entry, Watch::Answer::Rejected);
            breakers_.on_failed_order(entry, "rejected: " + std::string(text));
            break;
        case execution::UpdateKind::Unresolved:
            breakers_.on_failed_order(entry, "outcome not known: " + std::string(text));
            break;
        default: return;
    }
    judge(*trading_.runners[entry.runner], Occasion::Look);
}

/// Opens the breakers of figures that are beyond their limits. One that an order closes again waits
/// for the denial that says why, and what it counted starts anew: or no order could close it.
void Pipeline::judge(const StrategyRunner& runner, Occasion occasion) {
    for (const risk::LossTrip& trip : gate_.trips(runner)) {
        if (trip.why == risk::Trip::Errors) {
            if (occasion == Occasion::Look) continue;
            watch_.forget_answers(runner);
        }
        const bool own = trip.scope == risk::LossTrip::Scope::Strategy;
        breakers_.trip(own ? "strategy:" + runner.name() : "all",
                       trip.why,
                       std::string(reason_name(trip.reason)) + ": " + trip.value.to_string() +
                           " beyond " + trip.limit.to_string());
    }
}

std::string Pipeline::exit_denial(const StrategyRunner& runner,
                                  tradectl_instrument_handle instrument) const {
    const auto denied = denied_exits_.find({runner.index(), instrument});
    if (denied == denied_exits_.end()) return {};
    const risk::Verdict& why = denied->second;
    std::string text(reason_name(why.reason));
    if (!why.value.is_null()) text += ": " + why.value.to_string();
    if (!why.limit.is_null()) text += ", limit " + why.limit.to_string();
    return text;
}

void Pipeline::judge_all() {
    for (const auto& runner : trading_.runners)
        judge(*runner, Occasion::Look);
}

void Pipeline::look_at_states() {
    breakers_.refresh();
    tell_states();
}

void Pipeline::tell_states() {
    states_.tell_changes(States::Look::IfChanged);
}

}  // namespace tradectl::engine

#include "host/engine/operator_errands.hpp"

#include "host/base/log.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace tradectl::engine {

namespace {

constexpr std::int64_t kFlattenNs = 30 * kNsPerSecond;
constexpr std::int64_t kFlattenAgainNs = kNsPerSecond;

Status check_name(const ops::ControlCall& call, const config::Config& config) {
    if (call.text("confirm") == config.name) return {};
    return fail(ErrorCode::InvalidArgument, "control: confirm is not '" + config.name + "'");
}

/// NotFound is what a client sees when nobody listens.
Error told_as(Error error) {
    if (error.code == ErrorCode::NotFound) error.code = ErrorCode::BadState;
    return error;
}

}  // namespace

/// `work` gives what is answered.
template <typename Work>
void OperatorErrands::begin(ops::ControlCall&& call, const std::string& what, Work work) {
    const std::string text = what + " by " + call.who() + ", control socket";
    log(LogLevel::Warning, "control", text);
    parts_.pipeline.scribe().note(wal::NoteKind::OperatorAction, "host", text);
    // Shared: std::function wants what it holds to be copyable.
    const auto waiting = std::make_shared<ops::ControlCall>(std::move(call));
    parts_.errands.add({.work =
                            [waiting, work = std::move(work)] {
                                const Expected<Json> answer = work(waiting->who());
                                if (answer) {
                                    waiting->answer(*answer);
                                } else {
                                    waiting->refuse(told_as(answer.error()));
                                }
                            },
                        .give_up =
                            [waiting] {
                                waiting->refuse(
                                    {ErrorCode::Unavailable,
                                     "control: the instance is stopping: nothing was done"});
                            }});
}

void OperatorErrands::reconcile(ops::ControlCall&& call) {
    const auto request = apply_request_of(call.body());
    if (!request) return call.refuse(request.error());
    if (auto named = check_name(call, parts_.trading.config); !named)
        return call.refuse(named.error());
    begin(std::move(call), "reconcile --apply", [this, asked = *request](const std::string& who) {
        return apply(asked, who);
    });
}

void OperatorErrands::recover(ops::ControlCall&& call) {
    const auto request = recover_request_of(call.body());
    if (!request) return call.refuse(request.error());
    if (auto named = check_name(call, parts_.trading.config); !named)
        return call.refuse(named.error());
    begin(std::move(call), "wal-recover --apply", [this, asked = *request](const std::string& who) {
        return decide(asked, who);
    });
}

/// The run's own look, begun after it was asked for.
Expected<ReconcileReport> OperatorErrands::compare(History history) {
    std::optional<Expected<ReconcileReport>> heard;
    parts_.drift.look_for(
        history, [&heard](Expected<ReconcileReport> report) { heard.emplace(std::move(report)); });
    const auto ended = parts_.errands.wait_until([&heard] { return heard.has_value(); },
                                                 "the comparison has not ended");
    if (ended) return std::move(*heard);
    parts_.drift.forget();
    return fail(ended.error().code, ended.error().message + "; nothing was done");
}

Expected<Json> OperatorErrands::apply(const ApplyRequest& request, const std::string& who) {
    Errands& errands = parts_.errands;
    errands.set_deadline(parts_.trading.clock.now().plus_ns(request.budget_ns));
    auto found = compare(request.history);
    if (!found) return fail(found.error());
    ApplyReport report;
    report.found = std::move(*found);
    const ApplyParts parts{
        .trading = parts_.trading,
        .pipeline = parts_.pipeline,
        .ask = [&errands](std::uint32_t exchange,
                          const Question& question) { return errands.ask(exchange, question); },
        .make_durable = [&errands] { return errands.make_durable(); },
        .flatten = [this](auto account, auto instrument) { return flatten(account, instrument); }};
    report.applied = apply_findings(parts, report.found, request.policies, who);
    if (auto durable = errands.make_durable(); !durable) {
        return fail(ErrorCode::OutcomeUnknown,
                    "what was done may not be on record: " + durable.error().message);
    }
    return to_json(report);
}

/// One attempt; true when nothing is left. What rests in the way is canceled first.
bool OperatorErrands::try_flatten(tradectl_account_handle account,
                                  tradectl_instrument_handle instrument) {
    bool flat = true;
    for (const auto& runner : parts_.trading.runners) {
        const bool holds = !Decimal::from_abi(runner->position(instrument).quantity).is_zero();
        if (runner->account() != account || !holds) continue;
        flat = false;
        parts_.trading.orders.each_open([&](OrderEntry& entry) {
            if (entry.runner == runner->index() && entry.order.instrument == instrument)
                parts_.pipeline.cancel(entry, TRADECTL_REASON_CANCELED_BY_OPERATOR);
        });
        parts_.pipeline.flatten(*runner, TRADECTL_REASON_EXIT_OPERATOR, instrument);
    }
    return flat;
}

Status OperatorErrands::flatten(tradectl_account_handle account,
                                tradectl_instrument_handle instrument) {
    const Clock& clock = parts_.trading.clock;
    const Timestamp end = clock.now().plus_ns(kFlattenNs);
    while (!try_flatten(account, instrument)) {
        const Timestamp again = clock.now().plus_ns(kFlattenAgainNs);
        while (clock.now() < again) {
            if (auto waited = parts_.errands.wait_a_turn(); !waited) return waited;
        }
        if (clock.now() >= end || parts_.errands.time_is_up())
            return fail(ErrorCode::Unavailable, "a part of it is left: nobody took it in time");
    }
    return {};
}

Expected<Json> OperatorErrands::decide(const RecoverRequest& request, const std::string& who) {
    parts_.errands.set_deadline(parts_.trading.clock.now().plus_ns(request.budget_ns));
    RecoverOptions options = request.options;
    for (auto& named : options.decisions)
        named.second.approver = who;
    const auto report =
        parts_.recovery.recover(std::move(options), LiveRecovery::Scope::OpenOrders);
    if (!report) return fail(report.error());
    return to_json(*report, parts_.trading.config);
}

}  // namespace tradectl::engine

#include "host/engine/hand_over.hpp"

#include "host/engine/handover_json.hpp"
#include "host/ops/control_client.hpp"

#include <utility>

namespace tradectl::engine {

namespace {

/// The run answers when its time is up; this long its answer may take.
constexpr std::int64_t kHandOverNs = 5 * kNsPerSecond;

Error unknown(const Error& error, const std::string& look) {
    return {ErrorCode::OutcomeUnknown,
            error.message + "; nobody knows what the run did: look with `tradectl " + look + "`"};
}

/// The answer, or nothing when nobody listens.
Expected<std::optional<Json>> ask(const StatePaths& paths,
                                  const config::Config& config,
                                  const std::string& command,
                                  Json body,
                                  std::int64_t budget_ns) {
    body.set("confirm", config.name);
    auto said = ops::ask_control(paths.control(), command, body, budget_ns + kHandOverNs);
    if (said) return std::optional<Json>(std::move(*said));
    const Error& error = said.error();
    switch (error.code) {
        case ErrorCode::NotFound: return std::optional<Json>();
        case ErrorCode::Unsupported:
            return fail(ErrorCode::Locked,
                        "the run that holds " + paths.root +
                            " is of another version, which cannot do this: stop it first (" +
                            error.message + ")");
        // It was asked, and what came back is no answer.
        case ErrorCode::OutcomeUnknown:
        case ErrorCode::Quota: return fail(unknown(error, command.substr(0, command.rfind('-'))));
        default: return fail(error);
    }
}

}  // namespace

Expected<std::optional<ApplyReport>> hand_over_reconcile(const config::Config& config,
                                                         const StatePaths& paths,
                                                         History history,
                                                         std::int64_t budget_ns) {
    const ApplyRequest request{
        .history = history, .policies = config.reconcile.policy, .budget_ns = budget_ns};
    const auto said = ask(paths, config, "reconcile-apply", to_json(request), budget_ns);
    if (!said) return fail(said.error());
    if (!*said) return std::optional<ApplyReport>();
    auto report = apply_report_of(**said);
    if (!report) return fail(unknown(report.error(), "reconcile"));
    return std::optional<ApplyReport>(std::move(*report));
}

Expected<std::optional<WalRecoverAnswer>> hand_over_recovery(const config::Config& config,
                                                             const StatePaths& paths,
                                                             const RecoverOptions& options,
                                                             std::int64_t budget_ns) {
    const RecoverRequest request{.options = options, .budget_ns = budget_ns};
    const auto said = ask(paths, config, "wal-recover-apply", to_json(request), budget_ns);
    if (!said) return fail(said.error());
    if (!*said) return std::optional<WalRecoverAnswer>();
    auto report = recovery_report_of(**said, config);
    if (!report) return fail(unknown(report.error(), "wal-recover"));
    WalRecoverAnswer answer;
    answer.report = std::move(*report);
    answer.run_lives = true;
    return std::optional<WalRecoverAnswer>(std::move(answer));
}

}  // namespace tradectl::engine

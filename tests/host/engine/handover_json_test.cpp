// What is handed over is the same on the other side, and what is no such thing is refused.
#include "host/engine/handover_json.hpp"

#include <gtest/gtest.h>

namespace tradectl::engine {
namespace {

config::Config config_with(const std::string& exchange) {
    config::Config config;
    config.exchanges.emplace_back();
    config.exchanges.back().name = exchange;
    return config;
}

ApplyReport some_report() {
    ApplyReport report;
    report.found.asked = Timestamp{1'700'000'000'123'456'789};
    report.found.venues = 2;
    report.found.venues_answered = 1;
    report.found.readings = 3;
    auto finding =
        recovery::make_finding(recovery::FindingKind::BalanceDrift, {"x", "main", "", "U\"SD"});
    finding.ours = 10_d;
    finding.theirs = Decimal::null();
    finding.delta = -3_d;
    finding.text = "total of USD";
    finding.evidence = {recovery::Completeness::Complete, Timestamp{5}, "slow"};
    report.found.findings.push_back(finding);
    report.found.acked_findings.push_back(finding);
    report.found.gaps.push_back(recovery::make_gap("fills", {"y", "", "", ""}, "silent", {}));
    report.found.acked_gaps = report.found.gaps;
    report.found.acks.push_back({"0123456789ab", Timestamp{1}, Timestamp{2}, "alice", "known"});
    report.applied.push_back({finding.id, "adopt", true, "booked"});
    return report;
}

RecoveryReport some_recovery() {
    RecoveryReport report;
    Hearing hearing;
    hearing.operation.op_id = OpId{17};
    hearing.operation.sequence = WalSequence{99};
    hearing.operation.step = wal::StepKind::TradeExecute;
    hearing.operation.due = ledger::Due::Resolve;
    hearing.operation.venue = "x";
    hearing.operation.client_order_id = "c";
    hearing.operation.identity_class = recovery::IdentityClass::QueryOnly;
    hearing.operation.fence = recovery::FenceKind::Time;
    hearing.operation.fence_value = INT64_MAX;
    hearing.operation.intent_time = Timestamp{7};
    hearing.operation.filled_qty = 2_d;
    hearing.evidence.order.emplace();
    hearing.evidence.order->filled_qty = 3_d;
    hearing.verdict = {.outcome = recovery::Outcome::Unresolved, .why = "w", .needs = "n"};
    report.operations.push_back(hearing);
    for (const auto step :
         {wal::StepKind::OrderCancel, wal::StepKind::Approve, wal::StepKind::Redeem}) {
        hearing.operation.step = step;
        report.operations.push_back(hearing);
    }
    Orphan orphan;
    orphan.op_id = OpId{18};
    EXPECT_TRUE(market::set_id(orphan.report.client_order_id, "o"));
    orphan.seen = Orphan::Seen::Filled;
    report.orphans.push_back(orphan);
    report.not_listed.push_back({ErrorCode::Unavailable, "half a list"});
    report.unanswered.push_back({ErrorCode::Unavailable, "down"});
    report.answered = 1;
    return report;
}

/// Every member of the object in turn missing, or of another kind.
template <typename Read>
void expect_all_needed(const Json& good, Read read) {
    for (std::size_t i = 0; i < good.as_object()->size(); ++i) {
        Json bad = good;
        bad.as_object()->erase(bad.as_object()->begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_FALSE(read(bad)) << (*good.as_object())[i].key;
        bad = good;
        (*bad.as_object())[i].value = Json(0.5);
        EXPECT_FALSE(read(bad)) << (*good.as_object())[i].key;
    }
}

TEST(HandoverJson, AReportOfWhatWasAppliedComesBack) {
    const Json sent = to_json(some_report());
    const auto back = apply_report_of(*parse_json(sent.dump()));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(to_json(*back), sent);
    EXPECT_TRUE(back->found.run_lives);
    EXPECT_TRUE(back->found.findings[0].theirs.is_null());
    EXPECT_EQ(back->found.findings[0].topic.key, "U\"SD");
    expect_all_needed(sent, apply_report_of);
}

TEST(HandoverJson, AFindingOfAnUnknownKindIsNoReport) {
    Json sent = to_json(some_report());
    sent.find("findings")->as_array()->front().set("kind", "of_later");
    EXPECT_EQ(apply_report_of(sent).error().code, ErrorCode::Corrupt);
}

TEST(HandoverJson, AReportOfWhatWasRecoveredComesBack) {
    const auto config = config_with("x");
    const Json sent = to_json(some_recovery(), config);
    const auto read = [&](const Json& json) { return recovery_report_of(json, config); };
    const auto back = read(*parse_json(sent.dump()));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(to_json(*back, config), sent);
    EXPECT_EQ(back->changes(), some_recovery().changes());
    expect_all_needed(sent, read);
    EXPECT_FALSE(recovery_report_of(sent, config_with("another")));
}

TEST(HandoverJson, RequestsComeBack) {
    const RecoverRequest recover{
        .options = {.wait_ns = kNsPerSecond,
                    .offline = true,
                    .only = OpId{4},
                    .decisions = {{OpId{4},
                                   {.outcome = recovery::Outcome::RolledBack,
                                    .approver = "",
                                    .evidence = "e",
                                    .reason = "r"}}}},
        .budget_ns = 2 * kNsPerSecond};
    const Json sent = to_json(recover);
    const auto back = recover_request_of(*parse_json(sent.dump()));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(to_json(*back), sent);
    expect_all_needed(sent, recover_request_of);
}

TEST(HandoverJson, APolicyThatTheKindMayNotHaveIsRefused) {
    ApplyRequest request{.budget_ns = kNsPerSecond};
    for (std::size_t kind = 0; kind < recovery::kFindingKinds; ++kind)
        request.policies[std::string(to_string(static_cast<recovery::FindingKind>(kind)))] =
            config::DriftPolicy::Halt;
    EXPECT_EQ(to_json(*apply_request_of(to_json(request))), to_json(request));
    expect_all_needed(to_json(request), apply_request_of);
    request.policies["ghost_order"] = config::DriftPolicy::Adopt;
    EXPECT_EQ(apply_request_of(to_json(request)).error().code, ErrorCode::InvalidArgument);
    request.policies.erase("ghost_order");
    EXPECT_EQ(apply_request_of(to_json(request)).error().code, ErrorCode::InvalidArgument);
}

TEST(HandoverJson, ADecisionWithoutEvidenceOrReasonIsRefused) {
    for (const bool without_reason : {true, false}) {
        RecoverRequest request{.budget_ns = kNsPerSecond};
        request.options.decisions[OpId{1}] = {.outcome = recovery::Outcome::Failed,
                                              .approver = "",
                                              .evidence = without_reason ? "e" : "",
                                              .reason = without_reason ? "" : "r"};
        EXPECT_EQ(recover_request_of(to_json(request)).error().code, ErrorCode::InvalidArgument);
    }
}

}  // namespace
}  // namespace tradectl::engine

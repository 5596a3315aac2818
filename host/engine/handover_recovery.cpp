// Requests and reports of wal-recover --apply.
#include "host/engine/handover_json.hpp"
#include "host/engine/json_fields.hpp"

#include <array>
#include <utility>

namespace tradectl::engine {

namespace {

using recovery::FenceKind;
using recovery::IdentityClass;
using recovery::Outcome;

constexpr std::array<Outcome, 5> kOutcomes{
    Outcome::Completed, Outcome::Open, Outcome::Failed, Outcome::RolledBack, Outcome::Unresolved};
constexpr std::array<IdentityClass, 4> kClasses{IdentityClass::Unknown,
                                                IdentityClass::IdempotentReplay,
                                                IdentityClass::DuplicateRejected,
                                                IdentityClass::QueryOnly};
constexpr std::array<FenceKind, 4> kFences{
    FenceKind::None, FenceKind::Time, FenceKind::BlockHeight, FenceKind::Nonce};
constexpr std::array<wal::StepKind, 4> kSteps{wal::StepKind::TradeExecute,
                                              wal::StepKind::OrderCancel,
                                              wal::StepKind::Approve,
                                              wal::StepKind::Redeem};

template <typename Values>
auto value_of(JsonFields& fields, const char* key, const Values& values) {
    const std::string word = fields.text(key);
    for (const auto value : values) {
        if (recovery::to_string(value) == word) return value;
    }
    fields.note(key);
    return values.front();
}

Json json_of_hearing(const Hearing& hearing) {
    const auto& operation = hearing.operation;
    Json out = Json::object();
    out.set("op_id", operation.op_id.value);
    out.set("wal_sequence", operation.sequence.value);
    out.set("step", recovery::to_string(operation.step));
    out.set("compensate", operation.due == ledger::Due::Compensate);
    out.set("instance", operation.instance);
    out.set("venue", operation.venue);
    out.set("account", operation.account);
    out.set("instrument", operation.instrument);
    out.set("client_order_id", operation.client_order_id);
    out.set("venue_order_id", operation.venue_order_id);
    out.set("identity_class", recovery::to_string(operation.identity_class));
    out.set("fence", recovery::to_string(operation.fence));
    out.set("fence_value", operation.fence_value);
    out.set("intent_time", json_of(operation.intent_time));
    out.set("order_status", static_cast<int>(operation.order_status));
    out.set("filled", json_of(operation.filled_qty));
    const auto& order = hearing.evidence.order;
    out.set("venue_filled", order ? json_of(order->filled_qty) : Json());
    out.set("outcome", recovery::to_string(hearing.verdict.outcome));
    out.set("why", hearing.verdict.why);
    out.set("needs", hearing.verdict.needs);
    out.set("approver", hearing.verdict.approver);
    return out;
}

Hearing hearing_of(JsonFields& fields) {
    Hearing out;
    auto& operation = out.operation;
    operation.op_id.value = fields.count("op_id");
    operation.sequence.value = fields.count("wal_sequence");
    operation.step = value_of(fields, "step", kSteps);
    operation.due = fields.boolean("compensate") ? ledger::Due::Compensate : ledger::Due::Resolve;
    operation.instance = fields.text("instance");
    operation.venue = fields.text("venue");
    operation.account = fields.text("account");
    operation.instrument = fields.text("instrument");
    operation.client_order_id = fields.text("client_order_id");
    operation.venue_order_id = fields.text("venue_order_id");
    operation.identity_class = value_of(fields, "identity_class", kClasses);
    operation.fence = value_of(fields, "fence", kFences);
    operation.fence_value = fields.integer("fence_value");
    operation.intent_time = fields.time("intent_time");
    operation.order_status = static_cast<std::uint8_t>(fields.count("order_status"));
    operation.filled_qty = fields.decimal("filled");
    out.evidence.order.emplace();
    out.evidence.order->filled_qty = fields.decimal("venue_filled");
    out.verdict.outcome = value_of(fields, "outcome", kOutcomes);
    out.verdict.why = fields.text("why");
    out.verdict.needs = fields.text("needs");
    out.verdict.approver = fields.text("approver");
    return out;
}

Json json_of_orphan(const Orphan& orphan, const config::Config& config) {
    Json out = Json::object();
    out.set("exchange", config.exchanges[orphan.exchange].name);
    out.set("op_id", orphan.op_id.value);
    out.set("client_order_id", market::id_text(orphan.report.client_order_id));
    out.set("venue_order_id", market::id_text(orphan.report.venue_order_id));
    out.set("seen", orphan.seen == Orphan::Seen::Open ? "open" : "filled");
    return out;
}

Orphan orphan_of(JsonFields& fields, const config::Config& config) {
    Orphan out;
    const std::string exchange = fields.text("exchange");
    while (out.exchange < config.exchanges.size() &&
           config.exchanges[out.exchange].name != exchange)
        ++out.exchange;
    if (out.exchange == config.exchanges.size()) {
        fields.note("exchange");
        out.exchange = 0;
    }
    out.op_id.value = fields.count("op_id");
    const std::string seen = fields.text("seen");
    if (seen != "open" && seen != "filled") fields.note("seen");
    out.seen = seen == "filled" ? Orphan::Seen::Filled : Orphan::Seen::Open;
    const bool fits = market::set_id(out.report.client_order_id, fields.text("client_order_id")) &&
                      market::set_id(out.report.venue_order_id, fields.text("venue_order_id"));
    if (!fits) fields.note("client_order_id");
    return out;
}

Json json_of_decision(OpId op_id, const OperatorDecision& decision) {
    Json out = Json::object();
    out.set("op_id", op_id.value);
    out.set("outcome", recovery::to_string(decision.outcome));
    out.set("evidence", decision.evidence);
    out.set("reason", decision.reason);
    return out;
}

void read_decision(JsonFields& fields, RecoverOptions& options) {
    constexpr std::array<Outcome, 3> kDecided{
        Outcome::Completed, Outcome::Failed, Outcome::RolledBack};
    OperatorDecision decision;
    const OpId op_id{fields.count("op_id")};
    decision.outcome = value_of(fields, "outcome", kDecided);
    decision.evidence = fields.text("evidence");
    decision.reason = fields.text("reason");
    if (decision.evidence.empty()) fields.note("evidence");
    if (decision.reason.empty()) fields.note("reason");
    options.decisions[op_id] = std::move(decision);
}

void set_errors(Json& out, const char* key, const std::vector<Error>& errors) {
    Json& list = out.set(key, Json::array());
    for (const Error& error : errors)
        list.push(error.message);
}

void read_errors(JsonFields& fields, const char* key, std::vector<Error>& errors) {
    for (const Json& item : fields.array(key)) {
        const std::string* why = item.as_text();
        if (why == nullptr) fields.note(key);
        errors.push_back({ErrorCode::Unavailable, why == nullptr ? "" : *why});
    }
}

}  // namespace

Json to_json(const RecoverRequest& request) {
    const RecoverOptions& options = request.options;
    Json out = Json::object();
    out.set("timeout_ms", request.budget_ns / kNsPerMillisecond);
    out.set("wait_ms", options.wait_ns / kNsPerMillisecond);
    out.set("offline", options.offline);
    out.set("op", options.only ? Json(options.only->value) : Json());
    Json& decisions = out.set("decisions", Json::array());
    for (const auto& [op_id, decision] : options.decisions)
        decisions.push(json_of_decision(op_id, decision));
    return out;
}

Expected<RecoverRequest> recover_request_of(const Json& body) {
    RecoverRequest out;
    JsonFields fields(body);
    out.budget_ns = budget_of(fields);
    const auto budget_ms = out.budget_ns / kNsPerMillisecond;
    const auto wait_ms = std::clamp<std::int64_t>(fields.integer("wait_ms"), 0, budget_ms);
    out.options.wait_ns = wait_ms * kNsPerMillisecond;
    out.options.offline = fields.boolean("offline");
    const Json* only = body.find("op");
    if (only == nullptr) fields.note("op");
    if (only != nullptr && !only->is_null()) out.options.only = OpId{fields.count("op")};
    for (const Json& item : fields.array("decisions")) {
        JsonFields each(item);
        read_decision(each, out.options);
        if (!each.wrong().empty()) fields.note("decisions." + each.wrong());
    }
    if (fields.wrong().empty()) return out;
    return fail(ErrorCode::InvalidArgument, "control: no good '" + fields.wrong() + "'");
}

Json to_json(const RecoveryReport& report, const config::Config& config) {
    Json out = Json::object();
    Json& operations = out.set("operations", Json::array());
    for (const Hearing& hearing : report.operations)
        operations.push(json_of_hearing(hearing));
    Json& orphans = out.set("orphans", Json::array());
    for (const Orphan& orphan : report.orphans)
        orphans.push(json_of_orphan(orphan, config));
    set_errors(out, "unanswered", report.unanswered);
    set_errors(out, "not_listed", report.not_listed);
    out.set("answered", report.answered);
    return out;
}

Expected<RecoveryReport> recovery_report_of(const Json& data, const config::Config& config) {
    RecoveryReport out;
    JsonFields fields(data);
    for (const Json& item : fields.array("operations")) {
        JsonFields each(item);
        out.operations.push_back(hearing_of(each));
        if (!each.wrong().empty()) fields.note("operations." + each.wrong());
    }
    for (const Json& item : fields.array("orphans")) {
        JsonFields each(item);
        out.orphans.push_back(orphan_of(each, config));
        if (!each.wrong().empty()) fields.note("orphans." + each.wrong());
    }
    read_errors(fields, "unanswered", out.unanswered);
    read_errors(fields, "not_listed", out.not_listed);
    out.answered = fields.count("answered");
    if (fields.wrong().empty()) return out;
    return fail(ErrorCode::Corrupt, "control: an answer without a good '" + fields.wrong() + "'");
}

}  // namespace tradectl::engine

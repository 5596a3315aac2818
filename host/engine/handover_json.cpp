// Requests and reports of reconcile --apply; those of wal-recover are in handover_recovery.cpp.
#include "host/engine/handover_json.hpp"

#include "host/config/reconcile_rules.hpp"
#include "host/engine/json_fields.hpp"

#include <array>
#include <utility>

namespace tradectl::engine {

namespace {

using recovery::Completeness;
using recovery::Finding;
using recovery::Gap;

constexpr std::array<Completeness, 4> kCompleteness{
    Completeness::Silent, Completeness::Unknown, Completeness::Partial, Completeness::Complete};

void set_topic(Json& out, const recovery::Topic& topic) {
    out.set("venue", topic.venue);
    out.set("account", topic.account);
    out.set("instrument", topic.instrument);
    out.set("key", topic.key);
}

recovery::Topic topic_of(JsonFields& fields) {
    recovery::Topic topic;
    topic.venue = fields.text("venue");
    topic.account = fields.text("account");
    topic.instrument = fields.text("instrument");
    topic.key = fields.text("key");
    return topic;
}

void set_coverage(Json& out, const recovery::Coverage& evidence) {
    out.set("completeness", to_string(evidence.completeness));
    out.set("as_of", json_of(evidence.as_of));
    out.set("problem", evidence.problem);
}

recovery::Coverage coverage_of(JsonFields& fields) {
    recovery::Coverage out;
    const std::string word = fields.text("completeness");
    bool known = false;
    for (const Completeness each : kCompleteness) {
        if (word != to_string(each)) continue;
        out.completeness = each;
        known = true;
    }
    if (!known) fields.note("completeness");
    out.as_of = fields.time("as_of");
    out.problem = fields.text("problem");
    return out;
}

Json json_of_finding(const Finding& finding) {
    Json out = Json::object();
    out.set("kind", to_string(finding.kind));
    out.set("id", finding.id);
    set_topic(out, finding.topic);
    out.set("ours", json_of(finding.ours));
    out.set("theirs", json_of(finding.theirs));
    out.set("delta", json_of(finding.delta));
    out.set("tolerance", json_of(finding.tolerance));
    out.set("text", finding.text);
    set_coverage(out, finding.evidence);
    return out;
}

Finding finding_of(JsonFields& fields) {
    Finding out;
    const auto kind = recovery::finding_kind_of(fields.text("kind"));
    if (!kind) fields.note("kind");
    out.kind = kind.value_or(recovery::FindingKind::MissingFill);
    out.id = fields.text("id");
    out.topic = topic_of(fields);
    out.ours = fields.decimal("ours");
    out.theirs = fields.decimal("theirs");
    out.delta = fields.decimal("delta");
    out.tolerance = fields.decimal("tolerance");
    out.text = fields.text("text");
    out.evidence = coverage_of(fields);
    return out;
}

Json json_of_gap(const Gap& gap) {
    Json out = Json::object();
    out.set("what", gap.what);
    out.set("id", gap.id);
    set_topic(out, gap.topic);
    out.set("why", gap.why);
    set_coverage(out, gap.evidence);
    return out;
}

Gap gap_of(JsonFields& fields) {
    Gap out;
    out.what = fields.text("what");
    out.id = fields.text("id");
    out.topic = topic_of(fields);
    out.why = fields.text("why");
    out.evidence = coverage_of(fields);
    return out;
}

Ack ack_in(JsonFields& fields) {
    Ack out;
    out.id = fields.text("id");
    out.at = fields.time("at");
    out.until = fields.time("until");
    out.actor = fields.text("actor");
    out.reason = fields.text("reason");
    return out;
}

Json json_of_applied(const Applied& applied) {
    Json out = Json::object();
    out.set("id", applied.id);
    out.set("action", applied.action);
    out.set("done", applied.done);
    out.set("why", applied.why);
    return out;
}

Applied applied_of(JsonFields& fields) {
    Applied out;
    out.id = fields.text("id");
    out.action = fields.text("action");
    out.done = fields.boolean("done");
    out.why = fields.text("why");
    return out;
}

template <typename Item, typename Make>
void set_list(Json& out, const char* key, const std::vector<Item>& items, Make make) {
    Json& list = out.set(key, Json::array());
    for (const Item& item : items)
        list.push(make(item));
}

template <typename Item, typename Read>
void read_list(JsonFields& from, const char* key, std::vector<Item>& into, Read read) {
    for (const Json& item : from.array(key)) {
        JsonFields fields(item);
        into.push_back(read(fields));
        if (!fields.wrong().empty()) from.note(std::string(key) + "." + fields.wrong());
    }
}

}  // namespace

Json to_json(const ApplyRequest& request) {
    Json out = Json::object();
    out.set("full", request.history == History::Whole);
    out.set("timeout_ms", request.budget_ns / kNsPerMillisecond);
    Json& policies = out.set("policy", Json::object());
    for (const auto& [kind, policy] : request.policies)
        policies.set(kind, config::to_string(policy));
    return out;
}

Expected<ApplyRequest> apply_request_of(const Json& body) {
    ApplyRequest out;
    JsonFields fields(body);
    out.history = fields.boolean("full") ? History::Whole : History::New;
    out.budget_ns = budget_of(fields);
    const Json* policies = body.find("policy");
    if (policies == nullptr) fields.note("policy");
    if (!fields.wrong().empty())
        return fail(ErrorCode::InvalidArgument, "control: no good '" + fields.wrong() + "'");
    for (std::size_t kind = 0; kind < recovery::kFindingKinds; ++kind) {
        const std::string name(to_string(static_cast<recovery::FindingKind>(kind)));
        const std::string word(policies->find_text(name).value_or(""));
        const auto policy = config::drift_policy_of(name, word);
        if (!policy)
            return fail(ErrorCode::InvalidArgument,
                        "control: policy." + name + ": '" + word + "' is not allowed");
        out.policies.emplace(name, *policy);
    }
    return out;
}

Json to_json(const ApplyReport& report) {
    const ReconcileReport& found = report.found;
    Json out = Json::object();
    out.set("asked", json_of(found.asked));
    out.set("venues", found.venues);
    out.set("venues_answered", found.venues_answered);
    out.set("readings", found.readings);
    set_list(out, "findings", found.findings, json_of_finding);
    set_list(out, "gaps", found.gaps, json_of_gap);
    set_list(out, "acked_findings", found.acked_findings, json_of_finding);
    set_list(out, "acked_gaps", found.acked_gaps, json_of_gap);
    set_list(out, "acks", found.acks, [](const Ack& ack) { return to_json(ack); });
    set_list(out, "applied", report.applied, json_of_applied);
    return out;
}

Expected<ApplyReport> apply_report_of(const Json& data) {
    ApplyReport out;
    ReconcileReport& found = out.found;
    JsonFields fields(data);
    found.run_lives = true;
    found.asked = fields.time("asked");
    found.venues = fields.count("venues");
    found.venues_answered = fields.count("venues_answered");
    found.readings = static_cast<int>(fields.count("readings"));
    read_list(fields, "findings", found.findings, finding_of);
    read_list(fields, "gaps", found.gaps, gap_of);
    read_list(fields, "acked_findings", found.acked_findings, finding_of);
    read_list(fields, "acked_gaps", found.acked_gaps, gap_of);
    read_list(fields, "acks", found.acks, ack_in);
    read_list(fields, "applied", out.applied, applied_of);
    if (fields.wrong().empty()) return out;
    return fail(ErrorCode::Corrupt, "control: an answer without a good '" + fields.wrong() + "'");
}

}  // namespace tradectl::engine

#include "cli/reconcile_words.hpp"

#include "cli/listing.hpp"

#include <algorithm>

namespace tradectl::cli {
namespace {

using Kind = Field::Kind;
using recovery::Finding;
using recovery::FindingKind;
using recovery::Gap;

/// "1.2 s"; clocks of venue and machine may differ, so never below 0.
std::string age_text(Timestamp now, Timestamp as_of) {
    if (as_of.is_none()) return "";
    const std::int64_t tenths = std::max<std::int64_t>(now.minus(as_of), 0) / (kNsPerSecond / 10);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

Json text_or_null(const std::string& text) {
    return text.empty() ? Json() : Json(text);
}

Listing list_findings(const engine::ReconcileReport& report) {
    Listing listing({{"id"},
                     {"kind"},
                     {"venue"},
                     {"account"},
                     {"instrument"},
                     {"key"},
                     {"ours", Kind::Number},
                     {"theirs", Kind::Number},
                     {"delta", Kind::Number},
                     {"age", Kind::Number}});
    for (const Finding& finding : report.findings) {
        listing.add({finding.id,
                     std::string(to_string(finding.kind)),
                     finding.topic.venue,
                     text_or_null(finding.topic.account),
                     text_or_null(finding.topic.instrument),
                     text_or_null(finding.topic.key),
                     value_of(finding.ours),
                     value_of(finding.theirs),
                     value_of(finding.delta),
                     text_or_null(age_text(report.asked, finding.evidence.as_of))});
    }
    return listing;
}

void set_topic(Json& out, const recovery::Topic& topic) {
    out.set("venue", topic.venue);
    out.set("account", text_or_null(topic.account));
    out.set("instrument", text_or_null(topic.instrument));
    out.set("key", text_or_null(topic.key));
}

void set_evidence(Json& out, const recovery::Coverage& evidence, Timestamp asked) {
    out.set("completeness", std::string(to_string(evidence.completeness)));
    out.set("as_of", value_of(evidence.as_of));
    out.set("age", text_or_null(age_text(asked, evidence.as_of)));
}

Json json_of(const Finding& finding, Timestamp asked, const std::string& config) {
    Json out = Json::object();
    out.set("id", finding.id);
    out.set("kind", std::string(to_string(finding.kind)));
    set_topic(out, finding.topic);
    out.set("ours", value_of(finding.ours));
    out.set("theirs", value_of(finding.theirs));
    out.set("delta", value_of(finding.delta));
    out.set("tolerance", value_of(finding.tolerance));
    out.set("text", finding.text);
    set_evidence(out, finding.evidence, asked);
    out.set("fix", fix_of(finding, config));
    return out;
}

Json json_of(const Gap& gap, Timestamp asked) {
    Json out = Json::object();
    out.set("id", gap.id);
    out.set("what", gap.what);
    set_topic(out, gap.topic);
    out.set("why", gap.why);
    set_evidence(out, gap.evidence, asked);
    return out;
}

std::string place_of(const recovery::Topic& topic) {
    std::string text = topic.venue;
    for (const std::string* part : {&topic.account, &topic.instrument, &topic.key}) {
        if (!part->empty()) text += ", " + *part;
    }
    return text;
}

std::string counted(std::size_t count, const std::string& word) {
    return std::to_string(count) + " " + word + (count == 1 ? "" : "s");
}

std::string summary_of(const engine::ReconcileReport& report) {
    const std::size_t acked = report.acked_findings.size() + report.acked_gaps.size();
    std::string text = counted(report.findings.size(), "finding") + ", " +
                       counted(report.gaps.size(), "gap") + ", " +
                       std::to_string(report.venues_answered) + " of " +
                       counted(report.venues, "venue") + " answered";
    if (acked != 0) text += ", " + std::to_string(acked) + " acknowledged";
    return text;
}

/// An acknowledged one as well: who took note of it does not know more for it.
bool has_gaps(const engine::ReconcileReport& report) {
    return !report.gaps.empty() || !report.acked_gaps.empty();
}

}  // namespace

ExitCode exit_code_of_report(const engine::ReconcileReport& report) {
    if (!report.findings.empty()) return ExitCode::BadAnswer;
    if (!has_gaps(report)) return ExitCode::Ok;
    const bool silent = report.venues_answered == 0 && report.venues != 0;
    return silent ? ExitCode::Unavailable : ExitCode::CannotTell;
}

std::string fix_of(const Finding& finding, const std::string& config) {
    const std::string apply = "tradectl reconcile " + config + " --apply --set reconcile.policy." +
                              std::string(to_string(finding.kind)) + "=";
    switch (finding.kind) {
        case FindingKind::MissingFill:
            return finding.theirs.is_null() ? "tradectl orders " + config : apply + "adopt";
        case FindingKind::BalanceDrift: return apply + "adopt";
        case FindingKind::OrphanOrder: return apply + "cancel";
        case FindingKind::GhostOrder: return "tradectl wal-recover " + config + " --apply";
        case FindingKind::UnprotectedPosition: return apply + "flatten";
        case FindingKind::QuantityDiffers:
        case FindingKind::OrphanPosition:
        case FindingKind::GhostPosition:
        case FindingKind::AveragePriceDiffers: return "tradectl positions " + config;
        case FindingKind::UnsettledTooLong: return "tradectl fills " + config;
        case FindingKind::UnknownInstrument: return "tradectl config check " + config;
        case FindingKind::ResolvedNotRedeemed: return "tradectl redeem " + config;
    }
    return "tradectl halt " + config + " --scope instrument:" + finding.topic.instrument;
}

std::string text_of(const engine::ReconcileReport& report, const std::string& config) {
    std::string text;
    if (!report.findings.empty()) {
        text += list_findings(report).table();
        for (const Finding& finding : report.findings)
            text += finding.id + ": " + finding.text + "; " + fix_of(finding, config) + "\n";
    }
    for (const Gap& gap : report.gaps)
        text += gap.id + ": cannot tell " + gap.what + " (" + place_of(gap.topic) +
                "): " + gap.why + "\n";
    return text + summary_of(report) + "\n";
}

int nagios_status(const engine::ReconcileReport& report, const config::ReconcileConfig& config) {
    const bool severe =
        std::any_of(report.findings.begin(), report.findings.end(), [&](const Finding& finding) {
            const auto policy = config.policy.find(std::string(to_string(finding.kind)));
            return policy == config.policy.end() || policy->second != config::DriftPolicy::Report;
        });
    if (severe) return 2;
    if (has_gaps(report)) return 3;
    return report.findings.empty() ? 0 : 1;
}

std::string nagios_line(const engine::ReconcileReport& report, int status) {
    constexpr std::array<const char*, 4> kWords{"OK", "WARNING", "CRITICAL", "UNKNOWN"};
    std::string text = std::string("RECONCILE ") + kWords.at(static_cast<std::size_t>(status)) +
                       " - " + summary_of(report);
    if (!report.findings.empty()) {
        const Finding& first = report.findings.front();
        text += ": " + std::string(to_string(first.kind)) + " " + place_of(first.topic);
    }
    return text + " | findings=" + std::to_string(report.findings.size()) +
           " gaps=" + std::to_string(report.gaps.size()) + "\n";
}

Json data_of(const engine::ReconcileReport& report, const std::string& config) {
    Json data = Json::object();
    data.set("asked", report.asked.to_string());
    data.set("run_lives", report.run_lives);
    data.set("readings", report.readings);
    data.set("venues", report.venues);
    data.set("venues_answered", report.venues_answered);
    const auto add = [&](const char* key, const auto& items, const auto& make) {
        Json& list = data.set(key, Json::array());
        for (const auto& item : items)
            list.push(make(item));
    };
    const auto finding = [&](const Finding& item) { return json_of(item, report.asked, config); };
    const auto gap = [&](const Gap& item) { return json_of(item, report.asked); };
    add("findings", report.findings, finding);
    add("gaps", report.gaps, gap);
    add("acked_findings", report.acked_findings, finding);
    add("acked_gaps", report.acked_gaps, gap);
    add("acks", report.acks, [](const engine::Ack& ack) {
        Json out = Json::object();
        out.set("id", ack.id);
        out.set("at", ack.at.to_string());
        out.set("until", ack.until.to_string());
        out.set("actor", ack.actor);
        out.set("reason", ack.reason);
        return out;
    });
    return data;
}

}  // namespace tradectl::cli

#include "host/recovery/finding.hpp"

#include "host/base/hash.hpp"
#include "host/base/hex.hpp"

#include <span>
#include <utility>

namespace tradectl::recovery {

namespace {

constexpr std::size_t kIdBytes = 6;

constexpr std::array<std::string_view, kFindingKinds> kWords{
    "missing_fill",
    "orphan_order",
    "ghost_order",
    "orphan_position",
    "ghost_position",
    "quantity_differs",
    "average_price_differs",
    "balance_drift",
    "unsettled_too_long",
    "unknown_instrument",
    "resolved_not_redeemed",
    "unprotected_position",
};

}  // namespace

std::string_view to_string(FindingKind kind) {
    return kWords.at(static_cast<std::size_t>(kind));
}

std::optional<FindingKind> finding_kind_of(std::string_view word) {
    for (std::size_t i = 0; i < kWords.size(); ++i) {
        if (kWords.at(i) == word) return static_cast<FindingKind>(i);
    }
    return std::nullopt;
}

std::string_view to_string(Completeness completeness) {
    switch (completeness) {
        case Completeness::Silent: return "none";
        case Completeness::Unknown: return "unknown";
        case Completeness::Partial: return "partial";
        case Completeness::Complete: break;
    }
    return "complete";
}

std::string stable_id(std::string_view what, const Topic& topic) {
    std::string text;
    const std::array<std::string_view, 5> words{
        what, topic.venue, topic.account, topic.instrument, topic.key};
    for (const std::string_view word : words) {
        text += word;
        text += '\n';
    }
    const Sha256Digest digest = sha256(bytes_of(text));
    return to_hex(std::span(digest).first(kIdBytes));
}

Finding make_finding(FindingKind kind, Topic topic) {
    Finding finding;
    finding.kind = kind;
    finding.id = stable_id(to_string(kind), topic);
    finding.topic = std::move(topic);
    return finding;
}

Gap make_gap(std::string what, Topic topic, std::string why, Coverage evidence) {
    Gap gap;
    gap.id = stable_id("gap " + what, topic);
    gap.what = std::move(what);
    gap.topic = std::move(topic);
    gap.why = std::move(why);
    gap.evidence = std::move(evidence);
    return gap;
}

}  // namespace tradectl::recovery

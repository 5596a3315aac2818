#include "host/recovery/passes.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::recovery {

namespace {

/// Whether something of the venue could not be told, so that what is missing there proves nothing.
bool is_silent(const Comparison& pass, const std::string& venue) {
    return std::any_of(pass.gaps.begin(), pass.gaps.end(), [&venue](const Gap& gap) {
        return gap.topic.venue == venue;
    });
}

}  // namespace

void Passes::take(Comparison pass) {
    std::map<std::string, Held> next;
    for (const Finding& finding : pass.findings) {
        const auto before = held_.find(finding.id);
        const bool known = before != held_.end();
        if (count_ != 0 && !known && !is_silent(last_, finding.topic.venue)) continue;
        const bool steady = known && before->second.finding.delta == finding.delta;
        next.insert_or_assign(finding.id, Held{finding, steady});
    }
    // An answer that did not come takes nothing back.
    for (auto& [id, held] : held_) {
        if (is_silent(pass, held.finding.topic.venue))
            next.try_emplace(id, Held{held.finding, false});
    }
    held_ = std::move(next);
    last_ = std::move(pass);
    ++count_;
}

bool Passes::wants_more() const {
    if (count_ >= kMax) return false;
    return std::any_of(
        held_.begin(), held_.end(), [](const auto& item) { return !item.second.steady; });
}

Comparison Passes::result(Sides sides) const {
    if (sides == Sides::Still) return last_;
    Comparison out;
    out.gaps = last_.gaps;
    out.answers = last_.answers;
    for (const Finding& finding : last_.findings) {
        const auto held = held_.find(finding.id);
        if (held != held_.end() && held->second.steady) out.findings.push_back(finding);
    }
    for (const auto& [id, held] : held_) {
        if (held.steady) continue;
        Coverage evidence = held.finding.evidence;
        out.gaps.push_back(make_gap(std::string(to_string(held.finding.kind)),
                                    held.finding.topic,
                                    "it differs, and keeps moving: a run is alive",
                                    std::move(evidence)));
    }
    return out;
}

}  // namespace tradectl::recovery

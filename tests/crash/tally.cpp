#include "tests/crash/tally.hpp"

#include <array>
#include <utility>
#include <vector>

namespace tradectl::crash {
namespace {

constexpr std::array<std::pair<DiskOperation, const char*>, 8> kChanges{
    {{DiskOperation::Open, "create"},
     {DiskOperation::Write, "write"},
     {DiskOperation::Sync, "sync"},
     {DiskOperation::Truncate, "truncate"},
     {DiskOperation::Rename, "rename"},
     {DiskOperation::Remove, "remove"},
     {DiskOperation::MakeDirectory, "make_directory"},
     {DiskOperation::SyncDirectory, "sync_directory"}}};

const char* name_of(DiskOperation operation) {
    for (const auto& [known, name] : kChanges) {
        if (known == operation) return name;
    }
    return "other";
}

const char* skew_of(std::int64_t ns) {
    if (ns == 0) return "none";
    return ns > 0 ? "venue_ahead" : "venue_behind";
}

/// Everything that must have been seen.
std::vector<std::pair<std::string, std::string>> wanted() {
    std::vector<std::pair<std::string, std::string>> all;
    const auto add_all = [&](const std::string& dimension, auto count) {
        for (unsigned i = 0; i < static_cast<unsigned>(count); ++i)
            all.emplace_back(dimension, to_text(static_cast<decltype(count)>(i)));
    };
    add_all("venue", Treatment::kCount);
    add_all("survives", Survives::kCount);
    add_all("survives second crash", Survives::kCount);
    for (unsigned i = 0; i < static_cast<unsigned>(Moment::kCount); ++i) {
        const auto moment = static_cast<Moment>(i);
        if (moment != Moment::Pause) all.emplace_back("cut at", to_text(moment));
    }
    for (const Moment moment : {Moment::Pause, Moment::BeforeCancel, Moment::AfterCancel})
        all.emplace_back("second crash at", to_text(moment));
    for (const char* skew : {"none", "venue_ahead", "venue_behind"})
        all.emplace_back("clock skew", skew);
    for (const auto& [operation, name] : kChanges) {
        all.emplace_back("cut behind", name);
        const bool once = operation == DiskOperation::MakeDirectory;
        if (!once) all.emplace_back("second crash behind", name);
    }
    for (const char* way : {"plain", "dry_run_first", "second_crash", "cancels"})
        all.emplace_back("recovery", way);
    for (const auto outcome : {recovery::Outcome::Completed,
                               recovery::Outcome::Open,
                               recovery::Outcome::Failed,
                               recovery::Outcome::RolledBack,
                               recovery::Outcome::Unresolved})
        all.emplace_back("outcome", recovery::to_string(outcome));
    return all;
}

}  // namespace

void Tally::count(std::string_view dimension, std::string_view value) {
    const auto found = dimensions_.try_emplace(std::string(dimension)).first;
    ++found->second.try_emplace(std::string(value)).first->second;
}

void Tally::count_state(const Scenario& scenario, const Recording& recording, const Cut& cut) {
    const Boundary& boundary = recording.boundaries[cut.boundary];
    bool seen[static_cast<std::size_t>(Treatment::kCount)] = {};
    for (const auto& sent : boundary.venue.sent)
        seen[static_cast<std::size_t>(sent.second)] = true;
    for (unsigned i = 0; i < static_cast<unsigned>(Treatment::kCount); ++i) {
        if (seen[i]) count("venue", crash::to_text(static_cast<Treatment>(i)));
    }
    count("cut at", crash::to_text(boundary.moment));
    if (cut.steps > 0) count("cut behind", name_of(recording.steps[cut.steps - 1].operation));
    count("survives", crash::to_text(cut.survives));
    count("clock skew", skew_of(scenario.skew_ns));
    if (cut.dry_run_first) count("recovery", "dry_run_first");
    if (cut.cancels) count("recovery", "cancels");
    if (!cut.dry_run_first && !cut.cancels && !cut.second_crash) count("recovery", "plain");
}

void Tally::count_second_crash(const Cut& cut, const DiskStep* last, Moment moment) {
    count("recovery", "second_crash");
    count("survives second crash", crash::to_text(cut.second_survives));
    count("second crash at", crash::to_text(moment));
    if (last != nullptr) count("second crash behind", name_of(last->operation));
}

void Tally::count_outcome(recovery::Outcome outcome) {
    count("outcome", recovery::to_string(outcome));
}

bool Tally::lacks(const Recording& recording, const Cut& cut) const {
    if (cut.steps == 0) return false;
    const auto counts = dimensions_.find("cut behind");
    return counts == dimensions_.end() ||
           !counts->second.contains(name_of(recording.steps[cut.steps - 1].operation));
}

std::string Tally::to_text() const {
    std::string text;
    for (const auto& [dimension, counts] : dimensions_) {
        text += "  " + dimension + ":";
        for (const auto& [value, times] : counts)
            text += " " + value + " " + std::to_string(times);
        text += "\n";
    }
    return text;
}

std::string Tally::missing() const {
    std::string text;
    for (const auto& [dimension, value] : wanted()) {
        const auto counts = dimensions_.find(dimension);
        if (counts != dimensions_.end() && counts->second.contains(value)) continue;
        text += (text.empty() ? "" : ", ") + dimension + " " + value;
    }
    return text;
}

}  // namespace tradectl::crash

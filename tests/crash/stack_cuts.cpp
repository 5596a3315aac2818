#include "tests/crash/stack_cuts.hpp"

#include "host/base/random.hpp"

#include <array>

namespace tradectl::crash {
namespace {

constexpr std::array<const char*, static_cast<std::size_t>(Survives::kCount)> kSurvives{
    "nothing", "everything", "some", "few", "most", "content", "names"};

/// At once; while late requests are on their way; behind every fence; much later.
constexpr std::array<std::int64_t, 5> kGaps{
    0, 0, 4 * kNsPerSecond, 7 * kNsPerSecond, 3 * kNsPerHour};

bool is_name(DiskOperation operation) {
    return operation == DiskOperation::Open || operation == DiskOperation::Rename ||
           operation == DiskOperation::Remove;
}

}  // namespace

const char* to_text(Survives survives) {
    return kSurvives[static_cast<std::size_t>(survives)];
}

std::string to_text(const Scenario& scenario) {
    std::string text = "skew " + std::to_string(scenario.skew_ns / kNsPerSecond) + " s:";
    for (const Treatment treatment : scenario.treatments)
        text += std::string(" ") + to_text(treatment);
    return text;
}

std::string to_text(const Cut& cut) {
    std::string text = "steps " + std::to_string(cut.steps) + ", boundary " +
                       std::to_string(cut.boundary) + ", " + to_text(cut.survives) +
                       " survives, back after " + std::to_string(cut.gap_ns / kNsPerSecond) + " s";
    if (cut.dry_run_first) text += ", a dry run first";
    if (cut.cancels) text += ", recovery cancels";
    if (cut.second_crash)
        text += std::string(", recovery cut off, ") + to_text(cut.second_survives) + " survives";
    return text + ", seed " + std::to_string(cut.seed);
}

std::vector<Cut> cuts_of(const Recording& recording, std::uint64_t seed) {
    constexpr auto kKinds = static_cast<std::uint64_t>(Survives::kCount);
    std::vector<Cut> cuts;
    SeededRandom random(seed);
    const auto& boundaries = recording.boundaries;
    for (std::size_t at = 0; at < boundaries.size(); ++at) {
        const std::size_t last =
            at + 1 < boundaries.size() ? boundaries[at + 1].steps : recording.steps.size();
        for (std::size_t steps = boundaries[at].steps; steps <= last; ++steps) {
            for (std::uint64_t kind = 0; kind < kKinds; ++kind) {
                cuts.push_back({.steps = steps,
                                .boundary = at,
                                .survives = static_cast<Survives>(kind),
                                .seed = random.next(),
                                .gap_ns = kGaps[random.below(kGaps.size())],
                                .dry_run_first = random.below(16) == 0,
                                .cancels = random.below(8) == 0,
                                .second_crash = random.below(3) == 0,
                                .second_survives = static_cast<Survives>(random.below(kKinds))});
            }
        }
    }
    return cuts;
}

std::unique_ptr<Disk> image_after(const std::vector<DiskStep>& steps,
                                  std::size_t count,
                                  Survives survives,
                                  std::uint64_t seed) {
    SeededRandom random(seed);
    return crash_image(steps, count, [&](const PendingChange& change) {
        switch (survives) {
            case Survives::Everything: return true;
            case Survives::Some: return random.below(2) == 0;
            case Survives::Few: return random.below(8) == 0;
            case Survives::Most: return random.below(8) != 0;
            case Survives::Content: return !is_name(change.operation);
            case Survives::Names: return is_name(change.operation);
            default: return false;
        }
    });
}

}  // namespace tradectl::crash

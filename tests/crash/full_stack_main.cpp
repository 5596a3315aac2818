// Crash states of the full stack: `crash_stack [--states N] [--seed N] [--shard K/N]`.
//
// Prints how many states each dimension of the proof got; fails when a promise was broken, or when
// some dimension got none. A failure prints seed, scenario and cut;
// TRADECTL_CRASH_REPLAY="SEED SCENARIO CUT" plays that one alone.
#include "host/base/log.hpp"
#include "host/base/random.hpp"
#include "tests/crash/full_stack.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <iostream>

#include <malloc.h>

namespace tradectl::crash {
namespace {

constexpr std::uint64_t kTreatments = static_cast<std::uint64_t>(Treatment::kCount);
constexpr std::uint64_t kSkews = 3;
constexpr std::uint64_t kSweep = kSkews * kTreatments;
/// So many states are enough for each dimension to get some.
constexpr std::uint64_t kStatesOfAllKinds = 2'000;

struct Options {
    std::uint64_t states = 20'000;
    std::uint64_t seed = 1;
    std::uint64_t shard = 0;
    std::uint64_t shards = 1;
};

/// Every treatment under every skew before a resting order, then random ones.
Scenario scenario_of(std::uint64_t number, std::uint64_t seed) {
    constexpr std::int64_t kSkewNs[kSkews] = {0, 30 * kNsPerSecond, -30 * kNsPerSecond};
    SeededRandom random(seed * 1'000'003 + number);
    const auto any = [&] { return static_cast<Treatment>(random.below(kTreatments)); };
    Scenario scenario;
    scenario.skew_ns = kSkewNs[number / kTreatments % kSkews];
    scenario.cuts_making = number % 15 == 1;  // in even and odd shards
    if (number < kSweep) {
        scenario.treatments = {
            static_cast<Treatment>(number % kTreatments), Treatment::Rest, any()};
    } else {
        scenario.treatments = {any(), any(), any(), any()};
    }
    return scenario;
}

std::uint64_t seed_of_cuts(std::uint64_t number, std::uint64_t seed) {
    return seed * 7919 + number;
}

int fail_with(const Options& options,
              std::uint64_t number,
              std::uint64_t at,
              const Scenario& scenario,
              const Cut& cut,
              const std::string& broken) {
    std::cout << "BROKEN: " << broken << "\n  " << to_text(scenario) << "\n  " << to_text(cut)
              << "\n  replay: TRADECTL_CRASH_REPLAY=\"" << options.seed << " " << number << " "
              << at << "\" crash_stack\n";
    return 1;
}

int replay(FullStack& stack, const char* text) {
    Options options;
    std::uint64_t number = 0;
    std::uint64_t at = 0;
    if (std::sscanf(text, "%lu %lu %lu", &options.seed, &number, &at) != 3) return 64;
    const Scenario scenario = scenario_of(number, options.seed);
    const Recording recording = stack.record(scenario);
    const auto cuts = cuts_of(recording, seed_of_cuts(number, options.seed));
    if (at >= cuts.size()) return 64;
    const auto broken = stack.check(scenario, recording, cuts[at]);
    if (!broken.empty()) return fail_with(options, number, at, scenario, cuts[at], broken);
    std::cout << "sound: " << to_text(scenario) << "; " << to_text(cuts[at]) << "\n";
    return 0;
}

/// The fixed sweep gets half of the states in equal shares, random scenarios the rest; a change of
/// the disk that no state was behind yet gets one.
int run(FullStack& stack, const Options& options) {
    std::uint64_t states = 0;
    std::uint64_t all_cuts = 0;
    std::uint64_t scenarios = 0;
    const std::uint64_t share =
        std::max<std::uint64_t>(options.states * options.shards / (2 * kSweep), 1);
    for (std::uint64_t number = options.shard; states < options.states;
         number += options.shards, ++scenarios) {
        const Scenario scenario = scenario_of(number, options.seed);
        const Recording recording = stack.record(scenario);
        if (!stack.problem().empty()) {
            std::cout << "cannot run: " << stack.problem() << "\n";
            return 1;
        }
        const auto cuts = cuts_of(recording, seed_of_cuts(number, options.seed));
        all_cuts += cuts.size();
        const std::uint64_t stride = (cuts.size() + share - 1) / share;
        for (std::uint64_t at = 0; at < cuts.size() && states < options.states; ++at) {
            // Some changes of the disk are rare: equal steps may pass all of their cuts.
            const bool due = at % stride == number % stride;
            if (!due && !stack.tally().lacks(recording, cuts[at])) continue;
            ++states;
            const auto broken = stack.check(scenario, recording, cuts[at]);
            if (!broken.empty()) return fail_with(options, number, at, scenario, cuts[at], broken);
        }
    }
    std::cout << "crash_stack: " << states << " states of " << all_cuts << " in " << scenarios
              << " scenarios, seed " << options.seed << ": every promise held\n"
              << stack.tally().to_text();
    const std::string missing = stack.tally().missing();
    if (missing.empty() || options.states < kStatesOfAllKinds) return 0;
    std::cout << "no state for: " << missing << "\n";
    return 1;
}

int run_or_replay(const Options& options) {
    static_cast<void>(open_log({.level = parse_log_level("off").value()}));
    FullStack stack;
    if (!stack.problem().empty()) {
        std::cout << "cannot run: " << stack.problem() << "\n";
        return 1;
    }
    if (const char* text = std::getenv("TRADECTL_CRASH_REPLAY")) return replay(stack, text);
    const auto start = std::chrono::steady_clock::now();
    const int status = run(stack, options);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    std::cout << "crash_stack: " << seconds.count() << " s, of processor time "
              << static_cast<double>(std::clock()) / CLOCKS_PER_SEC << " s\n";
    return status;
}

}  // namespace
}  // namespace tradectl::crash

int main(int argc, char** argv) {
    // Disks in memory come and go: their chunks stay in the heap instead of going back each time.
    ::mallopt(M_MMAP_THRESHOLD, 64 << 20);
    ::mallopt(M_TRIM_THRESHOLD, 256 << 20);
    tradectl::crash::Options options;
    for (int i = 1; i + 1 < argc; i += 2) {
        const char* value = argv[i + 1];
        if (std::strcmp(argv[i], "--states") == 0)
            options.states = std::strtoull(value, nullptr, 10);
        if (std::strcmp(argv[i], "--seed") == 0) options.seed = std::strtoull(value, nullptr, 10);
        if (std::strcmp(argv[i], "--shard") == 0 &&
            (std::sscanf(value, "%lu/%lu", &options.shard, &options.shards) != 2 ||
             options.shard >= options.shards)) {
            return 64;
        }
    }
    return tradectl::crash::run_or_replay(options);
}

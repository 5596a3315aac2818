// Crash states of the full stack: `crash_stack [--states N] [--seed N]`.
//
// A failure prints scenario and cut; TRADECTL_CRASH_REPLAY="SCENARIO CUT" plays that one alone.
#include "host/base/log.hpp"
#include "host/base/random.hpp"
#include "tests/crash/full_stack.hpp"

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <numeric>

namespace tradectl::crash {
namespace {

struct Options {
    std::uint64_t states = 20'000;
    std::uint64_t seed = 1;
};

/// Every treatment in the middle of ordinary orders, then random ones, with clocks that differ.
Scenario scenario_of(std::uint64_t number, std::uint64_t seed) {
    constexpr auto kTreatments = static_cast<std::uint64_t>(Treatment::kCount);
    constexpr std::int64_t kSkews[] = {0, 30 * kNsPerSecond, -30 * kNsPerSecond};
    SeededRandom random(seed * 1'000'003 + number);
    Scenario scenario;
    scenario.skew_ns = kSkews[number / kTreatments % 3];
    const auto any = [&] { return static_cast<Treatment>(random.next() % kTreatments); };
    if (number < 3 * kTreatments) {
        scenario.treatments = {
            Treatment::Rest, static_cast<Treatment>(number % kTreatments), any()};
    } else {
        scenario.treatments = {any(), any(), any(), any()};
    }
    return scenario;
}

int fail_with(std::uint64_t seed,
              std::uint64_t number,
              std::uint64_t cut_number,
              const Scenario& scenario,
              const Cut& cut,
              const std::string& broken) {
    std::cout << "BROKEN: " << broken << "\n  " << to_text(scenario) << "\n  " << to_text(cut)
              << "\n  replay: TRADECTL_CRASH_REPLAY=\"" << seed << " " << number << " "
              << cut_number << "\"\n";
    return 1;
}

int replay(FullStack& stack, const char* text) {
    std::uint64_t seed = 0;
    std::uint64_t number = 0;
    std::uint64_t cut_number = 0;
    std::sscanf(text, "%lu %lu %lu", &seed, &number, &cut_number);
    const Scenario scenario = scenario_of(number, seed);
    const Recording recording = stack.record(scenario);
    const auto cuts = FullStack::cuts_of(recording, seed * 7919 + number);
    if (cut_number >= cuts.size()) return 64;
    const auto broken = stack.check(scenario, recording, cuts[cut_number]);
    if (!broken.empty())
        return fail_with(seed, number, cut_number, scenario, cuts[cut_number], broken);
    std::cout << "sound: " << to_text(scenario) << "; " << to_text(cuts[cut_number]) << "\n";
    return 0;
}

int run(const Options& options) {
    static_cast<void>(open_log({.level = parse_log_level("off").value()}));
    FullStack stack;
    if (const char* text = std::getenv("TRADECTL_CRASH_REPLAY")) return replay(stack, text);
    const auto start = std::chrono::steady_clock::now();
    std::uint64_t states = 0;
    std::uint64_t all_cuts = 0;
    std::uint64_t number = 0;
    constexpr std::uint64_t kSweep = 3 * static_cast<std::uint64_t>(Treatment::kCount);
    // The fixed sweep gets an equal share of the states each; what is left goes to random ones.
    for (; states < options.states; ++number) {
        const Scenario scenario = scenario_of(number, options.seed);
        const Recording recording = stack.record(scenario);
        if (!stack.problem().empty()) {
            std::cout << "cannot run: " << stack.problem() << "\n";
            return 1;
        }
        const auto cuts = FullStack::cuts_of(recording, options.seed * 7919 + number);
        all_cuts += cuts.size();
        const std::uint64_t share = std::max<std::uint64_t>(options.states / kSweep, 1);
        const std::uint64_t stride = std::max<std::uint64_t>(cuts.size() / share, 1);
        for (std::uint64_t at = number % stride; at < cuts.size() && states < options.states;
             at += stride, ++states) {
            const auto broken = stack.check(scenario, recording, cuts[at]);
            if (!broken.empty())
                return fail_with(options.seed, number, at, scenario, cuts[at], broken);
        }
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    std::cout << "crash_stack: " << states << " states of " << all_cuts << " in " << number
              << " scenarios, seed " << options.seed << ", " << seconds.count()
              << " s: every promise held\n";
    for (std::size_t i = 0; i < stack.outcomes().size(); ++i) {
        std::cout << "  " << recovery::to_string(static_cast<recovery::Outcome>(i)) << " "
                  << stack.outcomes()[i] << "\n";
    }
    return 0;
}

}  // namespace
}  // namespace tradectl::crash

int main(int argc, char** argv) {
    tradectl::crash::Options options;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (std::strcmp(argv[i], "--states") == 0)
            options.states = std::strtoull(argv[i + 1], nullptr, 10);
        if (std::strcmp(argv[i], "--seed") == 0)
            options.seed = std::strtoull(argv[i + 1], nullptr, 10);
    }
    return tradectl::crash::run(options);
}

// Builds every state that a power cut, damage or a failing call can leave a log in, and reads it:
// `crash_reader [--states N] [--seed N]`. Prints the count and the seed; exit status 1 when a
// state was read wrongly. TRADECTL_CRASH_REPLAY=NAME looks at one state alone.
#include "tests/crash/proof.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <malloc.h>

namespace tradectl::crash {

void Proof::count(const std::optional<std::string>& failure, const std::string& name) {
    if (!replay_.empty() && name.find(replay_) == std::string::npos) return;
    ++states_;
    if (!failure) return;
    ++failures_;
    std::printf("FAILED seed %llu state %s: %s\n  again: TRADECTL_CRASH_REPLAY=%s\n",
                static_cast<unsigned long long>(seed_),
                name.c_str(),
                failure->c_str(),
                name.c_str());
}

}  // namespace tradectl::crash

namespace {

using namespace tradectl::crash;

std::uint64_t number_after(int argc, char** argv, const char* option, std::uint64_t otherwise) {
    for (int i = 1; i + 1 < argc; ++i) {
        if (std::strcmp(argv[i], option) == 0) return std::strtoull(argv[i + 1], nullptr, 10);
    }
    return otherwise;
}

class Report {
  public:
    explicit Report(Proof& proof) : proof_(proof) {}
    void line(const char* what) {
        const auto now = std::chrono::steady_clock::now();
        std::printf("  %-34s %9llu states  %6.1f s\n",
                    what,
                    static_cast<unsigned long long>(proof_.states() - states_),
                    std::chrono::duration<double>(now - time_).count());
        std::fflush(stdout);
        states_ = proof_.states();
        time_ = now;
    }

  private:
    Proof& proof_;
    std::uint64_t states_ = 0;
    std::chrono::steady_clock::time_point time_ = std::chrono::steady_clock::now();
};

void run(Proof& proof, const std::vector<Script>& scripts) {
    Report report(proof);
    prove_failing_calls(proof);
    report.line("the n-th call fails");
    for (const Script& script : scripts) {
        // The wide log's size only repeats what the others show.
        if (script.name == "wide") continue;
        prove_damage(proof, script);
        report.line(("damage: " + script.name).c_str());
    }
    for (const Script& script : scripts) {
        prove_required_cuts(proof, script);
        report.line(("cuts: " + script.name).c_str());
    }
    prove_random_cuts(proof, scripts);
    report.line("cuts: random subsets");
}

}  // namespace

int main(int argc, char** argv) {
    // Chunks of a reader come from the heap again and again, not from fresh pages of the system.
    ::mallopt(M_MMAP_THRESHOLD, 64 << 20);
    ::mallopt(M_TRIM_THRESHOLD, 256 << 20);
    const char* replay = std::getenv("TRADECTL_CRASH_REPLAY");
    Proof proof(number_after(argc, argv, "--seed", 20'240'607),
                number_after(argc, argv, "--states", 1'000'000),
                replay != nullptr ? replay : "");
    std::printf("crash_reader: seed %llu\n", static_cast<unsigned long long>(proof.seed()));
#ifdef TRADECTL_INSTRUMENTED
    std::printf("  instrumented build: fewer states than in the others\n");
#endif
    const auto scripts = make_scripts(proof.seed());
    if (!replay_cut(proof, scripts)) run(proof, scripts);
    std::printf("%llu states, %llu failures, seed %llu\n",
                static_cast<unsigned long long>(proof.states()),
                static_cast<unsigned long long>(proof.failures()),
                static_cast<unsigned long long>(proof.seed()));
    return proof.failures() == 0 && proof.states() > 0 ? 0 : 1;
}

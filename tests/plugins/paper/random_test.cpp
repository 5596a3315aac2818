#include "tests/plugins/paper/twin_venues.hpp"

#include <cstdint>
#include <cstdlib>
#include <iostream>

#include <gtest/gtest.h>

namespace tradectl::paper {
namespace {

constexpr std::uint64_t kOperationsOfARun = 2'000;

std::uint64_t from_environment(const char* name, std::uint64_t fallback) {
    const char* text = std::getenv(name);
    return text == nullptr ? fallback : std::strtoull(text, nullptr, 10);
}

/// One run of a seed: rules, feed and operations all follow from it.
std::string run(std::uint64_t seed, std::uint64_t operations, std::uint64_t& fills) {
    TwinVenues twins(seed);
    for (std::uint64_t i = 0; i < operations; ++i) {
        std::string difference = twins.step();
        const bool last = i + 1 == operations;
        if (difference.empty() && (i % 64 == 63 || last)) difference = twins.compare();
        if (!difference.empty()) return "operation " + std::to_string(i) + ": " + difference;
    }
    fills += twins.fills();
    return {};
}

// TRADECTL_TEST_SEED replays from that seed; TRADECTL_TEST_OPERATIONS sets how many operations.
TEST(PaperVenue, AgreesWithTheReferenceModelOnRandomOperations) {
    const std::uint64_t first = from_environment("TRADECTL_TEST_SEED", 20'260'101);
    const std::uint64_t total = from_environment("TRADECTL_TEST_OPERATIONS", 2'000'000);
    std::uint64_t fills = 0;
    for (std::uint64_t done = 0; done < total; done += kOperationsOfARun) {
        const std::uint64_t seed = first + done / kOperationsOfARun;
        const std::string difference = run(seed, kOperationsOfARun, fills);
        ASSERT_EQ(difference, "") << "replay with TRADECTL_TEST_SEED=" << seed;
    }
    std::cout << total << " operations from seed " << first << ", " << fills << " fills\n";
    EXPECT_GT(fills, total / 10);
}

}  // namespace
}  // namespace tradectl::paper

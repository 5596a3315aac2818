#include "host/engine/shared_rate.hpp"

#include "tests/host/base/temporary_directory.hpp"

#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tradectl::engine {
namespace {

constexpr Timestamp kNow{1'700'000'000 * kNsPerSecond};
constexpr auto kEntry = SharedRate::Want::IfAllowed;

class SharedRates : public testing::Test {
  protected:
    SharedRate open(const std::string& account = "main") {
        auto rate = SharedRate::open(*disk_, directory(), "x", account);
        EXPECT_TRUE(rate);
        return std::move(*rate);
    }
    [[nodiscard]] std::string directory() const { return directory_.file("rate"); }
    static bool takes(SharedRate& rate, const risk::RateLimit& limit, Timestamp now = kNow) {
        const auto taken = rate.take(limit, now, kEntry);
        EXPECT_TRUE(taken);
        return taken->has_value();
    }

    TemporaryDirectory directory_;
    std::unique_ptr<Disk> disk_ = make_posix_disk();
};

TEST_F(SharedRates, TwoHoldersHaveOneBucketTogether) {
    SharedRate a = open();
    SharedRate b = open();
    const risk::RateLimit limit{.per_second = 3};
    EXPECT_TRUE(takes(a, limit));
    EXPECT_TRUE(takes(b, limit));
    EXPECT_TRUE(takes(a, limit));
    EXPECT_FALSE(takes(a, limit));
    EXPECT_FALSE(takes(b, limit));
    EXPECT_TRUE(takes(b, limit, kNow.plus_ns(kNsPerSecond)));
}

TEST_F(SharedRates, AnotherAccountHasItsOwn) {
    SharedRate a = open();
    SharedRate b = open("other");
    const risk::RateLimit limit{.per_second = 1};
    EXPECT_TRUE(takes(a, limit));
    EXPECT_TRUE(takes(b, limit));
}

TEST_F(SharedRates, TheDayIsSharedToo) {
    SharedRate a = open();
    SharedRate b = open();
    const risk::RateLimit limit{.per_day = 2};
    EXPECT_TRUE(takes(a, limit));
    EXPECT_TRUE(takes(b, limit));
    EXPECT_FALSE(takes(a, limit));
    EXPECT_TRUE(takes(a, limit, kNow.plus_ns(kNsPerDay)));
}

TEST_F(SharedRates, AnExitIsTakenAlwaysAndCounts) {
    SharedRate rate = open();
    const risk::RateLimit limit{.per_second = 1};
    EXPECT_TRUE(takes(rate, limit));
    EXPECT_TRUE(*rate.take(limit, kNow, SharedRate::Want::Always));
    EXPECT_EQ(rate.look()->orders_today, 2u);
}

TEST_F(SharedRates, AContentThatCannotBeAStateIsANewOne) {
    SharedRate rate = open();
    const risk::RateLimit limit{.per_second = 1};
    EXPECT_TRUE(takes(rate, limit));
    std::fstream(directory() + "/x,main", std::ios::in | std::ios::out).seekp(9) << "?";
    EXPECT_TRUE(takes(rate, limit));
    std::ofstream(directory() + "/x,main") << "short";
    EXPECT_TRUE(takes(rate, limit));
}

/// Takes as often as it can in a process of its own; returns how often it could.
int takes_in_a_child(const std::string& directory, const risk::RateLimit& limit) {
    const auto disk = make_posix_disk();
    auto rate = SharedRate::open(*disk, directory, "x", "main");
    if (!rate) return 255;
    int taken = 0;
    for (int i = 0; i < 200; ++i) {
        const auto result = rate->take(limit, kNow, kEntry);
        if (result && *result) ++taken;
    }
    return taken;
}

TEST_F(SharedRates, TwoProcessesTogetherNeverPassTheLimit) {
    const risk::RateLimit limit{.per_second = 100};
    pid_t children[2];
    for (pid_t& child : children) {
        child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) ::_exit(takes_in_a_child(directory(), limit));
    }
    int sum = 0;
    for (const pid_t child : children) {
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFEXITED(status));
        sum += WEXITSTATUS(status);
    }
    EXPECT_EQ(sum, 100);
}

}  // namespace
}  // namespace tradectl::engine

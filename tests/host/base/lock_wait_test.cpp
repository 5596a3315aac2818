#include "host/base/lock_wait.hpp"

#include <tradectl/timestamp.hpp>

#include <gtest/gtest.h>

namespace tradectl {
namespace {

/// A file whose lock is somebody else's for the first tries.
class TakenFile final : public File {
  public:
    explicit TakenFile(int refusals, ErrorCode code = ErrorCode::Locked)
        : refusals_(refusals), code_(code) {}

    Expected<std::size_t> read(std::uint64_t, std::span<std::byte>) override { return 0; }
    Status write(std::uint64_t, std::span<const std::byte>) override { return {}; }
    Status sync() override { return {}; }
    Status truncate(std::uint64_t) override { return {}; }
    Expected<std::uint64_t> size() override { return 0; }
    Status lock(std::uint64_t, std::uint64_t, Lock) override {
        ++tries;
        if (tries <= refusals_) return tradectl::fail(code_, "taken");
        return {};
    }
    Expected<std::byte*> map_shared(std::uint64_t, std::uint64_t) override {
        return tradectl::fail(ErrorCode::Unsupported, "map");
    }

    int tries = 0;

  private:
    int refusals_;
    ErrorCode code_;
};

TEST(LockWait, WithoutTimeItTriesOnce) {
    TakenFile file(1);
    EXPECT_EQ(lock_byte(file, 0, 0).error().code, ErrorCode::Locked);
    EXPECT_EQ(file.tries, 1);
}

TEST(LockWait, TriesUntilItIsFree) {
    TakenFile file(3);
    EXPECT_TRUE(lock_byte(file, 0, 10 * kNsPerSecond));
    EXPECT_EQ(file.tries, 4);
}

TEST(LockWait, GivesUpWhenTheTimeIsOver) {
    TakenFile file(1'000'000);
    EXPECT_EQ(lock_byte(file, 0, 5 * kNsPerMillisecond).error().code, ErrorCode::Locked);
    EXPECT_GT(file.tries, 1);
}

TEST(LockWait, WhatIsNoMatterOfWaitingIsToldAtOnce) {
    TakenFile file(9, ErrorCode::Io);
    EXPECT_EQ(lock_byte(file, 0, 10 * kNsPerSecond).error().code, ErrorCode::Io);
    EXPECT_EQ(file.tries, 1);
}

}  // namespace
}  // namespace tradectl

#include "host/engine/export_follower.hpp"

#include "tests/host/wal/log_fixture.hpp"

namespace tradectl::engine {
namespace {

class ExportFollowing : public wal::LogTest {
  protected:
    ExportFollower follower() {
        auto made = ExportFollower::create(*memory_, directory_, "/state/export");
        EXPECT_TRUE(made) << made.error().message;
        return std::move(*made);
    }
};

TEST_F(ExportFollowing, FollowsALogThatGrowsOverSegments) {
    start();
    ExportFollower follower = this->follower();
    for (std::uint64_t last = 0; writer_->segment() < 4;) {
        commit(7);
        last += 7;
        ASSERT_TRUE(follower.catch_up({last - 3}));
        EXPECT_EQ(follower.applied().value, last - 3);
        ASSERT_TRUE(follower.catch_up({last}));
        EXPECT_EQ(follower.applied().value, last);
    }
    ASSERT_TRUE(follower.catch_up({3})) << "behind it already";
    ASSERT_TRUE(follower.finish("/state/export.jsonl"));
    EXPECT_EQ(*read_file(*memory_, "/state/export.jsonl", 10), "") << "keys and values alone";
}

TEST_F(ExportFollowing, ARecordThatIsNotThereIsCorrupt) {
    start();
    commit(2);
    ExportFollower follower = this->follower();
    const auto done = follower.catch_up({3});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::Corrupt);
    EXPECT_EQ(follower.applied().value, 2u);
}

}  // namespace
}  // namespace tradectl::engine

#include "host/wal/identity.hpp"

#include "tests/host/wal/log_fixture.hpp"

namespace tradectl::wal {
namespace {

class IdentityTest : public LogTest {
  protected:
    Expected<Identity> open() { return open_identity(disk_, "/state", random_); }
    std::string content() { return *read_file(*memory_, "/state/identity", 4096); }
    void write_content(const std::string& text) {
        ASSERT_TRUE(write_file_atomically(*memory_, "/state/identity", text));
    }
    SeededRandom random_{7};
};

TEST_F(IdentityTest, AFirstOneIsMadeAndKept) {
    const auto made = open();
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->epoch, 1);
    EXPECT_NE(made->log_id.value, 0u);
    EXPECT_EQ(*load_identity(disk_, "/state"), *made);
}

TEST_F(IdentityTest, StaysWhileTheLogIsThere) {
    const auto made = open();
    start();
    EXPECT_EQ(*open(), *made);
}

TEST_F(IdentityTest, ALostLogRaisesTheEpochAndKeepsTheKey) {
    const auto made = open();
    const auto next = open();
    ASSERT_TRUE(next);
    EXPECT_EQ(next->epoch, 2);
    EXPECT_NE(next->log_id, made->log_id);
    EXPECT_EQ(next->key, made->key);
    EXPECT_EQ(next->install_id, made->install_id);
    EXPECT_EQ(*load_identity(disk_, "/state"), *next);
}

TEST_F(IdentityTest, ALogWithoutIdentityIsCorrupt) {
    start();
    const auto opened = open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::Corrupt);
    EXPECT_EQ(load_identity(disk_, "/state").error().code, ErrorCode::NotFound);
}

TEST_F(IdentityTest, EveryDamagedByteIsNoticed) {
    ASSERT_TRUE(open());
    const std::string good = content();
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string bad = good;
        bad[i] = static_cast<char>(bad[i] ^ 1);
        write_content(bad);
        ASSERT_EQ(open().error().code, ErrorCode::Corrupt) << i;
        write_content(good.substr(0, i));
        ASSERT_EQ(open().error().code, ErrorCode::Corrupt) << i;
    }
    write_content(good + "\n");
    EXPECT_EQ(open().error().code, ErrorCode::Corrupt);
}

TEST_F(IdentityTest, TheMessageOfADamagedOneHoldsNoKey) {
    ASSERT_TRUE(open());
    std::string bad = content();
    bad[0] = 'x';
    write_content(bad);
    const std::string key = bad.substr(bad.find("key ") + 4, 64);
    EXPECT_EQ(open().error().message.find(key), std::string::npos);
}

TEST_F(IdentityTest, AFailedWriteLeavesTheOldOne) {
    const auto made = open();
    disk_.add_fault({.operation = DiskOperation::Rename,
                     .path_part = {},
                     .skip = 0,
                     .times = 1,
                     .code = ErrorCode::Io,
                     .bytes_done = 0});
    EXPECT_EQ(open().error().code, ErrorCode::Io);
    EXPECT_EQ(*load_identity(disk_, "/state"), *made);
}

TEST_F(IdentityTest, ASimulatedOneComesFromItsSeed) {
    EXPECT_EQ(simulated_identity(5), simulated_identity(5));
    EXPECT_NE(simulated_identity(5).key, simulated_identity(6).key);
    EXPECT_FALSE(memory_->exists("/state/identity").value());
}

}  // namespace
}  // namespace tradectl::wal

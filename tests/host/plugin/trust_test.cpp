#include "host/plugin/trust.hpp"

#include "host/base/hex.hpp"
#include "host/plugin/inventory.hpp"
#include "host/plugin/load.hpp"
#include "tests/host/plugin/plugin_directories.hpp"

#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tradectl::plugin {
namespace {

namespace fs = std::filesystem;

class TrustTest : public PluginDirectories {
  protected:
    [[nodiscard]] std::string lock_file() const { return directory_.file("lock/plugins.lock"); }

    /// Trusts a file under a name.
    void trust(const std::string& file, const std::string& name) {
        const InventoryItem item = inspect({.name = name, .path = file});
        const auto entry = trusted_entry(name, *item.manifest, item.sha256, Timestamp{0});
        ASSERT_TRUE(entry) << entry.error().message;
        const auto done = change_lock(lock_file(), [&](PluginLock& lock) {
            lock.put(*entry);
            return true;
        });
        ASSERT_TRUE(done) << done.error().message;
    }
    TrustVerdict verdict(const std::string& file, const std::string& name) {
        lock_ = read_lock(lock_file()).value();
        item_ = inspect({.name = name, .path = file});
        return check_trust(lock_,
                           {.name = name,
                            .path = file,
                            .sha256 = item_.sha256,
                            .manifest = item_.manifest ? &*item_.manifest : nullptr});
    }

    LockFile lock_;
    InventoryItem item_;
};

TEST_F(TrustTest, AFileIsTrustedByItsNameOrItsId) {
    const std::string file = put("a/mine.so", "strategy");
    EXPECT_EQ(verdict(file, "mine").trust, Trust::NotLocked);
    trust(file, "mine");
    EXPECT_EQ(verdict(file, "mine").trust, Trust::Trusted);
    EXPECT_EQ(verdict(file, file).trust, Trust::Trusted);
    EXPECT_EQ(verdict(file, "other").trust, Trust::NotLocked);
    trust(file, "zoo.strategy");
    EXPECT_EQ(verdict(file, "other").trust, Trust::Trusted);
    EXPECT_EQ(verdict(file, "other").message, "");
}

TEST_F(TrustTest, AChangedFileIsToldWithBothDigests) {
    const std::string file = put("a/mine.so", "strategy");
    trust(file, "mine");
    const std::string trusted = item_.sha256;
    std::ofstream(file, std::ios::app) << "x";
    const TrustVerdict now = verdict(file, "mine");
    EXPECT_EQ(now.trust, Trust::Changed);
    EXPECT_NE(now.message.find(item_.sha256), std::string::npos) << now.message;
    EXPECT_NE(now.message.find(lock_.lock.find("mine")->sha256), std::string::npos);
    EXPECT_NE(item_.sha256, lock_.lock.find("mine")->sha256);
}

TEST_F(TrustTest, TheNameGoesBeforeTheId) {
    const std::string file = put("a/mine.so", "strategy");
    trust(file, "zoo.strategy");
    trust(put("b/mine.so", "bare"), "mine");
    EXPECT_EQ(verdict(file, "mine").trust, Trust::Changed);
}

TEST_F(TrustTest, ACapabilityThatTheLockDoesNotGiveIsRefused) {
    const std::string file = put("a/mine.so", "strategy");
    trust(file, "mine");
    const auto done = change_lock(lock_file(), [](PluginLock& lock) {
        TrustedPlugin less = *lock.find("mine");
        less.capabilities = {"signing"};
        lock.put(less);
        return true;
    });
    ASSERT_TRUE(done);
    EXPECT_EQ(verdict(file, "mine").trust, Trust::AsksForMore);
    EXPECT_NE(verdict(file, "mine").message.find("asks for kv"), std::string::npos);
}

TEST_F(TrustTest, WhatIsNotAdmittedIsNotLoaded) {
    const std::string file = put("a/mine.so", "bare");
    Loader loader;
    std::string seen;
    const Admission refuse = [&](const Sha256Digest& digest, const Manifest&) -> Status {
        seen = to_hex(digest);
        return fail(ErrorCode::Config, "no");
    };
    const auto refused = loader.load(file, refuse);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "no");
    EXPECT_EQ(seen, inspect({.name = "mine", .path = file}).sha256);
    ASSERT_TRUE(loader.load(file));
    EXPECT_FALSE(loader.load(file, refuse)) << "a loaded one is asked for too";
}

TEST_F(TrustTest, AManifestThatCouldHideWhatItAsksForIsRefused) {
    Manifest manifest{.id = "x", .version = "1"};
    manifest.vendor = "good\x1b[2K";
    const std::string digest(64, '0');
    EXPECT_EQ(trusted_entry("x", manifest, digest, {}).error().message,
              "manifest: \"vendor\" has control characters");
    manifest.vendor = "good";
    manifest.capabilities = {"kv\nsha256: 0"};
    EXPECT_EQ(trusted_entry("x", manifest, digest, {}).error().message,
              "manifest: \"capabilities\" holds what is not a word");
    manifest.capabilities = {"net", "kv", "net"};
    EXPECT_EQ(trusted_entry("x", manifest, digest, {})->capabilities,
              (std::vector<std::string>{"kv", "net"}));
    EXPECT_FALSE(trusted_entry("x y", manifest, digest, {}));
    manifest.id = "x\n";
    EXPECT_FALSE(trusted_entry("x", manifest, digest, {}));
}

TEST_F(TrustTest, ALockThatOthersMayWriteIsRefused) {
    trust(put("a/mine.so"), "mine");
    for (const mode_t mode : {0620u, 0602u}) {
        ASSERT_EQ(::chmod(lock_file().c_str(), mode), 0);
        EXPECT_EQ(read_lock(lock_file()).error().code, ErrorCode::Permission) << mode;
    }
    ASSERT_EQ(::chmod(lock_file().c_str(), 0644), 0);
    EXPECT_TRUE(read_lock(lock_file()));
    ASSERT_EQ(::chmod(directory_.file("lock").c_str(), 0777), 0);
    EXPECT_EQ(read_lock(lock_file()).error().code, ErrorCode::Permission);
    EXPECT_EQ(change_lock(lock_file(), [](PluginLock&) { return true; }).error().code,
              ErrorCode::Permission);
}

TEST_F(TrustTest, ALockOfAnotherUserIsRefused) {
    if (::geteuid() != 0) GTEST_SKIP() << "skipped: needs root";
    trust(put("a/mine.so"), "mine");
    ASSERT_EQ(::chown(lock_file().c_str(), 12345, 0), 0);
    EXPECT_NE(read_lock(lock_file()).error().message.find("belongs to user 12345"),
              std::string::npos);
}

TEST_F(TrustTest, ALinkIsNoLock) {
    trust(put("a/mine.so"), "mine");
    fs::create_symlink(lock_file(), directory_.file("lock/link"));
    EXPECT_EQ(read_lock(directory_.file("lock/link")).error().code, ErrorCode::Permission);
}

TEST_F(TrustTest, NoFileHoldsNothing) {
    const auto lock = read_lock(lock_file());
    ASSERT_TRUE(lock);
    EXPECT_FALSE(lock->there);
    EXPECT_TRUE(lock->lock.entries().empty());
}

TEST_F(TrustTest, AChangeKeepsTheModeAndLeavesNoOtherFile) {
    trust(put("a/mine.so"), "mine");
    struct stat info {};
    ASSERT_EQ(::stat(lock_file().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777u, 0600u);
    ASSERT_EQ(::chmod(lock_file().c_str(), 0644), 0);
    trust(directory_.file("a/mine.so"), "again");
    ASSERT_EQ(::stat(lock_file().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777u, 0644u);
    EXPECT_EQ(std::distance(fs::directory_iterator(directory_.file("lock")), {}), 1);
}

TEST_F(TrustTest, TwoDoNotChangeItAtTheSameTime) {
    trust(put("a/mine.so"), "mine");
    const int fd = ::open(directory_.file("lock").c_str(), O_RDONLY | O_DIRECTORY);
    ASSERT_EQ(::flock(fd, LOCK_EX), 0);
    EXPECT_EQ(change_lock(lock_file(), [](PluginLock&) { return true; }).error().code,
              ErrorCode::Locked);
    ::close(fd);
    EXPECT_TRUE(change_lock(lock_file(), [](PluginLock&) { return true; }));
}

TEST_F(TrustTest, ALockThatCannotBeReadIsNotReplaced) {
    trust(put("a/mine.so"), "mine");
    std::ofstream(lock_file(), std::ios::trunc) << "tradectl plugins.lock 1\nplugin: x\n";
    EXPECT_EQ(change_lock(lock_file(), [](PluginLock&) { return true; }).error().code,
              ErrorCode::Corrupt);
}

TEST(LockPath, IsTheConfiguredOneOrInTheConfigurationDirectory) {
    const auto env = [](const char* name) -> const char* {
        return std::string_view(name) == "XDG_CONFIG_HOME" ? "/c" : nullptr;
    };
    EXPECT_EQ(lock_path("/x/../y", env).value(), "/y");
    EXPECT_EQ(lock_path("", env).value(), "/c/tradectl/plugins.lock");
    EXPECT_EQ(lock_path("", [](const char*) { return nullptr; }).error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace tradectl::plugin

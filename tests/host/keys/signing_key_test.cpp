#include "host/keys/signing_key.hpp"

#include "host/base/disk.hpp"
#include "host/base/hash.hpp"
#include "host/base/hex.hpp"
#include "tests/host/base/temporary_directory.hpp"

#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tradectl::keys {
namespace {

/// RFC 8032, section 7.1, TEST 2: a published example, good for nothing else.
constexpr const char* kSeed = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
constexpr const char* kPublic = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
constexpr const char* kSignature =
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

class Key : public testing::Test {
  protected:
    std::string write(const std::string& text, mode_t mode = 0600) {
        const std::string path = folder_.write("key", text);
        EXPECT_EQ(::chmod(path.c_str(), mode), 0);
        return path;
    }
    static std::string good() {
        return std::string("tradectl signing key 1\ned25519 ") + kSeed + "\n";
    }
    ErrorCode refusal(const std::string& path) {
        const auto key = SigningKey::open(*disk_, path);
        return key ? ErrorCode{} : key.error().code;
    }

    TemporaryDirectory folder_;
    std::unique_ptr<Disk> disk_ = make_posix_disk();
};

TEST_F(Key, SignsTheExampleOfRfc8032) {
    const auto key = SigningKey::open(*disk_, write(good()));
    ASSERT_TRUE(key) << key.error().message;
    EXPECT_EQ(to_hex(key->public_key()), kPublic);
    const std::byte message{0x72};
    const auto signature = key->sign({&message, 1});
    EXPECT_EQ(to_hex(signature), kSignature);
    EXPECT_TRUE(ed25519_verify(key->public_key(), {&message, 1}, signature));
    const std::byte other{0x73};
    EXPECT_FALSE(ed25519_verify(key->public_key(), {&other, 1}, signature));
}

TEST_F(Key, MadeOnceIsReadAgainAndNobodyElseMayReadIt) {
    const std::string path = folder_.file("keys/audit");
    const auto made = SigningKey::create(*disk_, path);
    ASSERT_TRUE(made) << made.error().message;
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0600U);
    ASSERT_EQ(::stat(folder_.file("keys").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0700U);
    const auto read = SigningKey::open(*disk_, path);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->public_key(), made->public_key());
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.file("keys")), {}), 1);
}

TEST_F(Key, IsNeverReplaced) {
    const std::string path = write(good());
    const auto made = SigningKey::create(*disk_, path);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, ErrorCode::BadState);
    EXPECT_EQ(to_hex(SigningKey::open(*disk_, path)->public_key()), kPublic);
}

TEST_F(Key, TwoAreNotTheSame) {
    const auto first = SigningKey::create(*disk_, folder_.file("a"));
    const auto second = SigningKey::create(*disk_, folder_.file("b"));
    EXPECT_NE(first->public_key(), second->public_key());
}

TEST_F(Key, ThatOthersMayReadIsRefused) {
    for (const mode_t mode : {0640, 0604, 0620, 0602, 0610, 0601})
        EXPECT_EQ(refusal(write(good(), mode)), ErrorCode::Permission) << std::oct << mode;
    EXPECT_EQ(refusal(write(good(), 0400)), ErrorCode{});
}

TEST_F(Key, BehindALinkOrInAFolderIsRefused) {
    write(good());
    std::filesystem::create_symlink(folder_.file("key"), folder_.file("link"));
    EXPECT_EQ(refusal(folder_.file("link")), ErrorCode::Permission);
    EXPECT_EQ(refusal(folder_.path()), ErrorCode::Permission);
    EXPECT_EQ(refusal(folder_.file("missing")), ErrorCode::NotFound);
}

TEST_F(Key, OfAnotherUserIsRefused) {
    if (::geteuid() != 0) GTEST_SKIP() << "skipped: only root can give a file away";
    const std::string path = write(good());
    ASSERT_EQ(::chown(path.c_str(), 65534, 65534), 0);
    EXPECT_EQ(refusal(path), ErrorCode::Permission);
}

TEST_F(Key, OnADiskInMemoryTouchesNoFileOfTheMachine) {
    const std::string path = folder_.file("keys/audit");
    const auto memory = make_memory_disk();
    const auto made = SigningKey::create(*memory, path);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(SigningKey::open(*memory, path)->public_key(), made->public_key());
    EXPECT_FALSE(std::filesystem::exists(folder_.file("keys")));
}

TEST_F(Key, ThatIsCutOrChangedIsRefused) {
    const std::string text = good();
    for (std::size_t size = 0; size < text.size(); ++size)
        EXPECT_EQ(refusal(write(text.substr(0, size))), ErrorCode::Corrupt) << size;
    EXPECT_EQ(refusal(write(text + "\n")), ErrorCode::Corrupt);
    std::string upper = text;
    upper[40] = 'G';
    EXPECT_EQ(refusal(write(upper)), ErrorCode::Corrupt);
}

}  // namespace
}  // namespace tradectl::keys

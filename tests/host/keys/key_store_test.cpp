#include "host/keys/key_store.hpp"

#include "tests/host/keys/keys_fixture.hpp"

#include <filesystem>

#include <unistd.h>

namespace tradectl::keys {
namespace {

using State = KeyReport::State;
using Change = KeyReport::Change;
using KeyStoreTest = KeysTest;

KeySpec of(KeySource::Kind kind, const std::string& name, KeyKind key = KeyKind::Secp256k1) {
    return {.name = "wallet", .kind = key, .source = {.kind = kind, .name = name}};
}

KeySpec of_command(std::vector<std::string> words) {
    return {.name = "wallet",
            .kind = KeyKind::Secp256k1,
            .source = {.kind = KeySource::Kind::Command, .command = std::move(words)}};
}

TEST_F(KeyStoreTest, ReadsAFileAndKnowsItsAddress) {
    const auto store =
        open({from_file("wallet", KeyKind::Secp256k1, std::string(kElevens) + "\n")});
    EXPECT_EQ(store->find("wallet"), nullptr) << "read before anybody asked";
    const auto reports = store->reload();
    ASSERT_EQ(reports.size(), 1U);
    EXPECT_EQ(reports[0].state, State::Ready);
    EXPECT_EQ(reports[0].change, Change::First);
    EXPECT_EQ(to_text(reports[0].address.value_or(Address())), kElevensAddress);
    EXPECT_TRUE(reports[0].published_test_key);
    EXPECT_EQ(reports[0].fingerprint.size(), 8U);
    EXPECT_NE(store->find("wallet"), nullptr);
}

TEST_F(KeyStoreTest, AFileThatOthersMayReadIsRefusedWithPathAndMode) {
    const std::string path = write("open", kElevens, 0640);
    EXPECT_EQ(
        complaint(of(KeySource::Kind::File, path)),
        "key " + path + ": others may read or write it (mode 0640); chmod 600 makes it private");
    const std::string writable = write("writable", kElevens, 0602);
    EXPECT_NE(complaint(of(KeySource::Kind::File, writable)).find("(mode 0602)"),
              std::string::npos);
}

TEST_F(KeyStoreTest, LinksFoldersAndPipesAreNoKeys) {
    const std::string path = write("real", kElevens);
    const std::string link = folder_.file("link");
    std::filesystem::create_symlink(path, link);
    EXPECT_EQ(complaint(of(KeySource::Kind::File, link)), "key " + link + ": a link or no file");
    const std::string pipe = folder_.file("pipe");
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    EXPECT_EQ(complaint(of(KeySource::Kind::File, pipe)), "key " + pipe + ": a link or no file");
    EXPECT_EQ(complaint(of(KeySource::Kind::File, folder_.path())),
              "key " + folder_.path() + ": a link or no file");
}

TEST_F(KeyStoreTest, MissingEmptyAndEndlessFilesAreNamed) {
    const std::string none = folder_.file("none");
    EXPECT_EQ(complaint(of(KeySource::Kind::File, none)).find("key " + none + ": open: "), 0U);
    const std::string empty = write("empty", "");
    EXPECT_EQ(complaint(of(KeySource::Kind::File, empty)), "key " + empty + ": empty");
    const std::string edge = write("edge", std::string(kKeyTextBytesMax, 'a'));
    EXPECT_EQ(complaint(of(KeySource::Kind::File, edge, KeyKind::Secret)), "");
    const std::string over = write("over", std::string(kKeyTextBytesMax + 1, 'a'));
    EXPECT_EQ(complaint(of(KeySource::Kind::File, over, KeyKind::Secret)),
              "key " + over + ": longer than 4000 bytes");
}

TEST_F(KeyStoreTest, ACredentialOfTheServiceManagerMayShowGroupBits) {
    write("wallet-key", kElevens, 0440);
    const KeySpec spec = of(KeySource::Kind::Credential, "wallet-key");
    EXPECT_EQ(complaint(spec, {{"CREDENTIALS_DIRECTORY", folder_.path()}}), "");
    EXPECT_EQ(complaint(spec), "key wallet: $CREDENTIALS_DIRECTORY is not set; is this a service?");
    write("wallet-key", kElevens, 0444);
    EXPECT_NE(complaint(spec, {{"CREDENTIALS_DIRECTORY", folder_.path()}}).find("(mode 0444)"),
              std::string::npos);
    EXPECT_EQ(complaint(of(KeySource::Kind::Credential, "../wallet-key"),
                        {{"CREDENTIALS_DIRECTORY", folder_.path()}}),
              "key wallet: credential '../wallet-key' is no file name");
}

TEST_F(KeyStoreTest, ACommandGivesAKeyOrItsFailure) {
    const std::string digits = std::string(kElevens).substr(2);
    EXPECT_EQ(complaint(of_command({"/bin/echo", digits})), "");
    EXPECT_EQ(complaint(of_command({"/bin/sh", "-c", "echo " + digits + "; exit 4"})),
              "key wallet: /bin/sh: ended with status 4");
    EXPECT_EQ(complaint(of_command({"/bin/true"})), "key wallet: command /bin/true: empty");
    EXPECT_EQ(complaint(of_command({"echo", digits})),
              "key wallet: a command begins with a program by absolute path");
    EXPECT_NE(complaint(of_command({"/nonexistent"})), "");
}

TEST_F(KeyStoreTest, TheEnvironmentWorksWithAWarning) {
    const KeySpec spec = of(KeySource::Kind::Environment, "WALLET_KEY");
    const auto reports = open({spec}, {{"WALLET_KEY", kElevens}})->reload();
    EXPECT_EQ(reports[0].state, State::Ready);
    EXPECT_EQ(reports[0].warning.find("comes from the environment"), 0U);
    EXPECT_EQ(complaint(spec), "key wallet: environment variable WALLET_KEY is not set");
}

TEST_F(KeyStoreTest, AStoredKeyIsAbsentUntilItIsKeptAndThenPrivate) {
    const auto store = open({stored("clob-passphrase")});
    const auto before = store->reload();
    EXPECT_EQ(before[0].state, State::Absent);
    EXPECT_FALSE(before[0].error);
    ASSERT_TRUE(store->store("clob-passphrase", "not-a-real-one"));
    EXPECT_EQ(store->find("clob-passphrase")->secret(), "not-a-real-one");
    struct stat status {};
    ASSERT_EQ(::stat(folder_.file("stored/clob-passphrase").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U);
    const auto again = open({stored("clob-passphrase")});
    EXPECT_EQ(again->reload()[0].state, State::Ready);
    EXPECT_EQ(again->find("clob-passphrase")->secret(), "not-a-real-one");
}

TEST_F(KeyStoreTest, OnlyStoredKeysOfTheConfigurationAreWritten) {
    const auto store = ready(
        {from_file("wallet", KeyKind::Secp256k1, kElevens), stored("clob-secret", KeyKind::Hmac)});
    EXPECT_EQ(store->store("other", "x").error().code, ErrorCode::NotFound);
    EXPECT_EQ(store->store("wallet", kElevens).error().code, ErrorCode::BadState);
    EXPECT_EQ(store->store("clob-secret", "short").error().message,
              "key clob-secret: not an hmac key: shorter than 8 bytes");
    EXPECT_FALSE(disk_->exists(folder_.file("stored/clob-secret")).value_or(true));
}

TEST_F(KeyStoreTest, ABadNewValueKeepsTheOldOneAndSaysSo) {
    const auto store = ready({from_file("wallet", KeyKind::Secp256k1, kElevens)});
    const auto old = store->find("wallet");
    write("wallet", "nonsense");
    EXPECT_TRUE(store->files_changed());
    const auto reports = store->reload();
    EXPECT_EQ(reports[0].state, State::KeptOld);
    EXPECT_EQ(reports[0].change, Change::None);
    EXPECT_EQ(reports[0].error->message,
              "key wallet: file " + folder_.file("wallet") +
                  ": not a secp256k1 key: 64 hex digits are expected");
    EXPECT_EQ(store->find("wallet"), old);
    EXPECT_FALSE(store->files_changed());
}

TEST_F(KeyStoreTest, AReplacedKeyIsReportedByFingerprintsAndTheOldOneLivesOnInUse) {
    const auto store = ready({from_file("wallet", KeyKind::Secp256k1, kElevens)});
    const auto old = store->find("wallet");
    const auto same = store->reload();
    EXPECT_EQ(same[0].change, Change::None);
    write("wallet", std::string(63, '0') + "2");
    const auto reports = store->reload();
    EXPECT_EQ(reports[0].change, Change::Replaced);
    EXPECT_EQ(reports[0].fingerprint_before, old->fingerprint());
    EXPECT_NE(reports[0].fingerprint, old->fingerprint());
    EXPECT_EQ(to_text(*old->address()), kElevensAddress);
    EXPECT_NE(store->find("wallet")->address(), old->address());
}

TEST_F(KeyStoreTest, FingerprintsOfSecretsDependOnTheSaltAndStayTheSameWithIt) {
    const auto print = [&] {
        return ready({from_file("word", KeyKind::Secret, "hunter2")})->find("word")->fingerprint();
    };
    const std::string first = print();
    EXPECT_EQ(first.size(), 8U);
    EXPECT_EQ(print(), first);
    ASSERT_TRUE(disk_->remove(folder_.file("stored/fingerprint.salt")));
    EXPECT_NE(print(), first);
}

TEST_F(KeyStoreTest, NamesAreCheckedAndDiffer) {
    KeyStoreOptions options;
    options.keys = {stored("../audit")};
    EXPECT_EQ(KeyStore::open(options).error().message, "key '../audit': no name of a key");
    options.keys = {stored("one"), stored("one")};
    EXPECT_EQ(KeyStore::open(options).error().message, "key 'one': named twice");
}

}  // namespace
}  // namespace tradectl::keys

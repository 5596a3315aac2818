// The locks on real files, met by the stock library in another process.
#include "host/base/database.hpp"
#include "host/base/disk.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tradectl {
namespace {

using Mode = Database::OpenMode;

class FileDatabase : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string name = std::filesystem::temp_directory_path() / "tradectl-db-XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        directory_ = name;
        path_ = directory_ + "/test.db";
    }
    void TearDown() override {
        ::chmod(directory_.c_str(), 0700);
        std::filesystem::remove_all(directory_);
    }

    Database open(Mode mode = Mode::ReadWriteCreate) {
        auto database = Database::open(*disk_, path_, mode, {.busy_timeout_ms = 20});
        if (!database) ADD_FAILURE() << database.error().message;
        return std::move(*database);
    }
    static std::int64_t count(Database& database) {
        return database.query_integer("SELECT count(*) FROM t").value_or(-1);
    }
    /// What the sqlite3 program says, errors included; skips the test without it.
    std::string shell(const std::string& sql) {
        const std::string command = "sqlite3 -batch '" + path_ + "' \"" + sql + "\" 2>&1";
        FILE* pipe = ::popen(command.c_str(), "r");
        std::string output;
        for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe))
            output += static_cast<char>(c);
        ::pclose(pipe);
        while (!output.empty() && output.back() == '\n')
            output.pop_back();
        return output;
    }
    static bool shell_missing() { return std::system("command -v sqlite3 >/dev/null") != 0; }

    std::unique_ptr<Disk> disk_ = make_posix_disk();
    std::string directory_;
    std::string path_;
};

#define SKIP_WITHOUT_SHELL() \
    if (shell_missing()) GTEST_SKIP() << "skipped: no sqlite3 program"

TEST_F(FileDatabase, TheStockProgramReadsBesideAnOpenTransaction) {
    SKIP_WITHOUT_SHELL();
    Database database = open();
    ASSERT_TRUE(database.execute("CREATE TABLE t(x); INSERT INTO t VALUES (1)"));
    auto transaction = Transaction::begin(database);
    ASSERT_TRUE(database.execute("INSERT INTO t VALUES (2)"));
    EXPECT_EQ(shell("SELECT count(*) FROM t"), "1");
    ASSERT_TRUE(transaction->commit());
    EXPECT_EQ(shell("SELECT count(*) FROM t"), "2");
}

TEST_F(FileDatabase, TheStockProgramCannotWriteBesideAnOpenTransaction) {
    SKIP_WITHOUT_SHELL();
    Database database = open();
    ASSERT_TRUE(database.execute("CREATE TABLE t(x)"));
    auto transaction = Transaction::begin(database);
    EXPECT_NE(shell("INSERT INTO t VALUES (1)").find("locked"), std::string::npos);
    ASSERT_TRUE(transaction->commit());
    EXPECT_EQ(shell("INSERT INTO t VALUES (1)"), "");
    EXPECT_EQ(count(database), 1);
}

TEST_F(FileDatabase, TheStockProgramLeavesTheSideFilesToUs) {
    SKIP_WITHOUT_SHELL();
    Database database = open();
    ASSERT_TRUE(database.execute("CREATE TABLE t(x)"));
    EXPECT_EQ(shell("INSERT INTO t VALUES (1); PRAGMA wal_checkpoint(TRUNCATE)"), "0|0|0");
    EXPECT_TRUE(disk_->exists(path_ + "-shm").value());
    EXPECT_EQ(count(database), 1);
    ASSERT_TRUE(database.execute("INSERT INTO t VALUES (2)"));
    EXPECT_EQ(shell("SELECT count(*) FROM t; PRAGMA integrity_check"), "2\nok");
}

TEST_F(FileDatabase, AWriterInAnotherProcessLocksUsOut) {
    SKIP_WITHOUT_SHELL();
    Database database = open();
    ASSERT_TRUE(database.execute("CREATE TABLE t(x)"));
    const std::string command = "sqlite3 -batch '" + path_ + "' >/dev/null";
    FILE* other = ::popen(command.c_str(), "w");
    std::fputs("BEGIN IMMEDIATE;\nINSERT INTO t VALUES (1);\n", other);
    std::fprintf(other, ".system touch '%s/held'\n", directory_.c_str());
    std::fflush(other);
    while (!disk_->exists(directory_ + "/held").value())
        std::this_thread::yield();
    const auto refused = Transaction::begin(database);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Locked);
    EXPECT_EQ(count(database), 0);
    std::fputs("COMMIT;\n", other);
    ::pclose(other);
    EXPECT_EQ(count(database), 1);
}

TEST_F(FileDatabase, TheStockProgramKeepsBothTotalsUnderContention) {
    SKIP_WITHOUT_SHELL();
    Database database = open();
    ASSERT_TRUE(database.execute("CREATE TABLE t(x)"));
    std::string script = "sqlite3 -batch '" + path_ + "' >/dev/null 2>&1";
    FILE* other = ::popen(script.c_str(), "w");
    std::fputs(".timeout 5000\n", other);
    for (int i = 0; i < 200; ++i)
        std::fputs("INSERT INTO t VALUES (1);\n", other);
    std::fflush(other);
    int ours = 0;
    for (int i = 0; i < 200; ++i)
        ours += database.execute("INSERT INTO t VALUES (2)") ? 1 : 0;
    ::pclose(other);
    EXPECT_EQ(count(database), 200 + ours);
    EXPECT_EQ(shell("PRAGMA integrity_check"), "ok");
}

TEST_F(FileDatabase, JournalModeLocksAreTheFileFormatsOwn) {
    SKIP_WITHOUT_SHELL();
    Database database = open();
    ASSERT_TRUE(database.execute("PRAGMA journal_mode=DELETE; CREATE TABLE t(x)"));
    ASSERT_TRUE(database.execute("BEGIN IMMEDIATE; INSERT INTO t VALUES (1)"));
    EXPECT_EQ(shell("SELECT count(*) FROM t"), "0");
    EXPECT_NE(shell("INSERT INTO t VALUES (2)").find("locked"), std::string::npos);
    ASSERT_TRUE(database.execute("COMMIT; BEGIN EXCLUSIVE"));
    EXPECT_NE(shell("SELECT count(*) FROM t").find("locked"), std::string::npos);
    ASSERT_TRUE(database.execute("COMMIT"));
    EXPECT_EQ(shell("INSERT INTO t VALUES (2); SELECT count(*) FROM t"), "2");
    EXPECT_EQ(count(database), 2);
}

TEST_F(FileDatabase, FilesAreForTheOwnerOnly) {
    Database database = open();
    ASSERT_TRUE(database.execute("CREATE TABLE t(x)"));
    for (const char* suffix : {"", "-wal", "-shm"}) {
        struct stat info {};
        ASSERT_EQ(::stat((path_ + suffix).c_str(), &info), 0) << suffix;
        EXPECT_EQ(info.st_mode & 0777, 0600U) << suffix;
    }
}

TEST_F(FileDatabase, AReadOnlyDirectoryIsReadThroughACopy) {
    {
        Database database = open();
        ASSERT_TRUE(database.execute("CREATE TABLE t(x); INSERT INTO t VALUES (1)"));
    }
    ASSERT_EQ(::chmod(directory_.c_str(), 0555), 0);
    ASSERT_EQ(::chmod(path_.c_str(), 0444), 0);
    const uid_t before = ::geteuid();
    // Root writes everywhere: be nobody for a moment.
    if (before == 0 && ::seteuid(65534) != 0) GTEST_SKIP() << "skipped: cannot drop root";
    Database reader = open(Mode::ReadOnly);
    EXPECT_EQ(count(reader), 1);
    const auto refused = Database::open(*disk_, directory_ + "/new.db", Mode::ReadWriteCreate);
    ASSERT_EQ(::seteuid(before), 0);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Permission);
}

}  // namespace
}  // namespace tradectl

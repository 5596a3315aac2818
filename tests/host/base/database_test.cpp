#include "host/base/database.hpp"

#include "host/base/disk.hpp"
#include "host/base/faulty_disk.hpp"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl {
namespace {

using Mode = Database::OpenMode;

const std::string kPath = "/state/test.db";

/// A disk in memory with a directory, and verbs on one database of it.
class MemoryDatabase : public ::testing::Test {
  protected:
    MemoryDatabase() { EXPECT_TRUE(disk_->make_directory("/state")); }

    Database open(Mode mode = Mode::ReadWriteCreate) {
        auto database = Database::open(faulty_, kPath, mode, {.busy_timeout_ms = 20});
        if (!database) ADD_FAILURE() << database.error().message;
        return std::move(*database);
    }
    static void run(Database& database, const std::string& sql) {
        const auto done = database.execute(sql);
        EXPECT_TRUE(done) << done.error().message;
    }
    static std::int64_t count(Database& database) {
        return database.query_integer("SELECT count(*) FROM t").value_or(-1);
    }

    /// The next opening of a file with that suffix is not permitted.
    void forbid_once(const std::string& suffix) {
        FaultRule rule;
        rule.operation = DiskOperation::Open;
        rule.path_part = suffix;
        rule.times = 1;
        rule.code = ErrorCode::Permission;
        faulty_.add_fault(rule);
    }

    std::unique_ptr<Disk> disk_ = make_memory_disk();
    FaultyDisk faulty_{*disk_};
};

TEST_F(MemoryDatabase, KeepsRowsAfterReopening) {
    {
        Database database = open();
        run(database, "CREATE TABLE t(x); INSERT INTO t VALUES (1),(2)");
        EXPECT_EQ(database.changes(), 2);
    }
    EXPECT_FALSE(disk_->exists(kPath + "-wal").value());
    Database database = open();
    EXPECT_EQ(count(database), 2);
}

TEST_F(MemoryDatabase, BindsAndReadsEveryKind) {
    Database database = open();
    run(database, "CREATE TABLE t(i, s, b, n)");
    const std::vector<std::byte> blob = {std::byte{0}, std::byte{255}};
    auto insert = database.prepare("INSERT INTO t VALUES (?,?,?,?)");
    ASSERT_TRUE(insert);
    insert->bind(1, INT64_MIN);
    insert->bind(2, std::string_view("a\0b", 3));
    insert->bind(3, blob);
    insert->bind_null(4);
    ASSERT_TRUE(insert->run());

    auto select = database.prepare("SELECT * FROM t");
    ASSERT_TRUE(select->step().value());
    EXPECT_EQ(select->integer(0), INT64_MIN);
    EXPECT_EQ(select->text(1), std::string_view("a\0b", 3));
    EXPECT_EQ(select->blob(2)[1], std::byte{255});
    EXPECT_TRUE(select->is_null(3));
    EXPECT_EQ(select->text(3), "");
    EXPECT_FALSE(select->step().value());
}

TEST_F(MemoryDatabase, AnEmptyTextIsNotNull) {
    Database database = open();
    run(database, "CREATE TABLE t(x NOT NULL, y NOT NULL)");
    auto insert = database.prepare("INSERT INTO t VALUES (?,?)");
    insert->bind(1, std::string_view());
    insert->bind(2, std::span<const std::byte>());
    EXPECT_TRUE(insert->run());
}

TEST_F(MemoryDatabase, AWrongParameterFailsTheNextStep) {
    Database database = open();
    auto statement = database.prepare("SELECT ?");
    statement->bind(2, 1);
    EXPECT_FALSE(statement->step());
    statement->bind(1, 7);
    EXPECT_TRUE(statement->step().value());
}

TEST_F(MemoryDatabase, AConstraintIsBadStateAndNamesTheColumn) {
    Database database = open();
    run(database, "CREATE TABLE t(x UNIQUE); INSERT INTO t VALUES (1)");
    const auto done = database.execute("INSERT INTO t VALUES (1)");
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::BadState);
    EXPECT_NE(done.error().message.find("t.x"), std::string::npos) << done.error().message;
}

TEST_F(MemoryDatabase, ForeignKeysAreOn) {
    Database database = open();
    run(database, "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE t(x REFERENCES p(id))");
    EXPECT_FALSE(database.execute("INSERT INTO t VALUES (1)"));
}

TEST_F(MemoryDatabase, RollsBackUnlessCommitted) {
    Database database = open();
    run(database, "CREATE TABLE t(x)");
    {
        auto transaction = Transaction::begin(database);
        run(database, "INSERT INTO t VALUES (1)");
    }
    EXPECT_EQ(count(database), 0);
    auto transaction = Transaction::begin(database);
    run(database, "INSERT INTO t VALUES (1)");
    EXPECT_TRUE(transaction->commit());
    EXPECT_EQ(count(database), 1);
}

TEST_F(MemoryDatabase, ASecondWriterIsLockedOut) {
    Database first = open();
    Database second = open();
    run(first, "CREATE TABLE t(x)");
    auto transaction = Transaction::begin(first);
    ASSERT_TRUE(transaction);
    const auto refused = Transaction::begin(second);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Locked);
    EXPECT_TRUE(transaction->commit());
    EXPECT_TRUE(Transaction::begin(second));
}

TEST_F(MemoryDatabase, AReaderKeepsItsSnapshotBesideAWriter) {
    Database writer = open();
    run(writer, "CREATE TABLE t(x); INSERT INTO t VALUES (1)");
    Database reader = open(Mode::ReadOnly);
    {
        auto snapshot = Transaction::begin(reader, Transaction::Kind::Read);
        ASSERT_TRUE(snapshot);
        run(writer, "INSERT INTO t VALUES (2)");
        EXPECT_EQ(count(reader), 1);
    }
    EXPECT_EQ(count(reader), 2);
}

TEST_F(MemoryDatabase, ManyThreadsLoseNoRow) {
    {
        Database database = open();
        run(database, "CREATE TABLE t(x)");
    }
    const auto work = [&] {
        auto database = Database::open(faulty_, kPath, Mode::ReadWriteCreate);
        for (int i = 0; i < 50; ++i)
            EXPECT_TRUE(database->execute("INSERT INTO t VALUES (1)"));
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i)
        threads.emplace_back(work);
    for (std::thread& thread : threads)
        thread.join();
    Database database = open(Mode::ReadOnly);
    EXPECT_EQ(count(database), 150);
}

TEST_F(MemoryDatabase, ReadOnlyRefusesToWriteAndToCreate) {
    const auto missing = Database::open(faulty_, kPath, Mode::ReadOnly);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
    Database writer = open();
    run(writer, "CREATE TABLE t(x)");
    Database reader = open(Mode::ReadOnly);
    const auto refused = reader.execute("INSERT INTO t VALUES (1)");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Permission);
}

TEST_F(MemoryDatabase, ARelativePathIsRefused) {
    const auto refused = Database::open(faulty_, "test.db", Mode::ReadWriteCreate);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::InvalidArgument);
}

TEST_F(MemoryDatabase, AFileThatIsNoDatabaseIsCorrupt) {
    ASSERT_TRUE(write_file_atomically(*disk_, kPath, std::string(5000, 'x')));
    const auto refused = Database::open(faulty_, kPath, Mode::ReadWriteCreate);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Corrupt);
}

TEST_F(MemoryDatabase, AFullDiskIsNoSpaceAndUndoesTheTransaction) {
    Database database = open();
    run(database, "CREATE TABLE t(x)");
    FaultRule full;
    full.operation = DiskOperation::Write;
    full.code = ErrorCode::NoSpace;
    faulty_.add_fault(full);
    const auto refused = database.execute("INSERT INTO t VALUES (1)");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::NoSpace);
    faulty_.clear_faults();
    EXPECT_EQ(count(database), 0);
    run(database, "INSERT INTO t VALUES (1)");
}

TEST_F(MemoryDatabase, EveryFailingCallIsReportedAndHarmless) {
    {
        Database database = open();
        run(database, "CREATE TABLE t(x); INSERT INTO t VALUES (0)");
    }
    std::int64_t committed = 1;
    bool finished = false;
    for (std::uint64_t skip = 0; !finished; ++skip) {
        FaultRule once;
        once.path_part = "test.db";
        once.skip = skip;
        once.times = 1;
        faulty_.add_fault(once);
        bool failed = true;
        if (auto database = Database::open(faulty_, kPath, Mode::ReadWriteCreate)) {
            failed = !database->execute("INSERT INTO t VALUES (1)");
            if (!failed) ++committed;
        }
        faulty_.clear_faults();
        Database database = open();
        ASSERT_EQ(count(database), committed) << "after failing call " << skip;
        finished = !failed && skip > 100;
    }
}

TEST_F(MemoryDatabase, WhatWasCommittedSurvivesAPowerCutInFullMode) {
    faulty_.start_recording();
    {
        auto database = Database::open(
            faulty_, kPath, Mode::ReadWriteCreate, {.synchronous = Database::Synchronous::Full});
        run(*database, "CREATE TABLE t(x)");
        for (int i = 0; i < 3; ++i) {
            run(*database, "INSERT INTO t VALUES (1)");
            const auto steps = faulty_.steps();
            auto image = crash_image(steps, steps.size(), [](const auto&) { return false; });
            auto after = Database::open(*image, kPath, Mode::ReadOnly);
            ASSERT_TRUE(after) << after.error().message;
            EXPECT_EQ(count(*after), i + 1);
        }
    }
}

TEST_F(MemoryDatabase, WithoutSideFilesAReaderUsesACopy) {
    Database writer = open();
    run(writer, "CREATE TABLE t(x); INSERT INTO t VALUES (1)");
    for (const char* side : {"-wal", "-shm"}) {
        forbid_once(side);
        Database reader = open(Mode::ReadOnly);
        faulty_.clear_faults();
        run(writer, "INSERT INTO t VALUES (2)");
        EXPECT_EQ(count(reader), side == std::string("-wal") ? 1 : 2);
    }
}

TEST_F(MemoryDatabase, ACopyWaitsForTheWriterInTheMiddle) {
    Database writer = open();
    run(writer, "CREATE TABLE t(x)");
    auto transaction = Transaction::begin(writer);
    forbid_once("-wal");
    const auto refused = Database::open(faulty_, kPath, Mode::ReadOnly, {.busy_timeout_ms = 20});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Locked);
}

TEST_F(MemoryDatabase, TwoDisksDoNotMeet) {
    auto other = make_memory_disk();
    ASSERT_TRUE(other->make_directory("/state"));
    Database here = open();
    auto there = Database::open(*other, kPath, Mode::ReadWriteCreate);
    run(here, "CREATE TABLE t(x)");
    EXPECT_FALSE(there->query_integer("SELECT count(*) FROM t"));
}

}  // namespace
}  // namespace tradectl

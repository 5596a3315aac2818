#include "host/engine/projector.hpp"

#include "host/base/database.hpp"
#include "host/base/log.hpp"
#include "tests/host/base/temporary_directory.hpp"
#include "tests/host/wal/log_fixture.hpp"

#include <chrono>
#include <fstream>
#include <iterator>

namespace tradectl::engine {
namespace {

const std::string kLedger = "/ledger.db";

/// The log goes to a file while it lives.
class LogFile {
  public:
    LogFile() { EXPECT_TRUE(open_log({.file = path_})); }
    ~LogFile() { static_cast<void>(open_log({})); }
    LogFile(const LogFile&) = delete;
    LogFile& operator=(const LogFile&) = delete;
    [[nodiscard]] bool has(const std::string& words) const {
        std::ifstream in(path_);
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        return text.find(words) != std::string::npos;
    }

  private:
    TemporaryDirectory directory_;
    std::string path_ = directory_.file("log");
};

/// Looks until it is so, at most 20 seconds.
template <typename Condition>
bool becomes_true(Condition&& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::yield();
    }
    return true;
}

class ProjectorTest : public wal::LogTest {
  protected:
    void SetUp() override {
        wal::LogTest::SetUp();
        start();
        open();
    }
    /// The ledger and its projector, as at the start of a session.
    void open() {
        projector_.reset();
        auto ledger = ledger::Ledger::open(disk_, kLedger, "demo");
        ASSERT_TRUE(ledger) << ledger.error().message;
        auto projector = Projector::open(disk_, directory_, std::move(*ledger));
        ASSERT_TRUE(projector) << projector.error().message;
        projector_ = std::move(*projector);
    }
    /// Adds durable records.
    void write(std::uint32_t records) {
        ASSERT_TRUE(append(records, 10));
        ASSERT_TRUE(writer_->sync());
    }
    std::uint64_t applied() { return projector_->applied().value; }
    /// What the ledger itself says, in a connection of its own.
    std::uint64_t in_the_ledger() {
        projector_.reset();
        auto ledger = ledger::Ledger::open(disk_, kLedger, "demo");
        EXPECT_TRUE(ledger);
        return ledger->applied_sequence().value;
    }
    void expect_code(const Status& status, ErrorCode code) {
        ASSERT_FALSE(status);
        EXPECT_EQ(status.error().code, code) << status.error().message;
    }
    Database other_program() {
        auto database = Database::open(disk_, kLedger, Database::OpenMode::ReadWriteCreate);
        EXPECT_TRUE(database);
        return std::move(*database);
    }

    std::unique_ptr<Projector> projector_;
};

TEST_F(ProjectorTest, CatchUpAppliesUpToTheMarkAndNotBeyond) {
    write(10);
    ASSERT_TRUE(projector_->catch_up({4}));
    EXPECT_EQ(applied(), 4u);
    ASSERT_TRUE(projector_->catch_up({7}));
    EXPECT_EQ(applied(), 7u);
    EXPECT_EQ(in_the_ledger(), 7u);
}

TEST_F(ProjectorTest, AMarkThatIsReachedDoesNothing) {
    write(3);
    ASSERT_TRUE(projector_->catch_up({3}));
    ASSERT_TRUE(projector_->catch_up({3}));
    ASSERT_TRUE(projector_->catch_up({1}));
    EXPECT_EQ(applied(), 3u);
}

TEST_F(ProjectorTest, MoreThanOneBatchOfRecordsIsApplied) {
    const std::uint64_t records = Projector::kBatchRecordsMax * 2 + 1;
    for (std::uint64_t written = 0; written < records; written += 25)
        write(25);
    ASSERT_TRUE(projector_->catch_up({records}));
    EXPECT_EQ(applied(), records);
    EXPECT_EQ(in_the_ledger(), records);
}

TEST_F(ProjectorTest, ALaterSessionGoesOnWhereTheLedgerIs) {
    write(5);
    ASSERT_TRUE(projector_->catch_up({3}));
    open();
    EXPECT_EQ(applied(), 3u);
    ASSERT_TRUE(projector_->catch_up({5}));
    EXPECT_EQ(in_the_ledger(), 5u);
}

TEST_F(ProjectorTest, ARecordThatIsMissingIsCorrupt) {
    write(3);
    expect_code(projector_->catch_up({4}), ErrorCode::Corrupt);
    EXPECT_LE(applied(), 3u);
}

TEST_F(ProjectorTest, AFailedCatchUpMayBeRepeated) {
    write(3);
    disk_.add_fault({.operation = DiskOperation::Write,
                     .path_part = "ledger.db",
                     .times = 1,
                     .code = ErrorCode::NoSpace});
    expect_code(projector_->catch_up({3}), ErrorCode::NoSpace);
    EXPECT_EQ(applied(), 0u);
    const auto again = projector_->catch_up({3});
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(in_the_ledger(), 3u);
}

TEST_F(ProjectorTest, WithoutAThreadALockedLedgerIsAnError) {
    write(1);
    Database other = other_program();
    auto transaction = Transaction::begin(other);
    ASSERT_TRUE(transaction);
    expect_code(projector_->catch_up({1}), ErrorCode::Locked);
}

using ProjectorThread = ProjectorTest;

TEST_F(ProjectorThread, ItAppliesWhatItIsTold) {
    projector_->start_thread();
    write(5);
    projector_->notify({3});
    EXPECT_TRUE(becomes_true([&] { return applied() >= 3; }));
    ASSERT_TRUE(projector_->stop());
    EXPECT_EQ(in_the_ledger(), 3u) << "records beyond the mark may not be durable";
}

TEST_F(ProjectorThread, StopAppliesWhatWasNotified) {
    for (int i = 0; i < 40; ++i)
        write(25);
    projector_->start_thread();
    projector_->notify({1000});
    ASSERT_TRUE(projector_->stop());
    EXPECT_EQ(applied(), 1000u);
    EXPECT_TRUE(projector_->stop()) << "a second stop says the same";
    EXPECT_EQ(in_the_ledger(), 1000u);
}

TEST_F(ProjectorThread, WhatWasNotifiedBeforeTheThreadIsApplied) {
    write(2);
    projector_->notify({2});
    projector_->notify({1});  // old news
    projector_->start_thread();
    ASSERT_TRUE(projector_->stop());
    EXPECT_EQ(in_the_ledger(), 2u);
}

TEST_F(ProjectorThread, AMissingRecordStopsItAndIsTold) {
    projector_->start_thread();
    write(3);
    projector_->notify({4});
    ASSERT_TRUE(becomes_true([&] { return projector_->failure().has_value(); }));
    EXPECT_EQ(projector_->failure()->code, ErrorCode::Corrupt);
    projector_->notify({5});
    expect_code(projector_->stop(), ErrorCode::Corrupt);
    expect_code(projector_->stop(), ErrorCode::Corrupt);
}

TEST_F(ProjectorThread, ALedgerLockedByAnotherProgramIsTriedAgain) {
    const LogFile log;
    write(3);
    projector_->start_thread();
    {
        Database other = other_program();
        auto transaction = Transaction::begin(other);
        ASSERT_TRUE(transaction);
        projector_->notify({3});
        ASSERT_TRUE(becomes_true([&] { return log.has("waiting: "); }));
        EXPECT_EQ(applied(), 0u);
        EXPECT_EQ(projector_->failure(), std::nullopt);
    }
    EXPECT_TRUE(becomes_true([&] { return applied() == 3; }));
    ASSERT_TRUE(projector_->stop());
    EXPECT_EQ(in_the_ledger(), 3u);
}

TEST_F(ProjectorThread, AStopDoesNotWaitForAnotherProgram) {
    const LogFile log;
    write(3);
    Database other = other_program();
    auto transaction = Transaction::begin(other);
    ASSERT_TRUE(transaction);
    projector_->start_thread();
    projector_->notify({3});
    ASSERT_TRUE(becomes_true([&] { return log.has("waiting: "); }));
    expect_code(projector_->stop(), ErrorCode::Locked);
    EXPECT_EQ(applied(), 0u);
}

}  // namespace
}  // namespace tradectl::engine

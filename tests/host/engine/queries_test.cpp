// What commands ask of a state directory, and what they do to it.
#include "host/engine/queries.hpp"

#include "host/base/clock.hpp"
#include "host/base/faulty_disk.hpp"
#include "host/engine/halts.hpp"
#include "host/engine/operator_halt.hpp"
#include "host/engine/reset.hpp"
#include "host/engine/startup.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace tradectl::engine {
namespace {

constexpr Timestamp kNow{1'700'000'000'000'000'000};

class StateTest : public ::testing::Test {
  protected:
    StateTest() {
        config_.name = "demo";
        config_.wal.segment_bytes = 64 * 1024;
        config_.strategies.push_back({.name = "momentum"});
    }

    /// A state directory with log, ledger and a plugin's store, whose lock is given back.
    void make_state(Disk& disk) {
        auto lock = WriterLock::take(disk, paths_, "demo", 0);
        ASSERT_TRUE(lock) << lock.error().message;
        SystemRandom random;
        auto identity = wal::open_identity(disk, paths_.root, random);
        ASSERT_TRUE(identity);
        auto state = open_state(disk, paths_, "demo", *identity, 64 * 1024, {kNow, 1});
        ASSERT_TRUE(state) << state.error().message;
        ASSERT_TRUE(disk.make_directory(paths_.plugins() + "/paper"));
        ASSERT_TRUE(write_file_atomically(disk, paths_.plugin_kv("paper"), "store"));
    }
    bool there(const std::string& path) { return *disk_->exists(path); }
    std::vector<ledger::NoteRow> notes() {
        auto books = open_books(*disk_, paths_, "demo");
        EXPECT_TRUE(books) << books.error().message;
        return *books->notes({});
    }
    Expected<HaltAnswer> halt(const std::string& scope) {
        return halt_by_operator(*disk_, config_, paths_, {scope, kNow, "alice", "odd fills"});
    }
    Expected<HaltAnswer> resume(const std::string& scope) {
        return resume_by_operator(*disk_, config_, paths_, {scope, kNow, "alice", ""});
    }

    StatePaths paths_{"/state"};
    config::Config config_;
    std::unique_ptr<Disk> disk_ = make_memory_disk();
};

TEST_F(StateTest, NoDirectoryIsNotFoundAndSaysWhatToDo) {
    const auto books = open_books(*disk_, paths_, "demo");
    ASSERT_FALSE(books);
    EXPECT_EQ(books.error().code, ErrorCode::NotFound);
    EXPECT_EQ(books.error().message, "no state in /state: run `tradectl run CONFIG` first");
    EXPECT_FALSE(there("/state"));
}

TEST_F(StateTest, ASimulatedConfigWithoutADirectoryHasNoState) {
    const auto checked = check_state(*disk_, StatePaths{""}, "demo");
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, ErrorCode::NotFound);
    EXPECT_NE(checked.error().message.find("--state-dir"), std::string::npos);
}

TEST_F(StateTest, TheDirectoryOfAnotherConfigIsRefused) {
    make_state(*disk_);
    const auto books = open_books(*disk_, paths_, "other");
    ASSERT_FALSE(books);
    EXPECT_EQ(books.error().code, ErrorCode::Config);
    EXPECT_NE(books.error().message.find("'demo'"), std::string::npos);
}

TEST_F(StateTest, ADamagedLedgerIsCorrupt) {
    make_state(*disk_);
    auto file = disk_->open(paths_.ledger(), {.write = true});
    const std::string junk(4096, 'x');
    ASSERT_TRUE((*file)->write(0, std::as_bytes(std::span(junk))));
    const auto books = open_books(*disk_, paths_, "demo");
    ASSERT_FALSE(books);
    EXPECT_EQ(books.error().code, ErrorCode::Corrupt) << books.error().message;
}

TEST_F(StateTest, ARunIsSeenWhileItHoldsTheLock) {
    EXPECT_FALSE(*is_running(*disk_, paths_));
    make_state(*disk_);
    EXPECT_FALSE(*is_running(*disk_, paths_));
    const auto lock = WriterLock::take(*disk_, paths_, "demo", 0);
    ASSERT_TRUE(lock);
    EXPECT_TRUE(*is_running(*disk_, paths_));
    const auto second = WriterLock::take(*disk_, paths_, "demo", 0);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::Locked);
}

TEST_F(StateTest, ResetRemovesTheStateAndKeepsWhoItIs) {
    make_state(*disk_);
    const auto identity = read_file(*disk_, paths_.identity(), 4096);
    ASSERT_TRUE(halt("all"));
    ASSERT_TRUE(reset_state(*disk_, paths_));
    EXPECT_FALSE(there(paths_.ledger()) || there(paths_.wal()) || there(paths_.plugins()));
    EXPECT_FALSE(there(paths_.reset()));
    EXPECT_EQ(*read_file(*disk_, paths_.identity(), 4096), *identity);
    EXPECT_TRUE(there(paths_.halt()));
    make_state(*disk_);
    EXPECT_EQ(wal::load_identity(*disk_, paths_.root)->epoch, 2);
}

TEST_F(StateTest, AResetCutShortAnywhereIsFinishedByTheNextWriter) {
    int cut_short = 0;
    for (std::uint64_t skip = 0;; ++skip) {
        disk_ = make_memory_disk();
        make_state(*disk_);
        FaultyDisk faulty(*disk_);
        faulty.add_fault({.skip = skip});
        const bool done = reset_state(faulty, paths_).has_value();
        const bool begun = there(paths_.reset());
        if (!done && begun) {
            ++cut_short;
            EXPECT_FALSE(open_books(*disk_, paths_, "demo")) << skip;
        }
        EXPECT_TRUE(WriterLock::take(*disk_, paths_, "demo", 0)) << skip;
        EXPECT_FALSE(there(paths_.reset())) << skip;
        const bool old = there(paths_.ledger()) && there(paths_.wal()) && there(paths_.plugins());
        const bool fresh =
            !there(paths_.ledger()) && !there(paths_.wal()) && !there(paths_.plugins());
        EXPECT_TRUE(begun || done ? fresh : old || fresh) << skip;
        if (done) break;
    }
    EXPECT_GT(cut_short, 10);
}

TEST_F(StateTest, AHaltIsLatchedAndOnRecord) {
    make_state(*disk_);
    const auto done = halt("strategy:momentum");
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_TRUE(done->changed);
    EXPECT_FALSE(done->run_lives);
    EXPECT_FALSE(done->note);
    ASSERT_EQ(done->halts.size(), 1U);
    const auto rows = notes();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].kind, wal::NoteKind::Halt);
    EXPECT_EQ(rows[0].text, "strategy:momentum by alice: odd fills");
    EXPECT_EQ(rows[1].kind, wal::NoteKind::OperatorAction);
    EXPECT_EQ(rows[1].text,
              "halted strategy:momentum by alice (uid " + std::to_string(::getuid()) +
                  "), command line: odd fills");
    EXPECT_FALSE(halt("strategy:momentum")->changed);
    EXPECT_EQ(notes().size(), 2U);
}

TEST_F(StateTest, AResumeTakesOneScopeBack) {
    make_state(*disk_);
    ASSERT_TRUE(halt("strategy:momentum") && halt("all"));
    const auto done = resume("all");
    ASSERT_TRUE(done);
    EXPECT_TRUE(done->changed);
    ASSERT_EQ(done->halts.size(), 1U);
    EXPECT_EQ(done->halts[0].scope, "strategy:momentum");
    ASSERT_EQ(notes().size(), 6U);
    EXPECT_EQ(notes()[4].kind, wal::NoteKind::Resume);
    EXPECT_EQ(notes()[5].kind, wal::NoteKind::OperatorAction);
    EXPECT_FALSE(resume("all")->changed);
    EXPECT_EQ(notes().size(), 6U);
}

TEST_F(StateTest, BesideALiveRunTheLogIsLeftToIt) {
    make_state(*disk_);
    const auto lock = WriterLock::take(*disk_, paths_, "demo", 0);
    const auto done = halt("all");
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_TRUE(done->run_lives);
    EXPECT_FALSE(done->note);
    EXPECT_TRUE(there(paths_.halt()));
    EXPECT_TRUE(notes().empty());
}

TEST_F(StateTest, AHaltHoldsEvenWhenTheLogCannotTakeTheNote) {
    make_state(*disk_);
    auto file = disk_->open(paths_.ledger(), {.write = true});
    const std::string junk(4096, 'x');
    ASSERT_TRUE((*file)->write(0, std::as_bytes(std::span(junk))));
    const auto done = halt("all");
    ASSERT_TRUE(done) << done.error().message;
    ASSERT_TRUE(done->note);
    EXPECT_EQ(done->note->code, ErrorCode::Corrupt);
    EXPECT_EQ(HaltLatch(*disk_, paths_.halt()).read()->size(), 1U);
}

TEST_F(StateTest, AScopeThatTheConfigLacksIsRefusedForHaltsAlone) {
    make_state(*disk_);
    for (const char* scope : {"strategy:nosuch", "instrument:momentum", "exchange:x", "", "ALL"}) {
        const auto done = halt(scope);
        ASSERT_FALSE(done) << scope;
        EXPECT_EQ(done.error().code, ErrorCode::InvalidArgument) << scope;
    }
    EXPECT_FALSE(there(paths_.halt()));
    EXPECT_TRUE(resume("strategy:nosuch"));
}

TEST_F(StateTest, ALatchBeingChangedIsWaitedForThenLocked) {
    make_state(*disk_);
    auto file = disk_->open(paths_.lock(), {.write = true});
    ASSERT_TRUE((*file)->lock(2, 1, File::Lock::Exclusive));
    const auto done = halt("all");
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::Locked);
}

TEST_F(StateTest, ARunHearsOfEveryChangeOfTheLatchOnce) {
    make_state(*disk_);
    ASSERT_TRUE(halt("strategy:momentum"));
    Halts halts{HaltLatch(*disk_, paths_.halt())};
    halts.refresh();
    EXPECT_TRUE(halts.take_changes().added.empty());  // in force before it started
    ASSERT_TRUE(halt("all") && resume("strategy:momentum"));
    halts.refresh();
    halts.refresh();
    const HaltChanges changes = halts.take_changes();
    ASSERT_EQ(changes.added.size(), 1U);
    EXPECT_EQ(changes.added[0].scope, "all");
    ASSERT_EQ(changes.removed.size(), 1U);
    EXPECT_EQ(changes.removed[0].scope, "strategy:momentum");
    EXPECT_TRUE(halts.take_changes().added.empty());
}

TEST_F(StateTest, AHaltThatCannotBeLatchedStaysInForce) {
    make_state(*disk_);
    FaultyDisk faulty(*disk_);
    Halts halts{HaltLatch(faulty, paths_.halt())};
    halts.refresh();
    faulty.add_fault({.operation = DiskOperation::Write});
    EXPECT_FALSE(halts.add({"all", kNow, "host", "contradiction"}));
    halts.refresh();
    EXPECT_EQ(halts.state("momentum", "paper", "x"), risk::TradingState::Halted);
    EXPECT_EQ(halts.take_changes().added.size(), 1U);
}

}  // namespace
}  // namespace tradectl::engine

#include "host/engine/state_dir.hpp"

#include "host/engine/halts.hpp"

#include <gtest/gtest.h>

namespace tradectl::engine {
namespace {

class StateDirectory : public testing::Test {
  protected:
    Halt halt(const std::string& scope) { return {scope, Timestamp{1'000'000'000}, "me", "why"}; }
    void write(const std::string& text) {
        ASSERT_TRUE(write_file_atomically(*disk_, "/state/halt", text));
    }

    std::unique_ptr<Disk> disk_ = make_memory_disk();
    const StatePaths paths_{"/state"};
    const Status made_ = disk_->make_directory("/state");
    HaltLatch latch_{*disk_, "/state/halt"};
};

TEST_F(StateDirectory, HasOneWriter) {
    const auto first = WriterLock::take(*disk_, paths_, "demo", 0);
    ASSERT_TRUE(first);
    const auto second = WriterLock::take(*disk_, paths_, "demo", 0);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::Locked);
}

TEST_F(StateDirectory, BelongsToTheConfigThatCameFirst) {
    { ASSERT_TRUE(WriterLock::take(*disk_, paths_, "demo", 0)); }
    EXPECT_TRUE(WriterLock::take(*disk_, paths_, "demo", 0));
    const auto other = WriterLock::take(*disk_, paths_, "other", 0);
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, ErrorCode::Config);
}

TEST_F(StateDirectory, IsNotMadeOfADirectoryOfSomebodyElse) {
    ASSERT_TRUE(write_file_atomically(*disk_, "/state/letters.txt", "dear"));
    const auto refused = WriterLock::take(*disk_, paths_, "demo", 0);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Config);
    EXPECT_NE(refused.error().message.find("letters.txt"), std::string::npos);
    EXPECT_EQ(disk_->list("/state")->size(), 1U);
}

TEST_F(StateDirectory, IsMadeWhereALogOrAnOperatorsHaltLies) {
    ASSERT_TRUE(write_file_atomically(*disk_, "/state/run.log", "begun"));
    EXPECT_TRUE(WriterLock::take(*disk_, paths_, "demo", 0));
    const StatePaths halted{"/halted"};
    ASSERT_TRUE(disk_->make_directory("/halted"));
    ASSERT_TRUE(HaltLatch(*disk_, halted.halt()).add(halt("all")));
    EXPECT_TRUE(WriterLock::take(*disk_, halted, "demo", 0));
}

TEST_F(StateDirectory, AHaltStaysUntilItIsRemoved) {
    ASSERT_TRUE(latch_.add(halt("all")));
    ASSERT_TRUE(latch_.add(halt("strategy:m")));
    EXPECT_EQ(latch_.read()->size(), 2u);
    EXPECT_TRUE(*latch_.remove("all"));
    EXPECT_FALSE(*latch_.remove("all"));
    EXPECT_TRUE(*latch_.remove("strategy:m"));
    EXPECT_FALSE(*disk_->exists("/state/halt"));
}

TEST_F(StateDirectory, TheEarlierReasonOfAHaltIsKept) {
    ASSERT_TRUE(latch_.add(halt("all")));
    Halt later = halt("all");
    later.reason = "another";
    ASSERT_TRUE(latch_.add(later));
    EXPECT_EQ(latch_.read()->front().reason, "why");
}

TEST_F(StateDirectory, ALineThatCannotBeReadHaltsEverything) {
    for (const char* text : {"garbage\n", "all\tyesterday\tme\twhy\n", "moon:x\t\t\t\n"}) {
        write(text);
        EXPECT_EQ(latch_.read().error().code, ErrorCode::Corrupt) << text;
        Halts halts(latch_);
        halts.refresh();
        EXPECT_EQ(halts.state("s", "x", "i"), risk::TradingState::Halted) << text;
    }
}

TEST_F(StateDirectory, AHaltCoversItsScopeAlone) {
    for (const char* scope : {"strategy:s", "exchange:x", "instrument:i"})
        ASSERT_TRUE(latch_.add(halt(scope)));
    Halts halts(latch_);
    halts.refresh();
    EXPECT_EQ(halts.state("s", "-", "-"), risk::TradingState::Halted);
    EXPECT_EQ(halts.state("-", "x", "-"), risk::TradingState::Halted);
    EXPECT_EQ(halts.state("-", "-", "i"), risk::TradingState::Halted);
    EXPECT_EQ(halts.state("ss", "s", "x"), risk::TradingState::Active);
}

TEST_F(StateDirectory, AKillFileHaltsItsScopeUntilItIsGoneAndResumed) {
    const auto noon = Timestamp::parse("2026-01-01T12:00:00Z");
    Halts halts(latch_);
    halts.obey(*disk_, {{"/stop", "strategy:s"}}, [&] { return *noon; });
    halts.refresh();
    EXPECT_EQ(halts.state("s", "x", "i"), risk::TradingState::Active);
    ASSERT_TRUE(write_file_atomically(*disk_, "/stop", ""));
    halts.refresh();
    halts.refresh();
    EXPECT_EQ(halts.state("s", "x", "i"), risk::TradingState::Halted);
    EXPECT_EQ(halts.state("other", "x", "i"), risk::TradingState::Active);
    ASSERT_EQ(latch_.read()->size(), 1u);  // durable, and told once
    EXPECT_EQ(halt_text(latch_.read()->front()), "strategy:s by kill_file: /stop is there");
    EXPECT_EQ(latch_.read()->front().since, *noon);
    ASSERT_TRUE(*latch_.remove("strategy:s"));  // resumed too early
    halts.refresh();
    EXPECT_EQ(halts.state("s", "x", "i"), risk::TradingState::Halted);
    ASSERT_TRUE(disk_->remove("/stop"));
    halts.refresh();
    EXPECT_EQ(halts.state("s", "x", "i"), risk::TradingState::Halted);
    ASSERT_TRUE(*latch_.remove("strategy:s"));
    halts.refresh();
    EXPECT_EQ(halts.state("s", "x", "i"), risk::TradingState::Active);
}

TEST_F(StateDirectory, TheStrictestOfAllScopesWins) {
    Halt mild = halt("all");
    mild.kind = HaltKind::ReduceOnly;
    ASSERT_TRUE(*latch_.add(mild));
    ASSERT_TRUE(*latch_.add(halt("strategy:s")));
    Halts halts(latch_);
    halts.refresh();
    EXPECT_EQ(halts.state("s", "x", "i"), risk::TradingState::Halted);
    EXPECT_EQ(halts.state("other", "x", "i"), risk::TradingState::ReduceOnly);
}

TEST_F(StateDirectory, AScopeGetsStricterAndNeverMilder) {
    Halt mild = halt("all");
    mild.kind = HaltKind::ReduceOnly;
    EXPECT_TRUE(*latch_.add(mild));
    EXPECT_FALSE(*latch_.add(mild));
    EXPECT_TRUE(*latch_.add(halt("all")));
    EXPECT_FALSE(*latch_.add(mild));
    ASSERT_EQ(latch_.read()->size(), 1u);
    EXPECT_EQ(latch_.read()->front().kind, HaltKind::Halted);
}

TEST_F(StateDirectory, EveryKindOfLineIsReadAsItWasWritten) {
    using enum HaltKind;
    for (const HaltKind kind : {ReduceOnly, Halted, Errors, Loss, Reset}) {
        Halt line = halt("all");
        line.kind = kind;
        ASSERT_TRUE(latch_.put(line));
        ASSERT_EQ(latch_.read()->size(), 1u);
        EXPECT_EQ(latch_.read()->front().kind, kind);
    }
    write("all\t2026-01-01T00:00:00Z\tme\twhy\tmaybe\n");
    EXPECT_EQ(latch_.read().error().code, ErrorCode::Corrupt);
}

TEST_F(StateDirectory, ALatchThatNobodyElseKnowsIsReadOnceAndAfterOwnHalts) {
    ASSERT_TRUE(latch_.add(halt("strategy:early")));
    Halts alone(latch_, LatchOthers::None);
    alone.refresh();
    EXPECT_EQ(alone.list().size(), 1u);
    ASSERT_TRUE(latch_.add(halt("strategy:late")));
    alone.refresh();
    EXPECT_EQ(alone.list().size(), 1u);
    ASSERT_TRUE(alone.add(halt("exchange:own")));
    EXPECT_EQ(alone.state("m", "own", "A-B"), risk::TradingState::Halted);
    EXPECT_EQ(alone.list().size(), 3u);
}

TEST_F(StateDirectory, ScopesAreCheckedByTheirForm) {
    for (const char* good : {"all", "strategy:m", "instrument:A-B", "exchange:x"})
        EXPECT_TRUE(check_halt_scope(good)) << good;
    for (const char* bad : {"", "everything", "strategy:", "order:5"})
        EXPECT_FALSE(check_halt_scope(bad)) << bad;
}

}  // namespace
}  // namespace tradectl::engine

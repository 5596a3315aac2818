// A ledger made anew from the log.
#include "host/base/database.hpp"
#include "tests/host/engine/recover_fixture.hpp"

namespace tradectl::engine {
namespace {

TEST_F(RecoverTest, ARebuiltLedgerIsEqual) {
    run_well(text_of("fill").script("s", {"3 buy 1 100", "5 sell 0.5 100"}));
    const std::string before = exported();
    const auto& config = config_of(text_of("fill").script("s", {}));
    const auto equal = rebuild_ledger(*disk_, config, {state_dir()}, 0);
    ASSERT_TRUE(equal) << equal.error().message;
    EXPECT_EQ(equal->outcome, RebuiltLedger::Equal);
    std::filesystem::remove(state_dir() + "/ledger.db");
    const auto made = rebuild_ledger(*disk_, config, {state_dir()}, 0);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->outcome, RebuiltLedger::New);
    EXPECT_EQ(exported(), before);
}

TEST_F(RecoverTest, AnEmptyTableMakesALedgerDiffer) {
    run_well(text_of("fill").script("s", {"3 buy 1 100"}));
    {
        auto database =
            Database::open(*disk_, state_dir() + "/ledger.db", Database::OpenMode::ReadWriteCreate);
        ASSERT_TRUE(database->execute("DELETE FROM notes"));
    }
    const auto& config = config_of(text_of("fill").script("s", {}));
    const auto replaced = rebuild_ledger(*disk_, config, {state_dir()}, 0);
    ASSERT_TRUE(replaced) << replaced.error().message;
    EXPECT_EQ(replaced->outcome, RebuiltLedger::Replaced);
    EXPECT_EQ(replaced->contrary, "its table 'notes' differs");
    EXPECT_GT(notes(wal::NoteKind::SessionStart).size(), 0U);
}

/// A log that lost its end, with its own stamp of that time.
class LostEnd : public RecoverTest {
  protected:
    void SetUp() override {
        run_well(text_of("fill").script("s", {"3 buy 1 100"}));
        std::filesystem::copy(wal(), saved(), std::filesystem::copy_options::recursive);
        run_well(text_of("fill").script("s", {"3 buy 1 100"}));
        std::filesystem::remove_all(wal());
        std::filesystem::rename(saved(), wal());
    }
    std::string wal() { return state_dir() + "/wal"; }
    std::string saved() { return directory_.file("saved"); }
    void expect_refused() {
        const auto& config = config_of(text_of("fill").script("s", {}));
        const auto refused = rebuild_ledger(*disk_, config, {state_dir()}, 0);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::Corrupt) << refused.error().message;
    }
};

TEST_F(LostEnd, ReplacesNoLedgerThatKnowsMore) {
    std::filesystem::remove_all(state_dir() + "/audit");
    expect_refused();
    EXPECT_EQ(orders().size(), 2U);
}

TEST_F(LostEnd, MakesNoLedgerWhenTheAuditLogKnowsMore) {
    std::filesystem::remove(state_dir() + "/ledger.db");
    ASSERT_TRUE(std::filesystem::exists(state_dir() + "/audit/checkpoint"));
    expect_refused();
    EXPECT_FALSE(std::filesystem::exists(state_dir() + "/ledger.db"));
}

TEST_F(RecoverTest, ALedgerThatDiffersIsReplacedAndKept) {
    run_well(text_of("fill").script("s", {"3 buy 1 100"}));
    const std::string before = exported();
    {
        auto database =
            Database::open(*disk_, state_dir() + "/ledger.db", Database::OpenMode::ReadWriteCreate);
        ASSERT_TRUE(database->execute("UPDATE fills SET quantity = '9'"));
    }
    const auto& config = config_of(text_of("fill").script("s", {}));
    const auto replaced = rebuild_ledger(*disk_, config, {state_dir()}, 0);
    ASSERT_TRUE(replaced) << replaced.error().message;
    EXPECT_EQ(replaced->outcome, RebuiltLedger::Replaced);
    EXPECT_TRUE(std::filesystem::exists(replaced->backup));
    EXPECT_EQ(exported(), before);
}

}  // namespace
}  // namespace tradectl::engine

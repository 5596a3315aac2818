// Schema versions go forward, with a copy of what was there.
#include "host/base/database.hpp"
#include "host/ledger/schema.hpp"
#include "tests/host/ledger/ledger_fixture.hpp"

#include <array>

namespace tradectl::ledger {
namespace {

constexpr std::array<Migration, 2> kSteps{
    {{1, "ALTER TABLE fills ADD COLUMN note TEXT NOT NULL DEFAULT ''"},
     {2, "CREATE TABLE shelf(id INTEGER PRIMARY KEY) STRICT"}}};

class MigrationTest : public LedgerTest {
  protected:
    MigrationTest() {
        log_.deposit("USD", "1000");
        apply();
        ledger_.reset();
        auto opened = database();  // as version 1 left it
        EXPECT_TRUE(opened.execute("DROP INDEX fills_unsettled"));
        EXPECT_TRUE(opened.execute("UPDATE meta SET schema_version = 1"));
    }
    Database database() {
        return std::move(*Database::open(faulty_, kPath, Database::OpenMode::ReadWriteCreate));
    }
    Status migrate(std::span<const Migration> steps, std::int64_t target) {
        auto opened = database();
        return migrate_schema(faulty_, opened, steps, target);
    }
    std::int64_t ask(const std::string& path, const std::string& sql) {
        auto opened = Database::open(*disk_, path, Database::OpenMode::ReadWriteCreate);
        const auto answer = opened->query_integer(sql);
        return answer ? *answer : -1;
    }
    inline static const std::string kVersion = "SELECT schema_version FROM meta";
    inline static const std::string kPostings = "SELECT count(*) FROM postings";
};

TEST_F(MigrationTest, ALedgerOfVersionOneIsBroughtForwardWhenItIsOpened) {
    const auto opened = Ledger::open(faulty_, kPath, "demo");
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(ask(kPath, kVersion), kSchemaVersion);
    EXPECT_EQ(ask(kPath, "SELECT count(*) FROM sqlite_schema WHERE name = 'fills_unsettled'"), 1);
    EXPECT_EQ(ask(kPath + ".schema-1", kVersion), 1);
}

TEST_F(MigrationTest, AllStepsAreTakenAndTheOldVersionIsKept) {
    const auto done = migrate(kSteps, 3);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(ask(kPath, kVersion), 3);
    EXPECT_EQ(ask(kPath, "SELECT count(*) FROM shelf"), 0);
    EXPECT_EQ(ask(kPath + ".schema-1", kVersion), 1);
    EXPECT_EQ(ask(kPath + ".schema-1", kPostings), ask(kPath, kPostings));
}

TEST_F(MigrationTest, AMissingStepChangesNothing) {
    const auto done = migrate(std::span(kSteps).first(1), 3);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::Unsupported);
    EXPECT_EQ(ask(kPath, kVersion), 1);
    EXPECT_EQ(ask(kPath, "SELECT count(note) FROM fills"), -1);
}

TEST_F(MigrationTest, AStepThatFailsLeavesTheOldVersion) {
    constexpr std::array<Migration, 1> kBad{{{1, "ALTER TABLE nowhere ADD COLUMN x TEXT"}}};
    EXPECT_FALSE(migrate(kBad, 2));
    EXPECT_EQ(ask(kPath, kVersion), 1);
    EXPECT_TRUE(migrate(kSteps, 2));
    EXPECT_EQ(ask(kPath, kVersion), 2);
}

TEST_F(MigrationTest, WithoutRoomForTheCopyNothingIsChanged) {
    faulty_.add_fault(
        {.operation = DiskOperation::Write, .path_part = ".schema-1", .code = ErrorCode::NoSpace});
    EXPECT_FALSE(migrate(kSteps, 3));
    EXPECT_EQ(ask(kPath, kVersion), 1);
    faulty_.clear_faults();
    EXPECT_TRUE(migrate(kSteps, 3));
}

TEST_F(MigrationTest, ANewerLedgerIsLeftAlone) {
    ASSERT_TRUE(migrate(kSteps, 3));
    EXPECT_TRUE(migrate(kSteps, 2));
    EXPECT_EQ(ask(kPath, kVersion), 3);
    const auto refused = Ledger::open(faulty_, kPath, "demo");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Unsupported);
}

}  // namespace
}  // namespace tradectl::ledger

#include "host/engine/venue_desk.hpp"

#include "host/config/load.hpp"
#include "host/engine/pipeline.hpp"
#include "host/engine/trading.hpp"
#include "tests/engine_support/session_fixture.hpp"

#include <fstream>
#include <map>
#include <sstream>

namespace tradectl::engine {
namespace {

exchange::Completion well(const Expected<exchange::Completion>& answer) {
    EXPECT_TRUE(answer) << (answer ? "" : answer.error().message);
    return answer ? *answer : exchange::Completion{};
}

class VenueDeskTest : public SessionFixture {
  protected:
    SessionText text() {
        SessionText text;
        text.in_real_time().script("s", {"1 buy 1", "5 buy 2 90"});
        text.rest = "shutdown: {orders: keep}\n";
        return text;
    }
    const config::Config& config() {
        config::LoadOptions load;
        load.directory = load.working_directory = directory_.path();
        document_ = config::load_text(text().yaml(), load).document;
        return document_->config;
    }
    [[nodiscard]] StatePaths paths() const { return {state_dir()}; }
    std::unique_ptr<VenueDesk> reader() {
        return open(VenueDesk::open_reader(config(), paths(), {}));
    }
    std::unique_ptr<VenueDesk> writer() {
        return open(VenueDesk::open_writer(config(), paths(), {}));
    }
    static std::unique_ptr<VenueDesk> open(Expected<std::unique_ptr<VenueDesk>> desk) {
        EXPECT_TRUE(desk) << (desk ? "" : desk.error().message);
        return desk ? std::move(*desk) : nullptr;
    }
    static VenueDesk::Question balances() {
        return [](exchange::ExchangeRuntime& runtime) {
            tradectl_scope scope{};
            scope.struct_size = sizeof(scope);
            scope.account = scope.instrument = TRADECTL_HANDLE_NONE;
            scope.since = TRADECTL_TIME_NONE;
            return runtime.balances(scope);
        };
    }
    /// Content of every file under the state directory; SQLite's side files excepted.
    std::map<std::string, std::string> contents() {
        std::map<std::string, std::string> files;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(state_dir())) {
            const std::string path = entry.path();
            if (!entry.is_regular_file() || path.ends_with("-shm") || path.ends_with("-wal"))
                continue;
            std::ostringstream text;
            text << std::ifstream(path).rdbuf();
            files[path] = text.str();
        }
        return files;
    }

    std::optional<config::Document> document_;
};

TEST_F(VenueDeskTest, AReaderAsksTheVenueAndChangesNothing) {
    run_well(text());
    const auto before = contents();
    {
        auto desk = reader();
        ASSERT_NE(desk, nullptr);
        EXPECT_FALSE(desk->run_lives());
        EXPECT_EQ(desk->down(0), nullptr);
        EXPECT_EQ(well(desk->ask(0, balances())).balances.size(), 2U);
        EXPECT_EQ(desk->books()->fills({})->size(), fills().size());
        desk->pipeline().scribe().note(wal::NoteKind::OperatorAction, "host", "tried");
        EXPECT_TRUE(desk->commit());
        EXPECT_GT(desk->books()->notes({})->size(), books().notes({})->size());
    }
    EXPECT_EQ(contents(), before);
}

TEST_F(VenueDeskTest, AReaderBesideARunReadsTheLedgerAsItIs) {
    run_well(text());
    auto lock = WriterLock::take(*disk_, paths(), "engine-test", 0);
    ASSERT_TRUE(lock);
    auto desk = reader();
    ASSERT_NE(desk, nullptr);
    EXPECT_TRUE(desk->run_lives());
    EXPECT_EQ(well(desk->ask(0, balances())).status, TRADECTL_OK);
    EXPECT_EQ(desk->books()->orders({})->size(), 2U);
}

TEST_F(VenueDeskTest, AWriterKnowsTheOpenOrdersAndBooks) {
    run_well(text());
    {
        auto desk = writer();
        ASSERT_NE(desk, nullptr);
        EXPECT_EQ(desk->trading().orders.open_count(), 1U);
        desk->pipeline().scribe().note(wal::NoteKind::OperatorAction, "operator", "looked");
        EXPECT_TRUE(desk->commit());
    }
    EXPECT_EQ(notes(wal::NoteKind::OperatorAction), std::vector<std::string>{"looked"});
}

TEST_F(VenueDeskTest, AWriterIsRefusedBesideARun) {
    run_well(text());
    auto lock = WriterLock::take(*disk_, paths(), "engine-test", 0);
    const auto desk = VenueDesk::open_writer(config(), paths(), {});
    ASSERT_FALSE(desk);
    EXPECT_EQ(desk.error().code, ErrorCode::Locked);
}

TEST_F(VenueDeskTest, WithoutStateThereIsNothingToOpen) {
    const auto desk = VenueDesk::open_reader(config(), paths(), {});
    ASSERT_FALSE(desk);
    EXPECT_EQ(desk.error().code, ErrorCode::NotFound);
    EXPECT_FALSE(VenueDesk::open_writer(config(), paths(), {}));
    EXPECT_FALSE(std::filesystem::exists(state_dir()));
}

TEST_F(VenueDeskTest, AReaderRefusesALogThatLostWhatTheAuditLogKnows) {
    run_well(text());
    std::filesystem::remove_all(paths().wal());
    std::filesystem::remove(paths().ledger());
    const auto desk = VenueDesk::open_reader(config(), paths(), {});
    ASSERT_FALSE(desk);
    EXPECT_EQ(desk.error().code, ErrorCode::Corrupt) << desk.error().message;
}

TEST_F(VenueDeskTest, AVenueThatIsDownIsNoErrorOfTheDesk) {
    SessionText up;
    up.in_real_time().venue("fill").script("s", {"1 buy 1 90"});
    run_well(up);
    SessionText text;
    text.in_real_time().venue("rest", ", connects: false").script("s", {});
    config::LoadOptions load;
    load.directory = load.working_directory = directory_.path();
    const auto document = config::load_text(text.yaml(), load).document;
    auto desk = open(VenueDesk::open_reader(document->config, paths(), {}));
    ASSERT_NE(desk, nullptr);
    ASSERT_NE(desk->down(0), nullptr);
    EXPECT_EQ(desk->down(0)->code, ErrorCode::Unavailable);
    EXPECT_EQ(desk->ask(0, balances()).error().code, ErrorCode::Unavailable);
}

}  // namespace
}  // namespace tradectl::engine

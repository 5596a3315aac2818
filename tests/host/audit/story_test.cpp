// One order's story out of a log with others in it.
#include "host/audit/story.hpp"

#include "tests/host/audit/audit_fixture.hpp"

#include <string>
#include <vector>

namespace tradectl::audit {
namespace {

using Events = std::vector<std::string>;

class StoryTest : public AuditLog {
  protected:
    void note(wal::NoteKind kind, std::string_view actor = "host", std::uint64_t trigger = 0) {
        wal::NoteBody body;
        body.kind = kind;
        body.subject.instance = actor;
        body.trigger_seq = trigger;
        log_.add(wal::RecordType::Note, 0, body);
    }
    void session() {
        note(wal::NoteKind::SessionStart);
        note(wal::NoteKind::Config);
    }
    /// An order of "momo", numbered as its operation, on the event `trigger`.
    void intent(std::uint64_t op, std::uint64_t trigger) {
        id_ = ledger::TestLog::client_id(op);
        wal::IntentBody body;
        body.step = wal::StepKind::TradeExecute;
        body.subject = ledger::TestLog::subject(op, "BTC-USD.paper", id_);
        body.terms = ledger::TestLog::terms();
        body.trigger_seq = trigger;
        log_.add(wal::RecordType::Intent, op, body, wal::kFlagMayBeSent);
    }
    /// The words of a story, in order.
    Events told(const std::string& order) {
        open(*disk_);
        for (const wal::Record& record : log_.records())
            EXPECT_TRUE(writer_->append(record));
        EXPECT_TRUE(writer_->checkpoint());
        const auto reader = read();
        const auto story = tell_story(*reader, order);
        EXPECT_TRUE(story) << story.error().message;
        Events events;
        if (!story) return events;
        for (const FoundEntry& entry : story->entries)
            events.emplace_back(entry.fields.find_text("event").value_or(""));
        return events;
    }

    ledger::TestLog log_;
    std::string id_;
};

TEST_F(StoryTest, HasTheEventAndTheDecisionsOnIt) {
    session();
    note(wal::NoteKind::Event, "momo", 4);
    note(wal::NoteKind::Event, "momo", 5);
    note(wal::NoteKind::Decision, "momo", 5);
    note(wal::NoteKind::Event, "other", 5);
    intent(7, 5);
    note(wal::NoteKind::Decision, "momo", 5);
    log_.ack(7);
    const Events wanted = {"START", "CONFIG", "EVENT", "DECISION", "INTENT", "DECISION", "NEWO"};
    EXPECT_EQ(told("momo/7"), wanted);
}

TEST_F(StoryTest, DoesNotTakeAnEventOfAnotherSessionForItsOwn) {
    session();
    note(wal::NoteKind::Event, "momo", 5);
    session();
    note(wal::NoteKind::Event, "momo", 5);
    intent(7, 5);
    session();
    note(wal::NoteKind::Event, "momo", 5);
    log_.ack(7);
    const Events wanted = {"START", "CONFIG", "EVENT", "INTENT", "START", "CONFIG", "NEWO"};
    EXPECT_EQ(told("momo/7"), wanted);
}

TEST_F(StoryTest, HasWhatHappenedAroundItWhileItLived) {
    session();
    note(wal::NoteKind::Halt);
    intent(7, 0);
    note(wal::NoteKind::OperatorAction);
    note(wal::NoteKind::Breaker);
    intent(8, 0);
    log_.ack(7);
    note(wal::NoteKind::Resume);
    EXPECT_EQ(told("momo/7"), (Events{"START", "CONFIG", "INTENT", "OPERATOR", "BREAKER", "NEWO"}));
    EXPECT_EQ(told("momo/8"), (Events{"START", "CONFIG", "INTENT"}));
}

TEST_F(StoryTest, HasWhatRecoveryAndOperatorsDecidedByItsId) {
    session();
    intent(7, 0);
    session();
    wal::NoteBody body;
    body.kind = wal::NoteKind::Recovered;
    body.subject.instance = "momo";
    body.subject.client_order_id = id_;
    log_.add(wal::RecordType::Note, 7, body);
    EXPECT_EQ(told(id_), (Events{"START", "CONFIG", "INTENT", "START", "CONFIG", "RECOVER"}));
}

}  // namespace
}  // namespace tradectl::audit

// What a session puts on record so that an order explains itself.
#include "host/engine/state_dir.hpp"
#include "host/wal/reader.hpp"
#include "tests/engine_support/session_fixture.hpp"

#include <string>
#include <vector>

namespace tradectl::engine {
namespace {

class StoryNotes : public SessionFixture {
  protected:
    struct Heard {
        std::string text;
        std::uint64_t trigger = 0;
        std::string numbers;  // their names
        bool timed = false;
    };
    /// What the log holds of a kind, in order.
    std::vector<Heard> noted(wal::NoteKind kind) {
        std::vector<Heard> found;
        auto reader = wal::RecordReader::open(*disk_, StatePaths{state_dir()}.wal(), {});
        EXPECT_TRUE(reader) << reader.error().message;
        const auto last = books().applied_sequence();
        EXPECT_TRUE(last) << last.error().message;
        for (;;) {
            const auto record = reader->next(*last);
            EXPECT_TRUE(record) << record.error().message;
            if (!record || !*record) return found;
            if ((*record)->header.type != wal::RecordType::Note) continue;
            const auto body = wal::decode_note(**record);
            if (!body || body->kind != kind) continue;
            Heard heard{std::string(body->text), body->trigger_seq, {}, false};
            for (const auto& number : body->numbers)
                heard.numbers += std::string(number.name) + " ";
            heard.timed = !body->event_time.is_none();
            found.push_back(std::move(heard));
        }
    }
};

TEST_F(StoryNotes, ATradeThatCausesTwoOrdersIsNotedOnceWithItsPrice) {
    SessionText text;
    run_well(text.venue("fill").script("s", {"3 buy 1 100", "3 buy 1 101", "3 decide so"}));
    const auto events = noted(wal::NoteKind::Event);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_TRUE(events[0].text.starts_with("trade")) << events[0].text;
    EXPECT_EQ(events[0].numbers, "price quantity ");
    EXPECT_TRUE(events[0].timed);
    EXPECT_GT(events[0].trigger, 0U);
}

TEST_F(StoryNotes, EachStrategyHasItsOwn) {
    SessionText text;
    run_well(text.venue("fill").script("s", {"3 buy 1 100"}).script("t", {"3 buy 1 100"}));
    const auto events = noted(wal::NoteKind::Event);
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].trigger, events[1].trigger);
}

TEST_F(StoryNotes, AnExitAtOnceHasTheEventThatItAnswers) {
    SessionText text;
    run_well(text.venue("fill").script("s", {"3 buy 1 100", "5 exits now"}));
    ASSERT_EQ(orders().size(), 2U);
    EXPECT_EQ(noted(wal::NoteKind::Event).size(), 2U);
    EXPECT_TRUE(noted(wal::NoteKind::Triggered).empty()) << "no rule of the host's hit";
}

TEST_F(StoryNotes, AnExitRuleAloneIsNoOrder) {
    SessionText text;
    run_well(text.venue("fill").script("s", {"3 exits stop 0.5"}));
    EXPECT_TRUE(noted(wal::NoteKind::Event).empty());
}

TEST_F(StoryNotes, ARequestThatLeftIsNotedAfterIt) {
    SessionText text;
    run_well(text.venue("fill").script("s", {"3 buy 1 100"}));
    EXPECT_EQ(noted(wal::NoteKind::Sent).size(), 1U);
}

TEST_F(StoryNotes, WhatTheGateRefusesWasNeverSentAndHasItsEvent) {
    SessionText text;
    text.risk = "{order_notional_max: \"10\"}";
    run_well(text.venue("fill").script("s", {"3 buy 1 100"}));
    EXPECT_EQ(denied().size(), 1U);
    EXPECT_EQ(noted(wal::NoteKind::Event).size(), 1U);
    EXPECT_TRUE(noted(wal::NoteKind::Sent).empty());
}

}  // namespace
}  // namespace tradectl::engine

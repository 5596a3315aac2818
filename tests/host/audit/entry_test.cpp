#include "host/audit/entry.hpp"

#include "host/base/json.hpp"
#include "tests/host/ledger/test_log.hpp"

#include <tradectl/abi/commands.h>

#include <gtest/gtest.h>

namespace tradectl::audit {
namespace {

class Entry : public testing::Test {
  protected:
    /// The entry of the newest record.
    std::string entry() {
        std::string line;
        const auto written = project(log_.records().back(), line);
        EXPECT_TRUE(written) << written.error().message;
        EXPECT_EQ(written.value_or(false), !line.empty());
        if (!line.empty()) {
            const auto json = parse_json(line);
            EXPECT_TRUE(json) << line << json.error().message;
            EXPECT_EQ(json->dump(), line);  // canonical: what a strict writer makes of it
        }
        return line;
    }
    std::string event() {
        const auto json = parse_json(entry());
        return std::string(json ? json->find_text("event").value_or("none") : "none");
    }
    wal::ResultBody order_result(int status, std::uint16_t reason = 0) {
        auto body = log_.result(7, wal::StepStatus::Completed, status);
        body.reason = reason;
        return body;
    }

    ledger::TestLog log_;
};

TEST_F(Entry, OfAnIntentIsThisLine) {
    log_.intent(7);
    EXPECT_EQ(entry(),
              R"({"wal":1,"time":"2023-11-14T22:13:20.000000Z","event":"INTENT","op":7,"txn":7,)"
              R"("action":"trade_execute","actor":"momo","venue":"paper","account":"main",)"
              R"("instrument":"BTC-USD.paper","order_ref":7,"client_order_id":"cid-7",)"
              R"("side":"buy","type":"limit","time_in_force":"gtc","quantity":"2","price":"10",)"
              R"("sent_when_durable":true,"identity":"cid-7"})");
}

TEST_F(Entry, OfAFillIsThisLine) {
    log_.fill(7, "T1");
    EXPECT_EQ(
        entry(),
        R"({"wal":1,"time":"2023-11-14T22:13:20.000000Z","event":"FILL","op":7,"txn":7,)"
        R"("action":"trade_execute","step_status":"completed","actor":"momo","venue":"paper",)"
        R"("account":"main","instrument":"BTC-USD.paper","order_ref":7,"client_order_id":"cid-7",)"
        R"("venue_order_id":"V1","status":"filled","filled":"2","remaining":"0",)"
        R"("average_price":"10","fill":{"trade_id":"T1","side":"buy","price":"10",)"
        R"("quantity":"2","fee":"0.02","fee_asset":"USD",)"
        R"("settlement":"matched"},"postings":[{"account":"main","asset":"USD","bucket":"held",)"
        R"("amount":"-20"},{"account":"main","asset":"USD","bucket":"trade","amount":"20"},)"
        R"({"account":"main","asset":"BTC","bucket":"trade","amount":"-2"},{"account":"main",)"
        R"("asset":"BTC","bucket":"available","amount":"2"},{"account":"main","asset":"USD",)"
        R"("bucket":"available","amount":"-0.02"},{"account":"main","asset":"USD",)"
        R"("bucket":"fee","amount":"0.02"}]})");
}

TEST_F(Entry, OfADeniedOrderHoldsEveryVerdict) {
    auto note = log_.note(wal::NoteKind::Denied);
    note.terms = ledger::TestLog::terms();
    note.reason = TRADECTL_REASON_INSUFFICIENT_BALANCE;
    log_.add(wal::RecordType::Note, 0, note);
    const Json json = *parse_json(entry());
    EXPECT_EQ(json.find_text("event"), "DENIED");
    EXPECT_EQ(json.find_text("reason"), "insufficient_balance");
    EXPECT_EQ(json.find_text("quantity"), "2");
    EXPECT_EQ(json.find_text("note"), "said \"so\"\n");
    const auto& verdicts = *json.find("verdicts")->as_array();
    ASSERT_EQ(verdicts.size(), 2U);
    EXPECT_EQ(verdicts[1].find("passed")->as_boolean(), false);
    EXPECT_EQ(verdicts[1].find_text("limit"), "0.000000000000000001");
}

TEST_F(Entry, EventsAreThoseOfTheFormat) {
    const std::tuple<int, std::uint16_t, const char*> rows[] = {
        {TRADECTL_ORDER_STATUS_ACKNOWLEDGED, 0, "NEWO"},
        {TRADECTL_ORDER_STATUS_PARTIALLY_FILLED, 0, "PARF"},
        {TRADECTL_ORDER_STATUS_CANCELED, 0, "CAME"},
        {TRADECTL_ORDER_STATUS_CANCELED, TRADECTL_REASON_CANCELED_BY_OPERATOR, "CAME"},
        {TRADECTL_ORDER_STATUS_CANCELED, TRADECTL_REASON_SELF_TRADE, "CAMO"},
        {TRADECTL_ORDER_STATUS_REJECTED, 0, "REMO"},
        {TRADECTL_ORDER_STATUS_EXPIRED, 0, "EXPI"},
        {TRADECTL_ORDER_STATUS_UNRESOLVED, 0, "AMBIGUOUS"}};
    for (const auto& [status, reason, word] : rows) {
        log_.add(wal::RecordType::Result, 7, order_result(status, reason));
        EXPECT_EQ(event(), word);
    }
    log_.rollback(7);
    EXPECT_EQ(event(), "ROLLBACK");
    log_.resolve(7, wal::StepStatus::Completed);
    EXPECT_EQ(event(), "RESOLVED");
    log_.position(wal::StepKind::PositionOpen, "2", "10");
    EXPECT_EQ(event(), "POSOPEN");
    log_.position(wal::StepKind::PositionClose, "0", "10");
    EXPECT_EQ(event(), "POSCLOSE");
    log_.deposit("USD", "5");
    EXPECT_EQ(event(), "ADJUST");
    log_.add(wal::RecordType::Seal, 0, wal::SealBody{.next_segment = 2, .reason = "torn"});
    EXPECT_EQ(event(), "SEAL");
}

TEST_F(Entry, EveryNoteHasAnEventButAnEquityMark) {
    for (int kind = 1; kind <= 21; ++kind) {
        log_.add(wal::RecordType::Note, 0, log_.note(static_cast<wal::NoteKind>(kind)));
        const bool none = static_cast<wal::NoteKind>(kind) == wal::NoteKind::EquityMark;
        EXPECT_EQ(entry().empty(), none) << kind;
    }
}

TEST_F(Entry, OfAResultHoldsTheDigestOfItsAnswer) {
    auto body = order_result(TRADECTL_ORDER_STATUS_ACKNOWLEDGED);
    body.answer_sha256[31] = std::byte{0xab};
    log_.add(wal::RecordType::Result, 7, body);
    const Json json = *parse_json(entry());
    EXPECT_EQ(json.find_text("answer_sha256"), std::string(62, '0') + "ab");
}

TEST_F(Entry, OfAnEventHoldsItsTime) {
    auto note = log_.note(wal::NoteKind::Event);
    note.trigger_seq = 12;
    note.event_time = Timestamp{1'700'000'000'123'456'789};
    log_.add(wal::RecordType::Note, 0, note);
    const Json json = *parse_json(entry());
    EXPECT_EQ(json.find_text("event"), "EVENT");
    EXPECT_EQ(json.find_text("venue_time"), "2023-11-14T22:13:20.123456Z");
    EXPECT_EQ(json.find("trigger")->as_integer(), 12);
}

TEST_F(Entry, ValuesAndReservesHaveNone) {
    log_.kv("key", "value");
    EXPECT_EQ(entry(), "");
    wal::ResultBody body = log_.result(7, wal::StepStatus::Completed, 0);
    body.step = wal::StepKind::BalanceAdd;
    log_.add(wal::RecordType::Result, 7, body);
    EXPECT_EQ(entry(), "");
}

TEST_F(Entry, TextThatIsNoUtf8OrAControlIsStillJson) {
    auto note = log_.note(wal::NoteKind::Decision);
    note.text = "a\x01\xff\xc3\xa9\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82";
    log_.add(wal::RecordType::Note, 0, note);
    const std::string line = entry();
    EXPECT_NE(line.find("\"note\":\"a\\u0001\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd"), std::string::npos)
        << line;
}

TEST_F(Entry, IsNeverLongerThanABundleAllows) {
    const std::string longest(65535, '\x02');
    auto note = log_.note(wal::NoteKind::Fault);
    note.text = longest;
    note.subject.instance = longest;
    note.subject.client_order_id = longest;
    log_.add(wal::RecordType::Note, 0, note);
    const std::string line = entry();
    EXPECT_LE(line.size(), 65535U);
    EXPECT_NE(line.find("... sha256:"), std::string::npos);
    const std::string text(9000, 'x');
    note = log_.note(wal::NoteKind::Fault);
    note.text = text;
    log_.add(wal::RecordType::Note, 0, note);
    EXPECT_NE(entry().find(std::string(8192, 'x') + "... sha256:"), std::string::npos);
}

TEST_F(Entry, BeginsWithItsSequence) {
    log_.intent(7);
    EXPECT_EQ(wal_sequence_of(entry())->value, 1U);
    for (const char* bad : {"",
                            "{",
                            "{\"wal\":",
                            "{\"wal\":1",
                            "{\"wal\":x,",
                            "{\"wal\":-1,",
                            "{\"wal\":99999999999999999999,",
                            " {\"wal\":1,"})
        EXPECT_FALSE(wal_sequence_of(bad)) << bad;
}

TEST_F(Entry, OfARecordThatCannotBeReadIsAnError) {
    log_.intent(7);
    wal::Record record = log_.records().back();
    record.body = record.body.first(5);
    std::string line;
    const auto written = project(record, line);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ErrorCode::Corrupt);
}

}  // namespace
}  // namespace tradectl::audit

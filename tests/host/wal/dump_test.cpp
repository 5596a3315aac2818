#include "host/wal/dump.hpp"

#include "tests/host/wal/log_fixture.hpp"
#include "tests/host/wal/record_samples.hpp"

namespace tradectl::wal {
namespace {

class Dump : public LogTest {
  protected:
    std::vector<std::string> lines(const DumpOptions& options = {}) {
        std::vector<std::string> lines;
        status_ = dump(disk_, directory_, options, [&](std::string_view line) {
            lines.emplace_back(line);
            return Status{};
        });
        return lines;
    }
    Status status_;
};

Record record_of(const std::vector<std::byte>& bytes) {
    std::span<const std::byte> rest = bytes;
    auto record = decode(rest);
    EXPECT_TRUE(record);
    return *record;
}

TEST_F(Dump, OneLineARecord) {
    start();
    commit(40);
    close();
    const auto all = lines();
    ASSERT_TRUE(status_);
    ASSERT_EQ(all.size(), 40u);
    const auto json = parse_json(all[7]);
    ASSERT_TRUE(json);
    EXPECT_EQ(json->find_text("sequence"), "8");
    EXPECT_EQ(json->find_text("type"), "kv");
    EXPECT_EQ(json->find_text("key"), "key 8");
}

TEST_F(Dump, FromAndToAreBothIncluded) {
    start();
    commit(40);
    close();
    const auto some = lines({.from = {14}, .to = {17}});
    ASSERT_EQ(some.size(), 4u);
    EXPECT_EQ(parse_json(some.front())->find_text("sequence"), "14");
    EXPECT_EQ(parse_json(some.back())->find_text("sequence"), "17");
}

TEST_F(Dump, RecordsInFrontOfDamageComeBeforeTheError) {
    start();
    commit(40);
    close();
    flip_bit(2, 3 * kPageBytes + 9);
    EXPECT_EQ(lines().size(), 17u);
    ASSERT_FALSE(status_);
    EXPECT_EQ(status_.error().code, ErrorCode::Corrupt);
    EXPECT_NE(status_.error().message.find("segment 2, page 3"), std::string::npos);
}

TEST_F(Dump, ADamagedEndIsReadUpToTheDamage) {
    start();
    commit(6);
    close();
    flip_bit(1, 4 * kPageBytes + 9);
    EXPECT_EQ(lines().size(), 3u);
    ASSERT_FALSE(status_);
    EXPECT_EQ(status_.error().code, ErrorCode::Corrupt);
}

TEST_F(Dump, NoLogIsNotFound) {
    lines();
    EXPECT_EQ(status_.error().code, ErrorCode::NotFound);
}

TEST_F(Dump, AnErrorOfTheSinkEndsIt) {
    start();
    commit(3);
    close();
    int taken = 0;
    const auto status = dump(disk_, directory_, {}, [&](std::string_view) -> Status {
        if (++taken < 2) return {};
        return fail(ErrorCode::Io, "full");
    });
    EXPECT_EQ(status.error().message, "full");
    EXPECT_EQ(taken, 2);
}

TEST_F(Dump, TextSaysWhatIsSet) {
    start();
    commit(1);
    close();
    const auto text = lines({.form = DumpForm::Text});
    ASSERT_EQ(text.size(), 1u);
    EXPECT_TRUE(text[0].starts_with(
        "1 1970-01-01T00:00:00.000000001Z kv instance=test key=\"key 1\" value=0101"))
        << text[0].substr(0, 100);
}

TEST(DumpLine, AResultNamesEveryField) {
    ResultBody body;
    body.step = StepKind::TradeExecute;
    body.status = StepStatus::Completed;
    body.subject.instance = "momentum";
    body.order_status = TRADECTL_ORDER_STATUS_PARTIALLY_FILLED;
    body.has_fill = true;
    body.fill.trade_id = "t-1";
    body.fill.side = TRADECTL_SIDE_SELL;
    body.fill.price = Decimal::from_int(3);
    std::vector<std::byte> bytes;
    RecordHeader header{.type = RecordType::Result, .sequence = {9}};
    ASSERT_TRUE(encode(header, body, bytes));
    const auto json = to_json(record_of(bytes));
    ASSERT_TRUE(json);
    EXPECT_EQ(json->find_text("step"), "trade_execute");
    EXPECT_EQ(json->find_text("status"), "completed");
    EXPECT_EQ(json->find_text("order_status"), "partially_filled");
    EXPECT_EQ(json->find("fill")->find_text("side"), "sell");
    EXPECT_EQ(json->find("fill")->find_text("price"), "3");
    EXPECT_TRUE(json->find("filled_qty")->is_null());
}

TEST(DumpLine, TextThatIsNotUtf8StaysJson) {
    std::vector<std::byte> bytes;
    ASSERT_TRUE(encode({.type = RecordType::Kv, .sequence = {1}},
                       KvBody{.instance = "a\xff", .key = "\xc3\xa9", .value = {}},
                       bytes));
    const auto line = to_line(record_of(bytes), DumpForm::JsonLine);
    ASSERT_TRUE(line);
    const auto json = parse_json(*line);
    ASSERT_TRUE(json);
    EXPECT_EQ(json->find_text("instance"), "a\xef\xbf\xbd");
    EXPECT_EQ(json->find_text("key"), "\xc3\xa9");
}

TEST(DumpLine, EveryRandomRecordIsALineOfJson) {
    RecordSampler samples(test_seed());
    for (std::uint64_t i = 1; i <= 2000; ++i) {
        std::vector<std::byte> bytes;
        samples.encode_any({i}, bytes);
        const auto line = to_line(record_of(bytes), DumpForm::JsonLine);
        ASSERT_TRUE(line);
        ASSERT_EQ(line->find('\n'), std::string::npos);
        ASSERT_TRUE(parse_json(*line)) << *line;
        ASSERT_TRUE(to_line(record_of(bytes), DumpForm::Text));
    }
}

}  // namespace
}  // namespace tradectl::wal

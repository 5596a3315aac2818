#include "host/wal/record.hpp"

#include "host/wal/format.hpp"
#include "tests/host/wal/log_fixture.hpp"
#include "tests/host/wal/record_samples.hpp"

#include <cstring>

namespace tradectl::wal {
namespace {

Record must_decode(const std::vector<std::byte>& bytes) {
    std::span<const std::byte> rest = bytes;
    auto record = decode(rest);
    EXPECT_TRUE(record) << record.error().message;
    EXPECT_TRUE(rest.empty());
    return *record;
}

std::vector<std::byte> sample_note() {
    NoteBody body;
    body.kind = NoteKind::Denied;
    body.text = "text";
    EXPECT_TRUE(body.verdicts.push({7, true, Decimal::from_int(3), Decimal::null()}));
    std::vector<std::byte> bytes;
    EXPECT_TRUE(encode({.type = RecordType::Note,
                        .version = 1,
                        .flags = 0,
                        .sequence = {9},
                        .wall = Timestamp{},
                        .monotonic_ns = 0,
                        .op_id = {},
                        .txn_id = {}},
                       body,
                       bytes));
    return bytes;
}

TEST(RecordCodec, KeepsEveryFieldOfTheHeader) {
    const RecordHeader header{.type = RecordType::Kv,
                              .version = 1,
                              .flags = kFlagMayBeSent,
                              .sequence = {7},
                              .wall = Timestamp{-5},
                              .monotonic_ns = 6,
                              .op_id = {8},
                              .txn_id = {9}};
    std::vector<std::byte> bytes;
    ASSERT_TRUE(encode(header, KvBody{"a", "b", {}}, bytes));
    const RecordHeader read = must_decode(bytes).header;
    EXPECT_EQ(read.type, RecordType::Kv);
    EXPECT_EQ(read.flags, kFlagMayBeSent);
    EXPECT_EQ(read.sequence.value, 7u);
    EXPECT_EQ(read.wall.ns(), -5);
    EXPECT_EQ(read.monotonic_ns, 6);
    EXPECT_EQ(read.op_id.value, 8u);
    EXPECT_EQ(read.txn_id.value, 9u);
}

TEST(RecordCodec, KeepsTheFieldsOfAnIntent) {
    IntentBody body;
    body.step = StepKind::TradeExecute;
    body.subject.instance = "momentum";
    body.subject.order_ref = {77};
    body.terms.price = Decimal::from_int(100);
    body.fence_value = -3;
    const std::array<std::byte, 2> inputs{};
    body.rebuild = inputs;
    ASSERT_TRUE(body.postings.push({"main", "USD", Bucket::Held, Decimal::from_int(5)}));
    ASSERT_TRUE(body.compensation.push({"main", "USD", Bucket::Held, Decimal::from_int(-5)}));
    std::vector<std::byte> bytes;
    RecordHeader header;
    header.type = RecordType::Intent;
    ASSERT_TRUE(encode(header, body, bytes));
    const auto read = decode_intent(must_decode(bytes));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->step, StepKind::TradeExecute);
    EXPECT_EQ(read->subject.instance, "momentum");
    EXPECT_EQ(read->subject.order_ref.value, 77u);
    EXPECT_EQ(read->terms.price, Decimal::from_int(100));
    EXPECT_TRUE(read->terms.stop_price.is_null());
    EXPECT_EQ(read->fence_value, -3);
    EXPECT_EQ(read->rebuild.size(), 2u);
    EXPECT_EQ(read->postings[0].bucket, Bucket::Held);
    EXPECT_EQ(read->compensation[0].amount, Decimal::from_int(-5));
}

TEST(RecordCodec, AHundredThousandRandomRecordsRoundTrip) {
    RecordSampler sampler(test_seed());
    std::vector<std::byte> bytes;
    for (std::uint64_t i = 1; i <= 100'000; ++i) {
        bytes.clear();
        const RecordType type = sampler.encode_any({i}, bytes);
        ASSERT_FALSE(bytes.empty());
        ASSERT_EQ(bytes.size() % kRecordAlignment, 0u);
        const Record record = must_decode(bytes);
        ASSERT_EQ(record.header.type, type);
        const auto again = encode_again(record);
        ASSERT_TRUE(again) << i << " " << again.error().message;
        ASSERT_EQ(*again, bytes) << i;
    }
}

TEST(RecordCodec, AnAnswersDigestStandsAtTheEndOrNotAtAll) {
    ResultBody body;
    body.step = StepKind::TradeExecute;
    body.status = StepStatus::Completed;
    RecordHeader header;
    header.type = RecordType::Result;
    std::vector<std::byte> none;
    ASSERT_TRUE(encode(header, body, none));
    Record record = must_decode(none);
    EXPECT_EQ(decode_result(record)->answer_sha256, body.answer_sha256);
    std::vector<std::byte> longer(record.body.begin(), record.body.end());
    longer.resize(longer.size() + 32);
    record.body = longer;
    EXPECT_EQ(decode_result(record).error().code, ErrorCode::Corrupt) << "zeros are not written";
    longer.back() = std::byte{7};
    EXPECT_EQ(decode_result(record)->answer_sha256[31], std::byte{7});
    record.body = std::span(longer).first(longer.size() - 1);
    EXPECT_EQ(decode_result(record).error().code, ErrorCode::Corrupt);
}

TEST(RecordCodec, EveryShorterRecordIsCorrupt) {
    const auto bytes = sample_note();
    for (std::size_t count = 0; count < bytes.size(); ++count) {
        std::span<const std::byte> rest(bytes.data(), count);
        auto record = decode(rest);
        ASSERT_FALSE(record) << count;
        EXPECT_EQ(record.error().code, ErrorCode::Corrupt);
        EXPECT_EQ(rest.size(), count);
    }
}

TEST(RecordCodec, EveryShorterBodyIsCorrupt) {
    const auto bytes = sample_note();
    Record record = must_decode(bytes);
    const auto whole = record.body;
    for (std::size_t count = 0; count < whole.size(); ++count) {
        record.body = whole.first(count);
        ASSERT_EQ(decode_note(record).error().code, ErrorCode::Corrupt) << count;
    }
}

TEST(RecordCodec, BytesBehindTheLastFieldAreCorrupt) {
    auto bytes = sample_note();
    Record record = must_decode(bytes);
    std::vector<std::byte> longer(record.body.begin(), record.body.end());
    longer.resize(longer.size() + 9);  // the time of an event, and one more
    record.body = longer;
    const auto body = decode_note(record);
    ASSERT_FALSE(body);
    EXPECT_EQ(body.error().message, "wal: record 9: 1 bytes behind the last field");
}

TEST(RecordCodec, DamagedRecordsNeverReadOutOfBounds) {
    RecordSampler sampler(test_seed());
    SeededRandom& random = sampler.random();
    std::uint64_t refused = 0;
    for (std::uint64_t i = 1; i <= 20'000; ++i) {
        std::vector<std::byte> bytes;
        sampler.encode_any({i}, bytes);
        for (std::uint64_t hits = 1 + random.below(4); hits > 0; --hits)
            bytes[random.below(bytes.size())] = static_cast<std::byte>(random.next());
        // An own allocation of the exact size, so that a sanitizer sees one byte too many.
        const std::vector<std::byte> exact(bytes.begin(), bytes.end());
        std::span<const std::byte> rest = exact;
        auto record = decode(rest);
        if (!record || !encode_again(*record)) ++refused;
    }
    EXPECT_GT(refused, 1000u);
}

TEST(RecordCodec, NewerTypesAndVersionsAreUnsupported) {
    for (const auto& [offset, value] : {std::pair{4, 8}, {4, 0}, {4, 255}, {5, 2}, {5, 0}}) {
        auto bytes = sample_note();
        bytes[static_cast<std::size_t>(offset)] = static_cast<std::byte>(value);
        std::span<const std::byte> rest = bytes;
        auto record = decode(rest);
        ASSERT_FALSE(record);
        EXPECT_EQ(record.error().code, ErrorCode::Unsupported);
    }
}

TEST(RecordCodec, PaddingThatIsNotZeroIsCorrupt) {
    std::vector<std::byte> bytes;
    RecordHeader header;
    header.type = RecordType::Kv;
    ASSERT_TRUE(encode(header, KvBody{"a", "bc", {}}, bytes));
    bytes.back() = std::byte{1};
    std::span<const std::byte> rest = bytes;
    EXPECT_EQ(decode(rest).error().code, ErrorCode::Corrupt);
}

TEST(RecordCodec, AnotherBodyThanTheTypeSaysIsRefused) {
    const auto bytes = sample_note();
    const Record record = must_decode(bytes);
    EXPECT_EQ(decode_kv(record).error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(decode_intent(record).error().code, ErrorCode::InvalidArgument);
}

TEST(RecordCodec, ATextAboveTheLimitLeavesTheOutputAsItWas) {
    std::vector<std::byte> bytes(3, std::byte{5});
    const std::string fits(65'535, 'x');
    const std::string large(65'536, 'x');
    RecordHeader header;
    header.type = RecordType::Note;
    NoteBody body;
    body.kind = NoteKind::Halt;
    body.text = large;
    EXPECT_EQ(encode(header, body, bytes).error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(bytes, std::vector<std::byte>(3, std::byte{5}));
    body.text = fits;
    EXPECT_TRUE(encode(header, body, bytes));
}

TEST(RecordCodec, ARecordLargerThanABatchIsRefused) {
    std::vector<std::byte> bytes;
    RecordHeader header;
    header.type = RecordType::Kv;
    const std::size_t overhead = kRecordHeaderBytes + 2 + 2 + 4;
    std::vector<std::byte> value(kBatchBytesMax - overhead);
    EXPECT_TRUE(encode(header, KvBody{"", "", value}, bytes));
    EXPECT_EQ(bytes.size(), kBatchBytesMax);
    bytes.clear();
    value.push_back({});
    EXPECT_FALSE(encode(header, KvBody{"", "", value}, bytes));
    EXPECT_TRUE(bytes.empty());
}

TEST(RecordCodec, AnEnumerationWithoutAValueIsRefused) {
    std::vector<std::byte> bytes;
    RecordHeader header;
    header.type = RecordType::Intent;
    EXPECT_EQ(encode(header, IntentBody{}, bytes).error().code, ErrorCode::InvalidArgument);
    EXPECT_TRUE(bytes.empty());
}

TEST(BatchBuilder, AFullBatchKeepsWhatItHad) {
    BatchBuilder builder({5}, 1000);
    const std::vector<std::byte> value(400);
    ASSERT_TRUE(builder.add({}, KvBody{"a", "b", value}));
    ASSERT_TRUE(builder.add({}, KvBody{"a", "c", value}));
    const auto third = builder.add({}, KvBody{"a", "d", value});
    ASSERT_FALSE(third);
    EXPECT_EQ(third.error().code, ErrorCode::Quota);
    EXPECT_EQ(builder.next_sequence().value, 7u);
    const Batch batch = builder.take();
    EXPECT_EQ(batch.records, 2u);
    EXPECT_EQ(batch.first_sequence.value, 5u);
    EXPECT_EQ(batch.last_sequence().value, 6u);
    EXPECT_EQ(batch.urgency, Urgency::CanWait);
    EXPECT_TRUE(builder.add({}, KvBody{"a", "d", value}));
}

TEST(BatchBuilder, DiscardGivesTheSequencesBack) {
    BatchBuilder builder({5});
    ASSERT_TRUE(builder.add({}, KvBody{"a", "b", {}}));
    builder.sync_now();
    builder.discard();
    EXPECT_TRUE(builder.empty());
    EXPECT_EQ(builder.add({}, KvBody{"a", "b", {}})->value, 5u);
    EXPECT_EQ(builder.take().urgency, Urgency::CanWait);
}

}  // namespace
}  // namespace tradectl::wal

#include "host/market/source.hpp"

#include "host/base/hash.hpp"
#include "host/market/book.hpp"
#include "tests/host/market/support.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <tuple>

namespace tradectl::market {
namespace {

constexpr Timestamp kForever{INT64_MAX};

/// Times and sequence numbers of what a source gives, read `at_once` events at a time.
EventBuffer drain(Source& source, std::size_t at_once = 100, Timestamp limit = kForever) {
    EventBuffer out;
    while (true) {
        const auto given = source.read(limit, at_once, out);
        EXPECT_TRUE(given) << given.error().message;
        if (!given || *given == 0) return out;
        EXPECT_LE(*given, at_once);
    }
}

class SourceTest : public testing::Test {
  protected:
    std::unique_ptr<FileSource> trades(const std::string& name,
                                       const std::vector<TradeRecord>& records,
                                       std::uint32_t source = 0) {
        write_trades(*disk_, folder_.at(name), records);
        return open(name, source);
    }
    std::unique_ptr<FileSource> open(const std::string& name, std::uint32_t source = 0) {
        auto file = DataFile::open(folder_.at(name));
        EXPECT_TRUE(file) << file.error().message;
        return std::make_unique<FileSource>(*std::move(file), source + 10, source);
    }
    DataFileWriter writer(const std::string& name, DataKind kind, std::int64_t interval = 0) {
        return DataFileWriter::create(*disk_, folder_.at(name), {kind, "A-B.x", "", interval})
            .value();
    }
    /// Changes a record in place and makes its block's and the index's checksums right again.
    void forge(const std::string& name,
               std::size_t record,
               const std::function<void(std::byte*)>& change);

    Folder folder_;
    std::unique_ptr<Disk> disk_ = make_posix_disk();
};

void SourceTest::forge(const std::string& name,
                       std::size_t record,
                       const std::function<void(std::byte*)>& change) {
    std::string content = folder_.read(name);
    auto* bytes = reinterpret_cast<std::byte*>(content.data());
    DataHeader header;
    std::memcpy(&header, bytes, sizeof(header));
    change(bytes + kDataHeaderBytes + record * header.record_bytes);
    const std::size_t records_bytes = header.record_count * header.record_bytes;
    DataBlock block;
    std::memcpy(&block, bytes + header.index_offset, sizeof(block));
    block.crc = crc32c({bytes + kDataHeaderBytes, records_bytes});  // one block
    std::memcpy(bytes + header.index_offset, &block, sizeof(block));
    header.index_crc = crc32c({bytes + header.index_offset, sizeof(block)});
    std::memcpy(bytes, &header, sizeof(header));
    header.header_crc = data_header_checksum({bytes, kDataHeaderBytes});
    std::memcpy(bytes, &header, sizeof(header));
    folder_.write(name, content);
}

TEST_F(SourceTest, GivesTradesAsEvents) {
    auto source = trades("a.tdat", {trade_record(5, "2.5", "3", 42), trade_record(6)}, 1);
    EXPECT_EQ(source->next_time(), Timestamp{5});
    const auto events = events_of<tradectl_trade_event>(drain(*source), TRADECTL_EVENT_TRADE);
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(text_of(events[0].price), "2.5");
    EXPECT_EQ(text_of(events[0].quantity), "3");
    EXPECT_EQ(events[0].trade_id, 42u);
    EXPECT_EQ(events[0].aggressor, std::uint32_t{TRADECTL_SIDE_BUY});
    EXPECT_EQ(events[0].header.event_time, 5);
    EXPECT_EQ(events[0].header.host_time, 5);
    EXPECT_EQ(events[0].header.instrument, 11u);
    EXPECT_EQ(events[0].header.source, 1u);
    EXPECT_EQ(events[1].header.seq, 2u);
    EXPECT_EQ(events[1].trade_id, 2u);  // no id in the file: the count
    EXPECT_FALSE(source->next_time());
}

TEST_F(SourceTest, StopsAtTheLimitAndTheCount) {
    auto source = trades("a.tdat", {trade_record(1), trade_record(2), trade_record(3)});
    EventBuffer out;
    EXPECT_EQ(*source->read(Timestamp{0}, 10, out), 0u);
    EXPECT_EQ(*source->read(Timestamp{2}, 1, out), 1u);
    EXPECT_EQ(*source->read(Timestamp{2}, 10, out), 1u);
    EXPECT_EQ(source->next_time(), Timestamp{3});
    EXPECT_EQ(*source->read(kForever, 0, out), 0u);
    EXPECT_EQ(*source->read(kForever, 10, out), 1u);
    EXPECT_EQ(*source->read(kForever, 10, out), 0u);
}

TEST_F(SourceTest, TurnsMakeNoDifferenceOverBlocks) {
    std::vector<TradeRecord> records;
    for (std::int64_t i = 0; i < 10'000; ++i)
        records.push_back(trade_record(i / 3));
    const EventBuffer whole = drain(*trades("a.tdat", records), 1'000'000);
    EXPECT_EQ(whole.count(), 10'000u);
    const EventBuffer pieces = drain(*open("a.tdat"), 7);
    ASSERT_EQ(pieces.bytes(), whole.bytes());
    EXPECT_EQ(std::memcmp(pieces.data(), whole.data(), whole.bytes()), 0);
}

TEST_F(SourceTest, SeekGoesToATime) {
    std::vector<TradeRecord> records;
    for (std::int64_t i = 0; i < 10'000; ++i)
        records.push_back(trade_record(i));
    auto source = trades("a.tdat", records);
    ASSERT_TRUE(source->seek(Timestamp{9000}));
    EXPECT_EQ(source->next_time(), Timestamp{9000});
    EXPECT_EQ(drain(*source).count(), 1000u);
    ASSERT_TRUE(source->seek(Timestamp{0}));
    EXPECT_EQ(drain(*source).count(), 10'000u);
    ASSERT_TRUE(source->seek(Timestamp{10'000}));
    EXPECT_FALSE(source->next_time());
}

TEST_F(SourceTest, GivesQuotesAndBars) {
    {
        auto out = writer("q.tdat", DataKind::Quotes);
        const auto null = Decimal::null().to_abi();
        ASSERT_TRUE(out.add(QuoteRecord{1, abi("9"), abi("1"), null, null}));
        ASSERT_TRUE(out.finish());
        auto bars = writer("b.tdat", DataKind::Bars, kNsPerMinute);
        ASSERT_TRUE(
            bars.add(BarRecord{kNsPerMinute, abi("2"), abi("4"), abi("1"), abi("3"), abi("7"), 5}));
        ASSERT_TRUE(bars.finish());
    }
    const auto quotes =
        events_of<tradectl_quote_event>(drain(*open("q.tdat")), TRADECTL_EVENT_QUOTE);
    ASSERT_EQ(quotes.size(), 1u);
    EXPECT_EQ(text_of(quotes[0].bid_price), "9");
    EXPECT_EQ(text_of(quotes[0].ask_quantity), "null");
    const auto bars = events_of<tradectl_bar_event>(drain(*open("b.tdat")), TRADECTL_EVENT_BAR);
    ASSERT_EQ(bars.size(), 1u);
    EXPECT_EQ(text_of(bars[0].high), "4");
    EXPECT_EQ(bars[0].interval_ns, kNsPerMinute);
    EXPECT_EQ(bars[0].trade_count, 5u);
}

BookRecord level(std::int64_t time, std::uint16_t side, const char* price, std::uint16_t flags) {
    BookRecord record{};
    record.time = time;
    record.book_seq = static_cast<std::uint64_t>(time);
    record.book_seq_prev = static_cast<std::uint64_t>(time) - 1;
    record.price = abi(price);
    record.quantity = abi("1");
    record.side = side;
    record.flags = flags;
    return record;
}

/// One snapshot, then deltas of three levels, so that events cross the blocks' borders.
void write_book(DataFileWriter writer, std::int64_t deltas) {
    ASSERT_TRUE(writer.add(std::vector{level(1, TRADECTL_SIDE_BUY, "9", kBookRecordSnapshot),
                                       level(1, TRADECTL_SIDE_SELL, "11", kBookRecordSnapshot)}));
    for (std::int64_t time = 2; time < 2 + deltas; ++time)
        ASSERT_TRUE(writer.add(std::vector{level(time, TRADECTL_SIDE_BUY, "8", 0),
                                           level(time, TRADECTL_SIDE_BUY, "9", 0),
                                           level(time, TRADECTL_SIDE_SELL, "12", 0)}));
    ASSERT_TRUE(writer.add(std::vector{level(2 + deltas, TRADECTL_SIDE_NONE, "0", 0)}));
    ASSERT_TRUE(writer.finish());
}

TEST_F(SourceTest, PutsBookEventsTogetherAcrossBlocks) {
    write_book(writer("l2.tdat", DataKind::Book), 3000);
    EXPECT_TRUE(DataFile::open(folder_.at("l2.tdat")).value()->verify());
    auto source = open("l2.tdat");
    BookTable table(11);
    const EventBuffer events = drain(*source, 1);
    EXPECT_EQ(events.count(), 3002u);
    events.each([&](const tradectl_event& event) {
        ASSERT_EQ(table.apply(event), BookResult::Applied) << event.seq;
    });
    EXPECT_EQ(table.book(10)->bid_count(), 2u);
    EXPECT_EQ(table.book(10)->ask_count(), 2u);
    EXPECT_EQ(table.book(10)->sequence(), 3002u);
}

TEST_F(SourceTest, TheWriterRefusesBookEventsThatCannotBe) {
    auto out = writer("l2.tdat", DataKind::Book);
    EXPECT_FALSE(out.add(std::span<const BookRecord>{}));
    EXPECT_FALSE(out.add(
        std::vector{level(1, TRADECTL_SIDE_SELL, "9", 0), level(1, TRADECTL_SIDE_BUY, "8", 0)}));
    EXPECT_FALSE(out.add(
        std::vector{level(1, TRADECTL_SIDE_BUY, "9", 0), level(2, TRADECTL_SIDE_BUY, "8", 0)}));
    EXPECT_FALSE(out.add(
        std::vector{level(1, TRADECTL_SIDE_NONE, "0", 0), level(1, TRADECTL_SIDE_BUY, "8", 0)}));
    EXPECT_FALSE(out.add(std::vector{level(1, TRADECTL_SIDE_BUY, "0", 0)}));
    EXPECT_FALSE(out.add(std::vector{level(1, 3, "1", 0)}));
    EXPECT_FALSE(out.add(std::vector{level(1, TRADECTL_SIDE_BUY, "1", 2)}));
    EXPECT_EQ(out.header().record_count, 0u);
}

TEST_F(SourceTest, DamageIsToldAfterWhatStandsBeforeIt) {
    std::vector<TradeRecord> records;
    for (std::int64_t i = 0; i < 5000; ++i)
        records.push_back(trade_record(i));
    trades("a.tdat", records);
    std::string content = folder_.read("a.tdat");
    content[kDataHeaderBytes + 4096 * sizeof(TradeRecord) + 9] ^= 4;
    folder_.write("a.tdat", content);
    auto source = open("a.tdat");
    EventBuffer out;
    EXPECT_EQ(*source->read(kForever, 10'000, out), 4096u);
    EXPECT_FALSE(source->next_time());
    for (int again = 0; again < 2; ++again)
        EXPECT_EQ(source->read(kForever, 10'000, out).error().code, ErrorCode::Corrupt);
    EXPECT_EQ(out.count(), 4096u);
}

TEST_F(SourceTest, TimeThatGoesBackIsCorrupt) {
    trades("a.tdat", {trade_record(10), trade_record(20), trade_record(30)});
    forge("a.tdat", 1, [](std::byte* record) {
        const std::int64_t early = 9;
        std::memcpy(record, &early, sizeof(early));
    });
    auto source = open("a.tdat");
    EventBuffer out;
    EXPECT_EQ(*source->read(kForever, 10, out), 1u);
    const auto failed = source->read(kForever, 10, out);
    EXPECT_EQ(failed.error().message,
              folder_.at("a.tdat") + ": record 1 (offset 4152): time goes back");
}

TEST_F(SourceTest, ForgedRecordsAreCorrupt) {
    trades("a.tdat", {trade_record(10), trade_record(20)});
    forge("a.tdat", 0, [](std::byte* record) {
        const tradectl_decimal zero{0, 0};
        std::memcpy(record + offsetof(TradeRecord, price), &zero, sizeof(zero));
    });
    EventBuffer out;
    EXPECT_FALSE(open("a.tdat")->read(kForever, 10, out));
    write_book(writer("l2.tdat", DataKind::Book), 2);
    forge("l2.tdat", 3, [](std::byte* record) {
        const std::uint32_t left = 5;
        std::memcpy(record + offsetof(BookRecord, levels_left), &left, sizeof(left));
    });
    auto book = open("l2.tdat");
    EXPECT_EQ(*book->read(kForever, 10, out), 1u);
    EXPECT_EQ(book->read(kForever, 10, out).error().code, ErrorCode::Corrupt);
    EXPECT_FALSE(DataFile::open(folder_.at("l2.tdat")).value()->verify());
}

TEST_F(SourceTest, MergesByTimeThenPlaceThenSequence) {
    std::vector<std::unique_ptr<Source>> sources;
    sources.push_back(trades("a.tdat", {trade_record(1), trade_record(5), trade_record(5)}, 0));
    sources.push_back(trades("b.tdat", {trade_record(1), trade_record(4), trade_record(5)}, 1));
    sources.push_back(trades("c.tdat", {trade_record(0), trade_record(5), trade_record(9)}, 2));
    MergedSource merged(std::move(sources));
    EXPECT_EQ(merged.next_time(), Timestamp{0});
    std::vector<std::pair<std::int64_t, std::uint32_t>> order;
    drain(merged).each(
        [&](const tradectl_event& event) { order.emplace_back(event.event_time, event.source); });
    const std::vector<std::pair<std::int64_t, std::uint32_t>> expected = {
        {0, 2}, {1, 0}, {1, 1}, {4, 1}, {5, 0}, {5, 0}, {5, 1}, {5, 2}, {9, 2}};
    EXPECT_EQ(order, expected);
    EXPECT_FALSE(merged.next_time());
}

TEST_F(SourceTest, MergingIsAStableSort) {
    SeededRandom random(test_seed());
    std::vector<std::unique_ptr<Source>> sources;
    std::vector<std::tuple<std::int64_t, std::uint32_t, std::uint64_t>> expected;
    for (std::uint32_t source = 0; source < 4; ++source) {
        std::vector<TradeRecord> records;
        std::int64_t time = 0;
        for (std::uint64_t i = 1; i <= 6000; ++i) {
            time += static_cast<std::int64_t>(random.below(3));
            records.push_back(trade_record(time));
            expected.emplace_back(time, source, i);
        }
        sources.push_back(trades("s" + std::to_string(source), records, source));
    }
    std::sort(expected.begin(), expected.end());
    MergedSource merged(std::move(sources));
    EventBuffer out;
    while (merged.next_time())
        ASSERT_TRUE(merged.read(merged.next_time()->plus_ns(5), 1 + random.below(9), out));
    std::size_t i = 0;
    out.each([&](const tradectl_event& event) {
        ASSERT_EQ(std::tuple(event.event_time, event.source, event.seq), expected[i++]);
    });
    EXPECT_EQ(i, expected.size());
}

TEST_F(SourceTest, OneDamagedSourceStopsTheMerge) {
    trades("a.tdat", {trade_record(10), trade_record(20)});
    forge("a.tdat", 1, [](std::byte* record) { record[8] = record[24] = std::byte{0}; });
    forge("a.tdat", 1, [](std::byte* record) { std::memset(record + 8, 0, 16); });
    std::vector<std::unique_ptr<Source>> sources;
    sources.push_back(open("a.tdat", 0));
    sources.push_back(trades("b.tdat", {trade_record(15), trade_record(30)}, 1));
    MergedSource merged(std::move(sources));
    EventBuffer out;
    EXPECT_EQ(*merged.read(kForever, 10, out), 2u);  // 10 and 15
    EXPECT_EQ(merged.read(kForever, 10, out).error().code, ErrorCode::Corrupt);
    EXPECT_EQ(merged.read(kForever, 10, out).error().code, ErrorCode::Corrupt);
    EXPECT_FALSE(merged.next_time());
}

TEST_F(SourceTest, NothingMergedIsTheEnd) {
    MergedSource merged({});
    EventBuffer out;
    EXPECT_FALSE(merged.next_time());
    EXPECT_EQ(*merged.read(kForever, 10, out), 0u);
}

}  // namespace
}  // namespace tradectl::market

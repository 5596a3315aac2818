#include "host/market/data_file.hpp"

#include "host/base/faulty_disk.hpp"
#include "host/base/hash.hpp"
#include "tests/host/market/support.hpp"

#include <cstring>
#include <functional>

namespace tradectl::market {
namespace {

std::vector<TradeRecord> count_up(std::size_t count) {
    std::vector<TradeRecord> trades;
    for (std::size_t i = 0; i < count; ++i)
        trades.push_back(trade_record(static_cast<std::int64_t>(i) * 1000, "100.25", "0.5", i + 1));
    return trades;
}

/// A folder with one good file, and ways to damage it.
class DataFileTest : public testing::Test {
  protected:
    void write(std::size_t count) {
        write_trades(*disk_, path_, count_up(count));
        content_ = folder_.read("a.tdat");
    }
    Expected<std::shared_ptr<const DataFile>> open() { return DataFile::open(path_); }
    /// Opens the content after a change; `seal` makes the header's checksum right again.
    Expected<std::shared_ptr<const DataFile>> open_changed(
        const std::function<void(DataHeader&)>& change) {
        std::string content = content_;
        DataHeader header;
        std::memcpy(&header, content.data(), sizeof(header));
        change(header);
        std::memcpy(content.data(), &header, sizeof(header));
        header.header_crc =
            data_header_checksum(std::as_bytes(std::span(content)).first(kDataHeaderBytes));
        std::memcpy(content.data(), &header, sizeof(header));
        folder_.write("a.tdat", content);
        return open();
    }
    void flip(std::size_t offset) {
        std::string content = content_;
        content[offset] = static_cast<char>(content[offset] ^ 1);
        folder_.write("a.tdat", content);
    }

    Folder folder_;
    std::unique_ptr<Disk> disk_ = make_posix_disk();
    std::string path_ = folder_.at("a.tdat");
    std::string content_;
};

TEST_F(DataFileTest, GivesBackWhatWasWritten) {
    for (const std::size_t count : {1u, 4095u, 4096u, 4097u, 10'000u}) {
        write(count);
        const auto file = open();
        ASSERT_TRUE(file) << file.error().message;
        const auto trades = count_up(count);
        ASSERT_EQ((*file)->size(), count);
        EXPECT_EQ(std::memcmp((*file)->record(0), trades.data(), count * sizeof(TradeRecord)), 0);
        EXPECT_EQ((*file)->blocks().size(), (count + 4095) / 4096);
        EXPECT_TRUE((*file)->verify());
        EXPECT_EQ((*file)->instrument(), "A-B.x");
        EXPECT_EQ((*file)->origin(), "test");
    }
}

TEST_F(DataFileTest, AnEmptyFileIsAFile) {
    write(0);
    const auto file = open();
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ((*file)->size(), 0u);
    EXPECT_TRUE((*file)->time_first().is_none());
    EXPECT_TRUE((*file)->verify());
    EXPECT_EQ(*(*file)->find(Timestamp{5}), 0u);
}

TEST_F(DataFileTest, TheHeaderTellsRangesGapAndDuplicates) {
    write_trades(*disk_,
                 path_,
                 {trade_record(10, "2.5", "0.30", 7),
                  trade_record(20, "3.25", "1.5", 8),
                  trade_record(520, "1.75", "2", 7),
                  trade_record(530, "2", "4", 8)});
    const DataHeader header = open().value()->header();
    EXPECT_EQ(header.time_first, 10);
    EXPECT_EQ(header.time_last, 530);
    EXPECT_EQ(header.gap_max_ns, 500);
    EXPECT_EQ(header.gap_max_start, 20);
    EXPECT_EQ(header.duplicates, 2u);
    EXPECT_EQ(text_of(header.tick), "0.01");
    EXPECT_EQ(text_of(header.lot), "0.1");
    EXPECT_EQ(text_of(header.price_min), "1.75");
    EXPECT_EQ(text_of(header.price_max), "3.25");
    EXPECT_EQ(text_of(header.quantity_sum), "7.8");
}

TEST_F(DataFileTest, ASumThatDoesNotFitIsNotKnown) {
    const std::string huge = "100000000000000000000";
    write_trades(*disk_, path_, {trade_record(1, "1", huge), trade_record(2, "1", huge)});
    EXPECT_EQ(text_of(open().value()->header().quantity_sum), "null");
}

TEST_F(DataFileTest, AnyFlippedBitIsFound) {
    write(5000);
    SeededRandom random(test_seed());
    for (int i = 0; i < 300; ++i) {
        const std::size_t offset = random.below(content_.size());
        flip(offset);
        const auto file = open();
        const Status status = file ? (*file)->verify() : Status(fail(file.error()));
        ASSERT_FALSE(status) << "offset " << offset;
        if (offset < 8 || offset >= 10) {  // the version is told apart
            ASSERT_EQ(status.error().code, ErrorCode::Corrupt) << offset;
        }
    }
}

TEST_F(DataFileTest, ADamagedBlockIsNamed) {
    write(5000);
    flip(kDataHeaderBytes + 4096 * sizeof(TradeRecord) + 3);
    const auto file = open();
    ASSERT_TRUE(file);
    EXPECT_TRUE((*file)->check_block(0));
    const auto status = (*file)->check_block(1);
    EXPECT_EQ(status.error().message, path_ + ": block 1 (offset 233472): checksum mismatch");
}

TEST_F(DataFileTest, ACutFileIsRefusedAtEveryLength) {
    write(3);
    for (std::size_t bytes = 0; bytes < content_.size(); bytes += bytes < 16 ? 1 : 7) {
        folder_.write("a.tdat", content_.substr(0, bytes));
        const auto file = open();
        ASSERT_FALSE(file) << bytes;
        EXPECT_EQ(file.error().code, ErrorCode::Corrupt) << bytes;
    }
    folder_.write("a.tdat", content_ + "x");
    EXPECT_EQ(open().error().code, ErrorCode::Corrupt);
}

TEST_F(DataFileTest, RefusesWhatIsNoDataFile) {
    folder_.write("a.tdat", "id,price,qty\n1,2,3\n");
    EXPECT_EQ(open().error().message, path_ + ": not a tradectl data file (no TDAT at its start)");
    EXPECT_EQ(DataFile::open(folder_.at("none.tdat")).error().code, ErrorCode::Io);
    EXPECT_EQ(DataFile::open(folder_.at(".")).error().code, ErrorCode::Io);
}

TEST_F(DataFileTest, ANewerVersionIsUnsupported) {
    write(3);
    const auto file = open_changed([](DataHeader& header) { header.version = 2; });
    EXPECT_EQ(file.error().code, ErrorCode::Unsupported);
    EXPECT_NE(file.error().message.find("version 2, this build reads up to 1"), std::string::npos);
}

TEST_F(DataFileTest, ASealedHeaderThatCannotBeIsRefused) {
    write(5000);
    const std::function<void(DataHeader&)> changes[] = {
        [](auto& h) { h.version = 0; },
        [](auto& h) { h.header_bytes = 8192; },
        [](auto& h) { h.kind = 0; },
        [](auto& h) { h.kind = 5; },
        [](auto& h) { h.kind = 2; },
        [](auto& h) { h.record_bytes = 0; },
        [](auto& h) { h.block_records = 1; },
        [](auto& h) { h.block_count = 1; },
        [](auto& h) { h.block_count = UINT32_MAX; },
        [](auto& h) { h.record_count = 0; },
        [](auto& h) { h.record_count = 4999; },
        [](auto& h) { h.record_count = UINT64_MAX; },
        [](auto& h) { h.index_offset = 0; },
        [](auto& h) { h.index_offset = UINT64_MAX - 8; },
        [](auto& h) { h.index_crc ^= 1; },
        [](auto& h) { h.instrument.size = 96; },
        [](auto& h) { h.origin.size = 128; },
    };
    for (const auto& change : changes) {
        const auto file = open_changed(change);
        ASSERT_FALSE(file) << &change - changes;
        EXPECT_EQ(file.error().code, ErrorCode::Corrupt);
    }
    EXPECT_TRUE(open_changed([](DataHeader&) {}));
    const auto file = open_changed([](auto& h) { h.time_last += 1; });
    EXPECT_FALSE((*file)->verify());
}

TEST_F(DataFileTest, FindsTheFirstRecordAtOrAfterATime) {
    std::vector<TradeRecord> trades;
    for (std::int64_t i = 0; i < 20'000; ++i)
        trades.push_back(trade_record(i / 5000 * 10));  // equal times over block borders
    write_trades(*disk_, path_, trades);
    const auto file = open().value();
    EXPECT_EQ(*file->find(Timestamp{-5}), 0u);
    EXPECT_EQ(*file->find(Timestamp{0}), 0u);
    EXPECT_EQ(*file->find(Timestamp{1}), 5000u);
    EXPECT_EQ(*file->find(Timestamp{10}), 5000u);
    EXPECT_EQ(*file->find(Timestamp{30}), 15'000u);
    EXPECT_EQ(*file->find(Timestamp{31}), 20'000u);
}

TEST_F(DataFileTest, TheWriterRefusesRecordsThatCannotBe) {
    auto writer = DataFileWriter::create(
        *disk_,
        path_,
        {.kind = DataKind::Trades, .instrument = "A", .origin = "", .interval_ns = 0});
    ASSERT_TRUE(writer);
    ASSERT_TRUE(writer->add(trade_record(10)));
    for (const TradeRecord& bad : {trade_record(9),
                                   trade_record(10, "0"),
                                   trade_record(10, "-1"),
                                   trade_record(10, "1", "0"),
                                   trade_record(TRADECTL_TIME_NONE)})
        EXPECT_EQ(writer->add(bad).error().code, ErrorCode::Corrupt);
    TradeRecord side = trade_record(10);
    side.aggressor = 3;
    EXPECT_FALSE(writer->add(side));
    EXPECT_EQ(writer->add(QuoteRecord{}).error().code, ErrorCode::InvalidArgument);
    EXPECT_TRUE(writer->add(trade_record(10)));
    EXPECT_EQ(writer->header().record_count, 2u);
}

TEST_F(DataFileTest, TheWriterChecksItsOptions) {
    const auto create = [&](const DataFileOptions& options) {
        return DataFileWriter::create(*disk_, path_, options).has_value();
    };
    EXPECT_FALSE(create({DataKind::Trades, "", "", 0}));
    EXPECT_FALSE(create({DataKind::Trades, std::string(96, 'x'), "", 0}));
    EXPECT_FALSE(create({DataKind::Trades, "A", std::string(128, 'x'), 0}));
    EXPECT_FALSE(create({DataKind::Trades, "A", "", 5}));
    EXPECT_FALSE(create({DataKind::Bars, "A", "", 0}));
    EXPECT_FALSE(create({static_cast<DataKind>(9), "A", "", 0}));
    EXPECT_TRUE(create({DataKind::Bars, "A", std::string(127, 'x'), 5}));
    EXPECT_TRUE(folder_.names().empty());
}

TEST_F(DataFileTest, AnUnfinishedWriterLeavesTheOldFile) {
    write(3);
    {
        auto writer = DataFileWriter::create(*disk_, path_, {DataKind::Trades, "A", "", 0});
        for (std::int64_t i = 0; i < 5000; ++i)
            ASSERT_TRUE(writer->add(trade_record(i)));
        EXPECT_TRUE(folder_.has("a.tdat.tmp"));
    }
    EXPECT_EQ(folder_.names(), std::vector<std::string>{"a.tdat"});
    EXPECT_EQ(folder_.read("a.tdat"), content_);
}

TEST_F(DataFileTest, ASecondWriterOfTheSameNameIsLockedOut) {
    const auto first = DataFileWriter::create(*disk_, path_, {DataKind::Trades, "A", "", 0});
    ASSERT_TRUE(first);
    const auto second = DataFileWriter::create(*disk_, path_, {DataKind::Trades, "A", "", 0});
    EXPECT_EQ(second.error().code, ErrorCode::Locked);
}

TEST_F(DataFileTest, WritesTheSameBytesOnAMemoryDisk) {
    write(5000);
    const auto memory = make_memory_disk();
    ASSERT_TRUE(memory->make_directory("/d"));
    write_trades(*memory, "/d/a.tdat", count_up(5000));
    EXPECT_EQ(*read_file(*memory, "/d/a.tdat", 1 << 24), content_);
}

}  // namespace
}  // namespace tradectl::market

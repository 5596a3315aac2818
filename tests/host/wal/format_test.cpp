#include "host/wal/format.hpp"

#include "tests/host/wal/log_fixture.hpp"

#include <array>
#include <cstring>
#include <fstream>
#include <sstream>

namespace tradectl::wal {
namespace {

constexpr PageHeader kHeader{.log_id = {0x0102030405060708},
                             .segment = 3,
                             .page = 17,
                             .batch = 40,
                             .first_sequence = {99},
                             .durable_batch = 38,
                             .index = 1,
                             .count = 2,
                             .used_bytes = 64,
                             .records = 5};

std::array<std::byte, kPageBytes> sealed(const PageHeader& header) {
    std::array<std::byte, kPageBytes> page{};
    page[kPageHeaderBytes] = std::byte{42};
    seal_page(header, page);
    return page;
}

PageState state_of(const PageHeader& header) {
    PageHeader read;
    return read_page(sealed(header), read);
}

TEST(PageFormat, KeepsEveryField) {
    PageHeader read;
    ASSERT_EQ(read_page(sealed(kHeader), read), PageState::Valid);
    EXPECT_EQ(read.log_id, kHeader.log_id);
    EXPECT_EQ(read.segment, 3u);
    EXPECT_EQ(read.page, 17u);
    EXPECT_EQ(read.batch, 40u);
    EXPECT_EQ(read.first_sequence.value, 99u);
    EXPECT_EQ(read.durable_batch, 38u);
    EXPECT_EQ(read.index, 1);
    EXPECT_EQ(read.count, 2);
    EXPECT_EQ(read.used_bytes, 64);
    EXPECT_EQ(read.records, 5u);
}

TEST(PageFormat, StandsAsTheManualSays) {
    const auto page = sealed(kHeader);
    EXPECT_EQ(std::memcmp(page.data(), "TWPG", 4), 0);
    EXPECT_EQ(page[8], std::byte{8});
    EXPECT_EQ(page[16], std::byte{3});
    EXPECT_EQ(page[20], std::byte{17});
    EXPECT_EQ(page[24], std::byte{40});
    EXPECT_EQ(page[32], std::byte{99});
    EXPECT_EQ(page[40], std::byte{38});
    EXPECT_EQ(page[48], std::byte{1});
    EXPECT_EQ(page[50], std::byte{2});
    EXPECT_EQ(page[52], std::byte{64});
    EXPECT_EQ(page[56], std::byte{5});
    EXPECT_EQ(page[64], std::byte{42});
}

TEST(PageFormat, EveryFlippedBitIsNoticed) {
    auto page = sealed(kHeader);
    PageHeader read;
    for (std::size_t bit = 0; bit < kPageBytes * 8; ++bit) {
        page[bit / 8] ^= static_cast<std::byte>(1 << bit % 8);
        ASSERT_NE(read_page(page, read), PageState::Valid) << bit;
        page[bit / 8] ^= static_cast<std::byte>(1 << bit % 8);
    }
}

TEST(PageFormat, ZerosAreNoPage) {
    PageHeader read;
    std::array<std::byte, kPageBytes> page{};
    EXPECT_EQ(read_page(page, read), PageState::Zero);
    page.back() = std::byte{1};
    EXPECT_EQ(read_page(page, read), PageState::BadMagic);
}

TEST(PageFormat, RefusesFieldsOutOfRange) {
    const auto with = [](auto change) {
        PageHeader header = kHeader;
        change(header);
        return state_of(header);
    };
    EXPECT_EQ(with([](PageHeader& h) { h.log_id = {0}; }), PageState::BadField);
    EXPECT_EQ(with([](PageHeader& h) { h.segment = 0; }), PageState::BadField);
    EXPECT_EQ(with([](PageHeader& h) { h.page = 0; }), PageState::BadField);
    EXPECT_EQ(with([](PageHeader& h) { h.durable_batch = 40; }), PageState::BadField);
    EXPECT_EQ(with([](PageHeader& h) { h.count = 0; }), PageState::BadField);
    EXPECT_EQ(with([](PageHeader& h) { h.count = 65; }), PageState::BadField);
    EXPECT_EQ(with([](PageHeader& h) { h.index = 2; }), PageState::BadField);
    EXPECT_EQ(with([](PageHeader& h) { h.index = 0; }), PageState::BadField);
    EXPECT_EQ(with([](PageHeader& h) { h.used_bytes = 0; }), PageState::BadField);
    EXPECT_EQ(with([](PageHeader& h) { h.used_bytes = 65; }), PageState::BadField);
    EXPECT_EQ(with([](PageHeader& h) { h.used_bytes = 4040; }), PageState::BadField);
    EXPECT_EQ(with([](PageHeader& h) { h.records = 0; }), PageState::BadField);
    EXPECT_EQ(with([](PageHeader& h) { h.used_bytes = 4032; }), PageState::Valid);
}

TEST(SegmentFormat, KeepsEveryField) {
    const SegmentHeader header{.version = 1,
                               .log_id = {5},
                               .segment = 2,
                               .pages = 16,
                               .first_batch = 7,
                               .first_sequence = {8},
                               .previous_pages = 9,
                               .flags = kSegmentSeals,
                               .epoch = 10,
                               .created = Timestamp{11}};
    std::array<std::byte, kPageBytes> page{};
    write_segment_header(header, page);
    SegmentHeader read;
    ASSERT_EQ(read_segment_header(page, read), PageState::Valid);
    EXPECT_EQ(std::memcmp(page.data(), "TWALSEG1", 8), 0);
    EXPECT_EQ(read.log_id.value, 5u);
    EXPECT_EQ(read.segment, 2u);
    EXPECT_EQ(read.pages, 16u);
    EXPECT_EQ(read.first_batch, 7u);
    EXPECT_EQ(read.first_sequence.value, 8u);
    EXPECT_EQ(read.previous_pages, 9u);
    EXPECT_EQ(read.flags, kSegmentSeals);
    EXPECT_EQ(read.epoch, 10);
    EXPECT_EQ(read.created.ns(), 11);
    for (std::size_t bit = 0; bit < kPageBytes * 8; bit += 7) {
        page[bit / 8] ^= static_cast<std::byte>(1 << bit % 8);
        ASSERT_NE(read_segment_header(page, read), PageState::Valid) << bit;
        page[bit / 8] ^= static_cast<std::byte>(1 << bit % 8);
    }
}

TEST(SegmentFormat, NamesHaveEightDigits) {
    EXPECT_EQ(segment_name(1), "00000001.twal");
    EXPECT_EQ(segment_number("00000042.twal"), 42u);
    EXPECT_EQ(segment_number("00000042.twal.tmp"), 0u);
    EXPECT_EQ(segment_number("0000004a.twal"), 0u);
    EXPECT_EQ(segment_number("ack"), 0u);
    EXPECT_EQ(place_text(3, 17), "segment 3, page 17 (offset 69632)");
}

// The lines of hexadecimal bytes in the manual's example, by offset.
std::vector<std::pair<std::uint64_t, std::vector<std::byte>>> manual_example() {
    std::vector<std::pair<std::uint64_t, std::vector<std::byte>>> lines;
    std::ifstream manual(TRADECTL_SOURCE_DIR "/man/tradectl-wal.5");
    for (std::string line; std::getline(manual, line);) {
        if (line.size() != 57 || line.substr(8, 2) != "  ") continue;
        std::istringstream words(line);
        std::uint64_t offset = 0;
        words >> std::hex >> offset;
        std::vector<std::byte> bytes;
        for (unsigned value = 0; words >> std::hex >> value;)
            bytes.push_back(static_cast<std::byte>(value));
        lines.emplace_back(offset, std::move(bytes));
    }
    return lines;
}

TEST(LogFormat, IsWhatTheManualsExampleShows) {
    auto disk = make_memory_disk();
    auto writer = Writer::create(*disk,
                                 "/wal",
                                 {{0x0102030405060708}, 1},
                                 {Timestamp{1'767'322'984'000'000'000}, 0},
                                 {.segment_bytes = kSegmentBytesMin});
    ASSERT_TRUE(writer);
    BatchBuilder builder({1});
    RecordHeader header;
    header.wall = Timestamp{1'767'322'985'000'000'000};
    header.monotonic_ns = 5'000'000'000;
    header.op_id = {7};
    header.txn_id = {7};
    const std::array value{std::byte{'4'}, std::byte{'2'}};
    ASSERT_TRUE(builder.add(header, KvBody{"demo", "k", value}));
    ASSERT_TRUE((*writer)->append(builder.take(), 0));
    auto file = disk->open("/wal/00000001.twal", {});
    const auto lines = manual_example();
    ASSERT_EQ(lines.size(), 14u);
    for (const auto& [offset, expected] : lines) {
        std::vector<std::byte> bytes(16);
        ASSERT_TRUE((*file)->read(offset, bytes));
        EXPECT_EQ(bytes, expected) << offset;
    }
}

}  // namespace
}  // namespace tradectl::wal

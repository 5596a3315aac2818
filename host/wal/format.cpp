#include "host/wal/format.hpp"

#include "host/base/hash.hpp"
#include "host/base/mutant.hpp"

#include <cstdio>
#include <cstring>

namespace tradectl::wal {
namespace {

// The bytes on disk. The checksum stands right behind the magic and covers all that follows it.
struct RawPageHeader {
    std::uint32_t magic;
    std::uint32_t crc32c;
    std::uint64_t log_id;
    std::uint32_t segment;
    std::uint32_t page;
    std::uint64_t batch;
    std::uint64_t first_sequence;
    std::uint64_t durable_batch;
    std::uint16_t index;
    std::uint16_t count;
    std::uint16_t used_bytes;
    std::uint16_t reserved;
    std::uint32_t records;
    std::uint32_t reserved2;
};
static_assert(sizeof(RawPageHeader) == kPageHeaderBytes);
static_assert(offsetof(RawPageHeader, log_id) == 8);
static_assert(offsetof(RawPageHeader, segment) == 16);
static_assert(offsetof(RawPageHeader, batch) == 24);
static_assert(offsetof(RawPageHeader, first_sequence) == 32);
static_assert(offsetof(RawPageHeader, durable_batch) == 40);
static_assert(offsetof(RawPageHeader, index) == 48);
static_assert(offsetof(RawPageHeader, used_bytes) == 52);
static_assert(offsetof(RawPageHeader, records) == 56);

struct RawSegmentHeader {
    std::uint64_t magic;
    std::uint32_t crc32c;
    std::uint32_t version;
    std::uint64_t log_id;
    std::uint32_t segment;
    std::uint32_t pages;
    std::uint64_t first_batch;
    std::uint64_t first_sequence;
    std::uint32_t previous_pages;
    std::uint32_t flags;
    std::int64_t created_ns;
    std::uint16_t epoch;
    std::uint16_t reserved[3];
};
static_assert(sizeof(RawSegmentHeader) == 72);
static_assert(offsetof(RawSegmentHeader, log_id) == 16);
static_assert(offsetof(RawSegmentHeader, segment) == 24);
static_assert(offsetof(RawSegmentHeader, first_batch) == 32);
static_assert(offsetof(RawSegmentHeader, previous_pages) == 48);
static_assert(offsetof(RawSegmentHeader, created_ns) == 56);
static_assert(offsetof(RawSegmentHeader, epoch) == 64);

constexpr std::size_t kPageCrcFrom = 8;
constexpr std::size_t kSegmentCrcFrom = 12;

bool is_sound(const RawPageHeader& raw) {
    const bool last = raw.index + 1 == raw.count;
    return raw.log_id != 0 && raw.segment != 0 && raw.page != 0 && raw.batch != 0 &&
           raw.first_sequence != 0 && raw.durable_batch < raw.batch && raw.count != 0 &&
           raw.count <= kBatchPagesMax && raw.index < raw.count && raw.records != 0 &&
           (last ? raw.used_bytes != 0 && raw.used_bytes <= kPagePayloadBytes
                 : raw.used_bytes == kPagePayloadBytes) &&
           raw.used_bytes % kRecordAlignment == 0 && raw.reserved == 0 && raw.reserved2 == 0;
}

bool is_sound(const RawSegmentHeader& raw) {
    const std::uint64_t bytes = std::uint64_t{raw.pages} * kPageBytes;
    return raw.version == kFormatVersion && raw.log_id != 0 && raw.segment != 0 &&
           bytes >= kSegmentBytesMin && bytes <= kSegmentBytesMax && raw.first_batch != 0 &&
           raw.first_sequence != 0 && (raw.segment == 1) == (raw.previous_pages == 0) &&
           (raw.flags & ~kSegmentSeals) == 0;
}

}  // namespace

const char* to_text(PageState state) {
    switch (state) {
        case PageState::Valid: return "valid";
        case PageState::Zero: return "never written";
        case PageState::BadMagic: return "not a page of a log";
        case PageState::BadChecksum: return "checksum mismatch";
        case PageState::BadField: return "field out of range";
    }
    return "unknown";
}

bool is_zero(std::span<const std::byte> bytes) {
    // Comparing the bytes with themselves one place further is a memcmp, which is vectorised.
    return bytes.empty() || (bytes[0] == std::byte{0} &&
                             std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

void seal_page(const PageHeader& header, PageBytes page) {
    RawPageHeader raw{.magic = kPageMagic,
                      .crc32c = 0,
                      .log_id = header.log_id.value,
                      .segment = header.segment,
                      .page = header.page,
                      .batch = header.batch,
                      .first_sequence = header.first_sequence.value,
                      .durable_batch = header.durable_batch,
                      .index = header.index,
                      .count = header.count,
                      .used_bytes = header.used_bytes,
                      .reserved = 0,
                      .records = header.records,
                      .reserved2 = 0};
    std::memcpy(page.data(), &raw, sizeof(raw));
    raw.crc32c = crc32c(page.subspan<kPageCrcFrom>());
    std::memcpy(page.data() + offsetof(RawPageHeader, crc32c), &raw.crc32c, sizeof(raw.crc32c));
}

PageState read_page(ConstPageBytes page, PageHeader& out) {
    RawPageHeader raw;
    std::memcpy(&raw, page.data(), sizeof(raw));
    if (raw.magic != kPageMagic) return is_zero(page) ? PageState::Zero : PageState::BadMagic;
    if (raw.crc32c != crc32c(page.subspan<kPageCrcFrom>()) && !mutant("wal.page_checksum"))
        return PageState::BadChecksum;
    if (!is_sound(raw)) return PageState::BadField;
    out = {.log_id = {raw.log_id},
           .segment = raw.segment,
           .page = raw.page,
           .batch = raw.batch,
           .first_sequence = {raw.first_sequence},
           .durable_batch = raw.durable_batch,
           .index = raw.index,
           .count = raw.count,
           .used_bytes = raw.used_bytes,
           .records = raw.records};
    return PageState::Valid;
}

void write_segment_header(const SegmentHeader& header, PageBytes page) {
    RawSegmentHeader raw{.magic = kSegmentMagic,
                         .crc32c = 0,
                         .version = header.version,
                         .log_id = header.log_id.value,
                         .segment = header.segment,
                         .pages = header.pages,
                         .first_batch = header.first_batch,
                         .first_sequence = header.first_sequence.value,
                         .previous_pages = header.previous_pages,
                         .flags = header.flags,
                         .created_ns = header.created.ns(),
                         .epoch = header.epoch,
                         .reserved = {}};
    std::memset(page.data(), 0, page.size());
    std::memcpy(page.data(), &raw, sizeof(raw));
    raw.crc32c = crc32c(page.subspan<kSegmentCrcFrom>());
    std::memcpy(page.data() + offsetof(RawSegmentHeader, crc32c), &raw.crc32c, sizeof(raw.crc32c));
}

PageState read_segment_header(ConstPageBytes page, SegmentHeader& out) {
    RawSegmentHeader raw;
    std::memcpy(&raw, page.data(), sizeof(raw));
    if (raw.magic != kSegmentMagic) return is_zero(page) ? PageState::Zero : PageState::BadMagic;
    if (raw.crc32c != crc32c(page.subspan<kSegmentCrcFrom>()) && !mutant("wal.header_checksum"))
        return PageState::BadChecksum;
    out = {.version = raw.version,
           .log_id = {raw.log_id},
           .segment = raw.segment,
           .pages = raw.pages,
           .first_batch = raw.first_batch,
           .first_sequence = {raw.first_sequence},
           .previous_pages = raw.previous_pages,
           .flags = raw.flags,
           .epoch = raw.epoch,
           .created = Timestamp{raw.created_ns}};
    return is_sound(raw) ? PageState::Valid : PageState::BadField;
}

std::string segment_name(std::uint32_t segment) {
    char name[16];
    static_cast<void>(std::snprintf(name, sizeof(name), "%08u.twal", segment % 100'000'000u));
    return name;
}

std::uint32_t segment_number(std::string_view name) {
    if (name.size() != 13 || name.substr(8) != ".twal") return 0;
    std::uint32_t number = 0;
    for (const char digit : name.substr(0, 8)) {
        if (digit < '0' || digit > '9') return 0;
        number = number * 10 + static_cast<std::uint32_t>(digit - '0');
    }
    return number;
}

std::string place_text(std::uint32_t segment, std::uint32_t page) {
    return "segment " + std::to_string(segment) + ", page " + std::to_string(page) + " (offset " +
           std::to_string(std::uint64_t{page} * kPageBytes) + ")";
}

}  // namespace tradectl::wal

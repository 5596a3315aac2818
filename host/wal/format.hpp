/// Layout of the write-ahead log on disk. Format: tradectl-wal(5), which this header follows.
///
/// Every number is little-endian; every offset, size and count is in bytes or pages as its name
/// says.
#pragma once

#include <tradectl/expected.hpp>
#include <tradectl/ids.hpp>
#include <tradectl/timestamp.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tradectl::wal {

static_assert(std::endian::native == std::endian::little, "the log is written by memcpy");

/// One creation of a log; every page carries it. Random, never 0.
using LogId = Id<struct LogIdTag>;

inline constexpr std::uint32_t kFormatVersion = 1;
inline constexpr std::size_t kPageBytes = 4096;
inline constexpr std::size_t kPageHeaderBytes = 64;
inline constexpr std::size_t kPagePayloadBytes = kPageBytes - kPageHeaderBytes;
inline constexpr std::uint32_t kBatchPagesMax = 64;
inline constexpr std::size_t kBatchBytesMax = kBatchPagesMax * kPagePayloadBytes;
/// Most pages that are ever written and not yet synced; all of them lie in one segment.
inline constexpr std::uint32_t kUnsyncedPagesMax = 64;

inline constexpr std::uint64_t kSegmentBytesDefault = 16u << 20;
inline constexpr std::uint64_t kSegmentBytesMin = 64u << 10;
inline constexpr std::uint64_t kSegmentBytesMax = 1u << 30;
inline constexpr std::uint64_t kPrefillStepBytes = 256u << 10;

inline constexpr std::size_t kRecordHeaderBytes = 48;
inline constexpr std::size_t kRecordAlignment = 8;

/// The ack stamp: two slots, a page apart so that one torn device sector spoils one of them only.
inline constexpr std::size_t kAckSlotStride = 4096;
inline constexpr std::size_t kAckSlotBytes = 24;
inline constexpr std::size_t kAckFileBytes = 2 * kAckSlotStride;

inline constexpr std::uint64_t kSegmentMagic = 0x3147'4553'4c41'5754;  // "TWALSEG1"
inline constexpr std::uint32_t kPageMagic = 0x4750'5754;               // "TWPG"

/// Page 0 of a segment.
struct SegmentHeader {
    std::uint32_t version = kFormatVersion;
    LogId log_id;
    std::uint32_t segment = 0;         ///< number, as in the file's name; from 1
    std::uint32_t pages = 0;           ///< size of the file in pages, this one included
    std::uint64_t first_batch = 0;     ///< number of the first batch that it holds
    WalSequence first_sequence;        ///< of the first record that it holds
    std::uint32_t previous_pages = 0;  ///< pages of the segment before that count; 0 in the first
    std::uint32_t flags = 0;           ///< kSegmentSeals
    std::uint16_t epoch = 0;           ///< how many logs the state directory had, this one included
    Timestamp created;                 ///< wall time of the first record, or of the log's creation
};
/// The segment before ended torn: what follows its `previous_pages` is evidence, not data, and the
/// first record here is a SEAL.
inline constexpr std::uint32_t kSegmentSeals = 1;

struct PageHeader {
    LogId log_id;
    std::uint32_t segment = 0;
    std::uint32_t page = 0;           ///< place in the segment, from 1
    std::uint64_t batch = 0;          ///< from 1, without gaps over the whole log
    WalSequence first_sequence;       ///< of the batch
    std::uint64_t durable_batch = 0;  ///< highest batch known durable when this page was built
    std::uint16_t index = 0;          ///< place in the batch, from 0
    std::uint16_t count = 0;          ///< pages of the batch
    std::uint16_t used_bytes = 0;     ///< of the payload; full in every page but a batch's last
    std::uint32_t records = 0;        ///< in the batch
};

/// What a page is. All but Valid and Zero are damage or a torn write.
enum class PageState { Valid, Zero, BadMagic, BadChecksum, BadField };
/// For messages: "checksum mismatch", ...
const char* to_text(PageState state);

using PageBytes = std::span<std::byte, kPageBytes>;
using ConstPageBytes = std::span<const std::byte, kPageBytes>;

/// Writes the header over a page whose payload is in place and zero behind `used_bytes`.
void seal_page(const PageHeader& header, PageBytes page);
/// Checks a page by itself: magic, checksum, fields in range. `out` is set when Valid.
PageState read_page(ConstPageBytes page, PageHeader& out);

void write_segment_header(const SegmentHeader& header, PageBytes page);
/// BadField also for a version that this program does not know; `out.version` is then set.
PageState read_segment_header(ConstPageBytes page, SegmentHeader& out);

/// True when every byte is 0.
[[nodiscard]] bool is_zero(std::span<const std::byte> bytes);

/// "00000001.twal"
[[nodiscard]] std::string segment_name(std::uint32_t segment);
/// The number in a segment's name; 0 when it is no such name.
[[nodiscard]] std::uint32_t segment_number(std::string_view name);
/// "segment 3, page 17 (offset 69632)"
[[nodiscard]] std::string place_text(std::uint32_t segment, std::uint32_t page);

/// Pages that `payload_bytes` need.
[[nodiscard]] constexpr std::uint32_t pages_for(std::size_t payload_bytes) {
    return static_cast<std::uint32_t>((payload_bytes + kPagePayloadBytes - 1) / kPagePayloadBytes);
}

}  // namespace tradectl::wal

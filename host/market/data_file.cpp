#include "host/market/data_file.hpp"

#include "host/base/hash.hpp"
#include "host/base/mapped_file.hpp"
#include "host/market/file_error.hpp"
#include "host/market/record_check.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>
#include <utility>

namespace tradectl::market {
namespace {

static_assert(std::endian::native == std::endian::little, "the format is read in place");

Unexpected corrupt(const std::string& path, const std::string& what) {
    return fail(ErrorCode::Corrupt, path + ": " + what);
}

template <typename Record>
const char* fault_at(const DataFile& file, std::uint64_t index) {
    return record_fault(file.as<Record>(index));
}

const char* fault_of(const DataFile& file, std::uint64_t index) {
    switch (file.kind()) {
        case DataKind::Trades: return fault_at<TradeRecord>(file, index);
        case DataKind::Quotes: return fault_at<QuoteRecord>(file, index);
        case DataKind::Bars: return fault_at<BarRecord>(file, index);
        case DataKind::Book: return fault_at<BookRecord>(file, index);
    }
    return "unknown kind";
}

}  // namespace

std::string_view kind_name(DataKind kind) {
    switch (kind) {
        case DataKind::Trades: return "trades";
        case DataKind::Quotes: return "quotes";
        case DataKind::Bars: return "bars";
        case DataKind::Book: return "book";
    }
    return {};
}

std::uint32_t record_bytes(DataKind kind) {
    switch (kind) {
        case DataKind::Trades: return sizeof(TradeRecord);
        case DataKind::Quotes: return sizeof(QuoteRecord);
        case DataKind::Bars: return sizeof(BarRecord);
        case DataKind::Book: return sizeof(BookRecord);
    }
    return 0;
}

std::uint32_t data_header_checksum(std::span<const std::byte> page) {
    constexpr std::size_t kAt = offsetof(DataHeader, header_crc);
    constexpr std::byte kZero[sizeof(DataHeader::header_crc)] = {};
    const std::uint32_t before = crc32c(kZero, crc32c(page.first(kAt)));
    return crc32c(page.subspan(kAt + sizeof(kZero)), before);
}

DataFile::~DataFile() = default;

Expected<std::shared_ptr<const DataFile>> DataFile::open(const std::string& path) {
    auto map = MappedFile::open(path);
    if (!map) {
        if (map.error().code == ErrorCode::InvalidArgument)
            return fail(ErrorCode::Io, map.error().message);
        return file_failure(map.error());
    }
    // The constructor is private: make_shared cannot reach it.
    std::shared_ptr<DataFile> file(new DataFile);
    file->path_ = path;
    file->map_ = std::make_unique<MappedFile>(*std::move(map));
    if (auto status = file->check_header(); !status) return fail(status.error());
    return std::shared_ptr<const DataFile>(std::move(file));
}

Status DataFile::check_header() {
    const std::span<const std::byte> bytes = map_->bytes();
    if (bytes.size() < sizeof(kDataMagic) ||
        std::memcmp(bytes.data(), kDataMagic, sizeof(kDataMagic)) != 0)
        return corrupt(path_, "not a tradectl data file (no TDAT at its start)");
    if (bytes.size() < kDataHeaderBytes)
        return corrupt(path_, "cut short: the header page is not whole");
    std::memcpy(&header_, bytes.data(), sizeof(header_));
    if (header_.version > kDataVersion)
        return fail(ErrorCode::Unsupported,
                    path_ + ": format version " + std::to_string(header_.version) +
                        ", this build reads up to " + std::to_string(kDataVersion));
    if (header_.header_crc != data_header_checksum(bytes.first(kDataHeaderBytes)))
        return corrupt(path_, "header: checksum mismatch");
    return check_shape(bytes);
}

/// The checksum holds, so what fails here was written wrong, or with intent.
Status DataFile::check_shape(std::span<const std::byte> bytes) {
    const std::uint32_t size = record_bytes(kind());
    if (header_.version == 0 || header_.header_bytes != kDataHeaderBytes || size == 0 ||
        header_.record_bytes != size || header_.block_records != kDataBlockRecords ||
        header_.record_count > kDataRecordsMax || header_.instrument.size > TRADECTL_ID_BYTES_MAX ||
        header_.origin.size > sizeof(header_.origin.text))
        return corrupt(path_, "header: a field that this version cannot have");
    const std::uint64_t blocks = (header_.record_count + kDataBlockRecords - 1) / kDataBlockRecords;
    const std::uint64_t index_offset = kDataHeaderBytes + header_.record_count * size;
    if (header_.block_count != blocks || header_.index_offset != index_offset)
        return corrupt(path_, "header: counts and offsets contradict each other");
    const std::uint64_t wanted = index_offset + blocks * sizeof(DataBlock);
    if (bytes.size() != wanted)
        return corrupt(path_,
                       (bytes.size() < wanted ? "cut short: " : "too long: ") +
                           std::to_string(bytes.size()) + " bytes, the header says " +
                           std::to_string(wanted));
    const auto index = bytes.subspan(index_offset);
    if (header_.index_crc != crc32c(index)) return corrupt(path_, "index: checksum mismatch");
    blocks_ = {reinterpret_cast<const DataBlock*>(index.data()), header_.block_count};
    records_ = bytes.data() + kDataHeaderBytes;
    for (std::uint64_t block = 0; block < blocks; ++block)
        if (blocks_[block].record_count != block_end(block) - block * kDataBlockRecords)
            return corrupt(path_, "index: block " + std::to_string(block) + ": wrong count");
    return {};
}

std::string_view DataFile::instrument() const {
    return {header_.instrument.text, header_.instrument.size};
}

std::string_view DataFile::origin() const {
    return {header_.origin.text, header_.origin.size};
}

std::uint64_t DataFile::block_end(std::uint64_t block) const {
    return std::min((block + 1) * kDataBlockRecords, header_.record_count);
}

Error DataFile::damage(std::uint64_t index, const std::string& what) const {
    const std::uint64_t offset = kDataHeaderBytes + index * header_.record_bytes;
    return {ErrorCode::Corrupt,
            path_ + ": record " + std::to_string(index) + " (offset " + std::to_string(offset) +
                "): " + what};
}

Status DataFile::check_block(std::uint64_t block) const {
    const std::uint64_t first = block * kDataBlockRecords;
    const std::size_t bytes = (block_end(block) - first) * header_.record_bytes;
    if (crc32c({record(first), bytes}) != blocks_[block].crc)
        return corrupt(path_,
                       "block " + std::to_string(block) + " (offset " +
                           std::to_string(kDataHeaderBytes + first * header_.record_bytes) +
                           "): checksum mismatch");
    if (time(first).ns() != blocks_[block].time_first)
        return fail(damage(first, "its time is not the one in the index"));
    return {};
}

Status DataFile::verify() const {
    Timestamp last = Timestamp::none();
    std::uint32_t levels_due = 0;
    for (std::uint64_t block = 0; block < blocks_.size(); ++block) {
        if (auto status = check_block(block); !status) return status;
        for (std::uint64_t i = block * kDataBlockRecords; i < block_end(block); ++i) {
            if (time(i) < last) return fail(damage(i, "time goes back"));
            last = time(i);
            if (const char* fault = fault_of(*this, i)) return fail(damage(i, fault));
            if (kind() != DataKind::Book) continue;
            const std::uint32_t left = as<BookRecord>(i).levels_left;
            if (levels_due != 0 && left + 1 != levels_due)
                return fail(damage(i, "levels of an event are missing"));
            levels_due = left;
        }
    }
    if (levels_due != 0) return corrupt(path_, "the last event has too few levels");
    const bool any = size() > 0;
    if (time_last() != last || time_first() != (any ? time(0) : Timestamp::none()))
        return corrupt(path_, "header: time range is not the records'");
    return {};
}

Expected<std::uint64_t> DataFile::find(Timestamp wanted) const {
    // Equal times may reach back over a block's start, so the block before is the place to look.
    const auto* next = std::partition_point(
        blocks_.data(), blocks_.data() + blocks_.size(), [wanted](const DataBlock& block) {
            return Timestamp{block.time_first} < wanted;
        });
    const auto after = static_cast<std::uint64_t>(next - blocks_.data());
    if (after == 0) return std::uint64_t{0};
    const std::uint64_t block = after - 1;
    if (auto status = check_block(block); !status) return fail(status.error());
    std::uint64_t index = block * kDataBlockRecords;
    while (index < block_end(block) && time(index) < wanted)
        ++index;
    return index;
}

}  // namespace tradectl::market

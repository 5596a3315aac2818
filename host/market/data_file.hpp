/// Recorded market data: the reader over a mapped file. Format: tradectl-data(5).
#pragma once

#include "host/market/data_format.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace tradectl {
class MappedFile;
}  // namespace tradectl

namespace tradectl::market {

/// "trades", "quotes", "bars" or "book"; empty for an unknown kind.
[[nodiscard]] std::string_view kind_name(DataKind kind);
/// Bytes of one record, 0 for an unknown kind.
[[nodiscard]] std::uint32_t record_bytes(DataKind kind);

/// Checksum that a header page should carry: CRC32C of the page with `header_crc` 0.
[[nodiscard]] std::uint32_t data_header_checksum(std::span<const std::byte> page);

/// A data file, mapped for reading. Opening checks the header, the sizes and the index; the blocks
/// are checked one by one when they are first read. Any number of readers may share one. [any]
class DataFile {
  public:
    /// Io, also for none at all; Permission; Corrupt when it is no data file, cut short or damaged;
    /// Unsupported when a newer version wrote it.
    static Expected<std::shared_ptr<const DataFile>> open(const std::string& path);
    ~DataFile();

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] const DataHeader& header() const { return header_; }
    [[nodiscard]] std::string_view instrument() const;
    [[nodiscard]] std::string_view origin() const;
    [[nodiscard]] DataKind kind() const { return static_cast<DataKind>(header_.kind); }
    [[nodiscard]] std::uint64_t size() const { return header_.record_count; }
    [[nodiscard]] Timestamp time_first() const { return Timestamp{header_.time_first}; }
    [[nodiscard]] Timestamp time_last() const { return Timestamp{header_.time_last}; }
    [[nodiscard]] std::span<const DataBlock> blocks() const { return blocks_; }

    /// Address of a record, `index` below `size()`; checked blocks only mean something. Valid
    /// while the file lives.
    [[nodiscard]] const std::byte* record(std::uint64_t index) const {
        return records_ + index * header_.record_bytes;
    }
    template <typename Record>
    [[nodiscard]] const Record& as(std::uint64_t index) const {
        return *reinterpret_cast<const Record*>(record(index));
    }
    /// Time of a record.
    [[nodiscard]] Timestamp time(std::uint64_t index) const {
        return Timestamp{*reinterpret_cast<const tradectl_time*>(record(index))};
    }
    /// One past the last record of a block.
    [[nodiscard]] std::uint64_t block_end(std::uint64_t block) const;
    /// Checks one block's checksum and its first time. Corrupt, naming file, block and offset.
    [[nodiscard]] Status check_block(std::uint64_t block) const;
    /// Checks all blocks and all records, that no time goes back, and the header's time range.
    [[nodiscard]] Status verify() const;
    /// First record at or after `wanted`, `size()` when there is none. Checks the block it reads.
    [[nodiscard]] Expected<std::uint64_t> find(Timestamp wanted) const;
    /// A Corrupt error that names the file and a record's place.
    [[nodiscard]] Error damage(std::uint64_t index, const std::string& what) const;

  private:
    DataFile() = default;
    Status check_header();
    Status check_shape(std::span<const std::byte> bytes);

    std::string path_;
    std::unique_ptr<MappedFile> map_;
    DataHeader header_{};
    std::span<const DataBlock> blocks_;
    const std::byte* records_ = nullptr;
};

}  // namespace tradectl::market

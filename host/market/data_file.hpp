/// Recorded market data: the reader over a mapped file, and the writer. Format: tradectl-data(5).
#pragma once

#include "host/market/data_format.hpp"

#include <tradectl/abi/events.h>
#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl {
class Disk;
class File;
class MappedFile;
}  // namespace tradectl

namespace tradectl::market {

/// "trades", "quotes", "bars" or "book"; empty for an unknown kind.
[[nodiscard]] std::string_view kind_name(DataKind kind);
/// Bytes of one record, 0 for an unknown kind.
[[nodiscard]] std::uint32_t record_bytes(DataKind kind);

/// A data file, mapped for reading. Opening checks the header, the sizes and the index; the blocks
/// are checked one by one when they are first read. Any number of readers may share one. [any]
class DataFile {
  public:
    /// NotFound, Permission, Io; Corrupt when it is no data file, is cut short or damaged;
    /// Unsupported when a newer version wrote it.
    static Expected<std::shared_ptr<const DataFile>> open(const std::string& path);
    ~DataFile();

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] const DataHeader& header() const { return header_; }
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
    /// Checks one block's checksum, its first time and that no time goes back. Corrupt, naming
    /// file, block and offset.
    [[nodiscard]] Status check_block(std::uint64_t block) const;
    /// Checks all blocks, their borders, and what the header says of them.
    [[nodiscard]] Status verify() const;
    /// First record of the block that may hold `time`.
    [[nodiscard]] std::uint64_t block_start(Timestamp time) const;

  private:
    DataFile() = default;
    Status check_header(std::uint64_t file_bytes);

    std::string path_;
    std::unique_ptr<MappedFile> map_;
    DataHeader header_{};
    std::span<const DataBlock> blocks_;
    const std::byte* records_ = nullptr;
};

struct DataFileOptions {
    DataKind kind = DataKind::Trades;
    std::string instrument;        ///< at most 95 bytes
    std::string origin;            ///< at most 127 bytes
    std::int64_t interval_ns = 0;  ///< of bars: above 0
};

/// Writes one data file. It has its name only after `finish`: until then it is `PATH.tmp`, which a
/// writer that is dropped removes. Times must not go back (Corrupt), prices must be above 0.
class DataFileWriter {
  public:
    /// `disk` must outlive the writer. `path` is absolute.
    static Expected<DataFileWriter> create(Disk& disk,
                                           const std::string& path,
                                           const DataFileOptions& options);
    DataFileWriter(DataFileWriter&&) noexcept;
    DataFileWriter& operator=(DataFileWriter&&) = delete;
    ~DataFileWriter();

    /// Each wants a file of its kind. InvalidArgument for a price or quantity that cannot be;
    /// Corrupt for a time that goes back; Overflow; Io, NoSpace.
    Status add(const TradeRecord& trade);
    Status add(const QuoteRecord& quote);
    Status add(const BarRecord& bar);
    /// All levels of one event at once; `levels_left` is filled in.
    Status add(std::span<const BookRecord> levels);
    /// Adds an event as sources give it: trade, quote, bar or book, as the file's kind is.
    Status add(const tradectl_event& event);

    /// Writes index and header, syncs, renames. Nothing may be added after it.
    Status finish();

    [[nodiscard]] const DataHeader& header() const { return header_; }

  private:
    DataFileWriter(Disk& disk, std::string path, std::unique_ptr<File> file);
    Status append(const void* record, tradectl_time time);
    Status flush_block();
    Status note_price(const tradectl_decimal& price);
    Status note_quantity(const tradectl_decimal& quantity);

    Disk* disk_;
    std::string path_;
    std::unique_ptr<File> file_;  ///< null after finish
    DataHeader header_{};
    std::vector<std::byte> block_;  ///< records of the open block
    std::vector<DataBlock> index_;
    std::uint64_t offset_ = kDataHeaderBytes;
    std::uint64_t trade_id_last_ = 0;
};

}  // namespace tradectl::market

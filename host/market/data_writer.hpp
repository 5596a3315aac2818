/// Writes recorded market data. Format: tradectl-data(5).
#pragma once

#include "host/market/data_format.hpp"
#include "host/market/id_set.hpp"

#include <tradectl/abi/events.h>
#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tradectl {
class Disk;
class File;
}  // namespace tradectl

namespace tradectl::market {

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

    /// Each wants a file of its kind, else InvalidArgument. Corrupt for a record that cannot be
    /// (record_check.hpp) or a time that goes back; Io, NoSpace.
    Status add(const TradeRecord& trade);
    Status add(const QuoteRecord& quote);
    Status add(const BarRecord& bar);
    /// All levels of one event at once, bids first; `levels_left`, 0 in what is given, is filled
    /// in.
    Status add(std::span<const BookRecord> levels);

    /// Length of bars, above 0, when it is known only now; before the first of them.
    void set_interval(std::int64_t interval_ns);

    /// Writes index and header, syncs, renames. Nothing may be added after it.
    Status finish();

    /// Counts, times and ranges so far.
    [[nodiscard]] const DataHeader& header() const { return header_; }

  private:
    DataFileWriter(Disk& disk, std::string path, std::unique_ptr<File> file);
    template <typename Record>
    Status admit(DataKind kind, const Record& record) const;
    template <typename Record>
    Status append(const Record& record);
    Status flush_block();
    void note_price(const tradectl_decimal& price);
    void note_quantity(const tradectl_decimal& quantity);

    Disk* disk_;
    std::string path_;
    std::unique_ptr<File> file_;  ///< null after finish
    DataHeader header_{};
    std::vector<std::byte> block_;  ///< room for the records of the open block
    std::size_t block_bytes_ = 0;   ///< of them that are there
    std::vector<DataBlock> index_;
    std::uint64_t offset_ = kDataHeaderBytes;
    IdSet trade_ids_;
    unsigned tick_power_ = 18;  ///< `header_.tick` is 10^tick_power_ units of 1e-18
    unsigned lot_power_ = 18;
};

}  // namespace tradectl::market

/// Recorded data back as text.
#pragma once

#include "host/market/csv_row.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace tradectl {
class Disk;
}

namespace tradectl::market {

class DataFile;

enum class ExportHeader : std::uint8_t { Write, Omit };

struct ExportOptions {
    TimeUnit time_unit = TimeUnit::Rfc3339;  ///< not Guess
    char delimiter = ',';
    ExportHeader header = ExportHeader::Write;
    Timestamp from = Timestamp::none();   ///< none: from the first record
    Timestamp until = Timestamp::none();  ///< the first time left out; none: to the last record
};

/// Takes the text in pieces of whole rows; a failure ends the export and is returned from it.
using ExportSink = std::function<Status(std::string_view)>;

/// Writes a file's records as CSV, one row each, in the columns that `parse_column_map` names:
/// trades `time,price,quantity,side,id`; quotes `time,bid_price,bid_quantity,ask_price,
/// ask_quantity`; bars `time,open,high,low,close,volume,trade_count`, with the time of their start;
/// book levels `time,book_seq,book_seq_prev,type,side,price,quantity,levels_left`. What is not
/// known is an empty field. Returns the number of rows. Corrupt where a block is damaged.
[[nodiscard]] Expected<std::uint64_t> export_csv(const DataFile& file,
                                                 const ExportOptions& options,
                                                 const ExportSink& sink);
/// The same into a file, as a whole or not at all. `path` is absolute.
[[nodiscard]] Expected<std::uint64_t> export_csv_file(Disk& disk,
                                                      const DataFile& file,
                                                      const ExportOptions& options,
                                                      const std::string& path);

}  // namespace tradectl::market

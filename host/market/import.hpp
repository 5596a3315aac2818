/// Brings public recordings into the fast format, as a whole or not at all.
#pragma once

#include "host/market/capture_format.hpp"
#include "host/market/capture_report.hpp"
#include "host/market/csv_layout.hpp"
#include "host/market/data_format.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tradectl {
class Disk;
}

namespace tradectl::market {

/// What to do with rows whose time goes back.
enum class ImportOrder : std::uint8_t {
    Refuse,
    Sort,  ///< by time, equal times in the order of the input; holds all records in memory
};
/// What to do when the output is there already.
enum class ExistingFile : std::uint8_t { Refuse, Replace };

struct ImportOptions {
    /// Read one after the other, as one recording: plain, gzip or zip (its first member).
    std::vector<std::string> inputs;
    std::string output;  ///< absolute path of the data file
    std::string instrument;
    std::string origin;  ///< "binance-trades", "csv": kept in the file
    CsvLayout layout;
    CaptureOptions capture;        ///< read by import_capture alone
    std::int64_t interval_ns = 0;  ///< of bars; a row's time is the start of its bar
    ImportOrder order = ImportOrder::Refuse;
    ExistingFile existing = ExistingFile::Refuse;
    /// Called now and then with the number of rows read; may be empty.
    std::function<void(std::uint64_t)> progress;
};

struct ImportReport {
    DataHeader header;                     ///< of the file: counts, times, ranges, gaps, duplicates
    std::uint64_t rows_late = 0;           ///< rows that sorting moved forward in time
    std::optional<CaptureReport> capture;  ///< of import_capture alone
};

/// Imports trades, quotes or bars. A bad row ends it with Corrupt and the text
/// `FILE:LINE: column N (FIELD): "VALUE": reason`; then, and on every other failure, the output is
/// as it was before. Usage when the output exists or is an input, InvalidArgument for options that
/// do not fit together, Corrupt for truncated or damaged input and for no row at all, NotFound,
/// Permission, Io, NoSpace.
[[nodiscard]] Expected<ImportReport> import_csv(Disk& disk, const ImportOptions& options);

}  // namespace tradectl::market

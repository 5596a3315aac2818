/// What an import is asked to do, and what it says it did.
#pragma once

#include "host/base/time_zone.hpp"
#include "host/market/capture_format.hpp"
#include "host/market/capture_report.hpp"
#include "host/market/csv_layout.hpp"
#include "host/market/data_format.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tradectl::market {

/// What to do with rows whose time goes back.
enum class ImportOrder : std::uint8_t {
    Refuse,
    Sort,  ///< by time, equal times in the order of the input; holds all records in memory
};
/// What to do with a record that came before: a trade with the same id, a quote like the one just
/// before it, a bar or a book event that repeats the last one.
enum class Duplicates : std::uint8_t {
    Count,  ///< keep and count; bars and book events cannot be kept twice and are refused
    Drop,   ///< leave out and count
    Refuse,
};
/// What to do when the output is there already.
enum class ExistingFile : std::uint8_t { Refuse, Replace };
/// Which moment of a bar its row names.
enum class BarStamp : std::uint8_t { Open, Close };
/// What quotes of several exchanges become.
enum class Consolidate : std::uint8_t {
    None,  ///< each row as it is
    Nbbo,  ///< the best bid and offer over the last quotes of all exchanges
    /// The same, but a new price takes away older ones of the other side that it crosses: for
    /// recordings that leave out when an exchange's quote went away.
    Fresh,
};
/// What to do with prints that the tape marks as suspicious.
enum class Suspicious : std::uint8_t { Keep, Drop };

struct ImportProgress {
    std::uint64_t rows = 0;
    std::uint64_t bytes_done = 0;  ///< of all input files, as they are on disk
    std::uint64_t bytes_all = 0;   ///< 0: not known (a pipe)
};

struct ImportOptions {
    /// Read one after the other, as one recording: plain, gzip, zstd or zip.
    std::vector<std::string> inputs;
    std::vector<std::string> ask_inputs;  ///< bid-ask-bars: the other side, `inputs` are bids
    std::string zip_member;               ///< empty: a zip must have one member only
    std::string output;                   ///< absolute path of the data file
    std::string instrument;
    std::string format = "csv";  ///< a name of `import_formats()`
    std::string origin;          ///< kept in the file; empty: the format's name
    DataKind kind = DataKind::Trades;
    CsvLayout layout;                   ///< of format "csv" alone, which takes the kind from here
    std::int64_t interval_ns = 0;       ///< of bars; 0: the format knows it
    std::optional<BarStamp> bar_stamp;  ///< none: as the format does, mostly Open
    std::shared_ptr<const TimeZone> zone;  ///< of times without one; null: the format's, else UTC
    DstChoice dst = DstChoice::Refuse;     ///< for a time that a change of the clocks has twice
    std::optional<std::int64_t> date;      ///< days since 1970 of times of day; else the file name
    ImportOrder order = ImportOrder::Refuse;
    Duplicates duplicates = Duplicates::Count;
    ExistingFile existing = ExistingFile::Refuse;
    std::int64_t gap_ns = 0;      ///< longer times between records are counted; 0: a bar's interval
    std::optional<int> decimals;  ///< rounds prices and quantities (half even), 0 to 18
    Consolidate consolidate = Consolidate::Nbbo;
    Suspicious suspicious = Suspicious::Keep;
    std::int64_t quote_spacing_ns = 100'000'000;  ///< between the quotes that a bar becomes
    /// Its symbol and clock hold for text formats that name them, too; format and kind are set from
    /// the ones above.
    CaptureOptions capture;
    /// Threads that decode, one more unpacks each file; 0: as many as there are cores. What comes
    /// out does not depend on it.
    unsigned jobs = 0;
    std::size_t block_bytes = std::size_t{64} << 10;  ///< of text that a thread decodes at once
    /// Called now and then and at the end; may be empty.
    std::function<void(const ImportProgress&)> progress;
};

/// How many threads decode; `jobs`, or as many as there are cores.
[[nodiscard]] unsigned import_jobs(const ImportOptions& options);

struct ImportReport {
    DataHeader header;                ///< of the file: counts, times, ranges, longest gap
    std::uint64_t rows = 0;           ///< rows of data, or messages, that were read
    std::uint64_t rows_late = 0;      ///< rows that sorting moved forward in time
    std::uint64_t rows_left_out = 0;  ///< by an option: another symbol, suspicious
    /// Files whose last row has no line end: it may be one that was cut off.
    std::uint64_t rows_without_end = 0;
    std::uint64_t duplicates = 0;        ///< kept or dropped
    std::uint64_t gaps = 0;              ///< times between records longer than `gap_limit_ns`
    std::int64_t gap_limit_ns = 0;       ///< 0: gaps were not counted
    std::uint64_t quotes_crossed = 0;    ///< bid above ask
    std::uint64_t quotes_locked = 0;     ///< bid equal to ask
    std::uint64_t quotes_one_sided = 0;  ///< no bid or no ask
    std::uint64_t bars_without_volume = 0;
    std::int64_t bar_step_min_ns = 0;  ///< shortest time from one bar to the next; 0: one bar
    std::uint64_t book_events = 0;
    std::uint64_t book_snapshots = 0;
    std::uint64_t book_crossed = 0;  ///< events behind which best bid is at or above best ask
    std::uint64_t book_gaps = 0;     ///< where the venue's sequence has a hole
    std::vector<SequenceGap> sequence_gaps;  ///< the first CaptureReport::kGapsMax of them
    std::optional<CaptureReport> capture;    ///< of a recording of raw messages
};

}  // namespace tradectl::market

/// Reads the log: what is in it, and how it ends. Format and decision table: tradectl-wal(5).
#pragma once

#include "host/base/disk.hpp"
#include "host/wal/format.hpp"
#include "host/wal/record.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tradectl::wal {

/// Reads records in order from a log that may still be written to, never beyond a durable mark.
/// [any], one thread.
class RecordReader {
  public:
    /// Places itself before record `from` (0: the oldest that is kept) without reading older
    /// segments. NotFound when `from` is older than the oldest segment or the log holds none;
    /// Corrupt when a segment header is. `disk` must outlive the reader.
    static Expected<RecordReader> open(Disk& disk, const std::string& directory, WalSequence from);

    /// The next record with a sequence up to `mark`, or nothing when the reader has reached it. The
    /// record stays valid until the next call. Corrupt, with the place, when what the mark says is
    /// there cannot be read.
    Expected<std::optional<Record>> next(WalSequence mark);

    /// Sequence of the next record that `next` will return.
    [[nodiscard]] WalSequence position() const { return std::max(next_sequence_, from_); }

  private:
    RecordReader(Disk& disk, std::string directory, WalSequence from)
        : disk_(&disk), directory_(std::move(directory)), from_(from) {}
    Expected<std::optional<Record>> next_in_batch();
    Status load_batch();
    Status load_pages(const PageHeader& first, ConstPageBytes first_page);
    Status enter_next_segment(const Error& otherwise);
    Expected<ConstPageBytes> page_at(std::uint32_t page, PageHeader& header);
    Status fill(std::uint32_t page, std::uint32_t count);

    Disk* disk_;
    std::string directory_;
    WalSequence from_;
    std::unique_ptr<File> file_;
    SegmentHeader segment_;
    std::uint32_t page_ = 1;  // next page to read
    std::uint64_t next_batch_ = 1;
    WalSequence next_sequence_{1};     // next record in the log's order
    std::uint32_t batch_records_ = 0;  // left in the loaded batch
    std::vector<std::byte> payload_;   // of a batch of several pages
    std::span<const std::byte> rest_;  // of the loaded batch
    std::vector<std::byte> chunk_;     // pages read ahead
    std::uint32_t chunk_first_ = 0;
    std::uint32_t chunk_pages_ = 0;
    std::uint32_t ahead_pages_ = 1;  // how many to read next time
};

enum class TailState : std::uint8_t {
    Clean,  ///< nothing but zeros follows the last batch
    Torn,   ///< something follows that was never acknowledged, as far as anyone knows
};

/// How a log ends: all that a writer needs to go on.
struct Tail {
    TailState state = TailState::Clean;
    LogId log_id;
    std::uint16_t epoch = 0;
    std::uint32_t segment = 0;  ///< last one that was begun; 0: the log holds nothing at all
    std::uint32_t page = 0;     ///< first page in it behind the last whole batch
    std::uint64_t last_batch = 0;
    WalSequence last_sequence;
    /// Highest batch that the log or the stamp proves durable.
    std::uint64_t durable_batch = 0;
    /// First page in `segment` that may be in memory only.
    std::uint32_t confirm_page = 0;
    /// The segment was begun to seal a torn one and its SEAL record is still missing.
    bool seal_missing = false;
    /// Torn: where and why reading stopped.
    std::string why;
};

struct OpenLogOptions {
    /// First record of interest: `Log::next` starts there. 0: the oldest that is kept.
    WalSequence from;
    /// Highest sequence that a witness outside the log (ledger, audit log) has seen.
    WalSequence witness_sequence;
    /// Refuses another log than this one; 0: any.
    LogId log_id;
};

/// A log at rest: no writer has it open. [any], one thread.
class Log {
  public:
    Log(Tail tail, std::optional<RecordReader> reader)
        : tail_(std::move(tail)), reader_(std::move(reader)) {}

    [[nodiscard]] const Tail& tail() const { return tail_; }
    /// The next record, or nothing at the end; valid until the next call. Corrupt with the place.
    Expected<std::optional<Record>> next();

  private:
    Tail tail_;
    std::optional<RecordReader> reader_;
};

/// Finds the end of the log in `directory` and decides what it is; reads the last segment only. A
/// missing or empty directory is an empty log. Corrupt, with place and witness, when acknowledged
/// data cannot be read; NotFound when `from` is older than what is kept. Changes nothing on disk.
Expected<Log> open_log(Disk& disk, const std::string& directory, OpenLogOptions options = {});

}  // namespace tradectl::wal

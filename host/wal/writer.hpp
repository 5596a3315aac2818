/// Writes the log. Format: tradectl-wal(5).
#pragma once

#include "host/base/disk.hpp"
#include "host/wal/batch.hpp"
#include "host/wal/format.hpp"
#include "host/wal/segment.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace tradectl::wal {

class AckStamp;
struct Tail;

struct WriterOptions {
    /// Size of new segments: a multiple of 4096 from 64 KiB to 1 GiB.
    std::uint64_t segment_bytes = kSegmentBytesDefault;
    SegmentFill segment_fill = SegmentFill::Written;
    /// A batch that can wait is synced when no batch came for this long.
    std::int64_t idle_sync_ns = 5 * kNsPerMillisecond;
};

/// Where a log begins: a new one has `identity.hpp`'s values.
struct LogOrigin {
    LogId log_id;
    std::uint16_t epoch = 0;
    WalSequence first_sequence{1};
};

/// Times that the first segment's header and a SEAL record carry.
struct LogTimes {
    Timestamp wall;
    std::int64_t monotonic_ns = 0;
};

/// The one writer of a log: single-threaded, and driven by calls with explicit time. [wal], or
/// [engine] under a simulated clock.
///
/// Order of calls: `append` any number of batches, then `sync` when `sync_due`, then act on
/// `durable_sequence`. Now and then `prefill`.
///
/// A failed write or sync poisons the writer: nothing is retried, and every later call fails with
/// the first error. NoSpace while the next segment is being made does not: see `admit`.
class Writer {
  public:
    /// Starts a log in `directory`, which is made when it is not there. BadState when it already
    /// holds a segment. `disk` must outlive the writer.
    static Expected<std::unique_ptr<Writer>> create(Disk& disk,
                                                    const std::string& directory,
                                                    LogOrigin origin,
                                                    LogTimes now,
                                                    WriterOptions options = {});

    /// Goes on where `open_log` found the end. First makes sure that all that was read is on the
    /// device. After a torn tail the old segment stays as it is, and the log goes on in a new one
    /// that starts with a SEAL. Everything up to `durable_sequence` is durable on return.
    static Expected<std::unique_ptr<Writer>> resume(Disk& disk,
                                                    const std::string& directory,
                                                    const Tail& tail,
                                                    LogTimes now,
                                                    WriterOptions options = {});
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// Writes one batch, not yet durable. Its first sequence must be `next_sequence()`. Syncs by
    /// itself when the unsynced window would grow above 64 pages or the segment is full.
    /// InvalidArgument when the batch is empty or above `batch_bytes_max()`; NoSpace when it needs
    /// a new segment and there is no room for one (nothing was written, the writer stays usable);
    /// else the poisoning error.
    Status append(const Batch& batch, std::int64_t now_ns);

    /// True when something waits for a sync that should not wait longer.
    [[nodiscard]] bool sync_due(std::int64_t now_ns) const;
    /// When `sync_due` will become true without further calls; nothing when all is durable.
    [[nodiscard]] std::optional<std::int64_t> sync_deadline_ns() const;
    /// Makes all that was appended durable and stamps it. Does nothing when all is.
    Status sync();

    /// Ok while new intents may be taken: NoSpace when the next segment cannot be made and what is
    /// left of this one is kept for results of intents already taken.
    [[nodiscard]] Status admit() const;
    /// Largest batch that every segment of this log can hold.
    [[nodiscard]] std::size_t batch_bytes_max() const;

    /// True when the next segment should be worked on now, given how full this one is.
    [[nodiscard]] bool prefill_due() const;
    /// True when the next segment stands ready.
    [[nodiscard]] bool prefill_done() const;
    /// One paced step (256 KiB) of making the next segment. NoSpace leaves the writer usable; call
    /// again later.
    Status prefill();

    [[nodiscard]] WalSequence next_sequence() const { return next_sequence_; }
    /// Highest sequence known to be on the device; 0 when none.
    [[nodiscard]] WalSequence durable_sequence() const { return durable_sequence_; }
    [[nodiscard]] std::uint64_t durable_batch() const { return durable_batch_; }
    [[nodiscard]] LogOrigin origin() const { return origin_; }
    [[nodiscard]] std::uint32_t segment() const { return segment_; }

  private:
    Writer(Disk& disk, std::string directory, LogOrigin origin, WriterOptions options);
    void make_next();
    Status begin_segment(std::uint32_t flags, Timestamp created);
    Status continue_segment(const Tail& tail);
    Status confirm_tail(const Tail& tail);
    Status write_seal(const Tail& tail, LogTimes now);
    Status make_room(const Batch& batch, std::uint32_t pages);
    Status write_pages(const Batch& batch, std::uint32_t pages);
    Status poison(const Error& error);

    Disk& disk_;
    std::string directory_;
    LogOrigin origin_;
    WriterOptions options_;
    std::unique_ptr<SegmentMaker> next_;
    std::unique_ptr<AckStamp> stamp_;
    std::unique_ptr<File> file_;
    std::vector<std::byte> buffer_;
    std::uint32_t segment_ = 0;        // number of the open one, 0 before the first
    std::uint32_t segment_pages_ = 0;  // its size
    std::uint32_t page_ = 0;           // next free page in it
    std::uint32_t unsynced_pages_ = 0;
    std::uint64_t last_batch_ = 0;
    std::uint64_t durable_batch_ = 0;
    WalSequence next_sequence_{1};
    WalSequence durable_sequence_;
    std::int64_t last_append_ns_ = 0;
    bool urgent_ = false;
    bool space_low_ = false;  // the last try to make the next segment ended with NoSpace
    std::optional<Error> poisoned_;
};

}  // namespace tradectl::wal

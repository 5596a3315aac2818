/// Every whole batch of a log, also behind damage. Format: tradectl-wal(5).
#pragma once

#include "host/wal/segment.hpp"
#include "host/wal/verify.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tradectl::wal {

struct Tail;

/// A whole batch, where it stands.
struct BatchPlace {
    std::uint32_t page = 0;
    std::uint32_t pages = 0;
    std::uint64_t batch = 0;
    WalSequence first_sequence;
    std::uint32_t records = 0;
    std::uint64_t durable_batch = 0;

    [[nodiscard]] WalSequence last_sequence() const { return {first_sequence.value + records - 1}; }
};

/// What one segment file holds.
struct SegmentScan {
    std::uint32_t number = 0;
    OpenSegment segment;
    /// By page. Their pages and records are sound, and their records decode; whether they continue
    /// each other is not said.
    std::vector<BatchPlace> batches;
    /// Pages in no whole batch: what the first one of each run is.
    struct Gap {
        std::uint32_t first_page = 0;
        const char* why = "";
    };
    std::vector<Gap> gaps;
};

/// Reads all pages of one segment. Pages of other logs than `log_id` (0: any) are gaps, and so is
/// what stands behind the end of a file that was cut.
Expected<SegmentScan> scan_segment(Disk& disk,
                                   const std::string& directory,
                                   std::uint32_t number,
                                   LogId log_id);

/// The payload of a whole batch: its records, one behind the other.
Expected<std::vector<std::byte>> read_batch(File& file, const BatchPlace& place);

/// What a survey finds, in the log's order.
class SurveyListener {
  public:
    virtual ~SurveyListener() = default;
    /// A segment that was begun; its batches follow. `scan` stays valid until the next call.
    virtual void on_segment(const SegmentScan& scan) = 0;
    virtual void on_damage(Damage damage) = 0;
    /// A batch that continues what came before it, or comes behind damage that was told of. An
    /// error ends the survey.
    virtual Status on_batch(const SegmentScan& scan, const BatchPlace& place) = 0;
};

struct SurveyOptions {
    LogId log_id;  ///< 0: that of the first segment header that can be read
    /// How the log ends when `open_log` could say it: pages behind are then no concern. Without it
    /// every whole batch counts.
    const Tail* tail = nullptr;
};

/// Where the last batch that was found ends; zeros when none was.
struct SurveyEnd {
    LogId log_id;
    std::uint32_t segment = 0;
    std::uint32_t page = 0;
    std::uint64_t next_batch = 0;
    WalSequence next_sequence;
};

/// Goes over all segments in `directory`. Errors are those of the disk and of the listener, and
/// Unsupported for a newer format.
Expected<SurveyEnd> survey(Disk& disk,
                           const std::string& directory,
                           const SurveyOptions& options,
                           SurveyListener& listener);

/// What witnesses outside the pages say of the end that a survey found.
struct WitnessedEnd {
    std::uint64_t stamped_batch = 0;  ///< of the ack stamp; 0 when it says nothing of this log
    /// Batches and records behind the end that the stamp or `witness` names.
    std::optional<Damage> missing;
};
Expected<WitnessedEnd> witnessed_end(Disk& disk,
                                     const std::string& directory,
                                     const SurveyEnd& end,
                                     WalSequence witness);

}  // namespace tradectl::wal

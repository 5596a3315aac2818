#include "host/engine/log_archive.hpp"

#include "host/base/log.hpp"
#include "host/ledger/reader.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::engine {
namespace {

// A step reads and writes some 256 KiB: twenty a second leave the device to the log.
constexpr std::int64_t kPaceNs = 50 * kNsPerMillisecond;
constexpr std::int64_t kArchiveLookNs = 10 * kNsPerSecond;
constexpr std::int64_t kAfterErrorNs = kNsPerMinute;

}  // namespace

LogArchive::LogArchive(Disk& disk,
                       StatePaths paths,
                       const config::WalConfig& config,
                       const Clock& clock)
    : disk_(disk),
      paths_(std::move(paths)),
      clock_(clock),
      removes_(config.archive.keep_ns != 0 || config.archive.bytes_max != 0),
      archiver_(disk,
                paths_.wal(),
                {.after_ns = config.archive.after_ns,
                 .keep_ns = config.archive.keep_ns,
                 .bytes_max = config.archive.bytes_max}) {}

Expected<wal::ArchiveBounds> LogArchive::find_bounds(WalSequence applied) {
    wal::ArchiveBounds bounds{.now = clock_.now(), .applied = applied, .needed = {}};
    if (!removes_) return bounds;
    auto reader = ledger::Reader::open(disk_, paths_.ledger());
    if (!reader) return fail(reader.error());
    auto unfinished = reader->unfinished_operations();
    if (!unfinished) return fail(unfinished.error());
    for (const auto& operation : *unfinished) {
        const WalSequence sequence = operation.header.sequence;
        if (bounds.needed.value == 0 || sequence < bounds.needed) bounds.needed = sequence;
    }
    return bounds;
}

std::int64_t LogArchive::work(WalSequence applied) {
    const std::int64_t now = clock_.monotonic_ns();
    Status status;
    if (now >= bounds_due_ns_) {
        auto bounds = find_bounds(applied);
        if (bounds) {
            bounds_ = *bounds;
            bounds_due_ns_ = now + kArchiveLookNs;
        } else {
            status = fail(bounds.error());
        }
    }
    wal::ArchiveStep step = wal::ArchiveStep::Idle;
    if (status) {
        auto done = archiver_.step(bounds_);
        if (done) {
            step = *done;
        } else {
            status = fail(done.error());
        }
    }
    if (status) {
        complaint_.clear();
        return step == wal::ArchiveStep::Worked ? kPaceNs : kArchiveLookNs;
    }
    if (status.error().message != complaint_) {
        complaint_ = status.error().message;
        log(LogLevel::Warning, "wal", "segments are not archived: " + complaint_);
    }
    return kAfterErrorNs;
}

}  // namespace tradectl::engine

#include "host/wal/archive.hpp"

#include "host/base/log.hpp"
#include "host/base/mutant.hpp"
#include "host/base/zstd_file.hpp"
#include "host/wal/segment.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace tradectl::wal {
namespace {

// Time between the warning and the first removal, and how much earlier than due the warning comes.
constexpr std::int64_t kNoticeNs = kNsPerHour;
constexpr std::int64_t kEarlierNs = 30 * kNsPerDay;
constexpr std::uint64_t kNearlyFullPercent = 90;

bool is_older(Timestamp then, Timestamp now, std::int64_t age_ns) {
    return then.ns() <= now.ns() - age_ns;
}

}  // namespace

/// One segment on its way.
struct Archiver::Job {
    std::uint32_t segment = 0;
    std::unique_ptr<File> original;
    std::uint64_t bytes = 0;
    std::unique_ptr<ZstdFileWriter> writer;  // until all is written
    std::unique_ptr<File> copy;              // while it is compared
    std::uint64_t offset = 0;
    std::vector<std::byte> content;
    std::vector<std::byte> copied;
};

Archiver::Archiver(Disk& disk, std::string directory, ArchiveOptions options)
    : disk_(disk), directory_(std::move(directory)), options_(options) {}

Archiver::~Archiver() = default;

Expected<ArchiveStep> Archiver::step(const ArchiveBounds& bounds) {
    if (!job_) {
        auto found = look_for_work(bounds);
        if (!found) return fail(found.error());
        if (*found == Look::Nothing) return retire(bounds);
    }
    if (auto status = work(); !status) {
        job_.reset();
        return fail(status.error());
    }
    return ArchiveStep::Worked;
}

// The oldest segment that is not compressed, when its time has come.
Expected<Archiver::Look> Archiver::look_for_work(const ArchiveBounds& bounds) {
    auto segments = list_segments(disk_, directory_);
    if (!segments) return fail(segments.error());
    for (std::size_t i = 0; i + 2 < segments->size(); ++i) {
        const std::uint32_t segment = (*segments)[i];
        if (segment <= done_) continue;
        auto open = open_segment(disk_, directory_, segment);
        if (!open) return fail(open.error());
        if (open->archived == Archived::Yes) {
            done_ = segment;
            continue;
        }
        auto next = open_segment(disk_, directory_, segment + 1);
        if (!next) return fail(next.error());
        if (next->state != PageState::Valid || open->state != PageState::Valid) {
            return fail(ErrorCode::Corrupt,
                        "wal: segment " + std::to_string(segment) +
                            " or the one behind it has a header that cannot be read");
        }
        const bool applied = next->header.first_sequence.value <= bounds.applied.value + 1 ||
                             mutant("archive.applied");
        if (!applied || !is_older(next->header.created, bounds.now, options_.after_ns))
            return Look::Nothing;
        auto writer = ZstdFileWriter::create(disk_, archive_path(directory_, segment) + ".tmp");
        if (!writer) return fail(writer.error());
        job_ = std::make_unique<Job>();
        job_->segment = segment;
        job_->bytes = std::uint64_t{open->pages} * kPageBytes;
        job_->original = std::move(open->file);
        job_->writer = std::move(*writer);
        return Look::Found;
    }
    return Look::Nothing;
}

// Page 0 is a frame of its own: looking for a record reads nothing else of most segments.
Status Archiver::work() {
    Job& job = *job_;
    if (job.offset == job.bytes) return swap();
    const std::uint64_t count =
        job.offset == 0 ? kPageBytes : std::min(kZstdFrameBytesMax, job.bytes - job.offset);
    job.content.resize(count);
    auto read = job.original->read(job.offset, job.content);
    if (!read) return fail(read.error());
    if (*read < count) return fail(ErrorCode::Corrupt, "wal: a segment shrank while it was read");
    if (job.writer) {
        if (auto status = job.writer->add(job.content); !status) return status;
        job.offset += count;
        if (job.offset < job.bytes) return {};
        if (auto status = job.writer->finish(); !status) return status;
        job.writer.reset();
        const std::string path = archive_path(directory_, job.segment) + ".tmp";
        auto packed = disk_.open(path, {});
        if (!packed) return fail(packed.error());
        auto copy = open_zstd_file(std::move(*packed), path);
        if (!copy) return fail(copy.error());
        job.copy = std::move(*copy);
        job.offset = 0;
        return {};
    }
    job.copied.resize(count);
    auto copied = job.copy->read(job.offset, job.copied);
    if (!copied) return fail(copied.error());
    if ((*copied < count || job.copied != job.content) && !mutant("archive.compare")) {
        return fail(ErrorCode::Io,
                    "wal: segment " + std::to_string(job.segment) +
                        ": its compressed copy reads back differently");
    }
    job.offset += count;
    return {};
}

Status Archiver::swap() {
    const std::uint32_t segment = job_->segment;
    const std::string path = archive_path(directory_, segment);
    job_.reset();
    if (auto status = disk_.rename(path + ".tmp", path); !status) return status;
    if (!mutant("archive.sync_directory")) {
        if (auto status = disk_.sync_directory(directory_); !status) return status;
    }
    if (auto status = disk_.remove(segment_path(directory_, segment)); !status) return status;
    done_ = segment;
    return {};
}

// Removes at most one segment: the oldest, when it is due and everybody was told.
Expected<ArchiveStep> Archiver::retire(const ArchiveBounds& bounds) {
    if (options_.keep_ns == 0 && options_.bytes_max == 0) return ArchiveStep::Idle;
    auto segments = list_segments(disk_, directory_);
    if (!segments) return fail(segments.error());
    if (segments->size() < 3) return ArchiveStep::Idle;
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; options_.bytes_max != 0 && i < segments->size(); ++i) {
        auto open = open_segment(disk_, directory_, (*segments)[i]);
        if (!open) return fail(open.error());
        bytes += open->disk_bytes;
    }
    const std::uint32_t oldest = segments->front();
    auto next = open_segment(disk_, directory_, oldest + 1);
    if (!next) return fail(next.error());
    if (next->state != PageState::Valid) return ArchiveStep::Idle;
    const SegmentHeader& header = next->header;
    const bool near_age = options_.keep_ns != 0 &&
                          is_older(header.created, bounds.now, options_.keep_ns - kEarlierNs);
    const bool near_size =
        options_.bytes_max != 0 && bytes > options_.bytes_max / 100 * kNearlyFullPercent;
    if (!near_age && !near_size) {
        warned_.reset();
        return ArchiveStep::Idle;
    }
    const std::string what = "segment " + std::to_string(oldest) + " (records before " +
                             std::to_string(header.first_sequence.value) + ")";
    if (!warned_) {
        warned_ = bounds.now;
        log(LogLevel::Warning,
            "wal",
            "the log nears the limits of wal.archive: from " + what +
                " on segments will be removed, not sooner than in an hour; copy them to keep them");
    }
    const bool due = (near_age && is_older(header.created, bounds.now, options_.keep_ns)) ||
                     (near_size && bytes > options_.bytes_max);
    const bool free = header.first_sequence.value <= bounds.applied.value + 1 &&
                      (bounds.needed.value == 0 || header.first_sequence <= bounds.needed ||
                       mutant("archive.needed"));
    if (!due || !free || !is_older(*warned_, bounds.now, kNoticeNs)) return ArchiveStep::Idle;
    log(LogLevel::Warning, "wal", what + " is removed");
    if (auto status = remove_segment(disk_, directory_, oldest); !status)
        return fail(status.error());
    if (auto status = disk_.sync_directory(directory_); !status) return fail(status.error());
    return ArchiveStep::Worked;
}

}  // namespace tradectl::wal

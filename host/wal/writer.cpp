#include "host/wal/writer.hpp"

#include "host/base/assert.hpp"
#include "host/base/mutant.hpp"
#include "host/wal/ack_stamp.hpp"
#include "host/wal/reader.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace tradectl::wal {
namespace {

// What is left of a segment below this share is kept for results when no next one can be made.
constexpr std::uint32_t kReserveShare = 4;

Status check_options(const WriterOptions& options) {
    const std::uint64_t bytes = options.segment_bytes;
    if (bytes >= kSegmentBytesMin && bytes <= kSegmentBytesMax && bytes % kPageBytes == 0)
        return {};
    return fail(ErrorCode::InvalidArgument,
                "wal: segment of " + std::to_string(bytes) + " bytes: must be a multiple of " +
                    std::to_string(kPageBytes) + " from " + std::to_string(kSegmentBytesMin) +
                    " to " + std::to_string(kSegmentBytesMax));
}

std::string parent_of(const std::string& path) {
    const std::size_t slash = path.find_last_of('/');
    return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

Status make_log_directory(Disk& disk, const std::string& directory) {
    if (auto status = disk.make_directory(directory); !status) return status;
    return disk.sync_directory(parent_of(directory));
}

}  // namespace

Writer::Writer(Disk& disk, std::string directory, LogOrigin origin, WriterOptions options)
    : disk_(disk),
      directory_(std::move(directory)),
      origin_(origin),
      options_(options),
      next_sequence_(origin.first_sequence),
      durable_sequence_{origin.first_sequence.value - 1} {
    buffer_.resize(kBatchPagesMax * kPageBytes);
}

Writer::~Writer() = default;

Expected<std::unique_ptr<Writer>> Writer::create(Disk& disk,
                                                 const std::string& directory,
                                                 LogOrigin origin,
                                                 LogTimes now,
                                                 WriterOptions options) {
    TRADECTL_ASSERT(origin.log_id.value != 0);
    if (auto status = check_options(options); !status) return fail(status.error());
    if (auto status = make_log_directory(disk, directory); !status) return fail(status.error());
    auto log = open_log(disk, directory);
    if (!log) return fail(log.error());
    if (log->tail().segment != 0)
        return fail(ErrorCode::BadState, "wal: " + directory + " already holds a log");

    std::unique_ptr<Writer> writer(new Writer(disk, directory, origin, options));
    auto stamp = AckStamp::open(disk, directory, origin.log_id);
    if (!stamp) return fail(stamp.error());
    writer->stamp_ = std::move(*stamp);
    writer->make_next();
    if (auto status = writer->next_->adopt(); !status) return fail(status.error());
    if (auto status = writer->begin_segment(0, now.wall); !status) return fail(status.error());
    return writer;
}

Expected<std::unique_ptr<Writer>> Writer::resume(Disk& disk,
                                                 const std::string& directory,
                                                 const Tail& tail,
                                                 LogTimes now,
                                                 WriterOptions options) {
    if (auto status = check_options(options); !status) return fail(status.error());
    if (tail.segment == 0)
        return fail(ErrorCode::InvalidArgument,
                    "wal: " + directory + " holds no log to go on with");
    const LogOrigin origin{tail.log_id, tail.epoch};
    std::unique_ptr<Writer> writer(new Writer(disk, directory, origin, options));
    if (auto status = writer->continue_segment(tail); !status) return fail(status.error());
    if (tail.state == TailState::Torn && !mutant("wal.seal_segment")) {
        if (auto status = writer->begin_segment(kSegmentSeals, now.wall); !status)
            return fail(status.error());
    }
    const bool seal = tail.state == TailState::Torn || tail.seal_missing;
    if (seal && !mutant("wal.seal_record")) {
        if (auto status = writer->write_seal(tail, now); !status) return fail(status.error());
    }
    return writer;
}

Status Writer::continue_segment(const Tail& tail) {
    const std::string path = segment_path(directory_, tail.segment);
    auto file = disk_.open(path, {.write = true});
    if (!file) return fail(file.error());
    file_ = std::move(*file);
    auto size = file_->size();
    if (!size) return fail(size.error());
    segment_ = tail.segment;
    segment_pages_ = static_cast<std::uint32_t>(*size / kPageBytes);
    page_ = tail.page;
    if (auto status = confirm_tail(tail); !status) return status;

    last_batch_ = durable_batch_ = tail.last_batch;
    durable_sequence_ = tail.last_sequence;
    next_sequence_ = {tail.last_sequence.value + 1};
    auto stamp = AckStamp::open(disk_, directory_, origin_.log_id);
    if (!stamp) return fail(stamp.error());
    stamp_ = std::move(*stamp);
    if (auto status = stamp_->mark(last_batch_); !status) return status;
    make_next();
    return next_->adopt();
}

// Pages that were read may be in the system's memory alone, and after a failed sync of an earlier
// process the system may hold them for clean. Writing the same bytes again makes them dirty, and a
// cut in between changes nothing.
Status Writer::confirm_tail(const Tail& tail) {
    std::array<std::byte, kPageBytes> page{};
    for (std::uint32_t i = tail.confirm_page; i < tail.page; ++i) {
        const std::uint64_t offset = std::uint64_t{i} * kPageBytes;
        auto count = file_->read(offset, page);
        if (!count) return fail(count.error());
        if (mutant("wal.rewrite_tail")) continue;
        if (auto status = file_->write(offset, page); !status) return status;
    }
    if (auto status = mutant("wal.sync_tail") ? Status{} : file_->sync(); !status) return status;
    return mutant("wal.sync_tail_directory") ? Status{} : disk_.sync_directory(directory_);
}

Status Writer::write_seal(const Tail& tail, LogTimes now) {
    SealBody body;
    body.next_segment = segment_;
    body.reason = tail.why;
    BatchBuilder builder(next_sequence_);
    RecordHeader header;
    header.wall = now.wall;
    header.monotonic_ns = now.monotonic_ns;
    if (auto added = builder.add(header, body); !added) return fail(added.error());
    if (auto status = append(builder.take(), now.monotonic_ns); !status) return status;
    return sync();
}

void Writer::make_next() {
    next_ = std::make_unique<SegmentMaker>(
        disk_, directory_, segment_ + 1, options_.segment_bytes, options_.segment_fill);
}

// The header is synced before any page of the segment is written: a page without a valid header in
// front of it is damage, never a torn write.
Status Writer::begin_segment(std::uint32_t flags, Timestamp created) {
    TRADECTL_ASSERT(unsynced_pages_ == 0);
    while (!next_->ready()) {
        if (auto status = prefill(); !status) return status;
    }
    const SegmentHeader header{.log_id = origin_.log_id,
                               .segment = segment_ + 1,
                               .pages = static_cast<std::uint32_t>(next_->bytes() / kPageBytes),
                               .first_batch = last_batch_ + 1,
                               .first_sequence = next_sequence_,
                               .previous_pages = page_,
                               .flags = flags,
                               .epoch = origin_.epoch,
                               .created = created};
    std::array<std::byte, kPageBytes> page;
    write_segment_header(header, page);
    auto file = next_->take();
    if (auto status = file->write(0, page); !status) return poison(status.error());
    if (auto status = mutant("wal.sync_header") ? Status{} : file->sync(); !status)
        return poison(status.error());
    file_ = std::move(file);
    segment_ = header.segment;
    segment_pages_ = header.pages;
    page_ = 1;
    make_next();
    return {};
}

Status Writer::append(const Batch& batch, std::int64_t now_ns) {
    if (poisoned_) return fail(*poisoned_);
    if (batch.empty() || batch.bytes.size() > batch_bytes_max()) {
        return fail(ErrorCode::InvalidArgument,
                    "wal: a batch of " + std::to_string(batch.bytes.size()) +
                        " bytes: must be from 1 to " + std::to_string(batch_bytes_max()));
    }
    TRADECTL_ASSERT(batch.first_sequence == next_sequence_);
    const std::uint32_t pages = pages_for(batch.bytes.size());
    if (auto status = make_room(batch, pages); !status) return status;
    if (auto status = write_pages(batch, pages); !status) return poison(status.error());
    ++last_batch_;
    page_ += pages;
    unsynced_pages_ += pages;
    next_sequence_.value += batch.records;
    last_append_ns_ = now_ns;
    if (mutant("wal.stamp_early")) {
        if (auto status = stamp_->mark(last_batch_); !status) return status;
    }
    if (batch.urgency == Urgency::SyncNow) urgent_ = true;
    return {};
}

Status Writer::make_room(const Batch& batch, std::uint32_t pages) {
    const bool full = page_ + pages > segment_pages_;
    const bool window_full =
        unsynced_pages_ + pages > kUnsyncedPagesMax && !mutant("wal.unsynced_window");
    if (full || window_full) {
        if (auto status = sync(); !status) return status;
    }
    if (!full) return {};
    std::span<const std::byte> bytes = batch.bytes;
    auto first = decode(bytes);
    if (!first) return fail(first.error());
    return begin_segment(0, first->header.wall);
}

Status Writer::write_pages(const Batch& batch, std::uint32_t pages) {
    for (std::uint32_t i = 0; i < pages; ++i) {
        const std::size_t from = i * kPagePayloadBytes;
        const std::size_t used = std::min(kPagePayloadBytes, batch.bytes.size() - from);
        std::byte* page = buffer_.data() + i * kPageBytes;
        std::memcpy(page + kPageHeaderBytes, batch.bytes.data() + from, used);
        std::memset(page + kPageHeaderBytes + used, 0, kPagePayloadBytes - used);
        seal_page(
            {.log_id = origin_.log_id,
             .segment = segment_,
             .page = page_ + i,
             .batch = last_batch_ + 1,
             .first_sequence = batch.first_sequence,
             .durable_batch = mutant("wal.durable_batch_early") ? last_batch_ : durable_batch_,
             .index = static_cast<std::uint16_t>(i),
             .count = static_cast<std::uint16_t>(pages),
             .used_bytes = static_cast<std::uint16_t>(used),
             .records = batch.records},
            PageBytes(page, kPageBytes));
    }
    return file_->write(std::uint64_t{page_} * kPageBytes,
                        std::span(buffer_).first(pages * kPageBytes));
}

bool Writer::sync_due(std::int64_t now_ns) const {
    const auto deadline = sync_deadline_ns();
    return deadline && now_ns >= *deadline;
}

std::optional<std::int64_t> Writer::sync_deadline_ns() const {
    if (unsynced_pages_ == 0 || poisoned_) return std::nullopt;
    return urgent_ ? last_append_ns_ : last_append_ns_ + options_.idle_sync_ns;
}

Status Writer::sync() {
    if (poisoned_) return fail(*poisoned_);
    if (unsynced_pages_ == 0) return {};
    if (auto status = mutant("wal.sync_batch") ? Status{} : file_->sync(); !status)
        return poison(status.error());
    unsynced_pages_ = 0;
    urgent_ = false;
    durable_batch_ = last_batch_;
    durable_sequence_ = {next_sequence_.value - 1};
    if (auto status = stamp_->mark(durable_batch_); !status) return poison(status.error());
    return {};
}

Status Writer::admit() const {
    if (poisoned_) return fail(*poisoned_);
    const bool in_reserve = segment_pages_ - page_ < segment_pages_ / kReserveShare;
    if (!space_low_ || !in_reserve || mutant("wal.reserve")) return {};
    return fail(ErrorCode::NoSpace,
                "wal: no space for segment " + std::to_string(segment_ + 1) + ", the last " +
                    std::to_string(segment_pages_ - page_) + " pages are kept for results");
}

// An eighth of a segment ahead of its use: ready in time, and at most one step in 64 pages. Idle
// time is better used for it.
bool Writer::prefill_due() const {
    const std::uint64_t used = std::uint64_t{page_} * kPageBytes;
    const std::uint64_t goal = std::min(next_->bytes(), used + next_->bytes() / 8);
    return !poisoned_ && !next_->ready() && next_->filled() < goal;
}

bool Writer::prefill_done() const {
    return next_->ready();
}

Status Writer::prefill() {
    if (poisoned_) return fail(*poisoned_);
    if (next_->ready()) return {};
    auto status = next_->step();
    space_low_ = !status && status.error().code == ErrorCode::NoSpace;
    if (!status && !space_low_) return poison(status.error());
    return status;
}

std::size_t Writer::batch_bytes_max() const {
    const std::uint64_t bytes =
        std::min(options_.segment_bytes, std::uint64_t{segment_pages_} * kPageBytes);
    const auto pages = static_cast<std::uint32_t>(bytes / kPageBytes - 1);
    return std::min(pages, kBatchPagesMax) * kPagePayloadBytes;
}

Status Writer::poison(const Error& error) {
    if (mutant("wal.poison")) return fail(error);
    poisoned_ = Error{error.code, "wal: closed to writing: " + error.message};
    return fail(error);
}

}  // namespace tradectl::wal

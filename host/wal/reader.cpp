#include "host/wal/reader.hpp"

#include "host/base/assert.hpp"
#include "host/base/mutant.hpp"
#include "host/wal/page_place.hpp"
#include "host/wal/segment.hpp"

namespace tradectl::wal {
namespace {

constexpr std::uint32_t kAheadPagesMax = 64;

Unexpected bad_page(std::uint32_t segment, std::uint32_t page, const char* why) {
    return fail(ErrorCode::Corrupt, "wal: " + place_text(segment, page) + ": " + why);
}

// Of segments with rising first sequences, the last that starts at or before `from`. The newest may
// stand ready without having begun.
Expected<OpenSegment> find_segment(Disk& disk,
                                   const std::string& directory,
                                   const std::vector<std::uint32_t>& segments,
                                   WalSequence from) {
    std::size_t low = 0;
    std::size_t high =
        from.value == 0 ? std::min<std::size_t>(1, segments.size()) : segments.size();
    std::optional<OpenSegment> found;
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        auto open = open_segment(disk, directory, segments[middle]);
        if (!open) return fail(open.error());
        const bool begun = open->state == PageState::Valid;
        if (!begun && middle + 1 != segments.size())
            return bad_page(segments[middle], 0, to_text(open->state));
        if (begun && (from.value == 0 || open->header.first_sequence <= from)) {
            found = std::move(*open);
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (found) return std::move(*found);
    return fail(
        ErrorCode::NotFound,
        "wal: record " + std::to_string(from.value) + " is older than the log in " + directory);
}

}  // namespace

Expected<RecordReader> RecordReader::open(Disk& disk,
                                          const std::string& directory,
                                          WalSequence from) {
    auto segments = list_segments(disk, directory);
    if (!segments) return fail(segments.error());
    auto segment = find_segment(disk, directory, *segments, from);
    if (!segment) return fail(segment.error());
    RecordReader reader(disk, directory, from);
    reader.file_ = std::move(segment->file);
    reader.segment_ = segment->header;
    reader.next_batch_ = segment->header.first_batch;
    reader.next_sequence_ = segment->header.first_sequence;
    return reader;
}

Expected<std::optional<Record>> RecordReader::next(WalSequence mark) {
    while (position() <= mark) {
        if (batch_records_ == 0) {
            if (auto status = load_batch(); !status) return fail(status.error());
            continue;
        }
        auto record = next_in_batch();
        if (!record || *record) return record;
    }
    return std::optional<Record>{};
}

// Nothing for a record in front of `from_`.
Expected<std::optional<Record>> RecordReader::next_in_batch() {
    auto record = decode(rest_);
    if (!record) return fail(record.error());
    --batch_records_;
    const bool whole = batch_records_ != 0 || rest_.empty();
    if (record->header.sequence != next_sequence_ || !whole) {
        return fail(ErrorCode::Corrupt,
                    "wal: segment " + std::to_string(segment_.segment) + ", batch " +
                        std::to_string(next_batch_ - 1) + ": records do not fill it, at record " +
                        std::to_string(next_sequence_.value));
    }
    ++next_sequence_.value;
    if (record->header.sequence < from_) return std::optional<Record>{};
    return std::optional<Record>{*record};
}

Status RecordReader::load_batch() {
    while (page_ >= segment_.pages) {
        if (auto status =
                enter_next_segment(bad_page(segment_.segment, page_, "the segment ends").error);
            !status)
            return status;
    }
    PageHeader header;
    auto page = page_at(page_, header);
    const char* fault = nullptr;
    if (page) {
        fault = first_page_fault({.log_id = segment_.log_id,
                                  .segment = segment_.segment,
                                  .segment_pages = segment_.pages,
                                  .page = page_,
                                  .batch = next_batch_,
                                  .first_sequence = next_sequence_},
                                 header);
    }
    Status loaded = !page   ? Status(fail(page.error()))
                    : fault ? Status(bad_page(segment_.segment, page_, fault))
                            : load_pages(header, *page);
    if (loaded) {
        page_ += header.count;
        ++next_batch_;
        return {};
    }
    // What cannot be read here may be the sealed end of the segment.
    if (loaded.error().code != ErrorCode::Corrupt) return loaded;
    if (auto status = enter_next_segment(loaded.error()); !status) return status;
    return load_batch();
}

Status RecordReader::load_pages(const PageHeader& first, ConstPageBytes first_page) {
    const WalSequence last{first.first_sequence.value + first.records - 1};
    if (first.count == 1) {
        rest_ = first_page.subspan(kPageHeaderBytes, first.used_bytes);
    } else {
        const auto from = first_page.subspan<kPageHeaderBytes>();
        payload_.assign(from.begin(), from.end());
    }
    for (std::uint16_t index = 1; index < first.count; ++index) {
        PageHeader header;
        auto page = page_at(page_ + index, header);
        if (!page) return fail(page.error());
        if (const char* fault = later_page_fault(first, index, header))
            return bad_page(segment_.segment, page_ + index, fault);
        const auto from = page->subspan(kPageHeaderBytes, header.used_bytes);
        payload_.insert(payload_.end(), from.begin(), from.end());
    }
    if (first.count > 1) rest_ = payload_;
    if (last < from_) {
        next_sequence_.value += first.records;  // none of it is asked for
        return {};
    }
    batch_records_ = first.records;
    return {};
}

Status RecordReader::enter_next_segment(const Error& otherwise) {
    const std::uint32_t number = segment_.segment + 1;
    auto next = open_segment(*disk_, directory_, number);
    if (!next && next.error().code == ErrorCode::NotFound) return fail(otherwise);
    if (!next) return fail(next.error());
    if (next->state == PageState::Zero) return fail(otherwise);
    if (next->state != PageState::Valid) return bad_page(number, 0, to_text(next->state));
    const SegmentHeader& header = next->header;
    if (header.previous_pages != page_ && !mutant("wal.previous_pages")) return fail(otherwise);
    const bool follows = header.log_id == segment_.log_id && header.first_batch == next_batch_ &&
                         header.first_sequence == next_sequence_;
    if (!follows && !mutant("wal.segment_follows"))
        return bad_page(number, 0, "does not continue the segment before");
    file_ = std::move(next->file);
    segment_ = header;
    page_ = 1;
    chunk_pages_ = 0;
    return {};
}

// The page, valid by itself. One that was read ahead of its writing is read again.
Expected<ConstPageBytes> RecordReader::page_at(std::uint32_t page, PageHeader& header) {
    const bool ahead = page >= chunk_first_ && page < chunk_first_ + chunk_pages_;
    PageState state = PageState::Zero;
    for (int attempt = ahead ? 0 : 1; attempt < 2; ++attempt) {
        if (attempt == 1) {
            ahead_pages_ = ahead ? 1 : std::min(2 * ahead_pages_, kAheadPagesMax);
            if (auto status = fill(page, std::min(ahead_pages_, segment_.pages - page)); !status)
                return fail(status.error());
        }
        const ConstPageBytes bytes(chunk_.data() + (page - chunk_first_) * kPageBytes, kPageBytes);
        state = read_page(bytes, header);
        if (state == PageState::Valid) return bytes;
    }
    return bad_page(segment_.segment, page, to_text(state));
}

Status RecordReader::fill(std::uint32_t page, std::uint32_t count) {
    chunk_pages_ = 0;
    chunk_.resize(count * kPageBytes);
    auto read = file_->read(std::uint64_t{page} * kPageBytes, chunk_);
    if (!read) return fail(read.error());
    if (*read < chunk_.size()) return bad_page(segment_.segment, page, "the file ends");
    chunk_first_ = page;
    chunk_pages_ = count;
    return {};
}

}  // namespace tradectl::wal

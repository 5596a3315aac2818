#include "host/base/assert.hpp"
#include "host/base/mutant.hpp"
#include "host/wal/ack_stamp.hpp"
#include "host/wal/page_place.hpp"
#include "host/wal/reader.hpp"
#include "host/wal/segment.hpp"

namespace tradectl::wal {
namespace {

constexpr std::uint32_t kChunkPages = 64;

Unexpected corrupt(const std::string& why) {
    return fail(ErrorCode::Corrupt, "wal: " + why);
}

// Walks the last segment that was begun.
class EndFinder {
  public:
    EndFinder(File& file, const SegmentHeader& header) : file_(file), header_(header) {
        tail_.log_id = header.log_id;
        tail_.epoch = header.epoch;
        tail_.segment = header.segment;
        tail_.page = 1;
        tail_.last_batch = tail_.durable_batch = header.first_batch - 1;
        tail_.last_sequence = {header.first_sequence.value - 1};
    }

    /// Whole batches up to the first page that is not what must stand there.
    Status walk_batches() {
        PageHeader first;
        std::uint16_t index = 0;
        for (std::uint32_t page = 1; page < header_.pages; ++page) {
            auto fault = check(page, index, first);
            if (!fault) return fail(fault.error());
            if (*fault) {
                tail_.why = place_text(header_.segment, page) + ": " + *fault;
                return {};
            }
            if (++index < first.count) continue;
            end_batch(first, page + 1);
            index = 0;
        }
        return {};
    }

    /// What follows: nothing, a torn window, or damage.
    Status judge_rest() {
        bool anything = false;
        for (std::uint32_t page = tail_.page; page < header_.pages; ++page) {
            auto bytes = read(page);
            if (!bytes) return fail(bytes.error());
            PageHeader header;
            const PageState state = read_page(*bytes, header);
            if (state == PageState::Zero) continue;
            anything = true;
            const bool ours = state == PageState::Valid && header.log_id == header_.log_id &&
                              header.segment == header_.segment && header.page == page;
            if (ours && header.durable_batch > tail_.last_batch && !mutant("wal.page_witness")) {
                return corrupt(tail_.why + "; page " + std::to_string(page) + " says that batch " +
                               std::to_string(header.durable_batch) + " was durable");
            }
            if (page >= tail_.page + kUnsyncedPagesMax && !mutant("wal.torn_window")) {
                return corrupt(tail_.why + "; page " + std::to_string(page) +
                               " is beyond the largest torn write");
            }
        }
        tail_.state = anything ? TailState::Torn : TailState::Clean;
        return {};
    }

    /// The answer, with what the stamp says of the last durable batch.
    Tail finish(std::uint64_t stamped_batch) {
        tail_.durable_batch = std::max(tail_.durable_batch, stamped_batch);
        tail_.confirm_page = 0;
        if (const std::uint64_t sure = tail_.durable_batch; sure >= header_.first_batch)
            tail_.confirm_page = batch_ends_[sure - header_.first_batch];
        tail_.seal_missing =
            (header_.flags & kSegmentSeals) != 0 && tail_.last_batch < header_.first_batch;
        if (tail_.state == TailState::Clean) tail_.why.clear();
        return std::move(tail_);
    }

    [[nodiscard]] const Tail& tail() const { return tail_; }

  private:
    // Why the page is not the next one; nullptr when it is.
    Expected<const char*> check(std::uint32_t page, std::uint16_t index, PageHeader& first) {
        auto bytes = read(page);
        if (!bytes) return fail(bytes.error());
        PageHeader header;
        const PageState state = read_page(*bytes, header);
        if (state != PageState::Valid) return to_text(state);
        if (index != 0) return later_page_fault(first, index, header);
        first = header;
        return first_page_fault({.log_id = header_.log_id,
                                 .segment = header_.segment,
                                 .segment_pages = header_.pages,
                                 .page = page,
                                 .batch = tail_.last_batch + 1,
                                 .first_sequence = {tail_.last_sequence.value + 1}},
                                header);
    }

    void end_batch(const PageHeader& first, std::uint32_t next_page) {
        tail_.page = next_page;
        tail_.last_batch = first.batch;
        tail_.last_sequence.value += first.records;
        tail_.durable_batch = std::max(tail_.durable_batch, first.durable_batch);
        batch_ends_.push_back(next_page);
    }

    Expected<ConstPageBytes> read(std::uint32_t page) {
        if (page < chunk_first_ || page >= chunk_first_ + chunk_pages_) {
            chunk_first_ = page;
            chunk_pages_ = std::min(kChunkPages, header_.pages - page);
            chunk_.resize(chunk_pages_ * kPageBytes);
            auto count = file_.read(std::uint64_t{page} * kPageBytes, chunk_);
            if (!count) return fail(count.error());
            if (*count < chunk_.size())
                return corrupt(place_text(header_.segment, page) + ": the file ends");
        }
        return ConstPageBytes(chunk_.data() + (page - chunk_first_) * kPageBytes, kPageBytes);
    }

    File& file_;
    const SegmentHeader& header_;
    Tail tail_;
    std::vector<std::uint32_t> batch_ends_;
    std::vector<std::byte> chunk_;
    std::uint32_t chunk_first_ = 0;
    std::uint32_t chunk_pages_ = 0;
};

// A segment that was never begun holds zeros; its page 0 may be a header whose write was torn.
Status check_not_begun(OpenSegment& open, std::uint32_t segment) {
    std::vector<std::byte> chunk(kChunkPages * kPageBytes);
    for (std::uint32_t page = 1; page < open.pages; page += kChunkPages) {
        auto count = open.file->read(std::uint64_t{page} * kPageBytes, chunk);
        if (!count) return fail(count.error());
        if (is_zero(std::span(chunk).first(*count)) || mutant("wal.pages_without_header")) continue;
        return corrupt(place_text(segment, 0) + ": " + to_text(open.state) +
                       ", but pages behind it were written");
    }
    return {};
}

// The last segment that was begun, or nothing in a log that never was.
Expected<std::optional<OpenSegment>> find_last(Disk& disk,
                                               const std::string& directory,
                                               const std::vector<std::uint32_t>& segments) {
    if (segments.empty()) return std::optional<OpenSegment>{};
    auto last = open_segment(disk, directory, segments.back());
    if (!last) return fail(last.error());
    if (last->state == PageState::Valid) return std::optional<OpenSegment>{std::move(*last)};
    if (auto status = check_not_begun(*last, segments.back()); !status) return fail(status.error());
    if (segments.back() == 1) return std::optional<OpenSegment>{};
    const std::uint32_t before = segments.back() - 1;
    if (segments.size() == 1)
        return corrupt("segment " + std::to_string(before) + " is missing in " + directory);
    auto begun = open_segment(disk, directory, before);
    if (!begun) return fail(begun.error());
    if (begun->state != PageState::Valid)
        return corrupt(place_text(before, 0) + ": " + to_text(begun->state));
    return std::optional<OpenSegment>{std::move(*begun)};
}

Status check_witnesses(const Tail& tail,
                       std::uint64_t stamped_batch,
                       WalSequence witness_sequence) {
    const std::string readable = "the log ends with batch " + std::to_string(tail.last_batch) +
                                 ", record " + std::to_string(tail.last_sequence.value) +
                                 (tail.why.empty() ? "" : " (" + tail.why + ")");
    if (stamped_batch > tail.last_batch && !mutant("wal.stamp_witness")) {
        return corrupt(readable + ", but the ack stamp names batch " +
                       std::to_string(stamped_batch));
    }
    if (witness_sequence > tail.last_sequence && !mutant("wal.ledger_witness")) {
        return corrupt(readable + ", but record " + std::to_string(witness_sequence.value) +
                       " was applied");
    }
    return {};
}

Expected<Tail> find_end(Disk& disk, const std::string& directory, const OpenLogOptions& options) {
    auto segments = list_segments(disk, directory);
    if (!segments) return fail(segments.error());
    auto last = find_last(disk, directory, *segments);
    if (!last) return fail(last.error());
    const LogId log_id = *last ? (*last)->header.log_id : options.log_id;
    if (options.log_id.value != 0 && log_id != options.log_id && !mutant("wal.identity"))
        return corrupt("the log in " + directory + " is another one than its identity names");
    auto stamped = read_ack_stamp(disk, directory, log_id);
    if (!stamped) return fail(stamped.error());
    if (!*last) {
        Tail empty;
        if (auto status = check_witnesses(empty, *stamped, options.witness_sequence); !status)
            return fail(status.error());
        return empty;
    }
    EndFinder finder(*(*last)->file, (*last)->header);
    if (auto status = finder.walk_batches(); !status) return fail(status.error());
    if (auto status = finder.judge_rest(); !status) return fail(status.error());
    if (auto status = check_witnesses(finder.tail(), *stamped, options.witness_sequence); !status)
        return fail(status.error());
    return finder.finish(*stamped);
}

}  // namespace

Expected<Log> open_log(Disk& disk, const std::string& directory, OpenLogOptions options) {
    auto tail = find_end(disk, directory, options);
    if (!tail) return fail(tail.error());
    if (tail->segment == 0) return Log(std::move(*tail), std::nullopt);
    auto reader = RecordReader::open(disk, directory, options.from);
    if (!reader) return fail(reader.error());
    return Log(std::move(*tail), std::move(*reader));
}

Expected<std::optional<Record>> Log::next() {
    if (!reader_) return std::optional<Record>{};
    return reader_->next(tail_.last_sequence);
}

}  // namespace tradectl::wal

#include "host/wal/page_place.hpp"
#include "host/wal/record.hpp"
#include "host/wal/survey.hpp"

#include <algorithm>
#include <array>

namespace tradectl::wal {
namespace {

bool body_decodes(const Record& record) {
    switch (record.header.type) {
        case RecordType::Intent: return decode_intent(record).has_value();
        case RecordType::Result: return decode_result(record).has_value();
        case RecordType::Rollback: return decode_rollback(record).has_value();
        case RecordType::Resolve: return decode_resolve(record).has_value();
        case RecordType::Kv: return decode_kv(record).has_value();
        case RecordType::Note: return decode_note(record).has_value();
        case RecordType::Seal: return decode_seal(record).has_value();
    }
    return false;
}

// Why the payload is not the run of records that its pages promise; nullptr when it is.
const char* records_fault(std::span<const std::byte> payload, const PageHeader& first) {
    for (std::uint32_t i = 0; i < first.records; ++i) {
        const auto record = decode(payload);
        if (!record) return "a record of its batch cannot be read";
        if (record->header.sequence.value != first.first_sequence.value + i)
            return "records of its batch do not continue the sequence";
        if (!body_decodes(*record)) return "the body of a record of its batch cannot be read";
    }
    return payload.empty() ? nullptr : "records do not fill its batch";
}

/// Pages of one file, read ahead.
class Pages {
  public:
    Pages(File& file, std::uint32_t count) : file_(file), count_(count) {}

    /// Valid until the call after the next 64; fewer bytes than a page at the end of the file are
    /// none.
    Expected<const std::byte*> at(std::uint32_t page) {
        if (page < first_ || page >= first_ + held_) {
            first_ = page;
            held_ = std::min(kChunkPages, count_ - page);
            chunk_.resize(held_ * kPageBytes);
            auto read = file_.read(std::uint64_t{page} * kPageBytes, chunk_);
            if (!read) return fail(read.error());
            std::fill(
                chunk_.begin() + static_cast<std::ptrdiff_t>(*read), chunk_.end(), std::byte{});
        }
        return chunk_.data() + (page - first_) * kPageBytes;
    }

  private:
    static constexpr std::uint32_t kChunkPages = 64;
    File& file_;
    std::uint32_t count_;
    std::vector<std::byte> chunk_;
    std::uint32_t first_ = 0;
    std::uint32_t held_ = 0;
};

class Scanner {
  public:
    Scanner(SegmentScan& scan, LogId log_id)
        : scan_(scan), log_id_(log_id), pages_(*scan.segment.file, scan.segment.pages) {}

    Status run() {
        for (std::uint32_t page = 1; page < scan_.segment.pages;) {
            PageHeader first;
            auto fault = batch_fault(page, first);
            if (!fault) return fail(fault.error());
            if (*fault == nullptr) {
                scan_.batches.push_back({.page = page,
                                         .pages = first.count,
                                         .batch = first.batch,
                                         .first_sequence = first.first_sequence,
                                         .records = first.records,
                                         .durable_batch = first.durable_batch});
                page += first.count;
                in_gap_ = false;
                continue;
            }
            if (!in_gap_) scan_.gaps.push_back({page, *fault});
            in_gap_ = true;
            ++page;
        }
        return {};
    }

  private:
    // Why no whole batch begins at the page; nullptr when one does.
    Expected<const char*> batch_fault(std::uint32_t page, PageHeader& first) {
        auto bytes = pages_.at(page);
        if (!bytes) return fail(bytes.error());
        const PageState state = read_page(ConstPageBytes(*bytes, kPageBytes), first);
        if (state != PageState::Valid) return to_text(state);
        const PagePlace place{.log_id = log_id_.value != 0 ? log_id_ : first.log_id,
                              .segment = scan_.number,
                              .segment_pages = scan_.segment.pages,
                              .page = page,
                              .batch = first.batch,
                              .first_sequence = first.first_sequence};
        if (const char* fault = first_page_fault(place, first)) return fault;
        payload_.assign(*bytes + kPageHeaderBytes, *bytes + kPageHeaderBytes + first.used_bytes);
        for (std::uint16_t index = 1; index < first.count; ++index) {
            bytes = pages_.at(page + index);
            if (!bytes) return fail(bytes.error());
            PageHeader header;
            const PageState later = read_page(ConstPageBytes(*bytes, kPageBytes), header);
            if (later != PageState::Valid) return "a later page of its batch cannot be read";
            if (const char* fault = later_page_fault(first, index, header)) return fault;
            const std::byte* from = *bytes + kPageHeaderBytes;
            payload_.insert(payload_.end(), from, from + header.used_bytes);
        }
        return records_fault(payload_, first);
    }

    SegmentScan& scan_;
    LogId log_id_;
    Pages pages_;
    std::vector<std::byte> payload_;
    bool in_gap_ = false;
};

}  // namespace

Expected<SegmentScan> scan_segment(Disk& disk,
                                   const std::string& directory,
                                   std::uint32_t number,
                                   LogId log_id) {
    auto segment = open_segment(disk, directory, number);
    if (!segment) return fail(segment.error());
    SegmentScan scan{.number = number, .segment = std::move(*segment), .batches = {}, .gaps = {}};
    if (auto status = Scanner(scan, log_id).run(); !status) return fail(status.error());
    return scan;
}

Expected<std::vector<std::byte>> read_batch(File& file, const BatchPlace& place) {
    std::vector<std::byte> payload;
    std::array<std::byte, kPageBytes> page;
    for (std::uint32_t i = 0; i < place.pages; ++i) {
        auto count = file.read((std::uint64_t{place.page} + i) * kPageBytes, page);
        if (!count) return fail(count.error());
        PageHeader header;
        if (*count < page.size() || read_page(page, header) != PageState::Valid)
            return fail(
                ErrorCode::Corrupt,
                "wal: page " + std::to_string(place.page + i) + " changed while it was read");
        const std::byte* from = page.data() + kPageHeaderBytes;
        payload.insert(payload.end(), from, from + header.used_bytes);
    }
    return payload;
}

}  // namespace tradectl::wal

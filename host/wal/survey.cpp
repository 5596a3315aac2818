#include "host/wal/survey.hpp"

#include "host/wal/ack_stamp.hpp"
#include "host/wal/reader.hpp"

#include <algorithm>

namespace tradectl::wal {
namespace {

std::string header_fault(const SegmentScan& scan, LogId log_id) {
    const OpenSegment& open = scan.segment;
    if (open.state == PageState::Valid && open.header.log_id != log_id)
        return "belongs to another log";
    if (open.state == PageState::BadField && open.header.segment == scan.number &&
        open.header.pages != open.pages) {
        return "the file has " + std::to_string(open.pages) + " pages, its header says " +
               std::to_string(open.header.pages);
    }
    if (open.state == PageState::BadField && open.header.segment != scan.number)
        return "belongs to segment " + std::to_string(open.header.segment);
    return to_text(open.state);
}

/// Goes from segment to segment and keeps account of what must come next.
class Surveyor {
  public:
    Surveyor(const SurveyOptions& options, SurveyListener& listener)
        : tail_(options.tail), listener_(listener) {
        end_.log_id = options.log_id;
    }

    /// `next` is the begun segment behind `scan`, or nullptr.
    Status take(const SegmentScan& scan, const SegmentScan* next) {
        enter(scan);
        for (const BatchPlace& place : usable(scan, next)) {
            if (auto status = take_batch(scan, place); !status) return status;
        }
        leave(scan, next);
        return {};
    }

    [[nodiscard]] SurveyEnd end() const { return end_; }
    [[nodiscard]] LogId log_id() const { return end_.log_id; }
    void set_log_id(LogId id) { end_.log_id = id; }
    [[nodiscard]] bool has_header(const SegmentScan& scan) const {
        return scan.segment.state == PageState::Valid && scan.segment.header.log_id == end_.log_id;
    }

  private:
    // Segments between the last one and this one, and this one's header.
    void enter(const SegmentScan& scan) {
        const SegmentHeader& header = scan.segment.header;
        const bool known = has_header(scan);
        const std::uint64_t batch = known                  ? header.first_batch
                                    : scan.batches.empty() ? 0
                                                           : scan.batches.front().batch;
        const WalSequence sequence = known                  ? header.first_sequence
                                     : scan.batches.empty() ? WalSequence{}
                                                            : scan.batches.front().first_sequence;
        const bool behind_a_hole = end_.segment != 0 && scan.number != end_.segment + 1;
        if (behind_a_hole) {
            lose({.segment = end_.segment + 1, .first_page = 0, .pages = 0, .why = "is missing"},
                 batch,
                 sequence);
        }
        end_.segment = scan.number;
        end_.page = 1;
        if (end_.next_batch == 0 && known) {
            end_.next_batch = batch;
            end_.next_sequence = sequence;
        } else if (end_.next_batch == 0 && scan.number == 1) {
            end_.next_batch = 1;
            end_.next_sequence = {1};
        } else if (end_.next_batch == 0) {
            end_.next_batch = batch;
            end_.next_sequence = sequence;
        }
        if (known) {
            listener_.on_segment(scan);
        } else {
            listener_.on_damage({.segment = scan.number,
                                 .first_page = 0,
                                 .pages = 1,
                                 .why = header_fault(scan, end_.log_id)});
        }
    }

    // Batches that the segment behind does not say anew.
    [[nodiscard]] std::span<const BatchPlace> usable(const SegmentScan& scan,
                                                     const SegmentScan* next) const {
        std::size_t count = scan.batches.size();
        std::uint64_t batch_end = UINT64_MAX;
        std::uint32_t page_end = UINT32_MAX;
        if (next != nullptr && has_header(*next) && next->number == scan.number + 1) {
            batch_end = next->segment.header.first_batch;
            page_end = next->segment.header.previous_pages;
        } else if (next != nullptr && !next->batches.empty()) {
            batch_end = next->batches.front().batch;
        } else if (next == nullptr && tail_ != nullptr && tail_->segment == scan.number) {
            page_end = tail_->page;
        }
        while (count > 0) {
            const BatchPlace& last = scan.batches[count - 1];
            if (last.batch < batch_end && last.page + last.pages <= page_end) break;
            --count;
        }
        return std::span(scan.batches).first(count);
    }

    Status take_batch(const SegmentScan& scan, const BatchPlace& place) {
        const bool continues = place.batch == end_.next_batch &&
                               place.first_sequence == end_.next_sequence &&
                               place.page == end_.page;
        if (!continues) {
            const bool later =
                place.batch >= end_.next_batch && place.first_sequence >= end_.next_sequence;
            if (!later) {
                listener_.on_damage({.segment = scan.number,
                                     .first_page = place.page,
                                     .pages = place.pages,
                                     .why = "does not continue the log"});
                return {};
            }
            lose({.segment = scan.number,
                  .first_page = end_.page,
                  .pages = place.page - end_.page,
                  .why = why_at(scan, end_.page)},
                 place.batch,
                 place.first_sequence);
        }
        if (auto status = listener_.on_batch(scan, place); !status) return status;
        end_.page = place.page + place.pages;
        end_.next_batch = place.batch + 1;
        end_.next_sequence.value = place.first_sequence.value + place.records;
        return {};
    }

    // What the next segment's header says of this one's end.
    void leave(const SegmentScan& scan, const SegmentScan* next) {
        if (next == nullptr || !has_header(*next) || next->number != scan.number + 1) return;
        const SegmentHeader& header = next->segment.header;
        const bool whole = header.previous_pages == end_.page &&
                           header.first_batch == end_.next_batch &&
                           header.first_sequence == end_.next_sequence;
        if (whole) return;
        lose({.segment = scan.number,
              .first_page = end_.page,
              .pages = header.previous_pages > end_.page ? header.previous_pages - end_.page : 0,
              .why = why_at(scan, end_.page)},
             header.first_batch,
             header.first_sequence);
    }

    // Everything from what was expected up to `batch` and `sequence` is lost, where they are known.
    void lose(Damage damage, std::uint64_t batch, WalSequence sequence) {
        if (batch > end_.next_batch) {
            damage.first_batch = end_.next_batch;
            damage.last_batch = batch - 1;
        }
        if (sequence > end_.next_sequence) {
            damage.first_sequence = end_.next_sequence;
            damage.last_sequence = {sequence.value - 1};
        }
        end_.next_batch = std::max(end_.next_batch, batch);
        end_.next_sequence = std::max(end_.next_sequence, sequence);
        listener_.on_damage(std::move(damage));
    }

    static std::string why_at(const SegmentScan& scan, std::uint32_t page) {
        for (auto gap = scan.gaps.rbegin(); gap != scan.gaps.rend(); ++gap) {
            if (gap->first_page <= page) return gap->why;
        }
        return "does not continue the log";
    }

    const Tail* tail_;
    SurveyListener& listener_;
    SurveyEnd end_;
};

// A file that stands ready and was never begun.
bool is_blank(const SegmentScan& scan) {
    return scan.segment.state != PageState::Valid && scan.batches.empty() &&
           std::all_of(scan.gaps.begin(), scan.gaps.end(), [](const auto& gap) {
               return gap.why == std::string_view(to_text(PageState::Zero));
           });
}

}  // namespace

Expected<SurveyEnd> survey(Disk& disk,
                           const std::string& directory,
                           const SurveyOptions& options,
                           SurveyListener& listener) {
    auto numbers = find_segments(disk, directory);
    if (!numbers) return fail(numbers.error());
    Surveyor surveyor(options, listener);
    for (const std::uint32_t number : *numbers) {
        if (surveyor.log_id().value != 0) break;
        auto open = open_segment(disk, directory, number);
        if (!open) return fail(open.error());
        if (open->state == PageState::Valid) surveyor.set_log_id(open->header.log_id);
    }
    std::optional<SegmentScan> held;
    for (std::size_t i = 0; i < numbers->size(); ++i) {
        auto scan = scan_segment(disk, directory, (*numbers)[i], surveyor.log_id());
        if (!scan) return fail(scan.error());
        if (i + 1 == numbers->size() && is_blank(*scan)) break;
        if (held) {
            if (auto status = surveyor.take(*held, &*scan); !status) return fail(status.error());
        }
        held.emplace(std::move(*scan));
    }
    if (held) {
        if (auto status = surveyor.take(*held, nullptr); !status) return fail(status.error());
    }
    return surveyor.end();
}

Expected<WitnessedEnd> witnessed_end(Disk& disk,
                                     const std::string& directory,
                                     const SurveyEnd& end,
                                     WalSequence witness) {
    auto stamp = read_ack_stamp(disk, directory, end.log_id);
    if (!stamp && stamp.error().code != ErrorCode::Corrupt) return fail(stamp.error());
    WitnessedEnd answer{.stamped_batch = stamp ? *stamp : 0, .missing = {}};
    const std::uint64_t next_batch = std::max<std::uint64_t>(end.next_batch, 1);
    const WalSequence next_sequence{std::max<std::uint64_t>(end.next_sequence.value, 1)};
    if (answer.stamped_batch < next_batch && witness < next_sequence) return answer;
    answer.missing = Damage{.segment = end.segment,
                            .first_page = end.page,
                            .pages = 0,
                            .first_batch = next_batch,
                            .last_batch = 0,
                            .first_sequence = next_sequence,
                            .last_sequence = {},
                            .why = "the log ends in front of what was in it"};
    if (answer.stamped_batch >= next_batch) answer.missing->last_batch = answer.stamped_batch;
    if (witness >= next_sequence) answer.missing->last_sequence = witness;
    return answer;
}

}  // namespace tradectl::wal

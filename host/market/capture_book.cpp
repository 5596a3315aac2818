#include "host/market/capture_book.hpp"

#include "host/market/record_check.hpp"

#include <tradectl/decimal.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace tradectl::market {
namespace {

/// Differences that wait for a snapshot; the oldest are forgotten when there are more.
constexpr std::size_t kWaitingMax = 100'000;

bool is_snapshot(const BookChange& change) {
    return change.type == BookChange::Type::Snapshot || change.type == BookChange::Type::Answer;
}

const char* level_fault(const CaptureLevel& level) {
    if (!record_check_detail::above_zero(level.price)) return "price of a level is not above 0";
    if (!record_check_detail::not_negative(level.quantity))
        return "quantity of a level is negative";
    return nullptr;
}

Status check_change(const BookChange& change, std::span<const CaptureLevel> levels) {
    if (change.type == BookChange::Type::Lost) return {};
    if (levels.size() > kBookLevelsMax)
        return fail(ErrorCode::Corrupt,
                    "a book event has " + std::to_string(levels.size()) + " levels, the limit is " +
                        std::to_string(kBookLevelsMax));
    for (const CaptureLevel& level : levels)
        if (const char* fault = level_fault(level)) return fail(ErrorCode::Corrupt, fault);
    return {};
}

bool stands_before(const CaptureLevel& a, const CaptureLevel& b) {
    if (a.side != b.side) return a.side < b.side;
    const Decimal price_a = Decimal::from_abi(a.price);
    const Decimal price_b = Decimal::from_abi(b.price);
    return a.side == TRADECTL_SIDE_BUY ? price_a > price_b : price_a < price_b;
}

}  // namespace

CaptureBook::CaptureBook(BookRule rule, CaptureReport& report, const Book& played, Sink sink)
    : rule_(rule), report_(report), played_(played), sink_(std::move(sink)) {}

Status CaptureBook::take(const BookChange& change,
                         std::span<const CaptureLevel> levels,
                         tradectl_time time,
                         const CapturePlace& place) {
    if (auto status = check_change(change, levels); !status) return status;
    if (time < time_) return fail(ErrorCode::Corrupt, "times of a book go back");
    const Given given{change, levels, time, place};
    if (rule_ == BookRule::FileOrder) return take_in_file_order(given);
    return is_snapshot(change) ? take_snapshot(given) : take_difference(given);
}

CaptureBook::Order CaptureBook::order_of(const BookChange& change) const {
    const bool linked = change.numbering == BookNumbering::Linked;
    const bool follows = linked ? change.previous == sequence_ : change.first == sequence_ + 1;
    if (!after_answer_) {
        if (change.last <= sequence_) return Order::Old;
        return follows ? Order::Next : Order::Gap;
    }
    // The first one behind an answer has the answer's number (linked) or the next one in it.
    const std::uint64_t wanted = linked ? sequence_ : sequence_ + 1;
    if (change.last < wanted) return Order::Old;
    return follows || change.first <= wanted ? Order::Next : Order::Gap;
}

Status CaptureBook::take_difference(const Given& given) {
    const BookChange& change = given.change;
    const bool numbered = change.numbering != BookNumbering::None;
    numbered_ = numbered_ || numbered;
    if (change.type == BookChange::Type::Lost) {
        ++report_.differences_unused;
        return valid_ ? lose(given.time, {given.place, 0, 0}) : Status{};
    }
    if (!valid_) {
        if (numbered)
            wait(given);
        else
            ++report_.differences_unused;
        return {};
    }
    const Order order = numbered ? order_of(change) : Order::Next;
    if (order == Order::Old) {
        ++report_.differences_old;
        return {};
    }
    if (order == Order::Gap) {
        const bool linked = change.numbering == BookNumbering::Linked;
        const SequenceGap gap{given.place,
                              linked ? sequence_ : sequence_ + 1,
                              linked && !after_answer_ ? change.previous : change.first};
        wait(given);
        return lose(given.time, gap);
    }
    ++report_.differences_applied;
    after_answer_ = false;
    sequence_ = change.last;
    if (auto status = apply(change, given.levels, given.time, given.place); !status) return status;
    return keep_depth(change.depth_max, given.place);
}

Status CaptureBook::take_snapshot(const Given& given) {
    const bool answer = given.change.type == BookChange::Type::Answer;
    if (answer && valid_ && given.change.last <= sequence_) {
        ++report_.snapshots_old;
        return {};
    }
    valid_ = true;
    after_answer_ = answer;
    sequence_ = given.change.last;
    if (auto status = apply(given.change, given.levels, given.time, given.place); !status)
        return status;
    // Nobody knew them to be the book's before now.
    const std::deque<Waiting> waiting = std::exchange(waiting_, {});
    for (const Waiting& old : waiting) {
        const Given difference{old.change, old.levels, std::max(old.time, given.time), old.place};
        if (auto status = take_difference(difference); !status) return status;
    }
    return {};
}

void CaptureBook::wait(const Given& given) {
    if (waiting_.size() == kWaitingMax) {
        waiting_.pop_front();
        ++report_.differences_unused;
    }
    waiting_.push_back(
        {given.change, {given.levels.begin(), given.levels.end()}, given.time, given.place});
}

/// The book is unknown from `time` on; whoever plays the records hears of it.
Status CaptureBook::lose(tradectl_time time, const SequenceGap& gap) {
    ++report_.gap_count;
    if (report_.gaps.size() < CaptureReport::kGapsMax) report_.gaps.push_back(gap);
    valid_ = false;
    return apply({.type = BookChange::Type::Snapshot}, {}, time, gap.place);
}

Status CaptureBook::reconnect(tradectl_time time, const CapturePlace& place) {
    if (!valid_ || numbered_ || rule_ == BookRule::FileOrder) return {};
    return lose(std::max(time, time_), {place, 0, 0});
}

/// What makes of the book one that has a snapshot's levels inside of the snapshot's own ranges.
std::vector<CaptureLevel> CaptureBook::replacement(std::span<const CaptureLevel> snapshot) const {
    std::vector<CaptureLevel> out;
    for (const std::uint16_t side : {TRADECTL_SIDE_BUY, TRADECTL_SIDE_SELL}) {
        const auto begin = std::find_if(
            snapshot.begin(), snapshot.end(), [side](const auto& l) { return l.side == side; });
        const auto end =
            std::find_if(begin, snapshot.end(), [side](const auto& l) { return l.side != side; });
        if (begin == end) continue;
        const bool bids = side == TRADECTL_SIDE_BUY;
        const std::uint32_t count = bids ? played_.bid_count() : played_.ask_count();
        for (std::uint32_t n = 0; n < count; ++n) {
            const CaptureLevel held{(bids ? played_.bid(n) : played_.ask(n)).price, {}, side};
            if (!stands_before(held, *begin) && !stands_before(*(end - 1), held))
                out.push_back(held);
        }
        out.insert(out.end(), begin, end);
    }
    std::stable_sort(out.begin(), out.end(), stands_before);
    return out;
}

/// Everything counts, in the order it stands in: no numbers, one book from the first event on.
Status CaptureBook::take_in_file_order(const Given& given) {
    if (given.change.type == BookChange::Type::Lost) {
        ++report_.differences_unused;
        return {};
    }
    if (!valid_) {
        valid_ = true;
        const BookChange empty{.type = BookChange::Type::Snapshot};
        if (auto status = apply(empty, {}, given.time, given.place); !status) return status;
    }
    if (!is_snapshot(given.change)) ++report_.differences_applied;
    const BookChange change;
    if (is_snapshot(given.change))
        return apply(change, replacement(given.levels), given.time, given.place);
    return apply(change, given.levels, given.time, given.place);
}

/// Removes what the venue stopped telling about: the levels behind the best `depth_max`.
Status CaptureBook::keep_depth(std::uint32_t depth_max, const CapturePlace& place) {
    std::vector<CaptureLevel> worst;
    if (depth_max == 0) return {};
    for (std::uint32_t n = depth_max; n < played_.bid_count(); ++n)
        worst.push_back({played_.bid(n).price, {}, TRADECTL_SIDE_BUY});
    for (std::uint32_t n = depth_max; n < played_.ask_count(); ++n)
        worst.push_back({played_.ask(n).price, {}, TRADECTL_SIDE_SELL});
    return worst.empty() ? Status{} : apply({}, worst, time_, place);
}

Status CaptureBook::apply(const BookChange& change,
                          std::span<const CaptureLevel> levels,
                          tradectl_time time,
                          const CapturePlace& place) {
    time_ = time;
    const bool snapshot = is_snapshot(change);
    BookRecord record{};
    record.time = time;
    record.book_seq = change.last;
    if (!snapshot)
        record.book_seq_prev =
            change.numbering == BookNumbering::Contiguous ? change.first - 1 : change.previous;
    record.flags = snapshot ? kBookRecordSnapshot : 0;
    record.side = TRADECTL_SIDE_NONE;
    records_.resize(std::max<std::size_t>(levels.size(), 1));
    if (levels.empty()) records_.front() = record;
    for (std::size_t i = 0; i < levels.size(); ++i) {
        record.side = levels[i].side;
        record.price = levels[i].price;
        record.quantity = levels[i].quantity;
        records_[i] = record;
    }
    if (auto status = sink_(records_); !status) return status;
    if (played_.crossed() && report_.books_crossed++ == 0) report_.crossed_first = place;
    return {};
}

void CaptureBook::finish() {
    report_.differences_unused += waiting_.size();
    waiting_.clear();
    report_.bid_levels = played_.bid_count();
    report_.ask_levels = played_.ask_count();
}

}  // namespace tradectl::market

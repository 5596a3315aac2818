#include "host/market/book_rows.hpp"

#include <tradectl/decimal.hpp>

#include <algorithm>

namespace tradectl::market {

Status BookRows::start(const BookRowKey& key, ImportSink& sink) {
    if (open_ && key == key_) return {};
    if (auto status = flush(sink); !status) return status;
    open_ = true;
    key_ = key;
    return {};
}

Status BookRows::add(const BookRowKey& key,
                     std::uint16_t side,
                     tradectl_decimal price,
                     tradectl_decimal quantity,
                     ImportSink& sink) {
    if (auto status = start(key, sink); !status) return status;
    if (bids_.size() + asks_.size() == kBookLevelsMax)
        return fail(ErrorCode::Corrupt,
                    "more than " + std::to_string(kBookLevelsMax) + " levels in one event");
    BookRecord level{};
    level.time = key.time;
    // In the order of the file the numbers have no meaning for who reads the book.
    if (options_.capture.book_rule == BookRule::Sequence) {
        level.book_seq = key.sequence;
        level.book_seq_prev = key.sequence_prev;
    }
    level.price = price;
    level.quantity = quantity;
    level.side = side;
    level.flags = key.snapshot ? kBookRecordSnapshot : 0;
    (side == TRADECTL_SIDE_BUY ? bids_ : asks_).push_back(level);
    return {};
}

Status BookRows::add_empty(const BookRowKey& key, ImportSink& sink) {
    return start(key, sink);
}

Status BookRows::flush(ImportSink& sink) {
    if (!open_) return {};
    open_ = false;
    const std::uint64_t levels = bids_.size() + asks_.size();
    Status status;
    switch (judge(sink)) {
        case Verdict::Take: status = write(sink); break;
        case Verdict::LeaveOut: sink.report().rows_left_out += levels; break;
        case Verdict::Gap:
            sink.report().rows_left_out += levels;
            status = write_unknown(key_.time, sink);
            break;
    }
    bids_.clear();
    asks_.clear();
    return status;
}

BookRows::Verdict BookRows::judge(ImportSink& sink) {
    if (key_.snapshot) {
        known_ = true;
        follows_snapshot_ = true;
        sequence_ = key_.sequence;
        return Verdict::Take;
    }
    if (options_.capture.book_rule == BookRule::FileOrder) return Verdict::Take;
    if (!known_) return Verdict::LeaveOut;
    if (key_.sequence == 0) return Verdict::Take;
    if (key_.sequence <= sequence_) return Verdict::LeaveOut;
    const bool follows =
        follows_snapshot_ ? key_.sequence_first <= sequence_ + 1 : key_.sequence_prev == sequence_;
    if (!follows) {
        sink.note_sequence_gap(sequence_, key_.sequence_prev);
        known_ = false;
        return Verdict::Gap;
    }
    follows_snapshot_ = false;
    sequence_ = key_.sequence;
    return Verdict::Take;
}

/// Bids, best first, then asks, best first.
Status BookRows::write(ImportSink& sink) {
    if (!any_ && !key_.snapshot)
        if (auto status = write_unknown(key_.time, sink); !status) return status;
    any_ = true;
    const auto price = [](const BookRecord& level) { return Decimal::from_abi(level.price); };
    std::stable_sort(bids_.begin(), bids_.end(), [&](const auto& a, const auto& b) {
        return price(a) > price(b);
    });
    std::stable_sort(asks_.begin(), asks_.end(), [&](const auto& a, const auto& b) {
        return price(a) < price(b);
    });
    bids_.insert(bids_.end(), asks_.begin(), asks_.end());
    if (bids_.empty() && !key_.snapshot) return {};
    if (bids_.empty()) return write_unknown(key_.time, sink);
    return sink.add(bids_);
}

/// A snapshot without a level.
Status BookRows::write_unknown(tradectl_time time, ImportSink& sink) {
    BookRecord nothing{};
    nothing.time = time;
    nothing.side = TRADECTL_SIDE_NONE;
    nothing.flags = kBookRecordSnapshot;
    return sink.add(std::span<const BookRecord>(&nothing, 1));
}

}  // namespace tradectl::market

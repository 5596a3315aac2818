/// Turns a venue's snapshots and differences into the records of one book.
#pragma once

#include "host/market/book.hpp"
#include "host/market/capture_format.hpp"
#include "host/market/capture_message.hpp"
#include "host/market/capture_report.hpp"
#include "host/market/data_format.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <vector>

namespace tradectl::market {

/// Keeps the book as the venue's rule of numbers has it. Differences wait for a snapshot; those
/// before it are dropped, the first one behind it must hold its number, and each one after must
/// follow the one before. Where one does not, the book is lost until the next snapshot, and an
/// empty snapshot says so. [any]
class CaptureBook {
  public:
    /// Takes the records of one event into a book and wherever else. Its failure ends the call that
    /// gave them.
    using Sink = std::function<Status(std::span<const BookRecord>)>;

    /// `report` is counted into; `played` is the book of whoever takes the records, after each of
    /// them. Both must outlive this.
    CaptureBook(BookRule rule, CaptureReport& report, const Book& played, Sink sink);

    /// One change at `time`, found at `place`. Corrupt, without the place, for a level that cannot
    /// be, for a time that goes back and for more levels than an event can hold; what the sink
    /// says.
    Status take(const BookChange& change,
                std::span<const CaptureLevel> levels,
                tradectl_time time,
                const CapturePlace& place);
    /// The connection was opened again: without numbers nobody knows what is missing.
    Status reconnect(tradectl_time time, const CapturePlace& place);
    /// Counts what waits in vain and what the book holds.
    void finish();

  private:
    struct Given {
        const BookChange& change;
        std::span<const CaptureLevel> levels;
        tradectl_time time;
        const CapturePlace& place;
    };
    struct Waiting {
        BookChange change;
        std::vector<CaptureLevel> levels;
        tradectl_time time;
        CapturePlace place;
    };
    enum class Order : std::uint8_t { Old, Next, Gap };

    Status take_difference(const Given& given);
    Status take_snapshot(const Given& given);
    Status take_in_file_order(const Given& given);
    [[nodiscard]] Order order_of(const BookChange& change) const;
    void wait(const Given& given);
    Status lose(tradectl_time time, const SequenceGap& gap);
    [[nodiscard]] std::vector<CaptureLevel> replacement(
        std::span<const CaptureLevel> snapshot) const;
    Status keep_depth(std::uint32_t depth_max, const CapturePlace& place);
    Status apply(const BookChange& change,
                 std::span<const CaptureLevel> levels,
                 tradectl_time time,
                 const CapturePlace& place);

    BookRule rule_;
    CaptureReport& report_;
    const Book& played_;
    Sink sink_;
    bool valid_ = false;
    bool after_answer_ = false;  ///< no difference was applied since a snapshot on the side
    bool numbered_ = false;
    std::uint64_t sequence_ = 0;
    tradectl_time time_ = 0;  ///< of the last event
    std::deque<Waiting> waiting_;
    std::vector<BookRecord> records_;  ///< of one event
};

}  // namespace tradectl::market

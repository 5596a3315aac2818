/// Order books as the market shows them: the top for every instrument, and depth where it is fed.
#pragma once

#include <tradectl/abi/events.h>
#include <tradectl/decimal.hpp>
#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace tradectl::market {

/// The best bid and ask, and the last trade, of every instrument, as a turn's snapshot block wants
/// it: one array indexed by instrument handle. [engine]
class TopTable {
  public:
    /// All sides empty: null decimals, `updated` TRADECTL_TIME_NONE.
    explicit TopTable(std::uint32_t instruments);
    /// Makes place for instruments that were added, their sides empty.
    void grow(std::uint32_t instruments);
    void reserve(std::uint32_t instruments) { tops_.reserve(instruments); }

    /// Takes in a quote (both sides), a trade or a bar (last price); other types and unknown
    /// handles are ignored. `updated` becomes the event's host time.
    void apply(const tradectl_event& event);
    /// Replaces both sides, as a depth book knows them.
    void set_sides(tradectl_instrument_handle instrument,
                   const tradectl_level* bid,
                   const tradectl_level* ask,
                   tradectl_time updated);
    /// Forgets both sides, for a feed that went stale; the last price stays.
    void clear_sides(tradectl_instrument_handle instrument, tradectl_time updated);

    [[nodiscard]] const tradectl_book_top& top(tradectl_instrument_handle instrument) const {
        return tops_[instrument];
    }
    [[nodiscard]] std::span<const tradectl_book_top> tops() const { return tops_; }

  private:
    std::vector<tradectl_book_top> tops_;
};

/// What a venue's sequence numbers say about the next delta.
enum class SequenceVerdict : std::uint8_t {
    Next,   ///< follows what the book holds
    Stale,  ///< already in the book: skip it
    Gap,    ///< something is missing between: a new snapshot is due
};
/// `book` is the sequence of the book, `previous` and `after` those of the delta. Pure.
using SequenceRule = SequenceVerdict (*)(std::uint64_t book,
                                         std::uint64_t previous,
                                         std::uint64_t after);

/// Each delta names the sequence before it, and that must be the book's.
SequenceVerdict sequence_strict(std::uint64_t book, std::uint64_t previous, std::uint64_t after);
/// A delta may begin before the book's sequence when it ends after it, as the first one behind a
/// snapshot does on venues that batch.
SequenceVerdict sequence_overlapping(std::uint64_t book,
                                     std::uint64_t previous,
                                     std::uint64_t after);
/// The venue numbers nothing: every delta is the next.
SequenceVerdict sequence_none(std::uint64_t book, std::uint64_t previous, std::uint64_t after);

enum class BookResult : std::uint8_t {
    Applied,
    Stale,    ///< an old delta, skipped
    Gap,      ///< a delta is missing: the book is not valid until the next snapshot
    Invalid,  ///< a record that cannot be read, or levels that cannot be: not valid any more
};

/// What it would take to trade a quantity against one side.
struct Depth {
    Decimal quantity;     ///< found, at most what was asked
    Decimal notional;     ///< sum of price times quantity, rounded half even
    Decimal worst_price;  ///< of the last level touched; null when the side is empty
    std::uint32_t levels = 0;
};

/// Depth by price (L2) of one instrument. [engine]
class Book {
  public:
    explicit Book(SequenceRule rule = sequence_overlapping) : rule_(rule) {}

    /// Takes in a snapshot or a delta. A delta before the first snapshot is a gap. Prices must be
    /// above 0 and quantities not negative. A quantity of 0 removes the level.
    BookResult apply(const tradectl_book_event& event);
    /// Empties the book; it is valid again from the next snapshot on.
    void clear();

    [[nodiscard]] bool valid() const { return valid_; }
    [[nodiscard]] std::uint64_t sequence() const { return sequence_; }
    /// Best level of a side, or null when it is empty; until the next change.
    [[nodiscard]] const tradectl_level* best_bid() const;
    [[nodiscard]] const tradectl_level* best_ask() const;
    /// Best bid at or above best ask.
    [[nodiscard]] bool crossed() const;
    [[nodiscard]] std::uint32_t bid_count() const {
        return static_cast<std::uint32_t>(bids_.size());
    }
    [[nodiscard]] std::uint32_t ask_count() const {
        return static_cast<std::uint32_t>(asks_.size());
    }
    /// The n-th best level, from 0; `n` below the count.
    [[nodiscard]] const tradectl_level& bid(std::uint32_t n) const;
    [[nodiscard]] const tradectl_level& ask(std::uint32_t n) const;
    /// Quantity shown at a price; 0 where there is no level.
    [[nodiscard]] Decimal quantity_at(std::uint32_t side, Decimal price) const;

    /// Walks the side that a taker of `side` (TRADECTL_SIDE_BUY takes asks) meets. InvalidArgument
    /// for a quantity not above 0, Overflow.
    [[nodiscard]] Expected<Depth> depth(std::uint32_t side, Decimal quantity) const;

  private:
    // Worst first, so that changes near the best price move little.
    std::vector<tradectl_level> bids_;
    std::vector<tradectl_level> asks_;
    SequenceRule rule_;
    std::uint64_t sequence_ = 0;
    bool valid_ = false;
};

/// Tops and depth books of all instruments behind one call. [engine]
class BookTable {
  public:
    explicit BookTable(std::uint32_t instruments);
    /// Makes place for instruments that were added. What was reserved before moves nothing.
    void grow(std::uint32_t instruments);
    void reserve(std::uint32_t instruments);

    /// Takes in any event; book records go to the instrument's depth book, made on first use, and
    /// from there to its top. A gap or an invalid record clears both sides of the top.
    BookResult apply(const tradectl_event& event);

    [[nodiscard]] std::span<const tradectl_book_top> tops() const { return tops_.tops(); }
    [[nodiscard]] const tradectl_book_top& top(tradectl_instrument_handle instrument) const {
        return tops_.top(instrument);
    }
    /// Null when that instrument has no depth feed.
    [[nodiscard]] const Book* book(tradectl_instrument_handle instrument) const;
    void set_rule(tradectl_instrument_handle instrument, SequenceRule rule);
    /// The feed was lost: both sides are unknown until the next record.
    void invalidate(tradectl_instrument_handle instrument, tradectl_time now);

  private:
    BookResult apply_book(const tradectl_book_event& event);

    TopTable tops_;
    std::vector<std::unique_ptr<Book>> books_;
};

}  // namespace tradectl::market

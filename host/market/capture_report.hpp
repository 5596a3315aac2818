/// What an import found in a recording of raw exchange messages.
#pragma once

#include <tradectl/abi/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace tradectl::market {

/// A message of a recording.
struct CapturePlace {
    std::string file;
    std::uint64_t line = 0;  ///< from 1
};

/// Differences are missing between two that are there: the book is unknown from here on, until a
/// snapshot follows.
struct SequenceGap {
    CapturePlace place;          ///< of the message that does not follow
    std::uint64_t expected = 0;  ///< number that should stand there; 0 when there are none
    std::uint64_t found = 0;     ///< number that stands there
};

/// Counts are of the symbol that was taken out, but for `messages` and `symbols`.
struct CaptureReport {
    /// Lines that hold a message, by the venue's own word for its type, of all symbols.
    std::map<std::string, std::uint64_t, std::less<>> messages;
    std::uint64_t messages_total = 0;
    std::vector<std::string> symbols;  ///< in the order of their first message
    std::string symbol;                ///< the one that was taken out
    std::uint64_t trades = 0;
    std::uint64_t quotes = 0;
    std::uint64_t bars_open = 0;  ///< states of a bar that was not complete yet: left out
    std::uint64_t bars_closed = 0;
    std::uint64_t level_changes = 0;  ///< of all differences, applied or not
    std::uint64_t snapshots = 0;
    std::uint64_t snapshots_empty = 0;  ///< of those, without a level on either side
    /// Smallest receive time less the time at which a trade or a change of the book happened by the
    /// venue's clock; 0 unless `lag_known`.
    std::int64_t lag_min_ns = 0;
    bool lag_known = false;

    // Of an import of a book alone.
    std::uint64_t differences_applied = 0;
    std::uint64_t differences_old = 0;     ///< in the book already: skipped
    std::uint64_t differences_unused = 0;  ///< no snapshot goes with them: left out
    std::uint64_t snapshots_old = 0;       ///< the book was ahead of them: skipped
    std::vector<SequenceGap> gaps;         ///< the first kGapsMax of them
    std::uint64_t gap_count = 0;
    std::uint64_t books_crossed = 0;  ///< events after which best bid >= best ask
    CapturePlace crossed_first;
    std::uint32_t bid_levels = 0;  ///< of the book at the end
    std::uint32_t ask_levels = 0;

    static constexpr std::size_t kGapsMax = 1'000;
};

}  // namespace tradectl::market

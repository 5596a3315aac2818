/// A recorded message of a venue, decoded: what any venue's message comes down to.
#pragma once

#include "host/market/data_format.hpp"

#include <tradectl/abi/types.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

namespace tradectl::market {

/// What the numbers of a book's differences promise.
enum class BookNumbering : std::uint8_t {
    None,        ///< there are none: a difference follows the one before it on its connection
    Contiguous,  ///< `first` is the last number of the one before, plus one
    Linked,      ///< `previous` is the last number of the one before
};

/// One level of a snapshot or a difference; quantity 0 in a difference removes it.
struct CaptureLevel {
    tradectl_decimal price;
    tradectl_decimal quantity;
    std::uint16_t side;  ///< TRADECTL_SIDE_BUY is a bid
};

struct BookChange {
    enum class Type : std::uint8_t {
        Difference,
        Snapshot,  ///< comes in the order of the differences
        Answer,    ///< a snapshot that was asked for on the side: the book may be ahead of it
        Lost,      ///< a difference to something that was never told: what came before is missing
    };
    Type type = Type::Difference;
    BookNumbering numbering = BookNumbering::None;
    std::uint64_t first = 0;     ///< of a difference with numbers: the first it holds
    std::uint64_t last = 0;      ///< the last; of a snapshot the one that it is as of
    std::uint64_t previous = 0;  ///< when Linked
    /// Levels of a side that the venue keeps telling about, 0: all. Worse ones leave the book.
    std::uint32_t depth_max = 0;
    std::uint32_t levels_begin = 0;
    std::uint32_t levels_end = 0;  ///< in CaptureMessage::levels, from begin on, this excluded
};

/// A bar as it stands; the record's interval is known to the reader alone.
struct BarState {
    BarRecord bar;  ///< its time is the end
    std::int64_t interval_ns = 0;
    enum class Type : std::uint8_t { Open, Closed } type = Type::Closed;
};

/// One thing that a message tells. Times in it that are not known are TRADECTL_TIME_NONE; the
/// `time` of its record is not filled in, but for bars.
struct CaptureUnit {
    std::string_view symbol;                        ///< empty when the message does not name it
    tradectl_time event_time = TRADECTL_TIME_NONE;  ///< when the venue says that it happened
    tradectl_time sent_time = TRADECTL_TIME_NONE;   ///< when the venue says that it told
    std::variant<TradeRecord, QuoteRecord, BarState, BookChange> what;
};

/// Views are into the text that was decoded, and into the decoder: valid until its next message.
struct CaptureMessage {
    std::string_view type;  ///< the venue's word for it: "depthUpdate"
    std::vector<CaptureUnit> units;
    std::vector<CaptureLevel> levels;

    void clear() {
        type = {};
        units.clear();
        levels.clear();
    }
    [[nodiscard]] const CaptureLevel* begin(const BookChange& change) const {
        return levels.data() + change.levels_begin;
    }
    [[nodiscard]] const CaptureLevel* end(const BookChange& change) const {
        return levels.data() + change.levels_end;
    }
};

/// What a message tells, wherever that is kept.
struct CaptureView {
    std::string_view type;
    std::span<const CaptureUnit> units;
    std::span<const CaptureLevel> levels;

    CaptureView() = default;
    explicit CaptureView(const CaptureMessage& message)
        : type(message.type), units(message.units), levels(message.levels) {}
    CaptureView(std::string_view type_word,
                std::span<const CaptureUnit> all_units,
                std::span<const CaptureLevel> all_levels)
        : type(type_word), units(all_units), levels(all_levels) {}

    [[nodiscard]] std::span<const CaptureLevel> levels_of(const BookChange& change) const {
        return levels.subspan(change.levels_begin, change.levels_end - change.levels_begin);
    }
};

}  // namespace tradectl::market

/// Which recordings of raw exchange messages can be read, and what each can give.
#pragma once

#include "host/market/data_format.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tradectl::market {

/// How a line of a recording gives its receive time.
enum class CaptureFrame : std::uint8_t {
    Nanoseconds,  ///< `TIME JSON`, TIME in nanoseconds since 1970
    Playback,     ///< `TIME: JSON`, TIME in seconds with a fraction; `URL -> TIME: JSON` is a REST
                  ///< answer; lines that begin with `wss:` are notes on the connection
    Bare,         ///< `JSON` alone: nobody noted when it came
};
/// Whose messages they are.
enum class CaptureVenue : std::uint8_t {
    Binance,
    Bitmex,
    BybitLinear,   ///< `orderBookL2_25`, version 2 of its API
    BybitUnified,  ///< `orderbook.N`, version 5
    Coinbase,
    Hyperliquid,
    Kraken,
};

struct CaptureFormat {
    std::string_view name;  ///< "binance-ws"
    CaptureFrame frame;
    CaptureVenue venue;
    std::span<const DataKind> kinds;  ///< what an import of it can give
    std::string_view description;     ///< one line, for help and lists
};

/// All of them, by name.
[[nodiscard]] std::span<const CaptureFormat> capture_formats();
/// Null when there is none of that name.
[[nodiscard]] const CaptureFormat* find_capture_format(std::string_view name);
[[nodiscard]] bool gives(const CaptureFormat& format, DataKind kind);

/// Which of the two clocks of a recorded message becomes the time of a record. A record holds one
/// time; the other is not kept.
enum class CaptureClock : std::uint8_t {
    Default,   ///< Local where the recording has it, else Exchange
    Local,     ///< when the recorder received it: what a strategy could have known
    Exchange,  ///< when the venue says that it happened, or else that it sent it
};
/// How differences become a book.
enum class BookRule : std::uint8_t {
    Sequence,   ///< by the venue's procedure: from a snapshot on, without a hole in the numbers
    FileOrder,  ///< everything as it stands in the recording, from an empty book on; a snapshot
                ///< replaces the levels inside of its own range of prices alone
};

struct CaptureOptions {
    std::string format;                ///< name of a CaptureFormat
    DataKind kind = DataKind::Trades;  ///< what to take out
    std::string symbol;  ///< as the venue spells it; empty: the only one in the recording
    CaptureClock clock = CaptureClock::Default;
    BookRule book_rule = BookRule::Sequence;
};

}  // namespace tradectl::market

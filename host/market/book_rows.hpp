/// Rows that are levels of a book, brought together to events.
#pragma once

#include "host/market/import_options.hpp"
#include "host/market/import_sink.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <vector>

namespace tradectl::market {

/// What the rows of one event share.
struct BookRowKey {
    tradectl_time time = 0;
    std::uint64_t sequence = 0;        ///< after the event; 0: the venue has none
    std::uint64_t sequence_first = 0;  ///< of what the event covers
    std::uint64_t sequence_prev = 0;   ///< before it
    bool snapshot = false;
    bool operator==(const BookRowKey&) const = default;
};

/// Collects the levels of one event after the other and hands each to the sink, by the rule of
/// sequences: differences that a snapshot covers are left out, the first one behind it must begin
/// within it, and each one after that must follow the one before. Where one does not, the sink is
/// told, an empty snapshot says in the file that the book is unknown, and differences are left out
/// until the next snapshot. With BookRule::FileOrder everything is taken. [one thread]
class BookRows {
  public:
    explicit BookRows(const ImportOptions& options) : options_(options) {}

    /// One level; what was collected goes first when the key is another one.
    Status add(const BookRowKey& key,
               std::uint16_t side,
               tradectl_decimal price,
               tradectl_decimal quantity,
               ImportSink& sink);
    /// An event may have no level at all.
    Status add_empty(const BookRowKey& key, ImportSink& sink);
    /// The event that is collected is complete.
    Status flush(ImportSink& sink);

  private:
    enum class Verdict : std::uint8_t { Take, LeaveOut, Gap };
    Status start(const BookRowKey& key, ImportSink& sink);
    Verdict judge(ImportSink& sink);
    Status write(ImportSink& sink);
    static Status write_unknown(tradectl_time time, ImportSink& sink);

    const ImportOptions& options_;
    BookRowKey key_;
    bool open_ = false;  ///< an event is being collected
    std::vector<BookRecord> bids_;
    std::vector<BookRecord> asks_;
    bool known_ = false;  ///< a snapshot came and nothing is missing since
    bool any_ = false;    ///< something was written
    bool follows_snapshot_ = false;
    std::uint64_t sequence_ = 0;
};

}  // namespace tradectl::market

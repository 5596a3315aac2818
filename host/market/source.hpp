/// Where market events come from: recorded files, the synthetic feed, several merged into one.
#pragma once

#include "host/base/event_buffer.hpp"

#include <tradectl/abi/events.h>
#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tradectl::market {

/// A stream of market events whose event times never go back. [engine]
///
/// Records carry `instrument`, `source` and the source's own count as `seq` (from 1); `host_time`
/// equals `event_time`. A host that plays at a speed or mixes in events of its own numbers anew.
class Source {
  public:
    virtual ~Source() = default;

    /// Time of the next event; nothing at the end, or when reading it would fail (`read` tells).
    virtual std::optional<Timestamp> next_time() = 0;
    /// Appends events with a time at or before `limit`, at most `events_max`, and returns how
    /// many; 0 with no next time is the end. Corrupt when the data is damaged or its time goes
    /// back: what stands before the damage is given first, then every call fails.
    virtual Expected<std::size_t> read(Timestamp limit,
                                       std::size_t events_max,
                                       EventBuffer& out) = 0;
};

class DataFile;
struct BookRecord;

/// Plays a data file (tradectl-data(5)), whatever its kind.
class FileSource final : public Source {
  public:
    /// `source` goes into each record's header.
    FileSource(std::shared_ptr<const DataFile> file,
               tradectl_instrument_handle instrument,
               std::uint32_t source);
    ~FileSource() override;

    /// Goes to the first record at or after `time`. Corrupt.
    Status seek(Timestamp time);
    std::optional<Timestamp> next_time() override;
    Expected<std::size_t> read(Timestamp limit, std::size_t events_max, EventBuffer& out) override;

  private:
    bool enter_block();
    template <typename Record, typename Event>
    std::size_t read_block(std::uint16_t type,
                           Timestamp limit,
                           std::size_t events_max,
                           EventBuffer& out);
    std::size_t read_book_event(Timestamp limit, EventBuffer& out);
    const char* add_level(const BookRecord& first, std::uint32_t left, tradectl_book_event& event);
    void stamp(tradectl_event& header, Timestamp time);

    std::shared_ptr<const DataFile> file_;
    tradectl_instrument_handle instrument_;
    std::uint32_t source_;
    std::uint64_t next_ = 0;       ///< index of the next record
    std::uint64_t block_end_ = 0;  ///< records before it are verified
    std::uint64_t sequence_ = 0;   ///< events given out
    Timestamp last_ = Timestamp::none();
    std::vector<std::uint64_t> scratch_;  ///< one book event, at its start
    std::size_t scratch_used_ = 0;
    std::optional<Error> failure_;
};

/// Several sources as one, ordered by time, then by place in the list, then by each source's own
/// order: the same every time. One source alone is passed through.
class MergedSource final : public Source {
  public:
    explicit MergedSource(std::vector<std::unique_ptr<Source>> sources);
    ~MergedSource() override;

    std::optional<Timestamp> next_time() override;
    Expected<std::size_t> read(Timestamp limit, std::size_t events_max, EventBuffer& out) override;

  private:
    struct Due {
        Source* source = nullptr;
        Timestamp time;
        Timestamp until{INT64_MAX};  ///< last time at which no other source goes first
    };
    Due due();

    std::vector<std::unique_ptr<Source>> sources_;
    std::vector<char> ended_;
    std::optional<Error> failure_;
};

}  // namespace tradectl::market

/// Local times of a place as moments, by the system's table of time zones.
#pragma once

#include <tradectl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tradectl {

/// Which of two moments a local time means that a change of the clocks has twice.
enum class DstChoice : std::uint8_t { Refuse, Earlier, Later };

/// What a local time is in a zone.
enum class LocalTime : std::uint8_t {
    Once,
    Skipped,  ///< the clocks went forward over it: there is no such time
    Twice,    ///< the clocks went back: there are two, and `DstChoice` did not say which
};

/// Offsets from UTC of one place, over all time. Source of the files' format: RFC 8536 (TZif, with
/// the rule of its footer, which is a POSIX TZ string). Immutable. [any]
class TimeZone {
  public:
    /// "UTC", "Z", a fixed offset as "-05:00", or a name as "America/New_York" of a file below
    /// `directory`. InvalidArgument for a name that cannot be, NotFound, Io, Corrupt for a file
    /// that is no zone.
    static Expected<TimeZone> open(const std::string& name,
                                   const std::string& directory = "/usr/share/zoneinfo");
    /// UTC plus `seconds`, always.
    static TimeZone fixed(std::int32_t seconds);
    /// From the content of a TZif file; Corrupt when it is none.
    static Expected<TimeZone> parse(const std::string& name, std::span<const std::byte> content);

    [[nodiscard]] const std::string& name() const { return name_; }
    /// Seconds to add to UTC at a moment (seconds since 1970).
    [[nodiscard]] std::int32_t offset_at(std::int64_t utc_seconds) const;
    /// The moment of a local time, both in nanoseconds since 1970 by their own calendar. Only with
    /// Once is `utc_ns` set; a choice makes Once of Twice.
    [[nodiscard]] LocalTime to_utc(std::int64_t local_ns,
                                   DstChoice choice,
                                   std::int64_t& utc_ns) const;

    /// Local times of one offset, none of which is skipped or there twice.
    struct Steady {
        std::int64_t begin_ns = 0;
        std::int64_t end_ns = 0;  ///< excluded; not above the begin: there are none
        std::int64_t offset_ns = 0;
    };
    /// Those around a local time, less a few days at both ends; none near a change.
    [[nodiscard]] Steady steady_around(std::int64_t local_ns) const;

  private:
    /// From `start` (UTC seconds) on the offset is this, until the next.
    struct Span {
        std::int64_t start;
        std::int32_t offset;
    };
    friend class TimeZoneReader;

    std::string name_;
    std::vector<Span> spans_;  ///< ascending; the first starts at the lowest number
};

}  // namespace tradectl

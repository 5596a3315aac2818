/// The rule by which a zone changes its clocks every year.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace tradectl {

/// A rule as `EST5EDT,M3.2.0,M11.1.0/2`. Source: POSIX.1-2017, Base Definitions, 8.3 (TZ), with
/// the wider hours of RFC 8536, section 3.3.1. [any]
class PosixZone {
  public:
    static std::optional<PosixZone> parse(std::string_view text);

    /// Moments (UTC seconds) and the offsets from then on, ascending, of the years 1970 to 2262;
    /// one entry at the very beginning when the clocks never change.
    [[nodiscard]] std::vector<std::pair<std::int64_t, std::int32_t>> changes() const;

  private:
    friend class PosixZoneParser;
    struct Day {
        enum class Kind : std::uint8_t {
            WeekDay,       ///< Mm.w.d
            JulianNoLeap,  ///< Jn, 1 to 365, February 29 is never counted
            Ordinal,       ///< n, 0 to 365
        } kind = Kind::WeekDay;
        std::int32_t month = 0;
        std::int32_t week = 0;
        std::int32_t day = 0;
        std::int32_t time_s = 2 * 3600;  ///< by the clock that ends then
    };
    [[nodiscard]] static std::int64_t moment(const Day& day, std::int64_t year);

    std::int32_t standard_s_ = 0;  ///< east of UTC
    std::int32_t summer_s_ = 0;
    bool has_summer_ = false;
    Day summer_begins_;
    Day summer_ends_;
};

}  // namespace tradectl

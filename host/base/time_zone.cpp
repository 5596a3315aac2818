#include "host/base/time_zone.hpp"

#include "host/base/disk.hpp"
#include "host/base/posix_zone.hpp"

#include <tradectl/timestamp.hpp>

#include <algorithm>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>

namespace tradectl {
namespace {

constexpr std::uint64_t kZoneBytesMax = 1 << 20;
constexpr std::int32_t kOffsetMax = 26 * 3600;
constexpr std::size_t kHeaderBytes = 44;
constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();

std::int64_t floor_div(std::int64_t value, std::int64_t by) {
    return value / by - (value % by < 0 ? 1 : 0);
}

/// "+05:30", "-0500": seconds east of UTC.
bool read_fixed_offset(std::string_view text, std::int32_t& out) {
    if (text == "UTC" || text == "Z") {
        out = 0;
        return true;
    }
    if (text.size() != 6 && text.size() != 5) return false;
    const bool colon = text.size() == 6;
    if ((text[0] != '+' && text[0] != '-') || (colon && text[3] != ':')) return false;
    const auto hour = timestamp_detail::take_digits(text, 1, 2);
    const auto minute = timestamp_detail::take_digits(text, colon ? 4 : 3, 2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return false;
    out = static_cast<std::int32_t>((hour * 60 + minute) * 60) * (text[0] == '-' ? -1 : 1);
    return true;
}

/// A name that stays below the folder of zones.
bool is_zone_name(std::string_view name) {
    if (name.empty() || name.front() == '/' || name.size() > 100) return false;
    if (name.find("..") != std::string_view::npos) return false;
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '/' || c == '_' || c == '-' || c == '+';
    });
}

}  // namespace

/// Takes a TZif file apart: RFC 8536, section 3.
class TimeZoneReader {
  public:
    TimeZoneReader(std::string name, std::span<const std::byte> content)
        : name_(std::move(name)), content_(content) {}

    Expected<TimeZone> read() {
        if (!read_header()) return damaged("is no zone file");
        if (version_ >= '2') {
            // The first block has 32-bit times: the second one says the same in 64 bits.
            if (!skip(block_bytes(4)) || !read_header()) return damaged("is cut off");
            if (!read_block(8)) return damaged("is damaged or cut off");
        } else if (!read_block(4)) {
            return damaged("is damaged or cut off");
        }
        TimeZone zone;
        zone.name_ = name_;
        zone.spans_ = std::move(spans_);
        if (version_ >= '2' && !add_rule(zone.spans_)) return damaged("has a rule that is none");
        return zone;
    }

  private:
    Unexpected damaged(const char* what) const {
        return fail(ErrorCode::Corrupt, "time zone " + name_ + ": " + what);
    }
    bool skip(std::uint64_t bytes) {
        if (content_.size() - at_ < bytes) return false;
        at_ += bytes;
        return true;
    }
    std::uint64_t big_endian(std::size_t at, std::size_t bytes) const {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < bytes; ++i)
            value = value << 8 | std::to_integer<std::uint64_t>(content_[at + i]);
        return value;
    }
    bool read_header() {
        if (content_.size() - at_ < kHeaderBytes) return false;
        if (std::memcmp(content_.data() + at_, "TZif", 4) != 0) return false;
        version_ = std::to_integer<char>(content_[at_ + 4]);
        for (std::size_t i = 0; i < 6; ++i)
            counts_[i] = big_endian(at_ + 20 + 4 * i, 4);
        at_ += kHeaderBytes;
        return true;
    }
    // Order of the counts in the header.
    enum { kUtMarks, kStandardMarks, kLeaps, kTimes, kTypes, kNameBytes };
    [[nodiscard]] std::uint64_t block_bytes(std::uint64_t time_bytes) const {
        return counts_[kTimes] * (time_bytes + 1) + counts_[kTypes] * 6 + counts_[kNameBytes] +
               counts_[kLeaps] * (time_bytes + 4) + counts_[kStandardMarks] + counts_[kUtMarks];
    }
    bool offset_of_type(std::size_t types_at, std::uint64_t type, std::int32_t& out) const {
        if (type >= counts_[kTypes]) return false;
        out = static_cast<std::int32_t>(big_endian(types_at + 6 * type, 4));
        return out > -kOffsetMax && out < kOffsetMax;
    }
    bool read_block(std::size_t time_bytes) {
        const std::size_t begin = at_;
        if (counts_[kTypes] == 0 || !skip(block_bytes(time_bytes))) return false;
        const std::size_t type_bytes_at = begin + counts_[kTimes] * time_bytes;
        const std::size_t types_at = type_bytes_at + counts_[kTimes];
        std::int32_t offset = 0;
        if (!offset_of_type(types_at, 0, offset)) return false;
        spans_.push_back({kLowest, offset});
        for (std::size_t i = 0; i < counts_[kTimes]; ++i) {
            std::int64_t start =
                static_cast<std::int64_t>(big_endian(begin + i * time_bytes, time_bytes));
            if (time_bytes == 4) start = static_cast<std::int32_t>(start);
            const std::uint64_t type = big_endian(type_bytes_at + i, 1);
            if (!offset_of_type(types_at, type, offset)) return false;
            if (i > 0 && start <= spans_.back().start) return false;
            if (start != kLowest) spans_.push_back({start, offset});
        }
        return true;
    }
    /// The rule in the footer goes on behind the last time of the table.
    bool add_rule(std::vector<TimeZone::Span>& spans) {
        const std::string_view rest(reinterpret_cast<const char*>(content_.data()) + at_,
                                    content_.size() - at_);
        if (rest.size() < 2 || rest.front() != '\n' || rest.back() != '\n') return false;
        const std::string_view text = rest.substr(1, rest.size() - 2);
        if (text.empty()) return true;
        const auto rule = PosixZone::parse(text);
        if (!rule) return false;
        const std::int64_t last = spans.back().start;
        for (const auto& [start, offset] : rule->changes())
            if (start > last) spans.push_back({start, offset});
        return true;
    }

    std::string name_;
    std::span<const std::byte> content_;
    std::size_t at_ = 0;
    char version_ = 0;
    std::uint64_t counts_[6] = {};
    std::vector<TimeZone::Span> spans_;
};

Expected<TimeZone> TimeZone::open(const std::string& name, const std::string& directory) {
    std::int32_t offset = 0;
    if (read_fixed_offset(name, offset)) {
        TimeZone zone = fixed(offset);
        zone.name_ = name;
        return zone;
    }
    if (!is_zone_name(name))
        return fail(ErrorCode::InvalidArgument,
                    "time zone \"" + name + "\": no offset as -05:00 and no name as Area/City");
    const auto disk = make_posix_disk();
    const auto content = read_file(*disk, directory + "/" + name, kZoneBytesMax);
    if (!content) {
        Error error = content.error();
        error.message = "time zone " + name + ": " + error.message;
        return fail(std::move(error));
    }
    return parse(name, std::as_bytes(std::span(*content)));
}

TimeZone TimeZone::fixed(std::int32_t seconds) {
    TimeZone zone;
    zone.spans_.push_back({kLowest, seconds});
    return zone;
}

Expected<TimeZone> TimeZone::parse(const std::string& name, std::span<const std::byte> content) {
    return TimeZoneReader(name, content).read();
}

std::int32_t TimeZone::offset_at(std::int64_t utc_seconds) const {
    const auto after = std::upper_bound(
        spans_.begin(), spans_.end(), utc_seconds, [](std::int64_t t, const Span& s) {
            return t < s.start;
        });
    return std::prev(after)->offset;
}

TimeZone::Steady TimeZone::steady_around(std::int64_t local_ns) const {
    constexpr std::int64_t kSecondsMax = std::numeric_limits<std::int64_t>::max() / kNsPerSecond;
    const std::int64_t local = floor_div(local_ns, kNsPerSecond);
    const auto next =
        std::upper_bound(spans_.begin(), spans_.end(), local, [](std::int64_t t, const Span& s) {
            return t < s.start;
        });
    const auto span = std::prev(next);
    // Any offset that can hold at the moment holds a day before or a day after it.
    const std::int64_t begin = std::max(span->start, -kSecondsMax) + kOffsetMax;
    const std::int64_t end = (next == spans_.end() ? kSecondsMax : next->start) - kOffsetMax;
    if (local < begin || local >= end) return {};
    return {begin * kNsPerSecond, end * kNsPerSecond, span->offset * kNsPerSecond};
}

LocalTime TimeZone::to_utc(std::int64_t local_ns, DstChoice choice, std::int64_t& utc_ns) const {
    if (spans_.size() == 1) {
        utc_ns = local_ns - spans_.front().offset * kNsPerSecond;
        return LocalTime::Once;
    }
    // Any offset that can hold at the moment holds a day before or a day after it.
    const std::int64_t local = floor_div(local_ns, kNsPerSecond);
    std::int64_t found[2] = {};
    int count = 0;
    const auto at_or_before = [this](std::int64_t t) {
        return std::upper_bound(spans_.begin(),
                                spans_.end(),
                                t,
                                [](std::int64_t a, const Span& s) { return a < s.start; }) -
               1;
    };
    const auto last = at_or_before(local + kOffsetMax);
    for (auto span = at_or_before(local - kOffsetMax);; ++span) {
        const std::int64_t utc = local - span->offset;
        const bool ended = span + 1 != spans_.end() && utc >= (span + 1)->start;
        if (utc >= span->start && !ended && count < 2) found[count++] = span->offset;
        if (span == last) break;
    }
    if (count == 0) return LocalTime::Skipped;
    if (count == 2 && choice == DstChoice::Refuse) return LocalTime::Twice;
    // The first one found lies in the earlier span.
    const std::int64_t offset = found[count == 2 && choice == DstChoice::Later ? 1 : 0];
    utc_ns = local_ns - offset * kNsPerSecond;
    return LocalTime::Once;
}

}  // namespace tradectl

/// Which fills of one wallet were decided on: none is lost and none is taken twice, however often,
/// late or out of order it is heard.
#pragma once

#include <tradectl/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::copy_trader {

/// A time up to which everything counts as decided, and the identities of the fills after it. A
/// venue may give many fills one time, and tell a fill after later ones: within `grace_ns` of the
/// newest it is still taken. Pure; the caller keeps what `take` changes.
class Watermark {
  public:
    enum class Verdict : std::uint8_t {
        New,      ///< decide on it, and `take` it
        Seen,     ///< was taken
        TooLate,  ///< at or before the floor: nobody can say any more whether it was taken
    };
    struct Limits {
        std::int64_t grace_ns = 0;
        std::size_t ids_max = 0;  ///< above that the floor rises over the oldest
    };

    Watermark(Timestamp floor, Limits limits) : floor_(floor), limits_(limits) {}

    /// An identity from before a restart.
    void restore(Timestamp time, std::string_view id) { put(time, id); }
    [[nodiscard]] Verdict look(Timestamp time, std::string_view id) const;
    /// Remembers a fill that is New, and gives the identities that are no longer needed; it may be
    /// among them. A time after `now` does not raise the floor beyond what `now` does.
    std::vector<std::string> take(Timestamp time, std::string_view id, Timestamp now);
    [[nodiscard]] Timestamp floor() const { return floor_; }
    [[nodiscard]] std::size_t size() const { return times_.size(); }

  private:
    void put(Timestamp time, std::string_view id);
    void raise(Timestamp floor, std::vector<std::string>& dropped);

    Timestamp floor_;
    Limits limits_;
    std::map<std::string, Timestamp, std::less<>> times_;
    std::multimap<std::int64_t, std::string> by_time_;
};

}  // namespace tradectl::copy_trader

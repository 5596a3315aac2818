/// What was told of one followed wallet, and when it is asked for again.
#pragma once

#include "data_messages.hpp"

#include <tradectl/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tradectl::polymarket {

struct FollowedFill {
    ActivityRow row;
    std::string id;  ///< unique at the venue
};

/// Each row is news once, however often and in whatever order it is read: a read begins some time
/// before the newest row, because the venue may tell a row late, and what was told is known by its
/// identity. [engine]
class FollowedWallet {
  public:
    struct Limits {
        std::int64_t overlap_ns = 0;  ///< a row so much older than the newest may still be news
        std::size_t ids_max = 50'000;
    };

    /// Nothing before `from` is told.
    FollowedWallet(Timestamp from, Limits limits);
    /// Every read begins here: a whole second, so that each second is read whole. Earlier rows
    /// count as told.
    [[nodiscard]] Timestamp floor() const { return floor_; }
    /// The rows of one whole read from `floor`, in any order: what is news in them, oldest first.
    /// A row of the future does not move the floor beyond `now`.
    [[nodiscard]] std::vector<FollowedFill> take(std::vector<ActivityRow> rows, Timestamp now);
    [[nodiscard]] std::size_t size() const { return told_.size(); }
    /// Rows that came so late, or so many at once, that nobody can say whether they were told.
    [[nodiscard]] std::uint64_t lost_sight() const { return lost_sight_; }

  private:
    void raise(Timestamp floor);

    Limits limits_;
    Timestamp floor_;
    std::set<std::string> told_;
    std::multimap<std::int64_t, std::string> by_time_;
    std::uint64_t lost_sight_ = 0;
};

/// How long to wait for the next read: short behind news, longer while nothing happens, doubling
/// behind failures.
class PollPace {
  public:
    struct Limits {
        std::int64_t shortest_ns = 0;
        std::int64_t idle_ns = 0;    ///< most while nothing happens
        std::int64_t failed_ns = 0;  ///< most behind failures
    };

    explicit PollPace(Limits limits) : limits_(limits), wait_ns_(limits.shortest_ns) {}
    [[nodiscard]] std::int64_t after_news();
    [[nodiscard]] std::int64_t after_nothing();
    [[nodiscard]] std::int64_t after_failure();

  private:
    Limits limits_;
    std::int64_t wait_ns_;
    bool failed_ = false;
};

struct Following {
    FollowedWallet book;
    PollPace pace;
    std::uint64_t turn = 0;    ///< of the loop that reads it
    bool is_recalled = false;  ///< of an earlier run: what it told may be told again
    Timestamp kept = Timestamp::none();
    std::string problem = {};  ///< of the last read, or empty
};

}  // namespace tradectl::polymarket

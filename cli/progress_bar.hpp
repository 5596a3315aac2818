/// How far a long command is, on a line that is written over.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace tradectl::cli {

/// Writes to standard error when that is a terminal and the work takes longer than a second, some
/// times a second; the line is gone when the object is. [one thread]
class ProgressBar {
  public:
    enum class Show : std::uint8_t { Never, OnTerminal };

    /// `what`: "rows".
    ProgressBar(std::string what, Show show);
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;
    ~ProgressBar();

    /// `count` things so far; `done` of `all` bytes, or 0 of 0 when nobody knows.
    void update(std::uint64_t count, std::uint64_t done, std::uint64_t all);

    /// The line itself: `[=====     ]  50 %  1234567 rows, 2345678/s`.
    [[nodiscard]] static std::string line(const std::string& what,
                                          std::uint64_t count,
                                          std::uint64_t done,
                                          std::uint64_t all,
                                          double seconds);

  private:
    using Clock = std::chrono::steady_clock;

    std::string what_;
    bool shows_;
    bool written_ = false;
    Clock::time_point begin_;
    Clock::time_point last_;
};

}  // namespace tradectl::cli

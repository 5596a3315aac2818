/// What is known of a sweep's jobs by now: lines on disk, and in memory as much as an order needs.
#pragma once

#include "host/backtest/sweep.hpp"
#include "host/backtest/sweep_file.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tradectl::backtest {

class SweepBook {
  public:
    /// Opens the sweep's file and takes what is in it; see SweepFile::open.
    [[nodiscard]] static Expected<std::unique_ptr<SweepBook>> open(Disk& disk,
                                                                   const std::string& directory,
                                                                   const Json& head,
                                                                   std::string rank,
                                                                   std::int64_t lock_wait_ns);

    /// Makes one finished job durable.
    [[nodiscard]] Status add(const Json& line);
    /// A finished job; null: it is still to be run.
    [[nodiscard]] const SweepPoint* find(std::uint64_t job) const;
    [[nodiscard]] Expected<Json> line_of(const SweepPoint& point) const;

    [[nodiscard]] std::uint64_t size() const { return jobs_.size(); }
    [[nodiscard]] std::uint64_t failed() const { return failed_; }
    /// Of the failed job with the lowest number; empty: none failed.
    [[nodiscard]] const std::string& first_error() const { return first_error_.second; }
    [[nodiscard]] const std::shared_ptr<SweepFile>& file() const { return file_; }

  private:
    explicit SweepBook(std::string rank) : rank_(std::move(rank)) {}
    [[nodiscard]] Status note(const Json& line, std::uint64_t offset);

    std::string rank_;
    std::shared_ptr<SweepFile> file_;
    std::unordered_map<std::uint64_t, SweepPoint> jobs_;
    std::uint64_t failed_ = 0;
    std::pair<std::uint64_t, std::string> first_error_{UINT64_MAX, {}};
};

/// Whether `a` stands before `b` in a result: by rank, then those without one, then those that
/// failed; by their numbers among equals.
[[nodiscard]] bool ranks_before(const SweepPoint& a, const SweepPoint& b, bool lower_is_better);

}  // namespace tradectl::backtest

/// What a sweep has found so far, durable line by line: sweep.jsonl.
///
/// JSON lines. The first is the head, an object that tells one sweep from another; each other one
/// is an object with an integer `job`. A line counts when its newline is there: a torn last line is
/// what a stop in the middle of a write leaves, and is dropped. Of two lines for a job the last one
/// counts.
#pragma once

#include "host/base/disk.hpp"
#include "host/base/json.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace tradectl::backtest {

/// One writer at a time, held by a lock on the file. `disk` must outlive it.
class SweepFile {
  public:
    /// Told of each line that is there already.
    using Seen = std::function<Status(const Json& line, std::uint64_t offset)>;

    /// Opens `directory`/sweep.jsonl and makes both when they are not there. Locked: another sweep
    /// writes there, for longer than `lock_wait_ns`. BadState: it is another sweep's. Corrupt: a
    /// line, named by its number, is not what it must be.
    [[nodiscard]] static Expected<SweepFile> open(Disk& disk,
                                                  const std::string& directory,
                                                  const Json& head,
                                                  const Seen& seen,
                                                  std::int64_t lock_wait_ns = 0);

    /// Adds one line, on the device when this returns; its offset is the result.
    [[nodiscard]] Expected<std::uint64_t> append(const Json& line);
    /// The line that begins at an offset that `open` or `append` gave.
    [[nodiscard]] Expected<Json> read(std::uint64_t offset) const;

    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    SweepFile(std::string path, std::unique_ptr<File> file)
        : path_(std::move(path)), file_(std::move(file)) {}
    [[nodiscard]] Status load(const Json& head, const Seen& seen);
    [[nodiscard]] Status take(std::string_view text,
                              std::uint64_t offset,
                              const Json& head,
                              const Seen& seen);

    std::string path_;
    std::unique_ptr<File> file_;
    std::uint64_t size_ = 0;
    std::uint64_t lines_ = 0;
};

}  // namespace tradectl::backtest

/// A part of the canonical export, on its way into the whole.
#pragma once

#include "host/base/disk.hpp"

#include <tradectl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::ledger {

/// Appends text to a new file in large pieces and reads it back; what is short never leaves memory.
/// One thread at a time. [any]
class ExportPart {
  public:
    /// BadState when the file is there; NoSpace, Permission, Io.
    static Expected<ExportPart> create(Disk& disk, const std::string& path);

    /// Texts are read back as they were appended, or as a row of them.
    Status append(std::string_view text);
    /// Bytes appended so far.
    [[nodiscard]] std::uint64_t size() const { return written_ + waiting_.size(); }
    /// Writes all that is in memory still. The file is not synced.
    Status finish();
    /// One of the texts; valid until the next call. `bytes` is at most 1 MiB.
    Expected<std::string_view> read(std::uint64_t offset, std::size_t bytes);
    /// Appends all of another part.
    Status append_part(ExportPart& other);

  private:
    explicit ExportPart(std::unique_ptr<File> file) : file_(std::move(file)) {}

    std::unique_ptr<File> file_;
    std::string waiting_;
    std::uint64_t written_ = 0;
    std::vector<char> window_;  // of the file, from `window_from_`: reads are mostly in order
    std::uint64_t window_from_ = 0;
};

}  // namespace tradectl::ledger

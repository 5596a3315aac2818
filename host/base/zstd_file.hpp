/// Files compressed so that any part can be read: frames of zstd (RFC 8878), each of at most 256
/// KiB of content with a checksum, and behind them a seek table as the Zstandard Seekable Format
/// 0.1.0 has it, in a frame that other programs skip.
#pragma once

#include "host/base/disk.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tradectl {

inline constexpr std::uint64_t kZstdFrameBytesMax = 256u << 10;

/// Opens such a file as its content: reading only, one frame in memory. Corrupt when the seek table
/// does not fit the file; a read is Corrupt when a frame does not hold what the table says. `path`
/// is for messages.
Expected<std::unique_ptr<File>> open_zstd_file(std::unique_ptr<File> packed,
                                               const std::string& path);

/// Writes one. [any], one thread.
class ZstdFileWriter {
  public:
    /// Makes or replaces the file. `disk` must outlive the writer.
    static Expected<std::unique_ptr<ZstdFileWriter>> create(Disk& disk, const std::string& path);

    /// Adds one frame of 1 to `kZstdFrameBytesMax` bytes of content.
    Status add(std::span<const std::byte> content);
    /// Writes the seek table and syncs. The last call.
    Status finish();

  private:
    struct Frame {
        std::uint32_t packed_bytes = 0;
        std::uint32_t bytes = 0;
    };
    explicit ZstdFileWriter(std::unique_ptr<File> file) : file_(std::move(file)) {}

    std::unique_ptr<File> file_;
    std::uint64_t offset_ = 0;
    std::uint64_t synced_ = 0;
    std::vector<Frame> frames_;
    std::vector<std::byte> packed_;
};

}  // namespace tradectl

/// The files of the log: found, made ahead of need, opened. Format: tradectl-wal(5).
#pragma once

#include "host/base/disk.hpp"
#include "host/wal/format.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tradectl::wal {

[[nodiscard]] std::string segment_path(const std::string& directory, std::uint32_t segment);
/// The compressed form: "00000001.twal.zst".
[[nodiscard]] std::string archive_path(const std::string& directory, std::uint32_t segment);

/// Numbers of the segments in `directory`, rising; empty when it is not there.
Expected<std::vector<std::uint32_t>> find_segments(Disk& disk, const std::string& directory);
/// The same, but Corrupt when one in the middle is missing.
Expected<std::vector<std::uint32_t>> list_segments(Disk& disk, const std::string& directory);

/// Yes: compressed, as `zstd_file.hpp` reads it.
enum class Archived : std::uint8_t { No, Yes };

/// A segment open for reading, and what its page 0 says.
struct OpenSegment {
    std::unique_ptr<File> file;
    Archived archived = Archived::No;
    std::uint64_t disk_bytes = 0;  ///< what it takes on the disk
    std::uint32_t pages = 0;       ///< of the content; a rest below a page does not count
    PageState state = PageState::Zero;
    SegmentHeader header;  ///< when `state` is Valid: begun, and as long as the header says
};

/// Opens a segment, archived or not; while both forms are there the plain one counts. NotFound when
/// there is neither. A header that is not this segment's, or a file of another size than it says,
/// is BadField; Unsupported when the header's version is newer than this program.
Expected<OpenSegment> open_segment(Disk& disk, const std::string& directory, std::uint32_t segment);

/// Removes all forms of one segment; one that is not there is no error.
Status remove_segment(Disk& disk, const std::string& directory, std::uint32_t segment);

/// Removes every segment whose records are all older than `sequence`, oldest first; the last two
/// stay. Returns how many went.
Expected<std::uint32_t> drop_segments_before(Disk& disk,
                                             const std::string& directory,
                                             WalSequence sequence);

/// How the zeros of a new segment get there.
enum class SegmentFill : std::uint8_t {
    Written,  ///< ahead of need: no write of a record needs space or changes the file's shape
    Sparse,   ///< by the file system as pages are written: for logs that may be lost
};

/// Makes one segment in paced steps: zeros under a temporary name, synced; then the name. [wal]
class SegmentMaker {
  public:
    /// `disk` must outlive the maker. Does nothing yet.
    SegmentMaker(Disk& disk,
                 std::string directory,
                 std::uint32_t segment,
                 std::uint64_t bytes,
                 SegmentFill fill = SegmentFill::Written);

    /// Takes over a segment of this number that an earlier run left ready; one of another size is
    /// removed.
    Status adopt();
    /// Writes and syncs the next 256 KiB, or sets the whole size when sparse; the last step gives
    /// the file its name. After NoSpace the same step can be tried again.
    Status step();

    [[nodiscard]] bool ready() const { return ready_; }
    [[nodiscard]] std::uint64_t filled() const { return filled_; }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
    /// The segment, open for writing. Only when `ready`, once.
    [[nodiscard]] std::unique_ptr<File> take() { return std::move(file_); }

  private:
    Status start();
    Status fill_some();
    Status finish();

    Disk& disk_;
    std::string directory_;
    std::string path_;
    std::uint64_t bytes_;
    SegmentFill fill_;
    std::uint64_t filled_ = 0;
    std::unique_ptr<File> file_;
    bool ready_ = false;
};

}  // namespace tradectl::wal

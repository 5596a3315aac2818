/// A disk that fails on demand and remembers what a power cut would lose.
#pragma once

#include "host/base/disk.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <optional>

namespace tradectl {

enum class DiskOperation {
    Open,
    Read,
    Write,
    Sync,
    Truncate,
    Size,
    Lock,
    Map,
    Rename,
    Remove,
    MakeDirectory,
    SyncDirectory,
    List,
    Exists,
};

/// Which calls fail, and how. Empty conditions match everything.
struct FaultRule {
    std::optional<DiskOperation> operation = std::nullopt;
    std::string path_part = {};  ///< part of the path (for Rename: of either path)
    std::uint64_t skip = 0;      ///< matching calls that still succeed before the first failure
    std::uint64_t times = UINT64_MAX;  ///< failures before the rule is used up
    ErrorCode code = ErrorCode::Io;
    std::uint64_t bytes_done = 0;  ///< of a failing Write, bytes that reach the disk all the same
};

/// One successful change, in the order in which it happened.
struct DiskStep {
    DiskOperation operation{};
    std::uint64_t file = 0;  ///< number of the file, the same after a rename; 0 for directories
    std::string path;
    std::string path_to;           ///< Rename
    std::uint64_t offset = 0;      ///< Write; Truncate: new size
    std::vector<std::byte> bytes;  ///< Write
    bool created = false;          ///< Open that made the file
};

inline constexpr std::uint64_t kSectorBytes = 512;

/// A change that no sync covered at the cut: one sector of one write, one change of a size, or one
/// directory operation.
struct PendingChange {
    std::size_t step = 0;      ///< index of the DiskStep
    std::uint64_t sector = 0;  ///< Write: number of the sector in the file
    DiskOperation operation{};
};

/// Wraps a Disk that must outlive it. Failing calls do not reach the disk below. Files opened
/// through it must not outlive it. [any]
class FaultyDisk final : public Disk {
  public:
    explicit FaultyDisk(Disk& under) : under_(under) {}

    void add_fault(FaultRule rule);
    void clear_faults();
    /// Calls seen so far, failed ones included: `skip` of a rule that matches everything counts
    /// from where it was added.
    [[nodiscard]] std::uint64_t calls() const;

    /// Keeps changes from now on. The disk below must be empty then, for `crash_image` to be whole.
    void start_recording();
    [[nodiscard]] std::vector<DiskStep> steps() const;
    [[nodiscard]] std::size_t step_count() const;

    Expected<std::unique_ptr<File>> open(const std::string& path, OpenOptions options) override;
    Status rename(const std::string& from, const std::string& to) override;
    Status remove(const std::string& path) override;
    Status make_directory(const std::string& path) override;
    Status sync_directory(const std::string& path) override;
    Expected<std::vector<std::string>> list(const std::string& path) override;
    Expected<bool> exists(const std::string& path) override;

  private:
    friend class FaultyFile;
    struct Verdict {
        std::optional<Error> error;
        std::uint64_t bytes_done = 0;
    };
    Verdict judge(DiskOperation operation, const std::string& path, const std::string& path_to);
    void record(DiskStep step);

    Disk& under_;
    mutable std::mutex mutex_;
    std::vector<FaultRule> rules_;
    std::vector<DiskStep> steps_;
    std::map<std::string, std::uint64_t> file_numbers_;
    std::uint64_t file_number_next_ = 1;
    std::uint64_t calls_ = 0;
    bool recording_ = false;
};

/// The disk after a power cut behind the first `step_count` steps: all that was synced by then, and
/// of the rest what `survives` says, asked once for each in order of the steps. File content is
/// synced by Sync of that file, names by SyncDirectory of their directory; made directories
/// survive. Shared mappings are not part of it.
std::unique_ptr<Disk> crash_image(const std::vector<DiskStep>& steps,
                                  std::size_t step_count,
                                  const std::function<bool(const PendingChange&)>& survives);

}  // namespace tradectl

/// The disk seam: every byte that must survive goes through it, so that a test can own the device.
#pragma once

#include <tradectl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl {

/// An open file. Offsets and sizes are bytes. Calls on one File come from one thread at a time.
///
/// A call either does all that was asked or fails: short counts and EINTR are retried inside.
/// Running out of space is NoSpace, any other failure Io; the message names the path and the
/// system's reason.
class File {
  public:
    virtual ~File() = default;

    /// Reads up to `out.size()` bytes; the count is short only at the end of the file.
    virtual Expected<std::size_t> read(std::uint64_t offset, std::span<std::byte> out) = 0;
    virtual Status write(std::uint64_t offset, std::span<const std::byte> bytes) = 0;
    /// Returns once the content and the size are on the device (fdatasync).
    virtual Status sync() = 0;
    virtual Status truncate(std::uint64_t size) = 0;
    virtual Expected<std::uint64_t> size() = 0;

    enum class Lock { None, Shared, Exclusive };
    /// Moves this file's lock on a byte range to `lock` without waiting (Linux open file
    /// description locks, which belong to the File and end with it). Locked when another holder is
    /// in the way.
    virtual Status lock(std::uint64_t offset, std::uint64_t bytes, Lock lock) = 0;
    /// Maps `bytes` from `offset` shared and writable, growing the file when needed; valid while
    /// the File lives.
    virtual Expected<std::byte*> map_shared(std::uint64_t offset, std::uint64_t bytes) = 0;
};

struct OpenOptions {
    bool write = false;
    bool create = false;     ///< make it when it is not there, mode 0600
    bool exclusive = false;  ///< with `create`: fail with BadState when it is there
};

/// A file system. Paths are absolute. [any]
class Disk {
  public:
    virtual ~Disk() = default;

    virtual Expected<std::unique_ptr<File>> open(const std::string& path, OpenOptions options) = 0;
    virtual Status rename(const std::string& from, const std::string& to) = 0;
    virtual Status remove(const std::string& path) = 0;
    /// Makes the directory and its missing parents, mode 0700.
    virtual Status make_directory(const std::string& path) = 0;
    /// Returns once names created, renamed and removed in the directory are on the device.
    virtual Status sync_directory(const std::string& path) = 0;
    /// Names (not paths) in the directory, sorted.
    virtual Expected<std::vector<std::string>> list(const std::string& path) = 0;
    virtual Expected<bool> exists(const std::string& path) = 0;
};

/// The machine's own file system.
std::unique_ptr<Disk> make_posix_disk();
/// A file system in memory: simulated runs and tests. Locks and shared mappings work between its
/// Files.
std::unique_ptr<Disk> make_memory_disk();

/// Reads a whole file, at most `bytes_max`; a longer one is InvalidArgument.
Expected<std::string> read_file(Disk& disk, const std::string& path, std::uint64_t bytes_max);
/// Replaces a file as a whole: temporary name, write, sync, rename, sync of the directory.
Status write_file_atomically(Disk& disk, const std::string& path, std::string_view content);

}  // namespace tradectl

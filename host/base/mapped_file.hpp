/// A file as bytes in memory.
#pragma once

#include <tradectl/expected.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <utility>

namespace tradectl {

/// A read-only mapping of a whole file, as long as it was when opened. Who truncates the file
/// meanwhile makes the reader stop with SIGBUS: map only files that are not written any more.
/// [any]
class MappedFile {
  public:
    /// NotFound, Permission or Io; InvalidArgument when it is not a regular file.
    static Expected<MappedFile> open(const std::string& path);

    MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
    MappedFile& operator=(MappedFile&& other) noexcept {
        std::swap(bytes_, other.bytes_);
        return *this;
    }
    ~MappedFile();

    /// Valid while this object lives, moves included. Empty for an empty file.
    [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

  private:
    explicit MappedFile(std::span<const std::byte> bytes) : bytes_(bytes) {}
    std::span<const std::byte> bytes_;
};

}  // namespace tradectl

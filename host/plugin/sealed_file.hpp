/// A copy of a file that nobody can change any more.
#pragma once

#include <tradectl/expected.hpp>

#include <string>

namespace tradectl::plugin {

/// An anonymous file in memory, sealed against writing, growing and shrinking (memfd_create(2)).
/// [any]
class SealedFile {
  public:
    /// Copies the file. NotFound, Permission or Io.
    static Expected<SealedFile> copy_of(const std::string& path);

    SealedFile(SealedFile&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
    SealedFile& operator=(SealedFile&&) = delete;
    ~SealedFile();

    /// A path under which this process can open the copy; valid while it is open.
    [[nodiscard]] std::string path() const;
    /// Keeps the copy open until the process ends. The dynamic loader knows a library by its path:
    /// the number must not be used for another file.
    void keep_open() { fd_ = -1; }

  private:
    explicit SealedFile(int fd) : fd_(fd) {}
    int fd_;
};

}  // namespace tradectl::plugin

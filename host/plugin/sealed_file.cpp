#include "host/plugin/sealed_file.hpp"

#include "host/base/system_error.hpp"

#include <array>
#include <cerrno>
#include <ctime>
#include <filesystem>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace tradectl::plugin {
namespace {

Status write_all(int to, const char* bytes, std::size_t count, const std::string& path) {
    while (count > 0) {
        const ssize_t done = ::write(to, bytes, count);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return system_failure(errno, path, "copy");
        bytes += done;
        count -= static_cast<std::size_t>(done);
    }
    return {};
}

Status copy_bytes(int from, int to, const std::string& path) {
    std::array<char, 65536> buffer;
    while (true) {
        const ssize_t count = ::read(from, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return system_failure(errno, path, "read");
        if (count == 0) return {};
        auto done = write_all(to, buffer.data(), static_cast<std::size_t>(count), path);
        if (!done) return done;
    }
}

/// The kernel refuses (EBUSY) while something of its own holds a page of the file: that passes.
Status seal(int fd, const std::string& path) {
    constexpr int kSeals = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;
    constexpr int kTriesMax = 100;
    constexpr timespec kPause{0, 10'000'000};
    for (int tries = 1; ::fcntl(fd, F_ADD_SEALS, kSeals) != 0; ++tries) {
        if (errno != EBUSY || tries == kTriesMax) return system_failure(errno, path, "seal");
        ::nanosleep(&kPause, nullptr);
    }
    return {};
}

}  // namespace

Expected<SealedFile> SealedFile::copy_of(const std::string& path) {
    const int from = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (from < 0) return system_failure(errno, path, "open");
    // The name shows in /proc/self/maps and in a debugger.
    const std::string name = std::filesystem::path(path).filename().string().substr(0, 200);
    SealedFile copy(::memfd_create(name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING));
    Status done = copy.fd_ < 0 ? Status(system_failure(errno, path, "make memory file"))
                               : copy_bytes(from, copy.fd_, path);
    ::close(from);
    if (!done) return fail(done.error());
    if (auto sealed = seal(copy.fd_, path); !sealed) return fail(sealed.error());
    return copy;
}

SealedFile::~SealedFile() {
    if (fd_ >= 0) ::close(fd_);
}

std::string SealedFile::path() const {
    return "/proc/self/fd/" + std::to_string(fd_);
}

}  // namespace tradectl::plugin

#include "host/base/mapped_file.hpp"

#include "host/base/system_error.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tradectl {
namespace {
Expected<std::span<const std::byte>> map(int fd, const std::string& path) {
    struct stat info {};
    if (::fstat(fd, &info) != 0) return system_failure(errno, path, "stat");
    if (!S_ISREG(info.st_mode))
        return fail(ErrorCode::InvalidArgument, path + ": map: not a regular file");
    if (info.st_size == 0) return std::span<const std::byte>{};
    const auto bytes = static_cast<std::size_t>(info.st_size);
    void* at = ::mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, fd, 0);
    if (at == MAP_FAILED) return system_failure(errno, path, "map");
    return std::span(static_cast<const std::byte*>(at), bytes);
}
}  // namespace

Expected<MappedFile> MappedFile::open(const std::string& path) {
    // Without O_NONBLOCK a FIFO would make the caller wait for a writer.
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return system_failure(errno, path, "open");
    const auto bytes = map(fd, path);
    ::close(fd);
    if (!bytes) return fail(bytes.error());
    return MappedFile(*bytes);
}

MappedFile::~MappedFile() {
    if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace tradectl

/// What a durable write is measured against: the bare system calls, and samples of both.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace tradectl::bench {

inline std::int64_t now_ns() {
    return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

/// Latencies of one kind.
class Samples {
  public:
    void add(std::int64_t ns) { ns_.push_back(ns); }
    [[nodiscard]] double at(double share) {
        std::sort(ns_.begin(), ns_.end());
        return static_cast<double>(ns_[static_cast<std::size_t>(share * (ns_.size() - 1.0))]);
    }

  private:
    std::vector<std::int64_t> ns_;
};

/// A file filled and synced, into which 256 bytes go at a time.
class BareFile {
  public:
    explicit BareFile(const std::string& path)
        : fd_(::open(path.c_str(), O_RDWR | O_CREAT, 0600)), bytes_(kBytes) {
        const std::vector<char> zeros(1 << 20);
        for (std::uint64_t at = 0; at < kFileBytes; at += zeros.size())
            check(::pwrite(fd_, zeros.data(), zeros.size(), static_cast<off_t>(at)) > 0);
        check(::fsync(fd_) == 0);
    }
    BareFile(const BareFile&) = delete;
    BareFile& operator=(const BareFile&) = delete;
    ~BareFile() { ::close(fd_); }
    void write_and_sync() {
        bytes_[0] = static_cast<char>(bytes_[0] + 1);
        check(::pwrite(fd_, bytes_.data(), bytes_.size(), static_cast<off_t>(at_)) > 0);
        check(::fdatasync(fd_) == 0);
        at_ = (at_ + kBytes) % kFileBytes;
    }

  private:
    static constexpr std::size_t kBytes = 256;
    static constexpr std::uint64_t kFileBytes = 16u << 20;
    static void check(bool ok) {
        if (ok) return;
        std::perror("bare file");
        std::exit(1);
    }
    int fd_;
    std::vector<char> bytes_;
    std::uint64_t at_ = 0;
};

}  // namespace tradectl::bench

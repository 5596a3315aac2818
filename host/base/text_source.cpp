#include "host/base/text_source.hpp"

#include "host/base/packed_source.hpp"
#include "host/base/system_error.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

namespace tradectl {
namespace {

class PlainSource final : public TextSource {
  public:
    PlainSource(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
    void set_bytes_all(std::uint64_t bytes) { bytes_all_ = bytes; }
    PlainSource(const PlainSource&) = delete;
    PlainSource& operator=(const PlainSource&) = delete;
    ~PlainSource() override { ::close(fd_); }

    Expected<std::size_t> read(std::span<char> out) override {
        ssize_t count = 0;
        do {
            count = ::read(fd_, out.data(), out.size());
        } while (count < 0 && errno == EINTR);
        if (count < 0) return system_failure(errno, path_, "read");
        bytes_done_.fetch_add(static_cast<std::uint64_t>(count), std::memory_order_relaxed);
        return static_cast<std::size_t>(count);
    }
    std::uint64_t bytes_done() const override {
        return bytes_done_.load(std::memory_order_relaxed);
    }
    std::uint64_t bytes_all() const override { return bytes_all_; }

  private:
    int fd_;
    std::string path_;
    std::uint64_t bytes_all_ = 0;
    std::atomic<std::uint64_t> bytes_done_{0};
};

class GzipSource final : public TextSource {
  public:
    GzipSource(std::unique_ptr<TextSource> packed, std::string path)
        : packed_(std::move(packed)), path_(std::move(path)) {}
    GzipSource(const GzipSource&) = delete;
    GzipSource& operator=(const GzipSource&) = delete;
    ~GzipSource() override { ::inflateEnd(&stream_); }

    Status start() {
        // 16: a gzip header and its checksum are expected.
        if (::inflateInit2(&stream_, 16 + MAX_WBITS) == Z_OK) return {};
        return fail(ErrorCode::Io, path_ + ": gzip: cannot start");
    }

    Expected<std::size_t> read(std::span<char> out) override {
        stream_.next_out = reinterpret_cast<Bytef*>(out.data());
        stream_.avail_out = static_cast<uInt>(out.size());
        while (stream_.avail_out == out.size()) {
            if (stream_.avail_in == 0) {
                const auto count = packed_->read(input_);
                if (!count) return count;
                stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
                stream_.avail_in = static_cast<uInt>(*count);
                if (*count == 0) {
                    if (between_members_) return std::size_t{0};
                    return fail(ErrorCode::Corrupt, path_ + ": gzip: truncated");
                }
            }
            if (auto done = inflate_some(); !done) return fail(done.error());
        }
        return out.size() - stream_.avail_out;
    }
    std::uint64_t bytes_done() const override { return packed_->bytes_done(); }
    std::uint64_t bytes_all() const override { return packed_->bytes_all(); }

  private:
    Status inflate_some() {
        if (between_members_) {
            ::inflateReset(&stream_);
            between_members_ = false;
        }
        const int result = ::inflate(&stream_, Z_NO_FLUSH);
        if (result == Z_STREAM_END) {
            between_members_ = true;
            return {};
        }
        if (result == Z_OK) return {};
        const char* why = stream_.msg != nullptr ? stream_.msg : "damaged";
        return fail(ErrorCode::Corrupt, path_ + ": gzip: " + why);
    }

    std::unique_ptr<TextSource> packed_;
    std::string path_;
    z_stream stream_{};
    std::array<char, 65536> input_{};
    bool between_members_ = false;
};

}  // namespace

Expected<std::unique_ptr<TextSource>> open_text_source(const std::string& path,
                                                       const std::string& zip_member) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return system_failure(errno, path, "open");
    auto plain = std::make_unique<PlainSource>(fd, path);
    struct stat info {};
    if (::fstat(fd, &info) != 0) return system_failure(errno, path, "stat");
    if (S_ISDIR(info.st_mode)) return system_failure(EISDIR, path, "open");
    if (S_ISREG(info.st_mode)) plain->set_bytes_all(static_cast<std::uint64_t>(info.st_size));

    // A pipe cannot be looked into beforehand: it is read as it comes.
    std::array<char, 4> magic{};
    const ssize_t bytes = ::pread(fd, magic.data(), magic.size(), 0);
    const std::string_view start(magic.data(), bytes < 0 ? 0 : static_cast<std::size_t>(bytes));
    if (start == "PK\x03\x04" || start == "PK\x05\x06") return open_zip_source(path, zip_member);
    if (!zip_member.empty())
        return fail(ErrorCode::InvalidArgument,
                    path + ": no zip, it has no member \"" + zip_member + "\"");
    if (start.starts_with("\x1f\x8b")) {
        auto gzip = std::make_unique<GzipSource>(std::move(plain), path);
        if (auto done = gzip->start(); !done) return fail(done.error());
        return std::unique_ptr<TextSource>(std::move(gzip));
    }
    if (start == "\x28\xb5\x2f\xfd" || is_zstd_skippable(start))
        return open_zstd_source(std::move(plain), path);
    return std::unique_ptr<TextSource>(std::move(plain));
}

}  // namespace tradectl

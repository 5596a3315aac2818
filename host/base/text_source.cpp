#include "host/base/text_source.hpp"

#include "host/base/system_error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>
#include <zlib.h>

namespace tradectl {
namespace {

class PlainSource final : public TextSource {
  public:
    PlainSource(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
    PlainSource(const PlainSource&) = delete;
    PlainSource& operator=(const PlainSource&) = delete;
    ~PlainSource() override { ::close(fd_); }

    Expected<std::size_t> read(std::span<char> out) override {
        ssize_t count = 0;
        do {
            count = ::read(fd_, out.data(), out.size());
        } while (count < 0 && errno == EINTR);
        if (count < 0) return system_failure(errno, path_, "read");
        return static_cast<std::size_t>(count);
    }

  private:
    int fd_;
    std::string path_;
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

class ZipSource final : public TextSource {
  public:
    ZipSource(zip_t* archive, std::string path) : archive_(archive), path_(std::move(path)) {}
    ZipSource(const ZipSource&) = delete;
    ZipSource& operator=(const ZipSource&) = delete;
    ~ZipSource() override {
        if (member_ != nullptr) ::zip_fclose(member_);
        ::zip_discard(archive_);
    }

    /// Opens the first member that is not a directory.
    Status start() {
        const zip_int64_t count = ::zip_get_num_entries(archive_, 0);
        for (zip_int64_t i = 0; i < count; ++i) {
            const char* name = ::zip_get_name(archive_, static_cast<zip_uint64_t>(i), 0);
            if (name == nullptr || std::string_view(name).ends_with('/')) continue;
            member_ = ::zip_fopen_index(archive_, static_cast<zip_uint64_t>(i), 0);
            if (member_ != nullptr) return {};
            return fail(ErrorCode::Corrupt, path_ + ": zip: " + ::zip_strerror(archive_));
        }
        return fail(ErrorCode::Corrupt, path_ + ": zip: no member");
    }

    Expected<std::size_t> read(std::span<char> out) override {
        const zip_int64_t count = ::zip_fread(member_, out.data(), out.size());
        if (count >= 0) return static_cast<std::size_t>(count);
        return fail(ErrorCode::Corrupt, path_ + ": zip: " + ::zip_file_strerror(member_));
    }

  private:
    zip_t* archive_;
    zip_file_t* member_ = nullptr;
    std::string path_;
};

Expected<std::unique_ptr<TextSource>> open_zip(const std::string& path) {
    int code = 0;
    zip_t* archive = ::zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code);
    if (archive == nullptr) {
        zip_error_t error;
        ::zip_error_init_with_code(&error, code);
        std::string message = path + ": zip: " + ::zip_error_strerror(&error);
        ::zip_error_fini(&error);
        return fail(ErrorCode::Corrupt, std::move(message));
    }
    auto source = std::make_unique<ZipSource>(archive, path);
    if (auto done = source->start(); !done) return fail(done.error());
    return std::unique_ptr<TextSource>(std::move(source));
}

}  // namespace

Expected<std::unique_ptr<TextSource>> open_text_source(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return system_failure(errno, path, "open");
    auto plain = std::make_unique<PlainSource>(fd, path);
    struct stat info {};
    if (::fstat(fd, &info) != 0) return system_failure(errno, path, "stat");
    if (S_ISDIR(info.st_mode)) return system_failure(EISDIR, path, "open");

    // A pipe cannot be looked into beforehand: it is read as it comes.
    std::array<char, 4> magic{};
    const ssize_t bytes = ::pread(fd, magic.data(), magic.size(), 0);
    const std::string_view start(magic.data(), bytes < 0 ? 0 : static_cast<std::size_t>(bytes));
    if (start == "PK\x03\x04" || start == "PK\x05\x06") return open_zip(path);
    if (start.starts_with("\x1f\x8b")) {
        auto gzip = std::make_unique<GzipSource>(std::move(plain), path);
        if (auto done = gzip->start(); !done) return fail(done.error());
        return std::unique_ptr<TextSource>(std::move(gzip));
    }
    return std::unique_ptr<TextSource>(std::move(plain));
}

}  // namespace tradectl

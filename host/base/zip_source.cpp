#include "host/base/packed_source.hpp"

#include <atomic>
#include <string_view>
#include <vector>

#include <zip.h>

namespace tradectl {
namespace {

constexpr std::size_t kNamesShownMax = 5;

class ZipSource final : public TextSource {
  public:
    ZipSource(zip_t* archive, std::string path) : archive_(archive), path_(std::move(path)) {}
    ZipSource(const ZipSource&) = delete;
    ZipSource& operator=(const ZipSource&) = delete;
    ~ZipSource() override {
        if (member_ != nullptr) ::zip_fclose(member_);
        ::zip_discard(archive_);
    }

    /// Opens the named member, or the only one; directories do not count.
    Status start(const std::string& wanted) {
        std::vector<zip_uint64_t> members;
        const zip_int64_t count = ::zip_get_num_entries(archive_, 0);
        for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(count < 0 ? 0 : count); ++i) {
            const char* name = ::zip_get_name(archive_, i, 0);
            if (name == nullptr || std::string_view(name).ends_with('/')) continue;
            if (wanted.empty() || wanted == name) members.push_back(i);
        }
        if (members.size() == 1) return open_member(members[0]);
        if (members.size() > 1)
            return fail(ErrorCode::InvalidArgument,
                        path_ + ": zip: " + std::to_string(members.size()) +
                            " members, name one: " + names(members));
        if (wanted.empty()) return fail(ErrorCode::Corrupt, path_ + ": zip: no member");
        return fail(ErrorCode::InvalidArgument, path_ + ": zip: no member \"" + wanted + "\"");
    }

    Expected<std::size_t> read(std::span<char> out) override {
        const zip_int64_t count = ::zip_fread(member_, out.data(), out.size());
        if (count < 0)
            return fail(ErrorCode::Corrupt, path_ + ": zip: " + ::zip_file_strerror(member_));
        // What was unpacked stands for what was read of the file.
        unpacked_done_.fetch_add(static_cast<std::uint64_t>(count), std::memory_order_relaxed);
        return static_cast<std::size_t>(count);
    }
    std::uint64_t bytes_done() const override {
        const std::uint64_t done = unpacked_done_.load(std::memory_order_relaxed);
        if (unpacked_all_ == 0) return 0;
        const double part = static_cast<double>(done) / static_cast<double>(unpacked_all_);
        return static_cast<std::uint64_t>(part * static_cast<double>(packed_all_));
    }
    std::uint64_t bytes_all() const override { return packed_all_; }

  private:
    Status open_member(zip_uint64_t index) {
        zip_stat_t info;
        ::zip_stat_init(&info);
        if (::zip_stat_index(archive_, index, 0, &info) == 0) {
            packed_all_ = info.comp_size;
            unpacked_all_ = info.size;
        }
        member_ = ::zip_fopen_index(archive_, index, 0);
        if (member_ != nullptr) return {};
        return fail(ErrorCode::Corrupt, path_ + ": zip: " + ::zip_strerror(archive_));
    }
    std::string names(const std::vector<zip_uint64_t>& members) {
        std::string text;
        for (std::size_t i = 0; i < members.size() && i < kNamesShownMax; ++i)
            text += std::string(i == 0 ? "" : ", ") + ::zip_get_name(archive_, members[i], 0);
        return members.size() > kNamesShownMax ? text + ", ..." : text;
    }

    zip_t* archive_;
    zip_file_t* member_ = nullptr;
    std::string path_;
    std::uint64_t packed_all_ = 0;
    std::uint64_t unpacked_all_ = 0;
    std::atomic<std::uint64_t> unpacked_done_{0};
};

}  // namespace

Expected<std::unique_ptr<TextSource>> open_zip_source(const std::string& path,
                                                      const std::string& member) {
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
    if (auto done = source->start(member); !done) return fail(done.error());
    return std::unique_ptr<TextSource>(std::move(source));
}

}  // namespace tradectl

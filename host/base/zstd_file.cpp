#include "host/base/zstd_file.hpp"

#include "host/base/assert.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <zstd.h>

namespace tradectl {
namespace {

constexpr int kLevel = 3;
// Written content is synced as it grows: one sync of all of it would hold up others' syncs.
constexpr std::uint64_t kSyncBytes = 1u << 20;

// The seek table: a skippable frame with one entry a frame and a footer.
constexpr std::uint32_t kSkippableMagic = 0x184D2A5E;
constexpr std::uint32_t kSeekableMagic = 0x8F92EAB1;
constexpr std::size_t kSkippableHeaderBytes = 8;
constexpr std::size_t kEntryBytes = 8;
constexpr std::size_t kFooterBytes = 9;
constexpr std::uint64_t kFramesMax = 1u << 20;

void put(std::vector<std::byte>& out, std::uint32_t value) {
    const std::size_t at = out.size();
    out.resize(at + sizeof(value));
    std::memcpy(out.data() + at, &value, sizeof(value));
}

std::uint32_t take(const std::byte* at) {
    std::uint32_t value = 0;
    std::memcpy(&value, at, sizeof(value));
    return value;
}

/// Where a frame stands in the file and in the content.
struct FramePlace {
    std::uint64_t packed_offset = 0;
    std::uint64_t packed_bytes = 0;
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
};

class ZstdFile final : public File {
  public:
    ZstdFile(std::unique_ptr<File> packed, std::string path)
        : packed_(std::move(packed)), path_(std::move(path)) {}

    Status load_table() {
        auto size = packed_->size();
        if (!size) return fail(size.error());
        std::array<std::byte, kFooterBytes> footer{};
        if (*size < kFooterBytes + kSkippableHeaderBytes) return corrupt("no seek table");
        if (auto status = read_packed(*size - kFooterBytes, footer); !status) return status;
        const std::uint64_t count = take(footer.data());
        const bool known = take(footer.data() + 5) == kSeekableMagic && footer[4] == std::byte{0};
        const std::uint64_t table_bytes =
            kSkippableHeaderBytes + count * kEntryBytes + kFooterBytes;
        if (!known || count > kFramesMax || table_bytes > *size) return corrupt("no seek table");
        std::vector<std::byte> table(table_bytes);
        if (auto status = read_packed(*size - table_bytes, table); !status) return status;
        if (take(table.data()) != kSkippableMagic ||
            take(table.data() + 4) != table_bytes - kSkippableHeaderBytes)
            return corrupt("a seek table of another length");
        return place_frames(table, count, *size - table_bytes);
    }

    Expected<std::size_t> read(std::uint64_t offset, std::span<std::byte> out) override {
        std::size_t done = 0;
        while (done < out.size() && offset + done < bytes_) {
            const std::uint64_t at = offset + done;
            auto frame = std::upper_bound(
                frames_.begin(), frames_.end(), at, [](std::uint64_t value, const FramePlace& f) {
                    return value < f.offset + f.bytes;
                });
            if (auto status = unpack(*frame); !status) return fail(status.error());
            const std::uint64_t within = at - frame->offset;
            const std::size_t count =
                std::min<std::uint64_t>(out.size() - done, frame->bytes - within);
            std::memcpy(out.data() + done, content_.data() + within, count);
            done += count;
        }
        return done;
    }
    Expected<std::uint64_t> size() override { return bytes_; }

    Status write(std::uint64_t, std::span<const std::byte>) override { return read_only(); }
    Status sync() override { return read_only(); }
    Status truncate(std::uint64_t) override { return read_only(); }
    Status lock(std::uint64_t, std::uint64_t, Lock) override { return read_only(); }
    Expected<std::byte*> map_shared(std::uint64_t, std::uint64_t) override {
        return fail(read_only().error());
    }

  private:
    [[nodiscard]] Unexpected corrupt(const std::string& why) const {
        return fail(ErrorCode::Corrupt, path_ + ": zstd: " + why);
    }
    [[nodiscard]] Status read_only() const {
        return fail(ErrorCode::Unsupported, path_ + ": a compressed file can only be read");
    }
    Status read_packed(std::uint64_t offset, std::span<std::byte> out) {
        auto count = packed_->read(offset, out);
        if (!count) return fail(count.error());
        if (*count < out.size()) return corrupt("truncated");
        return {};
    }

    Status place_frames(const std::vector<std::byte>& table,
                        std::uint64_t count,
                        std::uint64_t packed_end) {
        std::uint64_t packed_offset = 0;
        for (std::uint64_t i = 0; i < count; ++i) {
            const std::byte* entry = table.data() + kSkippableHeaderBytes + i * kEntryBytes;
            const std::uint64_t packed_bytes = take(entry);
            const std::uint64_t bytes = take(entry + 4);
            if (packed_bytes == 0 || packed_bytes > packed_end - packed_offset || bytes == 0 ||
                bytes > kZstdFrameBytesMax)
                return corrupt("a seek table that does not fit");
            frames_.push_back({packed_offset, packed_bytes, bytes_, bytes});
            packed_offset += packed_bytes;
            bytes_ += bytes;
        }
        if (packed_offset != packed_end) return corrupt("a seek table that does not fit");
        return {};
    }

    Status unpack(const FramePlace& frame) {
        if (held_ == &frame) return {};
        held_ = nullptr;
        std::vector<std::byte> packed(frame.packed_bytes);
        if (auto status = read_packed(frame.packed_offset, packed); !status) return status;
        content_.resize(frame.bytes);
        const std::size_t count =
            ::ZSTD_decompress(content_.data(), content_.size(), packed.data(), packed.size());
        if (::ZSTD_isError(count)) return corrupt(::ZSTD_getErrorName(count));
        if (count != content_.size()) return corrupt("a frame of another length");
        held_ = &frame;
        return {};
    }

    std::unique_ptr<File> packed_;
    std::string path_;
    std::vector<FramePlace> frames_;
    std::uint64_t bytes_ = 0;
    std::vector<std::byte> content_;  // of `held_`
    const FramePlace* held_ = nullptr;
};

struct FreeContext {
    void operator()(ZSTD_CCtx* context) const { ::ZSTD_freeCCtx(context); }
};

/// Each thread keeps one: it holds a megabyte of tables.
ZSTD_CCtx* thread_context() {
    static thread_local const std::unique_ptr<ZSTD_CCtx, FreeContext> kContext(::ZSTD_createCCtx());
    TRADECTL_ASSERT(kContext != nullptr);
    return kContext.get();
}

}  // namespace

Expected<std::unique_ptr<File>> open_zstd_file(std::unique_ptr<File> packed,
                                               const std::string& path) {
    auto file = std::make_unique<ZstdFile>(std::move(packed), path);
    if (auto status = file->load_table(); !status) return fail(status.error());
    return std::unique_ptr<File>(std::move(file));
}

Expected<std::unique_ptr<ZstdFileWriter>> ZstdFileWriter::create(Disk& disk,
                                                                 const std::string& path) {
    auto file = disk.open(path, {.write = true, .create = true});
    if (!file) return fail(file.error());
    if (auto status = (*file)->truncate(0); !status) return fail(status.error());
    return std::unique_ptr<ZstdFileWriter>(new ZstdFileWriter(std::move(*file)));
}

Status ZstdFileWriter::add(std::span<const std::byte> content) {
    TRADECTL_ASSERT(!content.empty() && content.size() <= kZstdFrameBytesMax);
    ZSTD_CCtx* const context = thread_context();
    TRADECTL_ASSERT(
        !::ZSTD_isError(::ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, kLevel)) &&
        !::ZSTD_isError(::ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)));
    packed_.resize(::ZSTD_compressBound(content.size()));
    const std::size_t bytes =
        ::ZSTD_compress2(context, packed_.data(), packed_.size(), content.data(), content.size());
    TRADECTL_ASSERT(!::ZSTD_isError(bytes));
    if (auto status = file_->write(offset_, std::span(packed_).first(bytes)); !status)
        return status;
    offset_ += bytes;
    frames_.push_back(
        {static_cast<std::uint32_t>(bytes), static_cast<std::uint32_t>(content.size())});
    if (offset_ - synced_ < kSyncBytes) return {};
    synced_ = offset_;
    return file_->sync();
}

Status ZstdFileWriter::finish() {
    std::vector<std::byte> table;
    put(table, kSkippableMagic);
    put(table, static_cast<std::uint32_t>(frames_.size() * kEntryBytes + kFooterBytes));
    for (const Frame& frame : frames_) {
        put(table, frame.packed_bytes);
        put(table, frame.bytes);
    }
    put(table, static_cast<std::uint32_t>(frames_.size()));
    table.push_back(std::byte{0});  // no checksums here: the frames have them
    put(table, kSeekableMagic);
    if (auto status = file_->write(offset_, table); !status) return status;
    return file_->sync();
}

}  // namespace tradectl

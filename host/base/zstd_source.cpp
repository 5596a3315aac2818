#include "host/base/packed_source.hpp"

#include <array>

#include <zstd.h>

namespace tradectl {
namespace {

/// Larger windows than this are refused: a file must not choose how much memory it takes.
constexpr int kWindowLogMax = 27;

class ZstdSource final : public TextSource {
  public:
    ZstdSource(std::unique_ptr<TextSource> packed, std::string path)
        : packed_(std::move(packed)), path_(std::move(path)), stream_(::ZSTD_createDStream()) {}
    ZstdSource(const ZstdSource&) = delete;
    ZstdSource& operator=(const ZstdSource&) = delete;
    ~ZstdSource() override { ::ZSTD_freeDStream(stream_); }

    Status start() {
        if (stream_ != nullptr &&
            !::ZSTD_isError(::ZSTD_DCtx_setParameter(stream_, ZSTD_d_windowLogMax, kWindowLogMax)))
            return {};
        return fail(ErrorCode::Io, path_ + ": zstd: cannot start");
    }

    Expected<std::size_t> read(std::span<char> out) override {
        ZSTD_outBuffer unpacked{out.data(), out.size(), 0};
        while (unpacked.pos == 0) {
            if (in_.pos == in_.size && !flushing_) {
                const auto count = packed_->read(input_);
                if (!count) return count;
                in_ = {input_.data(), *count, 0};
                if (*count == 0) {
                    if (between_frames_) return std::size_t{0};
                    return fail(ErrorCode::Corrupt, path_ + ": zstd: truncated");
                }
            }
            const std::size_t rest = ::ZSTD_decompressStream(stream_, &unpacked, &in_);
            if (::ZSTD_isError(rest))
                return fail(ErrorCode::Corrupt, path_ + ": zstd: " + ::ZSTD_getErrorName(rest));
            between_frames_ = rest == 0;
            // A full output may have left bytes inside of the stream.
            flushing_ = rest != 0 && unpacked.pos == unpacked.size;
        }
        return unpacked.pos;
    }
    std::uint64_t bytes_done() const override { return packed_->bytes_done(); }
    std::uint64_t bytes_all() const override { return packed_->bytes_all(); }

  private:
    std::unique_ptr<TextSource> packed_;
    std::string path_;
    ZSTD_DStream* stream_;
    std::array<char, 65536> input_{};
    ZSTD_inBuffer in_{input_.data(), 0, 0};
    bool between_frames_ = false;
    bool flushing_ = false;
};

}  // namespace

Expected<std::unique_ptr<TextSource>> open_zstd_source(std::unique_ptr<TextSource> packed,
                                                       const std::string& path) {
    auto source = std::make_unique<ZstdSource>(std::move(packed), path);
    if (auto done = source->start(); !done) return fail(done.error());
    return std::unique_ptr<TextSource>(std::move(source));
}

bool is_zstd_skippable(std::string_view start) {
    // RFC 8878, section 3.1.2: 0x184D2A50 to 0x184D2A5F, little-endian.
    return start.size() == 4 && (static_cast<unsigned char>(start[0]) & 0xf0u) == 0x50 &&
           start.substr(1) == "\x2a\x4d\x18";
}

}  // namespace tradectl

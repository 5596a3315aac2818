#include "host/ledger/export_part.hpp"

#include "host/base/assert.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::ledger {
namespace {

constexpr std::size_t kPieceBytes = 4 * 1024 * 1024;
constexpr std::size_t kWindowBytes = 1024 * 1024;

}  // namespace

Expected<ExportPart> ExportPart::create(Disk& disk, const std::string& path) {
    auto file = disk.open(path, {.write = true, .create = true, .exclusive = true});
    if (!file) return fail(file.error());
    return ExportPart(std::move(*file));
}

Status ExportPart::append(std::string_view text) {
    waiting_ += text;
    return waiting_.size() < kPieceBytes ? Status{} : finish();
}

Status ExportPart::finish() {
    if (waiting_.empty()) return {};
    const auto bytes = std::as_bytes(std::span(waiting_.data(), waiting_.size()));
    if (auto done = file_->write(written_, bytes); !done) return done;
    written_ += waiting_.size();
    waiting_.clear();
    return {};
}

Expected<std::string_view> ExportPart::read(std::uint64_t offset, std::size_t bytes) {
    TRADECTL_ASSERT(bytes <= kWindowBytes && offset + bytes <= size());
    if (offset >= written_)
        return std::string_view(waiting_).substr(static_cast<std::size_t>(offset - written_),
                                                 bytes);
    if (offset < window_from_ || offset + bytes > window_from_ + window_.size()) {
        window_.resize(std::min<std::uint64_t>(kWindowBytes, written_ - offset));
        window_from_ = offset;
        const auto count = file_->read(offset, std::as_writable_bytes(std::span(window_)));
        if (!count) return fail(count.error());
        if (*count != window_.size())
            return fail(ErrorCode::Corrupt, "export: a part is shorter than what was written");
    }
    return std::string_view(window_.data() + (offset - window_from_), bytes);
}

Status ExportPart::append_part(ExportPart& other) {
    for (std::uint64_t offset = 0; offset < other.written_;) {
        const auto bytes = std::min<std::uint64_t>(kWindowBytes, other.written_ - offset);
        const auto text = other.read(offset, bytes);
        if (!text) return fail(text.error());
        if (auto done = append(*text); !done) return done;
        offset += bytes;
    }
    return append(other.waiting_);
}

}  // namespace tradectl::ledger

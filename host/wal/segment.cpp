#include "host/wal/segment.hpp"

#include "host/base/assert.hpp"
#include "host/base/mutant.hpp"
#include "host/base/zstd_file.hpp"

#include <algorithm>
#include <array>

namespace tradectl::wal {
namespace {

constexpr std::string_view kArchiveEnding = ".zst";

std::uint32_t number_in(std::string_view name) {
    if (name.ends_with(kArchiveEnding)) name.remove_suffix(kArchiveEnding.size());
    return segment_number(name);
}

}  // namespace

std::string segment_path(const std::string& directory, std::uint32_t segment) {
    return directory + "/" + segment_name(segment);
}

std::string archive_path(const std::string& directory, std::uint32_t segment) {
    return segment_path(directory, segment) + std::string(kArchiveEnding);
}

Expected<std::vector<std::uint32_t>> find_segments(Disk& disk, const std::string& directory) {
    auto there = disk.exists(directory);
    if (!there) return fail(there.error());
    std::vector<std::uint32_t> segments;
    if (!*there) return segments;
    auto names = disk.list(directory);
    if (!names) return fail(names.error());
    for (const std::string& name : *names) {
        if (const std::uint32_t number = number_in(name); number != 0) segments.push_back(number);
    }
    std::sort(segments.begin(), segments.end());
    // One that is just being archived has both forms for a moment.
    segments.erase(std::unique(segments.begin(), segments.end()), segments.end());
    return segments;
}

Expected<std::vector<std::uint32_t>> list_segments(Disk& disk, const std::string& directory) {
    auto found = find_segments(disk, directory);
    if (!found) return found;
    const auto& segments = *found;
    for (std::size_t i = 1; i < segments.size(); ++i) {
        if (segments[i] == segments[i - 1] + 1 || mutant("wal.missing_segment")) continue;
        return fail(ErrorCode::Corrupt,
                    "wal: segment " + std::to_string(segments[i - 1] + 1) + " is missing in " +
                        directory + ", segment " + std::to_string(segments[i]) + " is there");
    }
    return found;
}

// The plain form first: it goes only after the other is there.
Expected<OpenSegment> open_file_of(Disk& disk,
                                   const std::string& directory,
                                   std::uint32_t segment) {
    OpenSegment open;
    std::string path = segment_path(directory, segment);
    auto file = disk.open(path, {});
    if (!file && file.error().code == ErrorCode::NotFound) {
        path = archive_path(directory, segment);
        open.archived = Archived::Yes;
        file = disk.open(path, {});
    }
    if (!file) return fail(file.error());
    auto bytes = (*file)->size();
    if (!bytes) return fail(bytes.error());
    open.disk_bytes = *bytes;
    if (open.archived == Archived::Yes) file = open_zstd_file(std::move(*file), path);
    if (!file) return fail(file.error());
    open.file = std::move(*file);
    return open;
}

Expected<OpenSegment> open_segment(Disk& disk,
                                   const std::string& directory,
                                   std::uint32_t segment) {
    auto opened = open_file_of(disk, directory, segment);
    if (!opened) return opened;
    OpenSegment& open = *opened;
    auto size = open.file->size();
    if (!size) return fail(size.error());
    std::array<std::byte, kPageBytes> page{};
    auto count = open.file->read(0, page);
    if (!count) return fail(count.error());
    open.pages = static_cast<std::uint32_t>(*size / kPageBytes);
    open.state = read_segment_header(page, open.header);
    if (open.state == PageState::BadField && open.header.version > kFormatVersion) {
        return fail(ErrorCode::Unsupported,
                    "wal: segment " + std::to_string(segment) + ": format version " +
                        std::to_string(open.header.version) + " is newer than " +
                        std::to_string(kFormatVersion) + ", which this program reads");
    }
    const bool fits = (open.header.segment == segment || mutant("wal.segment_number")) &&
                      std::uint64_t{open.header.pages} * kPageBytes == *size;
    if (open.state == PageState::Valid && !fits) open.state = PageState::BadField;
    return opened;
}

Status remove_segment(Disk& disk, const std::string& directory, std::uint32_t segment) {
    for (const std::string& path :
         {archive_path(directory, segment), segment_path(directory, segment)}) {
        auto there = disk.exists(path);
        if (!there) return fail(there.error());
        if (!*there) continue;
        if (auto status = disk.remove(path); !status) return status;
    }
    return {};
}

Expected<std::uint32_t> drop_segments_before(Disk& disk,
                                             const std::string& directory,
                                             WalSequence sequence) {
    auto segments = list_segments(disk, directory);
    if (!segments) return fail(segments.error());
    std::uint32_t dropped = 0;
    for (std::size_t i = 0; i + 2 < segments->size(); ++i, ++dropped) {
        auto next = open_segment(disk, directory, (*segments)[i + 1]);
        if (!next) return fail(next.error());
        if (next->state != PageState::Valid || next->header.first_sequence > sequence) break;
        if (auto status = remove_segment(disk, directory, (*segments)[i]); !status)
            return fail(status.error());
    }
    if (dropped == 0) return dropped;
    if (auto status = disk.sync_directory(directory); !status) return fail(status.error());
    return dropped;
}

SegmentMaker::SegmentMaker(
    Disk& disk, std::string directory, std::uint32_t segment, std::uint64_t bytes, SegmentFill fill)
    : disk_(disk),
      directory_(std::move(directory)),
      path_(segment_path(directory_, segment)),
      bytes_(bytes),
      fill_(fill) {}

Status SegmentMaker::adopt() {
    auto there = disk_.exists(path_);
    if (!there) return fail(there.error());
    if (!*there) return {};
    auto file = disk_.open(path_, {.write = true});
    if (!file) return fail(file.error());
    auto size = (*file)->size();
    if (!size) return fail(size.error());
    if (*size != bytes_) return disk_.remove(path_);
    filled_ = *size;
    file_ = std::move(*file);
    ready_ = true;
    return {};
}

Status SegmentMaker::start() {
    auto file = disk_.open(path_ + ".tmp", {.write = true, .create = true});
    if (!file) return fail(file.error());
    if (auto status = (*file)->truncate(0); !status) return status;
    file_ = std::move(*file);
    return {};
}

Status SegmentMaker::finish() {
    if (auto status = disk_.rename(path_ + ".tmp", path_); !status) return status;
    const bool sync = !mutant("wal.sync_segment_directory");
    if (auto status = sync ? disk_.sync_directory(directory_) : Status{}; !status) return status;
    auto file = disk_.open(path_, {.write = true});
    if (!file) return fail(file.error());
    file_ = std::move(*file);
    ready_ = true;
    return {};
}

Status SegmentMaker::fill_some() {
    const std::uint64_t rest = bytes_ - filled_;
    const std::uint64_t count =
        fill_ == SegmentFill::Sparse ? rest : std::min(kPrefillStepBytes, rest);
    if (fill_ == SegmentFill::Sparse) {
        if (auto status = file_->truncate(bytes_); !status) return status;
    } else {
        const std::vector<std::byte> zeros(count);
        if (auto status = file_->write(filled_, zeros); !status) return status;
    }
    if (auto status = mutant("wal.sync_fill") ? Status{} : file_->sync(); !status) return status;
    filled_ += count;
    return {};
}

Status SegmentMaker::step() {
    TRADECTL_ASSERT(!ready_);
    if (!file_) {
        if (auto status = start(); !status) return status;
    }
    if (filled_ < bytes_) {
        if (auto status = fill_some(); !status) return status;
    }
    return filled_ == bytes_ ? finish() : Status{};
}

}  // namespace tradectl::wal

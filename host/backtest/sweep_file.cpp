#include "host/backtest/sweep_file.hpp"

#include "host/base/assert.hpp"
#include "host/base/lock_wait.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace tradectl::backtest {
namespace {

constexpr std::size_t kChunkBytes = 256u << 10;
constexpr std::size_t kLineBytesMax = 16u << 20;

/// Adds the bytes behind `offset` to `text`; how many there were.
Expected<std::size_t> read_more(File& file, std::uint64_t offset, std::string& text) {
    const std::size_t before = text.size();
    text.resize(before + kChunkBytes);
    const auto bytes = std::as_writable_bytes(std::span(text).subspan(before));
    auto count = file.read(offset, bytes);
    text.resize(before + (count ? *count : 0));
    return count;
}

/// A directory of other files is not taken for a sweep's.
Status check_place(Disk& disk, const std::string& directory) {
    auto there = disk.exists(directory);
    if (!there) return fail(there.error());
    if (!*there) return {};
    const auto names = disk.list(directory);
    if (!names) return fail(names.error());
    if (names->empty() || std::find(names->begin(), names->end(), "sweep.jsonl") != names->end())
        return {};
    return fail(ErrorCode::Usage,
                directory + ": not empty and not a sweep's: there is no sweep.jsonl in it");
}

}  // namespace

Expected<SweepFile> SweepFile::open(Disk& disk,
                                    const std::string& directory,
                                    const Json& head,
                                    const Seen& seen,
                                    std::int64_t lock_wait_ns) {
    if (auto fit = check_place(disk, directory); !fit) return fail(fit.error());
    if (auto made = disk.make_directory(directory); !made) return fail(made.error());
    std::string path = directory + "/sweep.jsonl";
    auto file = disk.open(path, {.write = true, .create = true});
    if (!file) return fail(file.error());
    if (auto locked = lock_byte(**file, 0, lock_wait_ns); !locked) {
        if (locked.error().code != ErrorCode::Locked) return fail(locked.error());
        return fail(ErrorCode::Locked,
                    path + ": another sweep writes there: stop it, or wait with --lock-wait");
    }
    SweepFile out(std::move(path), std::move(*file));
    if (auto loaded = out.load(head, seen); !loaded) return fail(loaded.error());
    if (out.lines_ > 0) return out;
    if (auto started = out.append(head); !started) return fail(started.error());
    if (auto synced = disk.sync_directory(directory); !synced) return fail(synced.error());
    return out;
}

Status SweepFile::load(const Json& head, const Seen& seen) {
    std::string text;
    std::uint64_t read_to = 0;
    for (;;) {
        const auto count = read_more(*file_, read_to, text);
        if (!count) return fail(count.error());
        read_to += *count;
        std::size_t at = 0;
        for (std::size_t end = 0; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
            const std::string_view line = std::string_view(text).substr(at, end - at);
            if (auto taken = take(line, size_, head, seen); !taken) return taken;
            size_ += line.size() + 1;
        }
        text.erase(0, at);
        if (*count == 0) break;
        if (text.size() > kLineBytesMax)
            return fail(ErrorCode::Corrupt,
                        path_ + ":" + std::to_string(lines_ + 1) + ": the line is too long");
    }
    // What a stop in the middle of a write left.
    return text.empty() ? Status() : file_->truncate(size_);
}

Status SweepFile::take(std::string_view text,
                       std::uint64_t offset,
                       const Json& head,
                       const Seen& seen) {
    ++lines_;
    const std::string where = path_ + ":" + std::to_string(lines_) + ": ";
    const auto line = parse_json(text);
    if (!line) return fail(ErrorCode::Corrupt, where + line.error().message);
    if (lines_ == 1) {
        if (*line == head) return {};
        return fail(ErrorCode::BadState, where + "another sweep's results are there");
    }
    const Json* job = line->find("job");
    if (job == nullptr || !job->as_integer() || *job->as_integer() < 0)
        return fail(ErrorCode::Corrupt, where + "no job number");
    auto told = seen(*line, offset);
    if (told) return {};
    return fail(told.error().code, where + told.error().message);
}

Expected<std::uint64_t> SweepFile::append(const Json& line) {
    const std::string text = line.dump() + "\n";
    const std::uint64_t offset = size_;
    if (auto written = file_->write(offset, std::as_bytes(std::span(text))); !written)
        return fail(written.error());
    if (auto synced = file_->sync(); !synced) return fail(synced.error());
    size_ += text.size();
    ++lines_;
    return offset;
}

Expected<Json> SweepFile::read(std::uint64_t offset) const {
    TRADECTL_ASSERT(offset < size_);
    std::string text;
    std::size_t end = std::string::npos;
    while (end == std::string::npos) {
        const auto count = read_more(*file_, offset + text.size(), text);
        if (!count) return fail(count.error());
        if (*count == 0) return fail(ErrorCode::Corrupt, path_ + ": ends within a line");
        end = text.find('\n');
    }
    auto line = parse_json(std::string_view(text).substr(0, end));
    if (!line) return fail(ErrorCode::Corrupt, path_ + ": " + line.error().message);
    return line;
}

}  // namespace tradectl::backtest

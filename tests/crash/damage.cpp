#include "host/base/assert.hpp"
#include "host/wal/reader.hpp"
#include "host/wal/segment.hpp"
#include "tests/crash/oracle.hpp"
#include "tests/crash/proof.hpp"
#include "tests/crash/trace.hpp"

#include <algorithm>

namespace tradectl::crash {
namespace {

/// One segment file of an image.
struct Part {
    std::string path;
    FileId file = 0;
    std::uint64_t bytes = 0;
    /// Bytes from the front that a witness covers: changing any of them loses data.
    std::uint64_t witnessed = 0;
};

/// The end of a script's run, whole, and its damages.
class DamageProof {
  public:
    DamageProof(Proof& proof, const Script& script)
        : proof_(proof), script_(script), walk_(script.steps, "/ack") {
        while (walk_.next()) {
        }
        // The process died, the machine did not: nothing is lost.
        for (const Pending& change : walk_.pending())
            TraceWalk::apply(change, whole_);
        for (const Pending& mark : walk_.apart_writes())
            TraceWalk::apply(mark, whole_);
        find_parts();
    }

    void run() {
        flip_bytes();
        zero_sectors();
        swap_pages();
        lose_and_double_files();
        cut_files();
    }

  private:
    void find_parts() {
        ImageDisk disk(walk_.image());
        auto log = wal::open_log(disk, kDirectory);
        TRADECTL_ASSERT(log.has_value() && log->tail().state == wal::TailState::Clean);
        const auto numbers = wal::list_segments(disk, kDirectory);
        TRADECTL_ASSERT(numbers.has_value());
        for (const std::uint32_t number : *numbers) {
            if (number > log->tail().segment) break;
            Part part{.path = wal::segment_path(kDirectory, number)};
            const auto* content = walk_.image().find(part.path);
            if (content == nullptr) {
                part.path = wal::archive_path(kDirectory, number);
                content = walk_.image().find(part.path);
            }
            part.file = walk_.image().names[part.path];
            part.bytes = content->size();
            part.witnessed = log->tail().page * wal::kPageBytes;
            if (number < log->tail().segment) {
                auto next = wal::open_segment(disk, kDirectory, number + 1);
                part.witnessed = next->header.previous_pages * wal::kPageBytes;
            }
            // Of a compressed file not every byte counts.
            if (part.path.ends_with(".zst")) part.witnessed = 0;
            parts_.push_back(part);
        }
    }

    // Looks at the image as it is now.
    void look(bool must_be_noticed, const std::string& what) {
        if (!proof_.wants_next()) return;
        ImageDisk disk(walk_.image());
        const auto failure = must_be_noticed
                                 ? check_noticed(disk, script_)
                                 : check_never_wrong(disk, script_, script_.values.size() - 1);
        proof_.count_lazily(failure, [&] { return "damage:" + script_.name + ":" + what; });
    }
    [[nodiscard]] std::vector<std::byte>& content(const Part& part) {
        return walk_.image().contents[part.file];
    }

    void flip_bytes() {
        for (const Part& part : parts_) {
            for (std::uint64_t at = 0; at < part.bytes; ++at) {
                // Behind what counts a look here and there is enough.
                if (at >= part.witnessed && part.witnessed != 0 && at % 97 != 0) continue;
                Changes changes(walk_.image());
                const std::byte flipped = content(part)[at] ^ static_cast<std::byte>(1 << at % 8);
                changes.write(part.file, at, &flipped, 1);
                look(at < part.witnessed, "flip:" + part.path + ":" + std::to_string(at));
            }
        }
    }

    void zero_sectors() {
        const std::vector<std::byte> zeros(kSectorBytes);
        for (const Part& part : parts_) {
            for (std::uint64_t at = 0; at < part.bytes; at += kSectorBytes) {
                const auto from = content(part).begin() + static_cast<std::ptrdiff_t>(at);
                const std::size_t count = std::min<std::uint64_t>(kSectorBytes, part.bytes - at);
                const bool zero = std::all_of(from,
                                              from + static_cast<std::ptrdiff_t>(count),
                                              [](std::byte b) { return b == std::byte{0}; });
                Changes changes(walk_.image());
                changes.write(part.file, at, zeros.data(), count);
                look(!zero && at < part.witnessed, "zero:" + part.path + ":" + std::to_string(at));
            }
        }
    }

    void swap_pages() {
        std::vector<std::pair<const Part*, std::uint64_t>> pages;
        for (const Part& part : parts_) {
            for (std::uint64_t at = 0; at < part.witnessed; at += wal::kPageBytes)
                pages.emplace_back(&part, at);
        }
        for (std::size_t i = 0; i < pages.size(); ++i) {
            for (std::size_t j = i + 1; j < pages.size(); ++j) {
                const auto page_of = [&](std::size_t k) {
                    const auto from = content(*pages[k].first).begin() +
                                      static_cast<std::ptrdiff_t>(pages[k].second);
                    return std::vector<std::byte>(from, from + wal::kPageBytes);
                };
                const auto first = page_of(i);
                const auto second = page_of(j);
                Changes changes(walk_.image());
                changes.write(pages[i].first->file, pages[i].second, second.data(), second.size());
                changes.write(pages[j].first->file, pages[j].second, first.data(), first.size());
                look(true, "swap:" + std::to_string(i) + ":" + std::to_string(j));
            }
        }
    }

    void lose_and_double_files() {
        for (const Part& part : parts_) {
            Changes changes(walk_.image());
            changes.unname(part.path);
            look(true, "missing:" + part.path);
        }
        for (const Part& from : parts_) {
            for (const Part& to : parts_) {
                if (&from == &to) continue;
                Changes changes(walk_.image());
                changes.name(to.path, from.file);
                look(true, "doubled:" + from.path + ":" + to.path);
            }
            Changes changes(walk_.image());
            const auto number = static_cast<std::uint32_t>(parts_.size() + 1);
            changes.name(wal::segment_path(kDirectory, number), from.file);
            look(!from.path.ends_with(".zst"), "doubled:" + from.path + ":next");
        }
    }

    void cut_files() {
        for (const Part& part : parts_) {
            for (std::uint64_t size = 0; size < part.bytes; size += kSectorBytes) {
                Changes changes(walk_.image());
                changes.resize(part.file, size);
                look(true, "cut:" + part.path + ":" + std::to_string(size));
            }
        }
    }

    Proof& proof_;
    const Script& script_;
    TraceWalk walk_;
    Changes whole_{walk_.image()};
    std::vector<Part> parts_;
};

}  // namespace

void prove_damage(Proof& proof, const Script& script) {
    DamageProof(proof, script).run();
}

}  // namespace tradectl::crash

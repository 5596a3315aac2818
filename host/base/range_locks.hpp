/// Locks on ranges of a file in memory: what File::lock means, between Files of one process.
#pragma once

#include "host/base/disk.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace tradectl {

/// Ranges are first and last byte, both included. The caller holds the file's mutex.
class RangeLocks {
  public:
    /// Moves the owner's lock on a range to `kind`; false when another owner is in the way.
    bool move(const void* owner, std::uint64_t first, std::uint64_t last, File::Lock kind) {
        const bool blocked = std::any_of(ranges_.begin(), ranges_.end(), [&](const Range& range) {
            const bool clash = kind == File::Lock::Exclusive || range.kind == File::Lock::Exclusive;
            const bool meets = range.first <= last && range.last >= first;
            return kind != File::Lock::None && range.owner != owner && clash && meets;
        });
        if (blocked) return false;
        cut(owner, first, last);
        if (kind != File::Lock::None) ranges_.push_back({owner, first, last, kind});
        return true;
    }

  private:
    struct Range {
        const void* owner;
        std::uint64_t first;
        std::uint64_t last;
        File::Lock kind;
    };

    void cut(const void* owner, std::uint64_t first, std::uint64_t last) {
        std::vector<Range> kept;
        for (const Range& range : ranges_) {
            if (range.owner != owner || range.first > last || range.last < first) {
                kept.push_back(range);
                continue;
            }
            if (range.first < first) kept.push_back({owner, range.first, first - 1, range.kind});
            if (range.last > last) kept.push_back({owner, last + 1, range.last, range.kind});
        }
        ranges_ = std::move(kept);
    }

    std::vector<Range> ranges_;
};

}  // namespace tradectl

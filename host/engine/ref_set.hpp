/// Which order refs an instance has used.
#pragma once

#include <tradectl/ids.hpp>

#include <cstdint>
#include <iterator>
#include <map>

namespace tradectl::engine {

/// A set of refs kept as ranges: refs that are counted up, as most strategies do, cost no memory.
/// [engine]
class RefSet {
  public:
    enum class Insertion { Added, Duplicate, Full };
    /// Ranges kept at most; refs strewn wider than that are refused.
    static constexpr std::size_t kRangesMax = 65'536;

    /// Every ref up to `last` counts as used: what earlier sessions may have taken.
    void take_up_to(OrderRef last) {
        if (last.value == 0) return;
        ranges_.clear();
        ranges_[0] = last.value;
    }

    Insertion insert(OrderRef ref) {
        auto after = ranges_.upper_bound(ref.value);
        auto before = after == ranges_.begin() ? ranges_.end() : std::prev(after);
        if (before != ranges_.end() && ref.value <= before->second) return Insertion::Duplicate;
        const bool joins_before = before != ranges_.end() && before->second + 1 == ref.value;
        const bool joins_after = after != ranges_.end() && ref.value + 1 == after->first;
        if (!joins_before && !joins_after && ranges_.size() == kRangesMax) return Insertion::Full;
        std::uint64_t last = ref.value;
        if (joins_after) {
            last = after->second;
            ranges_.erase(after);
        }
        if (joins_before) {
            before->second = last;
        } else {
            ranges_[ref.value] = last;
        }
        return Insertion::Added;
    }

    /// One above the highest ref in use.
    [[nodiscard]] OrderRef next_free() const {
        return {ranges_.empty() ? 1 : std::prev(ranges_.end())->second + 1};
    }

  private:
    std::map<std::uint64_t, std::uint64_t> ranges_;  // first -> last, never touching
};

}  // namespace tradectl::engine

#include "host/market/id_set.hpp"

#include <algorithm>
#include <iterator>

namespace tradectl::market {

void IdSet::push(Run run) {
    if (runs_.size() >= runs_max_)
        runs_.erase(runs_.begin(), runs_.begin() + static_cast<std::ptrdiff_t>(runs_.size() / 2));
    runs_.push_back(run);
}

/// For a number at or below the highest.
bool IdSet::insert(std::uint64_t id) {
    const auto run = std::partition_point(
        runs_.begin(), runs_.end(), [id](const Run& each) { return each.last < id; });
    if (run->first <= id) return false;
    const auto before = run == runs_.begin() ? runs_.end() : std::prev(run);
    const bool joins_before = before != runs_.end() && before->last + 1 == id;
    const bool joins_after = run->first == id + 1;
    if (joins_before && joins_after) {
        before->last = run->last;
        runs_.erase(run);
    } else if (joins_before) {
        before->last = id;
    } else if (joins_after) {
        run->first = id;
    } else {
        runs_.insert(run, {id, id});
    }
    return true;
}

}  // namespace tradectl::market

#include "followed_wallet.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::polymarket {

namespace {
Timestamp whole_second(Timestamp time) {
    return Timestamp{time.ns() - time.ns() % kNsPerSecond};
}
}  // namespace

FollowedWallet::FollowedWallet(Timestamp from, Limits limits)
    : limits_(limits), floor_(whole_second(from)) {}

std::vector<FollowedFill> FollowedWallet::take(std::vector<ActivityRow> rows, Timestamp now) {
    std::stable_sort(
        rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
    std::vector<FollowedFill> news;
    ActivityNames names;
    Timestamp newest = floor_;
    for (ActivityRow& row : rows) {
        std::string id = names.name(row);
        if (row.time < floor_ || told_.contains(id)) continue;
        newest = std::max(newest, std::min(row.time, now));
        told_.insert(id);
        by_time_.emplace(row.time.ns(), id);
        news.push_back({std::move(row), std::move(id)});
    }
    raise(whole_second(newest.plus_ns(-limits_.overlap_ns)));
    // Whole seconds go: of one that is kept in part a read would tell rows again.
    while (told_.size() > limits_.ids_max) {
        ++lost_sight_;
        raise(whole_second(Timestamp{by_time_.begin()->first}).plus_ns(kNsPerSecond));
    }
    return news;
}

void FollowedWallet::raise(Timestamp floor) {
    floor_ = std::max(floor_, floor);
    while (!by_time_.empty() && by_time_.begin()->first < floor_.ns()) {
        told_.erase(by_time_.begin()->second);
        by_time_.erase(by_time_.begin());
    }
}

std::int64_t PollPace::after_news() {
    failed_ = false;
    return wait_ns_ = limits_.shortest_ns;
}

std::int64_t PollPace::after_nothing() {
    if (std::exchange(failed_, false)) wait_ns_ = limits_.shortest_ns;
    const std::int64_t longer = wait_ns_ + wait_ns_ / 4;
    return wait_ns_ = std::clamp(longer, limits_.shortest_ns, limits_.idle_ns);
}

std::int64_t PollPace::after_failure() {
    if (!std::exchange(failed_, true)) wait_ns_ = limits_.shortest_ns;
    return wait_ns_ = std::clamp(wait_ns_ * 2, limits_.shortest_ns, limits_.failed_ns);
}

}  // namespace tradectl::polymarket

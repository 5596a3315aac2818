#include "watermark.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::copy_trader {

Watermark::Verdict Watermark::look(Timestamp time, std::string_view id) const {
    if (times_.find(id) != times_.end()) return Verdict::Seen;
    return time <= floor_ ? Verdict::TooLate : Verdict::New;
}

void Watermark::put(Timestamp time, std::string_view id) {
    if (times_.emplace(id, time).second) by_time_.emplace(time.ns(), id);
}

std::vector<std::string> Watermark::take(Timestamp time, std::string_view id, Timestamp now) {
    std::vector<std::string> dropped;
    put(time, id);
    raise(std::min(time, now).plus_ns(-limits_.grace_ns - 1), dropped);
    while (times_.size() > limits_.ids_max)
        raise(Timestamp{by_time_.begin()->first}, dropped);
    return dropped;
}

void Watermark::raise(Timestamp floor, std::vector<std::string>& dropped) {
    floor_ = std::max(floor_, floor);
    while (!by_time_.empty() && by_time_.begin()->first <= floor_.ns()) {
        const auto oldest = by_time_.begin();
        times_.erase(oldest->second);
        dropped.push_back(std::move(oldest->second));
        by_time_.erase(oldest);
    }
}

}  // namespace tradectl::copy_trader

#include "host/net/rate_bucket.hpp"

#include <tradectl/timestamp.hpp>

#include <algorithm>
#include <cmath>

namespace tradectl::net {

TokenBucket::TokenBucket(double per_second, double burst, std::int64_t now_ns)
    : per_ns_(std::max(per_second, 0.0) / static_cast<double>(kNsPerSecond)),
      burst_(std::max(burst, 1.0)),
      tokens_(burst_),
      at_ns_(now_ns) {}

double TokenBucket::tokens_at(std::int64_t now_ns) const {
    const auto passed = static_cast<double>(std::max<std::int64_t>(now_ns - at_ns_, 0));
    return std::min(burst_, tokens_ + passed * per_ns_);
}

std::int64_t TokenBucket::closed_ns(std::int64_t now_ns) const {
    return closed_until_ns_ <= now_ns ? 0 : closed_until_ns_ - now_ns;
}

std::int64_t TokenBucket::wait_ns(std::uint32_t weight, std::int64_t now_ns) const {
    const std::int64_t closed = closed_ns(now_ns);
    if (per_ns_ <= 0) return closed;
    // A call that weighs more than the bucket holds goes when the bucket is full.
    const double missing = std::min<double>(weight, burst_) - tokens_at(now_ns);
    if (missing <= 0) return closed;
    return std::max(closed, static_cast<std::int64_t>(std::ceil(missing / per_ns_)));
}

std::int64_t TokenBucket::take(std::uint32_t weight, std::int64_t now_ns) {
    const std::int64_t wait = wait_ns(weight, now_ns);
    tokens_ = tokens_at(now_ns) - static_cast<double>(weight);
    at_ns_ = std::max(at_ns_, now_ns);
    return wait;
}

void TokenBucket::close_until(std::int64_t time_ns) {
    closed_until_ns_ = std::max(closed_until_ns_, time_ns);
}

}  // namespace tradectl::net

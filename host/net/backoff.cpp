#include "host/net/backoff.hpp"

#include "host/base/random.hpp"

#include <tradectl/timestamp.hpp>

#include <algorithm>

namespace tradectl::net {

Backoff::Backoff(std::int64_t first_ns, std::int64_t most_ns, Random& random)
    : first_ns_(std::max<std::int64_t>(first_ns, 2)),
      most_ns_(std::max(most_ns, first_ns_)),
      random_(random) {}

std::int64_t Backoff::next_ns() {
    std::int64_t wait = first_ns_;
    for (unsigned i = 0; i < tries_ && wait < most_ns_; ++i) {
        wait = wait > most_ns_ / 2 ? most_ns_ : 2 * wait;
    }
    if (wait < most_ns_) ++tries_;
    const std::int64_t half = wait / 2;
    return half + static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(half)));
}

void Backoff::on_success(std::int64_t ns) {
    constexpr unsigned kDoublingsAfterSuccess = 2;
    tries_ = ns >= kNsPerMinute ? 0 : std::min(tries_, kDoublingsAfterSuccess);
}

}  // namespace tradectl::net

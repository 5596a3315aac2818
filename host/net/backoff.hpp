/// How long to wait before the next try.
#pragma once

#include <cstdint>

namespace tradectl {
class Random;
}

namespace tradectl::net {

/// Waits that double, with jitter: the n-th is spread evenly over the upper half of
/// min(first * 2^n, most), so that clients that broke together do not come back together. [io]
class Backoff {
  public:
    /// `random` must outlive it.
    Backoff(std::int64_t first_ns, std::int64_t most_ns, Random& random);

    [[nodiscard]] std::int64_t next_ns();
    /// What was reached lasted `ns`. A minute starts all over; any success at all leaves at most
    /// two doublings, so that a venue that cuts often is still reached soon.
    void on_success(std::int64_t ns);

  private:
    std::int64_t first_ns_;
    std::int64_t most_ns_;
    Random& random_;
    unsigned tries_ = 0;
};

}  // namespace tradectl::net

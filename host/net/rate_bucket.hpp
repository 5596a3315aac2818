/// How often a venue may be called: tokens that come back with time.
#pragma once

#include <cstdint>

namespace tradectl::net {

/// A token bucket whose tokens are promised in the order of asking, so that nobody who waits is
/// overtaken. Times are monotonic nanoseconds. Sans-I/O. [io]
class TokenBucket {
  public:
    /// `per_second` 0: always open. `burst` tokens at most, at least one.
    TokenBucket(double per_second, double burst, std::int64_t now_ns);

    /// How long from now until `weight` tokens are there for whoever asks next.
    [[nodiscard]] std::int64_t wait_ns(std::uint32_t weight, std::int64_t now_ns) const;
    /// Takes the tokens, those that are still to come too, and returns the wait.
    std::int64_t take(std::uint32_t weight, std::int64_t now_ns);
    /// Nothing is let through before then.
    void close_until(std::int64_t time_ns);
    /// How long it stays closed; 0 when it is open.
    [[nodiscard]] std::int64_t closed_ns(std::int64_t now_ns) const;

  private:
    [[nodiscard]] double tokens_at(std::int64_t now_ns) const;

    double per_ns_;
    double burst_;
    double tokens_;
    std::int64_t at_ns_;
    std::int64_t closed_until_ns_ = INT64_MIN;
};

}  // namespace tradectl::net

/// The randomness seam.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tradectl {

/// A source of random bits. [engine]
class Random {
  public:
    virtual ~Random() = default;
    virtual std::uint64_t next() = 0;
    void fill(std::span<std::byte> out);
    /// Evenly spread over 0..bound-1; `bound` above 0.
    std::uint64_t below(std::uint64_t bound);
    /// Evenly spread over [0, 1): for simulation, never for money.
    double unit();
};

/// The system's generator: identities and keys.
class SystemRandom final : public Random {
  public:
    std::uint64_t next() override;
};

/// xoshiro256** (Blackman and Vigna, 2018), seeded through SplitMix64: the same bits on every
/// machine.
class SeededRandom final : public Random {
  public:
    explicit SeededRandom(std::uint64_t seed);
    std::uint64_t next() override;

  private:
    std::uint64_t state_[4];
};

}  // namespace tradectl

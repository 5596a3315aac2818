#include "host/base/random.hpp"

#include "host/base/assert.hpp"

#include <cerrno>
#include <cstring>

#include <sys/random.h>

namespace tradectl {

void Random::fill(std::span<std::byte> out) {
    while (!out.empty()) {
        const std::uint64_t bits = next();
        const std::size_t bytes = out.size() < sizeof(bits) ? out.size() : sizeof(bits);
        std::memcpy(out.data(), &bits, bytes);
        out = out.subspan(bytes);
    }
}

std::uint64_t Random::below(std::uint64_t bound) {
    TRADECTL_ASSERT(bound > 0);
    // Draws under 2^64 mod bound would make small results more likely: draw again.
    const std::uint64_t threshold = (0 - bound) % bound;
    std::uint64_t bits = next();
    while (bits < threshold)
        bits = next();
    return bits % bound;
}

double Random::unit() {
    return static_cast<double>(next() >> 11) * 0x1.0p-53;
}

std::uint64_t SystemRandom::next() {
    std::uint64_t bits = 0;
    ssize_t count = 0;
    do {
        count = ::getrandom(&bits, sizeof(bits), 0);
    } while (count < 0 && errno == EINTR);
    // Up to 256 bytes are never cut short, and the call cannot fail otherwise on Linux.
    TRADECTL_ASSERT(count == sizeof(bits));
    return bits;
}

SeededRandom::SeededRandom(std::uint64_t seed) {
    // SplitMix64 spreads even a seed of 0 over all of the state, which must not be all zero.
    for (std::uint64_t& word : state_) {
        seed += 0x9e3779b97f4a7c15;
        std::uint64_t mixed = seed;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        word = mixed ^ (mixed >> 31);
    }
}

std::uint64_t SeededRandom::next() {
    const auto rotate = [](std::uint64_t x, int k) { return (x << k) | (x >> (64 - k)); };
    const std::uint64_t result = rotate(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotate(state_[3], 45);
    return result;
}

}  // namespace tradectl

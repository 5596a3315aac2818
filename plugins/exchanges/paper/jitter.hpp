/// Delays that are not always the same.
#pragma once

#include <tradectl/host.hpp>

#include <cstdint>

namespace tradectl::paper {

/// From 0 to `most`, both included, evenly spread, from the session's seeded generator; nothing is
/// drawn when `most` is 0. The product of two 64-bit numbers keeps the bias below one in 2^26 for
/// a minute.
[[nodiscard]] inline std::int64_t draw_jitter(const Host& host, std::int64_t most) {
    if (most <= 0) return 0;
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::int64_t>(Wide{host.random()} * (static_cast<std::uint64_t>(most) + 1) >>
                                     64);
}

}  // namespace tradectl::paper

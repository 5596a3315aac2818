/// Streams as the plugin keeps them, and what it tells of them.
#pragma once

#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::polymarket {

/// How one kind of news arrives: "streaming", "polling", "stale" or "down", by so many streams.
struct FlowState {
    std::string_view state = {};
    std::uint32_t up = 0;
    std::uint32_t of = 0;
    friend bool operator==(const FlowState&, const FlowState&) = default;
};

struct MarketStream {
    std::vector<std::string> assets;
    bool is_kept = false;  ///< by the host, which connects it again when it breaks
    bool is_up = false;
    bool has_spoken = false;  ///< since it is up: it brings books
    bool was_silent = false;  ///< which is why it is not up
    Timestamp heard = Timestamp::none();
    std::int64_t wait_ns = 0;
};

}  // namespace tradectl::polymarket

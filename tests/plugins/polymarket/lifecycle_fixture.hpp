/// Lists of markets, and what was told of them.
#pragma once

#include "tests/plugins/polymarket/venue_fixture.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tradectl::polymarket {

/// A row of the venue's list.
struct Listed {
    std::string slug = "will-it-rain";
    std::string tokens = R"([\"777\",\"888\"])";
    std::string prices = R"([\"0.5\",\"0.5\"])";
    std::string tick = "0.01";
    std::string more = R"("acceptingOrders":true,"closed":false)";
    std::string condition = "0x05";
};

inline std::string market(const Listed& of) {
    return R"({"conditionId":")" + of.condition + R"(","slug":")" + of.slug +
           R"(","outcomes":"[\"Yes\",\"No\"]","clobTokenIds":")" + of.tokens +
           R"(","outcomePrices":")" + of.prices + R"(","orderPriceMinTickSize":)" + of.tick +
           R"(,"orderMinSize":5,"negRisk":true,"enableOrderBook":true,)" + of.more + "}";
}

inline Listed ours() {
    return {.slug = "ours",
            .tokens =
                R"([\")" + std::string(kToken) + R"(\",\")" + std::string(kOtherToken) + R"(\"])"};
}

class LifecycleTest : public VenueTest {
  protected:
    explicit LifecycleTest(std::string more = {}, FakeHost::Kv kept = {})
        : VenueTest(std::move(more), std::move(kept)) {}
    /// A read of what became of our two instruments, a minute after the last.
    void review(const std::string& open, const std::string& closed = "") {
        run.advance(kNsPerMinute);
        answer("GET /markets?limit=100&closed=false", 200, "[" + open + "]");
        for (const std::string& each : waiting())
            if (each.starts_with("GET /markets?limit=100&closed=true"))
                answer("GET /markets?limit=100&closed=true", 200, "[" + closed + "]");
    }
    [[nodiscard]] std::vector<tradectl_instrument_event> told() const {
        return host.events_of<tradectl_instrument_event>();
    }
    [[nodiscard]] bool is_waiting(std::string_view begins) const {
        for (const std::string& each : waiting())
            if (each.starts_with(begins)) return true;
        return false;
    }
};

}  // namespace tradectl::polymarket

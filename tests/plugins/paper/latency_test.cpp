// When requests arrive and answers come back.
#include "tests/plugins/paper/paper_host.hpp"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::paper {
namespace {

/// Arrival times of orders that are sent one nanosecond apart, in the order of sending, as the
/// venue says them.
std::vector<std::int64_t> arrivals(const std::string& settings, int count) {
    PaperHost host(R"({"balances":{"USD":"1000000"},)" + settings + "}");
    EXPECT_EQ(host.start(), TRADECTL_OK);
    const std::int64_t start = host.now;
    for (int i = 0; i < count; ++i) {
        host.advance_to(start + i);
        host.submit({.id = std::to_string(i), .price = 1_d});
    }
    host.advance_to(start + 1'000'000);
    std::vector<std::int64_t> times;
    for (int i = 0; i < count; ++i)
        times.push_back(host.query(std::to_string(i)).orders.at(0).updated - start - i);
    return times;
}

TEST(PaperLatency, JitterStaysInItsBoundsAndUsesThem) {
    const auto times = arrivals(R"("latency":100,"latency_jitter":50,"latency_order":"free")", 500);
    const auto [least, most] = std::minmax_element(times.begin(), times.end());
    EXPECT_EQ(*least, 100);
    EXPECT_EQ(*most, 150);
    EXPECT_GT(std::set<std::int64_t>(times.begin(), times.end()).size(), 40u);
}

TEST(PaperLatency, RequestsOfAnAccountKeepTheirOrderUnlessToldOtherwise) {
    for (const bool keep : {true, false}) {
        auto times = arrivals(R"("latency":100,"latency_jitter":50,"latency_order":")" +
                                  std::string(keep ? "keep" : "free") + "\"",
                              300);
        for (std::size_t i = 0; i < times.size(); ++i)
            times[i] += static_cast<std::int64_t>(i);
        EXPECT_EQ(std::is_sorted(times.begin(), times.end()), keep);
    }
}

TEST(PaperLatency, FenceIsTheLatestArrival) {
    PaperHost host(R"({"latency":100,"latency_jitter":50})");
    ASSERT_EQ(host.start(), TRADECTL_OK);
    const std::uint64_t id = host.prepare({.id = "a", .price = 1_d});
    EXPECT_EQ(host.answers[id].fence, host.now + 150);
}

TEST(PaperLatency, NothingIsDrawnWithoutJitter) {
    PaperHost host(R"({"balances":{"USD":"100"},"latency":100,"ack_latency":100})");
    ASSERT_EQ(host.start(), TRADECTL_OK);
    host.submit({.id = "a", .price = 1_d});
    host.advance_to(host.now + 1000);
    EXPECT_EQ(host.randoms, 0u);
}

TEST(PaperLatency, AnswersNeverOvertakeEachOther) {
    PaperHost host(R"({"balances":{"USD":"100000"},"ack_latency_jitter":1000})");
    ASSERT_EQ(host.start(), TRADECTL_OK);
    std::vector<std::uint64_t> ids;
    for (int i = 0; i < 50; ++i) {
        host.advance_to(host.now + 10);
        ids.push_back(host.submit({.id = std::to_string(i), .price = 1_d}));
        // An answer is there only when all before it are.
        for (std::size_t k = 1; k < ids.size(); ++k)
            EXPECT_TRUE(host.has_answer(ids[k - 1]) || !host.has_answer(ids[k])) << k;
    }
    host.advance_to(host.now + 2000);
    EXPECT_TRUE(host.has_answer(ids.back()));
}

}  // namespace
}  // namespace tradectl::paper

#include "host/market/range_source.hpp"

#include <tradectl/abi/events.h>

#include <vector>

#include <gtest/gtest.h>

namespace tradectl::market {
namespace {

/// Events at the given times; fails when asked for more than there is, if told to.
class ListSource final : public Source {
  public:
    enum class End { Quiet, Damage };
    explicit ListSource(std::vector<std::int64_t> times, End end = End::Quiet)
        : times_(std::move(times)), end_(end) {}

    std::optional<Timestamp> next_time() override {
        if (at_ == times_.size()) return std::nullopt;
        return Timestamp{times_[at_]};
    }
    Expected<std::size_t> read(Timestamp limit, std::size_t events_max, EventBuffer& out) override {
        if (at_ == times_.size() && end_ == End::Damage) {
            return fail(ErrorCode::Corrupt, "damaged");
        }
        std::size_t count = 0;
        for (; at_ < times_.size() && times_[at_] <= limit.ns() && count < events_max; ++count) {
            out.emplace<tradectl_trade_event>(TRADECTL_EVENT_TRADE).header.event_time =
                times_[at_++];
        }
        return count;
    }

  private:
    std::vector<std::int64_t> times_;
    End end_;
    std::size_t at_ = 0;
};

std::vector<std::int64_t> times_of(RangeSource source) {
    EventBuffer out;
    while (const auto next = source.next_time()) {
        const auto count = source.read(*next, 2, out);
        EXPECT_TRUE(count && *count != 0);
        if (!count || *count == 0) break;
    }
    EXPECT_EQ(source.read(Timestamp{INT64_MAX}, 10, out).value_or(0), 0u) << "the end is the end";
    std::vector<std::int64_t> times;
    out.each([&](const tradectl_event& event) { times.push_back(event.event_time); });
    return times;
}

RangeSource range(std::vector<std::int64_t> times,
                  std::optional<Timestamp> from,
                  std::optional<Timestamp> until) {
    return RangeSource(std::make_unique<ListSource>(std::move(times)), from, until);
}

using Times = std::vector<std::int64_t>;

TEST(RangeSource, TheFirstTimeIsInAndTheLastIsOut) {
    EXPECT_EQ(times_of(range({1, 2, 2, 3, 4, 4, 5}, Timestamp{2}, Timestamp{4})), (Times{2, 2, 3}));
}

TEST(RangeSource, EachEndMayBeOpen) {
    EXPECT_EQ(times_of(range({1, 2, 3}, Timestamp{2}, std::nullopt)), (Times{2, 3}));
    EXPECT_EQ(times_of(range({1, 2, 3}, std::nullopt, Timestamp{2})), (Times{1}));
}

TEST(RangeSource, ARangeBesideTheDataIsEmpty) {
    EXPECT_EQ(times_of(range({1, 2}, Timestamp{3}, std::nullopt)), Times{});
    EXPECT_EQ(times_of(range({5, 6}, std::nullopt, Timestamp{5})), Times{});
    EXPECT_EQ(times_of(range({}, Timestamp{1}, Timestamp{2})), Times{});
}

TEST(RangeSource, AReadGoesNoFurtherThanTheEnd) {
    RangeSource source = range({1, 2, 3}, std::nullopt, Timestamp{3});
    EventBuffer out;
    EXPECT_EQ(source.read(Timestamp{INT64_MAX}, 10, out).value(), 2u);
}

TEST(RangeSource, DamageBehindTheRangeIsNotReadAndDamageInItIsTold) {
    EventBuffer out;
    RangeSource whole(std::make_unique<ListSource>(Times{1, 2}, ListSource::End::Damage),
                      Timestamp{2},
                      std::nullopt);
    ASSERT_EQ(whole.read(Timestamp{9}, 10, out).value(), 1u);
    EXPECT_EQ(whole.read(Timestamp{9}, 10, out).error().code, ErrorCode::Corrupt);
}

}  // namespace
}  // namespace tradectl::market

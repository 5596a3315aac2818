// The twins of the recorded feeds: an invented venue is recorded, and what an import makes of the
// recording is compared with the venue's own book.
#include "tests/reference/feed_clocks.hpp"
#include "tests/reference/feed_fixture.hpp"

#include <array>
#include <functional>
#include <map>

namespace tradectl::market {
namespace {

TEST(FeedClocks, ARowAtTheSamePlaceByBothClocksCountsOnce) {
    const ClockCounts counts = count_by_both_clocks({{1, 2}, {2, 3}, {2, 3}, {5, 9}});
    EXPECT_EQ(counts.rows, 4U);
    EXPECT_EQ(counts.both, 4U);
}

TEST(FeedClocks, RowsThatSwapCountOnceByEachClock) {
    // The second was made first and heard of last.
    const ClockCounts counts = count_by_both_clocks({{5, 10}, {4, 11}, {6, 12}});
    EXPECT_EQ(counts.both, 2U);
    EXPECT_EQ(counts.rows, 4U);
}

TEST(FeedClocks, AClockThatRunsBehindIsMovedFirst) {
    const ClockCounts counts = count_by_both_clocks({{100, 1}, {101, 2}, {103, 3}});
    EXPECT_EQ(counts.rows, 3U);
    EXPECT_EQ(counts.both, 3U);
}

enum class Rule { Contiguous, Linked };

/// A venue of whole prices and quantities, and the recording of its messages.
class Venue {
  public:
    using Side = std::map<int, int>;

    Venue(std::uint64_t seed, Rule rule) : random_(seed), rule_(rule) {}

    /// Changes some levels and tells them to the recorder, or to nobody.
    void change(bool recorded) {
        std::array<std::map<int, int>, 2> changes;
        const auto count = random_.below(6);
        for (std::uint64_t i = 0; i < count; ++i) {
            const bool bid = random_.below(2) == 0;
            const int price = static_cast<int>((bid ? 50 : 101) + random_.below(50));
            const int quantity = static_cast<int>(random_.below(4));
            Side& side = bid ? bids : asks;
            if (quantity == 0)
                side.erase(price);
            else
                side[price] = quantity;
            changes[bid ? 0 : 1][price] = quantity;
        }
        const std::uint64_t first = sequence_ + 1;
        sequence_ += 1 + random_.below(5);
        if (recorded) {
            text += clock() +
                    R"( {"stream":"x@depth","data":{"e":"depthUpdate","E":1,"s":"X","U":)" +
                    std::to_string(first) + R"(,"u":)" + std::to_string(sequence_) +
                    (rule_ == Rule::Linked ? R"(,"T":1,"pu":)" + std::to_string(told_) : "") +
                    R"(,"b":)" + levels(changes[0]) + R"(,"a":)" + levels(changes[1]) + "}}\n";
            ++differences;
        }
        told_ = sequence_;
    }
    /// Answers with its book as it was at some earlier moment, or as it is.
    void answer(const Venue& as_of) {
        text += clock() + R"( {"lastUpdateId":)" + std::to_string(as_of.sequence_) + R"(,"bids":)" +
                levels(as_of.bids) + R"(,"asks":)" + levels(as_of.asks) + "}\n";
    }

    Side bids;
    Side asks;
    std::string text;
    std::uint64_t differences = 0;

  private:
    std::string clock() { return std::to_string(++time_); }
    static std::string levels(const Side& side) {
        std::string out = "[";
        for (const auto& [price, quantity] : side)
            out += (out.size() > 1 ? ",[\"" : "[\"") + std::to_string(price) + ".0\",\"" +
                   std::to_string(quantity) + ".00\"]";
        return out + "]";
    }

    SeededRandom random_;
    Rule rule_;
    std::uint64_t sequence_ = 1000;
    std::uint64_t told_ = 1000;
    std::uint64_t time_ = 0;
};

LevelTexts best_first(const Venue::Side& side, std::uint32_t book_side) {
    LevelTexts texts;
    for (const auto& [price, quantity] : side)
        texts.emplace_back(std::to_string(price), std::to_string(quantity));
    if (book_side == TRADECTL_SIDE_BUY) std::reverse(texts.begin(), texts.end());
    return texts;
}

class FeedTwin : public FeedTest, public testing::WithParamInterface<Rule> {
  protected:
    ImportReport import_recording(const Venue& venue) {
        return import(DataKind::Book, {folder_.write("in.txt", venue.text)});
    }
    void expect_book_of(const Venue& venue) {
        const Book book = final_book();
        for (const std::uint32_t side : {TRADECTL_SIDE_BUY, TRADECTL_SIDE_SELL}) {
            const auto& wanted = side == TRADECTL_SIDE_BUY ? venue.bids : venue.asks;
            EXPECT_EQ(best(book, side, 1'000), best_first(wanted, side));
        }
    }
};

TEST_P(FeedTwin, TheBookIsTheVenues) {
    const std::uint64_t seed = test_seed();
    for (std::uint64_t round = 0; round < 10; ++round) {
        Venue venue(seed + round, GetParam());
        for (int i = 0; i < 5; ++i)
            venue.change(true);
        Venue earlier = venue;
        for (int i = 0; i < 5; ++i)
            venue.change(true);
        venue.answer(earlier);  // its answer was slow
        for (int i = 0; i < 100; ++i)
            venue.change(true);
        const auto report = import_recording(venue);
        EXPECT_EQ(report.book_gaps, 0U);
        EXPECT_EQ(report.capture->differences_applied + report.capture->differences_old,
                  venue.differences);
        EXPECT_GE(report.capture->differences_applied, 105U);
        EXPECT_EQ(report.capture->books_crossed, 0U);
        expect_book_of(venue);
    }
}

TEST_P(FeedTwin, ALostDifferenceIsFoundAndTheNextAnswerHealsTheBook) {
    const std::uint64_t seed = test_seed();
    for (std::uint64_t round = 0; round < 10; ++round) {
        Venue venue(seed + round, GetParam());
        venue.answer(venue);
        for (int i = 0; i < 20; ++i)
            venue.change(true);
        venue.change(false);
        for (int i = 0; i < 20; ++i)
            venue.change(true);
        const Venue lost = venue;
        venue.answer(venue);
        for (int i = 0; i < 20; ++i)
            venue.change(true);
        ASSERT_EQ(import_recording(venue).book_gaps, 1U);
        expect_book_of(venue);
        const auto report = import_recording(lost);
        EXPECT_EQ(report.book_gaps, 1U);
        EXPECT_EQ(report.sequence_gaps[0].place.line, 22U);
        EXPECT_EQ(report.capture->differences_unused, 20U);
        EXPECT_EQ(final_book().bid_count() + final_book().ask_count(), 0U);
    }
}

INSTANTIATE_TEST_SUITE_P(Rules, FeedTwin, testing::Values(Rule::Contiguous, Rule::Linked));

}  // namespace
}  // namespace tradectl::market

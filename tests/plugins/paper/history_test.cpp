// What the plugin forgets, and what it never forgets.
#include "plugins/exchanges/paper/id_set.hpp"
#include "tests/plugins/paper/paper_host.hpp"

#include <cstddef>
#include <iostream>
#include <string>

#include <gtest/gtest.h>

namespace tradectl::paper {
namespace {

std::string id_of(int number) {
    return "0123456789abcdef01234567" + std::to_string(10'000'000 + number);
}

class PaperHistory : public ::testing::Test {
  protected:
    explicit PaperHistory(
        const char* settings = R"({"balances":{"USD":"1000000000"},"history":10})")
        : host(settings) {}
    void SetUp() override { ASSERT_EQ(host.start(), TRADECTL_OK); }
    /// Orders that fill at once, each at its own time.
    void fill(int first, int count) {
        for (int i = first; i < first + count; ++i) {
            host.advance_to(host.now + 1000);
            host.trade(100_d, 1_d);
            host.submit({.id = id_of(i)});
        }
    }
    std::size_t bytes() const {
        std::size_t sum = 0;
        for (const auto& [key, value] : host.kv)
            sum += key.size() + value.size();
        return sum;
    }
    std::size_t count(const std::string& prefix) const {
        std::size_t found = 0;
        for (const auto& [key, value] : host.kv)
            if (key.rfind(prefix, 0) == 0) ++found;
        return found;
    }
    std::uint32_t completeness_of(int number) {
        const Answer& answer = host.query(id_of(number));
        EXPECT_EQ(answer.record.status, TRADECTL_NOT_FOUND);
        return answer.record.completeness;
    }

    PaperHost host;
};

TEST_F(PaperHistory, KeepsSoManyClosedOrdersAndFills) {
    fill(0, 10);
    EXPECT_EQ(count("c/"), 10u);
    EXPECT_EQ(host.query(id_of(0)).record.status, TRADECTL_OK);
    fill(10, 1);
    for (const char* prefix : {"c/", "f/", "q/", "v/"})
        EXPECT_EQ(count(prefix), 10u) << prefix;
    EXPECT_EQ(host.query(id_of(1)).record.status, TRADECTL_OK);
    EXPECT_EQ(completeness_of(0), TRADECTL_COMPLETENESS_PARTIAL);
}

TEST_F(PaperHistory, AnOrderThatNeverCameIsStillCompletelyAbsent) {
    fill(0, 30);
    EXPECT_EQ(completeness_of(1000), TRADECTL_COMPLETENESS_COMPLETE);
}

TEST_F(PaperHistory, IdOfADroppedOrderIsNeverTakenAgain) {
    fill(0, 200);
    for (const bool restarted : {false, true}) {
        if (restarted) {
            ASSERT_EQ(host.restart(), TRADECTL_OK);
        }
        for (const int number : {0, 63, 64, 150, 189, 195}) {
            const std::uint64_t id = host.submit({.id = id_of(number)});
            EXPECT_EQ(host.answers[id].record.reason,
                      static_cast<std::uint32_t>(TRADECTL_REASON_DUPLICATE_ORDER_REF));
        }
        const std::uint64_t fresh = host.submit({.id = id_of(restarted ? 501 : 500)});
        EXPECT_EQ(host.answers[fresh].record.status, TRADECTL_OK);
    }
    EXPECT_EQ(completeness_of(64), TRADECTL_COMPLETENESS_PARTIAL);
}

TEST_F(PaperHistory, BlockOfDigestsGoesOnAfterARestart) {
    fill(0, 15);
    ASSERT_EQ(host.restart(), TRADECTL_OK);
    fill(15, 5);
    ASSERT_EQ(host.restart(), TRADECTL_OK);
    EXPECT_EQ(count("d/"), 1u);
    for (int number = 0; number < 10; ++number)
        EXPECT_EQ(completeness_of(number), TRADECTL_COMPLETENESS_PARTIAL) << number;
}

TEST_F(PaperHistory, VenueOrderIdOfADroppedOrderIsPartialToo) {
    fill(0, 12);
    tradectl_order_query query{};
    query.struct_size = sizeof query;
    query.instrument = query.account = TRADECTL_HANDLE_NONE;
    const auto completeness = [&](const char* venue_order_id, std::uint64_t request) {
        query.venue_order_id = to_str(venue_order_id);
        host.api->query_order(host.instance, request, &query);
        return host.answers[request].record.completeness;
    };
    EXPECT_EQ(completeness("P1", 1'000'000), TRADECTL_COMPLETENESS_PARTIAL);
    EXPECT_EQ(completeness("P13", 1'000'001), TRADECTL_COMPLETENESS_COMPLETE);
    EXPECT_EQ(completeness("x", 1'000'002), TRADECTL_COMPLETENESS_COMPLETE);
}

TEST_F(PaperHistory, FillsOfARangeThatWasDroppedArePartial) {
    const std::int64_t start = host.now;
    fill(0, 15);  // times start + 1000, ...; those of 1 to 5 are gone
    const auto ask = [&](std::int64_t since) { return host.fills_since(since, "", 0); };
    EXPECT_EQ(ask(TRADECTL_TIME_NONE).record.completeness, TRADECTL_COMPLETENESS_PARTIAL);
    EXPECT_EQ(ask(TRADECTL_TIME_NONE).fills.size(), 10u);
    EXPECT_EQ(ask(start + 5000).record.completeness, TRADECTL_COMPLETENESS_PARTIAL);
    const Answer rest = ask(start + 5001);
    EXPECT_EQ(rest.record.completeness, TRADECTL_COMPLETENESS_COMPLETE);
    EXPECT_EQ(rest.fills.size(), 10u);
}

TEST_F(PaperHistory, PagesOfACutAnswerArePartialAndOfAWholeOneAreNot) {
    const std::int64_t start = host.now;
    fill(0, 15);
    for (const auto& [since, said] : {std::pair{start, TRADECTL_COMPLETENESS_PARTIAL},
                                      std::pair{start + 6000, TRADECTL_COMPLETENESS_COMPLETE}}) {
        Answer page = host.fills_since(since, "", 6);
        EXPECT_EQ(page.record.completeness, static_cast<std::uint32_t>(said)) << since;
        ASSERT_NE(page.cursor, "");
        page = host.fills_since(since, page.cursor, 6);
        EXPECT_EQ(page.cursor, "");
        EXPECT_EQ(page.record.completeness, static_cast<std::uint32_t>(said)) << since;
    }
    host.fills_since(start, "7x", 6);
    EXPECT_EQ(host.last_status, TRADECTL_INVALID_ARGUMENT);
    host.fills_since(start, "!", 6);
    EXPECT_EQ(host.last_status, TRADECTL_INVALID_ARGUMENT);
}

TEST_F(PaperHistory, RefusedOrdersAreForgottenInTheSameWay) {
    for (int i = 0; i < 12; ++i)
        host.submit({.id = id_of(i), .quantity = 0.05_d});
    EXPECT_EQ(count("c/"), 10u);
    EXPECT_EQ(completeness_of(0), TRADECTL_COMPLETENESS_PARTIAL);
}

TEST_F(PaperHistory, DamagedRecordsAreRefused) {
    fill(0, 12);
    for (const char* key : {"h", "d/00000000000000000000"}) {
        const std::string before = host.kv.at(key);
        host.kv[key] += "x";
        EXPECT_EQ(host.restart(), TRADECTL_CORRUPT) << key;
        host.kv[key] = before;
    }
    EXPECT_EQ(host.restart(), TRADECTL_OK);
}

/// Prints what one order costs, before and after its record is dropped.
TEST_F(PaperHistory, GrowsByEightBytesAnOrderInTheEnd) {
    fill(0, 10);
    const std::size_t full = bytes();
    fill(10, 640);
    const std::size_t later = bytes();
    std::cout << "bytes in the store: " << full / 10 << " a kept order, "
              << static_cast<double>(later - full) / 640 << " a dropped one\n";
    EXPECT_LT(later - full, 640u * 9);
}

TEST(PaperIdSet, FindsWhatWasPutInAndNothingElse) {
    IdSet set;
    EXPECT_FALSE(set.contains(digest_of("a")));
    for (int i = 0; i < 5000; ++i)
        set.insert(digest_of(std::to_string(i)));
    set.insert(digest_of("7"));
    EXPECT_EQ(set.size(), 5000u);
    for (int i = 0; i < 10'000; ++i)
        EXPECT_EQ(set.contains(digest_of(std::to_string(i))), i < 5000) << i;
}

}  // namespace
}  // namespace tradectl::paper

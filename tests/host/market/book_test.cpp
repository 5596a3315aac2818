#include "host/market/book.hpp"

#include "tests/host/market/support.hpp"

#include <cstring>
#include <map>
#include <utility>

namespace tradectl::market {
namespace {

using Levels = std::vector<std::pair<std::string, std::string>>;

/// A book record with its levels behind it.
class BookEvent {
  public:
    BookEvent(std::uint16_t type,
              const Levels& bids,
              const Levels& asks,
              std::uint64_t previous = 0,
              std::uint64_t after = 0) {
        tradectl_book_event head{};
        const std::size_t count = bids.size() + asks.size();
        head.header.size =
            static_cast<std::uint32_t>(sizeof(head) + count * sizeof(tradectl_level));
        head.header.type = type;
        head.header.host_time = 77;
        head.book_seq = after;
        head.book_seq_prev = previous;
        head.bid_count = static_cast<std::uint32_t>(bids.size());
        head.ask_count = static_cast<std::uint32_t>(asks.size());
        head.levels_offset = sizeof(head);
        head.level_stride = sizeof(tradectl_level);
        words_.resize(head.header.size / 8);
        std::memcpy(words_.data(), &head, sizeof(head));
        auto* at = reinterpret_cast<std::byte*>(words_.data()) + sizeof(head);
        for (const auto* side : {&bids, &asks})
            for (const auto& [price, quantity] : *side) {
                const tradectl_level level{abi(price), abi(quantity)};
                std::memcpy(at, &level, sizeof(level));
                at += sizeof(level);
            }
    }
    tradectl_book_event& get() { return *reinterpret_cast<tradectl_book_event*>(words_.data()); }
    tradectl_event& header() { return get().header; }

  private:
    std::vector<std::uint64_t> words_;
};

BookEvent snapshot(const Levels& bids, const Levels& asks, std::uint64_t sequence = 0) {
    return {TRADECTL_EVENT_BOOK_SNAPSHOT, bids, asks, 0, sequence};
}
BookEvent delta(const Levels& bids,
                const Levels& asks,
                std::uint64_t previous = 0,
                std::uint64_t after = 0) {
    return {TRADECTL_EVENT_BOOK_DELTA, bids, asks, previous, after};
}

Book sample_book() {
    Book book;
    EXPECT_EQ(book.apply(snapshot({{"99", "1"}, {"98", "2"}}, {{"101", "3"}, {"102", "4"}}).get()),
              BookResult::Applied);
    return book;
}

TEST(TopTable, BeginsWithNothingKnown) {
    const TopTable table(2);
    EXPECT_EQ(text_of(table.top(1).bid_price), "null");
    EXPECT_EQ(text_of(table.top(1).last_price), "null");
    EXPECT_EQ(table.top(1).updated, TRADECTL_TIME_NONE);
}

TEST(TopTable, KeepsQuoteAndLastTradeApart) {
    TopTable table(1);
    tradectl_quote_event quote{};
    quote.header.size = sizeof(quote);
    quote.header.type = TRADECTL_EVENT_QUOTE;
    quote.header.host_time = 5;
    quote.bid_price = abi("9");
    quote.ask_price = abi("11");
    table.apply(quote.header);
    table.apply(trade_at(6, "10", "1").header);
    EXPECT_EQ(text_of(table.top(0).bid_price), "9");
    EXPECT_EQ(text_of(table.top(0).ask_price), "11");
    EXPECT_EQ(text_of(table.top(0).last_price), "10");
    EXPECT_EQ(table.top(0).updated, 6);
}

TEST(TopTable, TakesTheCloseOfABar) {
    TopTable table(1);
    tradectl_bar_event bar{};
    bar.header.type = TRADECTL_EVENT_BAR;
    bar.close = abi("7");
    table.apply(bar.header);
    EXPECT_EQ(text_of(table.top(0).last_price), "7");
}

TEST(TopTable, IgnoresUnknownHandlesAndTypes) {
    TopTable table(1);
    auto trade = trade_at(6, "10", "1");
    trade.header.instrument = 1;
    table.apply(trade.header);
    trade.header.instrument = 0;
    trade.header.type = TRADECTL_EVENT_TIMER;
    table.apply(trade.header);
    EXPECT_EQ(table.top(0).updated, TRADECTL_TIME_NONE);
}

TEST(Book, ShowsTheBestOfASnapshotInAnyOrder) {
    Book book;
    ASSERT_EQ(book.apply(snapshot({{"98", "2"}, {"99", "1"}}, {{"102", "4"}, {"101", "3"}}).get()),
              BookResult::Applied);
    EXPECT_EQ(text_of(book.best_bid()->price), "99");
    EXPECT_EQ(text_of(book.best_ask()->price), "101");
    EXPECT_EQ(text_of(book.bid(1).price), "98");
    EXPECT_EQ(text_of(book.ask(1).quantity), "4");
    EXPECT_FALSE(book.crossed());
}

TEST(Book, ADeltaChangesAddsAndRemoves) {
    Book book = sample_book();
    ASSERT_EQ(book.apply(delta({{"99", "0"}, {"97", "5"}}, {{"101", "9"}}).get()),
              BookResult::Applied);
    EXPECT_EQ(text_of(book.best_bid()->price), "98");
    EXPECT_EQ(book.bid_count(), 2u);
    EXPECT_EQ(book.quantity_at(TRADECTL_SIDE_SELL, 101_d), 9_d);
    EXPECT_EQ(book.quantity_at(TRADECTL_SIDE_BUY, 99_d), 0_d);
}

TEST(Book, RemovingALevelThatIsNotThereChangesNothing) {
    Book book = sample_book();
    ASSERT_EQ(book.apply(delta({{"50", "0"}}, {{"150", "0"}}).get()), BookResult::Applied);
    EXPECT_EQ(book.bid_count(), 2u);
    EXPECT_EQ(book.ask_count(), 2u);
}

TEST(Book, ADeltaBeforeTheFirstSnapshotIsAGap) {
    Book book;
    EXPECT_EQ(book.apply(delta({{"99", "1"}}, {}).get()), BookResult::Gap);
    EXPECT_FALSE(book.valid());
    EXPECT_EQ(book.best_bid(), nullptr);
}

TEST(Book, SequencesSaySkipGapOrNext) {
    Book book;
    ASSERT_EQ(book.apply(snapshot({{"99", "1"}}, {}, 100).get()), BookResult::Applied);
    EXPECT_EQ(book.apply(delta({{"99", "2"}}, {}, 90, 100).get()), BookResult::Stale);
    EXPECT_EQ(book.apply(delta({{"99", "3"}}, {}, 95, 105).get()), BookResult::Applied);
    EXPECT_EQ(book.sequence(), 105u);
    EXPECT_EQ(book.apply(delta({{"99", "4"}}, {}, 106, 107).get()), BookResult::Gap);
    EXPECT_FALSE(book.valid());
    EXPECT_EQ(book.apply(delta({{"99", "4"}}, {}, 107, 108).get()), BookResult::Gap);
    EXPECT_EQ(book.apply(snapshot({{"99", "5"}}, {}, 200).get()), BookResult::Applied);
}

TEST(SequenceRule, StrictWantsTheVeryNext) {
    EXPECT_EQ(sequence_strict(10, 10, 12), SequenceVerdict::Next);
    EXPECT_EQ(sequence_strict(10, 9, 12), SequenceVerdict::Gap);
    EXPECT_EQ(sequence_strict(10, 11, 12), SequenceVerdict::Gap);
    EXPECT_EQ(sequence_strict(10, 9, 10), SequenceVerdict::Stale);
    EXPECT_EQ(sequence_overlapping(10, 0, 0), SequenceVerdict::Next);
    EXPECT_EQ(sequence_none(10, 99, 1), SequenceVerdict::Next);
}

TEST(Book, SeesThatItIsCrossed) {
    Book book = sample_book();
    ASSERT_EQ(book.apply(delta({{"101", "1"}}, {}).get()), BookResult::Applied);
    EXPECT_TRUE(book.crossed());
}

TEST(Book, RefusesLevelsThatCannotBe) {
    for (const auto& [price, quantity] :
         Levels{{"0", "1"}, {"-1", "1"}, {"1", "-1"}, {"0.000000000000000000", "0"}}) {
        Book book = sample_book();
        EXPECT_EQ(book.apply(delta({{price, quantity}}, {}).get()), BookResult::Invalid);
        EXPECT_FALSE(book.valid());
    }
    auto null_quantity = delta({{"5", "1"}}, {});
    std::memcpy(reinterpret_cast<std::byte*>(&null_quantity.get()) + sizeof(tradectl_book_event) +
                    offsetof(tradectl_level, quantity),
                "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x80",
                16);
    Book book = sample_book();
    EXPECT_EQ(book.apply(null_quantity.get()), BookResult::Invalid);
}

TEST(Book, RefusesRecordsThatDoNotHoldTheirLevels) {
    const auto spoilt = [](auto&& spoil) {
        BookEvent event = delta({{"5", "1"}}, {{"6", "1"}});
        spoil(event.get());
        Book book = sample_book();
        return book.apply(event.get());
    };
    EXPECT_EQ(spoilt([](auto& e) { e.bid_count = 3; }), BookResult::Invalid);
    EXPECT_EQ(spoilt([](auto& e) { e.bid_count = UINT32_MAX; }), BookResult::Invalid);
    EXPECT_EQ(spoilt([](auto& e) { e.ask_count = UINT32_MAX; }), BookResult::Invalid);
    EXPECT_EQ(spoilt([](auto& e) { e.levels_offset = 0; }), BookResult::Invalid);
    EXPECT_EQ(spoilt([](auto& e) { e.levels_offset = UINT32_MAX; }), BookResult::Invalid);
    EXPECT_EQ(spoilt([](auto& e) { e.level_stride = 8; }), BookResult::Invalid);
    EXPECT_EQ(spoilt([](auto& e) { e.level_stride = UINT32_MAX; }), BookResult::Invalid);
    EXPECT_EQ(spoilt([](auto& e) { e.header.size = 8; }), BookResult::Invalid);
    EXPECT_EQ(spoilt([](auto&) {}), BookResult::Applied);
}

TEST(Book, DepthWalksTheOtherSide) {
    const Book book = sample_book();
    const auto buy = book.depth(TRADECTL_SIDE_BUY, 5_d);
    ASSERT_TRUE(buy);
    EXPECT_EQ(buy->quantity, 5_d);
    EXPECT_EQ(buy->notional, 507_d);  // 3 * 101 + 2 * 102
    EXPECT_EQ(buy->worst_price, 102_d);
    EXPECT_EQ(buy->levels, 2u);
    const auto sell = book.depth(TRADECTL_SIDE_SELL, 1_d);
    EXPECT_EQ(sell->worst_price, 99_d);
    EXPECT_EQ(sell->levels, 1u);
}

TEST(Book, DepthGivesWhatThereIs) {
    const Book book = sample_book();
    EXPECT_EQ(book.depth(TRADECTL_SIDE_SELL, 100_d)->quantity, 3_d);
    const Book empty;
    const auto nothing = empty.depth(TRADECTL_SIDE_BUY, 1_d);
    EXPECT_TRUE(nothing->quantity.is_zero());
    EXPECT_TRUE(nothing->worst_price.is_null());
    EXPECT_EQ(book.depth(TRADECTL_SIDE_BUY, 0_d).error().code, ErrorCode::InvalidArgument);
}

TEST(Book, DepthSaysWhenTheNotionalOverflows) {
    Book book;
    const std::string huge = "100000000000000000000";
    ASSERT_EQ(book.apply(snapshot({}, {{huge, "10"}}).get()), BookResult::Applied);
    EXPECT_EQ(book.depth(TRADECTL_SIDE_BUY, 10_d).error().code, ErrorCode::Overflow);
}

TEST(BookTable, BringsDepthIntoTheTop) {
    BookTable table(2);
    auto event = snapshot({{"99", "1"}}, {{"101", "3"}});
    event.header().instrument = 1;
    EXPECT_EQ(table.apply(event.header()), BookResult::Applied);
    EXPECT_EQ(text_of(table.top(1).bid_price), "99");
    EXPECT_EQ(text_of(table.top(1).ask_quantity), "3");
    EXPECT_EQ(table.top(1).updated, 77);
    EXPECT_EQ(table.book(0), nullptr);
    ASSERT_NE(table.book(1), nullptr);
    EXPECT_EQ(table.tops().size(), 2u);
}

TEST(BookTable, AGapClearsTheTop) {
    BookTable table(1);
    table.set_rule(0, sequence_strict);
    table.apply(snapshot({{"99", "1"}}, {{"101", "3"}}, 1).header());
    EXPECT_EQ(table.apply(delta({{"98", "1"}}, {}, 5, 6).header()), BookResult::Gap);
    EXPECT_EQ(text_of(table.top(0).bid_price), "null");
    EXPECT_EQ(text_of(table.top(0).ask_quantity), "null");
}

TEST(BookTable, InvalidateForgetsSidesAndKeepsTheLastPrice) {
    BookTable table(1);
    table.apply(trade_at(1, "100", "1").header);
    table.apply(snapshot({{"99", "1"}}, {}).header());
    table.invalidate(0, 9);
    EXPECT_EQ(text_of(table.top(0).bid_price), "null");
    EXPECT_EQ(text_of(table.top(0).last_price), "100");
    EXPECT_EQ(table.top(0).updated, 9);
    EXPECT_FALSE(table.book(0)->valid());
}

TEST(BookTable, RefusesUnknownHandles) {
    BookTable table(1);
    auto event = snapshot({{"99", "1"}}, {});
    event.header().instrument = 1;
    EXPECT_EQ(table.apply(event.header()), BookResult::Invalid);
    EXPECT_EQ(table.book(7), nullptr);
    table.invalidate(7, 1);
    table.set_rule(7, sequence_none);
}

TEST(Book, EqualsASortedMapUnderRandomDeltas) {
    SeededRandom random(test_seed());
    std::map<Decimal, Decimal> bids;
    std::map<Decimal, Decimal> asks;
    Book book;
    ASSERT_EQ(book.apply(snapshot({}, {}).get()), BookResult::Applied);
    for (int step = 0; step < 20'000; ++step) {
        const bool bid = random.below(2) == 0;
        const auto price = Decimal::from_int(static_cast<std::int64_t>(1 + random.below(60)));
        const auto quantity = Decimal::from_int(static_cast<std::int64_t>(random.below(4)));
        const Levels level{{price.to_string(), quantity.to_string()}};
        book.apply(bid ? delta(level, {}).get() : delta({}, level).get());
        auto& side = bid ? bids : asks;
        if (quantity.is_zero())
            side.erase(price);
        else
            side[price] = quantity;
        ASSERT_EQ(book.bid_count(), bids.size());
        ASSERT_EQ(book.ask_count(), asks.size());
        std::uint32_t n = 0;
        for (auto each = bids.rbegin(); each != bids.rend(); ++each, ++n) {
            ASSERT_EQ(Decimal::from_abi(book.bid(n).price), each->first);
            ASSERT_EQ(Decimal::from_abi(book.bid(n).quantity), each->second);
        }
        n = 0;
        for (const auto& [at, shown] : asks) {
            ASSERT_EQ(Decimal::from_abi(book.ask(n++).price), at);
            ASSERT_EQ(book.quantity_at(TRADECTL_SIDE_SELL, at), shown);
        }
    }
}

}  // namespace
}  // namespace tradectl::market

// What is concluded from the answers of a venue.
#include "host/engine/interview.hpp"

#include "host/market/instruments.hpp"

#include <deque>

#include <gtest/gtest.h>

namespace tradectl::engine {
namespace {

using recovery::Listing;

constexpr tradectl_account_handle kAccount = 1;
constexpr tradectl_instrument_handle kInstrument = 2;

exchange::Completion page(std::uint32_t completeness, const std::string& cursor = "") {
    exchange::Completion answer;
    answer.status = TRADECTL_OK;
    answer.completeness = completeness;
    answer.cursor = cursor;
    return answer;
}
const auto kWhole = TRADECTL_COMPLETENESS_COMPLETE;
const auto kPart = TRADECTL_COMPLETENESS_PARTIAL;

/// The operation is not known by its id; its venue gives `answers`, one after the other.
class InterviewTest : public testing::Test {
  protected:
    InterviewTest() {
        hearing_.exchange = 0;
        hearing_.account = kAccount;
        hearing_.instrument = kInstrument;
        hearing_.operation.client_order_id = "ours";
        hearing_.operation.intent_time = Timestamp{kNsPerDay};
    }
    void look(const std::vector<exchange::Completion>& lists) {
        exchange::Completion absent = page(kWhole);
        absent.status = TRADECTL_NOT_FOUND;
        std::deque<exchange::Completion> answers(lists.begin(), lists.end());
        answers.push_front(absent);
        Interview interview(
            [&](std::uint32_t, const Question&) -> Expected<exchange::Completion> {
                if (answers.empty()) return fail(ErrorCode::Unavailable, "nothing more");
                auto answer = answers.front();
                answers.pop_front();
                return answer;
            },
            [this](const Hearing&, const tradectl_fill_report&) { return Expected<bool>(known_); });
        EXPECT_TRUE(interview.look({&hearing_}));
        EXPECT_TRUE(answers.empty());
    }
    Listing::Answer orders_of(std::vector<exchange::Completion> pages) {
        pages.push_back(page(kWhole));  // of fills
        look(pages);
        return hearing_.evidence.open_orders.answer;
    }
    Listing::Answer fills_of(std::vector<exchange::Completion> pages) {
        pages.insert(pages.begin(), page(kWhole));  // of orders
        look(pages);
        return hearing_.evidence.fills.answer;
    }
    static exchange::Completion nameless(tradectl_instrument_handle instrument) {
        tradectl_fill_report fill{};
        fill.account = kAccount;
        fill.instrument = instrument;
        EXPECT_TRUE(market::set_id(fill.venue_order_id, "V9"));
        exchange::Completion answer = page(kWhole);
        answer.fills.push_back(fill);
        return answer;
    }
    Hearing hearing_;
    bool known_ = false;
};

TEST_F(InterviewTest, CompletePagesThatGoOnAndThenEndProveAbsence) {
    EXPECT_EQ(orders_of({page(kWhole, "a"), page(kWhole, "b"), page(kWhole)}),
              Listing::Answer::Absent);
    EXPECT_EQ(fills_of({page(kWhole, "a"), page(kWhole)}), Listing::Answer::Absent);
}

TEST_F(InterviewTest, OnePageThatIsNotCompleteProvesNothing) {
    for (const auto poor : {kPart, TRADECTL_COMPLETENESS_UNKNOWN}) {
        EXPECT_EQ(orders_of({page(poor, "a"), page(kWhole)}), Listing::Answer::Incomplete);
        EXPECT_EQ(fills_of({page(kWhole, "a"), page(poor, "b"), page(kWhole)}),
                  Listing::Answer::Incomplete);
        EXPECT_EQ(hearing_.evidence.problem, "its list of fills: it is not complete");
    }
}

TEST_F(InterviewTest, TheSamePageAgainProvesNothing) {
    EXPECT_EQ(orders_of({page(kWhole, "a"), page(kWhole, "a")}), Listing::Answer::Incomplete);
    EXPECT_EQ(fills_of({page(kWhole, "a"), page(kWhole, "b"), page(kWhole, "a")}),
              Listing::Answer::Incomplete);
    EXPECT_EQ(hearing_.evidence.problem, "its list of fills: it gives the same page again");
}

TEST_F(InterviewTest, AListThatStopsInTheMiddleProvesNothing) {
    exchange::Completion broken = page(kWhole);
    broken.status = TRADECTL_UNAVAILABLE;
    EXPECT_EQ(orders_of({page(kWhole, "a"), broken}), Listing::Answer::Incomplete);
    EXPECT_EQ(fills_of({page(kWhole, "a"), page(kPart)}), Listing::Answer::Incomplete);
}

TEST_F(InterviewTest, AnOpenOrderIsKnownByTheVenuesIdToo) {
    hearing_.operation.venue_order_id = "V9";
    for (const char* id : {"V9", "V8"}) {
        exchange::Completion open = page(kWhole);
        open.orders.emplace_back();
        EXPECT_TRUE(market::set_id(open.orders.back().venue_order_id, id));
        EXPECT_EQ(orders_of({open}),
                  id == std::string("V9") ? Listing::Answer::Listed : Listing::Answer::Absent);
    }
}

TEST_F(InterviewTest, FillsAreWholeWhenTheListIsAndEachIsSomebodys) {
    EXPECT_EQ(fills_of({page(kWhole)}), Listing::Answer::Absent);
    EXPECT_TRUE(hearing_.evidence.fills_whole);
    fills_of({page(kPart)});
    EXPECT_FALSE(hearing_.evidence.fills_whole);
    exchange::Completion own = nameless(kInstrument);
    own.fills.push_back(own.fills.front());
    EXPECT_TRUE(market::set_id(own.fills.back().client_order_id, "ours"));
    EXPECT_EQ(fills_of({own}), Listing::Answer::Listed);
    EXPECT_FALSE(hearing_.evidence.fills_whole) << "the other one may be its own";
    own.fills.erase(own.fills.begin());
    fills_of({own});
    EXPECT_TRUE(hearing_.evidence.fills_whole);
}

TEST_F(InterviewTest, AFillThatNamesNoOrderMayBeItsOwn) {
    EXPECT_EQ(fills_of({nameless(kInstrument)}), Listing::Answer::Incomplete);
    EXPECT_EQ(hearing_.evidence.problem, "a fill without a client order id may be its own");
    EXPECT_EQ(fills_of({nameless(TRADECTL_HANDLE_NONE)}), Listing::Answer::Incomplete);
}

TEST_F(InterviewTest, AFillOfNoKnownInstrumentIsNotThatOfAnOrderWithAnotherId) {
    hearing_.operation.venue_order_id = "V1";
    EXPECT_EQ(fills_of({nameless(TRADECTL_HANDLE_NONE)}), Listing::Answer::Absent);
    EXPECT_EQ(fills_of({nameless(kInstrument)}), Listing::Answer::Incomplete);
    hearing_.operation.venue_order_id.clear();
    hearing_.operation.identity = "V9";
    EXPECT_EQ(fills_of({nameless(TRADECTL_HANDLE_NONE)}), Listing::Answer::Listed);
}

TEST_F(InterviewTest, AnOrderThatItsVenueCallsByItsHashIsNotUnderAnother) {
    const std::string hash = "0x" + std::string(64, 'a');
    exchange::Completion answer = nameless(TRADECTL_HANDLE_NONE);
    ASSERT_TRUE(market::set_id(answer.fills[0].venue_order_id, "0x" + std::string(64, 'b')));
    hearing_.operation.identity = hash;
    EXPECT_EQ(fills_of({answer}), Listing::Answer::Absent);
    hearing_.operation.identity = "tc-1";  // the venue's own id is not known
    EXPECT_EQ(fills_of({answer}), Listing::Answer::Incomplete);
    hearing_.operation.identity = hash;
    ASSERT_TRUE(market::set_id(answer.fills[0].venue_order_id, hash));
    EXPECT_EQ(fills_of({answer}), Listing::Answer::Listed);
}

TEST_F(InterviewTest, AFillOfAKnownOrderOrAnotherInstrumentIsNotItsOwn) {
    EXPECT_EQ(fills_of({nameless(kInstrument + 1)}), Listing::Answer::Absent);
    known_ = true;
    EXPECT_EQ(fills_of({nameless(kInstrument)}), Listing::Answer::Absent);
}

}  // namespace
}  // namespace tradectl::engine

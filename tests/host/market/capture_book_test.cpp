#include "host/market/book.hpp"
#include "host/market/source.hpp"
#include "tests/host/market/capture_fixture.hpp"

namespace tradectl::market {
namespace {

class CaptureBookTest : public CaptureTest {};

TEST_F(CaptureBookTest, ASpotBookStartsAtTheSnapshotAndDropsWhatWasBeforeIt) {
    const auto report =
        report_of(spot_difference("10", "1", "4", R"(["99","9"])", "") +
                  spot_difference("11", "5", "7", R"(["98","8"])", "") +
                  depth_answer("12", "5", R"(["100","1"])", R"(["101","2"])") +
                  spot_difference("13", "8", "8", "", R"(["101","0"],["102","3"])"));
    EXPECT_EQ(events(), "12 =5 b100x1 a101x2\n12 4>7 b98x8\n13 7>8 a101x0 a102x3\n");
    EXPECT_EQ(report.differences_applied, 2U);
    EXPECT_EQ(report.differences_old, 1U);
    EXPECT_EQ(report.gap_count, 0U);
    EXPECT_EQ(report.bid_levels, 2U);
    EXPECT_EQ(report.ask_levels, 1U);
}

TEST_F(CaptureBookTest, TheFirstSpotDifferenceMayBeginRightBehindTheSnapshot) {
    const auto report = report_of(depth_answer("12", "5", R"(["100","1"])", R"(["101","2"])") +
                                  spot_difference("13", "6", "7", R"(["99","1"])", ""));
    EXPECT_EQ(report.differences_applied, 1U);
    EXPECT_EQ(report.gap_count, 0U);
}

TEST_F(CaptureBookTest, ADifferenceThatEndsAtTheSpotSnapshotIsOld) {
    const auto report = report_of(depth_answer("12", "5", R"(["100","1"])", R"(["101","2"])") +
                                  spot_difference("13", "4", "5", R"(["99","1"])", ""));
    EXPECT_EQ(report.differences_old, 1U);
    EXPECT_EQ(events(), "12 =5 b100x1 a101x2\n");
}

TEST_F(CaptureBookTest, AHoleBehindTheSnapshotIsAGap) {
    const auto report = report_of(depth_answer("12", "5", R"(["100","1"])", R"(["101","2"])") +
                                  spot_difference("13", "7", "8", R"(["99","1"])", ""));
    ASSERT_EQ(report.gap_count, 1U);
    EXPECT_EQ(report.gaps[0].place.line, 2U);
    EXPECT_EQ(report.gaps[0].expected, 6U);
    EXPECT_EQ(report.gaps[0].found, 7U);
    EXPECT_EQ(report.differences_unused, 1U);
    EXPECT_EQ(events(), "12 =5 b100x1 a101x2\n13 =0\n");
}

TEST_F(CaptureBookTest, AfterAGapTheBookIsEmptyUntilTheNextSnapshot) {
    const auto report = report_of(depth_answer("12", "5", R"(["100","1"])", R"(["101","2"])") +
                                  spot_difference("13", "6", "8", R"(["99","1"])", "") +
                                  spot_difference("14", "10", "11", R"(["97","1"])", "") +
                                  spot_difference("15", "12", "13", R"(["96","1"])", "") +
                                  depth_answer("16", "11", R"(["90","1"])", R"(["91","2"])") +
                                  spot_difference("17", "14", "14", R"(["89","1"])", ""));
    EXPECT_EQ(report.gap_count, 1U);
    EXPECT_EQ(events(),
              "12 =5 b100x1 a101x2\n13 5>8 b99x1\n14 =0\n"
              "16 =11 b90x1 a91x2\n16 11>13 b96x1\n17 13>14 b89x1\n");
    EXPECT_EQ(report.differences_old, 1U);
    EXPECT_EQ(report.differences_applied, 3U);
    EXPECT_EQ(report.bid_levels, 3U);
}

TEST_F(CaptureBookTest, ADifferenceThatRepeatsIsSkippedAndOneThatGoesBackToo) {
    const auto report = report_of(depth_answer("12", "5", R"(["100","1"])", R"(["101","2"])") +
                                  spot_difference("13", "6", "8", R"(["99","1"])", "") +
                                  spot_difference("14", "6", "8", R"(["99","7"])", "") +
                                  spot_difference("15", "2", "3", R"(["99","7"])", "") +
                                  spot_difference("16", "9", "9", R"(["98","7"])", ""));
    EXPECT_EQ(report.differences_old, 2U);
    EXPECT_EQ(report.gap_count, 0U);
    EXPECT_EQ(report.bid_levels, 3U);
}

TEST_F(CaptureBookTest, ADifferenceThatOverlapsTheOneBeforeIsAGap) {
    const auto report = report_of(depth_answer("12", "5", R"(["100","1"])", R"(["101","2"])") +
                                  spot_difference("13", "6", "8", R"(["99","1"])", "") +
                                  spot_difference("14", "8", "9", R"(["99","7"])", ""));
    ASSERT_EQ(report.gap_count, 1U);
    EXPECT_EQ(report.gaps[0].expected, 9U);
    EXPECT_EQ(report.gaps[0].found, 8U);
}

TEST_F(CaptureBookTest, AFuturesBookIsLinkedByThePreviousNumber) {
    const auto report = report_of(linked_difference("10", "10", "19", "9", R"(["99","9"])", "") +
                                  depth_answer("11", "25", R"(["100","1"])", R"(["101","2"])") +
                                  linked_difference("12", "21", "30", "19", R"(["98","1"])", "") +
                                  linked_difference("13", "35", "40", "30", R"(["97","1"])", ""));
    EXPECT_EQ(events(), "11 =25 b100x1 a101x2\n12 19>30 b98x1\n13 30>40 b97x1\n");
    EXPECT_EQ(report.differences_old, 1U);
    EXPECT_EQ(report.gap_count, 0U);
}

TEST_F(CaptureBookTest, AFuturesDifferenceThatEndsAtTheSnapshotIsTheFirstOne) {
    const auto report = report_of(depth_answer("11", "25", R"(["100","1"])", R"(["101","2"])") +
                                  linked_difference("12", "21", "25", "19", R"(["100","1"])", "") +
                                  linked_difference("13", "30", "31", "25", R"(["97","1"])", ""));
    EXPECT_EQ(report.differences_applied, 2U);
    EXPECT_EQ(report.gap_count, 0U);
}

TEST_F(CaptureBookTest, AFuturesDifferenceMayFollowTheSnapshotExactly) {
    const auto report = report_of(depth_answer("11", "25", R"(["100","1"])", R"(["101","2"])") +
                                  linked_difference("12", "30", "31", "25", R"(["97","1"])", ""));
    EXPECT_EQ(report.differences_applied, 1U);
    EXPECT_EQ(report.gap_count, 0U);
}

TEST_F(CaptureBookTest, AFuturesHoleIsNamedByItsNumbers) {
    const auto report = report_of(depth_answer("11", "25", R"(["100","1"])", R"(["101","2"])") +
                                  linked_difference("12", "21", "30", "19", R"(["98","1"])", "") +
                                  linked_difference("13", "41", "50", "40", R"(["97","1"])", ""));
    ASSERT_EQ(report.gap_count, 1U);
    EXPECT_EQ(report.gaps[0].place.line, 3U);
    EXPECT_EQ(report.gaps[0].expected, 30U);
    EXPECT_EQ(report.gaps[0].found, 40U);
}

TEST_F(CaptureBookTest, AnOldAnswerDoesNotTakeTheBookBack) {
    const auto report = report_of(depth_answer("11", "5", R"(["100","1"])", R"(["101","2"])") +
                                  spot_difference("12", "6", "9", R"(["98","1"])", "") +
                                  depth_answer("13", "7", R"(["50","1"])", R"(["51","2"])") +
                                  spot_difference("14", "10", "10", R"(["97","1"])", ""));
    EXPECT_EQ(report.snapshots, 2U);
    EXPECT_EQ(report.snapshots_old, 1U);
    EXPECT_EQ(report.bid_levels, 3U);
    EXPECT_EQ(report.gap_count, 0U);
}

TEST_F(CaptureBookTest, WithoutASnapshotThereIsNoBook) {
    EXPECT_EQ(refusal(spot_difference("12", "6", "9", R"(["98","1"])", "")),
              "in.txt: no snapshot of ABC: its 1 differences make no book by the venue's rule");
}

TEST_F(CaptureBookTest, AnEmptySnapshotIsABookWithoutLevels) {
    const auto report = report_of(depth_answer("11", "5", "", "") +
                                  spot_difference("12", "6", "9", R"(["98","1"])", ""));
    EXPECT_EQ(report.snapshots_empty, 1U);
    EXPECT_EQ(events(), "11 =5\n12 5>9 b98x1\n");
}

TEST_F(CaptureBookTest, ADifferenceWithoutLevelsKeepsTheNumbersTogether) {
    report_of(depth_answer("11", "5", R"(["100","1"])", "") +
              spot_difference("12", "6", "9", "", "") +
              spot_difference("13", "10", "10", R"(["98","1"])", ""));
    EXPECT_EQ(events(), "11 =5 b100x1\n12 5>9\n13 9>10 b98x1\n");
}

TEST_F(CaptureBookTest, CrossedBooksAreCountedWithTheirFirstPlace) {
    const auto report = report_of(depth_answer("11", "5", R"(["100","1"])", R"(["101","2"])") +
                                  spot_difference("12", "6", "6", R"(["101","1"])", "") +
                                  spot_difference("13", "7", "7", R"(["101","0"])", ""));
    EXPECT_EQ(report.books_crossed, 1U);
    EXPECT_EQ(report.crossed_first.line, 2U);
}

TEST_F(CaptureBookTest, TheLastOfSeveralChangesOfOnePriceCounts) {
    const auto report =
        report_of(depth_answer("11", "5", R"(["100","1"],["99","1"])", "") +
                  spot_difference("12", "6", "6", R"(["99","5"],["98","2"],["99","0"])", ""));
    EXPECT_EQ(events(), "11 =5 b100x1 b99x1\n12 5>6 b99x5 b99x0 b98x2\n");
    EXPECT_EQ(report.bid_levels, 2U);
}

TEST_F(CaptureBookTest, InFileOrderEverythingCountsFromAnEmptyBookOn) {
    options_.capture.book_rule = BookRule::FileOrder;
    const auto report =
        report_of(spot_difference("10", "1", "4", R"(["104","9"],["99","9"],["90","1"])", "") +
                  spot_difference("11", "9", "9", R"(["95","8"])", "") +
                  depth_answer("12", "5", R"(["100","1"],["94","1"])", R"(["101","2"])") +
                  spot_difference("13", "3", "3", "", R"(["102","3"])"));
    // The snapshot's bids are 94 to 100: 99 and 95 go, 104 and 90 stay.
    EXPECT_EQ(events(),
              "10 =0\n10 0>0 b104x9 b99x9 b90x1\n11 0>0 b95x8\n"
              "12 0>0 b100x1 b99x0 b95x0 b94x1 a101x2\n13 0>0 a102x3\n");
    EXPECT_EQ(report.bid_levels, 4U);
    EXPECT_EQ(report.gap_count, 0U);
    EXPECT_EQ(report.books_crossed, 2U);
}

TEST_F(CaptureBookTest, InFileOrderNoSnapshotIsNeeded) {
    options_.capture.book_rule = BookRule::FileOrder;
    EXPECT_EQ(report_of(spot_difference("10", "1", "4", R"(["99","9"])", "")).bid_levels, 1U);
}

TEST_F(CaptureBookTest, ASecondFileContinuesTheFirst) {
    const std::string first =
        folder_.write("first.txt", depth_answer("11", "5", R"(["100","1"])", R"(["101","2"])"));
    const std::string second =
        folder_.write("second.txt", spot_difference("12", "6", "6", R"(["99","1"])", ""));
    options_.inputs = {second, first};  // whatever the order of the list
    const auto report = import_capture(*disk_, options_);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(events(), "11 =5 b100x1 a101x2\n12 5>6 b99x1\n");
}

TEST_F(CaptureBookTest, ByTheExchangesClockAnAnswerMayBeAheadOfItsStream) {
    options_.capture.clock = CaptureClock::Exchange;
    const std::string answer =
        R"(11 {"lastUpdateId":25,"E":9,"T":8,"bids":[["100","1"]],"asks":[["101","2"]]})"
        "\n";
    report_of(answer + linked_difference("12", "21", "30", "19", R"(["98","1"])", ""));
    EXPECT_EQ(events(), "8000000 =25 b100x1 a101x2\n8000000 19>30 b98x1\n");
}

TEST_F(CaptureBookTest, WhatIsWrittenPlaysBackAsTheSameBook) {
    const auto report = report_of(
        depth_answer("11", "5", R"(["100","1"],["99","2"])", R"(["101","2"])") +
        spot_difference("12", "6", "8", R"(["99","0"],["98","4"])", R"(["101","0"],["103","1"])"));
    Book book;
    EventBuffer events;
    FileSource source(output(), 0, 0);
    ASSERT_EQ(source.read(Timestamp{INT64_MAX}, 100, events).value(), 2U);
    events.each([&book](const tradectl_event& event) {
        EXPECT_EQ(book.apply(reinterpret_cast<const tradectl_book_event&>(event)),
                  BookResult::Applied);
    });
    EXPECT_EQ(book.bid_count(), report.bid_levels);
    EXPECT_EQ(text_of(book.best_bid()->price), "100");
    EXPECT_EQ(text_of(book.best_ask()->price), "103");
}

}  // namespace
}  // namespace tradectl::market

#include "host/config/suggest.hpp"

#include <gtest/gtest.h>

namespace tradectl::config {
namespace {

TEST(EditDistance, CountsEachKindOfSlip) {
    EXPECT_EQ(edit_distance("", ""), 0U);
    EXPECT_EQ(edit_distance("seed", "sed"), 1U);
    EXPECT_EQ(edit_distance("seed", "seeed"), 1U);
    EXPECT_EQ(edit_distance("seed", "sead"), 1U);
    EXPECT_EQ(edit_distance("seed", "sede"), 1U);
    EXPECT_EQ(edit_distance("", "abc"), 3U);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

TEST(Hint, NamesTheNearestWord) {
    const std::vector<std::string> words = {"name", "mode", "clock", "strategies"};
    EXPECT_EQ(hint_for("nmae", words), "did you mean 'name'?");
    EXPECT_EQ(hint_for("stratgeis", words), "did you mean 'strategies'?");
    EXPECT_EQ(hint_for("zzz", words), "allowed here: name, mode, clock, strategies");
    EXPECT_EQ(hint_for("zzz", {}), "");
}

TEST(Hint, AVeryLongWordCostsNothing) {
    EXPECT_EQ(nearest(std::string(1'000'000, 'a'), {"name"}), "");
}

}  // namespace
}  // namespace tradectl::config

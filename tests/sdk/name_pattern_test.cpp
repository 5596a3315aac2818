#include <tradectl/name_pattern.hpp>

#include <string>

#include <gtest/gtest.h>

namespace tradectl {
namespace {

TEST(NamePattern, IsTheNameItself) {
    EXPECT_TRUE(matches_pattern("rain-yes", "rain-yes"));
    EXPECT_FALSE(matches_pattern("rain-yes", "rain-ye"));
    EXPECT_FALSE(matches_pattern("rain-ye", "rain-yes"));
    EXPECT_FALSE(matches_pattern("Rain-yes", "rain-yes"));
    EXPECT_TRUE(matches_pattern("", ""));
    EXPECT_FALSE(matches_pattern("", "a"));
}

TEST(NamePattern, StarStandsForAnyText) {
    EXPECT_TRUE(matches_pattern("", "*"));
    EXPECT_TRUE(matches_pattern("rain-yes", "*"));
    EXPECT_TRUE(matches_pattern("rain-yes", "rain*"));
    EXPECT_TRUE(matches_pattern("rain-yes", "*-yes"));
    EXPECT_TRUE(matches_pattern("rain-yes", "r*n-*s"));
    EXPECT_TRUE(matches_pattern("rain-yes", "rain-yes**"));
    EXPECT_FALSE(matches_pattern("rain-yes", "*-no"));
    EXPECT_FALSE(matches_pattern("rain-yes", "r*z*s"));
}

TEST(NamePattern, StarGoesBackForTheLastPlaceThatFits) {
    EXPECT_TRUE(matches_pattern("aab", "*ab"));
    EXPECT_TRUE(matches_pattern("abcabcd", "*abcd"));
    EXPECT_FALSE(matches_pattern("abcabc", "*abcd"));
}

TEST(NamePattern, EndsSoonWithManyStars) {
    const std::string name(2000, 'a');
    EXPECT_FALSE(matches_pattern(name, "*a*a*a*a*a*a*a*a*b"));
}

TEST(NamePattern, IsOneOfAList) {
    EXPECT_FALSE(matches_any("a", {}));
    EXPECT_TRUE(matches_any("a", {"b", "a*"}));
}

}  // namespace
}  // namespace tradectl

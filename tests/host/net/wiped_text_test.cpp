#include "host/net/wiped_text.hpp"

#include <utility>

#include <gtest/gtest.h>

namespace tradectl::net {
namespace {

TEST(WipedText, GrowsAndMoves) {
    WipedText text(std::string_view("ab"));
    for (int i = 0; i < 100; ++i)
        text.append("cd");
    EXPECT_EQ(text.size(), 202u);
    WipedText other = std::move(text);
    EXPECT_TRUE(text.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
    EXPECT_EQ(other.view().substr(198), "cdcd");
    other = WipedText(std::string_view("x"));
    EXPECT_EQ(other.copy().view(), "x");
    other.clear();
    EXPECT_TRUE(other.view().empty());
}

TEST(WipedText, LeavesNothingWhereItWas) {
    WipedText text(std::string_view("secret"));
    const char* const at = text.view().data();
    text.clear();
    EXPECT_EQ(std::string(at, 6), std::string(6, '\0'));
    std::string given = "secret";
    const char* const was = given.data();
    const WipedText taken(std::move(given));
    EXPECT_EQ(taken.view(), "secret");
    EXPECT_EQ(std::string(was, 6), std::string(6, '\0'));
}

TEST(WipedText, WipingCoversTheRoomBehindTheText) {
    std::string text = "a longer secret that is on the heap";
    text.resize(3);
    const char* const at = text.data();
    wipe(text);
    EXPECT_EQ(std::string(at, 35), std::string(35, '\0'));
}

}  // namespace
}  // namespace tradectl::net

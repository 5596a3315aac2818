#include "host/base/utf8.hpp"

#include <gtest/gtest.h>

namespace tradectl {
namespace {

constexpr const char* kReplaced = "\xef\xbf\xbd";

TEST(Utf8, WellFormedTextStaysAsItIs) {
    for (const char* text : {"",
                             "plain",
                             "\xc3\xa9",
                             "\xe2\x82\xac",
                             "\xf0\x9f\x98\x80",
                             "\xf4\x8f\xbf\xbf",
                             "\xed\x9f\xbf"})
        EXPECT_EQ(valid_utf8(text), text);
}

TEST(Utf8, EachBadByteIsReplacedAlone) {
    EXPECT_EQ(valid_utf8("a\xff"
                         "b"),
              std::string("a") + kReplaced + "b");
    EXPECT_EQ(valid_utf8("\xe2\x82"), std::string(kReplaced) + kReplaced);
}

TEST(Utf8, OverlongFormsSurrogatesAndWhatIsTooLargeAreBad) {
    for (const char* text : {"\xc0\x80",
                             "\xc1\xbf",
                             "\xe0\x80\x80",
                             "\xed\xa0\x80",
                             "\xf0\x80\x80\x80",
                             "\xf4\x90\x80\x80",
                             "\xf5\x80\x80\x80",
                             "\x80"})
        EXPECT_EQ(utf8_bytes(text), 0u);
}

}  // namespace
}  // namespace tradectl

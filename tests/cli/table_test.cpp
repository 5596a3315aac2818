#include "cli/table.hpp"

#include <gtest/gtest.h>

namespace tradectl::cli {
namespace {

TEST(Table, AlignsColumnsAndLeavesNoBlanksAtTheEnd) {
    Table table({{"name"}, {"total", Align::Right}, {"note"}});
    table.add({"a", "1.5", "x"});
    table.add({"longer", "100", ""});
    EXPECT_EQ(table.to_string(),
              "name    total  note\n"
              "a         1.5  x\n"
              "longer    100\n");
}

TEST(Table, CountsCharactersNotBytes) {
    Table table({{"a"}, {"b"}});
    table.add({"\xe2\x82\xac", "x"});
    table.add({"ab", "y"});
    EXPECT_EQ(table.body(), "\xe2\x82\xac   x\nab  y\n");
}

TEST(Table, WithoutRowsOnlyTheTitlesStay) {
    const Table table({{"a"}, {"b"}});
    EXPECT_TRUE(table.empty());
    EXPECT_EQ(table.to_string(), "a  b\n");
    EXPECT_EQ(table.body(), "");
}

TEST(Csv, QuotesWhatNeedsIt) {
    EXPECT_EQ(to_csv({"a", "b"}, {{"x,y", "say \"hi\""}, {"line\nbreak", "plain"}}),
              "a,b\n\"x,y\",\"say \"\"hi\"\"\"\n\"line\nbreak\",plain\n");
}

}  // namespace
}  // namespace tradectl::cli

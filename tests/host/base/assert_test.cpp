#include "host/base/assert.hpp"

#include <gtest/gtest.h>

namespace {

TEST(AssertDeathTest, StopsWithConditionAndPlace) {
    const int quantity = -1;
    EXPECT_DEATH(TRADECTL_ASSERT(quantity >= 0), "assert_test.cpp:.*quantity >= 0");
}

TEST(Assert, LetsATrueConditionPass) {
    TRADECTL_ASSERT(1 + 1 == 2);
}

}  // namespace

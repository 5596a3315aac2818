#include <tradectl/abi/types.h>
#include <tradectl/expected.hpp>

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace tradectl {
namespace {

static_assert(static_cast<int>(ErrorCode::InvalidArgument) == TRADECTL_INVALID_ARGUMENT);
static_assert(static_cast<int>(ErrorCode::NotFound) == TRADECTL_NOT_FOUND);
static_assert(static_cast<int>(ErrorCode::Denied) == TRADECTL_DENIED);
static_assert(static_cast<int>(ErrorCode::Unavailable) == TRADECTL_UNAVAILABLE);
static_assert(static_cast<int>(ErrorCode::OutcomeUnknown) == TRADECTL_OUTCOME_UNKNOWN);
static_assert(static_cast<int>(ErrorCode::Corrupt) == TRADECTL_CORRUPT);
static_assert(static_cast<int>(ErrorCode::Io) == TRADECTL_IO);
static_assert(static_cast<int>(ErrorCode::Unsupported) == TRADECTL_UNSUPPORTED);
static_assert(static_cast<int>(ErrorCode::WrongThread) == TRADECTL_WRONG_THREAD);
static_assert(static_cast<int>(ErrorCode::Quota) == TRADECTL_QUOTA);
static_assert(static_cast<int>(ErrorCode::Overflow) == TRADECTL_OVERFLOW);
static_assert(static_cast<int>(ErrorCode::BadState) == TRADECTL_BAD_STATE);
static_assert(static_cast<int>(ErrorCode::Internal) == TRADECTL_INTERNAL);
static_assert(static_cast<int>(ErrorCode::RateLimited) == TRADECTL_RATE_LIMITED);
static_assert(static_cast<int>(ErrorCode::Authentication) == TRADECTL_AUTHENTICATION);
static_assert(static_cast<int>(ErrorCode::Rejected) == TRADECTL_REJECTED);
static_assert(static_cast<int>(ErrorCode::Maintenance) == TRADECTL_MAINTENANCE);

Expected<int> half_of(int value) {
    if (value % 2 != 0) return fail(ErrorCode::InvalidArgument, "odd");
    return value / 2;
}

Status check(int value) {
    const auto half = half_of(value);
    if (!half) return fail(half.error());
    return {};
}

TEST(Expected, HoldsAValueOrAnError) {
    EXPECT_TRUE(half_of(4));
    EXPECT_EQ(*half_of(4), 2);
    EXPECT_FALSE(half_of(3));
    EXPECT_EQ(half_of(3).error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(half_of(3).error().message, "odd");
    EXPECT_EQ(half_of(3).value_or(7), 7);
    EXPECT_EQ(half_of(4).value_or(7), 2);
}

TEST(Expected, PassesAnErrorOn) {
    EXPECT_TRUE(check(2));
    EXPECT_EQ(check(1).error().message, "odd");
}

TEST(Expected, MovesWhatCannotBeCopied) {
    Expected<std::unique_ptr<int>> made = std::make_unique<int>(5);
    EXPECT_EQ(**made, 5);
    const std::unique_ptr<int> taken = std::move(made).value();
    EXPECT_EQ(*taken, 5);
}

TEST(Expected, IsReachedByArrow) {
    Expected<std::string> text = std::string("abc");
    EXPECT_EQ(text->size(), 3U);
    *text += "d";
    EXPECT_EQ(text.value(), "abcd");
}

TEST(ExpectedDeathTest, StopsTheProcessWhenAskedForWhatItHasNot) {
    EXPECT_DEATH((void)half_of(3).value(), "");
    EXPECT_DEATH((void)half_of(4).error(), "");
    EXPECT_DEATH((void)Status().error(), "");
}

}  // namespace
}  // namespace tradectl

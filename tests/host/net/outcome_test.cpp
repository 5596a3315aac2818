#include "host/net/outcome.hpp"

#include <gtest/gtest.h>

namespace tradectl::net {
namespace {

TEST(Outcome, OfAStatusIsOneTable) {
    struct Row {
        int status;
        Outcome acts;
        Outcome reads;
    };
    constexpr auto kAmbiguous = Outcome::Ambiguous;
    constexpr auto kRetryable = Outcome::Retryable;
    const Row rows[] = {
        {200, Outcome::Answered, Outcome::Answered},
        {204, Outcome::Answered, Outcome::Answered},
        {302, Outcome::Answered, Outcome::Answered},
        {400, Outcome::Rejected, Outcome::Rejected},
        {401, Outcome::Authentication, Outcome::Authentication},
        {403, Outcome::Authentication, Outcome::Authentication},
        {404, Outcome::Rejected, Outcome::Rejected},
        {408, kAmbiguous, kRetryable},
        {409, Outcome::Rejected, Outcome::Rejected},
        {425, Outcome::Maintenance, Outcome::Maintenance},
        {429, Outcome::RateLimited, Outcome::RateLimited},
        {499, Outcome::Rejected, Outcome::Rejected},
        {500, kAmbiguous, kRetryable},
        {502, kAmbiguous, kRetryable},
        {503, Outcome::Maintenance, Outcome::Maintenance},
        {504, kAmbiguous, kRetryable},
        {599, kAmbiguous, kRetryable},
        {101, kAmbiguous, kRetryable},
        {0, kAmbiguous, kRetryable},
        {999, kAmbiguous, kRetryable},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(outcome_of_status(row.status, Deed::Acts), row.acts) << row.status;
        EXPECT_EQ(outcome_of_status(row.status, Deed::Reads), row.reads) << row.status;
    }
}

TEST(Outcome, OfAFailureSaysWhetherItMayHaveHappened) {
    EXPECT_EQ(outcome_of_error(ErrorCode::Unavailable), Outcome::Retryable);
    EXPECT_EQ(outcome_of_error(ErrorCode::OutcomeUnknown), Outcome::Ambiguous);
    EXPECT_EQ(outcome_of_error(ErrorCode::RateLimited), Outcome::RateLimited);
    EXPECT_EQ(outcome_of_error(ErrorCode::Authentication), Outcome::Authentication);
    EXPECT_EQ(outcome_of_error(ErrorCode::Permission), Outcome::Rejected);
    EXPECT_EQ(outcome_of_error(ErrorCode::Internal), Outcome::Ambiguous);
}

TEST(Outcome, HasACodeThatIsOfItsClass) {
    for (const Outcome outcome : {Outcome::Retryable,
                                  Outcome::Rejected,
                                  Outcome::RateLimited,
                                  Outcome::Ambiguous,
                                  Outcome::Authentication,
                                  Outcome::Maintenance}) {
        EXPECT_EQ(outcome_of_error(code_of(outcome)), outcome);
    }
}

}  // namespace
}  // namespace tradectl::net

// What wal-recover answers, and its exit status.
#include "cli/recover_answer.hpp"

#include "tests/cli/child.hpp"

#include <gtest/gtest.h>

namespace tradectl::cli {
namespace {

TEST(RecoverAnswer, WhatWasNotListedIsNotAllIsWell) {
    engine::WalRecoverAnswer recovered;
    recovered.report.answered = 1;
    EXPECT_EQ(answer_of_recovery(recovered, {}, {}).exit_code, ExitCode::Ok);
    recovered.report.not_listed.push_back({ErrorCode::Unavailable, "half a list"});
    const Answer answer = answer_of_recovery(recovered, {}, {});
    EXPECT_EQ(answer.exit_code, ExitCode::CannotTell);
    EXPECT_NE(answer.text.find("half a list"), std::string::npos);
    EXPECT_EQ(answer.errors.size(), 1U);
}

TEST(RecoverAnswer, AnOperationHasANumberAboveZero) {
    for (const char* number : {"0", "-1"}) {
        const ChildResult refused = run_tradectl({"wal-recover", "none.yaml", "--op", number});
        EXPECT_EQ(refused.exit_status, 64) << refused.err;
        EXPECT_NE(refused.err.find("--op: want"), std::string::npos) << refused.err;
    }
}

TEST(RecoverAnswer, ADecisionIsNotForOffline) {
    const ChildResult refused = run_tradectl({"wal-recover",
                                              "none.yaml",
                                              "--offline",
                                              "--resolve",
                                              "4=failed",
                                              "--evidence",
                                              "mail.txt",
                                              "--reason",
                                              "told"});
    EXPECT_EQ(refused.exit_status, 64) << refused.err;
    EXPECT_NE(refused.err.find("--offline does not"), std::string::npos) << refused.err;
}

}  // namespace
}  // namespace tradectl::cli

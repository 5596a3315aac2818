#include "host/doctor/key_checks.hpp"

#include <gtest/gtest.h>

namespace tradectl::doctor {
namespace {

using State = keys::KeyReport::State;

Check judged(State state, std::optional<Error> error = std::nullopt) {
    keys::KeyReport report;
    report.name = "wallet";
    report.source = "file";
    report.state = state;
    report.error = std::move(error);
    return judge_key(report);
}

TEST(DoctorKeys, AKeyThatCannotBeUsedFailsWithItsReason) {
    const Check check = judged(State::Refused, Error{ErrorCode::Permission, "others may read it"});
    EXPECT_EQ(check.name, "key:wallet");
    EXPECT_EQ(check.verdict, Verdict::Fail);
    EXPECT_EQ(check.text, "others may read it");
    EXPECT_EQ(judged(State::Refused).verdict, Verdict::Fail);
}

TEST(DoctorKeys, WhatAVenueHasYetToGiveIsNoFinding) {
    EXPECT_EQ(judged(State::Ready).verdict, Verdict::Ok);
    EXPECT_EQ(judged(State::Absent).verdict, Verdict::Skip);
    EXPECT_EQ(judged(State::KeptOld, Error{ErrorCode::Corrupt, "no key"}).text,
              "file can be used; the new one cannot: no key");
}

TEST(DoctorKeys, APublishedTestKeyMustNotBeUsed) {
    keys::KeyReport report;
    report.state = State::Ready;
    report.published_test_key = true;
    EXPECT_EQ(judge_key(report).verdict, Verdict::Fail);
}

TEST(DoctorKeys, TwoKeysOfOneNameAreAFinding) {
    keys::KeySpec spec;
    spec.name = "twice";
    keys::KeyStoreOptions options;
    options.keys = {spec, spec};
    const Checks checks = check_keys(std::move(options)).checks;
    ASSERT_EQ(checks.size(), 1u);
    EXPECT_EQ(checks[0].verdict, Verdict::Fail);
}

}  // namespace
}  // namespace tradectl::doctor

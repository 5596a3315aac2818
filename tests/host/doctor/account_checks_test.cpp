#include "host/doctor/account_checks.hpp"

#include <cstddef>
#include <string>

#include <gtest/gtest.h>

namespace tradectl::doctor {
namespace {

constexpr Timestamp kNow{10 * kNsPerSecond};

Json account(std::string_view allowances) {
    return parse_json(R"({"key":"wallet","address":"0xAbcdEF0000000000000000000000000000000001",)"
                      R"("allowances":[)" +
                      std::string(allowances) + "]}")
        .value();
}

std::string allowance(std::string_view state, std::string_view more) {
    return R"({"asset":"pUSD","contract":"exchange","spender":"0x12","state":")" +
           std::string(state) + "\"" + std::string(more) + "}";
}

keys::KeyReport key_of(std::uint8_t last) {
    keys::KeyReport report;
    report.name = "wallet";
    report.address = keys::Address{std::byte{0xab}, std::byte{0xcd}, std::byte{0xef}};
    report.address->back() = std::byte{last};
    return report;
}

TEST(DoctorAccount, TheAddressOfTheConfigIsThatOfTheKey) {
    const Check check = judge_address("pm", account(""), {key_of(1)});
    EXPECT_EQ(check.name, "address:pm");
    EXPECT_EQ(check.verdict, Verdict::Ok) << check.text;
}

TEST(DoctorAccount, AnotherAddressFailsWithBoth) {
    const Check check = judge_address("pm", account(""), {key_of(2)});
    EXPECT_EQ(check.verdict, Verdict::Fail);
    EXPECT_NE(check.text.find("0xAbcdEF0000000000000000000000000000000001"), std::string::npos);
    EXPECT_NE(check.text.find("key wallet has the address 0x"), std::string::npos) << check.text;
}

TEST(DoctorAccount, AKeyThatCannotBeReadTellsNothing) {
    EXPECT_EQ(judge_address("pm", account(""), {}).verdict, Verdict::Unknown);
    keys::KeyReport bare;
    bare.name = "wallet";
    EXPECT_EQ(judge_address("pm", account(""), {bare}).verdict, Verdict::Unknown);
}

TEST(DoctorAccount, AllowancesTellStateAmountAndAge) {
    const std::string ok = allowance("ok", R"(,"amount":"unlimited","read":7000000000)");
    Check check = judge_allowances("pm", account(ok), kNow);
    EXPECT_EQ(check.verdict, Verdict::Ok);
    EXPECT_EQ(check.text, "pUSD for exchange 0x12: ok, unlimited, 3 s old");
    const std::string unknown = allowance("unknown", R"(,"amount":null)");
    check = judge_allowances("pm", account(ok + "," + unknown), kNow);
    EXPECT_EQ(check.verdict, Verdict::Unknown);
    const std::string missing = allowance("missing", R"(,"amount":"0")");
    check = judge_allowances("pm", account(missing + "," + unknown), kNow);
    EXPECT_EQ(check.verdict, Verdict::Warn);
    EXPECT_EQ(check.text, "pUSD for exchange 0x12: missing, 0; pUSD for exchange 0x12: unknown");
}

TEST(DoctorAccount, NoAllowancesAreNotKnown) {
    EXPECT_EQ(judge_allowances("pm", Json::object(), kNow).verdict, Verdict::Unknown);
}

}  // namespace
}  // namespace tradectl::doctor

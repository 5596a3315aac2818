// What a market stream said of an end, over a restart.
#include "tests/plugins/polymarket/lifecycle_fixture.hpp"

#include <gtest/gtest.h>

namespace tradectl::polymarket {
namespace {

TEST_F(LifecycleTest, WhatTheStreamSaidOfAnEndIsKept) {
    connect();
    tradectl_subscription item{};
    item.struct_size = sizeof item;
    item.instrument = instrument;
    item.streams = TRADECTL_STREAM_BOOK;
    run.api().subscribe(run.self(), 2, &item, 1, sizeof item);
    run.ws(100, TRADECTL_WS_OPENED, "");
    const std::string token(kToken);
    run.ws(100,
           TRADECTL_WS_TEXT,
           R"({"event_type":"market_resolved","assets_ids":[")" + token +
               R"("],"winning_asset_id":")" + token + R"("})");
    ASSERT_EQ(told().size(), 1U);
    const auto kept = base.kv().find("e/" + token);
    ASSERT_NE(kept, base.kv().end());
    const std::string record(kept->second.begin(), kept->second.end());
    EXPECT_TRUE(record.starts_with(R"({"status":4,"time":)")) << record;
    EXPECT_TRUE(record.ends_with(R"(,"pays":"1"})")) << record;
}

FakeHost::Kv kept_end(const std::string& record) {
    FakeHost::Kv kv;
    kv["e/" + std::string(kToken)].assign(record.begin(), record.end());
    return kv;
}

class KeptEndTest : public LifecycleTest {
  protected:
    explicit KeptEndTest(const std::string& status = "4",
                         const std::string& more = ",\"pays\":\"1\"")
        : LifecycleTest(
              {},
              kept_end(R"({"status":)" + status + R"(,"time":1699990000000000000)" + more + "}")) {
        connect();
    }
};

TEST_F(KeptEndTest, AListThatIsLateDoesNotOpenItAgainAfterARestart) {
    review(market(ours()));
    review(market(ours()));
    ASSERT_EQ(told().size(), 1U) << "of its other outcome nothing was kept";
    EXPECT_EQ(told()[0].instrument.status,
              static_cast<std::uint32_t>(TRADECTL_INSTRUMENT_RESOLVED));
    EXPECT_EQ(Decimal::from_abi(told()[0].resolved_price), 1_d) << "and not what the list says";
}

class KeptClosedTest : public KeptEndTest {
  protected:
    KeptClosedTest() : KeptEndTest("3", "") {}
};

TEST_F(KeptClosedTest, WhatItPaysIsReadFromTheListWhenItIsThere) {
    review(market(ours()));
    ASSERT_EQ(told().size(), 1U);
    EXPECT_EQ(told()[0].instrument.status, static_cast<std::uint32_t>(TRADECTL_INSTRUMENT_CLOSED));
    Listed over = ours();
    over.more = R"("acceptingOrders":false,"closed":true,"umaResolutionStatus":"resolved")";
    review("", market(over));
    ASSERT_GE(told().size(), 2U);
    EXPECT_EQ(told()[1].instrument.status,
              static_cast<std::uint32_t>(TRADECTL_INSTRUMENT_RESOLVED));
    EXPECT_EQ(Decimal::from_abi(told()[1].resolved_price), 0.5_d);
}

class OldEndTest : public LifecycleTest {
  protected:
    OldEndTest() : LifecycleTest({}, kept_end(R"({"status":4,"time":1})")) {}
};

TEST_F(OldEndTest, IsForgotten) {
    EXPECT_TRUE(base.kv().empty());
}

}  // namespace
}  // namespace tradectl::polymarket

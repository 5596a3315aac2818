#include <tradectl/exchange.hpp>
#include <tradectl/exchange_run.hpp>

#include <gtest/gtest.h>

namespace tradectl {
namespace {

class AddedInstrument : public testing::Test {
  protected:
    AddedInstrument() { record = other.instrument(other.add_instrument({.name = "NEW.test"})); }

    FakeHost other;  // lends the record
    FakeHost base;
    FakeExchangeHost fake{base};
    ExchangeHost host{fake.table()};
    tradectl_instrument record{};
};

TEST_F(AddedInstrument, IsKnownAtOnceAndOnceOnly) {
    base.add_instrument();
    const auto added = host.add_instrument(Instrument{record});
    ASSERT_TRUE(added.has_value());
    EXPECT_EQ(*added, 1U);
    EXPECT_EQ(*host.find_instrument("NEW.test"), *added);
    record.tick = (0.5_d).to_abi();
    EXPECT_EQ(*host.add_instrument(Instrument{record}), *added);
    EXPECT_EQ(host.instrument(*added)->tick(), 0.5_d);
    EXPECT_EQ(base.instrument_count(), 2U);
}

TEST_F(AddedInstrument, IsRefusedWithTheHostsCode) {
    fake.instrument_answer = TRADECTL_QUOTA;
    const auto added = host.add_instrument(Instrument{record});
    ASSERT_FALSE(added.has_value());
    EXPECT_EQ(added.error().code, ErrorCode::Quota);
    EXPECT_EQ(base.instrument_count(), 0U);
}

TEST_F(AddedInstrument, IsUnsupportedByAHostWithoutTheExtension) {
    tradectl_exchange_host bare = *fake.table();
    bare.get_extension = [](const tradectl_exchange_host*, const char*) -> const void* {
        return nullptr;
    };
    ExchangeHost old_host(&bare);
    EXPECT_EQ(old_host.add_instrument(Instrument{record}).error().code, ErrorCode::Unsupported);
}

}  // namespace
}  // namespace tradectl

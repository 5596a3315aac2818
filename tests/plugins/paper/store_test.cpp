#include "plugins/exchanges/paper/store.hpp"

#include <gtest/gtest.h>

namespace tradectl::paper {
namespace {

class OneOfEach final : public Names {
  public:
    std::string_view market_name(MarketIndex index) const override {
        return index == 0 ? "BTC-USD" : "-";
    }
    std::string_view account_name(AccountIndex index) const override {
        return index == 0 ? "main" : "-";
    }
    MarketIndex market_named(std::string_view name) const override {
        return name == "BTC-USD" ? 0 : kNoIndex;
    }
    AccountIndex account_named(std::string_view name) const override {
        return name == "main" ? 0 : kNoIndex;
    }
};

Order open_order() {
    Order order;
    order.terms.client_order_id = "a";
    order.terms.market = 0;
    order.terms.account = 0;
    order.terms.quantity = 2.5_d;
    order.terms.price = 99.01_d;
    order.number = 7;
    order.status = OrderStatus::PartiallyFilled;
    order.filled = 1_d;
    order.leaves = 1.5_d;
    order.traded_value = 99.01_d;
    order.held = 148.515_d;
    order.updated = Timestamp{123};
    return order;
}

TEST(PaperStore, WritesAnOrderAsThePageSays) {
    EXPECT_EQ(encode(open_order(), OneOfEach{}),
              "2\t7\tmain\tBTC-USD\t1\t1\t1\t0\t4\t0\t2.5\t99.01\tnull\t-9223372036854775808\t1\t"
              "99.01\t148.515\t0\t123\t0\t0\tnull\tnull");
}

TEST(PaperStore, ReadsBackWhatItWrote) {
    const OneOfEach names;
    const std::string record = encode(open_order(), names);
    const auto order = decode_order("a", record, names);
    ASSERT_TRUE(order);
    EXPECT_EQ(encode(*order, names), record);
    EXPECT_EQ(order->leaves, 1.5_d);
}

TEST(PaperStore, ReadsOrdersOfTheFirstVersion) {
    const OneOfEach names;
    const auto order = decode_order(
        "a",
        "1\t7\tmain\tBTC-USD\t1\t1\t1\t0\t4\t0\t2.5\t99.01\tnull\t-9223372036854775808\t1\t"
        "99.01\t148.515\t0\t123",
        names);
    ASSERT_TRUE(order);
    EXPECT_EQ(encode(*order, names), encode(open_order(), names));
}

TEST(PaperStore, EveryCutRecordIsRefused) {
    const OneOfEach names;
    const std::string record = encode(open_order(), names);
    for (std::size_t size = 0; size < record.size(); ++size) {
        const auto order = decode_order("a", record.substr(0, size), names);
        EXPECT_FALSE(order) << size;
    }
}

TEST(PaperStore, RefusalNamesTheField) {
    const OneOfEach names;
    const auto order = decode_order("a", "1\t7\tmain\tBTC-USD\t9", names);
    ASSERT_FALSE(order);
    EXPECT_EQ(order.error().message, "store: record of order a: bad field side");
    EXPECT_EQ(decode_balance("2\t1\t0", Debt::Refused).error().message,
              "store: record of a balance: bad field version");
    EXPECT_FALSE(decode_balance("1\t1\t2", Debt::Refused));
    EXPECT_FALSE(decode_balance("1\t-1\t0", Debt::Refused));
    EXPECT_FALSE(decode_counters("1\t1\t2"));
}

}  // namespace
}  // namespace tradectl::paper

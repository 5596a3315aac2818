#include "plugins/exchanges/paper/checks.hpp"

#include "tests/plugins/paper/venue_fixture.hpp"

#include <functional>

namespace tradectl::paper {
namespace {

struct RefusalCase {
    const char* name;
    std::function<void(OrderTerms&, Listing&)> change;
    Reason reason;
};

class Refusals : public VenueTest, public ::testing::WithParamInterface<RefusalCase> {};

TEST_P(Refusals, NameTheReasonAndKeepNothing) {
    open();
    trade(100_d, 1_d);
    OrderTerms terms = limit(Side::Buy, 1_d, 99_d);
    GetParam().change(terms, listing);
    venue->update_market(market, listing);
    const Refusal refusal = venue->submit(terms, now);
    EXPECT_EQ(refusal.reason, GetParam().reason) << refusal.text;
    EXPECT_EQ(refusal.text.empty(), GetParam().reason == TRADECTL_REASON_NONE);
    EXPECT_EQ(venue->orders().size(), refusal ? 0u : 1u);
    EXPECT_EQ(balance(kAlice, listing.quote).held.is_zero(), refusal || terms.side == Side::Sell);
}

const RefusalCase kCases[] = {
    {"nothing", [](OrderTerms&, Listing&) {}, TRADECTL_REASON_NONE},
    {"empty id",
     [](OrderTerms& t, Listing&) { t.client_order_id = ""; },
     TRADECTL_REASON_BAD_FIELD},
    {"tab in id",
     [](OrderTerms& t, Listing&) { t.client_order_id = "a\tb"; },
     TRADECTL_REASON_BAD_FIELD},
    {"market", [](OrderTerms& t, Listing&) { t.market = 9; }, TRADECTL_REASON_UNKNOWN_INSTRUMENT},
    {"account", [](OrderTerms& t, Listing&) { t.account = 9; }, TRADECTL_REASON_BAD_FIELD},
    {"side", [](OrderTerms& t, Listing&) { t.side = Side::None; }, TRADECTL_REASON_BAD_FIELD},
    {"type",
     [](OrderTerms& t, Listing&) { t.type = static_cast<OrderType>(5); },
     TRADECTL_REASON_BAD_FIELD},
    {"time in force",
     [](OrderTerms& t, Listing&) { t.time_in_force = static_cast<TimeInForce>(0); },
     TRADECTL_REASON_BAD_FIELD},
    {"no price",
     [](OrderTerms& t, Listing&) { t.price = Decimal::null(); },
     TRADECTL_REASON_BAD_FIELD},
    {"price of a market order",
     [](OrderTerms& t, Listing&) { t.type = OrderType::Market; },
     TRADECTL_REASON_BAD_FIELD},
    {"stop price of a limit order",
     [](OrderTerms& t, Listing&) { t.stop_price = 1_d; },
     TRADECTL_REASON_BAD_FIELD},
    {"negative price", [](OrderTerms& t, Listing&) { t.price = -1_d; }, TRADECTL_REASON_BAD_FIELD},
    {"zero quantity", [](OrderTerms& t, Listing&) { t.quantity = 0_d; }, TRADECTL_REASON_BAD_FIELD},
    {"null quantity",
     [](OrderTerms& t, Listing&) { t.quantity = Decimal::null(); },
     TRADECTL_REASON_BAD_FIELD},
    {"off tick",
     [](OrderTerms& t, Listing&) { t.price = 99.001_d; },
     TRADECTL_REASON_PRICE_NOT_ON_TICK},
    {"off lot",
     [](OrderTerms& t, Listing&) { t.quantity = 1.05_d; },
     TRADECTL_REASON_QUANTITY_NOT_ON_LOT},
    {"at least", [](OrderTerms&, Listing& l) { l.quantity_min = 1_d; }, TRADECTL_REASON_NONE},
    {"below least",
     [](OrderTerms&, Listing& l) { l.quantity_min = 1.1_d; },
     TRADECTL_REASON_QUANTITY_BELOW_MIN},
    {"above most",
     [](OrderTerms&, Listing& l) { l.quantity_max = 0.9_d; },
     TRADECTL_REASON_QUANTITY_ABOVE_MAX},
    {"notional at its least", [](OrderTerms&, Listing& l) { l.notional_min = 99_d; }, 0},
    {"notional below its least",
     [](OrderTerms&, Listing& l) { l.notional_min = 99.01_d; },
     TRADECTL_REASON_NOTIONAL_BELOW_MIN},
    {"below the lowest price",
     [](OrderTerms&, Listing& l) { l.price_min = 99.01_d; },
     TRADECTL_REASON_PRICE_OUT_OF_BOUNDS},
    {"above the highest price",
     [](OrderTerms&, Listing& l) { l.price_max = 98.99_d; },
     TRADECTL_REASON_PRICE_OUT_OF_BOUNDS},
    {"binary at 1",
     [](OrderTerms& t, Listing& l) {
         l.kind = TRADECTL_INSTRUMENT_BINARY;
         t.price = 1_d;
     },
     TRADECTL_REASON_PRICE_OUT_OF_BOUNDS},
    {"closed",
     [](OrderTerms&, Listing& l) { l.status = TRADECTL_INSTRUMENT_CLOSING; },
     TRADECTL_REASON_INSTRUMENT_NOT_OPEN},
    {"perpetual",
     [](OrderTerms&, Listing& l) { l.kind = TRADECTL_INSTRUMENT_PERPETUAL; },
     TRADECTL_REASON_UNSUPPORTED},
    {"overflow",
     [](OrderTerms& t, Listing&) {
         t.quantity = 100000000000000000000_d;
         t.price = 100000000000000000000_d;
     },
     TRADECTL_REASON_OVERFLOW},
    {"post-only that cannot rest",
     [](OrderTerms& t, Listing&) {
         t.flags = TRADECTL_ORDER_POST_ONLY;
         t.time_in_force = TimeInForce::Ioc;
     },
     TRADECTL_REASON_BAD_FIELD},
    {"expired",
     [](OrderTerms& t, Listing&) {
         t.time_in_force = TimeInForce::Gtd;
         t.expires = Timestamp{1000};
     },
     TRADECTL_REASON_EXPIRED},
    {"no expiry",
     [](OrderTerms& t, Listing&) { t.time_in_force = TimeInForce::Gtd; },
     TRADECTL_REASON_BAD_FIELD},
    {"more than it has",
     [](OrderTerms& t, Listing&) { t.quantity = 101.1_d; },
     TRADECTL_REASON_INSUFFICIENT_BALANCE},
    {"sells more than it has",
     [](OrderTerms& t, Listing&) {
         t.side = Side::Sell;
         t.quantity = 100.1_d;
     },
     TRADECTL_REASON_INSUFFICIENT_BALANCE},
    {"reduce-only buy",
     [](OrderTerms& t, Listing&) { t.flags = TRADECTL_ORDER_REDUCE_ONLY; },
     TRADECTL_REASON_REDUCE_ONLY},
    {"reduce-only sell of more",
     [](OrderTerms& t, Listing&) {
         t.flags = TRADECTL_ORDER_REDUCE_ONLY;
         t.side = Side::Sell;
         t.quantity = 100.1_d;
         t.price = 200_d;
     },
     TRADECTL_REASON_REDUCE_ONLY},
    {"reduce-only sell of all",
     [](OrderTerms& t, Listing&) {
         t.flags = TRADECTL_ORDER_REDUCE_ONLY;
         t.side = Side::Sell;
         t.quantity = 100_d;
         t.price = 200_d;
     },
     TRADECTL_REASON_NONE},
};

INSTANTIATE_TEST_SUITE_P(All,
                         Refusals,
                         ::testing::ValuesIn(kCases),
                         [](const ::testing::TestParamInfo<RefusalCase>& each) {
                             std::string name = each.param.name;
                             for (char& c : name)
                                 if (c == ' ' || c == '-') c = '_';
                             return name;
                         });

TEST_F(VenueTest, SecondOrderWithAKnownIdIsRefusedAndChangesNothing) {
    open();
    OrderTerms order = limit(Side::Buy, 1_d, 99_d);
    rest(order);
    EXPECT_EQ(submit(order), TRADECTL_REASON_DUPLICATE_ORDER_REF);
    EXPECT_FALSE(venue->cancel("o1", kAlice, now));
    const std::size_t heard = reports.size();
    EXPECT_EQ(submit(order), TRADECTL_REASON_DUPLICATE_ORDER_REF);
    EXPECT_EQ(reports.size(), heard);
}

}  // namespace
}  // namespace tradectl::paper

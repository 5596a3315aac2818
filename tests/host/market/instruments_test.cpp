#include "host/market/instruments.hpp"

#include <functional>
#include <set>

#include <gtest/gtest.h>

namespace tradectl::market {
namespace {

InstrumentSpec btc() {
    InstrumentSpec spec;
    spec.name = "BTC-USD.paper";
    spec.venue = "paper";
    spec.base = "BTC";
    spec.quote = "USD";
    spec.tick = 0.01_d;
    spec.lot = 0.0001_d;
    return spec;
}

InstrumentSpec eth() {
    InstrumentSpec spec = btc();
    spec.name = "ETH-USD.paper";
    spec.base = "ETH";
    return spec;
}

TEST(InstrumentTable, GivesDenseHandlesInOrder) {
    InstrumentTable table;
    EXPECT_EQ(*table.add(btc()), 0u);
    EXPECT_EQ(*table.add(eth()), 1u);
    EXPECT_EQ(table.size(), 2u);
    EXPECT_EQ(table.find("ETH-USD.paper"), 1u);
    EXPECT_FALSE(table.find("ETH-USD"));
    EXPECT_EQ(table.instrument(2), nullptr);
}

TEST(InstrumentTable, InternsAssetsOnce) {
    InstrumentTable table;
    ASSERT_TRUE(table.add(btc()));
    ASSERT_TRUE(table.add(eth()));
    EXPECT_EQ(table.asset_count(), 3u);
    EXPECT_EQ(table.instrument(0)->quote_asset, table.instrument(1)->quote_asset);
    EXPECT_EQ(table.asset(*table.find_asset("ETH")), "ETH");
    EXPECT_EQ(table.asset(99), "");
}

TEST(InstrumentTable, KeepsAddressesWhileItGrows) {
    InstrumentTable table;
    ASSERT_TRUE(table.add(btc()));
    const tradectl_instrument* first = table.instrument(0);
    for (int i = 0; i < 1000; ++i) {
        InstrumentSpec spec = btc();
        spec.name = "I" + std::to_string(i);
        ASSERT_TRUE(table.add(spec));
    }
    EXPECT_EQ(table.instrument(0), first);
    EXPECT_EQ(id_text(first->name), "BTC-USD.paper");
}

TEST(InstrumentTable, FillsTheRecord) {
    InstrumentSpec spec = btc();
    spec.venue_symbol = "BTCUSD";
    spec.quantity_min = 0.001_d;
    InstrumentTable table;
    ASSERT_TRUE(table.add(spec));
    const tradectl_instrument& record = *table.instrument(0);
    EXPECT_EQ(record.struct_size, sizeof(record));
    EXPECT_EQ(record.status, std::uint32_t{TRADECTL_INSTRUMENT_OPEN});
    EXPECT_EQ(id_text(record.venue_symbol), "BTCUSD");
    EXPECT_EQ(Decimal::from_abi(record.quantity_min), 0.001_d);
    EXPECT_TRUE(Decimal::from_abi(record.quantity_max).is_null());
    EXPECT_EQ(record.close_time, TRADECTL_TIME_NONE);
    EXPECT_EQ(table.find_symbol("paper", "BTCUSD"), 0u);
    EXPECT_FALSE(table.find_symbol("other", "BTCUSD"));
}

TEST(InstrumentTable, RefusesATakenName) {
    InstrumentTable table;
    ASSERT_TRUE(table.add(btc()));
    const auto again = table.add(btc());
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::Config);
    EXPECT_EQ(again.error().message, "instrument BTC-USD.paper: the name is taken");
}

TEST(InstrumentTable, RefusesATakenVenueSymbol) {
    InstrumentTable table;
    ASSERT_TRUE(table.add(btc()));
    InstrumentSpec spec = eth();
    spec.venue_symbol = "BTC-USD.paper";
    const auto added = table.add(spec);
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().message,
              "instrument ETH-USD.paper: venue_symbol BTC-USD.paper of paper is taken");
    EXPECT_EQ(table.size(), 1u);
}

TEST(InstrumentTable, NumbersAccountsByVenueAndName) {
    InstrumentTable table;
    EXPECT_EQ(*table.add_account("paper", "main"), 0u);
    EXPECT_EQ(*table.add_account("other", "main"), 1u);
    EXPECT_FALSE(table.add_account("paper", "main"));
    EXPECT_EQ(table.find_account("other", "main"), 1u);
    EXPECT_FALSE(table.find_account("other", "second"));
    EXPECT_EQ(table.account(1)->venue, "other");
    EXPECT_EQ(table.account(2), nullptr);
}

TEST(InstrumentTable, ChangesTickAndStatus) {
    InstrumentTable table;
    ASSERT_TRUE(table.add(btc()));
    ASSERT_TRUE(table.set_tick(0, 0.5_d));
    ASSERT_TRUE(table.set_status(0, TRADECTL_INSTRUMENT_CLOSED));
    EXPECT_EQ(Decimal::from_abi(table.instrument(0)->tick), 0.5_d);
    EXPECT_EQ(table.instrument(0)->status, std::uint32_t{TRADECTL_INSTRUMENT_CLOSED});
    EXPECT_EQ(table.set_tick(0, Decimal{}).error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(table.set_tick(7, 1_d).error().code, ErrorCode::NotFound);
    EXPECT_EQ(table.set_status(0, 5).error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(table.set_status(7, 1).error().code, ErrorCode::NotFound);
}

TEST(InstrumentTable, TakesOverWhatMayChange) {
    InstrumentTable table;
    ASSERT_TRUE(table.add(eth()));
    ASSERT_TRUE(table.add(btc()));
    InstrumentSpec changed = spec_of(*table.instrument(1));
    EXPECT_EQ(*table.update(1, changed), false);
    changed.tick = 0.5_d;
    changed.quantity_min = 1_d;
    changed.close_time = Timestamp{7};
    changed.status = TRADECTL_INSTRUMENT_CLOSING;
    EXPECT_EQ(*table.update(1, changed), true);
    const InstrumentSpec after = spec_of(*table.instrument(1));
    EXPECT_EQ(after.tick, 0.5_d);
    EXPECT_EQ(after.quantity_min, 1_d);
    EXPECT_EQ(after.close_time, Timestamp{7});
    EXPECT_EQ(after.status, std::uint32_t{TRADECTL_INSTRUMENT_CLOSING});
    EXPECT_EQ(table.instrument(1)->base_asset, *table.find_asset("BTC"));
}

TEST(InstrumentTable, DoesNotTakeOverAnotherInstrument) {
    InstrumentTable table;
    ASSERT_TRUE(table.add(btc()));
    const std::function<void(InstrumentSpec&)> changes[] = {
        [](auto& spec) { spec.name = "OTHER.paper"; },
        [](auto& spec) { spec.venue = "other"; },
        [](auto& spec) { spec.venue_symbol = "other"; },
        [](auto& spec) { spec.kind = TRADECTL_INSTRUMENT_FUTURE; },
        [](auto& spec) { spec.base = "ETH"; },
        [](auto& spec) { spec.quote = "EUR"; },
        [](auto& spec) { spec.multiplier = 2_d; },
        [](auto& spec) { spec.margin_initial = spec.margin_maintenance = 0.1_d; },
        [](auto& spec) { spec.tick = 0_d; },
        [](auto& spec) { spec.status = 9; }};
    for (const auto& change : changes) {
        InstrumentSpec spec = spec_of(*table.instrument(0));
        change(spec);
        EXPECT_FALSE(table.update(0, spec));
        EXPECT_EQ(spec_of(*table.instrument(0)).tick, 0.01_d);
    }
    EXPECT_EQ(table.update(3, btc()).error().code, ErrorCode::NotFound);
}

TEST(InstrumentTable, LimitsAssetNames) {
    InstrumentTable table;
    EXPECT_TRUE(table.add_asset(std::string(95, 'x')));
    EXPECT_FALSE(table.add_asset(std::string(96, 'x')));
    EXPECT_FALSE(table.add_asset(""));
}

struct BadSpec {
    const char* expected;
    std::function<void(InstrumentSpec&)> spoil;
};

TEST(CheckSpec, NamesFieldValueAndBound) {
    const BadSpec cases[] = {
        {"name is empty", [](auto& s) { s.name = ""; }},
        {"name has 96 bytes, the limit is 95", [](auto& s) { s.name = std::string(96, 'n'); }},
        {"venue is empty", [](auto& s) { s.venue = ""; }},
        {"base holds a control character", [](auto& s) { s.base = "B\nC"; }},
        {"venue_symbol has 99 bytes", [](auto& s) { s.venue_symbol = std::string(99, 'n'); }},
        {"base and quote are both USD", [](auto& s) { s.base = "USD"; }},
        {"kind is 7", [](auto& s) { s.kind = 7; }},
        {"tick is 0, must be above 0", [](auto& s) { s.tick = Decimal{}; }},
        {"tick is -0.01, must be above 0", [](auto& s) { s.tick = -0.01_d; }},
        {"lot is null, must be above 0", [](auto& s) { s.lot = Decimal::null(); }},
        {"multiplier is 0, must be above 0", [](auto& s) { s.multiplier = Decimal{}; }},
        {"quantity_min is -1, must not be negative", [](auto& s) { s.quantity_min = -1_d; }},
        {"quantity_max is 0, must be above 0", [](auto& s) { s.quantity_max = 0_d; }},
        {"price_min is 2, above price_max 1",
         [](auto& s) {
             s.price_min = 2_d;
             s.price_max = 1_d;
         }},
        {"notional_min is -5, must not be negative", [](auto& s) { s.notional_min = -5_d; }},
        {"quantity_min is 0.00005, no multiple of lot 0.0001",
         [](auto& s) { s.quantity_min = 0.00005_d; }},
        {"quantity_max is 1.00005, no multiple of lot",
         [](auto& s) { s.quantity_max = 1.00005_d; }},
        {"price limit is 2, a binary price lies between 0 and 1",
         [](auto& s) {
             s.kind = TRADECTL_INSTRUMENT_BINARY;
             s.price_max = 2_d;
         }},
        {"tick is 1, must be below 1 for binary",
         [](auto& s) {
             s.kind = TRADECTL_INSTRUMENT_BINARY;
             s.tick = 1_d;
         }},
    };
    for (const BadSpec& bad : cases) {
        InstrumentSpec spec = btc();
        bad.spoil(spec);
        const auto status = check_spec(spec);
        ASSERT_FALSE(status) << bad.expected;
        EXPECT_EQ(status.error().code, ErrorCode::Config);
        EXPECT_NE(status.error().message.find(bad.expected), std::string::npos)
            << status.error().message;
    }
}

TEST(CheckSpec, TakesLimitsThatTouch) {
    InstrumentSpec spec = btc();
    spec.quantity_min = spec.quantity_max = 1_d;
    spec.price_min = spec.price_max = 0.01_d;
    EXPECT_TRUE(check_spec(spec));
    spec.kind = TRADECTL_INSTRUMENT_BINARY;
    spec.price_max = 1_d;
    EXPECT_TRUE(check_spec(spec));
}

TEST(KindName, GoesThereAndBack) {
    std::set<std::string_view> names;
    for (std::uint32_t kind = 1; kind <= 6; ++kind) {
        EXPECT_EQ(kind_of(kind_name(kind)), kind);
        names.insert(kind_name(kind));
    }
    EXPECT_EQ(names.size(), 6u);
    EXPECT_EQ(kind_name(0), "");
    EXPECT_FALSE(kind_of("stock"));
}

}  // namespace
}  // namespace tradectl::market

#include "host/engine/instrument_record.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tradectl::engine {
namespace {

market::InstrumentSpec market_of_tomorrow() {
    market::InstrumentSpec spec;
    spec.name = "will-it-yes.v";
    spec.venue = "v";
    spec.venue_symbol = "123456789";
    spec.kind = TRADECTL_INSTRUMENT_BINARY;
    spec.base = "T1";
    spec.quote = spec.settle = "USD";
    spec.tick = 0.001_d;
    spec.lot = 0.01_d;
    spec.quantity_min = 5_d;
    spec.price_max = 0.999_d;
    spec.close_time = Timestamp{1'800'000'000'000'000'001};
    spec.status = TRADECTL_INSTRUMENT_CLOSING;
    return spec;
}

TEST(InstrumentRecord, ComesBackAsItWas) {
    const auto spec = market_of_tomorrow();
    const auto kept = parse_instrument(instrument_text(spec));
    ASSERT_TRUE(kept) << kept.error().message;
    const auto* back = &kept->spec;
    EXPECT_EQ(instrument_text(*back), instrument_text(spec));
    EXPECT_TRUE(kept->resolved_price.is_null());
    EXPECT_EQ(back->tick, spec.tick);
    EXPECT_TRUE(back->quantity_max.is_null());
    EXPECT_TRUE(back->margin_initial.is_null());
    EXPECT_EQ(back->close_time, spec.close_time);
    EXPECT_EQ(back->status, spec.status);
}

TEST(InstrumentRecord, WhatItResolvedToComesBack) {
    for (const Decimal price : {0_d, 0.5_d, 1_d}) {
        const auto back = parse_instrument(instrument_text(market_of_tomorrow(), price));
        ASSERT_TRUE(back) << back.error().message;
        EXPECT_EQ(back->resolved_price, price);
    }
}

TEST(InstrumentRecord, WhatANewerProgramWroteIsNotGuessed) {
    std::string text = instrument_text(market_of_tomorrow());
    text.replace(text.find("\"v\":1"), 5, "\"v\":2");
    EXPECT_EQ(parse_instrument(text).error().code, ErrorCode::Unsupported);
}

TEST(InstrumentRecord, WhatIsNoneIsCorrupt) {
    const std::string good = instrument_text(market_of_tomorrow());
    const auto without = [&](const std::string& key) {
        std::string text = good;
        text.replace(text.find("\"" + key + "\""), key.size() + 2, "\"other\"");
        return text;
    };
    for (const std::string& text : {std::string(),
                                    std::string("{"),
                                    std::string("[]"),
                                    good.substr(0, good.size() - 1),
                                    without("v"),
                                    without("name"),
                                    without("venue_symbol"),
                                    without("kind"),
                                    without("status"),
                                    without("close_time")})
        EXPECT_EQ(parse_instrument(text).error().code, ErrorCode::Corrupt) << text;
    std::string text = good;
    text.replace(text.find("\"0.001\""), 7, "\"0.0o1\"");
    EXPECT_EQ(parse_instrument(text).error().code, ErrorCode::Corrupt);
}

}  // namespace
}  // namespace tradectl::engine

#include "host/market/csv_formats.hpp"
#include "host/market/csv_layout.hpp"
#include "host/market/csv_record.hpp"
#include "host/market/id_set.hpp"
#include "tests/host/market/support.hpp"

#include <set>

namespace tradectl::market {
namespace {

std::vector<std::string> split(std::string_view row, char delimiter = ',') {
    std::vector<std::string_view> fields(8);
    const std::size_t count = split_row(row, delimiter, fields);
    std::vector<std::string> out;
    for (std::size_t i = 0; i < std::min<std::size_t>(count, 8); ++i)
        out.emplace_back(fields[i]);
    return out;
}

TEST(SplitRow, CutsAtDelimiters) {
    using Fields = std::vector<std::string>;
    EXPECT_EQ(split("a,b,c"), (Fields{"a", "b", "c"}));
    EXPECT_EQ(split("a;;c", ';'), (Fields{"a", "", "c"}));
    EXPECT_EQ(split(",a"), (Fields{"", "a"}));
    EXPECT_EQ(split("x"), (Fields{"x"}));
    EXPECT_EQ(split(""), (Fields{""}));
    EXPECT_EQ(split("\"a,b\",c"), (Fields{"a,b", "c"}));
    EXPECT_EQ(split("\"\",c"), (Fields{"", "c"}));
}

TEST(SplitRow, CountsFieldsItCannotHold) {
    std::vector<std::string_view> two(2);
    EXPECT_EQ(split_row("a,b,c,d", ',', two), 4u);
    EXPECT_EQ(split_row("\"open", ',', two), 0u);
    EXPECT_EQ(split_row("\"a\"b,c", ',', two), 0u);
}

TEST(ReadDecimal, AgreesWithTheFullReader) {
    SeededRandom random(test_seed());
    constexpr std::string_view kAlphabet = "0123456789012345678901234567890..-+eE x";
    for (int i = 0; i < 200'000; ++i) {
        std::string text;
        for (std::uint64_t n = random.below(26); n > 0; --n)
            text += kAlphabet[random.below(kAlphabet.size())];
        const auto expected = Decimal::parse(text);
        tradectl_decimal value{};
        const char* fault = read_decimal(text, value);
        ASSERT_EQ(fault == nullptr, expected.has_value()) << text;
        if (!expected) continue;
        ASSERT_EQ(Decimal::from_abi(value), *expected) << text;
    }
}

TEST(ReadDecimal, SaysWhatIsWrong) {
    tradectl_decimal value{};
    EXPECT_STREQ(read_decimal("", value), "empty");
    for (const char* text : {"NaN", "nan", "inf", "-inf", "1_0", "0x1", " 1", "1 ", ".", "1,5"})
        EXPECT_STREQ(read_decimal(text, value), "not a decimal number") << text;
    EXPECT_STREQ(read_decimal("0.1234567890123456789", value), "more than 18 decimals");
    EXPECT_STREQ(read_decimal("200000000000000000000", value), "out of range (about 1.7e20)");
    EXPECT_STREQ(read_decimal("1e400", value), "out of range (about 1.7e20)");
    EXPECT_STREQ(read_above_zero("0", value), "not above 0");
    EXPECT_STREQ(read_above_zero("-0.5", value), "not above 0");
    EXPECT_STREQ(read_not_negative("-0.5", value), "negative");
    EXPECT_EQ(read_not_negative("0", value), nullptr);
    EXPECT_EQ(read_decimal("999999999999999999", value), nullptr);
    EXPECT_EQ(text_of(value), "999999999999999999");
}

TEST(ReadCount, TakesWholeNumbersOnly) {
    std::uint64_t value = 0;
    EXPECT_EQ(read_count("18446744073709551615", value), nullptr);
    EXPECT_EQ(value, UINT64_MAX);
    EXPECT_STREQ(read_count("18446744073709551616", value), "out of range (64 bits)");
    for (const char* text : {"", "-1", "+1", "1.0", "1 ", "x"})
        EXPECT_STREQ(read_count(text, value), "not a whole number") << text;
}

TEST(ReadTime, KnowsEveryUnit) {
    tradectl_time time = 0;
    const std::pair<const char*, TimeUnit> same[] = {
        {"1570752011.62", TimeUnit::Seconds},
        {"1570752011620", TimeUnit::Milliseconds},
        {"1570752011620.000", TimeUnit::Milliseconds},
        {"1570752011620000", TimeUnit::Microseconds},
        {"1570752011620000000", TimeUnit::Nanoseconds},
        {"2019-10-11T00:00:11.62Z", TimeUnit::Rfc3339},
        {"2019-10-11 02:00:11.620+02:00", TimeUnit::Rfc3339},
    };
    for (const auto& [text, unit] : same) {
        EXPECT_EQ(read_time(text, unit, time), nullptr) << text;
        EXPECT_EQ(time, 1570752011620000000) << text;
    }
}

TEST(ReadTime, RefusesWhatIsNoTime) {
    tradectl_time time = 0;
    EXPECT_STREQ(read_time("x", TimeUnit::Seconds, time), "not a time in the given unit");
    EXPECT_STREQ(read_time("", TimeUnit::Seconds, time), "not a time in the given unit");
    EXPECT_STREQ(read_time("1.5", TimeUnit::Nanoseconds, time), "time is finer than a nanosecond");
    for (const char* text : {"-1", "9223372037", "1e19"})
        EXPECT_STREQ(read_time(text, TimeUnit::Seconds, time), "time is outside of 1970 to 2261")
            << text;
    EXPECT_STREQ(read_time("18446744073709551615", TimeUnit::Nanoseconds, time),
                 "time is outside of 1970 to 2261");
    EXPECT_STREQ(read_time("2019-13-01", TimeUnit::Rfc3339, time), "not an RFC 3339 time");
    EXPECT_STREQ(read_time("1969-12-31", TimeUnit::Rfc3339, time),
                 "time is outside of 1970 to 2261");
}

TEST(ReadTime, WriteTimeIsItsInverse) {
    SeededRandom random(test_seed());
    for (int i = 0; i < 20'000; ++i) {
        const auto ns = static_cast<std::int64_t>(random.next() >> (1 + random.below(40)));
        for (const TimeUnit unit : {TimeUnit::Seconds,
                                    TimeUnit::Milliseconds,
                                    TimeUnit::Microseconds,
                                    TimeUnit::Nanoseconds,
                                    TimeUnit::Rfc3339}) {
            char text[40];
            const std::string_view written(
                text, static_cast<std::size_t>(write_time(text, Timestamp{ns}, unit) - text));
            tradectl_time back = 0;
            if (ns >= 9'214'646'400 * kNsPerSecond && unit == TimeUnit::Rfc3339) continue;
            ASSERT_EQ(read_time(written, unit, back), nullptr) << written;
            ASSERT_EQ(back, ns) << written;
        }
    }
}

TEST(TimeUnit, IsGuessedBySize) {
    EXPECT_EQ(settled_unit(TimeUnit::Guess, "1570752011620"), TimeUnit::Milliseconds);
    EXPECT_EQ(settled_unit(TimeUnit::Guess, "1735689600000000"), TimeUnit::Microseconds);
    EXPECT_EQ(settled_unit(TimeUnit::Guess, "1735689600000000000"), TimeUnit::Nanoseconds);
    EXPECT_EQ(time_unit_of("us"), TimeUnit::Microseconds);
    EXPECT_FALSE(time_unit_of("minutes"));
}

TEST(ReadSide, TakesBothNotations) {
    std::uint32_t side = 9;
    const std::pair<const char*, std::uint32_t> sides[] = {
        {"buy", 1}, {"B", 1}, {"SELL", 2}, {"s", 2}, {"", 0}, {"-", 0}, {"None", 0}};
    for (const auto& [text, expected] : sides) {
        EXPECT_EQ(read_side(text, side), nullptr);
        EXPECT_EQ(side, expected) << text;
    }
    EXPECT_NE(read_side("bid", side), nullptr);
    EXPECT_EQ(read_buyer_maker("True", side), nullptr);
    EXPECT_EQ(side, std::uint32_t{TRADECTL_SIDE_SELL});
    EXPECT_EQ(read_buyer_maker("0", side), nullptr);
    EXPECT_EQ(side, std::uint32_t{TRADECTL_SIDE_BUY});
    EXPECT_NE(read_buyer_maker("yes", side), nullptr);
}

TEST(ParseColumnMap, NamesWhatIsWrong) {
    const std::pair<const char*, const char*> cases[] = {
        {"time=0,price=1", "field \"quantity\" is missing"},
        {"time=0,price=1,quantity=2,time=3", "field \"time\" is given twice"},
        {"time=0,prise=1", "unknown field \"prise\", known are time, price, quantity, [side]"},
        {"time", "\"time\" is not FIELD=COLUMN"},
        {"time=", "\"time=\" is not FIELD=COLUMN"},
        {"", "\"\" is not FIELD=COLUMN"},
        {"time=0,price=1,quantity=2,", "\"\" is not FIELD=COLUMN"},
        {"time=0,price=1,quantity=2,side=3,is_buyer_maker=4", "say the same, give one"},
    };
    for (const auto& [map, expected] : cases) {
        const auto layout = parse_column_map(DataKind::Trades, map);
        ASSERT_FALSE(layout) << map;
        EXPECT_EQ(layout.error().code, ErrorCode::InvalidArgument);
        EXPECT_NE(layout.error().message.find(expected), std::string::npos)
            << layout.error().message;
    }
}

TEST(ResolveColumns, FindsNamesInTheHeader) {
    const auto layout = parse_column_map(DataKind::Trades, "time=ts,price=px,quantity=2").value();
    const auto columns = resolve_columns(layout, "px,ts,qty");
    ASSERT_TRUE(columns) << columns.error().message;
    EXPECT_TRUE(columns->first_row_is_header);
    EXPECT_EQ(columns->at(CsvField::Time), 1);
    EXPECT_EQ(columns->at(CsvField::Quantity), 2);
    EXPECT_EQ(columns->at(CsvField::Side), -1);
    EXPECT_EQ(columns->fields_min, 3u);
    EXPECT_EQ(resolve_columns(layout, "a,b,c").error().message, "header: no column \"ts\"");
}

TEST(ResolveColumns, TellsAHeaderFromABadRow) {
    const auto layout = parse_column_map(DataKind::Trades, "time=0,price=1,quantity=2").value();
    EXPECT_TRUE(resolve_columns(layout, "time,price,qty")->first_row_is_header);
    EXPECT_FALSE(resolve_columns(layout, "nan,5,6")->first_row_is_header);
    EXPECT_FALSE(resolve_columns(layout, "x,.5,y")->first_row_is_header);
    CsvLayout absent = layout;
    absent.header = CsvHeader::Absent;
    EXPECT_FALSE(resolve_columns(absent, "time,price,qty")->first_row_is_header);
}

TEST(ResolveColumns, KnowsBinancesShapes) {
    const CsvLayout trades = binance_trades_layout();
    EXPECT_FALSE(resolve_columns(trades, "1,2,3,6,1570752011620,true,true")->first_row_is_header);
    EXPECT_TRUE(resolve_columns(trades, "id,price,qty,quoteQty,time,isBuyerMaker,isBestMatch"));
    EXPECT_TRUE(resolve_columns(trades, "id,price,qty,quote_qty,time,is_buyer_maker"));
    EXPECT_TRUE(resolve_columns(
        binance_agg_trades_layout(),
        "agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker"));
    const auto wrong = resolve_columns(trades, "id,qty,price,quote_qty,time,is_buyer_maker");
    EXPECT_EQ(wrong.error().code, ErrorCode::Corrupt);
    EXPECT_EQ(wrong.error().message, "header: column 1 is \"qty\", expected \"price\"");
    EXPECT_EQ(resolve_columns(trades, "1,2,3").error().message,
              "row has 3 fields, expected 6 to 7");
}

TEST(IdSet, EqualsASet) {
    SeededRandom random(test_seed());
    for (const std::uint64_t range : {50u, 5000u}) {
        IdSet ids;
        std::set<std::uint64_t> expected;
        for (int i = 0; i < 5000; ++i) {
            const std::uint64_t id = 1 + random.below(range);
            ASSERT_EQ(ids.add(id), expected.insert(id).second) << id;
        }
        EXPECT_LE(ids.runs(), expected.size());
    }
}

TEST(IdSet, CountingUpIsOneRunAndTheOldIsForgotten) {
    IdSet ids(4);
    for (std::uint64_t id = 1; id <= 1000; ++id)
        EXPECT_TRUE(ids.add(id));
    EXPECT_EQ(ids.runs(), 1u);
    for (std::uint64_t id = 2000; id < 2010; id += 2)
        EXPECT_TRUE(ids.add(id));
    EXPECT_LE(ids.runs(), 4u);
    EXPECT_FALSE(ids.add(2008));
    EXPECT_TRUE(ids.add(5));
}

}  // namespace
}  // namespace tradectl::market

#include "host/market/export.hpp"

#include "host/market/info.hpp"
#include "tests/host/market/import_fixture.hpp"

namespace tradectl::market {
namespace {

using ExportTest = ImportTest;

TEST_F(ExportTest, ThenImportGivesTheSameFile) {
    SeededRandom random(test_seed());
    use_columns("time=0,price=1,quantity=2,side=3,id=4", TimeUnit::Nanoseconds);
    std::string text;
    std::int64_t time = 0;
    for (std::uint64_t i = 1; i <= 10'000; ++i) {
        time += static_cast<std::int64_t>(random.below(1'000'000'000'000));
        const Decimal::Raw price = static_cast<Decimal::Raw>(random.next() >> random.below(64)) *
                                       static_cast<Decimal::Raw>(1 + random.below(1'000'000)) +
                                   1;
        const char* sides[] = {"", "buy", "sell"};
        text += std::to_string(time) + "," + Decimal::from_raw(price).to_string() + "," +
                Decimal::from_raw(static_cast<Decimal::Raw>(random.next()) + 1).to_string() + "," +
                sides[random.below(3)] + "," + std::to_string(i) + "\n";
    }
    ASSERT_TRUE(import_text(text));
    EXPECT_EQ(exported({.time_unit = TimeUnit::Nanoseconds, .header = ExportHeader::Omit}), text);
    const std::string first = folder_.read("out.tdat");
    options_.existing = ExistingFile::Replace;
    for (const TimeUnit unit : {TimeUnit::Rfc3339, TimeUnit::Seconds, TimeUnit::Microseconds}) {
        options_.layout.time_unit = unit;
        ASSERT_TRUE(import_text(exported({.time_unit = unit})));
        EXPECT_EQ(folder_.read("out.tdat"), first);
    }
}

TEST_F(ExportTest, TakesARangeAndAFile) {
    use_columns("time=0,price=1,quantity=2", TimeUnit::Nanoseconds);
    std::string text;
    for (int i = 0; i < 10'000; ++i)
        text += std::to_string(i) + ",1,1\n";
    ASSERT_TRUE(import_text(text));
    const ExportOptions range{.time_unit = TimeUnit::Nanoseconds,
                              .header = ExportHeader::Omit,
                              .from = Timestamp{4999},
                              .until = Timestamp{5001}};
    EXPECT_EQ(exported(range), "4999,1,1,,\n5000,1,1,,\n");
    EXPECT_EQ(*export_csv_file(*disk_, *output(), range, folder_.at("x.csv")), 2u);
    EXPECT_EQ(folder_.read("x.csv"), "4999,1,1,,\n5000,1,1,,\n");
    EXPECT_FALSE(folder_.has("x.csv.tmp"));
    const auto guess = export_csv(*output(), {.time_unit = TimeUnit::Guess}, {});
    EXPECT_EQ(guess.error().code, ErrorCode::InvalidArgument);
}

TEST_F(ExportTest, StopsAtDamageAndAtAFailingSink) {
    ASSERT_TRUE(import_text(kTrades));
    const auto full = export_csv(
        *output(), {}, [](std::string_view) -> Status { return fail(ErrorCode::NoSpace, "full"); });
    EXPECT_EQ(full.error().code, ErrorCode::NoSpace);
    std::string content = folder_.read("out.tdat");
    content[kDataHeaderBytes + 9] ^= 1;
    folder_.write("out.tdat", content);
    const auto damaged = export_csv_file(*disk_, *output(), {}, folder_.at("x.csv"));
    EXPECT_EQ(damaged.error().code, ErrorCode::Corrupt);
    EXPECT_FALSE(folder_.has("x.csv") || folder_.has("x.csv.tmp"));
}

TEST_F(ExportTest, DescribeTellsTheHeader) {
    ASSERT_TRUE(import_text(kTrades));
    const Json info = describe(*output());
    EXPECT_EQ(info.find_text("kind"), "trades");
    EXPECT_EQ(info.find_text("instrument"), "BTC-USDT.binance");
    EXPECT_EQ(info.find("records")->as_integer(), 3);
    EXPECT_EQ(info.find_text("time_first"), "2017-07-12T13:19:09.590000000Z");
    EXPECT_EQ(info.find_text("duration_s"), "60.001");
    EXPECT_EQ(info.find_text("gap_max_s"), "60");
    EXPECT_EQ(info.find_text("tick"), "0.000001");
    EXPECT_EQ(info.find_text("price_max"), "4.000001");
    EXPECT_EQ(info.find_text("quantity_sum"), "13.5");
    EXPECT_EQ(info.find("bytes")->as_integer(),
              static_cast<std::int64_t>(folder_.read("out.tdat").size()));
}

}  // namespace
}  // namespace tradectl::market

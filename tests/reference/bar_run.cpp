#include "tests/reference/bar_run.hpp"

#include "host/base/random.hpp"
#include "host/base/text_input.hpp"
#include "host/market/data_writer.hpp"
#include "host/market/import.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>

namespace tradectl::reference {
namespace {

/// "2022-01-01 00:01:00.000000", "2022-01-01 00:01:00+00:00" or "2022-01-01", as UTC.
Timestamp parse_stamp(const std::string& text) {
    const std::string time = text.size() >= 19 ? text.substr(11, 8) : "00:00:00";
    return Timestamp::parse(text.substr(0, 10) + "T" + time + "Z").value_or(Timestamp::none());
}

std::vector<std::string> split(std::string_view line) {
    std::vector<std::string> fields(1);
    for (const char c : line) {
        if (c == ',')
            fields.emplace_back();
        else
            fields.back() += c;
    }
    return fields;
}

BarRow parse_row(std::string_view line) {
    const auto fields = split(line);
    const auto number = [&](std::size_t at) {
        const auto value = Decimal::parse(at < fields.size() ? fields[at] : "0");
        EXPECT_TRUE(value) << line;
        return value.value_or(Decimal::null());
    };
    BarRow row{parse_stamp(fields[0]), number(1), number(2), number(3), number(4), number(5)};
    EXPECT_FALSE(row.stamp.is_none()) << line;
    return row;
}

}  // namespace

std::optional<std::string> shared_file(const std::string& name) {
    const std::string path = std::string(TRADECTL_SOURCE_DIR "/../shared/data/") + name;
    if (!std::filesystem::exists(path)) return std::nullopt;
    return path;
}

std::vector<BarRow> read_bars(const std::string& path, std::size_t rows_max) {
    std::vector<BarRow> rows;
    auto input = TextInput::open(path);
    EXPECT_TRUE(input) << path;
    if (!input || !input->next()) return rows;
    while (rows.size() < rows_max) {
        const auto line = input->next();
        EXPECT_TRUE(line) << path;
        if (!line || !*line) break;
        rows.push_back(parse_row(**line));
    }
    return rows;
}

std::vector<BarRow> made_up_bars(std::uint64_t seed,
                                 std::size_t count,
                                 Timestamp start,
                                 std::int64_t interval_ns,
                                 std::int64_t first_price) {
    SeededRandom random(seed);
    std::vector<BarRow> rows;
    std::int64_t price = first_price * 100;  // cents
    std::int64_t drift = 0;
    const auto step = [&] {
        price = std::max<std::int64_t>(
            500, price + drift + static_cast<std::int64_t>(random.below(101)) - 50);
        return price;
    };
    const auto cents = [](std::int64_t value) {
        return Decimal::from_raw(Decimal::Raw{value} * Decimal::from_int(1).raw() / 100);
    };
    for (std::size_t i = 0; i < count; ++i) {
        if (i % 40 == 0) drift = static_cast<std::int64_t>(random.below(31)) - 15;
        const std::int64_t open = step();
        // Some bars are flat.
        const std::int64_t close = random.below(20) == 0 ? open : step();
        const std::int64_t reach = close == open ? 0 : static_cast<std::int64_t>(random.below(60));
        rows.push_back({start.plus_ns(static_cast<std::int64_t>(i) * interval_ns),
                        cents(open),
                        cents(std::max(open, close) + reach),
                        cents(std::min(open, close) - reach),
                        cents(close),
                        Decimal::from_int(1000)});
    }
    return rows;
}

std::uint64_t test_seed() {
    const char* given = std::getenv("TRADECTL_TEST_SEED");
    const std::uint64_t seed =
        given != nullptr ? std::strtoull(given, nullptr, 10) : SystemRandom{}.next() >> 1;
    std::cout << "TRADECTL_TEST_SEED=" << seed << "\n";
    return seed;
}

std::string BarRun::import_bars(const std::string& source,
                                std::size_t rows_max,
                                std::int64_t interval_ns,
                                market::BarStamp stamp,
                                std::optional<int> decimals) {
    auto input = TextInput::open(source);
    EXPECT_TRUE(input) << source;
    std::string head;
    for (std::size_t i = 0; input && i <= rows_max; ++i) {
        const auto line = input->next();
        if (!line || !*line) break;
        head += std::string(**line) + "\n";
    }
    market::ImportOptions options;
    options.inputs = {directory_.write("head.csv", head)};
    options.output = directory_.file("imported.tdat");
    options.instrument = "A-B.x";
    options.format = "ohlcv";
    options.kind = market::DataKind::Bars;
    options.interval_ns = interval_ns;
    options.bar_stamp = stamp;
    options.decimals = decimals;
    const auto report = market::import_data(*disk_, options);
    EXPECT_TRUE(report) << report.error().message;
    return options.output;
}

std::string BarRun::write_bars(const std::string& name,
                               const std::vector<BarRow>& rows,
                               std::int64_t interval_ns,
                               std::int64_t offset_ns) {
    const std::string path = directory_.file(name);
    auto writer = market::DataFileWriter::create(
        *disk_, path, {market::DataKind::Bars, "A-B.x", "rows", interval_ns});
    EXPECT_TRUE(writer) << writer.error().message;
    for (const BarRow& row : rows) {
        const auto added = writer->add(market::BarRecord{row.stamp.plus_ns(offset_ns).ns(),
                                                         row.open.to_abi(),
                                                         row.high.to_abi(),
                                                         row.low.to_abi(),
                                                         row.close.to_abi(),
                                                         row.volume.to_abi(),
                                                         0});
        EXPECT_TRUE(added) << added.error().message;
    }
    EXPECT_TRUE(writer->finish());
    return path;
}

engine::RunSummary BarRun::run_backtest(const std::string& yaml) {
    fresh_state();
    auto summary = run_yaml(
        "name: reference\nmode: backtest\nlog: {level: \"off\"}\nplugins: {paths: [" +
        std::string(TRADECTL_BINARY_DIR "/reference, " TRADECTL_BINARY_DIR "/plugins]}\n") + yaml);
    EXPECT_TRUE(summary) << (summary ? "" : summary.error().message);
    if (!summary) return {};
    EXPECT_FALSE(summary->error) << summary->error->message;
    EXPECT_TRUE(summary->faults.empty());
    EXPECT_EQ(denied().size(), 0u);
    return *summary;
}

std::string BarRun::kept(const std::string& strategy, const std::string& key) {
    const auto rows = books().kv(strategy);
    for (const auto& row : *rows)
        if (row.key == key)
            return {reinterpret_cast<const char*>(row.value.data()), row.value.size()};
    return {};
}

}  // namespace tradectl::reference

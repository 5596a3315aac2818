/// Imports of small texts, each in a folder of its own.
#pragma once

#include "host/market/csv_formats.hpp"
#include "host/market/export.hpp"
#include "host/market/import.hpp"
#include "tests/host/market/support.hpp"

#include <cstdlib>

namespace tradectl::market {

inline constexpr const char* kTrades =
    "28457,4.00000000,12.00000000,48.00000000,1499865549590,True,True\n"
    "28458,4.00000100,0.50000000,2.00000050,1499865549591,False,True\n"
    "28459,3.99,1,3.99,1499865609591,True,True\n";

class ImportTest : public testing::Test {
  protected:
    ImportTest() {
        options_.output = folder_.at("out.tdat");
        options_.instrument = "BTC-USDT.binance";
        options_.origin = "binance-trades";
        options_.layout = binance_trades_layout();
    }
    Expected<ImportReport> import_text(std::string_view text) {
        options_.inputs = {folder_.write("in.csv", text)};
        return import_csv(*disk_, options_);
    }
    /// Imports the text, expects it to fail as Corrupt with nothing left, and returns the reason
    /// without the folder.
    std::string refusal(std::string_view text) {
        const auto report = import_text(text);
        if (report) return "imported";
        EXPECT_EQ(report.error().code, ErrorCode::Corrupt) << report.error().message;
        EXPECT_EQ(folder_.names(), std::vector<std::string>{"in.csv"});
        std::string message = report.error().message;
        const std::string path = folder_.at("in.csv");
        const std::size_t at = message.find(path);
        return at == std::string::npos ? message : message.replace(at, path.size(), "in.csv");
    }
    void use_columns(std::string_view map, TimeUnit unit, DataKind kind = DataKind::Trades) {
        const auto layout = parse_column_map(kind, map);
        ASSERT_TRUE(layout) << layout.error().message;
        options_.layout = *layout;
        options_.layout.time_unit = unit;
    }
    std::shared_ptr<const DataFile> output() { return DataFile::open(options_.output).value(); }
    std::string exported(const ExportOptions& options = {}) {
        std::string text;
        const auto rows = export_csv(*output(), options, [&](std::string_view piece) -> Status {
            text += piece;
            return {};
        });
        EXPECT_TRUE(rows) << rows.error().message;
        return text;
    }
    void run_in_folder(const std::string& command) {
        EXPECT_EQ(std::system(("cd " + folder_.at("") + " && " + command).c_str()), 0);
    }

    Folder folder_;
    std::unique_ptr<Disk> disk_ = make_posix_disk();
    ImportOptions options_;
};

}  // namespace tradectl::market

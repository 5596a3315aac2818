/// Imports of small recordings of raw messages, each in a folder of its own.
#pragma once

#include "host/market/capture_import.hpp"
#include "tests/host/market/support.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tradectl::market {

/// `TIME {"stream":...}` lines of an invented market.
inline std::string spot_difference(std::string_view time,
                                   std::string_view first,
                                   std::string_view last,
                                   std::string_view bids,
                                   std::string_view asks) {
    return std::string(time) +
           R"( {"stream":"abc@depth","data":{"e":"depthUpdate","E":5,"s":"ABC",)" + R"("U":)" +
           std::string(first) + R"(,"u":)" + std::string(last) + R"(,"b":[)" + std::string(bids) +
           R"(],"a":[)" + std::string(asks) + "]}}\n";
}
inline std::string linked_difference(std::string_view time,
                                     std::string_view first,
                                     std::string_view last,
                                     std::string_view previous,
                                     std::string_view bids,
                                     std::string_view asks) {
    return std::string(time) +
           R"( {"stream":"abc@depth@0ms","data":{"e":"depthUpdate","E":6,"T":5,"s":"ABC","U":)" +
           std::string(first) + R"(,"u":)" + std::string(last) + R"(,"pu":)" +
           std::string(previous) + R"(,"b":[)" + std::string(bids) + R"(],"a":[)" +
           std::string(asks) + "]}}\n";
}
inline std::string depth_answer(std::string_view time,
                                std::string_view last,
                                std::string_view bids,
                                std::string_view asks) {
    return std::string(time) + R"( {"lastUpdateId":)" + std::string(last) + R"(,"bids":[)" +
           std::string(bids) + R"(],"asks":[)" + std::string(asks) + "]}\n";
}
inline std::string trade_line(std::string_view time,
                              std::string_view id,
                              std::string_view price,
                              std::string_view symbol = "ABC") {
    return std::string(time) + R"( {"stream":"abc@trade","data":{"e":"trade","E":6,"T":5,"s":")" +
           std::string(symbol) + R"(","t":)" + std::string(id) + R"(,"p":")" + std::string(price) +
           R"(","q":"2.50","m":true}})" + "\n";
}

class CaptureTest : public testing::Test {
  protected:
    CaptureTest() {
        options_.output = folder_.at("out.tdat");
        options_.instrument = "ABC.test";
        use("binance-ws", DataKind::Book);
    }
    void use(std::string_view format, DataKind kind) {
        options_.capture.format = format;
        options_.capture.kind = kind;
    }
    Expected<ImportReport> import_text(std::string_view text) {
        options_.inputs = {folder_.write("in.txt", text)};
        std::filesystem::remove(options_.output);
        return import_capture(*disk_, options_);
    }
    /// The report of an import that must succeed.
    CaptureReport report_of(std::string_view text) {
        const auto report = import_text(text);
        EXPECT_TRUE(report) << report.error().message;
        return report ? *report->capture : CaptureReport{};
    }
    /// Imports the text, expects it to fail as Corrupt with nothing left behind, and returns the
    /// reason without the folder.
    std::string refusal(std::string_view text) {
        const auto report = import_text(text);
        if (report) return "imported";
        EXPECT_EQ(report.error().code, ErrorCode::Corrupt) << report.error().message;
        EXPECT_FALSE(left_behind());
        std::string message = report.error().message;
        const std::string path = folder_.at("in.txt");
        const std::size_t at = message.find(path);
        return at == std::string::npos ? message : message.replace(at, path.size(), "in.txt");
    }
    /// Whether the output or a part of it is there.
    bool left_behind() {
        return disk_->exists(options_.output).value() ||
               disk_->exists(options_.output + ".tmp").value();
    }
    std::shared_ptr<const DataFile> output() { return DataFile::open(options_.output).value(); }
    template <typename Record>
    std::vector<Record> records() {
        const auto file = output();
        std::vector<Record> found;
        for (std::uint64_t i = 0; i < file->size(); ++i)
            found.push_back(file->as<Record>(i));
        return found;
    }
    /// The book events of the output, one a line: `TIME = 5` for a snapshot as of 5, `TIME 5>7` for
    /// a difference from 5 to 7, then the levels as `b100x2` and `a101x3`.
    std::string events() {
        std::string text;
        bool first = true;
        for (const BookRecord& level : records<BookRecord>()) {
            if (first) {
                text += std::to_string(level.time);
                text += (level.flags & kBookRecordSnapshot) != 0
                            ? " ="
                            : " " + std::to_string(level.book_seq_prev) + ">";
                text += std::to_string(level.book_seq);
            }
            if (level.side != TRADECTL_SIDE_NONE)
                text += (level.side == TRADECTL_SIDE_BUY ? " b" : " a") + text_of(level.price) +
                        "x" + text_of(level.quantity);
            first = level.levels_left == 0;
            if (first) text += "\n";
        }
        return text;
    }

    Folder folder_;
    std::unique_ptr<Disk> disk_ = make_posix_disk();
    ImportOptions options_;
};

}  // namespace tradectl::market

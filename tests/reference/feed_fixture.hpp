/// What the tests of recorded feeds share: where the recordings are, imports, books at their end.
#pragma once

#include "host/base/disk.hpp"
#include "host/base/event_buffer.hpp"
#include "host/market/book.hpp"
#include "host/market/capture_import.hpp"
#include "host/market/data_file.hpp"
#include "host/market/source.hpp"
#include "tests/host/market/support.hpp"

#include <tradectl/decimal.hpp>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tradectl::market {

/// A public recording, when the folder beside the sources is there.
inline std::optional<std::string> recording(const std::string& name) {
    const std::string path = std::string(TRADECTL_SOURCE_DIR) + "/../shared/data/" + name;
    if (!std::filesystem::exists(path)) return std::nullopt;
    return path;
}

/// Price and quantity as text, best first.
using LevelTexts = std::vector<std::pair<std::string, std::string>>;

class FeedTest : public testing::Test {
  public:
    static LevelTexts best(const Book& book, std::uint32_t side, std::uint32_t count) {
        LevelTexts texts;
        const bool bids = side == TRADECTL_SIDE_BUY;
        const std::uint32_t all = bids ? book.bid_count() : book.ask_count();
        for (std::uint32_t n = 0; n < std::min(count, all); ++n) {
            const tradectl_level& level = bids ? book.bid(n) : book.ask(n);
            texts.emplace_back(text_of(level.price), text_of(level.quantity));
        }
        return texts;
    }

  protected:
    FeedTest() {
        options_.output = folder_.at("out.tdat");
        options_.instrument = "A.test";
        options_.existing = ExistingFile::Replace;
        options_.capture.format = "binance-ws";
    }
    ImportReport import(DataKind kind, std::vector<std::string> inputs) {
        options_.capture.kind = kind;
        options_.inputs = std::move(inputs);
        const auto report = import_capture(*disk_, options_);
        EXPECT_TRUE(report) << report.error().message;
        return report.value_or(ImportReport{.capture = CaptureReport{}});
    }
    std::shared_ptr<const DataFile> output() { return DataFile::open(options_.output).value(); }
    /// The book after all records of the output were played.
    Book final_book() {
        Book book;
        EventBuffer events;
        FileSource source(output(), 0, 0);
        constexpr std::size_t kEventsMax = 256;
        while (source.read(Timestamp{INT64_MAX}, kEventsMax, events).value() > 0) {
            events.each([&book](const tradectl_event& event) {
                const auto result = book.apply(reinterpret_cast<const tradectl_book_event&>(event));
                EXPECT_TRUE(result == BookResult::Applied || result == BookResult::Stale);
            });
            events.clear();
        }
        return book;
    }
    Folder folder_;
    std::unique_ptr<Disk> disk_ = make_posix_disk();
    ImportOptions options_;
};

}  // namespace tradectl::market

// Files that were cut off: every beginning of a small file of each format.
#include "host/market/import_format.hpp"
#include "tests/host/market/import_fixture.hpp"

namespace tradectl::market {
namespace {

struct Sample {
    std::string format;
    std::string text;
    std::string name = "in-19700102.csv";
};

const Sample kSamples[] = {
    {"binance-trades", kTrades},
    {"binance-agg-trades",
     "agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker\n"
     "26129,0.01633102,4.70443515,27781,27781,1498793709153,true\n"
     "26130,0.01633103,1.5,27782,27790,1498793709154,false\n"},
    {"binance-klines",
     "1600000000000,1,3,0.5,2,10,1600000059999,15,7,5,8,0\n"
     "1600000060000,2,2,2,2,0,1600000119999,0,0,0,0,0\n"},
    {"binance-book-ticker",
     "1,10,2,11,3,1600000000000,1600000000005\n2,11,2,12,3,1600000000001,1600000000006\n"},
    {"binance-depth",
     "symbol,timestamp,first_update_id,last_update_id,side,update_type,price,qty,pu\n"
     "AB,1600000000000,100,100,b,snap,10,1,-1\nAB,1600000000002,99,103,a,set,12,2,98\n"},
    {"lean-trades", "34200000,1674100,100,P,20002000,0\n34200001,1674125,7,Q,2000,1\n"},
    {"lean-quotes", "1000,100000,5,0,0,P,1,0\n2000,0,0,101000,4,Q,1,0\n"},
    {"lean-bars", "0,2,4,1,3,10\n60000,3,3,3,3,0.5\n"},
    {"lean-quote-bars", "0,2,4,1,3,10,3,5,2,4,20\n60000,2,4,1,3,10,3,5,2,4,20\n"},
    {"tardis-trades",
     "exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n"
     "x,AB,1000000,2000000,aa-1,sell,10,2\nx,AB,1500000,2500000,77,buy,11,3\n"},
    {"tardis-quotes",
     "exchange,symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount\n"
     "x,AB,1000000,2000000,5,11,10,6\nx,AB,1000000,2000001,5,11,10,6\n"},
    {"tardis-book-snapshot",
     "exchange,symbol,timestamp,local_timestamp,asks[0].price,asks[0].amount,bids[0].price,"
     "bids[0].amount\nx,AB,1000000,2000000,11,1,10,2\nx,AB,1000000,2000001,11,1,10,2\n"},
    {"tardis-incremental-book",
     "exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount\n"
     "x,AB,1000000,2000000,true,ask,11,1\nx,AB,1100000,2100000,false,bid,10.5,1\n"},
    {"ccxt-trades",
     "[[1000,\"7\",null,\"sell\",0.5,23.0,11.5],[2000,\"8\",null,\"buy\",6e-1,1,0.6]]\n"},
    {"ohlcv", "time,open,high,low,close\n86400,1,1,1,1\n86460,1,1,1,1\n"},
    {"histdata", "20200101 170000065,1.1212,1.12172,0\n20200101 170000066,1.1212,1.12172,0\n"},
    {"truefx", "timestamp,bid,ask\n2013-01-01 22:00:00.295+00:00,86.6,86.7\n"},
};

class ImportPrefixes : public ImportTest {
  protected:
    ImportPrefixes() : memory_(make_memory_disk()) {
        EXPECT_TRUE(memory_->make_directory("/d"));
        options_.output = "/d/out.tdat";
        options_.layout = {};
        options_.origin.clear();
    }
    Expected<ImportReport> import_sample(const Sample& sample, std::string_view text) {
        options_.format = sample.format;
        options_.kind = find_import_format(sample.format)->kinds.front();
        const bool bars = options_.kind == DataKind::Bars || sample.format == "lean-quote-bars";
        options_.interval_ns = bars ? kNsPerMinute : 0;
        options_.inputs = {folder_.write(sample.name, text)};
        return import_data(*memory_, options_);
    }
    /// There is nothing on the disk, or a whole output, which is taken away.
    void expect_clean(const Sample& sample, bool imported) {
        const std::vector<std::string> expected(imported ? 1 : 0, "out.tdat");
        EXPECT_EQ(memory_->list("/d").value(), expected) << sample.format;
        if (imported) {
            EXPECT_TRUE(memory_->remove(options_.output));
        }
    }

    std::unique_ptr<Disk> memory_;
};

TEST_F(ImportPrefixes, EachSampleIsWholeItself) {
    for (const Sample& sample : kSamples) {
        const auto report = import_sample(sample, sample.text);
        ASSERT_TRUE(report) << sample.format << ": " << report.error().message;
        EXPECT_EQ(report->rows_without_end, 0u);
        expect_clean(sample, true);
        std::filesystem::remove(folder_.at(sample.name));
    }
}

TEST_F(ImportPrefixes, AreRefusedByLineOrSaidToEndWithoutALineEnd) {
    for (const Sample& sample : kSamples) {
        for (std::size_t bytes = 0; bytes < sample.text.size(); ++bytes) {
            const std::string text = sample.text.substr(0, bytes);
            const auto report = import_sample(sample, text);
            expect_clean(sample, report.has_value());
            if (!report) {
                EXPECT_EQ(report.error().code, ErrorCode::Corrupt) << report.error().message;
                EXPECT_TRUE(report.error().message.starts_with(folder_.at(sample.name)))
                    << report.error().message;
                continue;
            }
            // A border between rows, or a row that has no end: the report tells.
            const bool at_border = text.back() == '\n' || sample.text[bytes] == '\n';
            const bool ended = text.back() == '\n' || text.back() == ']';
            EXPECT_TRUE(at_border || report->rows_without_end == 1) << sample.format << text;
            EXPECT_EQ(report->rows_without_end, ended ? 0u : 1u) << sample.format << text;
        }
        std::filesystem::remove(folder_.at(sample.name));
    }
}

TEST_F(ImportPrefixes, OfPackedFilesAreRefusedAll) {
    const Sample& sample = kSamples[0];
    for (const char* pack : {"gzip -c", "zstd -q -c", "zip -q - "}) {
        folder_.write("a", sample.text);
        run_in_folder(std::string(pack) + " a > packed && rm a");
        const std::string packed = folder_.read("packed");
        std::filesystem::remove(folder_.at("packed"));
        ASSERT_TRUE(import_sample(sample, packed)) << pack;
        expect_clean(sample, true);
        for (std::size_t bytes = 1; bytes < packed.size(); ++bytes) {
            const auto report = import_sample(sample, packed.substr(0, bytes));
            EXPECT_FALSE(report) << pack << bytes;
            expect_clean(sample, report.has_value());
        }
        std::filesystem::remove(folder_.at(sample.name));
    }
}

/// One byte changed at random: no crash, and nothing half is left. Whether it is refused depends on
/// where the byte is.
TEST_F(ImportPrefixes, ChangedBytesAreNoCrash) {
    SeededRandom random(test_seed());
    for (const Sample& sample : kSamples)
        for (int i = 0; i < 200; ++i) {
            std::string text = sample.text;
            text[random.below(text.size())] = static_cast<char>(random.below(256));
            const auto report = import_sample(sample, text);
            expect_clean(sample, report.has_value());
            std::filesystem::remove(folder_.at(sample.name));
        }
}

TEST_F(ImportPrefixes, BytesThatAreNoTextAreRefused) {
    for (const Sample& sample : kSamples) {
        for (const char* bytes : {"\xff\xfe\n", "\xc3\x28,1\n", "\n\xef\xbf\n"}) {
            const auto report = import_sample(sample, bytes + sample.text);
            ASSERT_FALSE(report) << sample.format;
            EXPECT_EQ(report.error().code, ErrorCode::Corrupt);
            for (const char c : report.error().message)
                EXPECT_TRUE(c >= 0x20 && c < 0x7f) << report.error().message;
        }
        // UTF-16, as a spreadsheet saves it.
        std::string wide = "\xff\xfe";
        for (const char c : sample.text)
            wide += {c, '\0'};
        EXPECT_FALSE(import_sample(sample, wide)) << sample.format;
        std::filesystem::remove(folder_.at(sample.name));
    }
}

/// Every decimal and every time of each sample, replaced by what does not fit.
TEST_F(ImportPrefixes, NumbersBeyondTheirRangeAreRefused) {
    for (const Sample& sample : kSamples) {
        const std::size_t row = sample.text.rfind('\n', sample.text.size() - 2) + 1;
        const std::size_t begin = sample.format == "ccxt-trades" ? 2 : row;
        std::size_t replaced = 0;
        for (std::size_t at = begin; at < sample.text.size();) {
            const std::size_t end = sample.text.find_first_of(",\n]", at);
            if (end == std::string::npos) break;
            for (const char* number : {"1e30", "99999999999999999999999999", "NaN", "-1e-19"}) {
                std::string text = sample.text;
                text.replace(at, end - at, number);
                if (!import_sample(sample, text)) ++replaced;
                if (memory_->exists(options_.output).value()) {
                    EXPECT_TRUE(memory_->remove(options_.output));
                }
            }
            at = end + 1;
        }
        EXPECT_GE(replaced, 8u) << sample.format;
        std::filesystem::remove(folder_.at(sample.name));
    }
}

TEST_F(ImportPrefixes, ClocksThatJumpAreRefusedOrSorted) {
    for (const Sample& sample : kSamples) {
        if (sample.format == "truefx" || sample.format == "ccxt-trades")
            continue;  // one row, one line
        // The last two rows in the other order.
        const std::size_t last = sample.text.rfind('\n', sample.text.size() - 2) + 1;
        const std::size_t before = sample.text.rfind('\n', last - 2) + 1;  // npos + 1 is 0
        const std::string text = sample.text.substr(0, before) + sample.text.substr(last) +
                                 sample.text.substr(before, last - before);
        options_.order = ImportOrder::Refuse;
        const auto refused = import_sample(sample, text);
        if (sample.format != "binance-depth" && sample.format != "tardis-incremental-book") {
            ASSERT_FALSE(refused) << sample.format;
            EXPECT_NE(refused.error().message.find("time goes back"), std::string::npos)
                << refused.error().message;
        }
        if (memory_->exists(options_.output).value()) {
            EXPECT_TRUE(memory_->remove(options_.output));
        }
        options_.order = ImportOrder::Sort;
        const auto sorted = import_sample(sample, text);
        ASSERT_TRUE(sorted) << sample.format << sorted.error().message;
        if (memory_->exists(options_.output).value()) {
            EXPECT_TRUE(memory_->remove(options_.output));
        }
        std::filesystem::remove(folder_.at(sample.name));
    }
}

}  // namespace
}  // namespace tradectl::market

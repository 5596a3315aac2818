// What an import writes and says does not depend on how many threads decode, nor on how much text
// each of them takes at once.
#include "host/market/import_format.hpp"
#include "host/market/import_report.hpp"
#include "tests/host/market/capture_fixture.hpp"
#include "tests/host/market/import_fixture.hpp"

namespace tradectl::market {
namespace {

struct Sample {
    std::string format;
    std::string header;
    std::function<std::string(int)> row;  ///< the n-th, from 0
    std::optional<DataKind> kind;
    int rows = 12;
};

std::string text_of_row(int n) {
    return std::to_string(n);
}

/// Rows with `#` for a number that counts up from 100.
std::function<std::string(int)> pattern(std::string text) {
    return [text = std::move(text)](int n) {
        std::string row = text;
        for (std::size_t at = row.find('#'); at != std::string::npos; at = row.find('#'))
            row.replace(at, 1, text_of_row(100 + n));
        return row + "\n";
    };
}

std::string klines_row(int n) {
    const std::int64_t open = 1'600'000'020'000 + std::int64_t{n} * 60'000;
    return std::to_string(open) + ",1,3,0.5,2,10," + std::to_string(open + 59'999) +
           ",15,7,5,8,0\n";
}

std::string bar_row(int n) {
    return text_of_row(60 * n) + ",1,2,0.5,1.5,10\n";
}

std::string lean_bar_row(int n) {
    return text_of_row(60'000 * n) + ",2,4,1,3,10\n";
}

std::string lean_quote_bar_row(int n) {
    return text_of_row(60'000 * n) + ",2,4,1,3,10,3,5,2,4,20\n";
}

std::string lean_quote_row(int n) {
    const std::string price = text_of_row(100'000 + 100 * (n % 4));
    const char exchange = static_cast<char>('A' + n % 3);
    const std::string end = std::string(",") + exchange + ",1," + (n % 5 == 4 ? "1" : "0") + "\n";
    const std::string begin = text_of_row(1000 + n) + ",";
    return n % 2 == 0 ? begin + price + ",5,0,0" + end : begin + "0,0," + price + ",4" + end;
}

/// Trades, quotes and a book, with a hole in its numbers and a snapshot behind it.
std::string capture_row(int n) {
    const std::string time = text_of_row(1000 + n);
    const std::string id = text_of_row(20 + n);
    const std::string price = text_of_row(100 + n % 7);
    if (n == 1 || n == 14) return depth_answer(time, id, R"(["100","1"])", R"(["107.5","2"])");
    if (n % 3 == 0) return trade_line(time, id, price);
    if (n % 5 == 0)
        return time + R"( {"u":5,"s":"ABC","b":")" + price + R"(","B":"1","a":"109","A":"2"})" +
               "\n";
    const std::string before = text_of_row(n == 10 ? 15 : 19 + n);
    return linked_difference(
        time, id, id, before, "[\"" + price + "\",\"0.25\"]", R"(["108","1"],["109.5","0"])");
}

const Sample kSamples[] = {
    {"binance-trades", "", pattern("#,4.#,12,48,1499865549#,True,True"), {}},
    {"binance-agg-trades",
     "agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker\n",
     pattern("#,0.0#,4.7,27781,27781,1498793709#,true"),
     {}},
    {"binance-klines", "", klines_row, {}},
    {"binance-book-ticker", "", pattern("#,10.#,2,11.#,3,1600000000#,1600000000#"), {}},
    {"binance-depth",
     "symbol,timestamp,first_update_id,last_update_id,side,update_type,price,qty,pu\n",
     pattern("AB,1600000000#,#,#,b,snap,10,1,-1"),
     {}},
    {"lean-trades", "", pattern("34200#,1674#,100,P,20002000,0"), {}},
    {"lean-quotes", "", lean_quote_row, {}},
    {"lean-bars", "", lean_bar_row, {}},
    {"lean-quote-bars", "", lean_quote_bar_row, {}},
    {"tardis-trades",
     "exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n",
     pattern("x,AB,1000#,2000#,#,sell,10,2"),
     {}},
    {"tardis-quotes",
     "exchange,symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount\n",
     pattern("x,AB,1000#,2000#,5,11,10,6"),
     {}},
    {"tardis-book-snapshot",
     "exchange,symbol,timestamp,local_timestamp,asks[0].price,asks[0].amount,bids[0].price,"
     "bids[0].amount\n",
     pattern("x,AB,1000#,2000#,11,1,10,2"),
     {}},
    {"tardis-incremental-book",
     "exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount\n",
     pattern("x,AB,1000#,2000#,true,ask,11,1"),
     {}},
    {"ccxt-trades", "[", pattern("[1#,\"#\",null,\"sell\",0.5,23.0,11.5],"), {}},
    {"ohlcv", "time,open,high,low,close,volume\n", bar_row, {}},
    {"histdata", "", pattern("20200101 170000#,1.1,1.2,0"), {}},
    {"truefx", "timestamp,bid,ask\n", pattern("2013-01-01 22:00:00.#+00:00,86.6,86.7"), {}},
    {"binance-ws", "", capture_row, DataKind::Book, 20},
    {"binance-ws", "", capture_row, DataKind::Trades, 20},
    {"binance-ws", "", capture_row, DataKind::Quotes, 20},
};

class ImportJobs : public ImportTest {
  protected:
    ImportJobs() : memory_(make_memory_disk()) {
        EXPECT_TRUE(memory_->make_directory("/d"));
        options_.output = "/d/out.tdat";
        options_.layout = {};
        options_.origin.clear();
        options_.existing = ExistingFile::Replace;
    }
    void choose(const Sample& sample) {
        options_.format = sample.format;
        options_.kind = sample.kind.value_or(find_import_format(sample.format)->kinds.front());
        const bool bars = options_.kind == DataKind::Bars || sample.format == "lean-quote-bars";
        options_.interval_ns = bars && sample.format != "binance-klines" ? kNsPerMinute : 0;
        options_.zone = bars ? nullptr : zone_;
    }
    static std::vector<std::string> rows_of(const Sample& sample) {
        std::vector<std::string> rows;
        for (int n = 0; n < sample.rows; ++n)
            rows.push_back(sample.row(n));
        return rows;
    }
    static std::string joined(const Sample& sample, const std::vector<std::string>& rows) {
        std::string text = sample.header;
        for (const std::string& row : rows)
            text += row;
        if (sample.format == "ccxt-trades") text.replace(text.rfind(','), 1, "]");
        return text;
    }
    /// All that an import shows: the file and the report, or what was wrong.
    std::string outcome(unsigned jobs, std::size_t block_bytes) {
        options_.jobs = jobs;
        options_.block_bytes = block_bytes;
        const auto report = import_data(*memory_, options_);
        if (!report) return report.error().message;
        return describe(*report).dump() +
               read_file(*memory_, options_.output, std::uint64_t{1} << 30).value();
    }
    /// Compares with one thread that takes all rows itself. Returns what that one shows.
    std::string expect_same(const Sample& sample, const std::string& text) {
        choose(sample);
        options_.inputs = {folder_.write("in-19700102.csv", text)};
        return expect_same();
    }
    std::string expect_same() {
        const std::string expected = outcome(1, std::size_t{1} << 20);
        for (const unsigned jobs : {1U, 2U, 5U})
            for (const std::size_t block_bytes : {1U, 100U})
                EXPECT_EQ(outcome(jobs, block_bytes), expected)
                    << options_.format << ", " << jobs << " jobs, blocks of " << block_bytes;
        return expected;
    }

    /// How much in front of a damage is read as rows goes by the size of a block, alone.
    void expect_same_damage() {
        for (const std::size_t block_bytes : {1U, 100U, 10'000U}) {
            const std::string expected = outcome(1, block_bytes);
            EXPECT_FALSE(expected.starts_with("{")) << expected;
            for (const unsigned jobs : {2U, 5U})
                EXPECT_EQ(outcome(jobs, block_bytes), expected) << jobs << ", " << block_bytes;
        }
    }

    std::unique_ptr<Disk> memory_;
    std::shared_ptr<const TimeZone> zone_ =
        std::make_shared<const TimeZone>(TimeZone::open("America/New_York").value());
};

TEST_F(ImportJobs, DoNotChangeWhatIsWritten) {
    for (const Sample& sample : kSamples) {
        const std::string shown = expect_same(sample, joined(sample, rows_of(sample)));
        EXPECT_TRUE(shown.starts_with("{")) << sample.format << ": " << shown.substr(0, 200);
    }
}

TEST_F(ImportJobs, DoNotChangeWhatIsSaidOfABadRowAnywhere) {
    for (const Sample& sample : kSamples) {
        const auto rows = rows_of(sample);
        std::size_t refused = 0;
        for (std::size_t at = 0; at < rows.size(); ++at)
            for (const std::string& bad :
                 {std::string("\n"), std::string("1,nonsense\n"), rows[0], rows[at] + rows[at]}) {
                auto changed = rows;
                changed[at] = bad;
                const std::string shown = expect_same(sample, joined(sample, changed));
                refused += shown.starts_with("{") ? 0 : 1;
            }
        EXPECT_GE(refused, rows.size()) << sample.format;
    }
}

/// The row that is named stands behind rows of its block that were left out.
TEST_F(ImportJobs, DoNotChangeWhatIsSaidBehindRowsLeftOut) {
    options_.suspicious = Suspicious::Drop;
    const Sample& sample = kSamples[5];
    ASSERT_EQ(sample.format, "lean-trades");
    auto rows = rows_of(sample);
    // Two rows make a block of a hundred bytes.
    for (std::size_t at = 2; at < rows.size(); at += 2)
        rows[at].replace(rows[at].size() - 2, 1, "1");
    for (std::size_t at = 3; at < rows.size(); at += 2) {
        auto changed = rows;
        changed[at] = "33900" + changed[at].substr(5);
        const std::string shown = expect_same(sample, joined(sample, changed));
        EXPECT_NE(shown.find("time goes back"), std::string::npos) << shown;
    }
}

TEST_F(ImportJobs, DoNotChangeWhatIsSaidOfARandomByte) {
    SeededRandom random(test_seed());
    for (const Sample& sample : kSamples)
        for (int i = 0; i < 30; ++i) {
            std::string text = joined(sample, rows_of(sample));
            text[random.below(text.size())] = static_cast<char>(random.below(256));
            expect_same(sample, text);
        }
}

TEST_F(ImportJobs, DoNotChangeWhatIsDroppedSortedOrRounded) {
    options_.order = ImportOrder::Sort;
    options_.duplicates = Duplicates::Drop;
    options_.suspicious = Suspicious::Drop;
    options_.decimals = 1;
    for (const Sample& sample : kSamples) {
        if (sample.kind == DataKind::Book) continue;  // never sorted
        auto rows = rows_of(sample);
        std::swap(rows[3], rows[8]);
        rows[5] += rows[5];
        expect_same(sample, joined(sample, rows));
    }
}

TEST_F(ImportJobs, DoNotChangeWhichSymbolIsTaken) {
    for (const Sample& sample : kSamples) {
        auto rows = rows_of(sample);
        for (std::size_t at = 2; at < rows.size(); at += 3)
            if (const auto name = rows[at].find("AB"); name != std::string::npos)
                rows[at].replace(name, 2, "CD");
        for (const char* symbol : {"", "AB", "CD", "ABC", "CDC"}) {
            options_.capture.symbol = symbol;
            expect_same(sample, joined(sample, rows));
        }
    }
}

TEST_F(ImportJobs, DoNotChangeWhatIsSaidOfLinesThatAreTooLongOrHaveNoEnd) {
    for (const Sample& sample : kSamples) {
        auto rows = rows_of(sample);
        rows.back().pop_back();
        expect_same(sample, joined(sample, rows));
        for (const std::size_t bytes : {65'536U, 65'537U, 65'538U, 65'539U}) {
            rows[7] = std::string(bytes, '1') + "\n";
            expect_same(sample, joined(sample, rows));
            rows[7] = std::string(bytes - 1, '1') + "\r\n";
            expect_same(sample, joined(sample, rows));
        }
    }
}

TEST_F(ImportJobs, DoNotChangeWhatIsSaidOfSeveralFilesAndOfDamage) {
    const Sample& sample = kSamples[0];
    choose(sample);
    std::string text;
    for (int n = 0; n < 890; ++n)
        text += sample.row(n);
    folder_.write("a", text.substr(0, 20'000 + text.substr(20'000).find('\n') + 1));
    folder_.write("b", text.substr(20'000 + text.substr(20'000).find('\n') + 1));
    options_.inputs = {folder_.at("a"), folder_.at("b")};
    EXPECT_TRUE(expect_same().starts_with("{"));
    run_in_folder("gzip -k b");
    options_.inputs = {folder_.at("a"), folder_.at("b.gz")};
    EXPECT_TRUE(expect_same().starts_with("{"));
    const std::string packed = folder_.read("b.gz");
    std::string damaged = packed;
    damaged[packed.size() / 2] = static_cast<char>(~packed[packed.size() / 2]);
    folder_.write("b.gz", damaged);
    expect_same_damage();
    folder_.write("b.gz", packed.substr(0, packed.size() / 3));
    expect_same_damage();
}

TEST_F(ImportJobs, DoNotChangeHowRecordingsAreMerged) {
    options_.format = "binance-ws";
    options_.kind = DataKind::Book;
    std::string texts[3];
    for (int n = 0; n < 300; ++n)
        texts[n % 3] += capture_row(n);
    texts[1].insert(texts[1].find('\n', texts[1].size() / 2), 1, '\n');
    options_.inputs.clear();
    for (const std::string& text : texts)
        options_.inputs.push_back(
            folder_.write("in" + std::to_string(options_.inputs.size()), text));
    EXPECT_TRUE(expect_same().starts_with("{"));
    // Texts that only the full reader takes, and one that nobody does.
    texts[2].insert(texts[2].find('\n', texts[2].size() / 2) + 1,
                    trade_line("1150", "7", "105", R"(\u0041BC)"));
    folder_.write("in2", texts[2]);
    expect_same();
    folder_.write("in1", texts[1] + "1500 {\"e\":\xff}\n");
    EXPECT_FALSE(expect_same().starts_with("{"));
}

}  // namespace
}  // namespace tradectl::market

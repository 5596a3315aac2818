// Exits on five minute candles (reference results, section 5): the entries are given, the host's
// exits find the rest; and the same on made-up bars against plain loops.
#include "host/base/text_input.hpp"
#include "tests/reference/bar_run.hpp"

#include <cmath>
#include <map>
#include <sstream>

namespace tradectl::reference {
namespace {

constexpr std::int64_t kCandle = 5 * kNsPerMinute;
const Decimal kFee = Decimal::parse("0.0025").value();
const Decimal kStop = Decimal::parse("0.1").value();

struct Step {
    std::int64_t after_ns;
    const char* offset;
};
constexpr Step kSteps[] = {{0, "0.04"},
                           {20 * kNsPerMinute, "0.02"},
                           {30 * kNsPerMinute, "0.01"},
                           {40 * kNsPerMinute, "0"}};

struct Trade {
    Timestamp opened;  ///< starts of the candles
    Timestamp closed;
    double entry = 0;
    double exit = 0;
    std::string reason;
    std::string quantity;
};

class ExitReplay : public BarRun {
  protected:
    /// Replays the entries over the bars and returns what came of them.
    std::vector<Trade> replay(const std::string& file,
                              const std::vector<Trade>& entries,
                              Timestamp leave_at) {
        std::ostringstream yaml;
        yaml << "exchanges: [{name: x, plugin: paper, settings: {fill: next_open, in_bar: level, "
                "maker_fee: \"0.0025\", taker_fee: \"0.0025\", balances: {B: \"1000000\"}}}]\n"
                "instruments: [{name: A-B.x, base: A, quote: B, tick: \"0.000000000000000001\", "
                "lot: \"0.000000000000000001\"}]\n"
                "data: [{instrument: A-B.x, file: "
             << file
             << "}]\nwal: {latency: 0s}\n"
                "strategies: [{name: r, plugin: replay, instruments: [A-B.x], "
                "exits_on_bars: level, settings: {fee_rate: \"0.0025\", leave_at: \""
             << leave_at.ns() << "\", targets: [";
        for (const Step& step : kSteps)
            yaml << "\"" << step.after_ns << " " << step.offset << "\", ";
        yaml << "], entries: [";
        for (const Trade& entry : entries)
            yaml << "\"" << entry.opened.ns() << " " << entry.quantity << "\", ";
        yaml << "]}}]\n";
        run_backtest(yaml.str());
        return round_trips();
    }

    /// Every buy with the sale that follows it.
    std::vector<Trade> round_trips() {
        std::map<OpId, std::uint16_t> reasons;
        for (const auto& order : orders())
            reasons[order.op_id] = order.reason;
        std::vector<Trade> trades;
        for (const auto& fill : fills()) {
            const Timestamp start = fill.venue_time.plus_ns(-kCandle);
            if (fill.side == TRADECTL_SIDE_BUY) {
                trades.push_back({start, {}, fill.price.to_double(), 0, "", ""});
                continue;
            }
            EXPECT_FALSE(trades.empty());
            if (trades.empty()) break;
            trades.back().closed = start;
            trades.back().exit = fill.price.to_double();
            trades.back().reason = word(reasons[fill.op_id]);
        }
        return trades;
    }
    static std::string word(std::uint16_t reason) {
        if (reason == TRADECTL_REASON_EXIT_STOP) return "stop_loss";
        if (reason == TRADECTL_REASON_EXIT_TARGET) return "roi";
        return reason == TRADECTL_REASON_NONE ? "force_exit" : std::to_string(reason);
    }
    static void expect_equal(const std::vector<Trade>& got, const std::vector<Trade>& wanted) {
        ASSERT_EQ(got.size(), wanted.size());
        for (std::size_t i = 0; i < got.size(); ++i) {
            SCOPED_TRACE(wanted[i].opened.to_string() + " " + wanted[i].reason + " " +
                         wanted[i].closed.to_string());
            EXPECT_EQ(got[i].opened, wanted[i].opened);
            EXPECT_EQ(got[i].closed, wanted[i].closed);
            EXPECT_EQ(got[i].reason, wanted[i].reason);
            EXPECT_NEAR(got[i].entry / wanted[i].entry, 1, 1e-9);
            EXPECT_NEAR(got[i].exit / wanted[i].exit, 1, 1e-9);
        }
    }
};

std::vector<std::string> split(std::string_view line) {
    std::vector<std::string> fields;
    std::istringstream text{std::string(line)};
    for (std::string field; std::getline(text, field, ',');)
        fields.push_back(field);
    return fields;
}

std::map<std::string, std::vector<Trade>> read_trades(const std::string& path) {
    std::map<std::string, std::vector<Trade>> by_pair;
    auto input = TextInput::open(path);
    EXPECT_TRUE(input);
    if (!input || !input->next()) return by_pair;
    for (auto line = input->next(); line && *line; line = input->next()) {
        const auto field = split(**line);
        by_pair[field[0]].push_back({Timestamp{std::stoll(field[1]) * kNsPerMillisecond},
                                     Timestamp{std::stoll(field[3]) * kNsPerMillisecond},
                                     std::stod(field[2]),
                                     std::stod(field[4]),
                                     field[5],
                                     field[6]});
    }
    return by_pair;
}

/// Start of the last but one candle of a file of "timestamp_ms,...".
Timestamp last_but_one(const std::string& path) {
    auto input = TextInput::open(path);
    EXPECT_TRUE(input);
    Timestamp before = Timestamp::none();
    Timestamp last = Timestamp::none();
    if (!input || !input->next()) return before;
    for (auto line = input->next(); line && *line; line = input->next()) {
        before = last;
        last = Timestamp{std::stoll(std::string(**line)) * kNsPerMillisecond};
    }
    return before;
}

TEST_F(ExitReplay, AllTradesOfTheFileLeaveAsDocumented) {
    const auto source = shared_file("reference/freqtrade-exit-replay-trades.csv");
    if (!source) GTEST_SKIP() << "skipped: no ../shared";
    std::size_t count = 0;
    for (auto [pair, trades] : read_trades(*source)) {
        SCOPED_TRACE(pair);
        std::string name = pair;
        name.replace(name.find('/'), 1, "_");
        const auto candles = shared_file("candles/freqtrade-" + name + "-5m.csv.gz");
        ASSERT_TRUE(candles) << name;
        const auto file = import_bars(*candles, 100'000, kCandle, market::BarStamp::Open, 18);
        expect_equal(replay(file, trades, last_but_one(*candles)), trades);
        count += trades.size();
        std::filesystem::remove(file);
    }
    EXPECT_EQ(count, 105u);
}

/// The same rules in plain loops. What is compared is exact: prices on a grid do touch their
/// levels.
std::vector<Trade> model(const std::vector<BarRow>& rows, std::size_t every) {
    const auto product = [](Decimal a, Decimal b) {
        return checked_mul(a, b, Rounding::HalfEven).value();
    };
    std::vector<Trade> trades;
    std::size_t i = 1;
    while (i + 2 < rows.size()) {
        const Decimal entry = rows[i].open;
        Trade trade{rows[i].stamp, {}, entry.to_double(), 0, "", "1"};
        std::size_t at = i + 1;
        for (; at + 2 < rows.size() && trade.reason.empty(); ++at) {
            const BarRow& row = rows[at];
            Decimal ratio;
            for (const Step& step : kSteps)
                if (step.after_ns <= row.stamp.minus(trade.opened))
                    ratio = Decimal::parse(step.offset).value();
            const Decimal stop = product(entry, 1_d - kStop);
            const Decimal cost = product(entry, 1_d + kFee + ratio);
            trade.closed = row.stamp;
            if (row.low <= stop) {
                trade.reason = "stop_loss";
                trade.exit = stop.to_double();
            } else if (product(row.high, 1_d - kFee) > cost) {
                trade.reason = "roi";
                trade.exit = cost.to_double() / (1_d - kFee).to_double();
            }
        }
        if (trade.reason.empty()) {
            trade.reason = "force_exit";
            trade.closed = rows[rows.size() - 2].stamp;
            trade.exit = rows[rows.size() - 2].open.to_double();
        }
        trades.push_back(trade);
        i = std::max(at, i) + every;
    }
    return trades;
}

TEST_F(ExitReplay, EqualsPlainLoopsOverMadeUpBars) {
    const auto rows =
        made_up_bars(test_seed(), 2000, Timestamp::parse("2030-05-01T00:00:00Z").value(), kCandle);
    const auto trades = model(rows, 3);
    ASSERT_GT(trades.size(), 20u);
    const auto file = write_bars("bars.tdat", rows, kCandle, kCandle);
    expect_equal(replay(file, trades, rows[rows.size() - 2].stamp), trades);
}

}  // namespace
}  // namespace tradectl::reference

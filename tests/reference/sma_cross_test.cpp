// Crosses of simple averages on daily bars, with all that the account has: reference section 6, and
// the same on made-up bars against plain loops.
#include "host/base/text_input.hpp"
#include "tests/reference/bar_run.hpp"

#include <cmath>

namespace tradectl::reference {
namespace {

Decimal dec(std::string_view text) {
    return Decimal::parse(text).value();
}
Decimal times(Decimal a, Decimal b) {
    return checked_mul(a, b, Rounding::HalfEven).value();
}

/// What differs between the runs.
struct Rules {
    int fast = 10;
    int slow = 20;
    const char* spread = "0";     ///< of an entry's price
    const char* fee_rate = "0";   ///< of the notional, at entry and exit
    const char* fee_fixed = "0";  ///< of an order
    bool finalize = false;        ///< close at the last bar's open
};

struct Trade {
    Decimal quantity;  ///< negative is short
    std::string entry_day;
    std::string exit_day;
    Decimal entry_price;
    Decimal exit_price;
    Decimal fees;
};

std::string shown(const Trade& trade) {
    return trade.quantity.to_string() + " " + trade.entry_day + " " +
           trade.entry_price.to_string(9) + " " + trade.exit_day + " " +
           trade.exit_price.to_string(9) + " " + trade.fees.to_string(9);
}

std::string day_of(Timestamp time) {
    return time.to_string().substr(0, 10);
}

/// The same rules in plain loops: decide at a bar's close, act at the next one's open.
class Model {
  public:
    Model(const Rules& rules, const std::vector<BarRow>& rows) : rules_(rules), rows_(rows) {}

    void run() {
        int wanted = 0;
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            const bool ends = rules_.finalize && i + 1 == rows_.size();
            if (wanted != 0 || ends) close(i);
            if (wanted != 0 && !ends) open(i, wanted);
            wanted = cross(i);
        }
    }
    [[nodiscard]] const std::vector<Trade>& trades() const { return trades_; }
    [[nodiscard]] Decimal equity() const {
        return cash_ + times(held_.quantity, rows_.back().close - held_.entry_price);
    }

  private:
    /// 1 when the fast average has just come above the slow one, -1 below.
    [[nodiscard]] int cross(std::size_t i) const {
        if (i < static_cast<std::size_t>(rules_.slow)) return 0;
        const Decimal before = gap(i - 1);
        const Decimal now = gap(i);
        if (before.is_negative() && now.is_positive()) return 1;
        return before.is_positive() && now.is_negative() ? -1 : 0;
    }
    /// Fast less slow average, times both periods.
    [[nodiscard]] Decimal gap(std::size_t i) const {
        Decimal fast;
        Decimal slow;
        for (int k = 0; k < rules_.slow; ++k) {
            const Decimal close = rows_[i - static_cast<std::size_t>(k)].close;
            slow = slow + close;
            if (k < rules_.fast) fast = fast + close;
        }
        return times(fast, Decimal::from_int(rules_.slow)) -
               times(slow, Decimal::from_int(rules_.fast));
    }
    void open(std::size_t i, int side) {
        const Decimal price = rows_[i].open;
        const Decimal worse = times(price, Decimal::from_int(side));
        const Decimal entry = price + times(worse, dec(rules_.spread));
        const Decimal unit = entry + times(price, dec(rules_.fee_rate)) + dec(rules_.fee_fixed);
        std::int64_t units = static_cast<std::int64_t>(cash_.to_double() / unit.to_double()) + 2;
        while (units > 0 && times(Decimal::from_int(units), unit) >= cash_)
            --units;
        if (units <= 0) return;
        held_ = {Decimal::from_int(side * units), day_of(rows_[i].stamp), "", entry, {}, {}};
        pay(entry);
    }
    void close(std::size_t i) {
        if (held_.quantity.is_zero()) return;
        held_.exit_price = rows_[i].open;
        held_.exit_day = day_of(rows_[i].stamp);
        cash_ = cash_ + times(held_.quantity, held_.exit_price - held_.entry_price);
        pay(held_.exit_price);
        trades_.push_back(held_);
        held_ = {};
    }
    void pay(Decimal price) {
        const Decimal size = held_.quantity.is_negative() ? -held_.quantity : held_.quantity;
        const Decimal fee = times(times(size, price), dec(rules_.fee_rate)) + dec(rules_.fee_fixed);
        held_.fees = held_.fees + fee;
        cash_ = cash_ - fee;
    }

    Rules rules_;
    const std::vector<BarRow>& rows_;
    Decimal cash_ = Decimal::from_int(10'000);
    Trade held_;
    std::vector<Trade> trades_;
};

class SmaCrossRun : public BarRun {
  protected:
    /// Bars as quotes a quarter of a day apart, so that the first one of a bar is its open.
    engine::RunSummary run_over(const std::string& file, const Rules& rules, Timestamp last_day) {
        const std::string close_at = rules.finalize ? last_day.to_string() : "";
        return run_backtest(
            "exchanges: [{name: x, plugin: paper, settings: {balances: {USD: \"10000\"}, "
            "spread: \"" +
            std::string(rules.spread) + "\", spread_on: entries, taker_fee: \"" + rules.fee_rate +
            "\", fee_fixed: \"" + rules.fee_fixed +
            "\"}}]\n"
            "instruments: [{name: A-B.x, kind: equity, base: GOOG, quote: USD, tick: \"0.01\", "
            "lot: \"1\", margin: {initial: \"0.5\", maintenance: \"0.000001\"}}]\n"
            "data: [{instrument: A-B.x, file: " +
            file +
            ", bars: {play: quotes, spacing: 0}, build: {price: bid, closed: right}}]\n"
            "strategies: [{name: sma, plugin: sma_cross, instruments: [A-B.x], settings: {fast: " +
            std::to_string(rules.fast) + ", slow: " + std::to_string(rules.slow) + ", spread: \"" +
            rules.spread + "\", fee_rate: \"" + rules.fee_rate + "\", fee_unit: \"" +
            rules.fee_fixed + "\", close_at: \"" + close_at + "\"}}]\n");
    }
    /// Entries and exits follow each other: the strategy holds one position at a time.
    std::vector<Trade> trades_of_fills() {
        std::vector<Trade> trades;
        Trade held;
        for (const auto& fill : fills()) {
            const bool buy = fill.side == TRADECTL_SIDE_BUY;
            if (held.quantity.is_zero()) {
                held = {buy ? fill.quantity : -fill.quantity,
                        day_of(fill.venue_time),
                        "",
                        fill.price,
                        {},
                        fill.fee};
                continue;
            }
            held.exit_day = day_of(fill.venue_time);
            held.exit_price = fill.price;
            held.fees = held.fees + fill.fee;
            trades.push_back(std::exchange(held, Trade{}));
        }
        return trades;
    }
    void expect_equal_trades(const std::vector<Trade>& actual, const std::vector<Trade>& expected) {
        ASSERT_EQ(actual.size(), expected.size());
        for (std::size_t i = 0; i < actual.size(); ++i)
            EXPECT_EQ(shown(actual[i]), shown(expected[i])) << "trade " << i;
    }
    /// The documented trades. Their numbers are doubles in full: 9 decimals are what they mean.
    static std::vector<Trade> documented(const std::string& path) {
        std::vector<Trade> trades;
        auto input = TextInput::open(path);
        EXPECT_TRUE(input && input->next()) << path;
        for (auto line = input->next(); line && *line; line = input->next()) {
            std::vector<std::string> cells(1);
            for (const char c : **line) {
                if (c == ',')
                    cells.emplace_back();
                else
                    cells.back() += c;
            }
            const auto number = [&](std::size_t at) {
                return Decimal::parse(cells[at], Rounding::HalfEven).value();
            };
            trades.push_back({number(0), cells[8], cells[9], number(3), number(4), number(6)});
        }
        return trades;
    }
    void expect_documented(const Rules& rules, const std::string& name, const char* equity);
};

void SmaCrossRun::expect_documented(const Rules& rules,
                                    const std::string& name,
                                    const char* equity) {
    const auto source = shared_file("candles/goog-1d-2004-2013.csv.gz");
    if (!source) GTEST_SKIP() << "skipped: no ../shared";
    const std::string file = import_bars(*source, 5000, kNsPerDay, market::BarStamp::Open);
    const auto summary = run_over(file, rules, Timestamp::parse("2013-03-01T00:00:00Z").value());
    EXPECT_EQ(kept("sma", "bars"), "2148");
    expect_equal_trades(
        trades_of_fills(),
        documented(*shared_file("reference/backtesting-py/" + name + ".trades.csv")));
    EXPECT_EQ(summary.equity_end.at("USD").to_string(5), equity);
}

TEST_F(SmaCrossRun, EqualsTheDocumentedRunWithCommission) {
    expect_documented({.fast = 10, .slow = 20, .fee_rate = "0.002"},
                      "goog_smacross_10_20_commission_0.002_exclusive",
                      "56263.51934");
}

TEST_F(SmaCrossRun, EqualsTheDocumentedRunThatClosesAndReverses) {
    expect_documented({.fast = 10, .slow = 30, .finalize = true},
                      "goog_smacross_10_30_close_then_reverse",
                      "51422.99000");
}

TEST_F(SmaCrossRun, EqualsTheDocumentedRunWithSpreadAndFixedCommission) {
    expect_documented({.fast = 10,
                       .slow = 30,
                       .spread = "0.002",
                       .fee_rate = "0.001",
                       .fee_fixed = "5",
                       .finalize = true},
                      "goog_smacross_10_30_spread_0.002_commission_fixed5_0.001",
                      "37748.77934");
}

TEST_F(SmaCrossRun, EqualsPlainLoopsOverMadeUpBars) {
    const auto rows = made_up_bars(
        test_seed(), 800, Timestamp::parse("2030-01-01T00:00:00Z").value(), kNsPerDay, 1000);
    const Rules cases[] = {{.fast = 5, .slow = 12, .fee_rate = "0.002"},
                           {.fast = 3, .slow = 9, .finalize = true},
                           {.fast = 4,
                            .slow = 10,
                            .spread = "0.001",
                            .fee_rate = "0.0005",
                            .fee_fixed = "2",
                            .finalize = true}};
    for (const Rules& rules : cases) {
        Model model(rules, rows);
        model.run();
        const auto summary =
            run_over(write_bars(std::to_string(rules.fast) + ".tdat", rows, kNsPerDay, kNsPerDay),
                     rules,
                     rows.back().stamp);
        EXPECT_GT(model.trades().size(), 10u);
        expect_equal_trades(trades_of_fills(), model.trades());
        EXPECT_EQ(summary.equity_end.at("USD"), model.equity());
    }
}

/// The data end at every bar of a walk, so also right behind a cross.
TEST_F(SmaCrossRun, ClosesAtTheLastOpenWhereverTheDataEnd) {
    const auto rows =
        made_up_bars(4, 60, Timestamp::parse("2030-01-01T00:00:00Z").value(), kNsPerDay, 1000);
    const Rules rules{.fast = 3, .slow = 9, .finalize = true};
    for (std::size_t count = 12; count <= rows.size(); ++count) {
        const std::vector<BarRow> cut(rows.begin(), rows.begin() + static_cast<long>(count));
        Model model(rules, cut);
        model.run();
        const auto summary =
            run_over(write_bars(std::to_string(count) + ".tdat", cut, kNsPerDay, kNsPerDay),
                     rules,
                     cut.back().stamp);
        expect_equal_trades(trades_of_fills(), model.trades());
        EXPECT_EQ(summary.equity_end.at("USD"), model.equity()) << count << " bars";
    }
}

}  // namespace
}  // namespace tradectl::reference

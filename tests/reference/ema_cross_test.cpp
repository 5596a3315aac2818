// A crossing of exponential averages on one minute bars, in a cash account: reference section 1,
// and the same on made-up bars against plain loops.
#include "tests/reference/bar_run.hpp"

#include <tradectl/indicators.hpp>

namespace tradectl::reference {
namespace {

constexpr std::int64_t kMinute = kNsPerMinute;
const Decimal kQuantity = Decimal::parse("0.001").value();

/// Ways to say the same: bars, of which the last trade or by rule the close fills, or the quotes
/// that they may have been made of.
enum class Way { Bars, BarsAtClose, Quotes };

/// The same rules in plain loops.
struct Model {
    std::uint64_t orders = 0;
    Decimal base = Decimal::from_int(10);
    Decimal quote = Decimal::from_int(10'000'000);
    Decimal position;

    void fill(Decimal quantity, Decimal price) {
        const auto notional = checked_mul(quantity, price, Rounding::HalfEven).value();
        const Decimal size = notional.is_negative() ? -notional : notional;
        const auto fee = checked_mul(size, kQuantity, Rounding::HalfEven).value();  // 0.1 %
        base = base + quantity;
        position = position + quantity;
        quote = quote - notional - fee;
        ++orders;
    }
    void run(const std::vector<BarRow>& rows) {
        Ema fast(10);
        Ema slow(20);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const BarRow& row = rows[i];
            fast.update(row.close);
            slow.update(row.close);
            if (i + 1 < 20 || row.high == row.low) continue;
            const Decimal wanted = fast.value() >= slow.value() ? kQuantity : -kQuantity;
            if (position == wanted) continue;
            if (!position.is_zero()) fill(-position, row.close);
            fill(wanted, row.close);
        }
        if (!position.is_zero()) fill(-position, rows.back().close);
    }
};

class EmaCrossRun : public BarRun, public testing::WithParamInterface<Way> {
  protected:
    engine::RunSummary run_over(const std::string& file) {
        const std::string quotes =
            "bars: {play: quotes, path: open_high_low_close}, build: {price: bid, closed: right}";
        return run_backtest(
            "exchanges: [{name: x, plugin: paper, settings: {taker_fee: \"0.001\", fill: " +
            std::string(GetParam() == Way::BarsAtClose ? "close" : "touch") +
            ", balances: {BTC: \"10\", USDT: \"10000000\"}}}]\n"
            "instruments: [{name: A-B.x, base: BTC, quote: USDT, tick: \"0.01\", lot: \"0.001\"}]\n"
            "data: [{instrument: A-B.x, file: " +
            file + (GetParam() == Way::Quotes ? ", " + quotes : "") +
            "}]\n"
            "strategies: [{name: ema, plugin: ema_cross, instruments: [A-B.x], settings: "
            "{bar_interval: 1m, quantity: \"0.001\"}}]\n");
    }
    void expect_equal(const Model& model) {
        EXPECT_EQ(orders().size(), model.orders);
        EXPECT_EQ(fills().size(), model.orders);
        EXPECT_EQ(total("BTC"), model.base);
        EXPECT_EQ(total("USDT"), model.quote);
    }
};

TEST_P(EmaCrossRun, EqualsTheDocumentedRun) {
    const auto source = shared_file("candles/ftx-btc-perp-1m-202201.csv.gz");
    if (!source) GTEST_SKIP() << "skipped: no ../shared";
    const auto summary = run_over(import_bars(*source, 10'000, kMinute, market::BarStamp::Close));
    EXPECT_EQ(summary.counters.market_events, GetParam() == Way::Quotes ? 40'000u : 10'000u);
    EXPECT_EQ(kept("ema", "bars"), "10000");
    EXPECT_EQ(orders().size(), 902u);
    EXPECT_EQ(summary.open_orders, 0u);
    EXPECT_EQ(total("BTC").to_string(8), "10.00000000");
    EXPECT_EQ(total("USDT").to_string(8), "9999954.94313300");
}

TEST_P(EmaCrossRun, EqualsPlainLoopsOverMadeUpBars) {
    const auto rows =
        made_up_bars(test_seed(), 3000, Timestamp::parse("2030-05-01T00:01:00Z").value(), kMinute);
    run_over(write_bars("bars.tdat", rows, kMinute, 0));
    Model model;
    model.run(rows);
    EXPECT_EQ(kept("ema", "bars"), "3000");
    EXPECT_GT(model.orders, 20u);
    expect_equal(model);
}

/// The data end before, at and behind the first decision, and wherever the last bar reverses.
TEST_P(EmaCrossRun, ClosesWhateverTheLastBarOpened) {
    const auto rows =
        made_up_bars(1, 300, Timestamp::parse("2030-05-01T00:01:00Z").value(), kMinute);
    Model before;
    int reversals = 0;
    for (std::size_t count = 18; count <= rows.size(); ++count) {
        const std::vector<BarRow> cut(rows.begin(), rows.begin() + static_cast<long>(count));
        Model model;
        model.run(cut);
        const bool reverses = model.orders == before.orders + 2 && before.orders != 0;
        before = model;
        if (count > 22 && !reverses) continue;
        reversals += reverses ? 1 : 0;
        run_over(write_bars(std::to_string(count) + ".tdat", cut, kMinute, 0));
        expect_equal(model);
    }
    EXPECT_GT(reversals, 2);
}

INSTANTIATE_TEST_SUITE_P(Played,
                         EmaCrossRun,
                         testing::Values(Way::Bars, Way::BarsAtClose, Way::Quotes),
                         [](const auto& way) {
                             return way.param == Way::Bars          ? "AsBars"
                                    : way.param == Way::BarsAtClose ? "AsBarsAtClose"
                                                                    : "AsQuotes";
                         });

}  // namespace
}  // namespace tradectl::reference

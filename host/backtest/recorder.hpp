/// Listens to a session and turns it into figures, curves, round trips and an index, as it goes.
#pragma once

#include "host/backtest/curve.hpp"
#include "host/backtest/index.hpp"
#include "host/backtest/report.hpp"
#include "host/backtest/round_trips.hpp"
#include "host/backtest/statistics.hpp"
#include "host/backtest/trade_file.hpp"
#include "host/engine/session.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tradectl::backtest {

struct RecorderOptions {
    config::ReportConfig rules;
    std::int64_t sample_ns = 0;               ///< above 0
    std::string currency;                     ///< of the figures
    std::vector<std::string> strategies;      ///< names in the config's order
    IndexWriter* index = nullptr;             ///< null: no index. Must outlive the recorder
    TextFile* trades = nullptr;               ///< null: no trades.csv. Must outlive the recorder
    engine::RunObserver* observer = nullptr;  ///< told everything as well
};

/// Its memory is that of what is open, of bounded curves and of the report's first trades. [engine]
class Recorder final : public engine::RunObserver {
  public:
    explicit Recorder(RecorderOptions options);

    void on_start(const engine::Trading& trading, const engine::LiveView& view) override;
    void on_view(const engine::LiveView& view) override;
    void on_sample(const engine::LiveView& view) override;
    void on_order(const engine::OrderEntry& entry) override;
    void on_fill(const engine::OrderEntry& entry,
                 const tradectl_fill_event& fill,
                 const tradectl_position_state& after) override;
    void on_denied(const std::string& instance, const tradectl_order_event& event) override;
    void on_message(std::string_view text) override;

    /// Ends the curves and puts everything heard into the report. `last` is the run's last moment.
    /// The first error of the index or of trades.csv.
    Status finish(Timestamp last, Report& report);

  private:
    void take_trade(const Trade& trade);
    void write_balances(Timestamp now);
    void write_sample(const engine::LiveView& view);
    void add_prices(const engine::LiveView& view);
    /// A fee in what the instrument settles in; nothing when there is no price for it.
    std::optional<Decimal> fee_of(const tradectl_instrument& instrument,
                                  const tradectl_fill_event& fill) const;
    [[nodiscard]] bool is_ours(const Trade& trade) const;
    void index_fill(const MatchFill& match,
                    const tradectl_fill_event& fill,
                    const tradectl_position_state& after);
    void note(Status status);
    void fill_statistics(Report& report) const;
    void fill_warnings(Report& report) const;

    struct Instrument {
        std::string name;
        std::string quote;
        std::string settle;
        double last_mark;  // NaN: none yet
        PriceCurve prices{kPriceBarsMax, {}};
    };

    RecorderOptions options_;
    const engine::Trading* trading_ = nullptr;  // null again when the session has ended
    std::vector<Instrument> instruments_;       // by handle
    CurveMeter curve_;
    TradeMeter trades_;
    DrawdownMeter closed_;  // start equity + profit of closed trades
    double closed_equity_ = 0;
    Decimal equity_first_ = Decimal::null();  // the curve's first point, and its last
    Decimal equity_last_ = Decimal::null();
    Moments equity_;
    EquityCurve equity_curve_;
    MonthReturns months_;
    RoundTrips round_trips_;
    std::vector<Trade> first_trades_;
    std::uint64_t trades_total_ = 0;
    std::map<std::uint32_t, std::uint64_t> denied_;  // by reason
    std::map<std::pair<std::uint32_t, std::uint32_t>, Decimal> balances_;
    std::map<std::string, Decimal> marks_;
    Timestamp first_ = Timestamp::none();
    Timestamp last_ = Timestamp::none();
    std::uint64_t samples_ = 0;
    std::uint64_t samples_without_price_ = 0;
    std::uint64_t foreign_fees_ = 0;
    std::uint64_t foreign_trades_ = 0;
    bool start_unknown_ = false;
    bool traded_ = false;  // since the last sample
    Status failure_;
};

}  // namespace tradectl::backtest

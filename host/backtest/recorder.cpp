#include "host/backtest/recorder.hpp"

#include "host/engine/words.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tradectl::backtest {
namespace {

Decimal known(const std::map<std::string, Decimal>& values, const std::string& key) {
    const auto found = values.find(key);
    return found == values.end() ? Decimal() : found->second;
}

/// Why an order was sent, in a reader's words.
std::string reason_of(const engine::OrderEntry& entry) {
    if (entry.order.reason == TRADECTL_REASON_LIQUIDATION) return "liquidation";
    if (entry.exit_reason == TRADECTL_REASON_NONE) return "signal";
    std::string name(engine::reason_name(entry.exit_reason));
    constexpr std::string_view kExit = "exit_";
    return name.starts_with(kExit) ? name.substr(kExit.size()) : name;
}

std::string account_name(const engine::Trading& trading, std::uint32_t account) {
    const auto* name = trading.table.account(account);
    return name->venue + "/" + name->name;
}

}  // namespace

Recorder::Recorder(RecorderOptions options)
    : options_(std::move(options)),
      curve_(options_.rules, options_.sample_ns),
      trades_(options_.rules),
      equity_curve_(kCurvePointsMax, {}),
      round_trips_([this](const Trade& trade) { take_trade(trade); }) {}

void Recorder::note(Status status) {
    if (failure_ && !status) failure_ = std::move(status);
}

void Recorder::on_start(const engine::Trading& trading, const engine::LiveView& view) {
    trading_ = &trading;
    first_ = last_ = view.now;
    for (std::uint32_t handle = 0; handle < trading.table.size(); ++handle) {
        const auto* instrument = trading.table.instrument(handle);
        instruments_.push_back(
            {.name = std::string(trading.instrument_name(handle)),
             .quote = std::string(market::id_text(instrument->quote)),
             .settle = std::string(trading.table.asset(instrument->settle_asset)),
             .last_mark = std::numeric_limits<double>::quiet_NaN()});
    }
    const Decimal exact = known(view.equity, options_.currency);
    const double equity = exact.to_double();
    start_unknown_ = exact.is_null();
    months_.start(view.now, equity);
    if (!start_unknown_) {
        closed_equity_ = equity;
        closed_.add(view.now, equity);
        if (options_.rules.first_point == config::FirstPoint::Start) {
            equity_first_ = equity_last_ = exact;
            curve_.start(view.now, equity);
            equity_.add(equity);
            equity_curve_.add({view.now, equity, equity, equity, 0, 0});
        }
    }
    write_balances(view.now);
    if (options_.observer != nullptr) options_.observer->on_start(trading, view);
}

void Recorder::on_view(const engine::LiveView& view) {
    if (options_.observer != nullptr) options_.observer->on_view(view);
}

void Recorder::on_message(std::string_view text) {
    if (options_.observer != nullptr) options_.observer->on_message(text);
}

void Recorder::on_sample(const engine::LiveView& view) {
    ++samples_;
    last_ = view.now;
    const Decimal exact = known(view.equity, options_.currency);
    const double equity = exact.to_double();
    const double exposure = known(view.exposure, options_.currency).to_double();
    const bool holds = std::any_of(view.positions.begin(), view.positions.end(), [](const auto& p) {
        return !p.quantity.is_zero();
    });
    add_prices(view);
    if (std::isnan(equity) || std::isnan(exposure)) {
        ++samples_without_price_;
    } else {
        if (equity_first_.is_null()) equity_first_ = exact;
        equity_last_ = exact;
        curve_.add({.time = view.now,
                    .equity = equity,
                    .exposure = exposure,
                    .benchmark = instruments_.front().last_mark,
                    .in_market = traded_ || holds});
        equity_.add(equity);
        equity_curve_.add(
            {view.now, equity, equity, equity, curve_.drawdowns().current(), exposure});
        months_.add(view.now, equity);
        if (start_unknown_ && closed_equity_ == 0) closed_equity_ = equity;
    }
    traded_ = false;
    write_sample(view);
    if (options_.observer != nullptr) options_.observer->on_sample(view);
}

void Recorder::add_prices(const engine::LiveView& view) {
    for (std::size_t i = 0; i < view.marks.size() && i < instruments_.size(); ++i) {
        if (view.marks[i].price.is_null()) continue;
        marks_[view.marks[i].instrument] = view.marks[i].price;
        auto& instrument = instruments_[i];
        const double price = view.marks[i].price.to_double();
        const double open = std::isnan(instrument.last_mark) ? price : instrument.last_mark;
        instrument.prices.add(
            {view.now, open, std::max(open, price), std::min(open, price), price});
        instrument.last_mark = price;
    }
}

void Recorder::write_sample(const engine::LiveView& view) {
    if (options_.index == nullptr || !failure_) return;
    for (const auto& mark : view.marks) {
        if (mark.price.is_null()) continue;
        note(options_.index->price(view.now, mark.instrument, mark.price));
    }
    for (const auto& [asset, equity] : view.equity) {
        const auto exposure = view.exposure.find(asset);
        note(
            options_.index->equity(view.now,
                                   asset,
                                   equity,
                                   exposure == view.exposure.end() ? Decimal() : exposure->second));
    }
    write_balances(view.now);
}

void Recorder::write_balances(Timestamp now) {
    if (options_.index == nullptr || !failure_) return;
    for (std::uint32_t account = 0; account < trading_->table.account_count(); ++account) {
        for (const auto& state : trading_->balances->states(account)) {
            const Decimal total = Decimal::from_abi(state.total);
            const auto [entry, fresh] =
                balances_.emplace(std::make_pair(account, state.asset), total);
            if (!fresh && entry->second == total) continue;
            entry->second = total;
            note(options_.index->balance(
                now, account_name(*trading_, account), trading_->table.asset(state.asset), total));
        }
    }
}

void Recorder::on_order(const engine::OrderEntry& entry) {
    if (options_.observer != nullptr) options_.observer->on_order(entry);
    if (options_.index == nullptr || trading_ == nullptr || !failure_) return;
    const auto& order = entry.order;
    note(options_.index->order(
        trading_->clock.now(),
        {.client_order_id = order.client_order_id,
         .strategy = options_.strategies.at(entry.runner),
         .instrument = trading_->instrument_name(order.instrument),
         .side = engine::side_name(order.side),
         .type = engine::order_type_name(order.order_type),
         .status = execution::to_string(order.status),
         .quantity = order.order_qty,
         .price = order.price,
         .filled = order.filled_qty,
         .created = order.created.is_none() ? trading_->clock.now() : order.created,
         .open = !execution::is_closed(order.status)}));
}

std::optional<Decimal> Recorder::fee_of(const tradectl_instrument& instrument,
                                        const tradectl_fill_event& fill) const {
    const Decimal fee = Decimal::from_abi(fill.fee);
    if (fee.is_null() || fee.is_zero()) return Decimal();
    const auto asset = market::id_text(fill.fee_asset_name);
    const auto& table = trading_->table;
    if (asset == table.asset(instrument.settle_asset)) return fee;
    const Decimal price = Decimal::from_abi(fill.price);
    if (asset == table.asset(instrument.base_asset)) {
        return checked_mul(fee, price, Rounding::HalfEven);
    }
    if (asset == table.asset(instrument.quote_asset)) {
        return checked_div(fee, price, Rounding::HalfEven);
    }
    return std::nullopt;
}

void Recorder::on_fill(const engine::OrderEntry& entry,
                       const tradectl_fill_event& fill,
                       const tradectl_position_state& after) {
    if (options_.observer != nullptr) options_.observer->on_fill(entry, fill, after);
    if (trading_ == nullptr) return;  // of an earlier run, before this one began
    traded_ = true;
    const Timestamp now = trading_->clock.now();
    const auto* instrument = trading_->table.instrument(entry.order.instrument);
    const bool settles_in_quote = instrument->settle_asset == instrument->quote_asset;
    const auto fee = fee_of(*instrument, fill);
    if (!fee) ++foreign_fees_;
    const MatchFill match{.strategy = options_.strategies.at(entry.runner),
                          .instrument = instruments_[entry.order.instrument].name,
                          .order = entry.order.client_order_id,
                          .side = entry.order.side,
                          .time = now,
                          .price = Decimal::from_abi(fill.price),
                          .quantity = Decimal::from_abi(fill.quantity),
                          .fee = fee.value_or(Decimal()),
                          .multiplier = Decimal::from_abi(instrument->multiplier),
                          .settle = settles_in_quote ? SettleIn::Quote : SettleIn::Base,
                          .reason = reason_of(entry),
                          .sample = samples_};
    note(round_trips_.add(match));
    if (instruments_[entry.order.instrument].settle == options_.currency) {
        trades_.add_notional(match.quantity.to_double() * match.multiplier.to_double() *
                             (settles_in_quote ? match.price.to_double() : 1));
    }
    if (options_.index != nullptr && failure_) index_fill(match, fill, after);
}

void Recorder::index_fill(const MatchFill& match,
                          const tradectl_fill_event& fill,
                          const tradectl_position_state& after) {
    note(options_.index->fill(match.time,
                              {.client_order_id = match.order,
                               .strategy = match.strategy,
                               .instrument = match.instrument,
                               .side = engine::side_name(match.side),
                               .price = match.price,
                               .quantity = match.quantity,
                               .fee = Decimal::from_abi(fill.fee),
                               .fee_asset = market::id_text(fill.fee_asset_name)}));
    note(options_.index->position(match.time,
                                  match.strategy,
                                  match.instrument,
                                  Decimal::from_abi(after.quantity),
                                  Decimal::from_abi(after.average_price),
                                  Decimal::from_abi(after.realized_pnl)));
    const Decimal mark = trading_->mark(after.instrument);
    if (!mark.is_null()) note(options_.index->price(match.time, match.instrument, mark));
    write_balances(match.time);
}

void Recorder::on_denied(const std::string& instance, const tradectl_order_event& event) {
    ++denied_[event.reason];
    if (options_.observer != nullptr) options_.observer->on_denied(instance, event);
}

void Recorder::take_trade(const Trade& trade) {
    ++trades_total_;
    if (first_trades_.size() < kReportTradesMax) first_trades_.push_back(trade);
    if (options_.trades != nullptr && failure_) note(options_.trades->append(trade_line(trade)));
    if (!is_ours(trade)) {
        ++foreign_trades_;
        return;
    }
    trades_.add(trade);
    closed_equity_ += trade.profit.to_double();
    closed_.add(trade.exit_time, closed_equity_);
}

bool Recorder::is_ours(const Trade& trade) const {
    const auto found = std::find_if(instruments_.begin(), instruments_.end(), [&](const auto& one) {
        return one.name == trade.instrument;
    });
    return found != instruments_.end() && found->settle == options_.currency;
}

Status Recorder::finish(Timestamp last, Report& report) {
    trading_ = nullptr;
    round_trips_.flush();
    report.open_trades = round_trips_.open(marks_, last, samples_);
    if (options_.rules.finalize == config::OpenTrades::Mark) {
        for (Trade trade : report.open_trades) {
            trade.number = trades_total_ + 1;
            trade.exit_reason = "end";
            take_trade(trade);
        }
        report.open_trades.clear();
    }
    report.trades = std::move(first_trades_);
    report.trades_total = trades_total_;
    report.equity = equity_curve_.points();
    for (const Instrument& instrument : instruments_) {
        report.prices.push_back({.instrument = instrument.name,
                                 .quote = instrument.quote,
                                 .bars = instrument.prices.points()});
    }
    report.months = months_.months();
    for (const auto& [reason, count] : denied_) {
        report.denied_by_reason.push_back({std::string(engine::reason_name(reason)), count});
    }
    std::stable_sort(report.denied_by_reason.begin(),
                     report.denied_by_reason.end(),
                     [](const auto& a, const auto& b) { return a.count > b.count; });
    fill_statistics(report);
    fill_warnings(report);
    if (options_.index != nullptr && failure_) {
        note(options_.index->finish(first_, std::max(last, last_)));
    }
    if (options_.trades != nullptr && failure_) note(options_.trades->finish());
    return failure_;
}

void Recorder::fill_statistics(Report& report) const {
    const bool of_trades = options_.rules.drawdown_on == config::DrawdownBase::ClosedTrades;
    curve_.append(of_trades ? closed_ : curve_.drawdowns(), report.statistics);
    trades_.append(equity_.mean(), report.statistics);
    report.equity_start = equity_first_;
    report.equity_end = equity_last_;
}

void Recorder::fill_warnings(Report& report) const {
    const auto warn = [&report](std::uint64_t count, const std::string& text) {
        if (count != 0) report.warnings.push_back(std::to_string(count) + " " + text);
    };
    if (start_unknown_) {
        report.warnings.push_back("no price at the start: the curve begins at the first sample");
    }
    warn(samples_without_price_, "samples without a price: left out of the equity curve");
    warn(foreign_fees_,
         "fills with a fee in an asset without a price: the fee is not in the trades");
    warn(foreign_trades_,
         "round trips settle in another asset than " + options_.currency +
             ": not in the figures of trades");
}

}  // namespace tradectl::backtest

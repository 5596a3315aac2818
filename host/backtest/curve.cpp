#include "host/backtest/curve.hpp"

#include <algorithm>

namespace tradectl::backtest {

void MergeEquity::operator()(EquityPoint& into, const EquityPoint& next) const {
    into.time = next.time;
    into.equity = next.equity;
    into.equity_low = std::min(into.equity_low, next.equity_low);
    into.equity_high = std::max(into.equity_high, next.equity_high);
    into.drawdown = std::max(into.drawdown, next.drawdown);
    into.exposure = std::max(into.exposure, next.exposure);
}

void MergeBars::operator()(PriceBar& into, const PriceBar& next) const {
    into.time = next.time;
    into.high = std::max(into.high, next.high);
    into.low = std::min(into.low, next.low);
    into.close = next.close;
}

void MonthReturns::start(Timestamp time, double equity) {
    start_ = time;
    if (equity - equity == 0) begin_ = last_ = equity;
}

void MonthReturns::add(Timestamp time, double equity) {
    const std::int64_t ns = start_.is_none() ? time.ns() - 1 : std::max(time.ns() - 1, start_.ns());
    const std::int64_t days = ns / kNsPerDay - (ns % kNsPerDay < 0 ? 1 : 0);
    const auto date = timestamp_detail::civil_from_days(days);
    const int year = static_cast<int>(date.year);
    const int month = static_cast<int>(date.month);
    if (month_ != 0 && (year != year_ || month != month_)) {
        close(done_);
        begin_ = last_;
    }
    if (month_ == 0 && begin_ == 0) begin_ = equity;
    year_ = year;
    month_ = month;
    last_ = equity;
}

void MonthReturns::close(std::vector<MonthReturn>& out) const {
    if (begin_ > 0) out.push_back({.year = year_, .month = month_, .value = last_ / begin_ - 1});
}

std::vector<MonthReturn> MonthReturns::months() const {
    std::vector<MonthReturn> all = done_;
    if (month_ != 0) close(all);
    return all;
}

}  // namespace tradectl::backtest

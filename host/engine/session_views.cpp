// The part of the session that shows how things stand.
#include "host/engine/session_parts.hpp"

#include <algorithm>
#include <set>

namespace tradectl::engine {

namespace {

/// Cash and marked holdings of one account, by quote asset. A null value: something has no price
/// yet.
struct AccountValue {
    Decimal cash;
    Decimal equity;
};

std::map<std::string, AccountValue> value_account(const Trading& trading,
                                                  std::string_view venue,
                                                  tradectl_account_handle account) {
    std::map<std::uint32_t, Decimal> totals;
    for (const auto& state : trading.balances->states(account)) {
        totals[state.asset] = Decimal::from_abi(state.total);
    }
    std::map<std::string, AccountValue> values;
    std::set<std::uint32_t> counted;  // a base asset counts once, by its first cash instrument
    for (std::uint32_t handle = 0; handle < trading.table.size(); ++handle) {
        const auto* instrument = trading.table.instrument(handle);
        if (market::id_text(instrument->venue) != venue) continue;
        const auto settle = instrument->settle_asset;
        const auto [at, added] =
            values.try_emplace(std::string(trading.table.asset(settle)), AccountValue{});
        auto& value = at->second;
        if (added) {
            value.cash = totals[settle];
            const auto open = margin_use(trading, account, settle);
            const auto sum = open ? checked_add(value.cash, open->unrealized) : std::nullopt;
            value.equity = sum.value_or(Decimal::null());
        }
        if (is_margin(*instrument) || !counted.insert(instrument->base_asset).second) continue;
        const Decimal held = totals[instrument->base_asset];
        if (held.is_zero()) continue;
        const auto marked = trading.value_of(handle, held);
        const auto sum = marked ? checked_add(value.equity, *marked) : std::nullopt;
        value.equity = sum.value_or(Decimal::null());
    }
    return values;
}

}  // namespace

std::map<std::string, Decimal> Session::equity() const {
    std::map<std::string, Decimal> sums;
    for (std::uint32_t account = 0; account < trading_.table.account_count(); ++account) {
        const auto* name = trading_.table.account(account);
        for (const auto& [quote, value] : value_account(trading_, name->venue, account)) {
            auto& sum = sums[quote];
            sum = checked_add(sum, value.equity).value_or(Decimal::null());
        }
    }
    return sums;
}

void Session::mark_equity() {
    for (std::uint32_t account = 0; account < trading_.table.account_count(); ++account) {
        const auto* name = trading_.table.account(account);
        wal::Numbers numbers;
        std::vector<std::string> labels;  // what the numbers' names point to
        const auto values = value_account(trading_, name->venue, account);
        labels.reserve(values.size() * 2);
        for (const auto& [quote, value] : values) {
            labels.push_back("equity:" + quote);
            if (!numbers.push({labels.back(), value.equity})) break;
            labels.push_back("cash:" + quote);
            if (!numbers.push({labels.back(), value.cash})) break;
        }
        for (std::uint32_t index = 0; index < trading_.exchanges.size(); ++index) {
            if (trading_.exchanges[index]->name() == name->venue) {
                pipeline_->scribe().equity(index, account, numbers);
            }
        }
    }
}

/// A minute later. In simulated time nothing changes until something is due: then the first whole
/// minute behind that, so that years of daily bars are quick.
Timestamp Session::next_mark(Timestamp last) {
    const Timestamp next = last.plus_ns(kNsPerMinute);
    auto due = source_->next_time();
    if (!simulated() || !due) return next;
    if (const auto bars = bars_due()) due = std::min(*due, *bars);
    if (const auto timer = trading_.scheduler.next()) due = std::min(*due, *timer);
    if (*due < next) return next;
    return last.plus_ns((due->minus(last) / kNsPerMinute + 1) * kNsPerMinute);
}

std::vector<LiveView::Position> Session::positions_view() const {
    std::vector<LiveView::Position> positions;
    for (const auto& runner : trading_.runners) {
        for (const auto& state : runner->positions()) {
            LiveView::Position position;
            position.quantity = Decimal::from_abi(state.quantity);
            position.realized_pnl = Decimal::from_abi(state.realized_pnl);
            if (position.quantity.is_zero() && position.realized_pnl.is_zero()) continue;
            position.strategy = runner->name();
            position.instrument = trading_.instrument_name(state.instrument);
            position.average_price = Decimal::from_abi(state.average_price);
            position.mark = trading_.mark(state.instrument);
            const auto unrealized = execution::unrealized_pnl(
                {.quantity = position.quantity,
                 .average_price = position.average_price,
                 .realized_pnl = position.realized_pnl},
                position.mark,
                Decimal::from_abi(trading_.table.instrument(state.instrument)->multiplier));
            if (unrealized) position.unrealized_pnl = *unrealized;
            positions.push_back(std::move(position));
        }
    }
    return positions;
}

LiveView Session::view() const {
    LiveView view;
    view.now = trading_.clock.now();
    view.market_time = market_last_;
    view.state = stopping_ ? "stopping" : std::string(pipeline_->states().word());
    view.positions = positions_view();
    view.equity = equity();
    view.open_orders = trading_.orders.open_count();
    view.counters = trading_.counters;
    return view;
}

// ---- Samples of a run, by the session's clock. An interval is open at its start and closed at its
// end: what happens at its very end belongs to it.

void Session::note_market_moved() {
    if (options_.sample_ns <= 0) return;
    const std::int64_t now = trading_.clock.now().ns();
    const std::int64_t past = now % options_.sample_ns;
    sample_end_ = Timestamp{past == 0 ? now : now - past + options_.sample_ns};
}

void Session::sample_before(Timestamp now) {
    if (!sample_end_.is_none() && now > sample_end_) sample();
}

void Session::sample() {
    if (sample_end_.is_none() || options_.observer == nullptr) return;
    LiveView end = view();
    end.now = sample_end_;
    add_details(end);
    sample_end_ = Timestamp::none();
    options_.observer->on_sample(end);
}

std::map<std::string, Decimal> Session::total_balances() const {
    std::map<std::string, Decimal> sums;
    for (std::uint32_t account = 0; account < trading_.table.account_count(); ++account) {
        for (const auto& state : trading_.balances->states(account)) {
            auto& sum = sums[std::string(trading_.table.asset(state.asset))];
            sum = checked_add(sum, Decimal::from_abi(state.total)).value_or(Decimal::null());
        }
    }
    return sums;
}

std::map<std::string, Decimal> Session::exposure() const {
    std::map<std::string, Decimal> sums;
    for (const auto& runner : trading_.runners) {
        for (const auto& state : runner->positions()) {
            const Decimal quantity = Decimal::from_abi(state.quantity);
            if (quantity.is_zero()) continue;
            const auto* instrument = trading_.table.instrument(state.instrument);
            auto& sum = sums[std::string(trading_.table.asset(instrument->settle_asset))];
            const auto value =
                settle_notional(*instrument, quantity, trading_.mark(state.instrument));
            const auto total = value ? checked_add(sum, *value) : std::nullopt;
            sum = total.value_or(Decimal::null());
        }
    }
    return sums;
}

void Session::add_details(LiveView& view) const {
    for (std::uint32_t handle = 0; handle < trading_.table.size(); ++handle) {
        view.marks.push_back(
            {std::string(trading_.instrument_name(handle)), trading_.mark(handle)});
    }
    view.balances = total_balances();
    view.exposure = exposure();
}

}  // namespace tradectl::engine

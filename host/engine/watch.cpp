#include "host/engine/watch.hpp"

#include "host/base/log.hpp"
#include "host/engine/risk_limits.hpp"

#include <algorithm>
#include <sstream>

namespace tradectl::engine {

namespace {

constexpr std::string_view kKeyDay = "day";
constexpr std::string_view kKeyFees = "fees";
constexpr std::string_view kKeyLosses = "losses";
constexpr std::string_view kKeyTrip = "trip:";
constexpr std::string_view kKeyPeak = "peak:";

std::string owner_of(std::string_view strategy) {
    return "risk:" + std::string(strategy);
}

bool is_on(const risk::LossLimits& limits) {
    return !limits.daily_loss_max.is_null() || !limits.daily_loss_total_max.is_null() ||
           !limits.drawdown_max.is_null() || limits.losses_max != 0 ||
           !limits.reject_rate_max.is_null();
}

/// Null when either is, or when it does not fit.
Decimal sum_of(Decimal a, Decimal b) {
    return checked_add(a, b).value_or(Decimal::null());
}
Decimal difference_of(Decimal a, Decimal b) {
    return checked_sub(a, b).value_or(Decimal::null());
}

}  // namespace

Watch::Watch(Trading& trading, Scribe& scribe)
    : trading_(trading), scribe_(scribe), strategies_(trading.runners.size()) {
    for (const auto& runner : trading.runners)
        on_ = on_ || is_on(limits_of(runner->config().risk).loss);
}

std::int64_t Watch::today() const {
    return trading_.clock.now().ns() / kNsPerDay;
}

// ---- What survives

void Watch::keep(std::string_view owner, std::string_view key, const std::string& value) {
    scribe_.kv(owner, key, std::as_bytes(std::span(value)));
}

void Watch::keep_strategy(std::uint32_t index) {
    const Strategy& strategy = strategies_[index];
    const std::string owner = owner_of(trading_.runners[index]->name());
    keep(owner,
         kKeyFees,
         strategy.fees.to_string() + " " + std::to_string(strategy.fees_unknown_day));
    keep(owner, kKeyLosses, std::to_string(strategy.losses));
}

Status Watch::restore(ledger::Reader& reader) {
    if (!on_) return {};
    std::vector<std::string> owners{owner_of("all")};
    for (const auto& runner : trading_.runners)
        owners.push_back(owner_of(runner->name()));
    for (const std::string& owner : owners) {
        auto rows = reader.kv(owner);
        if (!rows) return fail(rows.error());
        for (const auto& row : *rows) {
            restore_value(owner,
                          row.key,
                          {reinterpret_cast<const char*>(row.value.data()), row.value.size()});
        }
    }
    // What was not watched before begins here, and not at the first loss.
    for (const auto& runner : trading_.runners)
        static_cast<void>(view(*runner, limits_of(runner->config().risk).loss));
    return {};
}

void Watch::restore_value(std::string_view owner, std::string_view key, std::string_view value) {
    std::istringstream words{std::string(value)};
    std::string amount;
    std::int64_t number = -1;
    const auto decimal = [&] { return Decimal::parse(amount).value_or(Decimal::null()); };
    if (key.starts_with(kKeyPeak)) {
        words >> amount;
        peaks_[std::string(key.substr(kKeyPeak.size()))] = decimal();
        return;
    }
    if (owner == owner_of("all")) {
        words >> total_day_.day >> amount;
        total_day_.start = decimal();
        return;
    }
    for (const auto& runner : trading_.runners) {
        if (owner != owner_of(runner->name())) continue;
        Strategy& strategy = strategies_[runner->index()];
        if (key == kKeyDay) {
            words >> strategy.day.day >> amount;
            strategy.day.start = decimal();
        } else if (key == kKeyFees) {
            words >> amount >> strategy.fees_unknown_day;
            strategy.fees = decimal();
        } else if (key == kKeyLosses) {
            words >> number;
            strategy.losses = static_cast<std::uint32_t>(std::max<std::int64_t>(number, 0));
        } else if (key.starts_with(kKeyTrip)) {
            words >> amount;
            const auto handle = trading_.table.find(key.substr(kKeyTrip.size()));
            if (handle) strategy.trips[*handle] = decimal();
        }
    }
}

void Watch::start_anew(const std::string& scope) {
    constexpr std::string_view kOneStrategy = "strategy:";
    if (scope == "all") {
        peaks_.clear();
        if (equity) {
            for (const auto& [asset, value] : equity()) {
                if (value.is_null()) continue;
                peaks_[asset] = value;
                keep(owner_of("all"), std::string(kKeyPeak) + asset, value.to_string());
            }
        }
        total_day_ = {};
    }
    for (const auto& runner : trading_.runners) {
        if (scope != std::string(kOneStrategy) + runner->name()) continue;
        Strategy& strategy = strategies_[runner->index()];
        strategy.losses = 0;
        strategy.day = {};
        strategy.fees_unknown_day = -1;
        strategy.answers.clear();
        keep_strategy(runner->index());
    }
}

// ---- What happens

Decimal Watch::value_of_fee(const OrderEntry& entry, const wal::FillBody& fill) const {
    const auto* instrument = trading_.table.instrument(entry.order.instrument);
    if (fill.fee.is_zero() || fill.fee_asset.empty()) return fill.fee;
    if (fill.fee_asset == trading_.table.asset(instrument->quote_asset)) return fill.fee;
    const auto times = [&](Decimal price) {
        return checked_mul(fill.fee, price, Rounding::HalfEven).value_or(Decimal::null());
    };
    if (fill.fee_asset == trading_.table.asset(instrument->base_asset)) return times(fill.price);
    for (std::uint32_t handle = 0; handle < trading_.table.size(); ++handle) {
        const auto* other = trading_.table.instrument(handle);
        if (other->quote_asset == instrument->quote_asset &&
            fill.fee_asset == trading_.table.asset(other->base_asset)) {
            return times(trading_.mark(handle));
        }
    }
    return Decimal::null();
}

void Watch::on_fill(const OrderEntry& entry,
                    const wal::FillBody& fill,
                    const execution::PositionChange& change) {
    if (!on_) return;
    Strategy& strategy = strategies_[entry.runner];
    Decimal fee = value_of_fee(entry, fill);
    if (fee.is_null()) {
        log(LogLevel::Warning,
            "risk",
            "a fee in " + std::string(fill.fee_asset) +
                " has no price: the day's loss is not known any more");
        strategy.fees_unknown_day = today();
        fee = Decimal();
    }
    strategy.fees = sum_of(strategy.fees, fee);
    Decimal& trip = strategy.trips[entry.order.instrument];
    trip = difference_of(sum_of(trip, change.realized), fee);
    const std::string name(trading_.instrument_name(entry.order.instrument));
    const bool ended = change.step == execution::PositionStep::Close ||
                       change.step == execution::PositionStep::Flip;
    if (ended) {
        end_round_trip(strategy, trip);
        strategy.trips.erase(entry.order.instrument);
    }
    keep(owner_of(trading_.runners[entry.runner]->name()),
         std::string(kKeyTrip) + name,
         ended ? "" : trip.to_string());
    keep_strategy(entry.runner);
}

void Watch::end_round_trip(Strategy& strategy, Decimal result) {
    const bool lost = result.is_null() || result.is_negative();
    strategy.losses = lost ? strategy.losses + 1 : 0;
}

void Watch::on_answer(const OrderEntry& entry, Answer answer) {
    if (!on_) return;
    auto& answers = strategies_[entry.runner].answers;
    answers.push_back(answer);
    const auto& risk = trading_.runners[entry.runner]->config().risk;
    while (answers.size() > risk.reject_window)
        answers.pop_front();
}

// ---- What the gate asks

Decimal Watch::profit_of(const StrategyRunner& runner) const {
    const Strategy& strategy = strategies_[runner.index()];
    if (strategy.fees_unknown_day == today()) return Decimal::null();
    Decimal sum = difference_of(Decimal(), strategy.fees);
    for (const auto& state : runner.positions()) {
        const execution::Position position{.quantity = Decimal::from_abi(state.quantity),
                                           .average_price = Decimal::from_abi(state.average_price),
                                           .realized_pnl = Decimal::from_abi(state.realized_pnl)};
        sum = sum_of(sum, position.realized_pnl);
        if (position.quantity.is_zero()) continue;
        const auto* instrument = trading_.table.instrument(state.instrument);
        const auto open = execution::unrealized_pnl(
            position, trading_.mark(state.instrument), Decimal::from_abi(instrument->multiplier));
        sum = open ? sum_of(sum, *open) : Decimal::null();
    }
    return sum;
}

/// A day begins with the first look at it that knows the figure.
Decimal Watch::loss_since(Day& day, Decimal profit, const std::string& owner) {
    if (profit.is_null()) return profit;
    if (day.day != today() || day.start.is_null()) {
        day = {today(), profit};
        keep(owner, kKeyDay, std::to_string(day.day) + " " + day.start.to_string());
    }
    return difference_of(day.start, profit);
}

Decimal Watch::total_loss() {
    Decimal profit;
    for (const auto& runner : trading_.runners)
        profit = sum_of(profit, profit_of(*runner));
    return loss_since(total_day_, profit, owner_of("all"));
}

Decimal Watch::drawdown() {
    if (!equity) return Decimal::null();
    Decimal deepest = Decimal::null();
    for (const auto& [asset, value] : equity()) {
        if (value.is_null()) return Decimal::null();
        Decimal& peak = peaks_.try_emplace(asset, Decimal::null()).first->second;
        if (peak.is_null() || value > peak) {
            peak = value;
            keep(owner_of("all"), std::string(kKeyPeak) + asset, peak.to_string());
        }
        if (peak.is_zero()) continue;  // an asset that was never held
        const Decimal fall = risk::drawdown_of(peak, value);
        if (fall.is_null()) return fall;
        deepest = deepest.is_null() ? fall : std::max(deepest, fall);
    }
    return deepest;
}

Decimal Watch::reject_rate(const Strategy& strategy, std::uint32_t window) {
    const auto rejects =
        std::count(strategy.answers.begin(), strategy.answers.end(), Answer::Rejected);
    return checked_div(Decimal::from_int(rejects), Decimal::from_int(window), Rounding::Up)
        .value_or(Decimal::null());
}

risk::LossView Watch::view(const StrategyRunner& runner, const risk::LossLimits& limits) {
    risk::LossView view;
    Strategy& strategy = strategies_[runner.index()];
    view.losses = strategy.losses;
    if (!limits.daily_loss_max.is_null()) {
        view.daily_loss = loss_since(strategy.day, profit_of(runner), owner_of(runner.name()));
    }
    if (!limits.daily_loss_total_max.is_null()) view.daily_loss_total = total_loss();
    if (!limits.drawdown_max.is_null()) view.drawdown = drawdown();
    if (!limits.reject_rate_max.is_null()) {
        view.reject_rate = reject_rate(strategy, limits.reject_window);
    }
    return view;
}

}  // namespace tradectl::engine

#include "host/engine/gate.hpp"

#include "host/base/log.hpp"
#include "host/engine/risk_limits.hpp"

#include <algorithm>

namespace tradectl::engine {

namespace {

bool looks_at_market(const risk::Limits& limits) {
    const risk::MarketLimits& market = limits.market;
    return market.book != risk::BookRule::Off || market.quote_age_ns_max != 0 ||
           !market.depth_min.is_null() || !market.slippage_max.is_null() ||
           limits.loss.stream_stale_ns_max != 0;
}

bool looks_at_losses(const risk::LossLimits& limits) {
    return !limits.daily_loss_max.is_null() || !limits.daily_loss_total_max.is_null() ||
           !limits.drawdown_max.is_null() || limits.losses_max != 0 ||
           !limits.reject_rate_max.is_null() || limits.unresolved_max != 0;
}

}  // namespace

Gate::Gate(Trading& trading, const Breakers& breakers, Watch& watch, IntentWindow& intents)
    : trading_(trading),
      breakers_(breakers),
      watch_(watch),
      intents_(intents),
      rates_(trading.runners.size()),
      venue_rates_(trading.exchanges.size()) {
    for (const auto& runner : trading.runners) {
        limits_.push_back(limits_of(runner->config().risk));
        looks_.push_back({looks_at_market(limits_.back()), looks_at_losses(limits_.back().loss)});
    }
}

execution::Hold Gate::hold_terms(const StrategyRunner& runner,
                                 const tradectl_instrument& instrument,
                                 const tradectl_submit_command& command,
                                 Decimal reference) const {
    execution::Hold hold;
    hold.side = command.side;
    hold.multiplier = Decimal::from_abi(instrument.multiplier);
    hold.fee_rate_max = runner.config().risk.fee_reserve;
    const Decimal limit = Decimal::from_abi(command.price);
    if (!limit.is_null()) {
        hold.price = limit;
        return hold;
    }
    const Decimal stop = Decimal::from_abi(command.stop_price);
    const Decimal base = stop.is_null() ? reference : stop;
    const auto reserve = checked_mul(base, runner.config().risk.market_order_reserve, Rounding::Up);
    hold.price = reserve ? checked_add(base, *reserve).value_or(Decimal::null()) : Decimal::null();
    return hold;
}

void Gate::see_money(const StrategyRunner& runner,
                     const tradectl_instrument& instrument,
                     const tradectl_submit_command& command,
                     GateAnswer& answer,
                     risk::Snapshot& snapshot) const {
    answer.hold = hold_terms(runner, instrument, command, snapshot.reference_price);
    if (is_margin(instrument)) see_margin(runner, instrument, answer, snapshot);
    if (const auto needed =
            execution::needed_for(answer.hold, Decimal::from_abi(command.quantity))) {
        answer.needed = *needed;
    }
    snapshot.needed = answer.needed;
    if (is_margin(instrument)) return;
    const auto asset =
        command.side == TRADECTL_SIDE_BUY ? instrument.quote_asset : instrument.base_asset;
    snapshot.free_balance =
        trading_.balances->amount(runner.account(), asset, wal::Bucket::Available);
}

/// An order that only reduces needs nothing; any other a share of its notional in the settle asset,
/// out of what the account's open positions leave.
void Gate::see_margin(const StrategyRunner& runner,
                      const tradectl_instrument& instrument,
                      GateAnswer& answer,
                      risk::Snapshot& snapshot) const {
    answer.hold.margin = answer.reduces ? Decimal{} : Decimal::from_abi(instrument.margin_initial);
    if (instrument.settle_asset == instrument.base_asset) answer.hold.price = Decimal::from_int(1);
    const auto settle = instrument.settle_asset;
    const Decimal cash =
        trading_.balances->amount(runner.account(), settle, wal::Bucket::Available);
    const auto use = margin_use(trading_, runner.account(), settle);
    const auto gained = use ? checked_add(cash, use->unrealized) : std::nullopt;
    const auto free = gained ? checked_sub(*gained, use->initial) : std::nullopt;
    snapshot.free_balance = free.value_or(Decimal::null());
    // What needs nothing is never short of money.
    if (answer.reduces) snapshot.free_balance = Decimal{};
}

void Gate::see_positions(const StrategyRunner& runner,
                         tradectl_instrument_handle instrument,
                         risk::Snapshot& snapshot) const {
    snapshot.position = Decimal::from_abi(runner.position(instrument).quantity);
    snapshot.open_orders = static_cast<std::uint32_t>(runner.open_order_count());
    for (const auto& position : runner.positions()) {
        const auto other = position.instrument;
        const bool in_it = !Decimal::from_abi(position.quantity).is_zero() ||
                           std::any_of(runner.open_orders().begin(),
                                       runner.open_orders().end(),
                                       [&](const auto& o) { return o.instrument == other; });
        if (other != instrument && in_it) ++snapshot.other_positions;
    }
    for (const auto& open : runner.open_orders()) {
        if (open.instrument != instrument) continue;
        const auto leaves =
            checked_sub(Decimal::from_abi(open.order_qty), Decimal::from_abi(open.filled_qty));
        Decimal& sum = open.side == TRADECTL_SIDE_BUY ? snapshot.open_buy_quantity
                                                      : snapshot.open_sell_quantity;
        sum = leaves ? checked_add(sum, *leaves).value_or(Decimal::null()) : Decimal::null();
    }
}

/// Where there is no market, what was paid or is offered counts.
std::optional<Decimal> Gate::exposure_of(const StrategyRunner& runner) const {
    Decimal sum;
    const auto add = [&](std::uint32_t instrument, Decimal quantity, tradectl_decimal paid) {
        const auto value = trading_.value_of(instrument, quantity, Decimal::from_abi(paid));
        const auto size = value ? checked_abs(*value) : std::nullopt;
        const auto total = size ? checked_add(sum, *size) : std::nullopt;
        if (total) sum = *total;
        return total.has_value();
    };
    for (const auto& position : runner.positions()) {
        const Decimal quantity = Decimal::from_abi(position.quantity);
        if (quantity.is_zero()) continue;
        if (!add(position.instrument, quantity, position.average_price)) return std::nullopt;
    }
    for (const auto& open : runner.open_orders()) {
        const auto leaves =
            checked_sub(Decimal::from_abi(open.order_qty), Decimal::from_abi(open.filled_qty));
        if (!leaves || !add(open.instrument, *leaves, open.price)) return std::nullopt;
    }
    return sum;
}

void Gate::see_exposure(const StrategyRunner& runner, risk::Snapshot& snapshot) const {
    Decimal total;
    Decimal venue;
    bool known = true;
    for (const auto& other : trading_.runners) {
        const auto exposure = exposure_of(*other);
        if (other->index() == runner.index()) {
            snapshot.exposure_strategy = exposure.value_or(Decimal::null());
        }
        const auto sum = exposure ? checked_add(total, *exposure) : std::nullopt;
        if (!sum) {
            known = false;
            break;
        }
        total = *sum;
        if (other->exchange() == runner.exchange()) {
            venue = checked_add(venue, *exposure).value_or(Decimal::null());
        }
    }
    snapshot.exposure_total = known ? total : Decimal::null();
    snapshot.exposure_venue = known ? venue : Decimal::null();
}

GateAnswer Gate::check(const StrategyRunner& runner,
                       const tradectl_submit_command& command,
                       risk::Origin origin,
                       bool duplicate_ref) const {
    const auto handle = command.header.instrument;
    const auto* instrument = runner.may_trade(handle) ? trading_.table.instrument(handle) : nullptr;
    const risk::OrderRequest order{.instrument = instrument,
                                   .order_ref = OrderRef{command.order_ref},
                                   .side = command.side,
                                   .order_type = command.order_type,
                                   .time_in_force = command.time_in_force,
                                   .order_flags = command.order_flags,
                                   .quantity = Decimal::from_abi(command.quantity),
                                   .price = Decimal::from_abi(command.price),
                                   .stop_price = Decimal::from_abi(command.stop_price),
                                   .expire_time = Timestamp{command.expire_time},
                                   .origin = origin};
    GateAnswer answer;
    const risk::Limits& limit = limits(runner);
    risk::Snapshot snapshot;
    snapshot.now = trading_.clock.now();
    if (instrument != nullptr) {
        snapshot.state = trading_.halts.state(
            runner.name(), runner.config().exchange, market::id_text(instrument->name));
        snapshot.unresolved = blocked_.contains({runner.account(), handle});
        snapshot.duplicate_order_ref = duplicate_ref;
        snapshot.breaker_open = !breakers_.admits(runner);
        snapshot.duplicate_intent = intents_.contains(runner, command.intent_tag);
        snapshot.instance_faulted = runner.faulted() && origin == risk::Origin::Strategy;
        snapshot.shutting_down = trading_.shutting_down && origin == risk::Origin::Strategy;
        snapshot.wal_backlog = !trading_.journal->admit();
        snapshot.reference_price = trading_.mark(handle);
        see_positions(runner, handle, snapshot);
        answer.reduces = risk::reduces(order, snapshot);
        see_money(runner, *instrument, command, answer, snapshot);
        if (!limit.exposure_strategy_max.is_null() || !limit.exposure_venue_max.is_null() ||
            !limit.exposure_total_max.is_null()) {
            see_exposure(runner, snapshot);
        }
        if (looks_[runner.index()].market) see_market(order, handle, limit.market, snapshot);
        if (looks_[runner.index()].losses) snapshot.loss = see_losses(runner);
        snapshot.strategy_rate =
            risk::advance(rates_[runner.index()], limit.strategy_rate, snapshot.now);
        snapshot.venue_rate =
            risk::advance(see_venue_rate(runner, snapshot.now), limit.venue_rate, snapshot.now);
    }
    answer.result = risk::check_order(order, limit, snapshot);
    return answer;
}

Status Gate::share_rates(Disk& disk, const std::string& directory) {
    shared_rates_.resize(trading_.table.account_count());
    const risk::Limits session = limits_of(trading_.config.risk);
    if (session.venue_rate.per_second == 0 && session.venue_rate.per_day == 0) return {};
    for (std::uint32_t account = 0; account < shared_rates_.size(); ++account) {
        const auto* name = trading_.table.account(account);
        auto shared = SharedRate::open(disk, directory, name->venue, name->name);
        if (!shared) return fail(shared.error());
        shared_rates_[account].emplace(std::move(*shared));
    }
    return {};
}

/// What cannot be read is as if every token were taken.
risk::RateState Gate::see_venue_rate(const StrategyRunner& runner, Timestamp now) const {
    const risk::RateState& own = venue_rates_[runner.exchange()];
    const auto account = runner.account();
    if (account >= shared_rates_.size() || !shared_rates_[account]) return own;
    auto state = shared_rates_[account]->look();
    if (!state) {
        log(LogLevel::Warning, "risk", "the shared rate: " + state.error().message);
        return {.refilled = now, .day = own.day, .orders_today = own.orders_today};
    }
    if (state->day == own.day)
        state->orders_today = std::max(state->orders_today, own.orders_today);
    return *state;
}

Gate::Taken Gate::take(const StrategyRunner& runner,
                       const tradectl_submit_command& command,
                       const GateAnswer& answer) {
    const Timestamp now = trading_.clock.now();
    const auto account = runner.account();
    if (account < shared_rates_.size() && shared_rates_[account]) {
        const auto want = answer.reduces ? SharedRate::Want::Always : SharedRate::Want::IfAllowed;
        const auto taken = shared_rates_[account]->take(limits(runner).venue_rate, now, want);
        if (!taken) log(LogLevel::Warning, "risk", "the shared rate: " + taken.error().message);
        const bool counted = taken && *taken;
        if (!counted && want == SharedRate::Want::IfAllowed) return Taken::RateLimited;
    }
    take_earlier(runner, now);
    intents_.put(runner, command.intent_tag);
    return Taken::Yes;
}

risk::LossView Gate::see_losses(const StrategyRunner& runner) const {
    risk::LossView view = watch_.view(runner, limits(runner).loss);
    view.unresolved = static_cast<std::uint32_t>(blocked_.size());
    return view;
}

std::vector<risk::LossTrip> Gate::trips(const StrategyRunner& runner) const {
    if (!looks_[runner.index()].losses) return {};
    return risk::trips_of(limits(runner).loss, see_losses(runner));
}

void Gate::take_earlier(const StrategyRunner& runner, Timestamp created) {
    const risk::Limits& limit = limits(runner);
    auto& rate = rates_[runner.index()];
    rate = risk::take(rate, limit.strategy_rate, created);
    auto& venue_rate = venue_rates_[runner.exchange()];
    venue_rate = risk::take(venue_rate, limit.venue_rate, created);
}

void Gate::block(tradectl_account_handle account, tradectl_instrument_handle instrument) {
    blocked_.insert({account, instrument});
}

void Gate::unblock(tradectl_account_handle account, tradectl_instrument_handle instrument) {
    if (const auto found = blocked_.find({account, instrument}); found != blocked_.end()) {
        blocked_.erase(found);
    }
}

bool Gate::blocks(tradectl_account_handle account) const {
    const auto found = blocked_.lower_bound({account, 0});
    return found != blocked_.end() && found->first == account;
}

}  // namespace tradectl::engine

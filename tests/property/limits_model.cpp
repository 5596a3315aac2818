#include "tests/property/limits_model.hpp"

#include <algorithm>
#include <cstdlib>

namespace tradectl::property {

namespace {

constexpr std::int64_t kOrder = 1'000'000'000;  // tokens

bool takes(const Asked& order, const ModelQuote& quote) {
    if (order.price == 0) return true;
    return order.bought > 0 ? order.price >= quote.ask : order.price <= quote.bid;
}

}  // namespace

LimitsModel::LimitsModel(std::size_t strategies, std::size_t instruments, MarketLimits limits)
    : quotes(instruments),
      limits_(limits),
      rates_(strategies),
      breakers_(strategies),
      lost_(strategies),
      answers_(strategies),
      held_(strategies, std::vector<Held>(instruments)) {}

// ---- Rates

std::int64_t LimitsModel::tokens(const Bucket& bucket, std::int64_t rate, std::int64_t most) const {
    if (bucket.tokens < 0) return most * kOrder;
    return std::min(most * kOrder, bucket.tokens + (now - bucket.since) * rate);
}

void LimitsModel::draw(Bucket& bucket, std::int64_t rate, std::int64_t most) const {
    bucket.tokens = std::max<std::int64_t>(tokens(bucket, rate, most) - kOrder, 0);
    bucket.since = now;
    ++bucket.today;
}

bool LimitsModel::passes_rates(const Asked& order) const {
    const Bucket& own = rates_[order.strategy];
    const std::int64_t most = limits_.burst != 0 ? limits_.burst : limits_.per_second;
    if (limits_.per_second != 0 && tokens(own, limits_.per_second, most) < kOrder) return false;
    if (limits_.per_day != 0 && own.today + 1 > limits_.per_day) return false;
    const std::int64_t venue = limits_.venue_per_second;
    return venue == 0 || tokens(venue_rate_, venue, venue) >= kOrder;
}

// ---- Market

bool LimitsModel::passes_market(const Asked& order) const {
    const ModelQuote& quote = quotes[order.instrument];
    if (limits_.sound_book && quote.bid >= quote.ask) return false;
    if (limits_.quote_age_ns != 0 && now - quote.updated > limits_.quote_age_ns) return false;
    const std::int64_t middle_twice = quote.bid + quote.ask;
    const std::int64_t apart = std::abs(2 * order.price - middle_twice);
    if (limits_.collar_percent != 0 && order.price != 0 &&
        100 * apart > limits_.collar_percent * middle_twice)
        return false;
    if (!takes(order, quote)) return true;
    if (limits_.depth != 0 && quote.quantity < limits_.depth * std::abs(order.bought)) return false;
    return passes_slippage(order);
}

/// What is not shown has no price; a limit says the worst for what it does not reach.
bool LimitsModel::passes_slippage(const Asked& order) const {
    if (limits_.slippage_permille == 0) return true;
    const ModelQuote& quote = quotes[order.instrument];
    if (order.price == 0 && quote.quantity < std::abs(order.bought)) return false;
    const std::int64_t middle_twice = quote.bid + quote.ask;
    const std::int64_t cost_twice =
        order.bought > 0 ? 2 * quote.ask - middle_twice : middle_twice - 2 * quote.bid;
    return 1000 * cost_twice <= limits_.slippage_permille * middle_twice;
}

// ---- Losses and breakers

std::int64_t LimitsModel::loss_quarters(std::size_t strategy) const {
    std::int64_t loss = 0;
    for (std::size_t i = 0; i < quotes.size(); ++i) {
        const Held& held = held_[strategy][i];
        loss -= 4 * held.cash + 2 * held.position * (quotes[i].bid + quotes[i].ask);
    }
    return loss;
}

bool LimitsModel::passes_losses(std::size_t strategy) const {
    const std::int64_t limit = limits_.daily_loss_quarter;
    if (limit != 0 && loss_quarters(strategy) > limit) return false;
    return limits_.losses == 0 || lost_[strategy] < limits_.losses;
}

bool LimitsModel::passes_rejects(std::size_t strategy) const {
    const auto& answers = answers_[strategy];
    const std::int64_t rejected = std::count(answers.begin(), answers.end(), true);
    return limits_.reject_percent == 0 ||
           100 * rejected <= limits_.reject_percent * limits_.reject_window;
}

bool LimitsModel::half_open(const Breaker& breaker) const {
    return breaker.open && !breaker.by_loss && now - breaker.since >= limits_.cool_down_ns;
}

bool LimitsModel::admits(const Breaker& breaker) const {
    if (!breaker.open) return true;
    return half_open(breaker) && (breaker.tried < 0 || now - breaker.tried >= limits_.cool_down_ns);
}

void LimitsModel::fail(Breaker& breaker) const {
    ++breaker.errors;
    const bool again = half_open(breaker);
    const std::int64_t threshold = limits_.breaker_threshold;
    const bool first = !breaker.open && threshold != 0 && breaker.errors >= threshold;
    if (!again && !first) return;
    breaker.open = true;
    breaker.since = now;
    breaker.tried = -1;
}

void LimitsModel::succeed(Breaker& breaker) const {
    if (half_open(breaker)) breaker = {};
    breaker.errors = 0;
}

void LimitsModel::judge(std::size_t strategy) {
    Breaker& breaker = breakers_[strategy];
    if (passes_losses(strategy) || breaker.by_loss) return;
    breaker = {.open = true, .by_loss = true, .since = now, .tried = -1, .errors = breaker.errors};
}

// ---- Orders

bool LimitsModel::allows(const Asked& order) const {
    const auto last = tags_.find({order.strategy, order.tag});
    if (order.tag != 0 && last != tags_.end() && now - last->second < limits_.window_ns)
        return false;
    if (!order.exits) {
        if (!passes_market(order) || !passes_losses(order.strategy)) return false;
        if (!passes_rejects(order.strategy)) return false;
        if (!admits(breakers_[order.strategy]) || !admits(venue_breaker_)) return false;
    }
    return (order.exits && order.must_exit) || passes_rates(order);
}

void LimitsModel::enter(const Asked& order) {
    const std::int64_t most = limits_.burst != 0 ? limits_.burst : limits_.per_second;
    draw(rates_[order.strategy], limits_.per_second, most);
    draw(venue_rate_, limits_.venue_per_second, limits_.venue_per_second);
    if (order.tag != 0) tags_[{order.strategy, order.tag}] = now;
    if (order.exits) return;
    for (Breaker* breaker : {&breakers_[order.strategy], &venue_breaker_})
        if (half_open(*breaker)) breaker->tried = now;
}

/// Rejects beyond their share open the breaker once an order was denied for it; a good one closes
/// it, so they are counted anew.
void LimitsModel::deny(std::size_t strategy) {
    const bool beyond = !passes_rejects(strategy);
    judge(strategy);
    if (!beyond) return;
    answers_[strategy].clear();
    Breaker& breaker = breakers_[strategy];
    if (breaker.open) return;
    breaker = {.open = true, .by_loss = false, .since = now, .tried = -1, .errors = breaker.errors};
}

void LimitsModel::note_answer(std::size_t strategy, bool rejected) {
    auto& answers = answers_[strategy];
    answers.push_back(rejected);
    while (static_cast<std::int64_t>(answers.size()) > limits_.reject_window)
        answers.pop_front();
}

void LimitsModel::go_well(std::size_t strategy) {
    succeed(breakers_[strategy]);
    succeed(venue_breaker_);
    judge(strategy);
}

void LimitsModel::take(std::size_t strategy) {
    note_answer(strategy, false);
    go_well(strategy);
}

void LimitsModel::reject(std::size_t strategy) {
    note_answer(strategy, true);
    fail(breakers_[strategy]);
    fail(venue_breaker_);
    judge(strategy);
}

void LimitsModel::fill(std::size_t strategy,
                       std::size_t instrument,
                       std::int64_t bought,
                       std::int64_t price) {
    Held& held = held_[strategy][instrument];
    const std::int64_t before = held.position;
    held.position += bought;
    held.cash -= bought * price;
    const bool ends = before != 0 && (held.position == 0 || (before > 0) != (held.position > 0));
    if (!ends) {
        held.trip_cash -= bought * price;
    } else {
        const std::int64_t result = held.trip_cash + before * price;
        if (result == 0 && limits_.losses != 0) in_doubt_.insert(strategy);
        lost_[strategy] = result < 0 ? lost_[strategy] + 1 : 0;
        held.trip_cash = -held.position * price;
    }
    go_well(strategy);
}

}  // namespace tradectl::property

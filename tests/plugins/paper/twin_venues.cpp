#include "twin_venues.hpp"

#include <algorithm>

namespace tradectl::paper {

namespace {
constexpr std::int64_t kLot = 100'000;  // quantity units of 1e-8

Decimal price_of(std::int64_t cents) {
    if (cents == reference::kNone) return Decimal::null();
    return Decimal::from_raw(Decimal::Raw{cents} * 10'000'000'000'000'000);
}
Decimal quantity_of(std::int64_t units) {
    if (units == reference::kNone) return Decimal::null();
    return Decimal::from_raw(Decimal::Raw{units} * 10'000'000'000);
}
std::int64_t cents_of(Decimal price) {
    return static_cast<std::int64_t>(price.raw() / 10'000'000'000'000'000);
}
std::int64_t units_of(Decimal quantity) {
    return static_cast<std::int64_t>(quantity.raw() / 10'000'000'000);
}
std::string name_of(std::int64_t id) {
    return std::to_string(id);
}

MatchingRules rules_of(const reference::Rules& from) {
    MatchingRules rules;
    rules.queue = from.queue_back ? QueueModel::Back : QueueModel::Front;
    rules.depth = from.depth_unlimited ? Depth::Unlimited : Depth::Traded;
    rules.self_trade = static_cast<SelfTrade>(from.self_trade);
    rules.participation =
        Decimal::from_raw(Decimal::Raw{from.participation_permille} * 1'000'000'000'000'000);
    rules.fees.maker_rate = Decimal::from_raw(from.maker_rate);
    rules.fees.taker_rate = Decimal::from_raw(from.taker_rate);
    return rules;
}

reference::Rules random_rules(Dice& dice) {
    constexpr std::int64_t kMakerRates[] = {
        0, 200'000'000'000'000, -100'000'000'000'000, 333'333'333'333'333};
    reference::Rules rules;
    rules.queue_back = dice.one_in(2);
    rules.depth_unlimited = dice.one_in(4);
    rules.self_trade = static_cast<reference::OnSelfTrade>(dice.roll(0, 2));
    rules.participation_permille = dice.one_in(2) ? 1000 : dice.roll(0, 1000);
    rules.maker_rate = kMakerRates[dice.roll(0, 3)];
    rules.taker_rate = dice.one_in(3) ? 777'777'777'777'777 : 500'000'000'000'000;
    rules.lot = kLot;
    return rules;
}

template <typename Item>
std::string list(const std::vector<Item>& items) {
    std::string text = std::to_string(items.size()) + ":";
    for (const Item& item : items) {
        std::apply(
            [&](const auto&... each) {
                ((text += " " + std::to_string(static_cast<long long>(each))), ...);
            },
            item.key());
        text += ";";
    }
    return text;
}
}  // namespace

// ---- Invariants ----

void CheckingJournal::complain(const Order& order, const char* what) {
    if (complaint.empty()) complaint = "order " + order.terms.client_order_id + ": " + what;
}

void CheckingJournal::on_order(const Order& order) {
    if (order.terms.quantity != order.filled + order.leaves) complain(order, "quantity leaks");
    if (order.terms.post_only()) never_take_.insert(order.terms.client_order_id);
    if (order.is_open()) return;
    closed_.insert(order.terms.client_order_id);
    if (order.status == OrderStatus::Rejected) return;
    if (!order.held.is_zero()) complain(order, "holds after its end");
    const bool whole = order.leaves.is_zero();
    if (whole != (order.status == OrderStatus::Filled)) complain(order, "filled is not filled");
    if (order.terms.time_in_force == TimeInForce::Fok && !whole && !order.filled.is_zero())
        complain(order, "fill or kill has filled in part");
    ends.push_back({std::stoll(order.terms.client_order_id),
                    static_cast<std::int64_t>(order.status),
                    order.reason});
}

void CheckingJournal::on_fill(const Fill& fill) {
    const bool maker = fill.liquidity == Liquidity::Maker;
    if (!maker && never_take_.count(fill.client_order_id) != 0 && complaint.empty())
        complaint = "post-only order " + fill.client_order_id + " has taken";
    const Decimal value = *checked_mul(fill.price, fill.quantity, Rounding::Down);
    fees = fees + fill.fee;
    const Decimal sign_base = fill.side == Side::Buy ? fill.quantity : -fill.quantity;
    const Decimal sign_quote = fill.side == Side::Buy ? value : -value;
    base_bought = base_bought + sign_base;
    quote_paid = quote_paid + sign_quote;
    if (fill.trade == last_.trade) {
        ++trades_between_us;
        if (fill.price != last_.price || fill.quantity != last_.quantity ||
            fill.side == last_.side || fill.account == last_.account ||
            fill.liquidity == last_.liquidity)
            complaint = "trade " + std::to_string(fill.trade) + ": its sides do not fit";
    }
    last_ = fill;
    fills.push_back({std::stoll(fill.client_order_id),
                     static_cast<std::int64_t>(fill.side),
                     maker ? 1 : 0,
                     cents_of(fill.price),
                     units_of(fill.quantity),
                     fill.fee.raw()});
}

// ---- Set-up ----

TwinVenues::TwinVenues(std::uint64_t seed)
    : dice_(seed),
      reference_rules_(random_rules(dice_)),
      feed_(static_cast<int>(dice_.roll(0, 4))) {
    venue_ = std::make_unique<Venue>(rules_of(reference_rules_), journal_);
    Accounts& accounts = venue_->accounts();
    Listing listing;
    listing.name = "BTC-USD";
    listing.base = accounts.asset("BTC");
    listing.quote = accounts.asset("USD");
    listing.tick = price_of(1);
    listing.lot = quantity_of(kLot);
    const AssetIndex base = listing.base;
    const AssetIndex quote = listing.quote;
    market_ = venue_->add_market(listing);
    std::vector<reference::Money> bases;
    std::vector<reference::Money> quotes;
    for (std::int64_t i = 0; i < accounts_; ++i) {
        const AccountIndex account = accounts.account("account" + std::to_string(i));
        const Decimal coins = quantity_of(dice_.roll(0, 200 * kLot));
        const Decimal cash = price_of(dice_.roll(0, 3'000));
        accounts.set(account, base, {coins, {}});
        accounts.set(account, quote, {cash, {}});
        bases.push_back(coins.raw());
        quotes.push_back(cash.raw());
        base_sum_ = base_sum_ + coins;
        quote_sum_ = quote_sum_ + cash;
    }
    model_ = std::make_unique<reference::Model>(reference_rules_, bases, quotes);
}

// ---- Operations ----

std::string TwinVenues::step() {
    if (dice_.one_in(4)) now_ += dice_.roll(1, 20);
    venue_->expire(Timestamp{now_});
    model_->expire(now_);
    const std::int64_t kind = dice_.roll(1, 100);
    if (kind <= 45) {
        market_event();
    } else if (kind <= 85) {
        submit();
    } else if (kind <= 95) {
        cancel();
    } else if (kind <= 99) {
        replace();
    } else {
        const std::int64_t account = dice_.roll(0, accounts_ - 1);
        venue_->cancel_all(static_cast<AccountIndex>(account), kNoIndex, Timestamp{now_});
        model_->cancel_all(account);
    }
    if (difference_.empty()) difference_ = journal_.complaint;
    if (difference_.empty()) difference_ = compare_outputs();
    return difference_;
}

void TwinVenues::market_event() {
    if (dice_.one_in(3)) mid_ = std::max<std::int64_t>(100, mid_ + dice_.roll(-3, 3));
    const bool trades = feed_ != 1 && (feed_ == 0 || dice_.one_in(2));
    if (trades || (feed_ == 4 && now_ < 500))
        trade_event();
    else if (feed_ == 3)
        book_event();
    else
        quote_event();
}

void TwinVenues::trade_event() {
    const std::int64_t price = near_price();
    const std::int64_t quantity = market_quantity();
    const auto aggressor = static_cast<std::uint32_t>(dice_.roll(0, 2));
    venue_->on_trade(market_, price_of(price), quantity_of(quantity), aggressor, Timestamp{now_});
    model_->trade(price, quantity, aggressor);
}

void TwinVenues::quote_event() {
    std::vector<reference::Level> bids;
    std::vector<reference::Level> asks;
    Level bid{Decimal::null(), Decimal{}};
    Level ask = bid;
    const std::int64_t bid_price = mid_ - dice_.roll(0, 4);
    if (!dice_.one_in(20)) {
        bids.push_back({bid_price, market_quantity()});
        bid = {price_of(bid_price), quantity_of(bids[0].quantity)};
    }
    if (!dice_.one_in(20)) {
        asks.push_back({bid_price + dice_.roll(1, 4), market_quantity()});
        ask = {price_of(asks[0].price), quantity_of(asks[0].quantity)};
    }
    venue_->on_quote(market_, bid, ask, Timestamp{now_});
    model_->display(bids, asks, false);
}

void TwinVenues::book_event() {
    MarketView& view = venue_->view(market_);
    if (view.has_book() && !dice_.one_in(4)) {
        const Side side = dice_.one_in(2) ? Side::Buy : Side::Sell;
        const std::int64_t away = dice_.roll(0, 5);
        const std::int64_t price = side == Side::Buy ? mid_ - away : mid_ + 1 + away;
        const std::int64_t quantity = dice_.one_in(3) ? 0 : market_quantity();
        view.set_level(side, price_of(price), quantity_of(quantity));
        venue_->on_book(market_, Timestamp{now_});
        model_->change_level(static_cast<std::int64_t>(side), price, quantity);
        return;
    }
    std::vector<reference::Level> bids;
    std::vector<reference::Level> asks;
    view.clear_book();
    for (std::int64_t away = 0; away < 5; ++away) {
        if (!dice_.one_in(4)) bids.push_back({mid_ - away, market_quantity()});
        if (!dice_.one_in(4)) asks.push_back({mid_ + 1 + away, market_quantity()});
    }
    for (const auto& level : bids)
        view.set_level(Side::Buy, price_of(level.price), quantity_of(level.quantity));
    for (const auto& level : asks)
        view.set_level(Side::Sell, price_of(level.price), quantity_of(level.quantity));
    venue_->on_book(market_, Timestamp{now_});
    model_->display(bids, asks, true);
}

void TwinVenues::submit() {
    reference::Order order;
    order.id = next_id_++;
    order.account = dice_.roll(0, accounts_ - 1);
    order.side = dice_.roll(1, 2);
    const std::int64_t kind = dice_.roll(1, 10);
    order.type = kind <= 7 ? TRADECTL_ORDER_LIMIT : kind - 6;
    order.time_in_force = dice_.one_in(2) ? TRADECTL_TIF_GTC : dice_.roll(1, 4);
    order.quantity = kLot * dice_.roll(1, 25);
    const bool limit =
        order.type == TRADECTL_ORDER_LIMIT || order.type == TRADECTL_ORDER_STOP_LIMIT;
    const bool stop = order.type == TRADECTL_ORDER_STOP || order.type == TRADECTL_ORDER_STOP_LIMIT;
    if (limit) order.price = near_price();
    if (stop) order.stop_price = near_price();
    if (order.time_in_force == TRADECTL_TIF_GTD) order.expires = now_ + dice_.roll(0, 60);
    const bool can_rest =
        limit && order.time_in_force != TRADECTL_TIF_IOC && order.time_in_force != TRADECTL_TIF_FOK;
    order.post_only = can_rest && dice_.one_in(8);
    order.reduce_only = dice_.one_in(12);

    OrderTerms terms;
    terms.client_order_id = name_of(order.id);
    terms.market = market_;
    terms.account = static_cast<AccountIndex>(order.account);
    terms.side = static_cast<Side>(order.side);
    terms.type = static_cast<OrderType>(order.type);
    terms.time_in_force = static_cast<TimeInForce>(order.time_in_force);
    terms.flags = (order.post_only ? TRADECTL_ORDER_POST_ONLY : 0) |
                  (order.reduce_only ? TRADECTL_ORDER_REDUCE_ONLY : 0);
    terms.quantity = quantity_of(order.quantity);
    terms.price = price_of(order.price);
    terms.stop_price = price_of(order.stop_price);
    if (order.expires != reference::kNone) terms.expires = Timestamp{order.expires};
    const Refusal refusal = venue_->submit(terms, Timestamp{now_});
    expect_same(refusal.reason, model_->submit(order, now_), "submit");
    const Order* open = venue_->find_open(terms.client_order_id);
    if (open == nullptr || open->is_waiting()) return;
    if (!can_rest) difference_ = "order " + terms.client_order_id + " rests and must not";
}

std::int64_t TwinVenues::pick_id() {
    if (model_->open.empty() || dice_.one_in(10)) return dice_.roll(1, next_id_);
    return model_
        ->open[static_cast<std::size_t>(
            dice_.roll(0, static_cast<std::int64_t>(model_->open.size()) - 1))]
        .id;
}

void TwinVenues::cancel() {
    const std::int64_t id = pick_id();
    std::int64_t account = dice_.roll(0, accounts_ - 1);
    const Order* open = venue_->find_open(name_of(id));
    if (open != nullptr && !dice_.one_in(10)) account = open->terms.account;
    const Refusal refusal =
        venue_->cancel(name_of(id), static_cast<AccountIndex>(account), Timestamp{now_});
    expect_same(refusal.reason, model_->cancel(id, account), "cancel");
}

void TwinVenues::replace() {
    const std::int64_t id = pick_id();
    const Order* open = venue_->find_open(name_of(id));
    const std::int64_t account = open != nullptr ? std::int64_t{open->terms.account} : 0;
    const std::int64_t quantity = dice_.one_in(2) ? reference::kNone : kLot * dice_.roll(1, 25);
    const bool keeps_price = dice_.one_in(2) || (open != nullptr && !open->terms.has_limit());
    const std::int64_t price = keeps_price ? reference::kNone : near_price();
    const std::int64_t new_id = next_id_++;
    const Refusal refusal = venue_->replace(name_of(id),
                                            static_cast<AccountIndex>(account),
                                            name_of(new_id),
                                            quantity_of(quantity),
                                            price_of(price),
                                            Timestamp{now_});
    expect_same(
        refusal.reason, model_->replace(id, account, new_id, quantity, price, now_), "replace");
}

// ---- Comparison ----

void TwinVenues::expect_same(Reason venue, std::int64_t model, const char* what) {
    if (venue == model || !difference_.empty()) return;
    difference_ = std::string(what) + ": reason " + std::to_string(venue) + ", model " +
                  std::to_string(model);
}

std::string TwinVenues::compare_outputs() {
    fills_ += journal_.fills.size();
    for (auto* fills : {&journal_.fills, &model_->fills})
        std::sort(fills->begin(), fills->end());
    for (auto* ends : {&journal_.ends, &model_->ends})
        std::sort(ends->begin(), ends->end());
    std::string difference;
    if (journal_.fills != model_->fills)
        difference = "fills " + list(journal_.fills) + " model " + list(model_->fills);
    else if (journal_.ends != model_->ends)
        difference = "ends " + list(journal_.ends) + " model " + list(model_->ends);
    journal_.fills.clear();
    journal_.ends.clear();
    model_->fills.clear();
    model_->ends.clear();
    return difference;
}

std::string TwinVenues::compare() const {
    const Accounts& accounts = venue_->accounts();
    const Listing& listing = venue_->listing(market_);
    Decimal base_sum;
    Decimal quote_sum;
    for (std::int64_t i = 0; i < accounts_; ++i) {
        const auto account = static_cast<AccountIndex>(i);
        const Balance base = accounts.get(account, listing.base);
        const Balance quote = accounts.get(account, listing.quote);
        const auto at = static_cast<std::size_t>(i);
        if (base.total.raw() != model_->base[at] || quote.total.raw() != model_->quote[at])
            return "totals of account " + std::to_string(i);
        if (base.held.raw() != model_->held_base(i) || quote.held.raw() != model_->held_quote(i))
            return "holds of account " + std::to_string(i);
        base_sum = base_sum + base.total;
        quote_sum = quote_sum + quote.total;
    }
    if (base_sum != base_sum_ + journal_.base_bought) return "base assets do not add up";
    if (quote_sum != quote_sum_ - journal_.quote_paid - journal_.fees)
        return "quote assets do not add up";
    if (venue_->orders().size() != model_->open.size()) return "number of open orders";
    for (const reference::Order& order : model_->open) {
        const Order* ours = venue_->find_open(name_of(order.id));
        if (ours == nullptr) return "order " + name_of(order.id) + " is missing";
        if (units_of(ours->leaves) != order.leaves || ours->held.raw() != order.held)
            return "order " + name_of(order.id) + " leaves or holds";
        if (ours->is_waiting() != order.waiting) return "order " + name_of(order.id) + " waits";
        const bool same_place = ours->ahead.is_null() ? order.ahead == reference::kNone
                                                      : units_of(ours->ahead) == order.ahead;
        if (!order.waiting && !same_place) return "order " + name_of(order.id) + " queue position";
    }
    return {};
}

}  // namespace tradectl::paper

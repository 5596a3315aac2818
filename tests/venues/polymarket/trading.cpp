#include "tests/venues/polymarket/trading.hpp"

#include "tests/venues/polymarket/feed.hpp"
#include "tests/venues/polymarket/reports.hpp"

#include <algorithm>
#include <limits>

namespace polysim {
namespace {

const std::string kCollateral = "pUSD";

const std::string& asset_of(const Order& order) {
    return order.side == Side::Buy ? kCollateral : order.token;
}

/// Sets aside what the rest of an open order may need.
void reserve(World& world, Order& order) {
    if (order.owner.empty()) return;
    Micro needed = 0;
    if (order.open()) {
        needed = order.side == Side::Buy ? notional_of(order.price, order.left()) : order.left();
    }
    world.holdings.at(order.maker, asset_of(order)).reserved += needed - order.reserved;
    order.reserved = needed;
}

bool has_allowance(World& world, const Order& order, Micro needed) {
    const Market& market = *world.market_of(order.token);
    const auto contracts = Contracts::of(world.settings.chain_id);
    const int version = market.protocol_v2 ? 3 : world.settings.order_version;
    const Address exchange = contracts.exchange(version, market.neg_risk);
    if (order.side == Side::Sell) {
        const auto& tokens = market.protocol_v2 ? contracts.position_manager : contracts.outcomes;
        return world.holdings.approvals.count({order.maker, tokens, exchange}) > 0;
    }
    const auto found = world.holdings.allowances.find({order.maker, kCollateral, exchange});
    return found != world.holdings.allowances.end() &&
           found->second >= word_of(static_cast<std::uint64_t>(needed));
}

Refusal check_balance(World& world, const Order& order, const std::vector<Book::Hit>& hits) {
    const Market& market = *world.market_of(order.token);
    Micro needed = order.size;
    if (order.side == Side::Buy) {
        Micro rest = order.size;
        needed = 0;
        for (const auto& hit : hits) {
            needed +=
                notional_of(hit.price, hit.quantity) + fee_of(market, hit.price, hit.quantity);
            rest -= hit.quantity;
        }
        needed += notional_of(order.price, rest);
    }
    const Micro free = world.holdings.look(order.maker, asset_of(order)).free();
    if (free >= needed && has_allowance(world, order, needed)) return {};
    return {400,
            "not enough balance / allowance: balance: " + std::to_string(std::max<Micro>(0, free)) +
                ", order amount: " + std::to_string(needed)};
}

Refusal check_book(World& world, const Order& order, const std::vector<Book::Hit>& hits) {
    Micro found = 0;
    for (const auto& hit : hits)
        found += hit.quantity;
    if (order.post_only && order.type != "GTC" && order.type != "GTD") {
        return {400, "invalid post-only order: only GTC and GTD can be post-only"};
    }
    if (order.post_only && found > 0) {
        return {400, "invalid post-only order: order crosses book"};
    }
    const Micro worth = notional_of(order.price, order.size);
    const bool marketable = found > 0 || order.type == "FOK" || order.type == "FAK";
    if (marketable && worth < world.settings.marketable_min) {
        return {400,
                std::string{"invalid amount for a marketable "} + text_of(order.side) +
                    " order ($" + micro_text(worth) + "), min size: $" +
                    micro_text(world.settings.marketable_min)};
    }
    if (order.type == "FOK" && found < order.size) {
        return {400, "order couldn't be fully filled. FOK orders are fully filled or killed."};
    }
    if (order.type == "FAK" && found == 0) {
        return {400,
                "no orders found to match with FAK order. FAK orders are partially filled or "
                "killed if no match is found."};
    }
    return {};
}

void move(
    World& world, Trade& trade, const Address& account, const std::string& asset, Micro change) {
    if (change == 0) return;
    trade.transfers.push_back({account, asset, change});
    world.holdings.at(account, asset).pending += change;
}

void fill(World& world, Order& order, const Trade& trade, Micro quantity) {
    order.matched += quantity;
    order.spent += notional_of(trade.price, quantity);
    order.trades.push_back(trade.id);
    if (order.left() == 0) order.status = OrderStatus::Matched;
    if (!order.open()) world.timed.erase(order.id);
    reserve(world, order);
}

Address fee_collector() {
    return *address_from("0x00000000000000000000000000000000000000fe");
}

/// One trade for all hits at one price.
void make_trade(World& world, Order& taker, const Book::Hit* hits, std::size_t count) {
    Trade trade;
    trade.id = world.uuid();
    trade.taker_order = taker.id;
    trade.owner = taker.owner;
    trade.taker = taker.maker;
    trade.token = taker.token;
    trade.side = taker.side;
    trade.price = hits[0].price;
    trade.match_ms = trade.update_ms = world.now_ms();
    const Micro sign = taker.side == Side::Buy ? 1 : -1;
    for (std::size_t i = 0; i < count; ++i) {
        Order& maker = world.orders.at(hits[i].id);
        const Micro quantity = hits[i].quantity;
        const Micro cost = notional_of(trade.price, quantity);
        move(world, trade, maker.maker, taker.token, -sign * quantity);
        move(world, trade, maker.maker, kCollateral, sign * cost);
        move(world, trade, taker.maker, taker.token, sign * quantity);
        move(world, trade, taker.maker, kCollateral, -sign * cost);
        trade.size += quantity;
        trade.makers.push_back({maker.id, maker.owner, maker.maker, quantity});
        fill(world, maker, trade, quantity);
        fill(world, taker, trade, quantity);
        report_order(world, maker, "UPDATE");
    }
    trade.fee = fee_of(*world.market_of(taker.token), trade.price, trade.size);
    move(world, trade, taker.maker, kCollateral, -trade.fee);
    move(world, trade, fee_collector(), kCollateral, trade.fee);
    Token& token = *world.token(taker.token);
    token.last_price = trade.price;
    token.last_side = trade.side;
    world.trade_index[trade.id] = world.trades.size();
    world.settling.insert(world.trades.size());
    world.trades.push_back(trade);
    report_trade(world, trade);
}

void publish_trades(World& world, const Token& token, std::size_t first) {
    for (std::size_t i = first; i < world.trades.size(); ++i) {
        const Trade& trade = world.trades[i];
        publish_market(world,
                       token.id,
                       Json::object({{"event_type", "last_trade_price"},
                                     {"market", token.condition},
                                     {"asset_id", token.id},
                                     {"price", micro_text(trade.price)},
                                     {"side", text_of(trade.side)},
                                     {"size", micro_text(trade.size)},
                                     {"fee_rate_bps", "0"},
                                     {"timestamp", std::to_string(trade.match_ms)}}),
                       Audience::Everyone);
    }
    if (world.settings.book_after_trade && first < world.trades.size()) publish_book(world, token);
}

/// Matches what can be matched now; the rest rests or ends, by the order's type.
void execute(World& world, Order& order) {
    Token& token = *world.token(order.token);
    const std::size_t first = world.trades.size();
    const auto hits = token.book.take(order.side, order.price, order.left());
    std::vector<LevelChange> changes;
    for (std::size_t i = 0, end = 0; i < hits.size(); i = end) {
        while (end < hits.size() && hits[end].price == hits[i].price)
            ++end;
        make_trade(world, order, hits.data() + i, end - i);
        changes.push_back({other(order.side), hits[i].price});
    }
    if (!hits.empty()) report_order(world, order, "UPDATE");
    if (order.left() > 0 && (order.type == "GTC" || order.type == "GTD")) {
        order.status = OrderStatus::Live;
        token.book.add(order.side, order.price, order.id, order.left());
        changes.push_back({order.side, order.price});
        if (order.type == "GTD") world.timed.insert(order.id);
        reserve(world, order);
    } else if (order.left() > 0) {
        order.status = OrderStatus::Canceled;
        reserve(world, order);
        report_order(world, order, "CANCELLATION");
    }
    if (!changes.empty()) publish_levels(world, token, changes);
    publish_trades(world, token, first);
}

/// What so much collateral buys in the book, at `limit` at most.
Micro shares_for(const Book& book, Micro limit, Micro collateral) {
    Micro shares = 0;
    for (const auto& hit : book.look(Side::Buy, limit, std::numeric_limits<Micro>::max())) {
        const Micro affordable = static_cast<Micro>(Wide{collateral} * kOne / hit.price);
        const Micro part = std::min(hit.quantity, affordable);
        shares += part;
        collateral -= notional_of(hit.price, part);
        if (part < hit.quantity) break;
    }
    return shares;
}

Json answer_of(const World& world, const Order& order) {
    const bool matched = order.matched > 0;
    const Micro making = order.side == Side::Buy ? order.spent : order.matched;
    const Micro taking = order.side == Side::Buy ? order.matched : order.spent;
    Json hashes = Json::array();
    if (world.settings.hashes_in_answers) {
        for (const auto& id : order.trades) {
            hashes.push(world.trades[world.trade_index.at(id)].hash);
        }
    }
    Json answer = Json::object({{"success", true},
                                {"errorMsg", ""},
                                {"orderID", order.id},
                                {"status",
                                 order.status == OrderStatus::Delayed ? "delayed"
                                 : matched                            ? "matched"
                                                                      : "live"},
                                {"makingAmount", matched ? micro_text(making) : std::string{}},
                                {"takingAmount", matched ? micro_text(taking) : std::string{}}});
    if (matched) {
        answer.set("tradeIDs", Json::texts(order.trades));
        answer.set("transactionsHashes", hashes);
    }
    return answer;
}

}  // namespace

Address house() {
    return *address_from("0x00000000000000000000000000000000000000aa");
}

Micro notional_of(Micro price, Micro size) {
    return static_cast<Micro>(Wide{price} * size / kOne);
}

Micro fee_of(const Market& market, Micro price, Micro size) {
    Wide share = kOne;  // (p * (1 - p))^exponent in millionths
    for (int i = 0; i < market.fee_exponent; ++i) {
        share = share * price * (kOne - price) / kOne / kOne;
    }
    const Wide exact = Wide{size} * market.fee_rate * share;  // in 10^-18
    const Wide step = Wide{10} * kOne * kOne;                 // 0.00001
    return static_cast<Micro>((exact + step / 2) / step * 10);
}

Placed place(World& world, const ApiKey& key, const Json& posted) {
    const auto refused = [](Refusal refusal) {
        Json answer = Json::object({{"success", false},
                                    {"errorMsg", refusal.text},
                                    {"orderID", ""},
                                    {"status", ""},
                                    {"makingAmount", ""},
                                    {"takingAmount", ""}});
        return Placed{refusal, answer};
    };
    const auto read = read_posted(posted);
    if (!read) return refused({400, "Invalid order payload"});
    Order order;
    if (const auto refusal = check_posted(world, key, *read, order)) return refused(refusal);
    const Market& market = *world.market_of(order.token);
    const Book& book = world.token(order.token)->book;
    const bool takes = order.type == "FOK" || order.type == "FAK";
    if (world.settings.amount_buys && takes && order.side == Side::Buy) {
        order.size = std::max(order.size, shares_for(book, order.price, read->maker_amount));
    }
    const auto hits = book.look(order.side, order.price, order.size);
    if (world.settings.mode == "post-only" && !order.post_only) {
        return refused({503, "post-only mode: only post-only orders and cancels are allowed"});
    }
    if (const auto refusal = check_book(world, order, hits)) return refused(refusal);
    if (const auto refusal = check_balance(world, order, hits)) return refused(refusal);
    Order& placed = world.orders[order.id] = order;
    reserve(world, placed);
    if (!hits.empty() && market.delay_s > 0) {
        placed.status = OrderStatus::Delayed;
        placed.due_ms = world.now_ms() + market.delay_s * 1000;
        world.timed.insert(placed.id);
        report_order(world, placed, "PLACEMENT");
    } else {
        report_order(world, placed, "PLACEMENT");
        execute(world, placed);
    }
    return {{}, answer_of(world, placed)};
}

void rest_house(World& world, Token& token, Side side, Micro price, Micro size) {
    Order order;
    order.id = world.random_hex(32);
    order.maker = house();
    order.token = token.id;
    order.side = side;
    order.price = price;
    order.size = size;
    order.created_ms = world.now_ms();
    execute(world, world.orders[order.id] = order);
}

Micro trade_house(World& world, Token& token, Side side, Micro limit, Micro size) {
    Order order;
    order.id = world.random_hex(32);
    order.maker = house();
    order.token = token.id;
    order.side = side;
    order.price = limit;
    order.size = size;
    order.type = "FAK";
    order.created_ms = world.now_ms();
    Order& placed = world.orders[order.id] = order;
    execute(world, placed);
    return placed.matched;
}

void cancel_order(World& world, Order& order, const std::string& reason) {
    if (!order.open()) return;
    Token& token = *world.token(order.token);
    const bool resting = order.status == OrderStatus::Live;
    order.status = OrderStatus::Canceled;
    order.reason = reason;
    world.timed.erase(order.id);
    reserve(world, order);
    if (resting) token.book.remove(order.side, order.price, order.id);
    report_order(world, order, "CANCELLATION");
    if (resting) publish_levels(world, token, {{order.side, order.price}});
}

Json cancel_all(World& world, const ApiKey& key, const std::vector<std::string>& ids) {
    Json canceled = Json::array();
    Json rest = Json::object();
    for (const auto& id : ids) {
        const auto found = world.orders.find(id);
        if (found == world.orders.end() || found->second.owner != key.id) {
            rest.set(id, "order not found");
        } else if (!found->second.open()) {
            rest.set(id, "the order is already canceled or matched");
        } else {
            cancel_order(world, found->second, "");
            canceled.push(id);
        }
    }
    return Json::object({{"canceled", canceled}, {"not_canceled", rest}});
}

std::vector<std::string> open_ids(const World& world, const std::string& api_key) {
    std::vector<std::string> ids;
    for (const auto& [id, order] : world.orders) {
        if (order.owner == api_key && order.open()) ids.push_back(id);
    }
    return ids;
}

void run_delayed(World& world, Order& order) {
    const auto hits = world.token(order.token)->book.look(order.side, order.price, order.left());
    world.timed.erase(order.id);
    if (const auto refusal = check_book(world, order, hits)) {
        return cancel_order(world, order, refusal.text);
    }
    execute(world, order);
}

}  // namespace polysim

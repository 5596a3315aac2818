// The part of Polymarket that reads what is ours at the venue and tells what is new in it. The
// stream and the polls go through the same doors, so that nothing is told twice.
#include "bytes.hpp"
#include "polymarket.hpp"
#include "query_text.hpp"
#include "timers.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::polymarket {

namespace {

constexpr std::int64_t kOverlapNs = 5 * kNsPerMinute;   // trades are read again for so long
constexpr std::int64_t kVenueLagNs = 2 * kNsPerSecond;  // from news to the list of open orders
constexpr std::int64_t kKeptNs = kNsPerHour;            // a closed order's fills may come late
constexpr std::size_t kRowsMax = 200'000;
constexpr std::string_view kOrderPrefix = "o/";

}  // namespace

void Polymarket::sync_soon() {
    if (is_syncing_) {
        sync_again_ = true;
        return;
    }
    run({0}, sync());
}

/// The next read: soon while the stream is down or an order waits for its fills.
void Polymarket::plan_poll() {
    const bool soon = !user_up_ || own_.waits_for_fills() || !held_.empty();
    set_timer_in(kPollTimer, soon ? *settings.timing.poll_down : *settings.timing.poll_up);
}

Task<Status> Polymarket::sync() {
    if (is_syncing_) co_return Status{};
    is_syncing_ = true;
    const bool was_up = user_up_;
    const Status done = co_await sync_steps();
    is_syncing_ = false;
    plan_poll();
    if (!done) tell_flows();
    if (!done)
        co_return fail(done.error().code, "reading orders and trades: " + done.error().message);
    synced_ = now();
    tell_flows();
    if (tell_resynced_ && was_up) {
        tell_resynced_ = false;
        tell_status(TRADECTL_STATUS_RESYNCED, "orders and trades are read anew");
    }
    if (std::exchange(sync_again_, false)) sync_soon();
    co_return Status{};
}

Task<Status> Polymarket::sync_steps() {
    const Timestamp began = venue_now();
    std::set<std::string> listed;
    static_cast<void>(co_await tell_held());  // before what is newer
    if (Status read = co_await read_open_orders(listed); !read) co_return read;
    if (Status read = co_await read_trades(); !read) co_return read;
    const Status held = co_await tell_held();
    if (held) {  // else an order may look as if it had ended without its fills
        if (Status checked = co_await check_missing(began, listed); !checked) co_return checked;
        own_.count_round();
    } else {
        note("fee", "trades wait for the fee of their market: " + held.error().message);
    }
    trades_read_ = began;
    tell_closed();
    forget_settled();
    co_return Status{};
}

/// The arguments outlive the task: it is awaited where it is made.
Task<Status> Polymarket::read_pages(const std::string& target, const RowVisit& visit) {
    std::string cursor(kFirstCursor);
    std::size_t rows = 0;
    const auto counted = [&](const JsonView& row) -> Status {
        if (++rows > kRowsMax)
            return fail(ErrorCode::Quota, "more than " + std::to_string(kRowsMax) + " rows");
        return visit(row);
    };
    while (!cursor.empty()) {
        const char joint = target.find('?') == std::string::npos ? '?' : '&';
        const Call call{.target = target + joint + "next_cursor=" + percent_encoded(cursor)};
        const auto body = co_await read_private(call);
        if (!body) co_return fail(body.error());
        const auto json = document_.parse(*body);
        if (!json) co_return fail(json.error().code, target + ": " + json.error().message);
        const auto next = decode_page(*json, counted);
        if (!next) co_return fail(next.error().code, target + ": " + next.error().message);
        if (*next == cursor)
            co_return fail(ErrorCode::Corrupt, target + ": the cursor " + cursor + " repeats");
        cursor = *next;
    }
    co_return Status{};
}

Task<Status> Polymarket::read_open_orders(std::set<std::string>& listed) {
    const RowVisit visit = [&](const JsonView& row) -> Status {
        auto order = decode_order(row);
        if (!order) return fail(order.error());
        listed.insert(to_lower(order->id));
        take_order(*order);
        return {};
    };
    const std::string target = "/data/orders";
    co_return co_await read_pages(target, visit);
}

Timestamp Polymarket::trades_since() const {
    Timestamp since = trades_read_.is_none() ? venue_now() : trades_read_;
    if (trades_read_.is_none())
        for (const auto& [id, order] : own_.all())
            since = std::min(since, order.sent);
    if (const Timestamp open = own_.oldest_unsettled(); !open.is_none())
        since = std::min(since, open);
    return since.plus_ns(-kOverlapNs);
}

Task<Status> Polymarket::read_trades() {
    const std::int64_t after = trades_since().ns() / kNsPerSecond;
    const std::string target = "/data/trades?after=" + std::to_string(after);
    const RowVisit visit = [this](const JsonView& row) -> Status {
        auto trade = decode_trade(row);
        if (!trade) return fail(trade.error());
        take_trade(std::move(*trade));
        return {};
    };
    co_return co_await read_pages(target, visit);
}

/// Orders of ours that the list of open ones does not show seem to have ended: each is asked for by
/// its id.
Task<Status> Polymarket::check_missing(Timestamp listed_at, const std::set<std::string>& listed) {
    std::vector<std::string> missing;
    for (const auto& [id, order] : own_.all())
        if (order.is_sent && !order.is_closed && !order.is_closing && !OwnOrders::is_lost(order) &&
            !listed.contains(id) && listed_at.minus(order.changed) >= kVenueLagNs)
            missing.push_back(id);
    for (const std::string& id : missing) {
        const Call call{.target = "/data/order/" + id};
        const auto body = co_await read_private(call);
        if (!body && body.error().code != ErrorCode::NotFound) co_return fail(body.error());
        const auto json = body ? document_.parse(*body) : Expected<JsonView>(fail(body.error()));
        const auto told = json && json->has("id")
                              ? decode_order(*json)
                              : Expected<VenueOrder>(fail(ErrorCode::NotFound, "not open"));
        OwnOrder* order = own_.find(id);
        if (order == nullptr) continue;
        if (told)
            take_order(*told);
        else
            own_.miss(*order, venue_now());
    }
    co_return Status{};
}

// ---- News

void Polymarket::take_order(const VenueOrder& order) {
    own_.apply(order, venue_now());
}

/// Of which the fee must be read before the trade can be told: what is booked is not booked anew.
std::optional<tradectl_instrument_handle> Polymarket::without_fee(const VenueTrade& trade) {
    for (const FillNews& fill : fills_of(trade, api_key_, own_.is_ours())) {
        if (fill.liquidity != Liquidity::Taker) continue;
        const auto instrument = instrument_of(trade.asset_id);
        if (!instrument) continue;
        const Market* market = markets_.find(*instrument);
        if (market == nullptr || market->fee_rate.is_null()) return instrument;
    }
    return std::nullopt;
}

void Polymarket::take_trade(VenueTrade trade) {
    const bool is_behind = std::any_of(held_.begin(), held_.end(), [&](const VenueTrade& held) {
        return held.asset_id == trade.asset_id;
    });
    if (!is_behind && !without_fee(trade))
        tell_trade(trade);
    else
        held_.push_back(std::move(trade));
}

/// Those of a market in the order in which they came; a market whose fee cannot be read now keeps
/// its own waiting alone.
Task<Status> Polymarket::tell_held() {
    Status wrong;
    std::set<std::string> unknown;
    for (;;) {
        const auto next = std::find_if(held_.begin(), held_.end(), [&](const VenueTrade& trade) {
            return !unknown.contains(trade.asset_id);
        });
        if (next == held_.end()) co_return wrong;
        if (const auto instrument = without_fee(*next)) {
            const std::string condition = next->market;
            const std::string asset = next->asset_id;
            const Status known = co_await learn_fee(*instrument, condition);
            if (!known) {
                unknown.insert(asset);
                wrong = known;
            }
            continue;  // another turn may have told it meanwhile
        }
        const VenueTrade trade = std::move(*next);
        held_.erase(next);
        tell_trade(trade);
    }
}

/// What the stream brought; one that fails is tried again with the next read.
Task<Status> Polymarket::tell_heard() {
    const Status told = co_await tell_held();
    tell_closed();
    plan_poll();
    co_return told;
}

void Polymarket::tell_trade(const VenueTrade& trade) {
    std::size_t foreign = 0;
    for (const FillNews& fill : own_.apply(trade, api_key_, foreign)) {
        if (OwnOrder* order = own_.find(fill.order_id)) order->told = venue_now();
        tell_fill(fill);
    }
    if (foreign > 0 && foreign_fills_++ == 0)
        log(LogLevel::Info, "trade " + trade.id + " is of an order that this host did not place");
}

Decimal Polymarket::fee_of(const FillNews& fill, tradectl_instrument_handle instrument) {
    const Market* market = markets_.find(instrument);
    if (market == nullptr || fill.liquidity != Liquidity::Taker) return {};
    const Decimal fee =
        taker_fee(fill.quantity, fill.price, market->fee_rate, market->fee_exponent);
    return fee.is_null() ? Decimal{} : fee;
}

void Polymarket::tell_fill(const FillNews& fill) {
    const OwnOrder* order = own_.find(fill.order_id);
    if (order == nullptr) return;
    chain_cache_.drop();  // what it moves there the host books now
    auto event = make_event<tradectl_fill_event>();
    event.header.instrument = order->instrument;
    event.header.event_time = fill.time.ns();
    if (is_syncing_) event.header.flags = TRADECTL_EVENT_FLAG_REPLAYED;
    event.side = static_cast<std::uint8_t>(fill.side);
    event.liquidity = static_cast<std::uint8_t>(fill.liquidity);
    event.settlement = fill.settlement;
    event.account = order->account;
    const auto instrument = host().instrument(order->instrument);
    event.fee_asset = instrument ? instrument->quote_asset() : TRADECTL_HANDLE_NONE;
    event.price = fill.price.to_abi();
    event.quantity = fill.quantity.to_abi();
    event.fee = fee_of(fill, order->instrument).to_abi();
    event.filled_qty = order->filled.to_abi();
    // A buy that takes pays an amount: at better prices it brings more than was asked for.
    const Decimal left = checked_sub(order->quantity, order->filled).value_or(Decimal::null());
    event.leaves_qty = std::max(left, Decimal{}).to_abi();
    event.trade_id = to_id(fill.trade_id);
    event.client_order_id = to_id(order->client_order_id);
    event.venue_order_id = to_id(fill.order_id);
    event.fee_asset_name = to_id(instrument ? instrument->quote() : defaults::kCollateralAsset);
    event.realized_pnl = Decimal::null().to_abi();
    static_cast<void>(host().publish(event));
}

void Polymarket::tell_closed() {
    for (const CloseNews& news : own_.take_closed(venue_now())) {
        const OwnOrder* order = own_.find(news.order_id);
        if (order == nullptr) continue;
        auto event = make_event<tradectl_order_event>();
        event.header.instrument = order->instrument;
        event.header.event_time = news.time.ns();
        event.status = static_cast<std::uint32_t>(news.status);
        event.reason = news.reason;
        event.side = static_cast<std::uint8_t>(order->side);
        event.order_type = TRADECTL_ORDER_LIMIT;
        event.time_in_force = static_cast<std::uint8_t>(order->time_in_force);
        event.account = order->account;
        event.price = order->price.to_abi();
        event.order_qty = order->quantity.to_abi();
        event.filled_qty = news.filled.to_abi();
        event.leaves_qty = Decimal{}.to_abi();
        event.average_price = event.limit = event.value = Decimal::null().to_abi();
        event.client_order_id = to_id(order->client_order_id);
        event.venue_order_id = to_id(news.order_id);
        event.text = to_text(news.text);
        static_cast<void>(host().publish(event));
    }
    keep_ends();
}

// ---- What survives a restart

/// A later run does not look for what has ended.
void Polymarket::keep_ends() {
    for (auto& [id, order] : own_.all()) {
        if (!order.is_closed || order.is_end_kept) continue;
        order.is_end_kept = true;
        remember(id, order);
    }
}

void Polymarket::remember(std::string_view order_id, const OwnOrder& order) {
    const std::string closed =
        order.is_closed ? R"(,"closed":)" + std::to_string(order.closed.ns()) : "";
    const auto instrument = host().instrument(order.instrument);
    const std::string record =
        R"({"client":)" + json_quoted(order.client_order_id) + R"(,"instrument":)" +
        json_quoted(instrument ? instrument->name() : "") + R"(,"side":)" +
        std::to_string(static_cast<int>(order.side)) + R"(,"tif":)" +
        std::to_string(static_cast<int>(order.time_in_force)) + R"(,"account":)" +
        std::to_string(order.account) + R"(,"price":")" + order.price.to_string() +
        R"(","quantity":")" + order.quantity.to_string() + R"(","sent":)" +
        std::to_string(order.sent.ns()) + closed + "}";
    const std::string key = std::string(kOrderPrefix) + std::string(order_id);
    if (const Status put = host().kv_put(key, record); !put)
        log(LogLevel::Error, "order " + std::string(order_id) + ": " + put.error().message);
}

void Polymarket::recall_orders() {
    const Status walked = host().kv_each(kOrderPrefix, [&](std::string_view key, Bytes value) {
        const auto json = document_.parse(as_text(value));
        if (!json) return log(LogLevel::Error, std::string(key) + ": " + json.error().message);
        const auto instrument = host().find_instrument(json->text_or("instrument", ""));
        if (!instrument)
            return log(LogLevel::Warning, std::string(key) + ": " + instrument.error().message);
        OwnOrder order;
        order.client_order_id = json->text_or("client", "");
        order.instrument = *instrument;
        order.asset_id = host().instrument(*instrument)->venue_symbol();
        order.account = static_cast<tradectl_account_handle>(json->integer_or("account", 0));
        order.side = static_cast<Side>(json->integer_or("side", 0));
        order.time_in_force = static_cast<TimeInForce>(json->integer_or("tif", 1));
        order.price = json->decimal_or("price", {});
        order.quantity = json->decimal_or("quantity", {});
        order.sent = order.changed = Timestamp{json->integer_or("sent", 0)};
        order.is_sent = order.is_recalled = true;
        order.is_closed = order.is_end_kept = json->has("closed");
        if (order.is_closed) {
            order.closed = Timestamp{json->integer_or("closed", 0)};
            order.told = venue_now();  // of its settlement the host may still wait to hear
        }
        own_.put(key.substr(kOrderPrefix.size()), std::move(order));
    });
    if (!walked) log(LogLevel::Error, "orders of an earlier run: " + walked.error().message);
}

/// Orders whose end is long ago, and those that the venue never showed. What this process told of
/// them was so long ago, too: what was just told may not be on record at the host yet.
void Polymarket::forget_settled() {
    std::vector<std::string> gone;
    for (const auto& [id, order] : own_.all()) {
        const bool is_over = order.is_closed || OwnOrders::is_lost(order);
        Timestamp last = order.is_closed ? order.closed : order.sent;
        if (!order.told.is_none()) last = std::max(last, order.told);
        if (is_over && own_.is_settled(id) && venue_now().minus(last) > kKeptNs) gone.push_back(id);
    }
    for (const std::string& id : gone) {
        static_cast<void>(host().kv_erase(std::string(kOrderPrefix) + id));
        own_.erase(id);
    }
}

}  // namespace tradectl::polymarket

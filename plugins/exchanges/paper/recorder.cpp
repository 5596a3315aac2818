#include "recorder.hpp"

#include "reports.hpp"
#include "store.hpp"

#include <vector>

namespace tradectl::paper {

// ---- What the venue reports ----

void Recorder::put(std::string_view key, std::string_view value) {
    if (const Status done = host_.kv_put(key, value); !done)
        host_.log(LogLevel::Error, "store: key " + std::string(key) + ": " + done.error().message);
}

void Recorder::on_order(const Order& order) {
    changed_ = true;
    if (order.status == OrderStatus::Rejected) {
        // Its user hears of it by the answer to the request.
        if (is_valid_id(order.terms.client_order_id)) store_closed(order);
        return;
    }
    if (expected_ && expected_->client_order_id == order.terms.client_order_id) {
        outbox_.send(Accepted{expected_->request, venue_order_id(order.number)}, order.updated);
        expected_.reset();
        put(venue_id_key(venue_order_id(order.number)), order.terms.client_order_id);
    }
    if (order.is_open())
        unsaved_.insert(order.number);
    else
        store_closed(order);
    outbox_.send(order_event(order, *directory_), order.updated);
}

void Recorder::store_closed(const Order& order) {
    unsaved_.erase(order.number);
    put(closed_key(order.terms.client_order_id), encode(order, *directory_));
    const bool was_saved_open = order.number != 0 && order.number <= saved_.orders;
    if (was_saved_open) put(open_key(order.terms.client_order_id), {});
}

void Recorder::on_trigger(const Order& order) {
    changed_ = true;
    unsaved_.insert(order.number);
    tradectl_order_event event = order_event(order, *directory_);
    event.text = to_text("triggered");
    outbox_.send(event, order.updated);
}

void Recorder::on_fill(const Fill& fill) {
    changed_ = true;
    put(fill_key(fill.number), encode(fill, *directory_));
    outbox_.send(fill_event(fill, *venue_, *directory_), fill.time);
}

bool Recorder::was_closed(std::string_view client_order_id) const {
    return host_.kv_get(closed_key(client_order_id)).has_value();
}

void Recorder::flush(Timestamp now) {
    for (const std::uint64_t number : unsaved_) {
        const Order& order = venue_->orders().at(number);
        put(open_key(order.terms.client_order_id), encode(order, *directory_));
    }
    unsaved_.clear();
    const Accounts& accounts = venue_->accounts();
    for (const auto& [account, asset] : venue_->accounts().take_changed()) {
        put(balance_key(accounts.account_name(account), accounts.asset_name(asset)),
            encode(accounts.get(account, asset)));
        outbox_.send(balance_event(account, asset, *venue_, *directory_, now), now);
    }
    if (!(saved_ == venue_->counters())) put(kCountersKey, encode(venue_->counters()));
    saved_ = venue_->counters();
    changed_ = false;
}

// ---- What the store holds ----

void Recorder::store_instruments() {
    const Accounts& accounts = venue_->accounts();
    for (MarketIndex market = 0; market < venue_->market_count(); ++market) {
        const Listing& listing = venue_->listing(market);
        const std::string key = instrument_key(listing.name);
        if (host_.kv_get(key)) continue;
        put(key,
            encode(
                AssetPair{accounts.asset_name(listing.base), accounts.asset_name(listing.quote)}));
    }
}

bool Recorder::has_account(std::string_view name) const {
    return host_.kv_get(account_key(name)).has_value();
}
void Recorder::store_account(std::string_view name, Timestamp now) {
    put(account_key(name), encode(now));
}

Status Recorder::load(Directory& directory) {
    Status result;
    const Status walked = host_.kv_each(kInstrumentPrefix, [&](std::string_view key, Bytes value) {
        const auto pair = decode_pair(as_text(value));
        if (pair)
            directory.add_stored_market(key.substr(kInstrumentPrefix.size()), *pair);
        else
            result = fail(pair.error());
    });
    if (!walked) return walked;
    if (!result) return result;
    const Status accounts = host_.kv_each(kAccountPrefix, [&](std::string_view key, Bytes) {
        directory.add_account(key.substr(kAccountPrefix.size()));
    });
    if (!accounts) return accounts;
    if (const auto counters = host_.kv_get(kCountersKey)) {
        const auto decoded = decode_counters(as_text(*counters));
        if (!decoded) return fail(decoded.error());
        venue_->restore_counters(*decoded);
        saved_ = *decoded;
    }
    if (Status done = load_balances(); !done) return done;
    if (Status done = load_orders(); !done) return done;
    return check_holds();
}

Status Recorder::load_balances() {
    Status result;
    const Status walked = host_.kv_each(kBalancePrefix, [&](std::string_view key, Bytes value) {
        const std::string_view names = key.substr(kBalancePrefix.size());
        const std::size_t slash = names.find('/');
        const auto balance = decode_balance(as_text(value));
        const AccountIndex account = directory_->account_named(names.substr(0, slash));
        if (!balance || slash == std::string_view::npos || account == kNoIndex) {
            result = fail(ErrorCode::Corrupt, "store: bad record " + std::string(key));
            return;
        }
        Accounts& accounts = venue_->accounts();
        accounts.set(account, accounts.asset(names.substr(slash + 1)), *balance);
    });
    static_cast<void>(venue_->accounts().take_changed());  // loaded is not changed
    return walked ? result : walked;
}

Status Recorder::load_orders() {
    Status result;
    const Status walked = host_.kv_each(kOpenPrefix, [&](std::string_view key, Bytes value) {
        auto order = decode_order(key.substr(kOpenPrefix.size()), as_text(value), *directory_);
        if (!order)
            result = fail(order.error());
        else if (!order->is_open() || order->number > saved_.orders)
            result = fail(ErrorCode::Corrupt, "store: record " + std::string(key) + " is not open");
        else
            venue_->restore(*std::move(order));
    });
    return walked ? result : walked;
}

/// What accounts hold must be what their open orders hold.
Status Recorder::check_holds() const {
    Accounts expected;
    const Accounts& accounts = venue_->accounts();
    for (const auto& [number, order] : venue_->orders()) {
        const Listing& listing = venue_->listing(order.terms.market);
        const AssetIndex asset = order.terms.side == Side::Buy ? listing.quote : listing.base;
        const Decimal before = expected.get(order.terms.account, asset).held;
        const auto held = checked_add(before, order.held);
        if (!held) return fail(ErrorCode::Corrupt, "store: holds are out of range");
        expected.set(order.terms.account, asset, {.total = *held, .held = *held});
    }
    for (AccountIndex account = 0; account < accounts.account_count(); ++account)
        for (AssetIndex asset = 0; asset < accounts.asset_count(); ++asset)
            if (accounts.get(account, asset).held != expected.get(account, asset).held)
                return fail(ErrorCode::Corrupt,
                            "store: " + accounts.account_name(account) + " holds " +
                                accounts.get(account, asset).held.to_string() + " " +
                                accounts.asset_name(asset) + ", its open orders " +
                                expected.get(account, asset).held.to_string());
    return {};
}

std::optional<Order> Recorder::find_closed(std::string_view client_order_id) const {
    const auto record = host_.kv_get(closed_key(client_order_id));
    if (!record) return std::nullopt;
    auto order = decode_order(client_order_id, as_text(*record), *directory_);
    if (order) return *std::move(order);
    host_.log(LogLevel::Error, order.error().message);
    return std::nullopt;
}

std::optional<Fill> Recorder::find_fill(std::uint64_t number) const {
    const auto record = host_.kv_get(fill_key(number));
    if (!record) return std::nullopt;
    auto fill = decode_fill(number, as_text(*record), *directory_);
    if (fill) return *std::move(fill);
    host_.log(LogLevel::Error, fill.error().message);
    return std::nullopt;
}

std::string Recorder::client_id_of(std::string_view venue_order_id) const {
    const auto id = host_.kv_get(venue_id_key(venue_order_id));
    return id ? std::string(as_text(*id)) : std::string{};
}

}  // namespace tradectl::paper

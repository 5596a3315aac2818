#include "recorder.hpp"

#include "reports.hpp"
#include "store.hpp"

#include <charconv>
#include <vector>

namespace tradectl::paper {

// ---- What the venue reports ----

void Recorder::put(std::string_view key, std::string_view value) {
    if (const Status done = host_.kv_put(key, value); !done)
        host_.log(LogLevel::Error, "store: key " + std::string(key) + ": " + done.error().message);
}

void Recorder::on_order(const Order& order) {
    changed_ = true;
    store_market(order.terms.market);
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
    if (order.by_venue) return;  // nobody waits for it; its fill says all
    outbox_.send(order_event(order, *directory_), order.updated);
}

void Recorder::store_closed(const Order& order) {
    unsaved_.erase(order.number);
    put(closed_key(order.terms.client_order_id), encode(order, *directory_));
    const bool was_saved_open = order.number != 0 && order.number <= saved_.orders;
    if (was_saved_open) put(open_key(order.terms.client_order_id), {});
    history_.add_closed(order.terms.client_order_id, order.number);
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
    if (fill.by_venue) put(own_fill_key(fill.number), "1");
    history_.add_fill(fill.number, *directory_);
    outbox_.send(fill_event(fill, *venue_, *directory_), fill.time);
}

/// Nobody asks for an order that he did not place: of what this venue stored and its user did not,
/// nobody else would ever speak.
Status Recorder::tell_own_fills() {
    return host_.kv_each(kOwnFillPrefix, [this](std::string_view key, Bytes) {
        std::uint64_t number = 0;
        key.remove_prefix(kOwnFillPrefix.size());
        std::from_chars(key.data(), key.data() + key.size(), number);
        const auto fill = find_fill(number);
        if (!fill) return;
        tradectl_fill_event event = fill_event(*fill, *venue_, *directory_);
        event.header.flags |= TRADECTL_EVENT_FLAG_REPLAYED;
        const bool known = event.header.instrument != TRADECTL_HANDLE_NONE &&
                           event.account != TRADECTL_HANDLE_NONE;
        if (!known) return;
        if (const Status done = host_.publish(event); !done)
            host_.log(LogLevel::Error, done.error().message);
    });
}

void Recorder::on_bankruptcy(AccountIndex account, AssetIndex asset, Decimal loss) {
    const Accounts& accounts = venue_->accounts();
    host_.log(LogLevel::Warning,
              "account " + accounts.account_name(account) + " is bankrupt: it lost " +
                  loss.to_string() + " " + accounts.asset_name(asset) + " more than it had");
}

bool Recorder::was_closed(std::string_view client_order_id) const {
    return host_.kv_get(closed_key(client_order_id)).has_value() ||
           history_.was_dropped(client_order_id);
}

void Recorder::store_open_orders(Timestamp now) {
    for (const auto& [number, order] : venue_->orders())
        unsaved_.insert(number);
    flush(now);
}

void Recorder::flush(Timestamp now) {
    for (const std::uint64_t number : unsaved_) {
        const Order& order = venue_->orders().at(number);
        put(open_key(order.terms.client_order_id), encode(order, *directory_));
    }
    unsaved_.clear();
    const Accounts& accounts = venue_->accounts();
    for (const auto& [account, market] : venue_->take_changed_positions()) {
        put(position_key(accounts.account_name(account), venue_->listing(market).name),
            encode(venue_->position(account, market)));
        outbox_.send(position_event(account, market, *venue_, *directory_, now), now);
    }
    for (const auto& [account, asset] : venue_->accounts().take_changed()) {
        put(balance_key(accounts.account_name(account), accounts.asset_name(asset)),
            encode(accounts.get(account, asset)));
        outbox_.send(balance_event(account, asset, *venue_, *directory_, now), now);
    }
    if (!(saved_ == venue_->counters())) put(kCountersKey, encode(venue_->counters()));
    saved_ = venue_->counters();
    history_.flush();
    changed_ = false;
}

// ---- What the store holds ----

void Recorder::update_stored(const std::vector<MarketIndex>& markets) {
    for (const MarketIndex market : markets)
        if (stored_markets_.contains(market)) put_market(market);
}

void Recorder::store_market(MarketIndex market) {
    if (market < venue_->market_count() && stored_markets_.insert(market).second)
        put_market(market);
}

void Recorder::put_market(MarketIndex market) {
    const Accounts& accounts = venue_->accounts();
    const Listing& listing = venue_->listing(market);
    put(instrument_key(listing.name),
        encode(MarketRecord{accounts.asset_name(listing.base),
                            accounts.asset_name(listing.quote),
                            listing.is_margin() ? accounts.asset_name(listing.settle) : "",
                            listing.margin_initial,
                            listing.margin_maintenance}));
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
        const auto market = decode_market(as_text(value));
        if (!market) {
            result = fail(market.error());
            return;
        }
        const std::string_view name = key.substr(kInstrumentPrefix.size());
        directory.add_stored_market(name, *market);
        stored_markets_.insert(directory.market_named(name));
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
    if (Status done = history_.load(); !done) return done;
    if (Status done = load_balances(); !done) return done;
    if (Status done = load_positions(); !done) return done;
    if (Status done = load_orders(); !done) return done;
    return check_holds();
}

Status Recorder::load_balances() {
    Status result;
    const Status walked = host_.kv_each(kBalancePrefix, [&](std::string_view key, Bytes value) {
        const std::string_view names = key.substr(kBalancePrefix.size());
        const std::size_t slash = names.find('/');
        Accounts& accounts = venue_->accounts();
        const bool named = slash != std::string_view::npos;
        const AssetIndex asset = accounts.asset(named ? names.substr(slash + 1) : names);
        const Debt debt = accounts.allows_debt(asset) ? Debt::Allowed : Debt::Refused;
        const auto balance = decode_balance(as_text(value), debt);
        const AccountIndex account = directory_->account_named(names.substr(0, slash));
        if (!balance || !named || account == kNoIndex) {
            result = fail(ErrorCode::Corrupt, "store: bad record " + std::string(key));
            return;
        }
        accounts.set(account, asset, *balance);
    });
    static_cast<void>(venue_->accounts().take_changed());  // loaded is not changed
    return walked ? result : walked;
}

Status Recorder::load_positions() {
    Status result;
    const Status walked = host_.kv_each(kPositionPrefix, [&](std::string_view key, Bytes value) {
        const std::string_view names = key.substr(kPositionPrefix.size());
        const std::size_t slash = names.find('/');
        const AccountIndex account = directory_->account_named(names.substr(0, slash));
        const MarketIndex market = slash == std::string_view::npos
                                       ? kNoIndex
                                       : directory_->market_named(names.substr(slash + 1));
        const auto position = decode_position(as_text(value));
        const bool known = position && account != kNoIndex && market != kNoIndex;
        if (known && venue_->listing(market).is_margin())
            venue_->restore_position(account, market, *position);
        else
            result = fail(ErrorCode::Corrupt, "store: bad record " + std::string(key));
    });
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
        const AssetIndex asset = venue_->listing(order.terms.market).hold_asset(order.terms.side);
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

bool Recorder::is_forgotten(std::string_view client_order_id,
                            std::string_view venue_order_id) const {
    if (!client_order_id.empty()) return history_.was_dropped(client_order_id);
    // Its number was given, and nothing is known by it any more.
    const auto number = order_number(venue_order_id);
    return number && *number != 0 && *number <= venue_->counters().orders;
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

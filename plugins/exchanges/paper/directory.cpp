#include "directory.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

namespace tradectl::paper {

namespace {
/// Stands in the store for an account or instrument that a refused order named wrongly.
constexpr std::string_view kNobody = "-";

Listing listing_of(const Instrument& instrument, Accounts& accounts) {
    const tradectl_instrument& raw = instrument.raw();
    Listing listing;
    listing.name = instrument.name();
    listing.kind = raw.kind;
    listing.status = raw.status;
    listing.base = accounts.asset(instrument.base());
    listing.quote = accounts.asset(instrument.quote());
    listing.tick = instrument.tick();
    listing.lot = instrument.lot();
    listing.quantity_min = instrument.quantity_min();
    listing.quantity_max = instrument.quantity_max();
    listing.notional_min = instrument.notional_min();
    listing.price_min = Decimal::from_abi(raw.price_min);
    listing.price_max = Decimal::from_abi(raw.price_max);
    if (raw.accounting == TRADECTL_ACCOUNTING_MARGIN) {
        listing.accounting = Accounting::Margin;
        listing.settle = accounts.asset(view(raw.settle));
        listing.margin_initial = Decimal::from_abi(raw.margin_initial);
        listing.margin_maintenance = Decimal::from_abi(raw.margin_maintenance);
    }
    return listing;
}

/// Whether margins are shares of the notional, and profit is paid in the base or the quote.
bool has_sound_margin(const tradectl_instrument& raw) {
    if (raw.accounting != TRADECTL_ACCOUNTING_MARGIN) return true;
    const Decimal initial = Decimal::from_abi(raw.margin_initial);
    const Decimal maintenance = Decimal::from_abi(raw.margin_maintenance);
    return initial.is_positive() && maintenance.is_positive() && maintenance <= initial &&
           (view(raw.settle) == view(raw.quote) || view(raw.settle) == view(raw.base));
}

/// Whether what is stored of a market still means what it meant.
bool is_same_market(const Listing& before, const Listing& after) {
    return before.base == after.base && before.quote == after.quote &&
           before.accounting == after.accounting && before.settle == after.settle;
}

bool is_tradable(const Instrument& instrument) {
    const Decimal multiplier = Decimal::from_abi(instrument.raw().multiplier);
    return has_sound_margin(instrument.raw()) && instrument.tick().is_positive() &&
           instrument.lot().is_positive() && instrument.base() != instrument.quote() &&
           (multiplier.is_null() || multiplier == Decimal::from_int(1));
}
}  // namespace

/// There may be thousands, and this is done for each that is added: what stayed is passed over.
std::vector<MarketIndex> Directory::refresh_markets() {
    std::vector<MarketIndex> changed;
    host_.each_instrument([&](const Instrument& instrument) {
        if (instrument.venue() != venue_name_ || is_as_seen(instrument)) return;
        if (const MarketIndex market = list(instrument); market != kNoIndex)
            changed.push_back(market);
    });
    return changed;
}

/// Byte by byte: a difference in what means nothing costs no more than a look.
bool Directory::is_as_seen(const Instrument& instrument) {
    const tradectl_instrument& raw = instrument.raw();
    const std::size_t bytes = std::min<std::size_t>(raw.struct_size, sizeof raw);
    if (seen_.size() <= raw.handle) seen_.resize(raw.handle + 1);
    tradectl_instrument& seen = seen_[raw.handle];
    if (seen.struct_size != 0 && std::memcmp(&seen, &raw, bytes) == 0) return true;
    std::memcpy(&seen, &raw, bytes);
    return false;
}

MarketIndex Directory::add(Listing listing) {
    std::string name = listing.name;
    const MarketIndex market = venue_.add_market(std::move(listing));
    by_name_.emplace(std::move(name), market);
    return market;
}

void Directory::add_stored_market(std::string_view name, const MarketRecord& record) {
    Listing listing;
    listing.name = name;
    listing.status = TRADECTL_INSTRUMENT_CLOSED;
    listing.base = venue_.accounts().asset(record.base);
    listing.quote = venue_.accounts().asset(record.quote);
    if (!record.settle.empty()) {
        listing.accounting = Accounting::Margin;
        listing.settle = venue_.accounts().asset(record.settle);
        listing.margin_initial = record.margin_initial;
        listing.margin_maintenance = record.margin_maintenance;
    }
    listing.tick = listing.lot = Decimal::from_raw(1);
    static_cast<void>(add(std::move(listing)));
}

MarketIndex Directory::list(const Instrument& instrument) {
    if (!is_tradable(instrument)) {
        host_.log(
            LogLevel::Warning,
            "instrument " + std::string(instrument.name()) +
                " is not listed: paper wants tick and lot above 0, two assets, multiplier 1, and "
                "margins above 0 with the base or quote as settle asset");
        return kNoIndex;
    }
    Listing listing = listing_of(instrument, venue_.accounts());
    MarketIndex market = market_named(instrument.name());
    if (market == kNoIndex) {
        market = add(std::move(listing));
    } else if (is_same_market(venue_.listing(market), listing)) {
        venue_.update_market(market, std::move(listing));
    } else {
        host_.log(LogLevel::Warning,
                  "instrument " + listing.name +
                      " is not listed: its assets or its accounting were others before");
        return kNoIndex;
    }
    const InstrumentHandle handle = instrument.handle();
    if (markets_.size() <= handle) markets_.resize(handle + 1, kNoIndex);
    markets_[handle] = market;
    if (market_handles_.size() <= market) market_handles_.resize(market + 1, kNoHandle);
    market_handles_[market] = handle;
    return market;
}

AccountIndex Directory::add_account(std::string_view name) {
    const AccountIndex account = venue_.accounts().account(name);
    if (account_handles_.size() <= account) account_handles_.resize(account + 1, kNoHandle);
    account_handles_[account] = host_.find_account(name).value_or(kNoHandle);
    return account;
}

AccountIndex Directory::account(AccountHandle handle) const {
    const auto at = std::find(account_handles_.begin(), account_handles_.end(), handle);
    if (handle == kNoHandle || at == account_handles_.end()) return kNoIndex;
    return static_cast<AccountIndex>(at - account_handles_.begin());
}

InstrumentHandle Directory::instrument_handle(MarketIndex market) const {
    return market < market_handles_.size() ? market_handles_[market] : kNoHandle;
}
AccountHandle Directory::account_handle(AccountIndex account) const {
    return account < account_handles_.size() ? account_handles_[account] : kNoHandle;
}
AssetHandle Directory::asset_handle(AssetIndex asset) const {
    return host_.find_asset(venue_.accounts().asset_name(asset)).value_or(kNoHandle);
}

std::string_view Directory::market_name(MarketIndex index) const {
    return index < venue_.market_count() ? std::string_view{venue_.listing(index).name} : kNobody;
}
std::string_view Directory::account_name(AccountIndex index) const {
    const Accounts& accounts = venue_.accounts();
    return index < accounts.account_count() ? std::string_view{accounts.account_name(index)}
                                            : kNobody;
}

MarketIndex Directory::market_named(std::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? kNoIndex : found->second;
}

AccountIndex Directory::account_named(std::string_view name) const {
    return venue_.accounts().find_account(name);
}

}  // namespace tradectl::paper

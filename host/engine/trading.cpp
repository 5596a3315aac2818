#include "host/engine/trading.hpp"

#include "host/engine/listings.hpp"
#include "host/execution/accounting.hpp"
#include "host/ops/alerts.hpp"

namespace tradectl::engine {

void Trading::alert(config::AlertKind kind, std::string_view subject, std::string_view text) {
    Trouble said{kind, std::string(subject), std::string(text), clock.now()};
    if (alerts != nullptr) {
        alerts->post({.kind = kind, .subject = said.subject, .text = said.text, .time = said.time});
    }
    if (kind != config::AlertKind::Halt) trouble = std::move(said);
}

void Trading::alert_orphan(const std::string& order_id,
                           std::string_view subject,
                           std::string_view text) {
    if (!order_id.empty() && !orphans_told.insert(order_id).second) return;
    alert(config::AlertKind::Orphan, subject, text);
}

void Trading::alert_unresolved(OpId op_id, std::string_view subject, std::string_view text) {
    if (unresolved_told.insert(op_id).second) alert(config::AlertKind::Unresolved, subject, text);
}

void Trading::grow() {
    const auto fed = static_cast<std::uint32_t>(feeds.size());
    feeds.resize(table.size());
    mirrors.resize(table.size(), TRADECTL_HANDLE_NONE);
    for (std::uint32_t handle = fed; handle < table.size(); ++handle)
        feeds[handle] = feed_of(*this, *table.instrument(handle));
    for (std::uint32_t handle = fed; handle < table.size(); ++handle) {
        const auto& from = *table.instrument(handle);
        for (const auto& exchange : config.exchanges) {
            if (exchange.mirrors.empty() || exchange.name != market::id_text(from.venue)) continue;
            const auto original =
                table.find_symbol(exchange.mirrors, market::id_text(from.venue_symbol));
            if (original) mirrors[*original] = handle;
        }
    }
    if (books) books->grow(table.size());
    for (auto& runner : runners)
        runner->grow();
}

void Trading::reserve(std::uint32_t instruments) {
    feeds.reserve(instruments);
    mirrors.reserve(instruments);
    if (books) books->reserve(instruments);
    for (auto& runner : runners)
        runner->reserve(instruments);
}

Decimal Trading::resolved_price(tradectl_instrument_handle instrument) const {
    const auto found = resolved.find(instrument);
    return found == resolved.end() ? Decimal::null() : found->second;
}

void Trading::resolve(tradectl_instrument_handle instrument, Decimal price) {
    if (price.is_null()) return;
    resolved[instrument] = price;
    const auto mirror = mirrors[instrument];
    if (mirror != TRADECTL_HANDLE_NONE) resolved[mirror] = price;
}

Decimal Trading::mark(tradectl_instrument_handle instrument) const {
    if (const Decimal paid = resolved_price(instrument); !paid.is_null()) return paid;
    const auto& top = books->top(instrument);
    const Decimal bid = Decimal::from_abi(top.bid_price);
    const Decimal ask = Decimal::from_abi(top.ask_price);
    if (!bid.is_null() && !ask.is_null()) {
        if (const auto sum = checked_add(bid, ask)) {
            if (const auto middle = checked_mul(
                    *sum, Decimal::from_raw(Decimal::from_int(1).raw() / 2), Rounding::HalfEven)) {
                return *middle;
            }
        }
    }
    return Decimal::from_abi(top.last_price);
}

std::optional<Decimal> Trading::value_of(tradectl_instrument_handle instrument,
                                         Decimal quantity,
                                         Decimal without_mark) const {
    const auto* record = table.instrument(instrument);
    const Decimal marked = mark(instrument);
    const Decimal price = marked.is_null() ? without_mark : marked;
    if (record == nullptr || price.is_null()) return std::nullopt;
    const auto value = execution::notional(price, quantity, Decimal::from_abi(record->multiplier));
    if (!value) return std::nullopt;
    return *value;
}

std::string_view Trading::instrument_name(tradectl_instrument_handle instrument) const {
    const auto* record = table.instrument(instrument);
    return record == nullptr ? std::string_view() : market::id_text(record->name);
}

std::string_view Trading::account_name(tradectl_account_handle account) const {
    const auto* name = table.account(account);
    return name == nullptr ? std::string_view() : std::string_view(name->name);
}

std::set<std::string> Trading::unsettled_assets(tradectl_account_handle account) const {
    std::set<std::string> assets;
    orders.each_unsettled([&](const OrderEntry& entry) {
        if (entry.order.account != account) return;
        const auto* instrument = table.instrument(entry.order.instrument);
        assets.emplace(market::id_text(instrument->base));
        assets.emplace(market::id_text(instrument->quote));
        for (const UnsettledFill& fill : entry.unsettled) {
            if (!fill.fee_asset.empty()) assets.insert(fill.fee_asset);
        }
    });
    return assets;
}

}  // namespace tradectl::engine

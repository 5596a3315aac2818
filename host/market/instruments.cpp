#include "host/market/instruments.hpp"

#include <array>
#include <cstring>
#include <utility>

namespace tradectl::market {
namespace {

struct KindName {
    std::uint32_t kind;
    std::string_view name;
};
constexpr std::array<KindName, 6> kKindNames = {{
    {TRADECTL_INSTRUMENT_SPOT, "spot"},
    {TRADECTL_INSTRUMENT_PERPETUAL, "perpetual"},
    {TRADECTL_INSTRUMENT_FUTURE, "future"},
    {TRADECTL_INSTRUMENT_BINARY, "binary"},
    {TRADECTL_INSTRUMENT_EQUITY, "equity"},
    {TRADECTL_INSTRUMENT_SWAP, "swap"},
}};

/// Venue and symbol, or venue and account, as one key; no name holds a line feed.
std::string pair_key(std::string_view venue, std::string_view name) {
    std::string key(venue);
    key += '\n';
    key += name;
    return key;
}

Unexpected refuse(const InstrumentSpec& spec, const std::string& what) {
    return fail(ErrorCode::Config, "instrument " + spec.name + ": " + what);
}

Status check_name(const InstrumentSpec& spec, const char* field, std::string_view text) {
    if (text.empty()) return refuse(spec, std::string(field) + " is empty");
    if (text.size() > TRADECTL_ID_BYTES_MAX)
        return refuse(spec,
                      std::string(field) + " has " + std::to_string(text.size()) +
                          " bytes, the limit is " + std::to_string(TRADECTL_ID_BYTES_MAX));
    for (const char c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            return refuse(spec, std::string(field) + " holds a control character");
    return {};
}

Status check_above_zero(const InstrumentSpec& spec, const char* field, Decimal value) {
    if (value.is_positive()) return {};
    return refuse(spec, std::string(field) + " is " + value.to_string() + ", must be above 0");
}

Status check_range(const InstrumentSpec& spec, const char* field, Decimal low, Decimal high) {
    const std::string name(field);
    if (low.is_negative())
        return refuse(spec, name + "_min is " + low.to_string() + ", must not be negative");
    if (!high.is_null() && !high.is_positive())
        return refuse(spec, name + "_max is " + high.to_string() + ", must be above 0");
    if (!low.is_null() && !high.is_null() && low > high)
        return refuse(
            spec,
            name + "_min is " + low.to_string() + ", above " + name + "_max " + high.to_string());
    return {};
}

Status check_grid(const InstrumentSpec& spec, const char* field, Decimal value) {
    if (value.is_null() || value.is_multiple_of(spec.lot)) return {};
    return refuse(spec,
                  std::string(field) + " is " + value.to_string() + ", no multiple of lot " +
                      spec.lot.to_string());
}

Status check_binary(const InstrumentSpec& spec) {
    const Decimal one = Decimal::from_int(1);
    for (const Decimal price : {spec.price_min, spec.price_max})
        if (!price.is_null() && price > one)
            return refuse(
                spec,
                "price limit is " + price.to_string() + ", a binary price lies between 0 and 1");
    if (spec.tick >= one)
        return refuse(spec, "tick is " + spec.tick.to_string() + ", must be below 1 for binary");
    return {};
}

Status check_margin(const InstrumentSpec& spec) {
    if (!spec.settle.empty() && spec.settle != spec.base && spec.settle != spec.quote)
        return refuse(spec,
                      "settle is " + spec.settle + ", must be the base " + spec.base +
                          " or the quote " + spec.quote);
    if (spec.margin_initial.is_null() && spec.margin_maintenance.is_null()) {
        if (spec.settle.empty() || spec.settle == spec.quote) return {};
        return refuse(spec, "settle is " + spec.settle + " without a margin");
    }
    const Decimal one = Decimal::from_int(1);
    if (!spec.margin_initial.is_positive() || spec.margin_initial > one)
        return refuse(spec,
                      "margin initial is " + spec.margin_initial.to_string() +
                          ", must be above 0 and at most 1");
    if (!spec.margin_maintenance.is_positive() || spec.margin_maintenance > spec.margin_initial)
        return refuse(spec,
                      "margin maintenance is " + spec.margin_maintenance.to_string() +
                          ", must be above 0 and at most initial " +
                          spec.margin_initial.to_string());
    return {};
}

std::optional<std::uint32_t> look_up(const std::unordered_map<std::string, std::uint32_t>& index,
                                     const std::string& key) {
    const auto found = index.find(key);
    if (found == index.end()) return std::nullopt;
    return found->second;
}

tradectl_instrument to_record(const InstrumentSpec& spec) {
    tradectl_instrument record{};
    record.struct_size = sizeof(record);
    record.kind = spec.kind;
    record.status = spec.status;
    // The lengths were checked.
    static_cast<void>(set_id(record.name, spec.name));
    static_cast<void>(set_id(record.venue, spec.venue));
    static_cast<void>(
        set_id(record.venue_symbol, spec.venue_symbol.empty() ? spec.name : spec.venue_symbol));
    static_cast<void>(set_id(record.base, spec.base));
    static_cast<void>(set_id(record.quote, spec.quote));
    record.tick = spec.tick.to_abi();
    record.lot = spec.lot.to_abi();
    record.quantity_min = spec.quantity_min.to_abi();
    record.quantity_max = spec.quantity_max.to_abi();
    record.notional_min = spec.notional_min.to_abi();
    record.price_min = spec.price_min.to_abi();
    record.price_max = spec.price_max.to_abi();
    record.multiplier = spec.multiplier.to_abi();
    record.close_time = spec.close_time.ns();
    record.accounting =
        spec.margin_initial.is_null() ? TRADECTL_ACCOUNTING_CASH : TRADECTL_ACCOUNTING_MARGIN;
    static_cast<void>(set_id(record.settle, spec.settle.empty() ? spec.quote : spec.settle));
    record.margin_initial = spec.margin_initial.to_abi();
    record.margin_maintenance = spec.margin_maintenance.to_abi();
    return record;
}

/// The first field that differs and must not, or null.
const char* fixed_difference(const tradectl_instrument& known, const tradectl_instrument& told) {
    const auto same = [](const auto& a, const auto& b) {
        return std::memcmp(&a, &b, sizeof(a)) == 0;
    };
    if (!same(known.name, told.name)) return "name";
    if (!same(known.venue, told.venue)) return "venue";
    if (!same(known.venue_symbol, told.venue_symbol)) return "venue_symbol";
    if (known.kind != told.kind) return "kind";
    if (!same(known.base, told.base)) return "base";
    if (!same(known.quote, told.quote)) return "quote";
    if (!same(known.settle, told.settle)) return "settle";
    if (!same(known.multiplier, told.multiplier)) return "multiplier";
    if (!same(known.margin_initial, told.margin_initial) ||
        !same(known.margin_maintenance, told.margin_maintenance))
        return "margin";
    return nullptr;
}

}  // namespace

InstrumentSpec spec_of(const tradectl_instrument& record) {
    InstrumentSpec spec;
    spec.name = id_text(record.name);
    spec.venue = id_text(record.venue);
    spec.venue_symbol = id_text(record.venue_symbol);
    spec.kind = record.kind;
    spec.base = id_text(record.base);
    spec.quote = id_text(record.quote);
    spec.tick = Decimal::from_abi(record.tick);
    spec.lot = Decimal::from_abi(record.lot);
    spec.quantity_min = Decimal::from_abi(record.quantity_min);
    spec.quantity_max = Decimal::from_abi(record.quantity_max);
    spec.notional_min = Decimal::from_abi(record.notional_min);
    spec.price_min = Decimal::from_abi(record.price_min);
    spec.price_max = Decimal::from_abi(record.price_max);
    spec.multiplier = Decimal::from_abi(record.multiplier);
    spec.close_time = Timestamp{record.close_time};
    spec.margin_initial = Decimal::from_abi(record.margin_initial);
    spec.margin_maintenance = Decimal::from_abi(record.margin_maintenance);
    spec.settle = id_text(record.settle);
    spec.status = record.status;
    return spec;
}

bool set_id(tradectl_id& id, std::string_view text) {
    if (text.size() > TRADECTL_ID_BYTES_MAX) return false;
    id = {};
    id.size = static_cast<std::uint8_t>(text.size());
    std::memcpy(id.text, text.data(), text.size());
    return true;
}

std::string_view kind_name(std::uint32_t kind) {
    for (const KindName& entry : kKindNames)
        if (entry.kind == kind) return entry.name;
    return {};
}

std::optional<std::uint32_t> kind_of(std::string_view name) {
    for (const KindName& entry : kKindNames)
        if (entry.name == name) return entry.kind;
    return std::nullopt;
}

Status check_spec(const InstrumentSpec& spec) {
    const std::pair<const char*, std::string_view> names[] = {
        {"name", spec.name}, {"venue", spec.venue}, {"base", spec.base}, {"quote", spec.quote}};
    for (const auto& [field, text] : names)
        if (auto status = check_name(spec, field, text); !status) return status;
    if (!spec.venue_symbol.empty())
        if (auto status = check_name(spec, "venue_symbol", spec.venue_symbol); !status)
            return status;
    if (spec.base == spec.quote)
        return refuse(spec, "base and quote are both " + spec.base + ", must differ");
    if (kind_name(spec.kind).empty())
        return refuse(spec, "kind is " + std::to_string(spec.kind) + ", which is none");

    if (spec.status < TRADECTL_INSTRUMENT_OPEN || spec.status > TRADECTL_INSTRUMENT_RESOLVED)
        return refuse(spec, "status is " + std::to_string(spec.status) + ", which is none");

    const std::pair<const char*, Decimal> grids[] = {
        {"tick", spec.tick}, {"lot", spec.lot}, {"multiplier", spec.multiplier}};
    for (const auto& [field, value] : grids)
        if (auto status = check_above_zero(spec, field, value); !status) return status;
    if (auto status = check_range(spec, "quantity", spec.quantity_min, spec.quantity_max); !status)
        return status;
    if (auto status = check_range(spec, "price", spec.price_min, spec.price_max); !status)
        return status;
    if (auto status = check_range(spec, "notional", spec.notional_min, Decimal::null()); !status)
        return status;
    if (auto status = check_grid(spec, "quantity_min", spec.quantity_min); !status) return status;
    if (auto status = check_grid(spec, "quantity_max", spec.quantity_max); !status) return status;
    if (auto status = check_margin(spec); !status) return status;
    return spec.kind == TRADECTL_INSTRUMENT_BINARY ? check_binary(spec) : Status{};
}

Expected<tradectl_instrument_handle> InstrumentTable::add(const InstrumentSpec& spec) {
    if (auto status = check_spec(spec); !status) return fail(status.error());
    if (by_name_.contains(spec.name)) return refuse(spec, "the name is taken");
    tradectl_instrument record = to_record(spec);
    const std::string symbol_key = pair_key(spec.venue, id_text(record.venue_symbol));
    if (by_symbol_.contains(symbol_key))
        return refuse(spec,
                      "venue_symbol " + std::string(id_text(record.venue_symbol)) + " of " +
                          spec.venue + " is taken");
    const auto base = add_asset(spec.base);
    if (!base) return fail(base.error());
    const auto quote = add_asset(spec.quote);
    if (!quote) return fail(quote.error());

    record.handle = size();
    record.base_asset = *base;
    record.quote_asset = *quote;
    record.settle_asset = spec.settle.empty() || spec.settle == spec.quote ? *quote : *base;
    instruments_.push_back(record);
    by_name_.emplace(spec.name, record.handle);
    by_symbol_.emplace(symbol_key, record.handle);
    return record.handle;
}

Expected<tradectl_asset_handle> InstrumentTable::add_asset(std::string_view name) {
    if (const auto known = find_asset(name)) return *known;
    if (name.empty() || name.size() > TRADECTL_ID_BYTES_MAX)
        return fail(ErrorCode::InvalidArgument,
                    "asset name has " + std::to_string(name.size()) + " bytes, must be 1 to " +
                        std::to_string(TRADECTL_ID_BYTES_MAX));
    const tradectl_asset_handle handle = asset_count();
    assets_.emplace_back(name);
    by_asset_.emplace(std::string(name), handle);
    return handle;
}

Expected<tradectl_account_handle> InstrumentTable::add_account(std::string_view venue,
                                                               std::string_view name) {
    const tradectl_account_handle handle = account_count();
    if (!by_account_.emplace(pair_key(venue, name), handle).second)
        return fail(
            ErrorCode::Config,
            "account " + std::string(name) + " of " + std::string(venue) + ": the name is taken");
    accounts_.push_back({std::string(venue), std::string(name)});
    return handle;
}

std::optional<tradectl_instrument_handle> InstrumentTable::find(std::string_view name) const {
    return look_up(by_name_, std::string(name));
}

std::optional<tradectl_instrument_handle> InstrumentTable::find_symbol(
    std::string_view venue, std::string_view venue_symbol) const {
    return look_up(by_symbol_, pair_key(venue, venue_symbol));
}

std::optional<tradectl_asset_handle> InstrumentTable::find_asset(std::string_view name) const {
    return look_up(by_asset_, std::string(name));
}

std::optional<tradectl_account_handle> InstrumentTable::find_account(std::string_view venue,
                                                                     std::string_view name) const {
    return look_up(by_account_, pair_key(venue, name));
}

const tradectl_instrument* InstrumentTable::instrument(tradectl_instrument_handle handle) const {
    return handle < instruments_.size() ? &instruments_[handle] : nullptr;
}

std::string_view InstrumentTable::asset(tradectl_asset_handle handle) const {
    return handle < assets_.size() ? std::string_view(assets_[handle]) : std::string_view();
}

const AccountName* InstrumentTable::account(tradectl_account_handle handle) const {
    return handle < accounts_.size() ? &accounts_[handle] : nullptr;
}

Expected<bool> InstrumentTable::update(tradectl_instrument_handle handle,
                                       const InstrumentSpec& spec) {
    if (handle >= instruments_.size())
        return fail(ErrorCode::NotFound, "no instrument with handle " + std::to_string(handle));
    if (auto status = check_spec(spec); !status) return fail(status.error());
    tradectl_instrument& known = instruments_[handle];
    tradectl_instrument record = to_record(spec);
    record.handle = handle;
    record.base_asset = known.base_asset;
    record.quote_asset = known.quote_asset;
    record.settle_asset = known.settle_asset;
    if (const char* field = fixed_difference(known, record))
        return refuse(spec, std::string(field) + " cannot change");
    const bool changed = std::memcmp(&known, &record, sizeof(record)) != 0;
    known = record;
    return changed;
}

Status InstrumentTable::set_tick(tradectl_instrument_handle handle, Decimal tick) {
    if (handle >= instruments_.size())
        return fail(ErrorCode::NotFound, "no instrument with handle " + std::to_string(handle));
    if (!tick.is_positive())
        return fail(ErrorCode::InvalidArgument,
                    "tick is " + tick.to_string() + ", must be above 0");
    instruments_[handle].tick = tick.to_abi();
    return {};
}

Status InstrumentTable::set_status(tradectl_instrument_handle handle, std::uint32_t status) {
    if (handle >= instruments_.size())
        return fail(ErrorCode::NotFound, "no instrument with handle " + std::to_string(handle));
    if (status < TRADECTL_INSTRUMENT_OPEN || status > TRADECTL_INSTRUMENT_RESOLVED)
        return fail(ErrorCode::InvalidArgument,
                    "instrument status is " + std::to_string(status) + ", which is none");
    instruments_[handle].status = status;
    return {};
}

}  // namespace tradectl::market

/// What can be traded: instruments, assets and accounts under small dense handles.
#pragma once

#include <tradectl/abi/types.h>
#include <tradectl/decimal.hpp>
#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tradectl::market {

/// An instrument as configuration or a venue describes it. A null decimal means "no such limit".
struct InstrumentSpec {
    std::string name;          ///< unique in the host, at most 95 bytes: "BTC-USD.paper"
    std::string venue;         ///< instance name of the exchange plugin
    std::string venue_symbol;  ///< the venue's own name; empty: same as `name`
    std::uint32_t kind = TRADECTL_INSTRUMENT_SPOT;
    std::string base;   ///< asset that is bought and sold
    std::string quote;  ///< asset that prices are in
    Decimal tick;       ///< price grid, above 0
    Decimal lot;        ///< quantity grid, above 0
    Decimal quantity_min = Decimal::null();
    Decimal quantity_max = Decimal::null();
    Decimal notional_min = Decimal::null();
    Decimal price_min = Decimal::null();
    Decimal price_max = Decimal::null();
    Decimal multiplier = Decimal::from_int(1);  ///< quote value of one unit at price 1
    Timestamp close_time = Timestamp::none();
    /// Margin accounting when given: fractions of the notional, 0 < maintenance <= initial <= 1.
    Decimal margin_initial = Decimal::null();
    Decimal margin_maintenance = Decimal::null();
    std::string settle;  ///< base or quote: what profit is paid in; empty: the quote
    std::uint32_t status = TRADECTL_INSTRUMENT_OPEN;
};

/// One account at one venue.
struct AccountName {
    std::string venue;
    std::string name;  ///< unique within the venue: "main"
};

/// Checks a spec by itself: names present and short enough, tick and lot above 0, limits not
/// negative, each minimum at most its maximum, quantity limits on the lot, binary prices within
/// 0..1, margins in their range. Config, naming the instrument, the field, the value and the bound.
Status check_spec(const InstrumentSpec& spec);

/// Owns the records; their addresses stay valid for the table's life. Handles start at 0, in the
/// order of adding, and are never reused. [engine]
class InstrumentTable {
  public:
    InstrumentTable() = default;
    InstrumentTable(const InstrumentTable&) = delete;
    InstrumentTable& operator=(const InstrumentTable&) = delete;

    /// Adds an instrument and, when new, its assets. Config when the spec is wrong or the name or
    /// the venue's symbol is taken.
    Expected<tradectl_instrument_handle> add(const InstrumentSpec& spec);
    /// Returns the asset's handle, a new one for a new name. InvalidArgument for an empty name or
    /// one above 95 bytes.
    Expected<tradectl_asset_handle> add_asset(std::string_view name);
    /// Config when the venue has that account already.
    Expected<tradectl_account_handle> add_account(std::string_view venue, std::string_view name);

    [[nodiscard]] std::optional<tradectl_instrument_handle> find(std::string_view name) const;
    [[nodiscard]] std::optional<tradectl_instrument_handle> find_symbol(
        std::string_view venue, std::string_view venue_symbol) const;
    [[nodiscard]] std::optional<tradectl_asset_handle> find_asset(std::string_view name) const;
    [[nodiscard]] std::optional<tradectl_account_handle> find_account(std::string_view venue,
                                                                      std::string_view name) const;

    /// The record, or null when there is no such handle.
    [[nodiscard]] const tradectl_instrument* instrument(tradectl_instrument_handle handle) const;
    /// The name, or empty when there is no such handle; valid for the table's life.
    [[nodiscard]] std::string_view asset(tradectl_asset_handle handle) const;
    [[nodiscard]] const AccountName* account(tradectl_account_handle handle) const;

    /// Takes over what may change of an instrument: grid, limits, close time, status. Returns
    /// whether anything did. NotFound; Config when the spec is wrong or is of another instrument:
    /// another name, symbol, kind, asset, multiplier or margin.
    Expected<bool> update(tradectl_instrument_handle handle, const InstrumentSpec& spec);
    /// Changes the price grid or the status between turns. NotFound, or InvalidArgument for a tick
    /// not above 0 or an unknown status.
    Status set_tick(tradectl_instrument_handle handle, Decimal tick);
    Status set_status(tradectl_instrument_handle handle, std::uint32_t status);

    [[nodiscard]] std::uint32_t size() const {
        return static_cast<std::uint32_t>(instruments_.size());
    }
    [[nodiscard]] std::uint32_t asset_count() const {
        return static_cast<std::uint32_t>(assets_.size());
    }
    [[nodiscard]] std::uint32_t account_count() const {
        return static_cast<std::uint32_t>(accounts_.size());
    }

  private:
    using Index = std::unordered_map<std::string, std::uint32_t>;

    std::deque<tradectl_instrument> instruments_;
    std::deque<std::string> assets_;
    std::deque<AccountName> accounts_;
    Index by_name_;
    Index by_symbol_;
    Index by_asset_;
    Index by_account_;
};

/// What a record says; its handles are left out.
[[nodiscard]] InstrumentSpec spec_of(const tradectl_instrument& record);

/// Text of an id field.
[[nodiscard]] inline std::string_view id_text(const tradectl_id& id) {
    return {id.text, id.size};
}
/// Copies text into an id field; false when it is longer than 95 bytes.
[[nodiscard]] bool set_id(tradectl_id& id, std::string_view text);

/// The name of an instrument kind ("spot"), or empty for an unknown one; and back.
[[nodiscard]] std::string_view kind_name(std::uint32_t kind);
[[nodiscard]] std::optional<std::uint32_t> kind_of(std::string_view name);

}  // namespace tradectl::market

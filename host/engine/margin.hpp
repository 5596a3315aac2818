/// Margin accounting of accounts: what a venue nets over all strategies of an account.
#pragma once

#include "host/execution/position.hpp"

#include <tradectl/abi/types.h>
#include <tradectl/decimal.hpp>
#include <tradectl/expected.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

namespace tradectl::engine {

struct Trading;

[[nodiscard]] inline bool is_margin(const tradectl_instrument& instrument) {
    return instrument.accounting == TRADECTL_ACCOUNTING_MARGIN;
}

/// An amount in the quote asset as an amount in the settle asset: the same, or divided by `price`
/// (rounded half-even) when the instrument settles in its base. Nothing when it does not fit or the
/// price is not known.
[[nodiscard]] std::optional<Decimal> in_settle_asset(const tradectl_instrument& instrument,
                                                     Decimal quote_amount,
                                                     Decimal price);

/// |quantity| * price * multiplier in the settle asset.
[[nodiscard]] std::optional<Decimal> settle_notional(const tradectl_instrument& instrument,
                                                     Decimal quantity,
                                                     Decimal price);

/// Net positions of accounts in margin instruments. [engine]
///
/// A venue knows accounts, not strategies: the profit that it books is that of the account's net
/// position, so the account's position is kept beside those of the strategies.
class MarginBook {
  public:
    /// What a fill does to the account's position; nothing is changed. Errors of
    /// execution::apply_fill.
    [[nodiscard]] Expected<execution::PositionChange> change(tradectl_account_handle account,
                                                             const tradectl_instrument& instrument,
                                                             std::uint8_t side,
                                                             Decimal price,
                                                             Decimal quantity) const;
    void set(tradectl_account_handle account,
             tradectl_instrument_handle instrument,
             const execution::Position& position);
    [[nodiscard]] execution::Position position(tradectl_account_handle account,
                                               tradectl_instrument_handle instrument) const;

    using Key = std::pair<tradectl_account_handle, tradectl_instrument_handle>;
    [[nodiscard]] const std::map<Key, execution::Position>& positions() const { return positions_; }

  private:
    std::map<Key, execution::Position> positions_;  // flat ones are left out
};

/// An account's open margin positions in one settle asset, at the marks of the moment.
struct MarginUse {
    Decimal unrealized;
    Decimal initial;   ///< margin kept back for them
    Decimal notional;  ///< sum of absolute values
};

/// Nothing when a position has no mark or a sum does not fit.
[[nodiscard]] std::optional<MarginUse> margin_use(const Trading& trading,
                                                  tradectl_account_handle account,
                                                  tradectl_asset_handle settle);

}  // namespace tradectl::engine

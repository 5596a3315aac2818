/// Balances of the venue's accounts.
#pragma once

#include "types.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tradectl::paper {

/// A table of accounts by assets. Never negative: total >= held >= 0 in every cell, but for assets
/// in which margin positions settle: there profit that is not booked yet may back what is held, and
/// losses may be kept. [engine]
class Accounts {
  public:
    /// Finds or adds by name.
    AccountIndex account(std::string_view name);
    AssetIndex asset(std::string_view name);
    /// `kNoIndex` when there is none.
    [[nodiscard]] AccountIndex find_account(std::string_view name) const;

    [[nodiscard]] const std::string& account_name(AccountIndex index) const {
        return account_names_[index];
    }
    [[nodiscard]] const std::string& asset_name(AssetIndex index) const {
        return asset_names_[index];
    }
    [[nodiscard]] std::size_t account_count() const { return account_names_.size(); }
    [[nodiscard]] std::size_t asset_count() const { return asset_names_.size(); }

    /// Margin positions settle in this asset.
    void allow_debt(AssetIndex asset);
    [[nodiscard]] bool allows_debt(AssetIndex asset) const {
        return asset < allows_debt_.size() && allows_debt_[asset] != 0;
    }

    [[nodiscard]] Balance get(AccountIndex account, AssetIndex asset) const;
    /// Writes a cell and remembers it for `take_changed`.
    void set(AccountIndex account, AssetIndex asset, Balance balance);
    /// Cells written since the last call, in order of account, then asset.
    using Cell = std::pair<AccountIndex, AssetIndex>;
    [[nodiscard]] std::vector<Cell> take_changed();
    [[nodiscard]] bool has_changed() const { return !changed_.empty(); }

  private:
    std::vector<std::string> account_names_;
    std::vector<std::string> asset_names_;
    std::map<std::string, AssetIndex, std::less<>> asset_by_name_;  ///< there may be thousands
    std::vector<std::vector<Balance>> table_;  ///< [account][asset], grown on demand
    std::vector<std::uint8_t> allows_debt_;    ///< by asset
    std::vector<Cell> changed_;
};

}  // namespace tradectl::paper

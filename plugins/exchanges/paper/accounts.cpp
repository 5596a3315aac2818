#include "accounts.hpp"

#include <algorithm>
#include <cstdint>

namespace tradectl::paper {

namespace {
std::uint32_t find_name(const std::vector<std::string>& names, std::string_view name) {
    const auto at = std::find(names.begin(), names.end(), name);
    return at == names.end() ? kNoIndex : static_cast<std::uint32_t>(at - names.begin());
}
}  // namespace

AccountIndex Accounts::account(std::string_view name) {
    const AccountIndex known = find_account(name);
    if (known != kNoIndex) return known;
    account_names_.emplace_back(name);
    return static_cast<AccountIndex>(account_names_.size() - 1);
}
AssetIndex Accounts::asset(std::string_view name) {
    const auto known = asset_by_name_.find(name);
    if (known != asset_by_name_.end()) return known->second;
    asset_names_.emplace_back(name);
    const auto index = static_cast<AssetIndex>(asset_names_.size() - 1);
    asset_by_name_.emplace(name, index);
    return index;
}
AccountIndex Accounts::find_account(std::string_view name) const {
    return find_name(account_names_, name);
}

void Accounts::allow_debt(AssetIndex asset) {
    if (asset >= allows_debt_.size()) allows_debt_.resize(asset + 1);
    allows_debt_[asset] = 1;
}

Balance Accounts::get(AccountIndex account, AssetIndex asset) const {
    if (account >= table_.size() || asset >= table_[account].size()) return {};
    return table_[account][asset];
}

void Accounts::set(AccountIndex account, AssetIndex asset, Balance balance) {
    if (balance.held.is_negative()) __builtin_trap();
    if (balance.held > balance.total && !allows_debt(asset)) __builtin_trap();
    if (account >= table_.size()) table_.resize(account + 1);
    if (asset >= table_[account].size()) table_[account].resize(asset + 1);
    table_[account][asset] = balance;
    const Cell cell{account, asset};
    if (changed_.empty() || changed_.back() != cell) changed_.push_back(cell);
}

std::vector<Accounts::Cell> Accounts::take_changed() {
    std::sort(changed_.begin(), changed_.end());
    changed_.erase(std::unique(changed_.begin(), changed_.end()), changed_.end());
    return std::exchange(changed_, {});
}

}  // namespace tradectl::paper

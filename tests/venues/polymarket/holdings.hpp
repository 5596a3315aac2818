/// Who holds what: on the chain, and in the venue's own view, which runs ahead of it.
#pragma once

#include "tests/venues/polymarket/values.hpp"

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

namespace polysim {

/// Assets are "pUSD", "USDC.e", "USDC" or a token's decimal id.
struct Transfer {
    Address account{};
    std::string asset;
    Micro change = 0;
};

struct Holding {
    Micro chain = 0;
    Micro pending = 0;   ///< matched, not yet in a block
    Micro reserved = 0;  ///< by open orders

    Micro venue() const { return chain + pending; }
    Micro free() const { return venue() - reserved; }
};

class Holdings {
  public:
    using Key = std::pair<Address, std::string>;

    Holding& at(const Address& account, const std::string& asset) { return all_[{account, asset}]; }
    Holding look(const Address& account, const std::string& asset) const {
        const auto found = all_.find({account, asset});
        return found == all_.end() ? Holding{} : found->second;
    }
    const std::map<Key, Holding>& all() const { return all_; }

    /// ERC-20 allowances by (owner, asset, spender).
    std::map<std::tuple<Address, std::string, Address>, Word> allowances;
    /// ERC-1155 approvals by (owner, contract, operator).
    std::set<std::tuple<Address, Address, Address>> approvals;

  private:
    std::map<Key, Holding> all_;
};

/// Addresses of one chain's contracts.
struct Contracts {
    Address collateral;
    Address usdc_e;
    Address usdc;
    Address outcomes;          ///< Conditional Tokens
    Address position_manager;  ///< Protocol V2
    /// By order version, plain and neg-risk.
    Address exchange(int version, bool neg_risk) const;
    std::uint64_t chain_id;

    static Contracts of(std::uint64_t chain_id);
};

}  // namespace polysim

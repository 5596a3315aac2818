/// What may be signed: pure rules over what was decoded.
#pragma once

#include "host/keys/evm_word.hpp"
#include "host/keys/transaction.hpp"
#include "host/keys/typed_data.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::keys {

struct SigningPolicy {
    enum class Allowances {
        Limited,    ///< nobody gets an allowance of 2^255 or more, nor a whole ERC-1155 collection
        Unlimited,  ///< allowed contracts may get these
    };

    std::vector<std::string> keys;      ///< that may be used
    std::vector<std::uint64_t> chains;  ///< chain ids
    std::vector<Address> contracts;     ///< verifying contracts, targets of calls, spenders
    Allowances allowances = Allowances::Limited;
};

/// Denied unless the key is granted.
Status check_key(const SigningPolicy& policy, std::string_view name);

/// Denied unless the domain names an allowed chain and, when it names a contract, an allowed one;
/// every `spender` in the message must be allowed, and every call that it allows must pass
/// `check_call`.
Status check_typed(const SigningPolicy& policy, const TypedHash& hash, const Address& signer);

/// Denied unless chain and target are allowed and the call passes `check_call`.
Status check_transaction(const SigningPolicy& policy,
                         const Transaction& transaction,
                         const Address& signer);

/// A call to `target`, which must be allowed. Approvals of ERC-20, ERC-721 and ERC-1155 must name
/// an allowed spender, transfers of tokens must go to an allowed contract or back to the signer;
/// calls that the list does not know pass, because their target is trusted.
Status check_call(const SigningPolicy& policy,
                  const Address& target,
                  std::span<const std::byte> data,
                  const Address& signer);

}  // namespace tradectl::keys

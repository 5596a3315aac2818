#include "host/keys/signing_policy.hpp"

#include "host/base/hex.hpp"

#include <algorithm>
#include <array>

namespace tradectl::keys {
namespace {

constexpr std::size_t kSelectorBytes = 4;
constexpr unsigned kLimitedBits = 255;

enum class Meaning { Approval, Transfer };

struct KnownCall {
    std::string_view selector;  ///< first bytes of the Keccak-256 of the signature
    std::string_view signature;
    Meaning meaning;
    std::size_t who;       ///< index of the argument that names who gets something
    std::size_t how_much;  ///< index of the amount, or of the boolean, of an approval
};

constexpr std::array<KnownCall, 10> kKnownCalls = {{
    {"095ea7b3", "approve(address,uint256)", Meaning::Approval, 0, 1},
    {"39509351", "increaseAllowance(address,uint256)", Meaning::Approval, 0, 1},
    {"a22cb465", "setApprovalForAll(address,bool)", Meaning::Approval, 0, 1},
    {"d505accf",
     "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)",
     Meaning::Approval,
     1,
     2},
    {"a9059cbb", "transfer(address,uint256)", Meaning::Transfer, 0, 1},
    {"23b872dd", "transferFrom(address,address,uint256)", Meaning::Transfer, 1, 2},
    {"42842e0e", "safeTransferFrom(address,address,uint256)", Meaning::Transfer, 1, 2},
    {"b88d4fde", "safeTransferFrom(address,address,uint256,bytes)", Meaning::Transfer, 1, 2},
    {"f242432a",
     "safeTransferFrom(address,address,uint256,uint256,bytes)",
     Meaning::Transfer,
     1,
     3},
    {"2eb2c2d6",
     "safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)",
     Meaning::Transfer,
     1,
     3},
}};

Unexpected denied(const std::string& what) {
    return fail(ErrorCode::Denied, "signing: " + what);
}

bool is_allowed(const SigningPolicy& policy, const Address& contract) {
    return std::find(policy.contracts.begin(), policy.contracts.end(), contract) !=
           policy.contracts.end();
}

Status check_chain(const SigningPolicy& policy, const Word& chain_id) {
    const auto id = as_uint64(chain_id);
    if (!id) return denied("chain id above 2^64");
    if (std::find(policy.chains.begin(), policy.chains.end(), *id) != policy.chains.end())
        return {};
    std::string allowed;
    for (const std::uint64_t chain : policy.chains)
        allowed += (allowed.empty() ? "" : ", ") + std::to_string(chain);
    return denied("chain id " + std::to_string(*id) + " is not among signing.chains (" +
                  (allowed.empty() ? "none" : allowed) + ")");
}

Word argument(std::span<const std::byte> data, std::size_t index) {
    Word word{};
    const auto from = data.subspan(kSelectorBytes + index * word.size(), word.size());
    std::copy(from.begin(), from.end(), word.begin());
    return word;
}

Status check_approval(const SigningPolicy& policy, const KnownCall& call, const Word& amount) {
    if (policy.allowances == SigningPolicy::Allowances::Unlimited) return {};
    const bool whole = call.signature.starts_with("setApprovalForAll");
    if (!whole && bit_length(amount) <= kLimitedBits) return {};
    return denied(std::string(call.signature) + ": an unlimited allowance is not allowed");
}

Status check_known(const SigningPolicy& policy,
                   const KnownCall& call,
                   std::span<const std::byte> data,
                   const Address& signer) {
    if (data.size() < kSelectorBytes + (std::max(call.who, call.how_much) + 1) * sizeof(Word))
        return denied(std::string(call.signature) + ": arguments are cut off");
    const Word who = argument(data, call.who);
    const Word amount = argument(data, call.how_much);
    if (bit_length(who) > 160) return denied(std::string(call.signature) + ": no address");
    Address address{};
    std::copy(who.end() - address.size(), who.end(), address.begin());
    const bool approval = call.meaning == Meaning::Approval;
    if (approval && bit_length(amount) == 0) return {};  // takes an allowance back
    if (!is_allowed(policy, address) && (approval || address != signer)) {
        return denied(std::string(call.signature) + (approval ? ": spender " : ": recipient ") +
                      to_text(address) + " is not among signing.contracts");
    }
    return approval ? check_approval(policy, call, amount) : Status();
}

}  // namespace

Status check_key(const SigningPolicy& policy, std::string_view name) {
    if (std::find(policy.keys.begin(), policy.keys.end(), name) != policy.keys.end()) return {};
    return denied("key '" + std::string(name) + "' is not granted to this exchange");
}

Status check_call(const SigningPolicy& policy,
                  const Address& target,
                  std::span<const std::byte> data,
                  const Address& signer) {
    if (!is_allowed(policy, target))
        return denied("contract " + to_text(target) + " is not among signing.contracts");
    if (data.size() < kSelectorBytes) return {};
    const std::string selector = to_hex(data.first(kSelectorBytes));
    for (const KnownCall& call : kKnownCalls) {
        if (call.selector == selector) return check_known(policy, call, data, signer);
    }
    return {};
}

Status check_typed(const SigningPolicy& policy, const TypedHash& hash, const Address& signer) {
    const Domain& domain = *hash.domain;
    if (!domain.chain_id)
        return denied("the domain '" + domain.name + "' names no chain, so it holds on every one");
    if (auto chain = check_chain(policy, *domain.chain_id); !chain) return chain;
    if (domain.contract && !is_allowed(policy, *domain.contract))
        return denied("verifying contract " + to_text(*domain.contract) +
                      " is not among signing.contracts");
    for (const Address& spender : hash.spenders) {
        if (!is_allowed(policy, spender))
            return denied(hash.primary->name + ": spender " + to_text(spender) +
                          " is not among signing.contracts");
    }
    for (const AllowedCall& call : hash.calls) {
        if (auto checked = check_call(policy, call.target, call.data, signer); !checked)
            return checked;
    }
    return {};
}

Status check_transaction(const SigningPolicy& policy,
                         const Transaction& transaction,
                         const Address& signer) {
    if (auto chain = check_chain(policy, transaction.chain_id); !chain) return chain;
    // A transaction to oneself, worth nothing, cancels another of the same nonce.
    if (transaction.to == signer && transaction.data.empty()) return {};
    return check_call(policy, transaction.to, transaction.data, signer);
}

}  // namespace tradectl::keys

/// Ethereum transactions: legacy with a chain id (EIP-155), type 1 (EIP-2930), type 2 (EIP-1559).
#pragma once

#include "host/keys/rlp.hpp"
#include "host/keys/secp256k1_key.hpp"

#include <tradectl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace tradectl::keys {

struct AccessEntry {
    Address address{};
    std::vector<Word> slots;
};

enum class TransactionType : std::uint8_t { Legacy = 0, AccessList = 1, DynamicFee = 2 };

struct Transaction {
    TransactionType type = TransactionType::DynamicFee;
    Word chain_id{};
    Word nonce{};
    Word gas_price{};  ///< of Legacy and AccessList; the others have the two below
    Word priority_fee_max{};
    Word fee_max{};
    Word gas_limit{};
    Address to{};
    Word value{};
    std::vector<std::byte> data;
    std::vector<AccessEntry> access_list;
};

/// Reads `{"chainId":..,"nonce":..,"maxPriorityFeePerGas":..,"maxFeePerGas":..,"gasLimit":..,
/// "to":"0x..","value":..,"data":"0x..","accessList":[..],"type":..}`; `gasPrice` in place of the
/// fee pair makes it legacy, with an access list type 1. Numbers are decimal or 0x-hex texts or
/// JSON integers. `value`, `data`, `accessList` and `type` may be left out. InvalidArgument names
/// the member: missing, unknown, out of range, no `to` (a contract creation), a tip above the fee.
/// [any]
Expected<Transaction> read_transaction(std::string_view json);

/// What is hashed and signed.
[[nodiscard]] std::vector<std::byte> unsigned_bytes(const Transaction& transaction);
/// The raw transaction; its Keccak-256 is the transaction's hash.
[[nodiscard]] std::vector<std::byte> signed_bytes(const Transaction& transaction,
                                                  const RecoverableSignature& signature);

}  // namespace tradectl::keys

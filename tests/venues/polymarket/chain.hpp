/// The chain behind the JSON-RPC nodes: contract reads, and transactions with their senders.
#pragma once

#include "tests/venues/polymarket/world.hpp"

namespace polysim {

/// First four bytes of the hash of a function's signature.
Bytes selector(const std::string& signature);

/// Answer of a contract to `data`; nothing when it would revert or is not there.
std::optional<Bytes> call_contract(World& world,
                                   const Holdings& holdings,
                                   const Address& to,
                                   const Bytes& data);

/// A transaction taken apart: sender recovered, nothing applied yet.
struct Transaction {
    std::string hash;
    std::uint64_t chain_id = 0;
    std::uint64_t nonce = 0;
    Address from{};
    Address to{};
    Bytes data;
    Word max_fee{};
    Word tip{};
    Word gas_limit{};
};

/// Types 0 (EIP-155), 1 and 2. Nothing when malformed or signed badly.
std::optional<Transaction> read_transaction(const Bytes& raw);
/// Takes a raw transaction into the chain at once, or says why not, in a node's words.
struct Sent {
    std::string hash;
    std::string error;
};
Sent send_transaction(World& world, const Bytes& raw);

/// What one share of outcome `index` redeems for, in millionths; nothing before resolution.
std::optional<Micro> payout_of(const Market& market, int index);

}  // namespace polysim

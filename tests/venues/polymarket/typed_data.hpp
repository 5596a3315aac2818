/// What wallets sign for this venue: EIP-712 digests of authentication and of orders.
#pragma once

#include "tests/venues/polymarket/values.hpp"

#include <string>

namespace polysim {

/// Digest of `ClobAuth` for chain `chain_id`; `timestamp` is signed as text.
Word auth_digest(std::uint64_t chain_id,
                 const Address& address,
                 const std::string& timestamp,
                 const Word& nonce);

/// The members of a signed order of any version; those that a version lacks are not hashed.
struct SignedOrder {
    int version = 2;
    Word salt{};
    Address maker{};
    Address signer{};
    Address taker{};
    Word token{};
    Word maker_amount{};
    Word taker_amount{};
    Word expiration{};
    Word nonce{};
    Word fee_rate_bps{};
    std::uint8_t side = 0;
    std::uint8_t signature_type = 0;
    Word timestamp{};
    Word metadata{};
    Word builder{};
};

/// Type text of `Order`: versions 2 and 3 share theirs.
std::string order_type(int version);
Word order_struct_hash(const SignedOrder& order);
Word exchange_domain(int version, std::uint64_t chain_id, const Address& exchange);
/// 0x1901, domain, struct: for an order this is its id.
Word typed_digest(const Word& domain, const Word& struct_hash);

/// What the owner of a deposit wallet signs (ERC-7739): `TypedDataSign` around the order, under
/// the exchange's domain.
Word nested_digest(const SignedOrder& order, std::uint64_t chain_id, const Word& domain);
/// Signature as posted for type 3, cut into its 65-byte core; empty unless the rest repeats
/// `domain`, the order's struct hash, its type text and that text's length.
Bytes nested_core(const Bytes& signature, const SignedOrder& order, const Word& domain);
/// Puts a core into the posted form.
Bytes nested_signature(const Bytes& core, const SignedOrder& order, const Word& domain);

/// Wallets that the factories would create for `owner` on any chain.
Address proxy_wallet(const Address& owner);
Address safe_wallet(const Address& owner);

}  // namespace polysim

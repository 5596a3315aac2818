#include "tests/venues/polymarket/typed_data.hpp"

#include "tests/venues/polymarket/crypto.hpp"

#include <algorithm>

namespace polysim {
namespace {

constexpr const char* kExchangeDomain =
    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";

Bytes joined(std::initializer_list<Bytes> parts) {
    Bytes all;
    for (const auto& part : parts)
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

Bytes bytes_of(const Word& word) {
    return {word.begin(), word.end()};
}

/// CREATE2: the last 20 bytes of keccak256(0xff, factory, salt, hash of the init code).
Address create2(const char* factory, const Word& salt, const char* init_code_hash) {
    return address_of(keccak256(
        joined({Bytes{0xFF}, *from_hex(factory), bytes_of(salt), *from_hex(init_code_hash)})));
}

}  // namespace

Word auth_digest(std::uint64_t chain_id,
                 const Address& address,
                 const std::string& timestamp,
                 const Word& nonce) {
    const Word domain =
        keccak256({keccak256("EIP712Domain(string name,string version,uint256 chainId)"),
                   keccak256("ClobAuthDomain"),
                   keccak256("1"),
                   word_of(chain_id)});
    const Word body = keccak256(
        {keccak256("ClobAuth(address address,string timestamp,uint256 nonce,string message)"),
         word_of(address),
         keccak256(timestamp),
         nonce,
         keccak256("This message attests that I control the given wallet")});
    return typed_digest(domain, body);
}

std::string order_type(int version) {
    if (version == 1) {
        return "Order(uint256 salt,address maker,address signer,address taker,uint256 tokenId,"
               "uint256 makerAmount,uint256 takerAmount,uint256 expiration,uint256 nonce,"
               "uint256 feeRateBps,uint8 side,uint8 signatureType)";
    }
    return "Order(uint256 salt,address maker,address signer,uint256 tokenId,uint256 makerAmount,"
           "uint256 takerAmount,uint8 side,uint8 signatureType,uint256 timestamp,"
           "bytes32 metadata,bytes32 builder)";
}

Word order_struct_hash(const SignedOrder& o) {
    const Word type = keccak256(order_type(o.version));
    const Word side = word_of(std::uint64_t{o.side});
    const Word wallet = word_of(std::uint64_t{o.signature_type});
    if (o.version == 1) {
        return keccak256({type,
                          o.salt,
                          word_of(o.maker),
                          word_of(o.signer),
                          word_of(o.taker),
                          o.token,
                          o.maker_amount,
                          o.taker_amount,
                          o.expiration,
                          o.nonce,
                          o.fee_rate_bps,
                          side,
                          wallet});
    }
    return keccak256({type,
                      o.salt,
                      word_of(o.maker),
                      word_of(o.signer),
                      o.token,
                      o.maker_amount,
                      o.taker_amount,
                      side,
                      wallet,
                      o.timestamp,
                      o.metadata,
                      o.builder});
}

Word exchange_domain(int version, std::uint64_t chain_id, const Address& exchange) {
    return keccak256({keccak256(kExchangeDomain),
                      keccak256("Polymarket CTF Exchange"),
                      keccak256(std::to_string(version)),
                      word_of(chain_id),
                      word_of(exchange)});
}

Word typed_digest(const Word& domain, const Word& struct_hash) {
    return keccak256(joined({Bytes{0x19, 0x01}, bytes_of(domain), bytes_of(struct_hash)}));
}

Word nested_digest(const SignedOrder& order, std::uint64_t chain_id, const Word& domain) {
    const std::string type =
        "TypedDataSign(Order contents,string name,string version,uint256 chainId,"
        "address verifyingContract,bytes32 salt)" +
        order_type(order.version);
    return typed_digest(domain,
                        keccak256({keccak256(type),
                                   order_struct_hash(order),
                                   keccak256("DepositWallet"),
                                   keccak256("1"),
                                   word_of(chain_id),
                                   word_of(order.maker),
                                   Word{}}));
}

Bytes nested_signature(const Bytes& core, const SignedOrder& order, const Word& domain) {
    const std::string type = order_type(order.version);
    return joined({core,
                   bytes_of(domain),
                   bytes_of(order_struct_hash(order)),
                   Bytes{type.begin(), type.end()},
                   Bytes{static_cast<std::uint8_t>(type.size() >> 8),
                         static_cast<std::uint8_t>(type.size() & 0xFF)}});
}

Bytes nested_core(const Bytes& signature, const SignedOrder& order, const Word& domain) {
    if (signature.size() < 65) return {};
    const Bytes core{signature.begin(), signature.begin() + 65};
    return signature == nested_signature(core, order, domain) ? core : Bytes{};
}

Address proxy_wallet(const Address& owner) {
    return create2("0xaB45c5A4B0c941a2F231C04C3f49182e1A254052",
                   keccak256(Bytes{owner.begin(), owner.end()}),
                   "0xd21df8dc65880a8606f09fe0ce3df9b8869287ab0b058be05aa9e8af6330a00b");
}

Address safe_wallet(const Address& owner) {
    return create2("0xaacFeEa03eb1561C4e67d661e40682Bd20E3541b",
                   keccak256({word_of(owner)}),
                   "0x2bce2127ff07fb632d16c8347c4ebf501f4841168bed00d9e6ef715ddb6fcecf");
}

}  // namespace polysim

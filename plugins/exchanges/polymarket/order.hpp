/// An order as the venue's contracts hash it and as its API carries it.
///
/// The EIP-712 digest is the order's id at the venue, so it is known before anything is signed.
#pragma once

#include "amounts.hpp"
#include "bytes.hpp"

#include <tradectl/enums.hpp>
#include <tradectl/expected.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace tradectl::polymarket {

/// Keccak-256 of the host.
using Keccak = std::function<Word(Bytes)>;

/// Which wallet an order's maker is.
enum class SignatureType : int { Eoa = 0, Proxy = 1, Safe = 2, Contract = 3 };

/// An address with its EIP-55 text.
struct NamedAddress {
    Address bytes{};
    std::string text;
};
/// Reads an address; the text comes out in EIP-55 case. InvalidArgument when it is none, or when
/// its mixed case does not match its checksum.
[[nodiscard]] Expected<NamedAddress> checksum_address(std::string_view text, const Keccak& keccak);

struct Order {
    int version = 2;  ///< 1, 2 or 3
    std::uint64_t chain_id = 137;
    NamedAddress exchange;  ///< the verifying contract
    std::uint64_t salt = 0;
    NamedAddress maker;   ///< who holds the funds
    NamedAddress signer;  ///< who signs; of a contract wallet the wallet itself
    std::string token_id;
    Amounts amounts;
    Side side = Side::Buy;
    SignatureType signature_type = SignatureType::Eoa;
    std::uint64_t timestamp_ms = 0;
    std::uint64_t expiration_s = 0;  ///< 0: none; signed in version 1 alone
    Word metadata{};
    Word builder{};
    std::uint64_t nonce = 0;         ///< version 1
    std::uint64_t fee_rate_bps = 0;  ///< version 1
    std::string order_type;          ///< "GTC", "GTD", "FOK" or "FAK"
    bool post_only = false;
};

struct OrderHashes {
    Word domain_separator{};
    Word struct_hash{};
    Word digest{};
};

/// Computes digests; keeps type hashes and domain separators. [engine]
class OrderHasher {
  public:
    explicit OrderHasher(Keccak keccak) : keccak_(std::move(keccak)) {}
    /// InvalidArgument for a token id that is no uint256, or an unknown version.
    [[nodiscard]] Expected<OrderHashes> hash(const Order& order);

  private:
    [[nodiscard]] const Word& domain_separator(const Order& order);
    [[nodiscard]] Word text_hash(std::string_view text) const { return keccak_(as_bytes(text)); }

    Keccak keccak_;
    std::map<std::tuple<int, std::uint64_t, std::string>, Word> separators_;  ///< by chain too
    std::map<int, Word> type_hashes_;
};

/// The type string of Order, which ERC-7739 repeats behind the signature.
[[nodiscard]] std::string_view order_type_string(int version);

/// What the host is asked to sign (EIP-712): the order, or for a contract wallet the order nested
/// in TypedDataSign (ERC-7739).
[[nodiscard]] std::string typed_data_json(const Order& order);

/// The signature as the venue wants it: 0x hex of the 65 bytes, for a contract wallet followed by
/// the exchange's domain separator, the struct hash, the type string and its length.
[[nodiscard]] std::string wire_signature(const Order& order,
                                         const OrderHashes& hashes,
                                         Bytes signature);

/// One element of POST /order and POST /orders, compact. `owner` is the API key.
[[nodiscard]] std::string order_json(const Order& order,
                                     std::string_view signature,
                                     std::string_view owner);

}  // namespace tradectl::polymarket

/// EIP-712 typed data: from JSON to the digest that is signed.
#pragma once

#include "host/keys/typed_types.hpp"

#include <tradectl/expected.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::keys {

/// A call to a contract that the message allows somebody to make (see `Structure`).
struct AllowedCall {
    Address target{};
    std::vector<std::byte> data;
};

struct TypedHash {
    const Domain* domain = nullptr;      ///< valid until the next call
    const Structure* primary = nullptr;  ///< so is this
    Word struct_hash{};
    Word digest{};  ///< what is signed
    std::vector<AllowedCall> calls;
    std::vector<Address> spenders;  ///< address members `spender`, of any struct in it
};

/// Hashes typed data as eth_signTypedData has it: `{"domain":{..},"primaryType":"..","types":{..},
/// "message":{..}}`, members in any order. Integers are decimal or 0x-hex texts or JSON integers,
/// addresses and bytes 0x-hex texts. Types and domains seen before are not computed again when
/// their text is the same. [any], one thread at a time.
class TypedDataHasher {
  public:
    TypedDataHasher();
    ~TypedDataHasher();
    TypedDataHasher(TypedDataHasher&&) noexcept;
    TypedDataHasher& operator=(TypedDataHasher&&) noexcept;

    /// InvalidArgument names what is wrong: JSON, a type, a member that is missing, unknown, given
    /// twice or out of its type's range.
    Expected<TypedHash> hash(std::string_view json);

  private:
    struct Cache;
    std::unique_ptr<Cache> cache_;
};

/// The last step: keccak256(0x1901, domain separator, struct hash).
[[nodiscard]] Word typed_digest(const Word& domain_separator, const Word& struct_hash);

}  // namespace tradectl::keys

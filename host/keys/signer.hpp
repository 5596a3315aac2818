/// Signs what plugins ask for, when the configuration allows it.
#pragma once

#include "host/keys/key_store.hpp"
#include "host/keys/signing_policy.hpp"
#include "host/keys/typed_data.hpp"

#include <tradectl/enums.hpp>
#include <tradectl/expected.hpp>

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::keys {

struct SignRequest {
    SignKind kind = SignKind::Eip712;
    std::string_view key;
    std::span<const std::byte> payload;  ///< JSON or bytes, as abi/wire.h says
};

/// One use of a key, for the record: no bytes of it.
struct KeyUse {
    std::string_view key;
    std::string_view fingerprint;
    std::string_view purpose;  ///< "eip712 Order", "transaction to 0x..", "hmac", "slot", ...
};
/// Called on the thread that signs, before the signature is given away.
using KeyUseLog = std::function<void(const KeyUse&)>;

/// Signs for one exchange. [any], one thread at a time.
class Signer {
  public:
    /// `store` must outlive the signer.
    Signer(const KeyStore& store, SigningPolicy policy, KeyUseLog log = {});

    /// Eip712: r, s, v (27 or 28). EthTx: the raw transaction. HmacSha256: 32 bytes. Ed25519 and
    /// SolanaMessage: 64 bytes. Es256Jwt: the token's text. Denied names what the policy does not
    /// allow, NotFound a key that is not there, InvalidArgument what is wrong with key or payload.
    Expected<std::vector<std::byte>> sign(const SignRequest& request);

  private:
    Expected<std::vector<std::byte>> sign_typed(const Key& key, std::string_view payload);
    Expected<std::vector<std::byte>> sign_transaction(const Key& key, std::string_view payload);
    Expected<std::shared_ptr<const Key>> find(const SignRequest& request) const;
    void record(std::string_view name, const Key& key);

    const KeyStore& store_;
    SigningPolicy policy_;
    KeyUseLog log_;
    TypedDataHasher hasher_;
    std::string purpose_;
};

/// `{"header":{..},"claims":{..}}` as a JWT in the compact form (RFC 7515, 7519); `alg` is ES256,
/// and added when the header has none. InvalidArgument for other JSON.
Expected<std::string> make_es256_token(const Key& key, std::string_view payload);

}  // namespace tradectl::keys

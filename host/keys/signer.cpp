#include "host/keys/signer.hpp"

#include "host/base/base64.hpp"
#include "host/base/json.hpp"
#include "host/keys/transaction.hpp"

namespace tradectl::keys {
namespace {

std::string_view text_of(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

template <typename Bytes>
std::vector<std::byte> copy_of(const Bytes& bytes) {
    return {bytes.begin(), bytes.end()};
}

/// The kind of key that the request needs; nothing for an unknown request.
std::optional<KeyKind> needed_kind(SignKind kind) {
    switch (kind) {
        case SignKind::Eip712:
        case SignKind::EthTx: return KeyKind::Secp256k1;
        case SignKind::HmacSha256: return KeyKind::Hmac;
        case SignKind::SolanaMessage:
        case SignKind::Ed25519: return KeyKind::Ed25519;
        case SignKind::Es256Jwt: return KeyKind::Es256;
    }
    return std::nullopt;
}

/// RFC 7515, section 2: the URL-safe alphabet without padding.
std::string base64url(std::span<const std::byte> bytes) {
    std::string text = to_base64(bytes);
    while (!text.empty() && text.back() == '=')
        text.pop_back();
    for (char& c : text) {
        if (c == '+') c = '-';
        if (c == '/') c = '_';
    }
    return text;
}

}  // namespace

Signer::Signer(const KeyStore& store, SigningPolicy policy, KeyUseLog log)
    : store_(store), policy_(std::move(policy)), log_(std::move(log)) {}

Expected<std::shared_ptr<const Key>> Signer::find(const SignRequest& request) const {
    const std::string name(request.key);
    const auto kind = needed_kind(request.kind);
    if (!kind) {
        return fail(ErrorCode::Unsupported,
                    "signing: no kind " + std::to_string(static_cast<std::uint32_t>(request.kind)));
    }
    if (auto granted = check_key(policy_, name); !granted) return fail(granted.error());
    auto key = store_.find(name);
    if (!key) return fail(ErrorCode::NotFound, "signing: key '" + name + "' is not there");
    if (key->kind() != *kind) {
        return fail(ErrorCode::InvalidArgument,
                    "signing: key '" + name + "' is of kind " +
                        std::string(to_string(key->kind())) + ", " + std::string(to_string(*kind)) +
                        " is needed");
    }
    return key;
}

Expected<std::vector<std::byte>> Signer::sign(const SignRequest& request) {
    const auto found = find(request);
    if (!found) return fail(found.error());
    const Key& key = **found;
    const std::string_view text = text_of(request.payload);
    Expected<std::vector<std::byte>> made = std::vector<std::byte>();
    switch (request.kind) {
        case SignKind::Eip712: made = sign_typed(key, text); break;
        case SignKind::EthTx: made = sign_transaction(key, text); break;
        case SignKind::HmacSha256:
            purpose_ = "hmac";
            made = copy_of(key.hmac(request.payload));
            break;
        case SignKind::SolanaMessage:
        case SignKind::Ed25519:
            purpose_ = request.kind == SignKind::Ed25519 ? "ed25519" : "solana message";
            made = copy_of(key.sign_ed25519(request.payload));
            break;
        case SignKind::Es256Jwt: {
            purpose_ = "jwt";
            const auto token = make_es256_token(key, text);
            if (!token) return fail(token.error());
            made = copy_of(bytes_of(*token));
            break;
        }
    }
    if (made) record(request.key, key);
    return made;
}

Expected<std::vector<std::byte>> Signer::sign_typed(const Key& key, std::string_view payload) {
    const auto hash = hasher_.hash(payload);
    if (!hash) return fail(hash.error());
    if (auto allowed = check_typed(policy_, *hash, key.address().value_or(Address())); !allowed)
        return fail(allowed.error());
    if (log_) purpose_ = "eip712 " + hash->primary->name;
    return copy_of(in_one(key.sign_digest(hash->digest)));
}

Expected<std::vector<std::byte>> Signer::sign_transaction(const Key& key,
                                                          std::string_view payload) {
    const auto transaction = read_transaction(payload);
    if (!transaction) return fail(transaction.error());
    const Address signer = key.address().value_or(Address());
    if (auto allowed = check_transaction(policy_, *transaction, signer); !allowed)
        return fail(allowed.error());
    if (log_) purpose_ = "transaction to " + to_text(transaction->to);
    const Word digest = keccak256(unsigned_bytes(*transaction));
    return signed_bytes(*transaction, key.sign_digest(digest));
}

void Signer::record(std::string_view name, const Key& key) {
    if (log_) log_({name, key.fingerprint(), purpose_});
}

Expected<std::string> make_es256_token(const Key& key, std::string_view payload) {
    const auto bad = [](const std::string& what) {
        return fail(ErrorCode::InvalidArgument, "jwt: " + what);
    };
    const auto json = parse_json(payload, {.bytes_max = 65536});
    if (!json) return bad(json.error().message);
    const Json* claims = json->find("claims");
    const Json* given = json->find("header");
    if (claims == nullptr || claims->as_object() == nullptr) return bad("claims is no object");
    if (given != nullptr && given->as_object() == nullptr) return bad("header is no object");
    if (json->as_object()->size() != (given == nullptr ? 1U : 2U)) return bad("an unknown member");
    Json header = given == nullptr ? Json::object() : *given;
    if (header.find("alg") == nullptr) header.set("alg", "ES256");
    if (header.find_text("alg") != "ES256") return bad("alg is not ES256");
    std::string token =
        base64url(bytes_of(header.dump())) + "." + base64url(bytes_of(claims->dump()));
    token += "." + base64url(key.sign_es256(bytes_of(token)));
    return token;
}

}  // namespace tradectl::keys

#include "tests/venues/polymarket/access.hpp"

#include "tests/venues/polymarket/crypto.hpp"
#include "tests/venues/polymarket/typed_data.hpp"

#include <cstdlib>

namespace polysim {
namespace {

bool near_clock(const World& world, const std::string& timestamp) {
    const auto seconds = units_from(timestamp);
    return seconds &&
           std::abs(*seconds - world.now_ms() / 1000) <= world.settings.clock_tolerance_s;
}

/// The wallet that signed the L1 headers.
std::optional<Address> check_wallet(const World& world,
                                    const Request& request,
                                    LoggedRequest& entry) {
    entry.level = "L1";
    const auto address = address_from(request.header("POLY_ADDRESS"));
    const auto signature = from_hex(request.header("POLY_SIGNATURE"));
    const auto nonce = word_from_decimal(request.header("POLY_NONCE"));
    const std::string timestamp = request.header("POLY_TIMESTAMP");
    if (!address || !signature || !nonce) {
        entry.reason = "a header is missing or malformed";
    } else if (!near_clock(world, timestamp)) {
        entry.reason = "timestamp is not near the clock";
    } else if (recover(auth_digest(world.settings.chain_id, *address, timestamp, *nonce),
                       *signature) != address) {
        entry.reason = "signature is not the address's";
    } else {
        entry.verified = true;
        return address;
    }
    return std::nullopt;
}

const ApiKey* find_key(const World& world, const Address& address, const std::string& nonce) {
    for (const auto& [id, key] : world.keys) {
        if (key.address == address && key.nonce == nonce) return &key;
    }
    return nullptr;
}

Response key_answer(const ApiKey& key) {
    return json_answer(
        Json::object({{"apiKey", key.id}, {"secret", key.secret}, {"passphrase", key.passphrase}}));
}

}  // namespace

Response json_answer(const Json& body, int status) {
    return {status, body.dump(), {{"Content-Type", "application/json"}}};
}

Response error_answer(int status, const std::string& text) {
    return json_answer(Json::object({{"error", text}}), status);
}

Response create_key(World& world, const Request& request, LoggedRequest& entry) {
    const auto address = check_wallet(world, request, entry);
    if (!address) return error_answer(401, "Invalid L1 Request headers");
    const std::string nonce = request.header("POLY_NONCE");
    if (find_key(world, *address, nonce) != nullptr) {
        return error_answer(400, "Could not create api key");
    }
    Bytes secret(32);
    for (auto& byte : secret)
        byte = static_cast<std::uint8_t>(world.random() & 0xFF);
    const ApiKey key{
        world.uuid(), to_base64_url(secret), world.random_hex(32).substr(2), *address, nonce};
    world.keys[key.id] = key;
    return key_answer(key);
}

Response derive_key(World& world, const Request& request, LoggedRequest& entry) {
    const auto address = check_wallet(world, request, entry);
    if (!address) return error_answer(401, "Invalid L1 Request headers");
    const ApiKey* key = find_key(world, *address, request.header("POLY_NONCE"));
    return key == nullptr ? error_answer(400, "Could not derive api key!") : key_answer(*key);
}

const ApiKey* check_hmac(World& world, const Request& request, LoggedRequest& entry) {
    entry.level = "L2";
    const auto found = world.keys.find(request.header("POLY_API_KEY"));
    const std::string timestamp = request.header("POLY_TIMESTAMP");
    if (found == world.keys.end()) {
        entry.reason = "unknown api key";
        return nullptr;
    }
    const ApiKey& key = found->second;
    const std::string message = timestamp + request.method + request.path + request.body;
    const auto secret = from_base64(key.secret);
    if (!same(key.passphrase, request.header("POLY_PASSPHRASE"))) {
        entry.reason = "wrong passphrase";
    } else if (address_from(request.header("POLY_ADDRESS")) != key.address) {
        entry.reason = "address is not the key's";
    } else if (!near_clock(world, timestamp)) {
        entry.reason = "timestamp is not near the clock";
    } else if (!secret || !same(to_base64_url(hmac_sha256(*secret, message)),
                                request.header("POLY_SIGNATURE"))) {
        entry.reason = "wrong hmac";
    } else {
        entry.verified = true;
        return &key;
    }
    return nullptr;
}

}  // namespace polysim

// An order as a plugin describes it (EIP-712 in JSON), checked, hashed and signed, beside the bare
// recoverable signature of libsecp256k1 over a digest, in the same rounds: `sign_bench [ROUNDS]`.
// Prints one document of JSON; times are nanoseconds. The key is a published test key.
#include "host/base/disk.hpp"
#include "host/base/hash.hpp"
#include "host/keys/signer.hpp"
#include "tests/bench/bare_file.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include <secp256k1_recovery.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace tradectl;
using bench::Samples;

namespace {

constexpr int kWarm = 200;
constexpr const char* kOrder =
    R"({"domain":{"name":"Polymarket CTF Exchange","version":"2","chainId":137,)"
    R"("verifyingContract":"0xE111180000d2663C0091e4f400237545B87B996B"},)"
    R"("primaryType":"Order","types":{"Order":[{"name":"salt","type":"uint256"},)"
    R"({"name":"maker","type":"address"},{"name":"signer","type":"address"},)"
    R"({"name":"tokenId","type":"uint256"},{"name":"makerAmount","type":"uint256"},)"
    R"({"name":"takerAmount","type":"uint256"},{"name":"side","type":"uint8"},)"
    R"({"name":"signatureType","type":"uint8"},{"name":"timestamp","type":"uint256"},)"
    R"({"name":"metadata","type":"bytes32"},{"name":"builder","type":"bytes32"}]},)"
    R"("message":{"salt":"1000000000","maker":"0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A",)"
    R"("signer":"0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A",)"
    R"("tokenId":"89711174926330519158043401581181146613785179104141808554061413232025882707365",)"
    R"("makerAmount":"300003000","takerAmount":"1000010000","side":0,"signatureType":0,)"
    R"("timestamp":"1790007381444",)"
    R"("metadata":"0x0000000000000000000000000000000000000000000000000000000000000000",)"
    R"("builder":"0x0000000000000000000000000000000000000000000000000000000000000000"}})";

[[noreturn]] void stop(const std::string& why) {
    std::fprintf(stderr, "sign_bench: %s\n", why.c_str());
    std::exit(1);
}

std::unique_ptr<keys::KeyStore> open_store() {
    keys::KeyStoreOptions options;
    options.keys = {{.name = "wallet",
                     .kind = keys::KeyKind::Secp256k1,
                     .source = {.kind = keys::KeySource::Kind::Environment, .name = "X"}}};
    options.places.environment = [](const char*) {
        return "1111111111111111111111111111111111111111111111111111111111111111";
    };
    auto store = keys::KeyStore::open(std::move(options));
    if (!store) stop(store.error().message);
    static_cast<void>((*store)->reload());
    return std::move(*store);
}

void print(const char* name, Samples& samples, const char* end) {
    std::printf("\"%s\": {\"p50\": %.0f, \"p90\": %.0f, \"p99\": %.0f}%s\n",
                name,
                samples.at(0.5),
                samples.at(0.9),
                samples.at(0.99),
                end);
}

}  // namespace

int main(int argc, char** argv) {
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 20'000;
    const auto store = open_store();
    keys::SigningPolicy policy;
    policy.keys = {"wallet"};
    policy.chains = {137};
    policy.contracts = {keys::parse_address("0xE111180000d2663C0091e4f400237545B87B996B")
                            .value_or(keys::Address())};
    std::size_t uses = 0;
    keys::Signer signer(*store, policy, [&](const keys::KeyUse&) { ++uses; });
    secp256k1_context* const context = secp256k1_context_create(SECP256K1_CONTEXT_NONE);
    const std::string scalar(32, '\x11');
    std::string digest(32, '\x22');
    std::string order = kOrder;
    const std::size_t salt = order.find("1000000000");
    Samples bare;
    Samples hashed;
    Samples whole;
    keys::TypedDataHasher hasher;
    for (int i = 0; i < rounds + kWarm; ++i) {
        order.replace(salt, 10, std::to_string(1'000'000'000 + i));
        digest[0] = static_cast<char>(i);
        digest[1] = static_cast<char>(i >> 8);
        const std::int64_t start = bench::now_ns();
        secp256k1_ecdsa_recoverable_signature made;
        if (secp256k1_ecdsa_sign_recoverable(context,
                                             &made,
                                             reinterpret_cast<const unsigned char*>(digest.data()),
                                             reinterpret_cast<const unsigned char*>(scalar.data()),
                                             nullptr,
                                             nullptr) != 1)
            stop("bare signature");
        const std::int64_t middle = bench::now_ns();
        const auto signature = signer.sign({SignKind::Eip712, "wallet", bytes_of(order)});
        const std::int64_t end = bench::now_ns();
        if (!signature) stop(signature.error().message);
        const auto hash = hasher.hash(order);
        const std::int64_t last = bench::now_ns();
        if (!hash) stop(hash.error().message);
        if (i < kWarm) continue;
        bare.add(middle - start);
        whole.add(end - middle);
        hashed.add(last - end);
    }
    secp256k1_context_destroy(context);
    std::printf("{");
    print("bare", bare, ",");
    print("hashed", hashed, ",");
    print("order", whole, "}");
    return uses == 0 ? 1 : 0;
}

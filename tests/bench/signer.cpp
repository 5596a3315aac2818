#include "tests/bench/signer.hpp"

#include <cstdio>
#include <cstdlib>

#include <secp256k1.h>
#include <secp256k1_recovery.h>

namespace tradectl::bench {

namespace {

/// Any number below the group's order will do: nothing that is signed leaves.
constexpr std::array<unsigned char, 32> kKey{1};

}  // namespace

struct Signer::Context {
    secp256k1_context* curve = secp256k1_context_create(SECP256K1_CONTEXT_SIGN);
    ~Context() { secp256k1_context_destroy(curve); }
};

Signer::Signer() : context_(std::make_unique<Context>()), thread_([this] { run(); }) {}

Signer::~Signer() {
    finish();
    stopping_ = true;
    wanted_.release();
    thread_.join();
}

void Signer::sign() {
    secp256k1_ecdsa_recoverable_signature made;
    int recovery_id = 0;
    ++digest_[0];
    if (secp256k1_ecdsa_sign_recoverable(
            context_->curve, &made, digest_.data(), kKey.data(), nullptr, nullptr) != 1) {
        std::fprintf(stderr, "signer: cannot sign\n");
        std::exit(1);
    }
    secp256k1_ecdsa_recoverable_signature_serialize_compact(
        context_->curve, signature_.data(), &recovery_id, &made);
}

void Signer::begin() {
    finish();
    under_way_ = true;
    wanted_.release();
}

void Signer::finish() {
    if (!under_way_) return;
    made_.acquire();
    under_way_ = false;
}

void Signer::run() {
    for (;;) {
        wanted_.acquire();
        if (stopping_) return;
        sign();
        made_.release();
    }
}

}  // namespace tradectl::bench

#include "host/exchange/key_desk.hpp"

#include <utility>

namespace tradectl::exchange {

namespace {

keys::SignRequest request_of(const SignRequest& request) {
    return {.kind = static_cast<SignKind>(request.type),
            .key = request.key,
            .payload = request.payload};
}

}  // namespace

KeyDesk::KeyDesk(keys::KeyStore& store, keys::SigningPolicy policy)
    : store_(store),
      granted_(policy.keys),
      signer_(store, policy, log()),
      beside_(store, std::move(policy), log()) {}

Expected<net::WipedText> KeyDesk::fill(std::string_view text) {
    if (!keys::has_slot(text)) return net::WipedText(text);
    const auto filled = keys::fill_slots(text, store_, granted_, log());
    if (!filled) return tradectl::fail(filled.error());
    return net::WipedText(filled->text());
}

Expected<std::string> KeyDesk::capture(std::span<char> body,
                                       std::span<const keys::Capture> captures) {
    return keys::capture_secrets(body, captures, store_, granted_, log());
}

Expected<std::vector<std::byte>> KeyDesk::sign(const SignRequest& request) {
    return signer_.sign(request_of(request));
}

Expected<std::vector<std::byte>> KeyDesk::sign_beside(const SignRequest& request) {
    return beside_.sign(request_of(request));
}

void KeyDesk::note(const keys::KeyUse& use) {
    const std::lock_guard lock(mutex_);
    if (!seen_.emplace(use.fingerprint, use.purpose).second) return;
    uses_.push_back({std::string(use.key), std::string(use.fingerprint), std::string(use.purpose)});
}

std::vector<KeyUseNote> KeyDesk::take_uses() {
    const std::lock_guard lock(mutex_);
    return std::exchange(uses_, {});
}

std::vector<net::WipedText> KeyDesk::secrets() const {
    std::vector<net::WipedText> texts;
    for (const std::string& name : granted_) {
        const auto key = store_.find(name);
        const bool is_text =
            key && (key->kind() == keys::KeyKind::Secret || key->kind() == keys::KeyKind::Hmac);
        if (is_text) texts.emplace_back(key->secret());
    }
    return texts;
}

}  // namespace tradectl::exchange

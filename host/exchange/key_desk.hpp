/// What one exchange may do with the host's keys.
#pragma once

#include "host/exchange/wire.hpp"
#include "host/keys/key_store.hpp"
#include "host/keys/signer.hpp"
#include "host/keys/slots.hpp"
#include "host/net/wiped_text.hpp"

#include <tradectl/expected.hpp>

#include <cstddef>
#include <map>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::exchange {

/// A first use of a key for some purpose, by whichever thread.
struct KeyUseNote {
    std::string key;
    std::string fingerprint;
    std::string purpose;
};

/// Knows which keys are granted, and what they may sign.
class KeyDesk {
  public:
    /// `store` must outlive it.
    KeyDesk(keys::KeyStore& store, keys::SigningPolicy policy);
    KeyDesk(const KeyDesk&) = delete;
    KeyDesk& operator=(const KeyDesk&) = delete;

    /// The text with its `{{secret:NAME}}` slots filled; errors as keys::fill_slots. [engine]
    Expected<net::WipedText> fill(std::string_view text);
    /// Keeps secrets that a venue gave, and puts slots in their places; errors as
    /// keys::capture_secrets. `body` is wiped. [engine]
    Expected<std::string> capture(std::span<char> body, std::span<const keys::Capture> captures);
    /// Signs at once. Errors as keys::Signer::sign. [engine]
    Expected<std::vector<std::byte>> sign(const SignRequest& request);
    /// The same for one other thread. [signer]
    Expected<std::vector<std::byte>> sign_beside(const SignRequest& request);
    /// First uses since the last call. [any]
    [[nodiscard]] std::vector<KeyUseNote> take_uses();
    /// Grows whenever a key is exchanged. [any]
    [[nodiscard]] std::uint64_t version() const { return store_.version(); }
    /// All texts that must stand in no recording. [engine]
    [[nodiscard]] std::vector<net::WipedText> secrets() const;

  private:
    void note(const keys::KeyUse& use);
    [[nodiscard]] keys::KeyUseLog log() {
        return [this](const keys::KeyUse& use) { note(use); };
    }

    keys::KeyStore& store_;
    std::vector<std::string> granted_;
    keys::Signer signer_;
    keys::Signer beside_;
    std::mutex mutex_;                                    // of what follows
    std::set<std::pair<std::string, std::string>> seen_;  // fingerprint, purpose
    std::vector<KeyUseNote> uses_;
};

}  // namespace tradectl::exchange

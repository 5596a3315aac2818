/// Secrets in requests and answers: `{{secret:NAME}}` is filled on the way out, and taken out on
/// the way in. Plugins see names alone.
#pragma once

#include "host/keys/key_store.hpp"
#include "host/keys/signer.hpp"

#include <tradectl/expected.hpp>

#include <span>
#include <string>
#include <string_view>

namespace tradectl::keys {

/// Whether there is a slot to fill.
[[nodiscard]] bool has_slot(std::string_view text);
/// "{{secret:NAME}}".
[[nodiscard]] std::string slot_of(std::string_view name);

/// The text with each slot replaced by the secret of that name, in locked memory. Denied for a name
/// that is not in `granted`, NotFound for one that is not in the store, InvalidArgument for a slot
/// without an end or a key that is no secret. [any]
Expected<LockedBytes> fill_slots(std::string_view text,
                                 const KeyStore& store,
                                 std::span<const std::string> granted,
                                 const KeyUseLog& log = {});

/// A secret in an answer: where it stands and the key that it becomes.
struct Capture {
    std::string pointer;  ///< JSON pointer (RFC 6901) to a text
    std::string key;
};

/// Stores each captured text under its key, durably, and returns the body with a slot in its place;
/// all else stays byte for byte. `body` is wiped. Denied for a key that is not granted,
/// InvalidArgument when the body is no JSON or has no text there; what was stored before the
/// failure stays. [any]
Expected<std::string> capture_secrets(std::span<char> body,
                                      std::span<const Capture> captures,
                                      KeyStore& store,
                                      std::span<const std::string> granted,
                                      const KeyUseLog& log = {});

}  // namespace tradectl::keys

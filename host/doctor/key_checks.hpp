/// The keys that a config names: whether each can be used, never what it is.
#pragma once

#include "host/doctor/check.hpp"
#include "host/keys/key_store.hpp"

namespace tradectl::doctor {

/// Reads every key once, "key:NAME" each.
[[nodiscard]] Checks check_keys(keys::KeyStoreOptions options);

[[nodiscard]] Check judge_key(const keys::KeyReport& report);

}  // namespace tradectl::doctor

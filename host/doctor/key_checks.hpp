/// The keys that a config names: whether each can be used, never what it is.
#pragma once

#include "host/doctor/check.hpp"
#include "host/keys/key_store.hpp"

#include <vector>

namespace tradectl::doctor {

struct KeyChecks {
    Checks checks;
    std::vector<keys::KeyReport> reports;
};

/// Reads every key once, "key:NAME" each.
[[nodiscard]] KeyChecks check_keys(keys::KeyStoreOptions options);

[[nodiscard]] Check judge_key(const keys::KeyReport& report);

}  // namespace tradectl::doctor

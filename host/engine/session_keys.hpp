/// The keys that a config names, as the key store wants to hear of them.
#pragma once

#include "host/config/config.hpp"
#include "host/engine/state_dir.hpp"
#include "host/keys/key_store.hpp"

#include <tradectl/expected.hpp>

#include <vector>

namespace tradectl::engine {

/// Stored keys lie in `<state>/keys`; without a state directory there are none. `disk` must outlive
/// the store. [any]
[[nodiscard]] keys::KeyStoreOptions key_store_options(const config::Config& config,
                                                      const StatePaths& paths,
                                                      Disk& disk,
                                                      keys::KeyStoreOptions::Salt salt);

/// What stops a session that needs the key of this report; success when nothing does. Permission
/// for a key that is not there or may not be read, Config for one that is no key, and in mode live
/// for one that everybody knows. An absent stored key and a bad new value are no failure. [any]
Status check_key_report(const keys::KeyReport& report, config::Mode mode);

}  // namespace tradectl::engine

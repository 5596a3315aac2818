/// Which of a config's plugins may be loaded: plugins.lock, applied as the config says.
#pragma once

#include "host/config/config.hpp"
#include "host/plugin/load.hpp"
#include "host/plugin/trust.hpp"

#include <string>
#include <vector>

namespace tradectl::engine {

/// Whether only trusted plugins may run: in mode live, or where the config says so.
[[nodiscard]] bool trust_required(const config::Config& config);

/// The lock that the config names, or the default one. Corrupt, Permission, Io as
/// plugin::read_lock, and an empty one when nothing says where it would be.
[[nodiscard]] Expected<plugin::LockFile> read_lock_of(const config::Config& config);

/// Logs a gate's warning, the first one in a process: a sweep opens the same plugins thousands of
/// times.
void warn_of_trust(const std::string& warning);

/// [engine]
class TrustGate {
  public:
    /// A lock that cannot be read is an error where trust is required, else a warning and empty.
    static Expected<TrustGate> open(const config::Config& config);

    /// For the loader; `name` is the config's name for the file at `path`. Denied, with both
    /// digests when they differ, for what must not be loaded. The gate must outlive it.
    [[nodiscard]] plugin::Admission admission(const std::string& name, const std::string& path);

    /// One line that names the plugins that were admitted without being trusted; empty: none was.
    [[nodiscard]] std::string warning() const;

  private:
    TrustGate(plugin::LockFile lock, bool required) : lock_(std::move(lock)), required_(required) {}

    plugin::LockFile lock_;
    bool required_;
    std::vector<std::string> untrusted_;
};

}  // namespace tradectl::engine

#include "host/engine/trust_gate.hpp"

#include "host/base/hex.hpp"
#include "host/base/log.hpp"

#include <algorithm>
#include <atomic>

namespace tradectl::engine {

bool trust_required(const config::Config& config) {
    return config.mode == config::Mode::Live ||
           config.plugin_trust == config::TrustPolicy::Required;
}

Expected<plugin::LockFile> read_lock_of(const config::Config& config) {
    const auto path = plugin::lock_path(config.plugin_lock);
    if (path) return plugin::read_lock(*path);
    if (path.error().code == ErrorCode::NotFound) return plugin::LockFile{};
    return fail(path.error());
}

Expected<TrustGate> TrustGate::open(const config::Config& config) {
    auto lock = read_lock_of(config);
    const bool required = trust_required(config);
    if (lock) return TrustGate(std::move(*lock), required);
    if (required) return fail(lock.error());
    log(LogLevel::Warning, "plugin", lock.error().message);
    return TrustGate({}, required);
}

plugin::Admission TrustGate::admission(const std::string& name, const std::string& path) {
    return [this, name, path](const Sha256Digest& sha256,
                              const plugin::Manifest& manifest) -> Status {
        const auto verdict = plugin::check_trust(
            lock_, {.name = name, .path = path, .sha256 = to_hex(sha256), .manifest = &manifest});
        if (verdict.trust == plugin::Trust::Trusted) return {};
        if (required_) return fail(ErrorCode::Denied, verdict.message);
        const std::string line =
            plugin::lock_name(name) + " (" + std::string(plugin::to_string(verdict.trust)) + ")";
        if (std::find(untrusted_.begin(), untrusted_.end(), line) == untrusted_.end())
            untrusted_.push_back(line);
        return {};
    };
}

std::string TrustGate::warning() const {
    std::string names;
    for (const std::string& line : untrusted_)
        names += (names.empty() ? "" : ", ") + line;
    if (names.empty()) return names;
    return "mode live would not load these plugins, see tradectl plugin trust: " + names;
}

void warn_of_trust(const std::string& warning) {
    static std::atomic<bool> warned{false};
    if (!warning.empty() && !warned.exchange(true)) log(LogLevel::Warning, "plugin", warning);
}

}  // namespace tradectl::engine

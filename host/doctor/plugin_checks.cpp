#include "host/doctor/plugin_checks.hpp"

#include "host/base/hex.hpp"
#include "host/engine/trust_gate.hpp"
#include "host/plugin/find.hpp"
#include "host/plugin/load.hpp"

#include <set>

namespace tradectl::doctor {
namespace {

class PluginDoctor {
  public:
    PluginDoctor(plugin::SearchPath path, plugin::LockFile lock, bool required)
        : path_(std::move(path)), lock_(std::move(lock)), required_(required) {}

    Check check(const std::string& name) {
        Check check{.name = "plugin:" + plugin::lock_name(name), .verdict = Verdict::Fail};
        const auto file = plugin::find(path_, name);
        if (!file) {
            check.text = file.error().message;
            return check;
        }
        check.data.set("path", *file);
        plugin::TrustVerdict verdict;
        const auto library = loader_.load(
            *file, [&](const Sha256Digest& sha256, const plugin::Manifest& manifest) -> Status {
                verdict = plugin::check_trust(
                    lock_,
                    {.name = name, .path = *file, .sha256 = to_hex(sha256), .manifest = &manifest});
                check.data.set("sha256", to_hex(sha256));
                check.data.set("trust", plugin::to_string(verdict.trust));
                if (verdict.trust == plugin::Trust::Trusted || !required_) return {};
                return fail(ErrorCode::Denied, verdict.message);
            });
        if (!library) {
            check.text = library.error().message;
            return check;
        }
        describe(**library, verdict, check);
        return check;
    }

  private:
    static void describe(const plugin::Library& library,
                         const plugin::TrustVerdict& verdict,
                         Check& check) {
        const auto& manifest = library.manifest();
        check.verdict = Verdict::Ok;
        check.text = manifest.id + " " + manifest.version + " loads, " +
                     std::string(plugin::to_string(verdict.trust));
        for (const std::string& warning : library.warnings()) {
            check.verdict = Verdict::Warn;
            check.text += "; " + warning;
        }
        if (verdict.trust == plugin::Trust::Trusted) return;
        check.verdict = Verdict::Warn;
        check.text += ": mode live would not load it";
    }

    plugin::SearchPath path_;
    plugin::LockFile lock_;
    bool required_;
    plugin::Loader loader_;
};

}  // namespace

Checks check_plugins(const config::Config& config, const std::vector<std::string>& plugin_files) {
    const auto broken = [](const std::string& name, const Error& error) {
        return Check{.name = name, .verdict = Verdict::Fail, .text = error.message};
    };
    auto path = plugin::make_search_path(plugin_files, config.plugin_paths);
    if (!path) return {broken("plugins", path.error())};
    Checks checks;
    auto lock = engine::read_lock_of(config);
    if (!lock) checks.push_back(broken("plugins-lock", lock.error()));
    PluginDoctor doctor(std::move(*path),
                        lock ? std::move(*lock) : plugin::LockFile{},
                        engine::trust_required(config));
    std::set<std::string> seen;
    for (const auto& exchange : config.exchanges) {
        if (seen.insert(exchange.plugin).second) checks.push_back(doctor.check(exchange.plugin));
    }
    for (const auto& strategy : config.strategies) {
        if (seen.insert(strategy.plugin).second) checks.push_back(doctor.check(strategy.plugin));
    }
    return checks;
}

}  // namespace tradectl::doctor

/// Loads plugins into this process.
#pragma once

#include "host/base/hash.hpp"
#include "host/plugin/manifest.hpp"

#include <tradectl/abi/entry.h>
#include <tradectl/abi/exchange.h>
#include <tradectl/abi/strategy.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tradectl::plugin {

/// A loaded plugin. Its code stays in the process for ever (unloading code that may have threads or
/// exit handlers is not safe); the plugin's `deinit` runs when the last owner lets go. [engine]
class Library {
  public:
    ~Library();
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] const Sha256Digest& sha256() const { return sha256_; }
    [[nodiscard]] const EntryHeader& entry() const { return entry_; }
    [[nodiscard]] const Manifest& manifest() const { return manifest_; }
    /// The plugin's own build text; empty when it has none.
    [[nodiscard]] const std::string& build_info() const { return build_info_; }
    [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }

    /// The plugin's table; it lives as long as the process. Config when the plugin has no factory
    /// of that kind.
    [[nodiscard]] Expected<const tradectl_strategy_api*> strategy_api() const;
    [[nodiscard]] Expected<const tradectl_exchange_api*> exchange_api() const;

  private:
    friend class Loader;
    Library() = default;
    [[nodiscard]] Expected<const void*> factory(const char* factory_id) const;

    std::string path_;
    Sha256Digest sha256_{};
    EntryHeader entry_;
    Manifest manifest_;
    std::string build_info_;
    std::vector<std::string> warnings_;
    const tradectl_plugin_entry_v0* symbol_ = nullptr;
    bool initialised_ = false;
};

/// Asked before any code of a file runs: what is refused is not loaded, and the error passed on.
using Admission = std::function<Status(const Sha256Digest& sha256, const Manifest& manifest)>;

/// Loads each file once. [engine]
class Loader {
  public:
    /// Checks the file (find.hpp), copies it into a sealed memory file, hashes that copy, applies
    /// the version rule and loads that very copy, so that what was hashed is what runs. A file with
    /// content that is loaded already gives the same library; shared, because its instances keep it
    /// too. NotFound, Permission, Io; Config for whatever is wrong with the plugin, in one message
    /// that names the path and, when the system's loader refuses, the loader's own words; the
    /// error of `admit`, when there is one.
    Expected<std::shared_ptr<Library>> load(const std::string& path, const Admission& admit = {});

  private:
    std::map<Sha256Digest, std::shared_ptr<Library>> libraries_;
};

}  // namespace tradectl::plugin

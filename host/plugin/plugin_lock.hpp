/// plugins.lock: which plugin files were trusted, by whom and with what. Format:
/// tradectl-plugins-lock(5).
#pragma once

#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::plugin {

enum class Isolation : std::uint8_t { InProcess };
/// "inproc".
[[nodiscard]] std::string_view to_string(Isolation isolation);

struct TrustedPlugin {
    std::string name;    ///< a manifest's id, or the name by which a config calls the plugin
    std::string sha256;  ///< of the file, 64 lower-case hexadecimal digits
    Isolation isolation = Isolation::InProcess;
    std::vector<std::string> capabilities;  ///< sorted; more than these it may not ask for
    Timestamp trusted_at;
    std::uint32_t by_uid = 0;
};

/// Whether a text may stand in the lock as a name or a capability: one to 64 of [A-Za-z0-9._-].
[[nodiscard]] bool is_lock_word(std::string_view text);

/// The entries, sorted by name; one for each name.
class PluginLock {
  public:
    /// Reads a whole lock. Corrupt, as "PATH:LINE: KEY: what is wrong": nothing is guessed.
    static Expected<PluginLock> parse(std::string_view text, const std::string& path);
    /// The text that `parse` reads.
    [[nodiscard]] std::string to_text() const;

    [[nodiscard]] const std::vector<TrustedPlugin>& entries() const { return entries_; }
    /// Null when there is none.
    [[nodiscard]] const TrustedPlugin* find(std::string_view name) const;
    /// Adds an entry, or replaces the one of that name. Its texts must be lock words.
    void put(TrustedPlugin entry);
    /// False when there was none.
    bool remove(std::string_view name);

  private:
    std::vector<TrustedPlugin> entries_;
};

}  // namespace tradectl::plugin

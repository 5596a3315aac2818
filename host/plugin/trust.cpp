#include "host/plugin/trust.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include <unistd.h>

namespace tradectl::plugin {
namespace {

constexpr std::array<std::string_view, 4> kTrustNames{
    "trusted", "not locked", "changed", "asks for more"};

/// What a manifest asks for and the entry does not give; empty when there is nothing.
std::string missing_capabilities(const TrustedPlugin& entry, const Manifest& manifest) {
    std::string missing;
    for (const std::string& word : manifest.capabilities) {
        const auto& given = entry.capabilities;
        if (std::find(given.begin(), given.end(), word) == given.end())
            missing += (missing.empty() ? "" : ", ") + word;
    }
    return missing;
}

/// Control characters could hide on a terminal what is asked.
bool can_be_shown(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char letter) {
        const auto byte = static_cast<unsigned char>(letter);
        return byte < 0x20 || byte == 0x7f;
    });
}

}  // namespace

std::string_view to_string(Trust trust) {
    return kTrustNames.at(static_cast<std::size_t>(trust));
}

std::string lock_name(std::string_view name) {
    if (name.find('/') == std::string_view::npos) return std::string(name);
    return std::filesystem::path(name).stem();
}

TrustVerdict check_trust(const LockFile& lock, const FoundPlugin& found) {
    const std::string name = lock_name(found.name);
    const std::string place = lock.path.empty() ? "plugins.lock" : lock.path;
    const std::string what = "plugin " + name + " (" + found.path + "): ";
    const std::string advice =
        ": look at it and say `tradectl plugin trust " + found.path + "` if it is wanted";
    TrustVerdict verdict{.trust = Trust::NotLocked, .message = "", .entry = lock.lock.find(name)};
    if (verdict.entry == nullptr && found.manifest != nullptr)
        verdict.entry = lock.lock.find(found.manifest->id);
    if (verdict.entry == nullptr) {
        verdict.message = what + "sha256 " + found.sha256 + " is not in " + place + advice;
        return verdict;
    }
    if (verdict.entry->sha256 != found.sha256) {
        verdict.trust = Trust::Changed;
        verdict.message = what + "sha256 is " + found.sha256 + ", but " + place + " has " +
                          verdict.entry->sha256 + " for " + verdict.entry->name + advice;
        return verdict;
    }
    const std::string missing =
        found.manifest == nullptr ? "" : missing_capabilities(*verdict.entry, *found.manifest);
    if (missing.empty()) {
        verdict.trust = Trust::Trusted;
        return verdict;
    }
    verdict.trust = Trust::AsksForMore;
    verdict.message = what + "asks for " + missing + ", which " + place + " does not give it";
    return verdict;
}

Expected<TrustedPlugin> trusted_entry(const std::string& name,
                                      const Manifest& manifest,
                                      const std::string& sha256,
                                      Timestamp now) {
    const auto bad = [](const char* member, const std::string& why) {
        return fail(ErrorCode::Config, std::string("manifest: \"") + member + "\" " + why);
    };
    if (!is_lock_word(name)) {
        return fail(ErrorCode::Config,
                    "plugins.lock: a name is one to 64 letters, digits, dots, dashes");
    }
    if (!is_lock_word(manifest.id)) return bad("id", "is not a word of letters, digits, dashes");
    for (const auto& [member, text] :
         {std::pair<const char*, const std::string&>{"version", manifest.version},
          {"vendor", manifest.vendor},
          {"license", manifest.license},
          {"description", manifest.description}}) {
        if (!can_be_shown(text)) return bad(member, "has control characters");
    }
    if (manifest.wire && !std::all_of(manifest.wire->hosts.begin(),
                                      manifest.wire->hosts.end(),
                                      [](const auto& host) { return can_be_shown(host); }))
        return bad("wire", "has a host with control characters");
    TrustedPlugin entry{.name = name,
                        .sha256 = sha256,
                        .isolation = Isolation::InProcess,
                        .capabilities = manifest.capabilities,
                        .trusted_at = now,
                        .by_uid = ::geteuid()};
    auto& words = entry.capabilities;
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    if (!std::all_of(words.begin(), words.end(), is_lock_word))
        return bad("capabilities", "holds what is not a word");
    return entry;
}

}  // namespace tradectl::plugin

#include "cli/plugin_words.hpp"

#include "cli/table.hpp"

#include <algorithm>
#include <filesystem>

namespace tradectl::cli {

std::string abi_text(const plugin::InventoryItem& item) {
    if (!item.entry) return "-";
    return std::to_string(item.entry->abi_major) + "." + std::to_string(item.entry->abi_minor);
}

Expected<PluginPlaces> plugin_places(const PluginWords& words, Context& context) {
    std::vector<std::string> directories;
    std::string configured;
    if (!context.globals().config.empty()) {
        const auto document = context.load_config();
        if (!document) return fail(document.error());
        directories = document->config.plugin_paths;
        configured = document->config.plugin_lock;
    }
    auto search = plugin::make_search_path(words.files, directories);
    if (!search) return fail(search.error());
    auto lock = plugin::lock_path(words.lock.empty() ? configured : words.lock);
    if (!lock && lock.error().code != ErrorCode::NotFound) return fail(lock.error());
    return PluginPlaces{std::move(*search), lock ? *lock : ""};
}

Expected<plugin::Candidate> candidate_of(const std::string& name,
                                         const plugin::SearchPath& search) {
    if (name.find('/') != std::string::npos) {
        const std::string path = std::filesystem::absolute(name).lexically_normal().string();
        return plugin::Candidate{std::filesystem::path(path).stem().string(), path, {}, {}};
    }
    const auto candidates = plugin::list_candidates(search);
    const auto found = std::find_if(
        candidates.begin(), candidates.end(), [&](const auto& c) { return c.name == name; });
    if (found != candidates.end()) return *found;
    const auto searched = plugin::find(search, name);
    return fail(ErrorCode::Config,
                searched ? "no plugin '" + name + "'" : searched.error().message);
}

plugin::TrustVerdict verdict_on(const plugin::LockFile& lock, const plugin::InventoryItem& item) {
    return plugin::check_trust(lock,
                               {.name = item.candidate.name,
                                .path = item.candidate.path,
                                .sha256 = item.sha256,
                                .manifest = item.manifest ? &*item.manifest : nullptr});
}

std::string plugin_head(const plugin::InventoryItem& item) {
    Table table({{""}, {""}});
    const auto add = [&](const char* key, const std::string& value) {
        if (!value.empty()) table.add({key, value});
    };
    add("name", item.candidate.name);
    if (item.manifest) {
        add("id", item.manifest->id);
        add("kind", std::string(plugin::to_string(item.manifest->kind)));
        add("version", item.manifest->version);
        add("vendor", item.manifest->vendor);
        add("license", item.manifest->license);
        add("description", item.manifest->description);
        std::string capabilities;
        for (const auto& word : item.manifest->capabilities)
            capabilities += (capabilities.empty() ? "" : ", ") + word;
        add("capabilities", capabilities);
        std::string hosts;
        for (const auto& host : item.manifest->wire.value_or(plugin::WireManifest{}).hosts)
            hosts += (hosts.empty() ? "" : ", ") + host;
        add("hosts", hosts);
    }
    add("abi", abi_text(item));
    add("path", item.candidate.path);
    add("origin", std::string(plugin::to_string(item.candidate.origin)));
    add("sha256", item.sha256);
    add("warning", item.warning);
    return table.body();
}

}  // namespace tradectl::cli

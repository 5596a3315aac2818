// plugin: what plugins there are and what they say of themselves. No plugin code runs.
#include "cli/command.hpp"
#include "cli/commands.hpp"
#include "cli/envelope.hpp"
#include "cli/table.hpp"
#include "host/config/rule_json.hpp"
#include "host/plugin/inventory.hpp"

#include <algorithm>
#include <filesystem>

namespace tradectl::cli {
namespace {

struct PluginWords {
    std::vector<std::string> files;
    std::string name;
};

/// With a configuration its plugins.paths are searched too.
Expected<plugin::SearchPath> search_path(const PluginWords& words, Context& context) {
    std::vector<std::string> directories;
    if (!context.globals().config.empty()) {
        const auto document = context.load_config();
        if (!document) return fail(document.error());
        directories = document->config.plugin_paths;
    }
    return plugin::make_search_path(words.files, directories);
}

std::string state_of(const plugin::InventoryItem& item) {
    if (!item.refused.empty()) return "refused: " + item.refused;
    if (!item.candidate.shadowed_by.empty()) return "shadowed by " + item.candidate.shadowed_by;
    return item.warning.empty() ? "ok" : "ok, but " + item.warning;
}

std::string abi_of(const plugin::InventoryItem& item) {
    if (!item.entry) return "-";
    return std::to_string(item.entry->abi_major) + "." + std::to_string(item.entry->abi_minor);
}

Expected<Answer> run_list(const PluginWords& words, Context& context) {
    const auto path = search_path(words, context);
    if (!path) return fail(path.error());
    Table table({{"name"}, {"kind"}, {"version"}, {"abi"}, {"origin"}, {"path"}, {"state"}});
    Json plugins = Json::array();
    for (const auto& item : plugin::take_inventory(*path)) {
        const auto& manifest = item.manifest;
        table.add({item.candidate.name,
                   manifest ? std::string(plugin::to_string(manifest->kind)) : "-",
                   manifest ? manifest->version : "-",
                   abi_of(item),
                   std::string(plugin::to_string(item.candidate.origin)),
                   item.candidate.path,
                   state_of(item)});
        plugins.push(plugin::to_json(item));
    }
    Answer answer;
    answer.text = table.empty() ? "no plugin found\n" : table.to_string();
    answer.data.set("plugins", std::move(plugins));
    return answer;
}

std::string kind_word(config::RuleKind kind) {
    switch (kind) {
        case config::RuleKind::Integer: return "integer";
        case config::RuleKind::Boolean: return "boolean";
        case config::RuleKind::Decimal: return "decimal";
        case config::RuleKind::Duration: return "duration";
        case config::RuleKind::List: return "list";
        case config::RuleKind::Map:
        case config::RuleKind::NamedMap: return "map";
        default: return "text";
    }
}

std::string kind_of(const config::Rule& rule) {
    const std::string word = kind_word(rule.kind);
    if (rule.kind != config::RuleKind::List && rule.kind != config::RuleKind::NamedMap) return word;
    return word + " of " + kind_word(rule.item().kind);
}

std::string bounds_of(const config::Rule& rule) {
    std::string text;
    for (const auto& choice : rule.choices)
        text += (text.empty() ? "" : " | ") + choice;
    if (!text.empty()) return text;
    if (rule.minimum && rule.maximum) return *rule.minimum + ".." + *rule.maximum;
    if (rule.minimum) return ">= " + *rule.minimum;
    if (rule.maximum) return "<= " + *rule.maximum;
    if (rule.length_max == 0) return "-";
    const bool is_text = rule.kind == config::RuleKind::Text;
    return "up to " + std::to_string(rule.length_max) + (is_text ? " bytes" : " items");
}

/// The default as the manifest has it; a setting without one must be given.
std::string default_of(const Json* property) {
    const Json* value = property == nullptr ? nullptr : property->find("default");
    if (value == nullptr) return "(required)";
    const std::string text = value->as_text() != nullptr ? *value->as_text() : value->dump();
    return text.empty() ? "\"\"" : text;
}

Expected<std::string> settings_text(const plugin::Manifest& manifest) {
    const auto rule = config::rule_from_schema(manifest.settings);
    if (!rule) return fail(rule.error());
    const Json* properties = manifest.settings.find("properties");
    Table table({{"setting"}, {"kind"}, {"default"}, {"bounds"}, {"help"}});
    for (const auto& child : rule->children) {
        const Json* property = properties == nullptr ? nullptr : properties->find(child.name);
        table.add({child.name, kind_of(child), default_of(property), bounds_of(child), child.help});
    }
    return table.empty() ? "no settings\n" : "\n" + table.to_string();
}

std::string head_text(const plugin::InventoryItem& item) {
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
    }
    add("abi", abi_of(item));
    add("path", item.candidate.path);
    add("origin", std::string(plugin::to_string(item.candidate.origin)));
    add("sha256", item.sha256);
    add("warning", item.warning);
    return table.body();
}

/// A NAME as a config says it, or a FILE: a word with a slash.
Expected<plugin::Candidate> candidate_of(const PluginWords& words, Context& context) {
    if (words.name.find('/') != std::string::npos) {
        const std::string path = std::filesystem::absolute(words.name).string();
        return plugin::Candidate{std::filesystem::path(path).stem().string(), path, {}, {}};
    }
    const auto path = search_path(words, context);
    if (!path) return fail(path.error());
    const auto candidates = plugin::list_candidates(*path);
    const auto found = std::find_if(
        candidates.begin(), candidates.end(), [&](const auto& c) { return c.name == words.name; });
    if (found != candidates.end()) return *found;
    const auto searched = plugin::find(*path, words.name);
    return fail(ErrorCode::Config,
                searched ? "no plugin '" + words.name + "'" : searched.error().message);
}

Expected<Answer> run_info(const PluginWords& words, Context& context) {
    const auto candidate = candidate_of(words, context);
    if (!candidate) return fail(candidate.error());
    const plugin::InventoryItem item = plugin::inspect(*candidate);
    Answer answer;
    answer.text = head_text(item);
    answer.data.set("plugin", plugin::to_json(item));
    std::string refused = item.refused;
    if (refused.empty() && item.manifest) {
        const auto settings = settings_text(*item.manifest);
        if (settings) {
            answer.text += *settings;
        } else {
            refused = candidate->path + ": " + settings.error().message;
        }
    }
    if (!refused.empty()) {
        answer.exit_code = ExitCode::Config;
        answer.errors.push_back(error_object({ErrorCode::Config, "refused: " + refused}));
    }
    return answer;
}

}  // namespace

void register_plugin(Command& root) {
    Command& group = root.add("plugin", "what plugins there are; runs none of their code");
    group.example("tradectl plugin info momentum");
    auto words = std::make_shared<PluginWords>();
    group.add("list", "every plugin file on the search path")
        .description("With -c CONFIG its plugins.paths are searched too.")
        .option("--plugin", "FILE", "look at this file first", words->files)
        .example("tradectl plugin list")
        .runs([words](Context& context) { return run_list(*words, context); });
    group.add("info", "one plugin, with its settings")
        .description(
            "Settings have kind, default, bounds and help. With -c CONFIG its\n"
            "plugins.paths are searched too.")
        .option("--plugin", "FILE", "look at this file first", words->files)
        .positional("NAME", "as a config says it, or a file: a word with a slash", words->name)
        .example("tradectl plugin info momentum")
        .runs([words](Context& context) { return run_info(*words, context); });
}

}  // namespace tradectl::cli

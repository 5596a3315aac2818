// plugin: what plugins there are and what they say of themselves. No plugin code runs.
#include "cli/command.hpp"
#include "cli/commands.hpp"
#include "cli/envelope.hpp"
#include "cli/plugin_words.hpp"
#include "cli/table.hpp"
#include "host/config/rule_json.hpp"

namespace tradectl::cli {
namespace {

std::string state_of(const plugin::InventoryItem& item) {
    if (!item.refused.empty()) return "refused: " + item.refused;
    if (!item.candidate.shadowed_by.empty()) return "shadowed by " + item.candidate.shadowed_by;
    return item.warning.empty() ? "ok" : "ok, but " + item.warning;
}

Expected<Answer> run_list(const PluginWords& words, Context& context) {
    const auto places = plugin_places(words, context);
    if (!places) return fail(places.error());
    auto lock = plugin::read_lock(places->lock_path);
    if (!lock) context.warn(lock.error().message);
    Table table(
        {{"name"}, {"kind"}, {"version"}, {"abi"}, {"trust"}, {"origin"}, {"path"}, {"state"}});
    Json plugins = Json::array();
    for (const auto& item : plugin::take_inventory(places->search)) {
        const auto& manifest = item.manifest;
        const std::string trust =
            lock ? std::string(plugin::to_string(verdict_on(*lock, item).trust)) : "unknown";
        table.add({item.candidate.name,
                   manifest ? std::string(plugin::to_string(manifest->kind)) : "-",
                   manifest ? manifest->version : "-",
                   abi_text(item),
                   trust,
                   std::string(plugin::to_string(item.candidate.origin)),
                   item.candidate.path,
                   state_of(item)});
        plugins.push(plugin::to_json(item)).set("trust", trust);
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

Expected<Answer> run_info(const PluginWords& words, Context& context) {
    const auto places = plugin_places(words, context);
    if (!places) return fail(places.error());
    const auto candidate = candidate_of(words.name, places->search);
    if (!candidate) return fail(candidate.error());
    const plugin::InventoryItem item = plugin::inspect(*candidate);
    Answer answer;
    answer.text = plugin_head(item);
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
    Command& group =
        root.add("plugin", "what plugins there are and which are trusted; runs none of their code");
    group.example("tradectl plugin info momentum");
    auto words = std::make_shared<PluginWords>();
    group.add("list", "every plugin file on the search path")
        .description("With -c CONFIG its plugins.paths are searched too.")
        .option("--plugin", "FILE", "look at this file first", words->files)
        .option("--lock", "FILE", "instead of the configured plugins.lock", words->lock)
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
    add_trust_commands(group);
}

}  // namespace tradectl::cli

#include "host/backtest/sweep_keys.hpp"

#include "host/config/check.hpp"
#include "host/config/rule_json.hpp"
#include "host/config/suggest.hpp"
#include "host/config/yaml.hpp"
#include "host/plugin/find.hpp"
#include "host/plugin/inventory.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tradectl::backtest {
namespace {

/// A backtest has its own word on these, or does not ask.
constexpr std::array<std::string_view, 9> kOutside = {
    "name", "mode", "clock", "speed", "state_dir", "log", "plugins", "wal.segment", "report"};

bool is_outside(std::string_view path) {
    return std::any_of(kOutside.begin(), kOutside.end(), [&](std::string_view word) {
        return path.substr(0, word.size()) == word &&
               (path.size() == word.size() || path[word.size()] == '.');
    });
}

bool ends_in(std::string_view path, std::string_view key) {
    return path.size() > key.size() + 1 && path.substr(path.size() - key.size()) == key &&
           path[path.size() - key.size() - 1] == '.';
}

bool is_strategy_setting(std::string_view path) {
    return path.substr(0, 11) == "strategies." && path.find(".settings.") != std::string_view::npos;
}

Expected<config::Rule> settings_rule(const plugin::SearchPath& path, const std::string& name) {
    auto file = plugin::find(path, name);
    if (!file) return fail(file.error());
    const auto item = plugin::inspect({.name = name, .path = *file});
    if (!item.refused.empty()) return fail(ErrorCode::Config, item.refused);
    return config::rule_from_schema(item.manifest->settings);
}

/// Gives `settings` of the items of a list, which the config keeps as a tree, their plugins' rules.
/// Items may differ: the rules of item i are `rules[i]`.
Expected<std::vector<config::Rule>> item_rules(const config::Node* list,
                                               const config::Rule& item,
                                               const plugin::SearchPath& path) {
    std::vector<config::Rule> out;
    for (const config::Node& node :
         list == nullptr ? std::vector<config::Node>() : list->children) {
        config::Rule rule = item;
        const config::Node* plugin = node.find("plugin");
        if (plugin != nullptr) {
            auto settings = settings_rule(path, plugin->text);
            if (!settings) return fail(settings.error());
            settings->name = "settings";
            for (config::Rule& key : rule.children) {
                if (key.name == "settings") key = *settings;
            }
        }
        out.push_back(std::move(rule));
    }
    return out;
}

std::string list_of(std::vector<std::string> words) {
    constexpr std::size_t kShown = 4;
    if (words.size() > kShown) words.resize(kShown);
    return config::join(words);
}

}  // namespace

Expected<SweepKeys> SweepKeys::of(const config::Document& document,
                                  const std::vector<std::string>& plugin_files) {
    auto path = plugin::make_search_path(plugin_files, document.config.plugin_paths);
    if (!path) return fail(path.error());
    SweepKeys keys;
    for (const config::Rule& rule : config::config_rules().children) {
        const config::Node* node = document.merged.find(rule.name);
        if (rule.name != "exchanges" && rule.name != "strategies") {
            keys.collect(node, rule, rule.name);
            continue;
        }
        const auto rules = item_rules(node, rule.item(), *path);
        if (!rules) return fail(rules.error());
        for (std::size_t i = 0; i < rules->size(); ++i) {
            const config::Node& item = node->children[i];
            keys.collect(&item, (*rules)[i], keys.item_path(rule.name, item, i));
        }
    }
    return keys;
}

void SweepKeys::collect(const config::Node* node,
                        const config::Rule& rule,
                        const std::string& path) {
    switch (rule.kind) {
        case config::RuleKind::Map:
            for (const config::Rule& key : rule.children)
                collect(node == nullptr ? nullptr : node->find(key.name),
                        key,
                        config::join_path(path, key.name));
            return;
        case config::RuleKind::NamedMap:
        case config::RuleKind::List: collect_items(node, rule, path); return;
        default: keys_.push_back({path, rule}); return;
    }
}

void SweepKeys::collect_items(const config::Node* node,
                              const config::Rule& rule,
                              const std::string& path) {
    keys_.push_back({path, rule});
    if (node == nullptr) return;
    for (std::size_t i = 0; i < node->children.size(); ++i) {
        const config::Node& item = node->children[i];
        const bool named = rule.kind == config::RuleKind::NamedMap;
        collect(&item,
                rule.item(),
                named ? config::join_path(path, item.key) : item_path(path, item, i));
    }
}

std::string SweepKeys::item_path(const std::string& list,
                                 const config::Node& item,
                                 std::size_t index) {
    const std::string place = config::join_path(list, std::to_string(index));
    const config::Node* name = item.find("name");
    if (name == nullptr) return place;
    places_.emplace_back(place, config::join_path(list, name->text));
    return places_.back().second;
}

std::string SweepKeys::by_name(const std::string& path) const {
    for (const auto& [place, name] : places_) {
        if (path.starts_with(place + ".")) return name + path.substr(place.size());
    }
    return path;
}

std::vector<std::string> SweepKeys::paths() const {
    std::vector<std::string> out;
    for (const Key& key : keys_)
        out.push_back(key.path);
    return out;
}

Expected<const SweepKeys::Key*> SweepKeys::find(const std::string& typed) const {
    const std::string wanted = by_name(typed);
    std::vector<const Key*> settings;
    std::vector<const Key*> others;
    for (const Key& key : keys_) {
        if (key.path == wanted) return &key;
        if (!ends_in(key.path, wanted)) continue;
        (is_strategy_setting(key.path) ? settings : others).push_back(&key);
    }
    const auto& found = settings.empty() ? others : settings;
    if (found.size() == 1) return found.front();
    std::vector<std::string> names;
    for (const Key* key : found)
        names.push_back(key->path);
    if (!names.empty())
        return fail(ErrorCode::Config,
                    "--sweep: '" + wanted + "' could be any of " + list_of(names));
    // A slip in the last word is looked for among last words, too.
    names = paths();
    std::string guess = config::nearest(wanted, names);
    for (const std::string& path : names) {
        const std::string last = path.substr(path.rfind('.') + 1);
        if (guess.empty() && is_strategy_setting(path) && config::nearest(wanted, {last}) == last)
            guess = path;
    }
    return fail(ErrorCode::Config,
                "--sweep: no key '" + wanted + "'" +
                    (guess.empty() ? " in the configuration or its plugins' settings"
                                   : " (did you mean '" + guess + "'?)"));
}

Status SweepKeys::resolve(SweepAxis& axis) const {
    const auto found = find(axis.key);
    if (!found) return fail(found.error());
    const Key& key = **found;
    if (is_outside(key.path))
        return fail(ErrorCode::Config, "--sweep: '" + key.path + "' does not change a backtest");
    axis.key = key.path;
    config::Problems problems;
    const config::Origin origin{
        .source = config::Source::Flag, .name = "--sweep", .directory = "/"};
    for (const std::string& value : axis.values) {
        config::Node node;
        if (value[0] == '[' || value[0] == '{') {
            node = config::read_yaml(value, origin, problems);
        } else {
            node.kind = config::Node::Kind::Scalar;
            node.text = value;
        }
        node.origin = origin;
        static_cast<void>(config::check(node, key.rule, key.path, problems));
        if (!problems.empty()) return fail(config::to_error({problems.front()}));
    }
    return {};
}

}  // namespace tradectl::backtest

#include "host/config/layers.hpp"

#include "host/config/check.hpp"
#include "host/config/suggest.hpp"
#include "host/config/yaml.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace tradectl::config {
namespace {

constexpr std::string_view kPrefix = "TRADECTL_";

bool is_variable_name(std::string_view name) {
    const auto fits = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '_';
    };
    return !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
           std::all_of(name.begin(), name.end(), fits);
}

/// Expands one scalar in place; the path is for messages.
void expand_scalar(Node& node,
                   const std::string& path,
                   const Variables& variables,
                   Problems& problems) {
    std::string out;
    const std::string_view text = node.text;
    for (std::size_t at = 0; at < text.size();) {
        if (text.substr(at, 3) == "$${") {
            out += "${";
            at += 3;
            continue;
        }
        if (text.substr(at, 2) != "${") {
            out += text[at++];
            continue;
        }
        const std::size_t end = text.find('}', at);
        const std::string_view name =
            end == std::string_view::npos ? "" : text.substr(at + 2, end - at - 2);
        if (!is_variable_name(name)) {
            problems.push_back({node.origin,
                                path,
                                "'${' without a variable's name and '}'",
                                "write $${ for a plain ${"});
            return;
        }
        const auto found = variables.find(name);
        if (found == variables.end()) {
            problems.push_back({node.origin,
                                path,
                                "environment variable " + std::string(name) + " is not set",
                                "set it, or write $${ for a plain ${"});
            return;
        }
        if (names_a_secret(name)) node.secrecy = Node::Secrecy::Secret;
        out += found->second;
        at = end + 1;
    }
    node.text = std::move(out);
}

void expand(Node& node, const std::string& path, const Variables& variables, Problems& problems) {
    if (node.kind == Node::Kind::Scalar) expand_scalar(node, path, variables, problems);
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        Node& child = node.children[i];
        const std::string below =
            node.kind == Node::Kind::Map ? join_path(path, child.key) : join_path(path, i);
        expand(child, below, variables, problems);
    }
}

void collect_keys(const Rule& rule, const std::string& path, std::vector<VariableKey>& keys) {
    if (rule.kind == RuleKind::Map && (path.empty() || rule.presence == Presence::Filled)) {
        for (const Rule& key : rule.children)
            collect_keys(key, join_path(path, key.name), keys);
        return;
    }
    if (rule.kind == RuleKind::Map || rule.kind == RuleKind::NamedMap ||
        rule.kind == RuleKind::List || rule.kind == RuleKind::Any)
        return;
    std::string name(kPrefix);
    for (const char c : path)
        name += c == '.' ? '_' : (c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
    keys.push_back({std::move(name), path});
}

/// The item of a list that `path` starts with, by index or by its `name`; `rest` gets what follows.
Node* find_item(Node& list, std::string_view path, std::string_view& rest) {
    Node* found = nullptr;
    for (Node& item : list.children) {
        const Node* name = item.find("name");
        const std::string_view text = name == nullptr ? "" : std::string_view(name->text);
        const bool fits = !text.empty() && path.substr(0, text.size()) == text &&
                          (path.size() == text.size() || path[text.size()] == '.');
        if (!fits) continue;
        rest = path.size() == text.size() ? "" : path.substr(text.size() + 1);
        found = &item;
    }
    if (found != nullptr) return found;
    const std::string_view word = path.substr(0, path.find('.'));
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), index);
    if (error != std::errc{} || end != word.data() + word.size() || index >= list.children.size())
        return nullptr;
    rest = path.size() == word.size() ? "" : path.substr(word.size() + 1);
    return &list.children[index];
}

/// The node that `path` names, made when it is a missing key of a map; null when it cannot be.
Node* reach(Node& tree, std::string_view path, const Origin& origin) {
    Node* node = &tree;
    while (!path.empty()) {
        if (node->kind == Node::Kind::List) {
            node = find_item(*node, path, path);
            if (node == nullptr) return nullptr;
            continue;
        }
        const std::size_t dot = path.find('.');
        const std::string_view key = path.substr(0, dot);
        if (key.empty()) return nullptr;
        if (node->kind == Node::Kind::Null || node->kind == Node::Kind::Scalar) {
            if (node->kind == Node::Kind::Scalar) return nullptr;
            node->kind = Node::Kind::Map;
        }
        Node* child = node->find(key);
        if (child == nullptr) {
            Node fresh;
            fresh.key = key;
            fresh.key_origin = origin;
            fresh.origin = origin;
            child = &node->children.emplace_back(std::move(fresh));
        }
        node = child;
        path = dot == std::string_view::npos ? "" : path.substr(dot + 1);
    }
    return node;
}

void lay_over(Node& tree,
              const std::string& path,
              const std::string& value,
              const Origin& origin,
              Problems& problems) {
    Node* node = path.empty() ? nullptr : reach(tree, path, origin);
    if (node == nullptr) {
        problems.push_back(
            {origin, path, "no such place in the configuration", "list items go by name or index"});
        return;
    }
    Node fresh;
    if (!value.empty() && (value[0] == '[' || value[0] == '{')) {
        fresh = read_yaml(value, origin, problems);
    } else {
        fresh.kind = Node::Kind::Scalar;
        fresh.text = value;
    }
    node->kind = fresh.kind;
    node->text = std::move(fresh.text);
    node->children = std::move(fresh.children);
    node->secrecy = Node::Secrecy::Open;
    node->origin = origin;
}

}  // namespace

void expand_variables(Node& tree, const Variables& variables, Problems& problems) {
    expand(tree, "", variables, problems);
}

std::vector<VariableKey> variable_keys(const Rule& rules) {
    std::vector<VariableKey> keys;
    collect_keys(rules, "", keys);
    return keys;
}

void apply_variables(Node& tree, const LoadOptions& options, Problems& problems) {
    for (const VariableKey& key : variable_keys(config_rules())) {
        const auto found = options.environment.find(key.variable);
        if (found == options.environment.end()) continue;
        Origin origin;
        origin.source = Source::Environment;
        origin.name = key.variable;
        origin.directory = options.working_directory;
        lay_over(tree, key.path, found->second, origin, problems);
    }
}

Problems suspicious_variables(const Variables& variables) {
    std::vector<std::string> known;
    for (const VariableKey& key : variable_keys(config_rules()))
        known.push_back(key.variable);
    Problems warnings;
    for (const auto& [name, value] : variables) {
        if (name.substr(0, kPrefix.size()) != kPrefix) continue;
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        const std::string guess = nearest(name, known);
        if (guess.empty() || edit_distance(name, guess) > 2) continue;
        Origin origin;
        origin.source = Source::Environment;
        origin.name = name;
        warnings.push_back({origin, "", "sets nothing", "did you mean " + guess + "?"});
    }
    return warnings;
}

void apply_overrides(Node& tree, const LoadOptions& options, Problems& problems) {
    for (const Override& flag : options.overrides) {
        Origin origin;
        origin.source = Source::Flag;
        origin.name = flag.flag;
        origin.directory = options.working_directory;
        lay_over(tree, flag.path, flag.value, origin, problems);
    }
}

}  // namespace tradectl::config

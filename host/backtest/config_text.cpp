#include "host/backtest/config_text.hpp"

#include "host/config/rule.hpp"
#include "host/config/rule_json.hpp"

#include <filesystem>

namespace tradectl::backtest {
namespace {

using config::Node;
using config::Rule;
using config::RuleKind;

/// Double-quoted, with the escapes of YAML 1.2 that are JSON's too.
std::string in_quotes(std::string_view text) {
    return Json(text).dump();
}

std::string scalar_text(const Node& node, const Rule* rule) {
    if (node.secrecy == Node::Secrecy::Secret) return in_quotes(config::kRedacted);
    const RuleKind kind = rule == nullptr ? RuleKind::Text : rule->kind;
    if (kind == RuleKind::Integer || kind == RuleKind::Boolean) return node.text;
    if (kind == RuleKind::Path && !node.text.empty() && node.text.front() != '/') {
        const std::filesystem::path directory(node.origin.directory);
        return in_quotes((directory / node.text).lexically_normal().string());
    }
    return in_quotes(node.text);
}

/// The rule of a value inside another one; null where keys are free.
const Rule* rule_inside(const Rule* rule, const Node& child) {
    if (rule == nullptr) return nullptr;
    if (rule->kind == RuleKind::Map) return rule->find(child.key);
    if (rule->kind == RuleKind::List || rule->kind == RuleKind::NamedMap) return &rule->item();
    return nullptr;
}

/// `out` stands behind a key or a dash; a container begins on a line of its own.
void add_value(const Node& node, const Rule* rule, int depth, std::string& out) {
    const bool is_map = node.kind == Node::Kind::Map;
    if (node.kind == Node::Kind::Null) {
        out += " null\n";
    } else if (node.kind == Node::Kind::Scalar) {
        out.append(" ").append(scalar_text(node, rule)).append("\n");
    } else if (node.children.empty()) {
        out += is_map ? " {}\n" : " []\n";
    } else {
        out += '\n';
        for (const Node& child : node.children) {
            out.append(static_cast<std::size_t>(depth) * 2, ' ');
            if (is_map) {
                out.append(in_quotes(child.key)).append(":");
            } else {
                out += '-';
            }
            add_value(child, rule_inside(rule, child), depth + 1, out);
        }
    }
}

}  // namespace

std::string config_text(const config::Document& document) {
    std::string out;
    add_value(document.merged, &config::config_rules(), 0, out);
    return out.substr(1);  // the newline before the first key
}

}  // namespace tradectl::backtest

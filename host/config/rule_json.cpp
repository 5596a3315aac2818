#include "host/config/rule_json.hpp"

#include "host/config/scalar.hpp"

#include <string_view>
#include <utility>

namespace tradectl::config {
namespace {

std::string pattern_of(RuleKind kind) {
    switch (kind) {
        case RuleKind::Decimal: return "^-?[0-9]+(\\.[0-9]+)?$";
        case RuleKind::Duration: return "^(0|[0-9]+(\\.[0-9]+)?(ns|us|ms|s|m|h|d))$";
        case RuleKind::Size: return "^[0-9]+(B|KiB|MiB|GiB)?$";
        case RuleKind::Time: return "^[0-9]{4}-[0-9]{2}-[0-9]{2}";
        default: return "";
    }
}

/// A plain number in the file is fine where its exact text is what counts.
Json types_of(RuleKind kind) {
    if (kind == RuleKind::Decimal) {
        Json types = Json::array();
        types.push("string");
        types.push("number");
        return types;
    }
    if (kind == RuleKind::Duration || kind == RuleKind::Size) {
        Json types = Json::array();
        types.push("string");
        types.push("integer");
        return types;
    }
    return Json("string");
}

Json default_of(const Rule& rule) {
    return to_json(rule.fallback, rule, DurationForm::Text, SecretForm::Plain);
}

void add_integer(const Rule& rule, Json& out) {
    out.set("type", "integer");
    if (rule.minimum) out.set("minimum", parse_integer(*rule.minimum).value_or(0));
    if (rule.maximum) out.set("maximum", parse_integer(*rule.maximum).value_or(0));
}

void add_text(const Rule& rule, Json& out) {
    out.set("type", types_of(rule.kind));
    std::string pattern = pattern_of(rule.kind);
    if (rule.pattern != Pattern::Free) pattern = "^" + std::string(expression(rule.pattern)) + "$";
    if (!pattern.empty()) out.set("pattern", pattern);
    if (rule.kind == RuleKind::Decimal) out.set("format", "decimal");
    if (rule.kind == RuleKind::Duration) out.set("format", "duration");
    if (rule.minimum) out.set(rule.above_minimum ? "x-above" : "x-minimum", *rule.minimum);
    if (rule.maximum) out.set("x-maximum", *rule.maximum);
    if (rule.kind == RuleKind::Text && rule.length_max != 0) out.set("maxLength", rule.length_max);
    if (rule.choices.empty()) return;
    Json& words = out.set("enum", Json::array());
    for (const std::string& word : rule.choices)
        words.push(word);
}

void add_map(const Rule& rule, Json& out) {
    out.set("type", "object");
    out.set("additionalProperties", false);
    Json required = Json::array();
    Json properties = Json::object();
    for (const Rule& key : rule.children) {
        if (key.presence == Presence::Required) required.push(key.name);
        properties.set(key.name, schema_of(key));
    }
    if (!required.as_array()->empty()) out.set("required", std::move(required));
    out.set("properties", std::move(properties));
}

void add_shape(const Rule& rule, Json& out) {
    switch (rule.kind) {
        case RuleKind::Map: add_map(rule, out); break;
        case RuleKind::NamedMap:
            out.set("type", "object");
            out.set("additionalProperties", schema_of(rule.item()));
            break;
        case RuleKind::List:
            out.set("type", "array");
            out.set("items", schema_of(rule.item()));
            if (rule.length_min != 0) out.set("minItems", rule.length_min);
            if (rule.length_max != 0) out.set("maxItems", rule.length_max);
            break;
        case RuleKind::Any: out.set("type", "object"); break;
        case RuleKind::Integer: add_integer(rule, out); break;
        case RuleKind::Boolean: out.set("type", "boolean"); break;
        default: add_text(rule, out); break;
    }
}

/// A tree without rules: every scalar is text.
Json plain_tree(const Node& node, SecretForm secret) {
    if (node.kind == Node::Kind::Null) return {};
    if (node.kind == Node::Kind::Scalar)
        return secret == SecretForm::Redacted && node.secrecy == Node::Secrecy::Secret
                   ? Json(kRedacted)
                   : Json(node.text);
    if (node.kind == Node::Kind::List) {
        Json out = Json::array();
        for (const Node& item : node.children)
            out.push(plain_tree(item, secret));
        return out;
    }
    Json out = Json::object();
    for (const Node& child : node.children)
        out.set(child.key, plain_tree(child, secret));
    return out;
}

Json scalar_to_json(const Node& node, const Rule& rule, DurationForm form) {
    if (rule.kind == RuleKind::Integer) {
        if (const auto value = parse_integer(node.text)) return Json(*value);
    }
    if (rule.kind == RuleKind::Boolean) return Json(node.text == "true");
    if (rule.kind == RuleKind::Duration && form == DurationForm::Nanoseconds) {
        if (const auto ns = parse_duration(node.text)) return Json(*ns);
    }
    return Json(node.text);
}

}  // namespace

Json schema_of(const Rule& rule) {
    Json out = Json::object();
    if (!rule.help.empty()) out.set("description", rule.help);
    add_shape(rule, out);
    const bool is_scalar = rule.fallback.kind == Node::Kind::Scalar;
    if (rule.presence == Presence::Filled && is_scalar) out.set("default", default_of(rule));
    return out;
}

Json to_json(const Node& node, const Rule& rule, DurationForm form, SecretForm secret) {
    if (rule.kind == RuleKind::Any) return plain_tree(node, secret);
    if (rule.kind == RuleKind::List) {
        Json out = Json::array();
        for (const Node& item : node.children)
            out.push(to_json(item, rule.item(), form, secret));
        return out;
    }
    if (rule.kind == RuleKind::Map || rule.kind == RuleKind::NamedMap) {
        Json out = Json::object();
        for (const Node& child : node.children) {
            const Rule* key = rule.kind == RuleKind::Map ? rule.find(child.key) : &rule.item();
            if (key != nullptr) out.set(child.key, to_json(child, *key, form, secret));
        }
        return out;
    }
    if (secret == SecretForm::Redacted && node.secrecy == Node::Secrecy::Secret)
        return Json(kRedacted);
    return scalar_to_json(node, rule, form);
}

}  // namespace tradectl::config

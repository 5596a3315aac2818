// The subset of JSON Schema that plugin manifests use, read strictly: what is not understood is
// refused, because a bound that is not enforced would mislead.
#include "host/config/rule_json.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace tradectl::config {
namespace {

constexpr std::size_t kSchemaDepthMax = 4;
constexpr std::array<std::string_view, 16> kKnownKeys = {"type",
                                                         "description",
                                                         "default",
                                                         "format",
                                                         "minimum",
                                                         "maximum",
                                                         "x-minimum",
                                                         "x-maximum",
                                                         "maxLength",
                                                         "enum",
                                                         "items",
                                                         "maxItems",
                                                         "required",
                                                         "properties",
                                                         "x-secret",
                                                         "additionalProperties"};

Unexpected refuse(const std::string& path, const std::string& why) {
    return fail(ErrorCode::Config,
                "settings schema" + (path.empty() ? "" : " of '" + path + "'") + ": " + why);
}

/// The tree that a default in JSON stands for.
Node node_of(const Json& json) {
    Node node;
    if (const auto* items = json.as_array()) {
        node.kind = Node::Kind::List;
        for (const Json& item : *items)
            node.children.push_back(node_of(item));
    } else if (const auto* members = json.as_object()) {
        node.kind = Node::Kind::Map;
        for (const JsonMember& member : *members) {
            node.children.push_back(node_of(member.value));
            node.children.back().key = member.key;
        }
    } else if (!json.is_null()) {
        node.kind = Node::Kind::Scalar;
        node.text = json.as_text() != nullptr ? *json.as_text() : json.dump();
    }
    return node;
}

Expected<RuleKind> kind_of(const Json& schema, const std::string& path) {
    const std::string_view type = schema.find_text("type").value_or("");
    const std::string_view format = schema.find_text("format").value_or("");
    if (type == "integer") return RuleKind::Integer;
    if (type == "boolean") return RuleKind::Boolean;
    if (type == "array") return RuleKind::List;
    if (type == "object")
        return schema.find("properties") != nullptr ? RuleKind::Map : RuleKind::NamedMap;
    if (type == "string" && format.empty()) return RuleKind::Text;
    if (type == "string" && format == "decimal") return RuleKind::Decimal;
    if (type == "string" && format == "duration") return RuleKind::Duration;
    return refuse(path,
                  "type '" + std::string(type) + "' with format '" + std::string(format) +
                      "' is not supported");
}

/// "minimum" of an integer is a number, "x-minimum" of a decimal or a duration is text.
Expected<std::optional<std::string>> bound_of(const Json& schema,
                                              std::string_view key,
                                              const std::string& path) {
    const bool is_integer = schema.find_text("type") == "integer";
    const Json* bound = schema.find(is_integer ? std::string(key) : "x-" + std::string(key));
    if (bound == nullptr) return std::optional<std::string>();
    if (is_integer && bound->as_integer()) return std::optional(bound->dump());
    if (!is_integer && bound->as_text() != nullptr) return std::optional(*bound->as_text());
    return refuse(path, "bad " + std::string(key));
}

Status read_bounds(const Json& schema, const std::string& path, Rule& rule) {
    auto minimum = bound_of(schema, "minimum", path);
    if (!minimum) return fail(minimum.error());
    auto maximum = bound_of(schema, "maximum", path);
    if (!maximum) return fail(maximum.error());
    rule.minimum = *minimum;
    rule.maximum = *maximum;
    for (const char* key : {"maxLength", "maxItems"}) {
        const Json* limit = schema.find(key);
        if (limit == nullptr) continue;
        const auto value = limit->as_integer();
        if (!value || *value < 1) return refuse(path, std::string("bad ") + key);
        rule.length_max = static_cast<std::size_t>(*value);
    }
    if (const Json* words = schema.find("enum")) {
        if (words->as_array() == nullptr) return refuse(path, "bad enum");
        for (const Json& word : *words->as_array()) {
            if (word.as_text() == nullptr) return refuse(path, "bad enum");
            rule.choices.push_back(*word.as_text());
        }
    }
    return {};
}

Expected<Rule> read_rule(const Json& schema, const std::string& path, std::size_t depth);

Status read_properties(const Json& schema, const std::string& path, std::size_t depth, Rule& rule) {
    const Json::Object* properties = schema.find("properties")->as_object();
    if (properties == nullptr) return refuse(path, "'properties' is not an object");
    for (const JsonMember& member : *properties) {
        auto key = read_rule(member.value, member.key, depth + 1);
        if (!key) return fail(key.error());
        key->name = member.key;
        rule.children.push_back(std::move(*key));
    }
    const Json* required = schema.find("required");
    if (required == nullptr) return {};
    if (required->as_array() == nullptr) return refuse(path, "'required' is not a list");
    for (const Json& name : *required->as_array()) {
        const auto found =
            std::find_if(rule.children.begin(), rule.children.end(), [&](const Rule& key) {
                return name.as_text() != nullptr && key.name == *name.as_text();
            });
        if (found == rule.children.end()) return refuse(path, "requires a key it does not have");
        found->presence = Presence::Required;
    }
    return {};
}

Status read_children(const Json& schema, const std::string& path, std::size_t depth, Rule& rule) {
    if (rule.kind == RuleKind::Map) return read_properties(schema, path, depth, rule);
    if (rule.kind != RuleKind::List && rule.kind != RuleKind::NamedMap) return {};
    const char* key = rule.kind == RuleKind::List ? "items" : "additionalProperties";
    const Json* item = schema.find(key);
    if (item == nullptr) return refuse(path, std::string("lacks '") + key + "'");
    auto child = read_rule(*item, path, depth + 1);
    if (!child) return fail(child.error());
    rule.children.push_back(std::move(*child));
    return {};
}

Expected<Rule> read_rule(const Json& schema, const std::string& path, std::size_t depth) {
    if (schema.as_object() == nullptr) return refuse(path, "is not an object");
    if (depth > kSchemaDepthMax) return refuse(path, "is nested too deeply");
    for (const JsonMember& member : *schema.as_object()) {
        if (std::find(kKnownKeys.begin(), kKnownKeys.end(), member.key) == kKnownKeys.end())
            return refuse(path, "keyword '" + member.key + "' is not supported");
    }
    const auto kind = kind_of(schema, path);
    if (!kind) return fail(kind.error());
    Rule rule = scalar(*kind, "", schema.find_text("description").value_or(""));
    Status status = read_bounds(schema, path, rule);
    if (status) status = read_children(schema, path, depth, rule);
    if (!status) return fail(status.error());
    if (const Json* fallback = schema.find("default")) {
        rule.presence = Presence::Filled;
        rule.fallback = node_of(*fallback);
    }
    if (const Json* secret = schema.find("x-secret"); secret != nullptr && *secret == Json(true))
        rule.secrecy = Node::Secrecy::Secret;
    return rule;
}

}  // namespace

Expected<Rule> rule_from_schema(const Json& schema) {
    auto rule = read_rule(schema, "", 0);
    if (rule && rule->kind != RuleKind::Map) return refuse("", "has no properties");
    return rule;
}

}  // namespace tradectl::config

#include "host/config/describe.hpp"

#include "host/config/check.hpp"
#include "host/config/rule_json.hpp"
#include "host/config/schema_defaults.hpp"

#include <utility>

namespace tradectl::config {
namespace {

void collect(const Node& node, const std::string& path, std::vector<ShownValue>& out) {
    const bool is_container = node.kind == Node::Kind::Map || node.kind == Node::Kind::List;
    if (is_container && !node.children.empty()) {
        for (std::size_t i = 0; i < node.children.size(); ++i) {
            const Node& child = node.children[i];
            collect(child,
                    node.kind == Node::Kind::Map ? join_path(path, child.key) : join_path(path, i),
                    out);
        }
        return;
    }
    std::string value = node.text;
    if (node.kind == Node::Kind::Map) value = "{}";
    if (node.kind == Node::Kind::List) value = "[]";
    if (node.secrecy == Node::Secrecy::Secret) value = kRedacted;
    out.push_back({path, std::move(value), node.origin.to_string()});
}

}  // namespace

Json schema() {
    Json out = Json::object();
    out.set("$schema", kSchemaDialect);
    out.set("title", "tradectl configuration");
    const Json rules = schema_of(config_rules());
    for (const JsonMember& member : *rules.as_object())
        out.set(member.key, member.value);
    return out;
}

std::vector<ShownValue> show(const Document& document) {
    std::vector<ShownValue> values;
    collect(document.merged, "", values);
    return values;
}

Json to_json(const Document& document) {
    return to_json(document.merged, config_rules(), DurationForm::Text, SecretForm::Redacted);
}

}  // namespace tradectl::config

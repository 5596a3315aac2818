#include "host/config/settings.hpp"

#include "host/config/check.hpp"
#include "host/config/rule_json.hpp"

namespace tradectl::config {

Settings validate_settings(const Node& settings, const Json& schema, std::string_view path) {
    Settings result;
    const auto rule = rule_from_schema(schema);
    if (!rule) {
        result.errors.push_back({settings.origin, std::string(path), rule.error().message, ""});
        return result;
    }
    const Node checked = check(settings, *rule, std::string(path), result.errors);
    result.values = to_json(checked, *rule, DurationForm::Nanoseconds, SecretForm::Plain);
    return result;
}

}  // namespace tradectl::config

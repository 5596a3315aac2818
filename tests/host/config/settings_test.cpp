#include "host/config/settings.hpp"

#include "host/config/yaml.hpp"
#include "tests/host/config/config_fixture.hpp"

namespace tradectl::config {
namespace {

constexpr std::string_view kSchema = R"({
  "type": "object", "additionalProperties": false, "required": ["quantity"],
  "properties": {
    "lookback": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 20},
    "allow_short": {"type": "boolean", "default": false, "description": "sell first"},
    "style": {"type": "string", "enum": ["fast", "slow"], "default": "fast"},
    "label": {"type": "string", "maxLength": 5},
    "quantity": {"type": "string", "format": "decimal", "x-minimum": "0.001", "x-maximum": "1"},
    "cooldown": {"type": "string", "format": "duration", "x-minimum": "1ms", "x-maximum": "1h",
                 "default": "5s"},
    "names": {"type": "array", "items": {"type": "string"}, "maxItems": 2, "default": ["a"]},
    "balances": {"type": "object", "additionalProperties": {"type": "string", "format": "decimal"},
                 "default": {"USD": "10000"}},
    "api_key": {"type": "string"}
  }})";

Settings validate(std::string_view yaml, std::string_view schema = kSchema) {
    Origin place;
    place.source = Source::File;
    place.name = "f";
    Problems problems;
    const Node node = read_yaml(yaml, place, problems);
    EXPECT_TRUE(problems.empty());
    auto json = parse_json(schema);
    EXPECT_TRUE(json) << json.error().message;
    return validate_settings(node, *json, "settings");
}

std::string errors_of(const Settings& settings) {
    return settings.errors.empty() ? "" : to_error(settings.errors).message;
}

TEST(Settings, DefaultsAreFilledInAndValuesNormalised) {
    const Settings result = validate("quantity: 0.50\n");
    ASSERT_EQ(errors_of(result), "");
    EXPECT_EQ(result.values.dump(),
              R"({"lookback":20,"allow_short":false,"style":"fast","quantity":"0.5",)"
              R"("cooldown":5000000000,"names":["a"],"balances":{"USD":"10000"}})");
}

TEST(Settings, GivenValuesReplaceDefaults) {
    const Settings result = validate(
        "quantity: 1\nlookback: 5\nallow_short: true\nstyle: slow\nlabel: abc\ncooldown: 1.5s\n"
        "names: [x, y]\nbalances: {EUR: 1.10}\n");
    ASSERT_EQ(errors_of(result), "");
    EXPECT_EQ(result.values.dump(),
              R"({"lookback":5,"allow_short":true,"style":"slow","label":"abc","quantity":"1",)"
              R"("cooldown":1500000000,"names":["x","y"],"balances":{"EUR":"1.1"}})");
}

struct BadSetting {
    const char* yaml;
    const char* part;
};

TEST(Settings, EveryBoundIsEnforced) {
    const BadSetting cases[] = {
        {"lookback: 0", "settings.lookback: '0' is below the minimum 1"},
        {"lookback: 1001", "'1001' is above the maximum 1000"},
        {"lookback: 1.5", "is not a whole number"},
        {"lookback: [1]", "must be a single value, but is a list"},
        {"lookback:", "has no value"},
        {"allow_short: yes", "'yes' is not true or false"},
        {"style: fats", "'fats' is not one of fast, slow (did you mean 'fast'?)"},
        {"label: abcdef", "has 6 bytes, above the maximum 5"},
        {"quantity: 0.0009", "'0.0009' is below the minimum 0.001"},
        {"quantity: 1.000000000000000001", "is above the maximum 1"},
        {"quantity: NaN", "is not a decimal"},
        {"quantity: 1e40", "is too large for a decimal"},
        {"cooldown: 5", "is not a duration"},
        {"cooldown: 999us", "'999us' is below the minimum 1ms"},
        {"cooldown: 61m", "is above the maximum 1h"},
        {"names: [a, b, c]", "3 items is above the maximum of 2"},
        {"names: x", "must be a list, but is a single value"},
        {"balances: {USD: x}", "settings.balances.USD: 'x' is not a decimal"},
        {"balances: [1]", "must be a map, but is a list"},
        {"lokback: 1", "unknown key 'lokback' (did you mean 'lookback'?)"},
    };
    for (const auto& [yaml, part] : cases) {
        const std::string errors = errors_of(validate(yaml));
        EXPECT_NE(errors.find(part), std::string::npos) << yaml << ": " << errors;
    }
}

TEST(Settings, BoundariesThemselvesAreFine) {
    EXPECT_EQ(errors_of(validate("quantity: 0.001\nlookback: 1\ncooldown: 1ms\nlabel: abcde")), "");
    EXPECT_EQ(errors_of(validate("quantity: 1\nlookback: 1000\ncooldown: 1h\nnames: [a, b]")), "");
}

TEST(Settings, WhatIsRequiredIsMissedByName) {
    EXPECT_EQ(errors_of(validate("lookback: 2\n")),
              "f:1:1: settings.quantity: is required, but missing");
    EXPECT_EQ(errors_of(validate("")), "settings.quantity: is required, but missing");
}

TEST(Settings, ASecretIsNeverPrinted) {
    const std::string schema =
        R"({"type": "object", "properties": {"api_key": {"type": "string", "maxLength": 3}}})";
    EXPECT_EQ(errors_of(validate("api_key: not-for-print", schema)),
              "f:1:10: settings.api_key: the secret has a wrong form");
}

TEST(Settings, SchemasThatAreNotUnderstoodAreRefused) {
    const BadSetting cases[] = {
        {R"([])", "is not an object"},
        {R"({"type": "object"})", "lacks 'additionalProperties'"},
        {R"({"type": "object", "properties": []})", "'properties' is not an object"},
        {R"({"type": "object", "properties": {"a": {"type": "number"}}})", "type 'number'"},
        {R"({"type": "object", "properties": {"a": {"type": "string", "format": "uri"}}})",
         "'uri'"},
        {R"({"type": "object", "properties": {"a": {"type": "string", "pattern": "x"}}})",
         "keyword 'pattern' is not supported"},
        {R"({"type": "object", "properties": {"a": {"type": "integer", "minimum": "1"}}})",
         "settings schema of 'a': bad minimum"},
        {R"({"type": "object", "properties": {"a": {"type": "array"}}})", "lacks 'items'"},
        {R"({"type": "object", "properties": {"a": {"type": "string", "enum": [1]}}})", "bad enum"},
        {R"({"type": "object", "properties": {}, "required": ["b"]})", "requires a key"},
        {R"({"type": "object", "properties": {"a": {"type": "string", "maxLength": 0}}})",
         "bad maxLength"},
    };
    for (const auto& [schema, part] : cases) {
        const std::string errors = errors_of(validate("", schema));
        EXPECT_NE(errors.find(part), std::string::npos) << schema << ": " << errors;
    }
}

TEST(Settings, ADefaultThatBreaksItsOwnBoundsIsAProblem) {
    const Settings result = validate("",
                                     R"({"type": "object", "properties":
        {"a": {"type": "integer", "minimum": 5, "default": 1}}})");
    EXPECT_EQ(errors_of(result), "settings.a: '1' is below the minimum 5");
}

TEST(Settings, ABoundThatCannotBeReadRefusesTheValue) {
    const Settings result = validate("a: 1",
                                     R"({"type": "object", "properties":
        {"a": {"type": "string", "format": "decimal", "x-minimum": "low"}}})");
    EXPECT_NE(errors_of(result).find("bad minimum low"), std::string::npos);
}

}  // namespace
}  // namespace tradectl::config

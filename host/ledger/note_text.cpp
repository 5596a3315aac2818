#include "host/ledger/note_text.hpp"

#include "host/base/json.hpp"

#include <array>

namespace tradectl::ledger {
namespace {

// By hand: a denied order has a score of verdicts, and none of them holds a character to escape.
void append_decimal(std::string_view name, Decimal value, std::string& out) {
    if (value.is_null()) return;
    std::array<char, 64> text;
    const char* end = value.write(text.data());
    out.append(",\"").append(name).append("\":\"");
    out.append(text.data(), static_cast<std::size_t>(end - text.data())).append("\"");
}

Expected<Decimal> decimal_of(const Json& object, std::string_view name) {
    const auto text = object.find_text(name);
    if (!text) return Decimal::null();
    return Decimal::parse(*text);
}

Expected<Json> parse_list(std::string_view text) {
    auto json = parse_json(text);
    if (!json) return fail(ErrorCode::Corrupt, "ledger: list of a note: " + json.error().message);
    if (json->as_array() == nullptr)
        return fail(ErrorCode::Corrupt, "ledger: list of a note: not an array");
    return json;
}

}  // namespace

void write_verdicts(const wal::Verdicts& verdicts, std::string& out) {
    out = "[";
    for (const wal::Verdict& verdict : verdicts) {
        if (out.size() > 1) out += ',';
        out.append("{\"reason\":").append(std::to_string(verdict.reason));
        out.append(verdict.passed ? ",\"passed\":true" : ",\"passed\":false");
        append_decimal("value", verdict.value, out);
        append_decimal("limit", verdict.limit, out);
        out += '}';
    }
    out += ']';
}

Expected<std::vector<wal::Verdict>> read_verdicts(std::string_view text) {
    const auto list = parse_list(text);
    if (!list) return fail(list.error());
    std::vector<wal::Verdict> verdicts;
    for (const Json& item : *list->as_array()) {
        const Json* reason = item.find("reason");
        const Json* passed = item.find("passed");
        const auto value = decimal_of(item, "value");
        const auto limit = decimal_of(item, "limit");
        if (reason == nullptr || passed == nullptr || !value || !limit)
            return fail(ErrorCode::Corrupt, "ledger: a verdict that cannot be read");
        verdicts.push_back({static_cast<std::uint16_t>(reason->as_integer().value_or(0)),
                            passed->as_boolean().value_or(false),
                            *value,
                            *limit});
    }
    return verdicts;
}

std::string write_numbers(const wal::Numbers& numbers) {
    Json list = Json::array();
    for (const wal::Number& number : numbers) {
        Json item = Json::object();
        item.set("name", Json(number.name));
        if (!number.value.is_null()) item.set("value", Json::text_of(number.value));
        list.push(std::move(item));
    }
    return list.dump();
}

Expected<std::vector<NamedNumber>> read_numbers(std::string_view text) {
    const auto list = parse_list(text);
    if (!list) return fail(list.error());
    std::vector<NamedNumber> numbers;
    for (const Json& item : *list->as_array()) {
        const auto name = item.find_text("name");
        const auto value = decimal_of(item, "value");
        if (!name || !value)
            return fail(ErrorCode::Corrupt, "ledger: a number that cannot be read");
        numbers.push_back({std::string(*name), *value});
    }
    return numbers;
}

}  // namespace tradectl::ledger

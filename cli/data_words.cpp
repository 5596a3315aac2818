#include "cli/data_words.hpp"

#include "cli/table.hpp"
#include "host/market/data_file.hpp"
#include "host/market/info.hpp"

#include <filesystem>
#include <utility>

namespace tradectl::cli {

Unexpected usage(std::string what) {
    return fail(ErrorCode::Usage, std::move(what));
}

Expected<std::string> needed_path(const char* option, const std::string& path) {
    if (path.empty()) return usage(std::string(option) + " is missing");
    std::error_code error;
    const auto full = std::filesystem::absolute(path, error);
    if (error) return fail(ErrorCode::Io, path + ": " + error.message());
    return full.lexically_normal().string();
}

Expected<char> one_character(const std::string& text) {
    if (text == "tab" || text == "\\t") return '\t';
    if (text.size() != 1 || text[0] == '"' || text[0] == '\n' || text[0] == '\r')
        return usage("--delimiter is \"" + text + "\", must be one character or tab");
    return text[0];
}

Expected<market::TimeUnit> time_unit(const std::string& text) {
    const auto unit = market::time_unit_of(text);
    if (!unit || *unit > market::TimeUnit::Rfc3339)
        return usage("--time-unit is \"" + text + "\", must be s, ms, us, ns or rfc3339");
    return *unit;
}

namespace {

std::string plain_text(const Json& value) {
    const std::string* text = value.as_text();
    return text != nullptr ? *text : value.dump();
}

/// `NAME VALUE, NAME VALUE` of an object's members.
std::string one_line(const Json& value) {
    const auto* members = value.as_object();
    if (members == nullptr) return plain_text(value);
    std::string line;
    for (const JsonMember& member : *members)
        line += (line.empty() ? "" : ", ") + member.key + " " + plain_text(member.value);
    return line;
}

/// A row for each value: those of an object have its name in front of theirs, a list of objects has
/// a row for each.
void add_rows(Table& table, const std::string& name, const Json& value) {
    if (const auto* members = value.as_object()) {
        for (const JsonMember& member : *members)
            add_rows(table, name.empty() ? member.key : name + "." + member.key, member.value);
        return;
    }
    const auto* items = value.as_array();
    if (items == nullptr) return table.add({name, plain_text(value)});
    if (items->empty()) return table.add({name, "none"});
    if (items->front().as_object() != nullptr) {
        for (const Json& item : *items)
            table.add({name, one_line(item)});
        return;
    }
    std::string list;
    for (const Json& item : *items)
        list += (list.empty() ? "" : ", ") + plain_text(item);
    table.add({name, list});
}

}  // namespace

Answer described(Json info) {
    Table table({{"field"}, {"value"}});
    add_rows(table, "", info);
    Answer answer;
    answer.text = table.body();
    answer.data = std::move(info);
    return answer;
}

Expected<Answer> describe_file(const std::string& path) {
    const auto file = market::DataFile::open(path);
    if (!file) return fail(file.error());
    return described(market::describe(**file));
}

}  // namespace tradectl::cli

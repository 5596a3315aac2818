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

Answer described(Json info) {
    Table table({{"field"}, {"value"}});
    for (const JsonMember& member : *info.as_object()) {
        const std::string* text = member.value.as_text();
        table.add({member.key, text != nullptr ? *text : member.value.dump()});
    }
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

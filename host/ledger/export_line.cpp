#include "host/ledger/export_line.hpp"

#include "host/base/json.hpp"

#include <algorithm>
#include <charconv>

namespace tradectl::ledger {
namespace {

/// Nothing in it needs an escape, whatever the writer of JSON escapes.
bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return c >= ' ' && c <= '~' && c != '"' && c != '\\';
    });
}

}  // namespace

void ExportLine::begin(std::string_view kind) {
    line_.assign("{\"kind\":\"").append(kind).append("\"");
}

void ExportLine::name(std::string_view name) {
    line_.append(",\"").append(name).append("\":");
}

ExportLine& ExportLine::number(std::string_view name, std::int64_t value) {
    this->name(name);
    char digits[24];
    line_.append(digits, std::to_chars(digits, digits + sizeof(digits), value).ptr);
    return *this;
}

ExportLine& ExportLine::time(std::string_view name, Timestamp value) {
    return value.is_none() ? null(name) : number(name, value.ns());
}

ExportLine& ExportLine::text(std::string_view name, std::string_view value) {
    this->name(name);
    if (is_plain(value)) {
        line_.append("\"").append(value).append("\"");
    } else {
        line_ += Json(value).dump();
    }
    return *this;
}

ExportLine& ExportLine::decimal(std::string_view name, Decimal value) {
    if (value.is_null()) return null(name);
    char digits[Decimal::kTextBytesMax];
    return text(name, {digits, static_cast<std::size_t>(value.write(digits) - digits)});
}

ExportLine& ExportLine::null(std::string_view name) {
    this->name(name);
    line_ += "null";
    return *this;
}

std::string_view ExportLine::end() {
    line_ += "}\n";
    return line_;
}

}  // namespace tradectl::ledger

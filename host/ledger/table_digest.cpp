#include "host/ledger/table_digest.hpp"

#include "host/base/hash.hpp"
#include "host/base/hex.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace tradectl::ledger {

namespace {

/// No table's key has more columns, and keys stand first.
constexpr std::size_t kKeyColumnsMax = 4;

Expected<std::vector<std::string>> names(Database& database, const std::string& sql) {
    auto statement = database.prepare(sql);
    if (!statement) return fail(statement.error());
    std::vector<std::string> out;
    for (;;) {
        const auto more = statement->step();
        if (!more) return fail(more.error());
        if (!*more) return out;
        out.emplace_back(statement->text(0));
    }
}

/// Values as SQL literals, so that NULL, a text and a number of the same digits differ.
std::string select_of(const std::string& table, const std::vector<std::string>& columns) {
    std::string values;
    for (const std::string& column : columns)
        values += (values.empty() ? "quote(" : " || ',' || quote(") + column + ")";
    std::string order;
    for (std::size_t i = 0; i < std::min(columns.size(), kKeyColumnsMax); ++i)
        order += (i == 0 ? "" : ", ") + columns[i];
    return "SELECT " + values + " FROM " + table + " ORDER BY " + order;
}

Expected<std::string> digest_of(Database& database, const std::string& table) {
    const auto columns = names(database, "SELECT name FROM pragma_table_info('" + table + "')");
    if (!columns) return fail(columns.error());
    auto rows = database.prepare(select_of(table, *columns));
    if (!rows) return fail(rows.error());
    Sha256 hash;
    for (;;) {
        const auto more = rows->step();
        if (!more) return fail(more.error());
        if (!*more) break;
        hash.update(bytes_of(rows->text(0)));
        hash.update(bytes_of("\n"));
    }
    return to_hex(hash.finish());
}

}  // namespace

Expected<std::map<std::string, std::string>> table_digests(Reader& reader) {
    const auto tables = names(reader.database(),
                              "SELECT name FROM sqlite_schema WHERE type = 'table' AND "
                              "name NOT LIKE 'sqlite\\_%' ESCAPE '\\'");
    if (!tables) return fail(tables.error());
    std::map<std::string, std::string> out;
    for (const std::string& table : *tables) {
        auto digest = digest_of(reader.database(), table);
        if (!digest) return fail(digest.error());
        out.emplace(table, std::move(*digest));
    }
    return out;
}

}  // namespace tradectl::ledger

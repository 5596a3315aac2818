/// A SELECT put together from a Filter. For the reader alone.
#pragma once

#include "host/base/database.hpp"
#include "host/ledger/columns.hpp"
#include "host/ledger/reader.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tradectl::ledger {

/// Collects conditions with their values, then runs.
class Query {
  public:
    Query(std::string_view columns, std::string_view table)
        : select_("SELECT " + std::string(columns) + " FROM " + std::string(table)) {}

    Query& where(std::string_view condition) {
        conditions_ += conditions_.empty() ? " WHERE " : " AND ";
        conditions_ += condition;
        return *this;
    }
    /// `condition` ends in a question mark that stands for the value.
    Query& where(std::string_view condition, std::int64_t value) {
        values_.emplace_back(value);
        return where(condition);
    }
    Query& where(std::string_view condition, std::string_view value) {
        values_.emplace_back(std::string(value));
        return where(condition);
    }
    /// Instance, venue, account and instrument of the filter.
    Query& of(const Filter& filter);
    /// The filter's time range on a column.
    Query& during(const Filter& filter, std::string_view column);

    /// All rows by `order`, a column or several.
    Expected<Statement> run(Database& database, std::string_view order);
    /// The last rows by the column `key`, which is in the result, in rising order.
    Expected<Statement> run_last(Database& database, std::string_view key, std::int64_t rows_max);

  private:
    Expected<Statement> prepare(Database& database, const std::string& sql);

    std::string select_;
    std::string conditions_;
    bool by_time_ = false;
    std::vector<std::variant<std::int64_t, std::string>> values_;
};

/// Takes every row: `take(ColumnReader&, Row&)` returns a Status.
template <typename Row, typename Take>
Expected<std::vector<Row>> rows_of(Expected<Statement> statement, Take&& take) {
    if (!statement) return fail(statement.error());
    std::vector<Row> rows;
    for (;;) {
        const auto more = statement->step();
        if (!more) return fail(more.error());
        if (!*more) return rows;
        ColumnReader columns(*statement);
        Row& row = rows.emplace_back();
        if (Status done = take(columns, row); !done) return fail(done.error());
        if (Status done = columns.done(); !done) return fail(done.error());
    }
}

}  // namespace tradectl::ledger

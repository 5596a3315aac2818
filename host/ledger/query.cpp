#include "host/ledger/query.hpp"

namespace tradectl::ledger {

Query& Query::of(const Filter& filter) {
    if (!filter.instance.empty()) where("instance = ?", filter.instance);
    if (!filter.venue.empty()) where("venue = ?", filter.venue);
    if (!filter.account.empty()) where("account = ?", filter.account);
    if (!filter.instrument.empty()) where("instrument = ?", filter.instrument);
    return *this;
}

Query& Query::during(const Filter& filter, std::string_view column) {
    by_time_ = filter.since.has_value();
    if (filter.since) where(std::string(column) + " >= ?", filter.since->ns());
    if (filter.until) where(std::string(column) + " < ?", filter.until->ns());
    return *this;
}

Expected<Statement> Query::prepare(Database& database, const std::string& sql) {
    auto statement = database.prepare(sql);
    if (!statement) return statement;
    for (std::size_t i = 0; i < values_.size(); ++i) {
        const int parameter = static_cast<int>(i) + 1;
        if (const auto* number = std::get_if<std::int64_t>(&values_[i]))
            statement->bind(parameter, *number);
        else
            statement->bind(parameter, std::string_view(std::get<std::string>(values_[i])));
    }
    return statement;
}

Expected<Statement> Query::run(Database& database, std::string_view order) {
    return prepare(database, select_ + conditions_ + " ORDER BY " + std::string(order));
}

Expected<Statement> Query::run_last(Database& database,
                                    std::string_view key,
                                    std::int64_t rows_max) {
    const std::string column(key);
    // A bare column would make SQLite walk the whole table in that order instead of taking the
    // index on the time and sorting the few rows it gives.
    const std::string order = by_time_ ? "+" + column : column;
    if (rows_max < 0) return run(database, order);
    return prepare(database,
                   "SELECT * FROM (" + select_ + conditions_ + " ORDER BY " + order +
                       " DESC LIMIT " + std::to_string(rows_max) + ") ORDER BY " + column);
}

}  // namespace tradectl::ledger

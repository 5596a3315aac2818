#include "host/market/csv_fields.hpp"

#include "host/market/csv_record.hpp"

namespace tradectl::market {

Status CsvFields::check_header(std::string_view row) const {
    std::array<std::string_view, kFieldsMax> found;
    const std::size_t count = split_row(row, delimiter_, found);
    if (count != names_.size())
        return fail(ErrorCode::Corrupt,
                    "header has " + std::to_string(count) + " columns, expected " +
                        std::to_string(names_.size()));
    for (std::size_t i = 0; i < count; ++i)
        if (plain_column_name(found[i]) != plain_column_name(names_[i]))
            return fail(ErrorCode::Corrupt,
                        "header: column " + std::to_string(i) + " is \"" + printable(found[i]) +
                            "\", expected \"" + names_[i] + "\"");
    return {};
}

Status CsvFields::split(std::string_view row) {
    const std::size_t count = split_row(row, delimiter_, fields_);
    if (count == names_.size()) return {};
    if (count == 0) return fail(ErrorCode::Corrupt, "a quote is not closed");
    return fail(
        ErrorCode::Corrupt,
        "row has " + std::to_string(count) + " fields, expected " + std::to_string(names_.size()));
}

Unexpected CsvFields::fault(std::size_t column, std::string_view reason) const {
    return fail(ErrorCode::Corrupt,
                "column " + std::to_string(column) + " (" + names_[column] + "): \"" +
                    printable(fields_[column]) + "\": " + std::string(reason));
}

}  // namespace tradectl::market

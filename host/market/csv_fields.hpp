/// Rows of a fixed shape that are more than one record, or less.
#pragma once

#include "host/market/csv_layout.hpp"
#include "host/market/row_reader.hpp"

#include <tradectl/expected.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::market {

/// Cuts rows into named fields and says what is wrong with one. The fields point into the row that
/// was split last. [one thread]
class CsvFields {
  public:
    static constexpr std::size_t kFieldsMax = 256;

    /// Without a header the columns have these names; `names` must outlive the object.
    CsvFields(std::span<const std::string_view> names, char delimiter)
        : names_(names.begin(), names.end()), delimiter_(delimiter) {}

    /// Takes the first row of a file for a header, which must be the names.
    [[nodiscard]] Status check_header(std::string_view row) const;
    /// Corrupt when the row has not as many fields as there are names.
    [[nodiscard]] Status split(std::string_view row);

    [[nodiscard]] std::string_view operator[](std::size_t column) const { return fields_[column]; }
    /// `column N (NAME): "VALUE": reason`, as Corrupt.
    [[nodiscard]] Unexpected fault(std::size_t column, std::string_view reason) const;

  private:
    std::vector<std::string> names_;
    char delimiter_;
    std::array<std::string_view, kFieldsMax> fields_;
};

}  // namespace tradectl::market

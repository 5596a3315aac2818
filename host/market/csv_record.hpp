/// Rows of a CSV file as records of a data file.
#pragma once

#include "host/market/csv_layout.hpp"
#include "host/market/csv_time.hpp"
#include "host/market/data_format.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tradectl::market {

/// Why a row is no record.
struct RowFault {
    const char* reason = nullptr;  ///< null: nothing is wrong
    int column = -1;               ///< -1: the row as a whole
    CsvField field = CsvField::Time;
    std::string_view value;

    /// `column N (FIELD): "VALUE": reason`; the value is cut at 64 bytes, what is not printable
    /// becomes `?`.
    [[nodiscard]] std::string text() const;
};

/// A value for a message: cut at 64 bytes, what is not printable becomes `?`.
[[nodiscard]] std::string printable(std::string_view value);

/// What the values of a file mean, besides where they stand.
struct RowRules {
    char delimiter = ',';
    TimeRule time;
    NumberRule price;
    NumberRule quantity;
    CsvIds ids = CsvIds::Strict;
};

/// Splits rows and reads their fields; the fields point into the row given last. A unit of time
/// that is to be guessed is settled by the first row. [one thread]
class RowDecoder {
  public:
    RowDecoder(const CsvColumns& columns, RowRules rules)
        : columns_(columns), rules_(std::move(rules)) {}

    /// Cuts the row; a fault when it has too few or too many fields.
    [[nodiscard]] RowFault split(std::string_view row);
    /// Each reads the row that `split` took. The time of a bar is the one in the row.
    [[nodiscard]] RowFault decode(TradeRecord& out) const;
    [[nodiscard]] RowFault decode(QuoteRecord& out) const;
    [[nodiscard]] RowFault decode(BarRecord& out) const;

    /// Length of the bar by its CloseTime, which the file must have.
    [[nodiscard]] RowFault bar_length(tradectl_time open, std::int64_t& out) const;

    [[nodiscard]] bool has(CsvField field) const { return columns_.at(field) >= 0; }
    /// Text of a field that the file has.
    [[nodiscard]] std::string_view text(CsvField field) const {
        return fields_[static_cast<std::size_t>(columns_.at(field))];
    }
    /// The fault that a field's value is not right in itself, but beside others.
    [[nodiscard]] RowFault fault(CsvField field, const char* reason) const;

  private:
    enum class Least : std::uint8_t { AboveZero, Zero };
    template <typename Out>
    RowFault take(CsvField field, const char* (*read)(std::string_view, Out&), Out& out) const;
    RowFault take_number(CsvField field,
                         const NumberRule& rule,
                         Least least,
                         tradectl_decimal& out) const;
    RowFault take_price(CsvField field, tradectl_decimal& out) const {
        return take_number(field, rules_.price, Least::AboveZero, out);
    }
    RowFault take_quote_side(CsvField price_field,
                             CsvField quantity_field,
                             tradectl_decimal& price,
                             tradectl_decimal& quantity) const;
    RowFault take_id(std::uint64_t& out) const;
    RowFault take_time(CsvField field, tradectl_time& out) const;

    CsvColumns columns_;
    RowRules rules_;
    bool settled_ = false;
    std::array<std::string_view, kCsvFieldsMax> fields_;
    std::size_t field_count_ = 0;
    std::string shape_fault_;
};

}  // namespace tradectl::market

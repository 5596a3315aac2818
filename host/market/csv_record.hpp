/// Rows of a CSV file as records of a data file.
#pragma once

#include "host/market/csv_layout.hpp"
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

/// Splits rows and reads their fields; the fields point into the row given last. TimeUnit::Guess
/// is settled by the first row. [any]
class RowDecoder {
  public:
    RowDecoder(const CsvColumns& columns,
               char delimiter,
               TimeUnit unit,
               std::int64_t bar_interval_ns)
        : columns_(columns),
          delimiter_(delimiter),
          unit_(unit),
          bar_interval_ns_(bar_interval_ns) {}

    /// Cuts the row; a fault when it has too few or too many fields.
    [[nodiscard]] RowFault split(std::string_view row);
    /// Each reads the row that `split` took.
    [[nodiscard]] RowFault decode(TradeRecord& out) const;
    [[nodiscard]] RowFault decode(QuoteRecord& out) const;
    [[nodiscard]] RowFault decode(BarRecord& out) const;

    /// The fault that a field's value is not right in itself, but beside others.
    [[nodiscard]] RowFault fault(CsvField field, const char* reason) const;

  private:
    template <typename Out>
    RowFault take(CsvField field, const char* (*read)(std::string_view, Out&), Out& out) const;
    RowFault take_time(tradectl_time& out) const;

    CsvColumns columns_;
    char delimiter_;
    TimeUnit unit_;
    std::int64_t bar_interval_ns_;
    std::array<std::string_view, kCsvFieldsMax> fields_;
    std::size_t field_count_ = 0;
    std::string shape_fault_;
};

}  // namespace tradectl::market

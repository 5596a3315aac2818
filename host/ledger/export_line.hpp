/// One line of the canonical export: a JSON object whose members come in a fixed order.
#pragma once

#include <tradectl/decimal.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace tradectl::ledger {

/// Builds one line after the other in the same memory. Names are written as they are. [any]
class ExportLine {
  public:
    /// Starts a line: `{"kind":"order"`.
    void begin(std::string_view kind);
    ExportLine& number(std::string_view name, std::int64_t value);
    /// Nanoseconds; null when there is none.
    ExportLine& time(std::string_view name, Timestamp value);
    ExportLine& text(std::string_view name, std::string_view value);
    /// As text; null when not known.
    ExportLine& decimal(std::string_view name, Decimal value);
    ExportLine& null(std::string_view name);
    /// Ends the line; valid until the next `begin`.
    std::string_view end();

  private:
    void name(std::string_view name);

    std::string line_;
};

}  // namespace tradectl::ledger

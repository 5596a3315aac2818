/// Decodes the rows of one text format.
#pragma once

#include <tradectl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace tradectl::market {

class ImportSink;

enum class FirstRow : std::uint8_t { Header, Data };

/// Takes the rows of all inputs in order. Errors say what is wrong, the caller adds file and line;
/// Corrupt is the input's fault. [one thread]
class RowReader {
  public:
    virtual ~RowReader() = default;

    /// What ends a row in the text. Any other end than LF stays part of the row, and empty rows
    /// are given on then.
    [[nodiscard]] virtual char row_end() const { return '\n'; }
    /// The first row of the next file. A header is not given to `take` again.
    virtual Expected<FirstRow> begin_file(const std::string& path, std::string_view first_row) = 0;
    /// One row without its end, which is valid during the call. Counts it with the sink.
    virtual Status take(std::string_view row, ImportSink& sink) = 0;
    /// Behind the last row of a file; Corrupt when it cannot end there.
    virtual Status end_file(ImportSink& sink) = 0;
};

}  // namespace tradectl::market

/// Decodes the rows of one text format.
#pragma once

#include <tradectl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace tradectl::market {

class ImportSink;
class RowBlock;

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
    /// What makes the objects that decode the further rows of the file on other threads; empty
    /// where that is not known yet, or rows cannot be decoded alone. It is called on those threads.
    [[nodiscard]] virtual std::function<std::unique_ptr<RowBlock>()> block_maker() const {
        return {};
    }
    /// Gives `count` rows of a block that `block_maker` made on to the sink and counts them;
    /// `first` is the index among the rows that it decoded. Stops at the first that fails, and says
    /// why as `take` would.
    struct Taken {
        std::size_t count = 0;  ///< that went well
        Status status;
    };
    virtual Taken take_decoded(const RowBlock& block,
                               std::size_t first,
                               std::size_t count,
                               ImportSink& sink);
    /// Behind the last row of a file; Corrupt when it cannot end there.
    virtual Status end_file(ImportSink& sink) = 0;
};

}  // namespace tradectl::market

/// All round trips of a run as CSV: trades.csv.
#pragma once

#include "host/backtest/report.hpp"
#include "host/base/disk.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tradectl::backtest {

/// Appends text to a new file, in pieces of some size. [engine]
class TextFile {
  public:
    /// BadState when the file is there; NoSpace, Permission, Io.
    static Expected<std::unique_ptr<TextFile>> create(Disk& disk, const std::string& path);
    Status append(std::string_view text);
    /// Writes what is left. The file is not synced.
    Status finish();

  private:
    explicit TextFile(std::unique_ptr<File> file) : file_(std::move(file)) {}
    Status write_out();

    std::unique_ptr<File> file_;
    std::string waiting_;
    std::uint64_t offset_ = 0;
};

/// The first line of trades.csv, newline included.
[[nodiscard]] std::string_view trade_header();
/// One line, newline included; fields as in RFC 4180.
[[nodiscard]] std::string trade_line(const Trade& trade);

}  // namespace tradectl::backtest

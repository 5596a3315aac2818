/// What the subcommands of data share.
#pragma once

#include "cli/command.hpp"
#include "host/market/csv_row.hpp"

#include <string>

namespace tradectl::cli {

/// data import: its own file, for its options are many.
void register_data_import(Command& group);

[[nodiscard]] Unexpected usage(std::string what);
/// The absolute form of a path that an option or positional must give.
[[nodiscard]] Expected<std::string> needed_path(const char* option, const std::string& path);
/// `--delimiter`.
[[nodiscard]] Expected<char> one_character(const std::string& text);
/// `--time-unit`: a unit that counts from 1970, or rfc3339.
[[nodiscard]] Expected<market::TimeUnit> time_unit(const std::string& text);
/// The description of a data file, as text and as data.
[[nodiscard]] Answer described(Json info);
[[nodiscard]] Expected<Answer> describe_file(const std::string& path);

}  // namespace tradectl::cli

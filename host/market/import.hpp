/// Brings public recordings into the fast format, as a whole or not at all.
#pragma once

#include "host/market/import_options.hpp"

#include <tradectl/expected.hpp>

namespace tradectl {
class Disk;
}

namespace tradectl::market {

/// Imports one kind of records from the format that `options.format` names (import_format.hpp).
/// What is wrong with the input ends it with Corrupt and the text
/// `FILE:LINE: column N (FIELD): "VALUE": reason`; then, and on every other failure, the output is
/// as it was before. Usage when the output exists or is an input, InvalidArgument for options that
/// do not fit together, Corrupt for truncated or damaged input and for no row at all, NotFound,
/// Permission, Io, NoSpace.
[[nodiscard]] Expected<ImportReport> import_data(Disk& disk, const ImportOptions& options);

/// The same for a file of the columns that `options.layout` maps, whatever `options.format` says.
[[nodiscard]] Expected<ImportReport> import_csv(Disk& disk, const ImportOptions& options);

}  // namespace tradectl::market

/// The files of the ledger, for whoever puts another one in its place.
#pragma once

#include "host/base/disk.hpp"

#include <tradectl/expected.hpp>

#include <string>

namespace tradectl::engine {

/// Removes a database with its side files; Ok when it is not there.
Status remove_database(Disk& disk, const std::string& path);
/// Renames a database with its side files. The caller syncs the directory.
Status move_database(Disk& disk, const std::string& from, const std::string& to);
/// `path` with ".before-N" behind it: the first name that is not taken.
[[nodiscard]] std::string free_name(Disk& disk, const std::string& path);

}  // namespace tradectl::engine

/// Files that nobody but this user may read.
#pragma once

#include "host/keys/locked_bytes.hpp"

#include <tradectl/expected.hpp>

#include <cstddef>
#include <string>

namespace tradectl::keys {

/// Permission when the file at `path` is a link or no file, belongs to another user, or others may
/// read or write it; the message names the path and the mode. Success when there is none: a file
/// on a disk in memory has no owner. [any]
Status check_private_file(const std::string& path);

enum class FileOwner {
    User,     ///< this user's, for nobody else
    Service,  ///< a credential of systemd: root may own it, and an access list shows as group bits
};

/// Reads a file of the machine into locked memory, judged by what was opened and not by a look
/// before. As `check_private_file`; NotFound without a file; InvalidArgument when it is empty or
/// longer than `bytes_max`. [any]
Expected<LockedBytes> read_private_file(const std::string& path,
                                        std::size_t bytes_max,
                                        FileOwner owner = FileOwner::User);

}  // namespace tradectl::keys

/// The name of a Unix socket in the file system.
#pragma once

#include <tradectl/expected.hpp>

#include <string>

namespace tradectl::net {

/// A listening socket at `path`, mode 0600, close-on-exec, in the place of a socket that was there.
/// Errors as LineServer::open; the caller closes it.
Expected<int> listen_at(const std::string& path);

/// A socket that is connected to `path`, close-on-exec and non-blocking. NotFound when nobody
/// listens there, Unavailable when the listener's queue is full, Permission, InvalidArgument for a
/// path that is too long, Io. The caller closes it.
Expected<int> connect_to(const std::string& path);

}  // namespace tradectl::net

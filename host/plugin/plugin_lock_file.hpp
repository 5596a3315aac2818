/// plugins.lock on the disk.
#pragma once

#include "host/base/process_paths.hpp"
#include "host/plugin/plugin_lock.hpp"

#include <functional>
#include <string>

namespace tradectl::plugin {

/// A lock as it was read. Without a file it holds nothing.
struct LockFile {
    std::string path;  ///< absolute; empty when nothing says where it would be
    bool there = false;
    PluginLock lock;
};

/// `configured` as an absolute path, else `plugins.lock` in the configuration directory. NotFound
/// when no variable says where that is.
[[nodiscard]] Expected<std::string> lock_path(const std::string& configured,
                                              const Environment& env = process_environment);

/// Reads the lock. Whoever may write it or its folder decides what is trusted: Permission when
/// that is anybody but this user and root, when it is not a regular file or cannot be read. Corrupt
/// as PluginLock::parse. [any]
[[nodiscard]] Expected<LockFile> read_lock(const std::string& path);

/// Reads, lets `change` work on it, and replaces the file as a whole when `change` answers true;
/// durable on return. A new file has mode 0600, an old one keeps its mode; a missing folder is
/// made. Locked while another process changes a lock in that folder; else as `read_lock`, Io,
/// NoSpace. [any]
[[nodiscard]] Status change_lock(const std::string& path,
                                 const std::function<bool(PluginLock&)>& change);

}  // namespace tradectl::plugin

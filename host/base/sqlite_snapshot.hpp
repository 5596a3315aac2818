/// Reading a database beside which nothing can be written. For database.cpp alone.
#pragma once

#include <tradectl/expected.hpp>

#include <memory>
#include <string>

namespace tradectl {

class Disk;

/// A disk in memory with a consistent copy of the database at `path` and its -wal.
///
/// Holds the writer's, the checkpointer's and the recovery lock meanwhile, shared, so writers wait.
/// Locked after `timeout_ms` without them; InvalidArgument when a file is above 1 GiB.
Expected<std::unique_ptr<Disk>> copy_sqlite_files(Disk& disk,
                                                  const std::string& path,
                                                  int timeout_ms);

}  // namespace tradectl

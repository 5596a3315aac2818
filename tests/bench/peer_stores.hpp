/// Stores that others keep records in, each told to have a record on the device when a put returns.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace tradectl::bench {

struct PeerStore {
    const char* name = "";
    /// What one thread puts records with: 256 bytes by their number. Ends the program on failure.
    std::function<std::function<void(std::uint64_t)>()> open_put;
};

/// RocksDB, LevelDB, LMDB and SQLite (synchronous=FULL), new ones in the directory. They are never
/// closed: leave by std::_Exit.
std::vector<PeerStore> open_peer_stores(const std::string& directory);

/// An order's life in one SQLite database (synchronous=FULL): the intent is a transaction, result
/// and booking are the next one.
std::function<void()> open_sqlite_cycle(const std::string& directory);

}  // namespace tradectl::bench

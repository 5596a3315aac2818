/// Who this installation is: the file `identity` in the state directory.
#pragma once

#include "host/base/disk.hpp"
#include "host/base/random.hpp"
#include "host/wal/client_order_id.hpp"
#include "host/wal/format.hpp"
#include "host/wal/writer.hpp"

#include <cstdint>
#include <string>

namespace tradectl::wal {

/// The key is a secret: never log it, never put it in a record.
struct Identity {
    std::uint16_t install_id = 0;
    InstallKey key{};
    std::uint16_t epoch = 0;  ///< how many logs were created or cut here, from 1
    LogId log_id;             ///< of the current one

    [[nodiscard]] LogOrigin origin() const { return {log_id, epoch}; }
    bool operator==(const Identity&) const = default;
};

/// Reads `<state_directory>/identity`, or makes it (mode 0600) in a directory that has none. When
/// `wal/` holds no segment a new log is about to begin: the epoch goes up by one, with a new log
/// id, and is durable on return. Corrupt when the file cannot be read as an identity, or is missing
/// although `wal/` holds segments; Overflow after 65,535 logs.
Expected<Identity> open_identity(Disk& disk, const std::string& state_directory, Random& random);

/// Reads the file and changes nothing. NotFound when there is none.
Expected<Identity> load_identity(Disk& disk, const std::string& state_directory);

/// The same log goes on with client order ids that it has not given out: for one that lost records.
/// Durable on return. NotFound, Corrupt; Overflow after 65,535 epochs.
Expected<Identity> begin_epoch(Disk& disk, const std::string& state_directory);

/// The identity of a simulated run: the same for the same seed, and kept nowhere.
[[nodiscard]] Identity simulated_identity(std::uint64_t seed);

}  // namespace tradectl::wal

/// Reads the text of a key from where the configuration says it is.
#pragma once

#include "host/base/process_paths.hpp"
#include "host/keys/key_kind.hpp"
#include "host/keys/locked_bytes.hpp"

#include <tradectl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace tradectl {
class Disk;
}

namespace tradectl::keys {

inline constexpr std::size_t kKeyTextBytesMax = 4000;  ///< a page with room to see that it is more

struct KeyPlaces {
    Disk* disk = nullptr;   ///< for stored keys; must outlive the reading
    std::string directory;  ///< of stored keys; absolute, empty: there are none
    Environment environment = process_environment;
};

/// NotFound when there is none, Permission for a file that others may read (path and mode are in
/// the message), Unavailable for a command that failed or took too long, InvalidArgument for an
/// empty or overlong one. No message has anything of the key. [any]; blocks.
Expected<LockedBytes> read_key_text(const KeySpec& spec, const KeyPlaces& places);

/// Where a stored key is kept.
[[nodiscard]] std::string stored_path(const KeyPlaces& places, const std::string& name);

}  // namespace tradectl::keys

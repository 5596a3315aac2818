/// Names and contents of tiles: the tree cut into files as C2SP tlog-tiles has it.
/// tradectl-audit(5).
#pragma once

#include "host/audit/merkle.hpp"

#include <tradectl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::audit {

inline constexpr unsigned kTileHeight = 8;
inline constexpr std::uint64_t kTileWidth = std::uint64_t{1} << kTileHeight;
/// Levels of the largest tree.
inline constexpr unsigned kTileLevelsMax = 8;
inline constexpr std::size_t kEntryBytesMax = 65535;

/// One file of the tree, by what is in it.
struct TileName {
    enum class Kind : std::uint8_t { Hashes, Entries };
    Kind kind = Kind::Hashes;
    unsigned level = 0;  ///< 0 for entries
    std::uint64_t index = 0;
    std::uint64_t width = kTileWidth;  ///< below kTileWidth: a partial tile

    bool operator==(const TileName&) const = default;
};

/// "tile/0/x001/234.p/17", "tile/entries/000".
[[nodiscard]] std::string path_of(const TileName& name);
/// The folder that the partial tiles of this one are in: "tile/0/x001/234.p".
[[nodiscard]] std::string partial_folder_of(const TileName& name);

/// How many hashes the tile `index` of `level` holds in a tree of `size` leaves; 0: no such tile.
[[nodiscard]] std::uint64_t width_in(std::uint64_t size, unsigned level, std::uint64_t index);

[[nodiscard]] std::string encode_tile(std::span<const Hash> hashes);
/// Corrupt unless it holds exactly `width` hashes.
[[nodiscard]] Expected<std::vector<Hash>> decode_tile(std::string_view bytes, std::uint64_t width);

/// Adds an entry, at most kEntryBytesMax long, behind a big-endian 16-bit length.
void append_entry(std::string_view entry, std::string& bundle);
/// Views into `bytes`. Corrupt unless it holds exactly `width` entries and nothing else.
[[nodiscard]] Expected<std::vector<std::string_view>> decode_bundle(std::string_view bytes,
                                                                    std::uint64_t width);

}  // namespace tradectl::audit

/// Reads tiles of a log that may be growing meanwhile.
#pragma once

#include "host/audit/tile.hpp"
#include "host/base/disk.hpp"

#include <tradectl/expected.hpp>

#include <string>
#include <vector>

namespace tradectl::audit {

/// Where a log keeps its checkpoint and its verifier key.
[[nodiscard]] std::string checkpoint_path(const std::string& directory);
[[nodiscard]] std::string verifier_path(const std::string& directory);

/// The signed checkpoint as it stands. NotFound when there is none.
[[nodiscard]] Expected<std::string> read_checkpoint_note(Disk& disk, const std::string& directory);

/// A partial tile that its writer has replaced meanwhile is taken from the wider one. [any]
class TileReader {
  public:
    /// `disk` must outlive it.
    TileReader(Disk& disk, std::string directory)
        : disk_(&disk), directory_(std::move(directory)) {}

    /// The first `name.width` hashes of a tile. Corrupt, with the path, when the file is missing or
    /// has another size than it must.
    [[nodiscard]] Expected<std::vector<Hash>> hashes(const TileName& name) const;
    /// The first `name.width` entries of a bundle, in `bytes`, which they point into. Its memory is
    /// used again: a bundle is large, and a log has many.
    [[nodiscard]] Expected<std::vector<std::string_view>> entries(const TileName& name,
                                                                  std::string& bytes) const;

  private:
    /// Fill `bytes`, and say what was read: as wide as wanted, or wider.
    Expected<TileName> read(const TileName& name, std::string& bytes) const;
    Expected<TileName> read_wider(const TileName& name, std::string& bytes) const;

    Disk* disk_;
    std::string directory_;
};

}  // namespace tradectl::audit

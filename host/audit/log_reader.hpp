/// Reads an audit log as of its last checkpoint, also beside its writer.
#pragma once

#include "host/audit/checkpoint.hpp"
#include "host/audit/tile_reader.hpp"
#include "host/base/disk.hpp"

#include <tradectl/expected.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::audit {

/// One thread at a time.
class LogReader {
  public:
    /// Takes the entry and goes on (true) or stops (false).
    using Visitor = std::function<Expected<bool>(std::uint64_t index, std::string_view entry)>;

    /// Reads the checkpoint in `directory` and checks its signature. NotFound when there is no log;
    /// Denied when `verifier` did not sign it, Corrupt when it is not a checkpoint. `disk` must
    /// outlive the reader.
    static Expected<LogReader> open(Disk& disk, std::string directory, const Verifier& verifier);

    [[nodiscard]] const Checkpoint& checkpoint() const { return checkpoint_; }
    [[nodiscard]] const std::string& note() const { return note_; }
    [[nodiscard]] const TileReader& tiles() const { return tiles_; }

    /// Hash of a perfect subtree, from the tiles.
    [[nodiscard]] Expected<Hash> subtree(unsigned height, std::uint64_t index);
    /// All entries from `first` on.
    Status each(std::uint64_t first, const Visitor& visitor) const;
    /// InvalidArgument when the log has no such entry.
    [[nodiscard]] Expected<std::string> entry(std::uint64_t index) const;

    /// That entry `index` is in the log, and that the log begins with its first `old_size` entries.
    /// InvalidArgument when it is not so long. What is returned holds good for the checkpoint:
    /// Corrupt when the entry or the tiles are not what it was signed over.
    [[nodiscard]] Expected<InclusionProof> prove_entry(std::uint64_t index);
    [[nodiscard]] Expected<ConsistencyProof> prove_growth(std::uint64_t old_size);

    /// Corrupt unless `line`, which was read as entry `index`, is in the tree of the checkpoint.
    Status check_entry(std::uint64_t index, const std::string& line);

    /// Ok when this log begins with the older one; Denied when it does not (forked, or rolled back:
    /// shorter than it was). What it says is found from the tiles, which `verify` checks.
    Status check_growth_from(const Checkpoint& older);

  private:
    LogReader(Disk& disk, std::string directory) : tiles_(disk, std::move(directory)) {}
    Expected<InclusionProof> prove_line(std::uint64_t index, std::string line);

    TileReader tiles_;
    Checkpoint checkpoint_;
    std::string note_;
    struct CachedTile {
        std::uint64_t index = UINT64_MAX;
        std::vector<Hash> hashes;
    };
    std::array<CachedTile, kTileLevelsMax> cache_;
};

/// The verifier key that a log carries beside its checkpoint. It comes from the same hands as the
/// log: a key kept elsewhere says more. NotFound, Corrupt.
[[nodiscard]] Expected<Verifier> read_verifier(Disk& disk, const std::string& directory);

}  // namespace tradectl::audit

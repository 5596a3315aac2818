/// Writes the audit log: tiles, and checkpoints over them. Files: tradectl-audit(5).
#pragma once

#include "host/audit/checkpoint.hpp"
#include "host/audit/tile.hpp"
#include "host/base/disk.hpp"
#include "host/wal/record.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/ids.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tradectl::audit {

/// Who signs checkpoints.
struct Signer {
    Verifier verifier;
    std::function<Ed25519Signature(std::span<const std::byte> message)> sign;
};

/// The one writer of an audit log. What is appended is in memory until the next checkpoint, and is
/// made again from the WAL when it is lost before. [projector]
class LogWriter {
  public:
    /// Entries after which a checkpoint is due.
    static constexpr std::uint64_t kCheckpointEntries = 1000;

    /// Opens the log in `directory` at its last checkpoint; what is on disk beyond that is written
    /// anew. Makes an empty log when there is none. Denied when the checkpoint is of another log or
    /// key, Corrupt when the tiles do not add up to it. `disk` must outlive the writer.
    static Expected<LogWriter> open(Disk& disk, std::string directory, Signer signer);

    /// Takes the records of a batch in their order; those that the log has already are passed over.
    /// A record that is not projected because of an error is not taken, and none behind it.
    Status append(const wal::Record& record);

    /// Goes on with record `next` although it was not shown all before it, and says so in an entry
    /// of its own. Does nothing when there is no gap.
    void skip_to(WalSequence next, Timestamp time);

    /// Highest WAL sequence that it has taken, entry or not.
    [[nodiscard]] WalSequence applied() const { return applied_; }
    [[nodiscard]] std::uint64_t size() const { return size_; }
    /// Entries that no checkpoint covers yet.
    [[nodiscard]] std::uint64_t pending() const { return size_ - checkpoint_size_; }
    [[nodiscard]] Hash root() const;
    /// Whose signatures its checkpoints carry.
    [[nodiscard]] const Verifier& verifier() const { return signer_.verifier; }

    /// Makes everything so far durable and signs it: tiles first, the checkpoint behind them, and
    /// only then what they replace goes. Does nothing when the last one covers everything. After an
    /// error it may be called again.
    Status checkpoint();

  private:
    LogWriter(Disk& disk, std::string directory, Signer signer)
        : disk_(&disk), directory_(std::move(directory)), signer_(std::move(signer)) {}
    Status resume();
    Status load_edges(const Checkpoint& checkpoint);
    void add_entry(std::string_view entry);
    void push(unsigned level, const Hash& hash);
    Status write_tiles();
    Status write_file(const TileName& name, std::string_view content);
    Status sync_folders();
    void remove_replaced();
    Status remove_folder(const std::string& folder);

    Disk* disk_;
    std::string directory_;
    Signer signer_;
    std::uint64_t size_ = 0;
    std::uint64_t checkpoint_size_ = 0;
    bool checkpoint_there_ = false;
    WalSequence applied_;
    std::array<std::vector<Hash>, kTileLevelsMax> edges_;  // hashes of each level's partial tile
    std::string bundle_;                                   // entries of the partial bundle
    std::vector<std::pair<TileName, std::string>> full_;   // complete, not yet written
    std::vector<std::string> unsynced_;                    // folders with new names
    std::vector<TileName> partials_;                       // on disk, those of the last checkpoint
    std::vector<TileName> new_partials_;                   // on disk, those of the next one
    std::string line_;
};

/// Highest WAL sequence that the audit log under `directory` has an entry of: a witness for who
/// reads the WAL. 0 when there is no log. Reads the last checkpoint without its signature.
[[nodiscard]] Expected<WalSequence> last_wal_sequence(Disk& disk, const std::string& directory);

}  // namespace tradectl::audit

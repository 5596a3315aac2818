/// Makes the canonical export while a simulated run goes on.
#pragma once

#include "host/base/disk.hpp"
#include "host/ledger/export_writer.hpp"
#include "host/wal/reader.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/ids.hpp>

#include <optional>
#include <string>

namespace tradectl::engine {

/// Reads a new log behind its writer into an ExportWriter: what the projector is for runs that have
/// no ledger. [engine]
class ExportFollower {
  public:
    /// `parts_directory` is made. `disk` must outlive the follower. Errors of ExportWriter::create.
    static Expected<ExportFollower> create(Disk& disk,
                                           std::string wal_directory,
                                           const std::string& parts_directory);

    /// Takes in everything up to `mark`. Errors of the reader and the writer.
    Status catch_up(WalSequence mark);
    [[nodiscard]] WalSequence applied() const { return applied_; }
    /// Writes the export of all that was taken in as a new file. Once.
    Status finish(const std::string& path) { return writer_.finish(path); }

  private:
    ExportFollower(Disk& disk, std::string wal_directory, ledger::ExportWriter writer);

    Disk* disk_;
    std::string directory_;
    ledger::ExportWriter writer_;
    std::optional<wal::RecordReader> reader_;
    WalSequence applied_;
};

}  // namespace tradectl::engine

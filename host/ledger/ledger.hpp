/// The books: a projection of the WAL into SQLite. Schema and meaning of each table: schema.hpp.
#pragma once

#include "host/wal/record.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/ids.hpp>

#include <memory>
#include <span>
#include <string>

namespace tradectl {
class Disk;
}

namespace tradectl::ledger {

/// The one writer of a ledger. [projector] Not engine-only: it may be used by one thread at a time.
class Ledger {
  public:
    /// Opens the ledger of the configuration `name` at `path`, makes it when it is not there.
    ///
    /// Config when it belongs to another name, Unsupported when a newer version wrote it, Corrupt
    /// when it is not a ledger, otherwise as Database::open. `disk` must outlive it.
    static Expected<Ledger> open(Disk& disk, const std::string& path, const std::string& name);

    Ledger(Ledger&& other) noexcept;
    Ledger& operator=(Ledger&& other) noexcept;
    ~Ledger();

    /// Applies a batch in one transaction: all of it or nothing.
    ///
    /// A record that is applied already and equal is skipped, so a tail may be replayed. Corrupt,
    /// naming the record: applied before with other content, a gap in the sequence, postings that
    /// do not sum to zero for an asset, a fill booked twice, a result of an unknown order, a body
    /// that cannot be read. Locked, NoSpace, Io: nothing was applied, the call may be repeated.
    Status apply(std::span<const wal::Record> batch);

    /// The highest record applied; 0 when none is.
    [[nodiscard]] WalSequence applied_sequence() const;

  private:
    struct State;
    explicit Ledger(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace tradectl::ledger

/// Queries on the books, for commands, start-up and comparison.
#pragma once

#include "host/base/database.hpp"
#include "host/ledger/rows.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::ledger {

/// What rows to return; an empty field does not filter.
struct Filter {
    std::optional<Timestamp> since;  ///< rows of this time or later (orders: created)
    std::optional<Timestamp> until;  ///< rows before this time
    std::string instance;
    std::string venue;
    std::string account;
    std::string instrument;
    std::uint8_t order_status = 0;  ///< TRADECTL_ORDER_STATUS_..., orders only
    bool open_only = false;         ///< orders that may still trade, orders only
    std::int64_t rows_max = -1;     ///< the last so many; -1: all
};

/// A read-only view of the books as they were at `open` or the last `refresh`, however much is
/// written meanwhile. It blocks no writer. Every call may fail with Locked, Corrupt or Io. [any],
/// one thread at a time.
///
/// Rows come in the order of the WAL unless said otherwise.
class Reader {
  public:
    /// NotFound when there is no ledger, Unsupported when a newer version wrote it.
    static Expected<Reader> open(Disk& disk, const std::string& path);

    /// Goes to what is committed now.
    Status refresh();

    [[nodiscard]] const std::string& name() const { return name_; }
    Expected<WalSequence> applied_sequence();

    Expected<std::vector<OrderRow>> orders(const Filter& filter);
    /// Whose orders were made when, from `since` on, in that order: what a rate counts. Instance
    /// names end with the visit.
    Status each_order_since(Timestamp since,
                            const std::function<void(std::string_view, Timestamp)>& visit);
    /// Orders that are neither closed nor denied: pending, sent, acknowledged, partially filled,
    /// unresolved.
    Expected<std::vector<OrderRow>> open_orders();
    /// The order of that operation, or nothing.
    Expected<std::optional<OrderRow>> order(OpId op_id);
    Expected<std::vector<FillRow>> fills(const Filter& filter);
    /// By instance, venue, account, instrument. `since` and `until` are not used.
    /// Those that a venue may still undo, oldest first: matched, mined or retried.
    Expected<std::vector<FillRow>> unsettled_fills();
    Expected<std::vector<PositionRow>> positions(const Filter& filter);
    /// By venue, account, asset, bucket; buckets that are zero included.
    Expected<std::vector<BalanceRow>> balances();
    Expected<std::vector<EquityRow>> equity(const Filter& filter);
    Expected<std::vector<DeniedRow>> denied(const Filter& filter);
    /// Notes other than denied orders and equity marks.
    Expected<std::vector<NoteRow>> notes(const Filter& filter);
    /// When the last note was written, of any kind; none when there is none.
    Expected<Timestamp> last_note_time();
    /// The sequence of the last note of that kind, or nothing.
    Expected<std::optional<WalSequence>> last_note(wal::NoteKind kind);
    /// By key, in byte order.
    Expected<std::vector<KvRow>> kv(std::string_view instance);

    /// Fills of one account whose record is behind `after`: the cost is that of what is new.
    Expected<std::vector<FillKeyRow>> fills_after(std::string_view venue,
                                                  std::string_view account,
                                                  WalSequence after);
    /// One fill by its whole key, or nothing.
    Expected<std::optional<FillKeyRow>> find_fill(std::string_view venue,
                                                  std::string_view account,
                                                  const FillKeyRow& key);
    /// One order by the id that we gave it, open or closed; nothing when there is none.
    Expected<std::optional<OrderRow>> find_order(std::string_view venue,
                                                 std::string_view account,
                                                 std::string_view client_order_id);

    /// Whether an order has that id of the venue's. Reads all orders: for rare questions.
    Expected<bool> knows_venue_order(std::string_view venue,
                                     std::string_view account,
                                     std::string_view venue_order_id);

    /// By op id. Its cost does not grow with history.
    Expected<std::vector<UnfinishedOperation>> unfinished_operations();
    /// What the transaction has in Bucket::Held now: what its order still holds.
    Expected<Decimal> held(TxnId txn_id);
    /// The highest order ref that each instance ever used, denied orders included. The host's own
    /// refs on behalf of an instance are under "host:INSTANCE".
    Expected<std::vector<InstanceRow>> instances();
    /// How many fills there are; reads all of them.
    Expected<std::uint64_t> fill_count();
    /// The highest op id that any record carries; 0 when none does.
    Expected<OpId> op_id_max();

    /// Corrupt when a balance is not the sum of its postings, or postings do not sum to zero for an
    /// asset. Reads all of them.
    Status check_books();

    [[nodiscard]] Database& database() { return *database_; }

  private:
    Reader(std::unique_ptr<Database> database, Transaction snapshot);
    std::unique_ptr<Database> database_;  // stays where it is: the snapshot points to it
    std::optional<Transaction> snapshot_;
    /// What is asked for each of many is compiled once: "SELECT columns FROM rest".
    Expected<Statement*> compiled(std::optional<Statement>& kept,
                                  std::string_view columns,
                                  std::string_view rest);

    std::optional<Statement> order_;
    std::optional<Statement> find_order_;
    std::optional<Statement> find_fill_;
    std::optional<Statement> find_fill_anywhere_;
    std::string name_;
};

/// Takes one line of the export, newline included.
using ExportSink = std::function<Status(std::string_view line)>;

/// Writes orders, fills and postings as JSON lines, by op id and sequence: the same bytes for the
/// same WAL records, whatever the machine, the batches and the SQLite file. Stops at the sink's
/// first error.
Status canonical_export(Reader& reader, const ExportSink& sink);

}  // namespace tradectl::ledger

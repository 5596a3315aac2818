/// The canonical export made straight from the log, for runs whose books nobody asks afterwards.
#pragma once

#include "host/base/disk.hpp"
#include "host/ledger/export_line.hpp"
#include "host/ledger/export_part.hpp"
#include "host/ledger/rows.hpp"
#include "host/wal/record.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/ids.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace tradectl::ledger {

/// Gives the same bytes as `canonical_export` of a ledger with the same records, at a tenth of its
/// cost: fills and postings are lines at once, orders when they are closed. Lines wait in files;
/// in memory are 4 MiB of each file, open orders, the last kClosedOrdersMax that were closed, and
/// 24 bytes an order. One thread at a time. [any]
class ExportWriter {
  public:
    /// Closed orders that records may still change; the engine keeps fewer.
    static constexpr std::size_t kClosedOrdersMax = 2048;

    /// `directory` is made and holds the parts; whoever owns it removes it. `disk` must outlive the
    /// writer. BadState when there is a part in it.
    static Expected<ExportWriter> create(Disk& disk, const std::string& directory);

    /// Takes in the next records. Corrupt, naming the record: a gap in the sequence, postings that
    /// do not sum to zero for an asset, a result of an unknown order, a body that cannot be read.
    /// Unsupported: a fill is settled, or an order changes that was closed long ago. NoSpace, Io.
    /// After an error nothing more may be applied.
    Status apply(std::span<const wal::Record> batch);

    /// Writes the export of all that was applied as a new file, not synced. Once.
    Status finish(const std::string& path);

  private:
    struct Order {
        OrderRow row;
        bool queued = false;  // among the closed ones
    };
    struct Line {
        std::uint64_t op_id;
        std::uint64_t offset;
        std::uint32_t bytes;
    };

    ExportWriter(Disk& disk, ExportPart orders, ExportPart fills, ExportPart postings);
    Status apply_record(const wal::Record& record);
    Status apply_intent(const wal::RecordHeader& header, const wal::IntentBody& body);
    Status apply_result(const wal::RecordHeader& header, const wal::ResultBody& body);
    Status apply_rollback(const wal::RecordHeader& header, const wal::RollbackBody& body);
    void add_order(const wal::RecordHeader& header, const wal::IntentBody& body);
    Status change_order(const wal::RecordHeader& header, const wal::ResultBody& body);
    Order* find_order(OpId op_id, const wal::Subject& subject);
    /// After each change: closed orders queue up to be written.
    Status look_at(Order& order);
    Status write_order(const OrderRow& row);
    Status write_fill(const wal::RecordHeader& header, const wal::ResultBody& body);
    Status write_postings(const wal::RecordHeader& header,
                          std::string_view venue,
                          const wal::Postings& postings);

    Disk* disk_;
    ExportPart orders_;
    ExportPart fills_;
    ExportPart postings_;
    ExportLine line_;
    std::unordered_map<std::uint64_t, Order> live_;  // by op id
    std::deque<std::uint64_t> closed_;               // of them, oldest first
    std::vector<Line> lines_;                        // of orders, as they stand in their part
    std::uint64_t applied_ = 0;
};

}  // namespace tradectl::ledger

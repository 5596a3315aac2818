/// Writes a run's index.db while the run lasts; state_at.hpp reads it.
#pragma once

#include "host/base/database.hpp"
#include "host/base/disk.hpp"

#include <tradectl/decimal.hpp>
#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace tradectl::backtest {

inline constexpr std::int64_t kIndexVersion = 1;

/// An order as the index keeps it; what changes is in the slots.
struct IndexedOrder {
    std::string_view client_order_id;
    std::string_view strategy;
    std::string_view instrument;
    std::string_view side;
    std::string_view type;
    std::string_view status;
    Decimal quantity;
    Decimal price;
    Decimal filled;
    Timestamp created;
    bool open = false;  ///< it may still trade
};

struct IndexedFill {
    std::string_view client_order_id;
    std::string_view strategy;
    std::string_view instrument;
    std::string_view side;
    Decimal price;
    Decimal quantity;
    Decimal fee;
    std::string_view fee_asset;
};

/// Rows of changes, each under (thing, time, sequence). An open order sits in a slot, the lowest
/// free one, so that there are as many slots as orders were ever open at once. Times must not go
/// back. Rows are committed in batches. A call
/// that failed may have written a part; the database is then of no use. [engine]
class IndexWriter {
  public:
    /// Makes the database; `disk` must outlive it. NoSpace, Permission, Io.
    static Expected<std::unique_ptr<IndexWriter>> create(Disk& disk, const std::string& path);
    ~IndexWriter();
    IndexWriter(const IndexWriter&) = delete;
    IndexWriter& operator=(const IndexWriter&) = delete;

    Status position(Timestamp time,
                    std::string_view strategy,
                    std::string_view instrument,
                    Decimal quantity,
                    Decimal average_price,
                    Decimal realized_pnl);
    Status balance(Timestamp time, std::string_view account, std::string_view asset, Decimal total);
    Status price(Timestamp time, std::string_view instrument, Decimal price);
    Status equity(Timestamp time, std::string_view asset, Decimal equity, Decimal exposure);
    Status order(Timestamp time, const IndexedOrder& order);
    Status fill(Timestamp time, const IndexedFill& fill);
    /// Notes the run's first and last moment and commits.
    Status finish(Timestamp first, Timestamp last);

  private:
    enum class Thing : std::uint8_t { Position = 1, Balance, Price, Equity, Slot };
    using Key = std::pair<Thing, std::pair<std::string, std::string>>;

    explicit IndexWriter(Database database);
    Status prepare();
    Expected<std::int64_t> key_of(Thing thing, std::string_view first, std::string_view second);
    Status change(Thing thing,
                  std::string_view first,
                  std::string_view second,
                  Timestamp time,
                  Decimal a,
                  Decimal b,
                  Decimal c);
    Status write_slot(Timestamp time,
                      std::int64_t slot,
                      std::int64_t order_id,
                      const IndexedOrder& order);
    Status row_done();

    struct Statements;
    struct OpenOrder {
        std::int64_t id = 0;
        std::int64_t slot = 0;
    };

    Database database_;
    std::unique_ptr<Statements> statements_;
    std::optional<Transaction> transaction_;
    std::map<Key, std::int64_t> keys_;
    std::map<std::string, OpenOrder, std::less<>> open_;  // by client order id
    std::set<std::int64_t> free_slots_;
    std::int64_t slots_ = 0;
    std::int64_t orders_ = 0;
    std::int64_t sequence_ = 0;
    std::uint64_t uncommitted_ = 0;
};

}  // namespace tradectl::backtest

/// The ledger's tables, version 1.
///
/// Decimals are exact text, times UTC nanoseconds, missing values NULL; enumerations carry the
/// numbers of host/wal/record.hpp and abi/types.h. `seq` is the WAL sequence of the record.
///
/// | table | a row is |
/// |---|---|
/// | meta | the ledger itself: name of its configuration, last record applied, highest op id |
/// | applied | a record that was applied, with the hash that a replay must match |
/// | steps | an operation with an intent; `due` says what it still needs, `intent` is the record's
/// |       | body for as long as it needs something |
/// | orders | a TradeExecute or OrderReplace intent, and what became of it |
/// | fills | one execution |
/// | positions | what an instance holds of an instrument; zero once closed |
/// | postings | one line of double entry; id is seq * 16 + its place in the record |
/// | balances | the sum of the postings of one bucket |
/// | equity, denied, notes | the NOTE records |
/// | resolutions | the RESOLVE records |
/// | kv | a strategy's durable value |
/// | instances | the highest order ref that an instance used |
#pragma once

#include <tradectl/expected.hpp>

#include <cstdint>
#include <span>
#include <string>

namespace tradectl {
class Database;
class Disk;
}  // namespace tradectl

namespace tradectl::ledger {

inline constexpr std::int64_t kSchemaVersion = 2;

/// Makes the tables for the configuration `name` when there are none, else checks whose they are.
/// Config, Unsupported, Corrupt as Ledger::open says.
Status create_or_check_schema(Database& database, const std::string& name);

/// One step forward from a version of the schema to the next.
struct Migration {
    std::int64_t from = 0;
    const char* sql = nullptr;
};
/// The steps that lead from older versions to kSchemaVersion.
[[nodiscard]] std::span<const Migration> migrations();

/// Brings an older ledger to the version `target`, all steps in one transaction, after a copy of it
/// was made beside it: `PATH.schema-VERSION`. Does nothing to a ledger that is empty, as new, or
/// newer. Unsupported when a step is missing. A crash leaves the old version or the new one.
Status migrate_schema(Disk& disk,
                      Database& database,
                      std::span<const Migration> steps,
                      std::int64_t target);

/// The name of the configuration that the ledger belongs to. NotFound when it is empty, Unsupported
/// when a newer version wrote it, Corrupt when it is not a ledger.
Expected<std::string> check_schema(Database& database);

}  // namespace tradectl::ledger

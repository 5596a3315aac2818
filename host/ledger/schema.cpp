#include "host/ledger/schema.hpp"

#include "host/base/database.hpp"
#include "host/base/disk.hpp"

#include <algorithm>
#include <array>

namespace tradectl::ledger {
namespace {

constexpr const char* kTables = R"sql(
CREATE TABLE meta(
  id INTEGER PRIMARY KEY CHECK (id = 1),
  schema_version INTEGER NOT NULL,
  name TEXT NOT NULL,
  applied_seq INTEGER NOT NULL,
  op_id_max INTEGER NOT NULL) STRICT;

CREATE TABLE applied(
  seq INTEGER PRIMARY KEY,
  op_id INTEGER NOT NULL,
  record_hash BLOB NOT NULL) STRICT;

CREATE TABLE steps(
  op_id INTEGER PRIMARY KEY,
  txn_id INTEGER NOT NULL,
  step INTEGER NOT NULL,
  status INTEGER NOT NULL,
  due INTEGER NOT NULL,
  compensation INTEGER NOT NULL,
  answered INTEGER NOT NULL,
  unresolved INTEGER NOT NULL,
  intent_seq INTEGER NOT NULL,
  intent_version INTEGER NOT NULL,
  intent_flags INTEGER NOT NULL,
  intent_wall INTEGER NOT NULL,
  intent_monotonic INTEGER NOT NULL,
  intent BLOB) STRICT;
CREATE INDEX steps_due ON steps(op_id) WHERE due <> 0;

CREATE TABLE orders(
  op_id INTEGER PRIMARY KEY,
  txn_id INTEGER NOT NULL,
  instance TEXT NOT NULL,
  venue TEXT NOT NULL,
  account TEXT NOT NULL,
  instrument TEXT NOT NULL,
  order_ref INTEGER NOT NULL,
  client_order_id TEXT NOT NULL,
  venue_order_id TEXT NOT NULL,
  side INTEGER NOT NULL,
  order_type INTEGER NOT NULL,
  time_in_force INTEGER NOT NULL,
  order_flags INTEGER NOT NULL,
  status INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  quantity TEXT,
  price TEXT,
  stop_price TEXT,
  filled_qty TEXT,
  leaves_qty TEXT,
  average_price TEXT,
  expire_time INTEGER,
  created INTEGER,
  updated INTEGER,
  venue_time INTEGER,
  text TEXT NOT NULL,
  UNIQUE (venue, account, client_order_id)) STRICT;
CREATE INDEX orders_created ON orders(created);
CREATE INDEX orders_open ON orders(op_id) WHERE status IN (1, 2, 3, 4, 10);

CREATE TABLE fills(
  seq INTEGER PRIMARY KEY,
  op_id INTEGER NOT NULL,
  txn_id INTEGER NOT NULL,
  instance TEXT NOT NULL,
  venue TEXT NOT NULL,
  account TEXT NOT NULL,
  instrument TEXT NOT NULL,
  order_ref INTEGER NOT NULL,
  client_order_id TEXT NOT NULL,
  venue_order_id TEXT NOT NULL,
  trade_id TEXT NOT NULL,
  side INTEGER NOT NULL,
  liquidity INTEGER NOT NULL,
  settlement INTEGER NOT NULL,
  price TEXT NOT NULL,
  quantity TEXT NOT NULL,
  fee TEXT,
  fee_asset TEXT NOT NULL,
  time INTEGER,
  venue_time INTEGER,
  UNIQUE (venue, account, instrument, trade_id, venue_order_id, side)) STRICT;
CREATE INDEX fills_time ON fills(time);
CREATE INDEX fills_unsettled ON fills(seq) WHERE settlement IN (1, 2, 4);

CREATE TABLE positions(
  instance TEXT NOT NULL,
  venue TEXT NOT NULL,
  account TEXT NOT NULL,
  instrument TEXT NOT NULL,
  quantity TEXT NOT NULL,
  average_price TEXT,
  realized_pnl TEXT,
  opened INTEGER,
  updated INTEGER,
  PRIMARY KEY (instance, venue, account, instrument)) STRICT, WITHOUT ROWID;

CREATE TABLE postings(
  id INTEGER PRIMARY KEY,
  txn_id INTEGER NOT NULL,
  venue TEXT NOT NULL,
  account TEXT NOT NULL,
  asset TEXT NOT NULL,
  bucket INTEGER NOT NULL,
  amount TEXT NOT NULL) STRICT;
CREATE INDEX postings_held ON postings(txn_id) WHERE bucket = 2;

CREATE TABLE balances(
  venue TEXT NOT NULL,
  account TEXT NOT NULL,
  asset TEXT NOT NULL,
  bucket INTEGER NOT NULL,
  amount TEXT NOT NULL,
  PRIMARY KEY (venue, account, asset, bucket)) STRICT, WITHOUT ROWID;

CREATE TABLE equity(
  seq INTEGER PRIMARY KEY,
  time INTEGER,
  instance TEXT NOT NULL,
  venue TEXT NOT NULL,
  account TEXT NOT NULL,
  instrument TEXT NOT NULL,
  numbers TEXT NOT NULL) STRICT;

CREATE TABLE denied(
  seq INTEGER PRIMARY KEY,
  time INTEGER,
  instance TEXT NOT NULL,
  venue TEXT NOT NULL,
  account TEXT NOT NULL,
  instrument TEXT NOT NULL,
  order_ref INTEGER NOT NULL,
  side INTEGER NOT NULL,
  order_type INTEGER NOT NULL,
  time_in_force INTEGER NOT NULL,
  order_flags INTEGER NOT NULL,
  quantity TEXT,
  price TEXT,
  stop_price TEXT,
  reason INTEGER NOT NULL,
  trigger_seq INTEGER NOT NULL,
  text TEXT NOT NULL,
  verdicts TEXT NOT NULL) STRICT;

CREATE TABLE notes(
  seq INTEGER PRIMARY KEY,
  time INTEGER,
  op_id INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  instance TEXT NOT NULL,
  venue TEXT NOT NULL,
  account TEXT NOT NULL,
  instrument TEXT NOT NULL,
  order_ref INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  trigger_seq INTEGER NOT NULL,
  text TEXT NOT NULL,
  numbers TEXT NOT NULL) STRICT;

CREATE TABLE resolutions(
  seq INTEGER PRIMARY KEY,
  time INTEGER,
  op_id INTEGER NOT NULL,
  status INTEGER NOT NULL,
  evidence TEXT NOT NULL,
  approver TEXT NOT NULL,
  reason TEXT NOT NULL) STRICT;

CREATE TABLE kv(
  instance TEXT NOT NULL,
  key TEXT NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (instance, key)) STRICT, WITHOUT ROWID;

CREATE TABLE instances(
  instance TEXT PRIMARY KEY,
  order_ref_max INTEGER NOT NULL) STRICT, WITHOUT ROWID;
)sql";

Status create_schema(Database& database, const std::string& name) {
    if (auto done = database.execute(kTables); !done) return done;
    auto insert = database.prepare("INSERT INTO meta VALUES (1, ?, ?, 0, 0)");
    if (!insert) return fail(insert.error());
    insert->bind(1, kSchemaVersion);
    insert->bind(2, name);
    return insert->run();
}

/// A whole copy of the database, on the device when it returns.
Status back_up(Disk& disk, Database& database, const std::string& path) {
    auto there = disk.exists(path);
    if (!there) return fail(there.error());
    if (*there) {  // of a migration that was cut short: what is there now is as good
        if (auto removed = disk.remove(path); !removed) return removed;
    }
    auto copy = database.prepare("VACUUM INTO ?");
    if (!copy) return fail(copy.error());
    copy->bind(1, path);
    if (auto done = copy->run(); !done) return done;
    auto file = disk.open(path, {.write = true});
    if (!file) return fail(file.error());
    if (auto synced = (*file)->sync(); !synced) return synced;
    return disk.sync_directory(path.substr(0, path.rfind('/')));
}

Status take_steps(Database& database,
                  std::span<const Migration> steps,
                  std::int64_t version,
                  std::int64_t target) {
    auto transaction = Transaction::begin(database);
    if (!transaction) return fail(transaction.error());
    for (; version < target; ++version) {
        const auto step = std::find_if(steps.begin(), steps.end(), [&](const Migration& item) {
            return item.from == version;
        });
        if (step == steps.end()) {
            return fail(ErrorCode::Unsupported,
                        database.path() + ": no way from ledger schema " + std::to_string(version) +
                            " to " + std::to_string(target) +
                            "; rebuild it with `tradectl wal-recover CONFIG --rebuild-ledger`");
        }
        if (auto done = database.execute(step->sql); !done) return done;
    }
    auto update = database.prepare("UPDATE meta SET schema_version = ?");
    if (!update) return fail(update.error());
    update->bind(1, target);
    if (auto done = update->run(); !done) return done;
    return transaction->commit();
}

}  // namespace

std::span<const Migration> migrations() {
    static constexpr std::array<Migration, 1> kSteps{{
        {1, "CREATE INDEX fills_unsettled ON fills(seq) WHERE settlement IN (1, 2, 4)"},
    }};
    return kSteps;
}

Status migrate_schema(Disk& disk,
                      Database& database,
                      std::span<const Migration> steps,
                      std::int64_t target) {
    const auto version = database.query_integer("SELECT schema_version FROM meta");
    // Without the table there is nothing to bring forward: what the file is, check_schema says.
    if (!version || *version >= target) return {};
    const std::string backup = database.path() + ".schema-" + std::to_string(*version);
    if (auto copied = back_up(disk, database, backup); !copied) return copied;
    return take_steps(database, steps, *version, target);
}

Expected<std::string> check_schema(Database& database) {
    const auto tables = database.query_integer("SELECT count(*) FROM sqlite_schema");
    if (!tables) return fail(tables.error());
    if (*tables == 0) return fail(ErrorCode::NotFound, database.path() + ": no ledger in it yet");
    const auto version = database.query_integer("SELECT schema_version FROM meta");
    if (!version) {
        // A missing table or column is a mistake in our SQL, unless the file is not ours.
        if (version.error().code != ErrorCode::Internal &&
            version.error().code != ErrorCode::NotFound)
            return fail(version.error());
        return fail(ErrorCode::Corrupt, database.path() + ": a database, but not a ledger");
    }
    if (*version != kSchemaVersion) {
        return fail(ErrorCode::Unsupported,
                    database.path() + ": ledger schema " + std::to_string(*version) +
                        ", this version reads " + std::to_string(kSchemaVersion) +
                        "; use the tradectl version that wrote it");
    }
    auto select = database.prepare("SELECT name FROM meta");
    if (!select) return fail(select.error());
    if (auto row = select->step(); !row) return fail(row.error());
    return std::string(select->text(0));
}

Status create_or_check_schema(Database& database, const std::string& name) {
    auto transaction = Transaction::begin(database);
    if (!transaction) return fail(transaction.error());
    const auto known = check_schema(database);
    if (known) {
        if (*known == name) return {};
        return fail(ErrorCode::Config,
                    database.path() + ": ledger of configuration '" + *known + "', not of '" +
                        name + "'; choose another --state-dir or restore the name");
    }
    if (known.error().code != ErrorCode::NotFound) return fail(known.error());
    if (auto done = create_schema(database, name); !done) return done;
    return transaction->commit();
}

}  // namespace tradectl::ledger

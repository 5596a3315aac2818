#include "tests/bench/peer_stores.hpp"

#include <cstdio>
#include <cstdlib>

#include <leveldb/db.h>
#include <lmdb.h>
#include <rocksdb/db.h>
#include <sqlite3.h>

namespace tradectl::bench {

namespace {

constexpr std::size_t kRecordBytes = 256;
constexpr int kBusyMs = 60'000;

[[noreturn]] void stop(const char* what, const std::string& why) {
    std::fprintf(stderr, "%s: %s\n", what, why.c_str());
    std::exit(1);
}
void check(bool ok, const char* what) {
    if (!ok) stop(what, "failed");
}

std::string record_of(std::uint64_t number) {
    std::string record = std::to_string(number);
    record.resize(kRecordBytes, 'x');
    return record;
}

PeerStore rocksdb_store(const std::string& directory) {
    rocksdb::DB* db = nullptr;
    rocksdb::Options options;
    options.create_if_missing = true;
    const auto opened = rocksdb::DB::Open(options, directory + "/rocksdb", &db);
    if (!opened.ok()) stop("rocksdb", opened.ToString());
    return {"rocksdb", [db] {
                return [db](std::uint64_t number) {
                    rocksdb::WriteOptions write;
                    write.sync = true;
                    const auto done = db->Put(write, std::to_string(number), record_of(number));
                    if (!done.ok()) stop("rocksdb", done.ToString());
                };
            }};
}

PeerStore leveldb_store(const std::string& directory) {
    leveldb::DB* db = nullptr;
    leveldb::Options options;
    options.create_if_missing = true;
    const auto opened = leveldb::DB::Open(options, directory + "/leveldb", &db);
    if (!opened.ok()) stop("leveldb", opened.ToString());
    return {"leveldb", [db] {
                return [db](std::uint64_t number) {
                    leveldb::WriteOptions write;
                    write.sync = true;
                    const auto done = db->Put(write, std::to_string(number), record_of(number));
                    if (!done.ok()) stop("leveldb", done.ToString());
                };
            }};
}

PeerStore lmdb_store(const std::string& directory) {
    MDB_env* env = nullptr;
    MDB_txn* open = nullptr;
    MDB_dbi table = 0;
    check(::mdb_env_create(&env) == 0 && ::mdb_env_set_mapsize(env, 256u << 20) == 0, "lmdb");
    check(::mdb_env_open(env, (directory + "/lmdb").c_str(), MDB_NOSUBDIR, 0600) == 0, "lmdb");
    check(::mdb_txn_begin(env, nullptr, 0, &open) == 0, "lmdb");
    check(::mdb_dbi_open(open, nullptr, MDB_INTEGERKEY, &table) == 0, "lmdb");
    check(::mdb_txn_commit(open) == 0, "lmdb");
    return {"lmdb", [env, table] {
                return [env, table](std::uint64_t number) {
                    std::string record = record_of(number);
                    MDB_txn* txn = nullptr;
                    MDB_val key{sizeof(number), &number};
                    MDB_val value{record.size(), record.data()};
                    check(::mdb_txn_begin(env, nullptr, 0, &txn) == 0, "lmdb begin");
                    check(::mdb_put(txn, table, &key, &value, 0) == 0, "lmdb put");
                    check(::mdb_txn_commit(txn) == 0, "lmdb commit");
                };
            }};
}

void run_sql(sqlite3* db, const char* sql) {
    check(::sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sql);
}

/// A connection of its own: SQLite's are not for several threads.
sqlite3* open_sqlite(const std::string& path) {
    sqlite3* db = nullptr;
    check(::sqlite3_open(path.c_str(), &db) == SQLITE_OK, "sqlite");
    check(::sqlite3_busy_timeout(db, kBusyMs) == SQLITE_OK, "sqlite");
    for (const char* sql :
         {"PRAGMA journal_mode=WAL",
          "PRAGMA synchronous=FULL",
          "CREATE TABLE IF NOT EXISTS records(id INTEGER PRIMARY KEY, body BLOB)"})
        run_sql(db, sql);
    return db;
}

std::function<void(std::uint64_t)> sqlite_put(sqlite3* db) {
    sqlite3_stmt* insert = nullptr;
    check(::sqlite3_prepare_v2(
              db, "INSERT OR REPLACE INTO records(id, body) VALUES(?, ?)", -1, &insert, nullptr) ==
              SQLITE_OK,
          "sqlite");
    return [insert](std::uint64_t number) {
        const std::string record = record_of(number);
        const auto size = static_cast<int>(record.size());
        check(::sqlite3_bind_int64(insert, 1, static_cast<sqlite3_int64>(number)) == SQLITE_OK,
              "sqlite bind");
        check(::sqlite3_bind_blob(insert, 2, record.data(), size, SQLITE_TRANSIENT) == SQLITE_OK,
              "sqlite bind");
        check(::sqlite3_step(insert) == SQLITE_DONE, "sqlite step");
        check(::sqlite3_reset(insert) == SQLITE_OK, "sqlite reset");
    };
}

PeerStore sqlite_store(const std::string& directory) {
    return {"sqlite_full",
            [path = directory + "/sqlite.db"] { return sqlite_put(open_sqlite(path)); }};
}

}  // namespace

std::function<void()> open_sqlite_cycle(const std::string& directory) {
    sqlite3* db = open_sqlite(directory + "/cycles.db");
    const auto put = sqlite_put(db);
    run_sql(db, "CREATE TABLE balance(id INTEGER PRIMARY KEY, amount INTEGER)");
    run_sql(db, "INSERT INTO balance VALUES(1, 0)");
    return [db, put, number = std::uint64_t{0}]() mutable {
        put(++number);
        run_sql(db, "BEGIN IMMEDIATE");
        put(number);
        run_sql(db, "UPDATE balance SET amount = amount + 1 WHERE id = 1");
        run_sql(db, "COMMIT");
    };
}

std::vector<PeerStore> open_peer_stores(const std::string& directory) {
    return {rocksdb_store(directory),
            leveldb_store(directory),
            lmdb_store(directory),
            sqlite_store(directory)};
}

}  // namespace tradectl::bench

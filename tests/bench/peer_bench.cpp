// One durable record at a time: our log, the bare system calls, and what others keep records in, in
// the same interleaved rounds: `peer_bench DIRECTORY [ROUNDS]`. The directory must be on the device
// of interest. Prints one line of JSON: nanoseconds by name, p50 and p99.
#include "host/base/clock.hpp"
#include "host/wal/batch.hpp"
#include "host/wal/writer.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <fcntl.h>
#include <leveldb/db.h>
#include <lmdb.h>
#include <rocksdb/db.h>
#include <sqlite3.h>
#include <unistd.h>

using namespace tradectl;

namespace {

constexpr std::size_t kRecordBytes = 256;

[[noreturn]] void stop(const char* what, const std::string& why) {
    std::fprintf(stderr, "peer_bench: %s: %s\n", what, why.c_str());
    std::exit(1);
}
void check(bool ok, const char* what) {
    if (!ok) stop(what, "failed");
}

/// One way to make a record durable.
struct Way {
    const char* name = "";
    std::function<void(std::uint64_t)> put;
    std::vector<std::int64_t> ns = {};
};

std::string record_of(std::uint64_t number) {
    std::string record = std::to_string(number);
    record.resize(kRecordBytes, 'x');
    return record;
}

Way bare_way(const std::string& directory) {
    const int fd = ::open((directory + "/bare").c_str(), O_RDWR | O_CREAT, 0600);
    const std::vector<char> zeros(16u << 20);
    check(::pwrite(fd, zeros.data(), zeros.size(), 0) > 0 && ::fsync(fd) == 0, "bare");
    return {"bare", [fd, at = off_t{0}](std::uint64_t number) mutable {
                const std::string record = record_of(number);
                check(::pwrite(fd, record.data(), record.size(), at) > 0, "pwrite");
                check(::fdatasync(fd) == 0, "fdatasync");
                at += static_cast<off_t>(record.size());
            }};
}

Way our_way(Disk& disk, const std::string& directory) {
    auto created = wal::Writer::create(disk, directory + "/wal", {{1}, 1}, {});
    if (!created) stop("wal", created.error().message);
    const std::shared_ptr<wal::Writer> writer(std::move(*created));
    while (!writer->prefill_done())
        check(writer->prefill().has_value(), "prefill");
    return {"tradectl", [writer](std::uint64_t number) {
                const std::string record = record_of(number);
                wal::BatchBuilder builder(writer->next_sequence());
                const auto value = std::as_bytes(std::span(record)).subspan(48);
                check(builder.add({}, wal::KvBody{.instance = "", .key = "k", .value = value})
                          .has_value(),
                      "record");
                check(writer->append(builder.take(), 0).has_value(), "append");
                check(writer->sync().has_value(), "sync");
            }};
}

Way rocksdb_way(const std::string& directory) {
    rocksdb::DB* db = nullptr;
    rocksdb::Options options;
    options.create_if_missing = true;
    const auto opened = rocksdb::DB::Open(options, directory + "/rocksdb", &db);
    if (!opened.ok()) stop("rocksdb", opened.ToString());
    return {"rocksdb", [db](std::uint64_t number) {
                rocksdb::WriteOptions write;
                write.sync = true;
                const auto done = db->Put(write, std::to_string(number), record_of(number));
                if (!done.ok()) stop("rocksdb", done.ToString());
            }};
}

Way leveldb_way(const std::string& directory) {
    leveldb::DB* db = nullptr;
    leveldb::Options options;
    options.create_if_missing = true;
    const auto opened = leveldb::DB::Open(options, directory + "/leveldb", &db);
    if (!opened.ok()) stop("leveldb", opened.ToString());
    return {"leveldb", [db](std::uint64_t number) {
                leveldb::WriteOptions write;
                write.sync = true;
                const auto done = db->Put(write, std::to_string(number), record_of(number));
                if (!done.ok()) stop("leveldb", done.ToString());
            }};
}

Way lmdb_way(const std::string& directory) {
    MDB_env* env = nullptr;
    MDB_txn* open = nullptr;
    MDB_dbi table = 0;
    check(::mdb_env_create(&env) == 0 && ::mdb_env_set_mapsize(env, 256u << 20) == 0, "lmdb");
    check(::mdb_env_open(env, (directory + "/lmdb").c_str(), MDB_NOSUBDIR, 0600) == 0, "lmdb");
    check(::mdb_txn_begin(env, nullptr, 0, &open) == 0, "lmdb");
    check(::mdb_dbi_open(open, nullptr, MDB_INTEGERKEY, &table) == 0, "lmdb");
    check(::mdb_txn_commit(open) == 0, "lmdb");
    return {"lmdb", [env, table](std::uint64_t number) {
                std::string record = record_of(number);
                MDB_txn* txn = nullptr;
                MDB_val key{sizeof(number), &number};
                MDB_val value{record.size(), record.data()};
                check(::mdb_txn_begin(env, nullptr, 0, &txn) == 0, "lmdb begin");
                check(::mdb_put(txn, table, &key, &value, 0) == 0, "lmdb put");
                check(::mdb_txn_commit(txn) == 0, "lmdb commit");
            }};
}

Way sqlite_way(const std::string& directory) {
    sqlite3* db = nullptr;
    sqlite3_stmt* insert = nullptr;
    check(::sqlite3_open((directory + "/sqlite.db").c_str(), &db) == SQLITE_OK, "sqlite");
    for (const char* sql : {"PRAGMA journal_mode=WAL",
                            "PRAGMA synchronous=FULL",
                            "CREATE TABLE records(id INTEGER PRIMARY KEY, body BLOB)"})
        check(::sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sql);
    check(::sqlite3_prepare_v2(db, "INSERT INTO records(body) VALUES(?)", -1, &insert, nullptr) ==
              SQLITE_OK,
          "sqlite");
    return {
        "sqlite_full", [insert](std::uint64_t number) {
            const std::string record = record_of(number);
            check(
                ::sqlite3_bind_blob(
                    insert, 1, record.data(), static_cast<int>(record.size()), SQLITE_TRANSIENT) ==
                    SQLITE_OK,
                "sqlite bind");
            check(::sqlite3_step(insert) == SQLITE_DONE, "sqlite step");
            check(::sqlite3_reset(insert) == SQLITE_OK, "sqlite reset");
        }};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: peer_bench DIRECTORY [ROUNDS]\n");
        return 64;
    }
    const std::string directory = argv[1];
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 2000;
    const SystemClock clock;
    auto disk = make_posix_disk();
    std::vector<Way> ways{bare_way(directory),
                          our_way(*disk, directory),
                          rocksdb_way(directory),
                          leveldb_way(directory),
                          lmdb_way(directory),
                          sqlite_way(directory)};
    for (int round = 0; round < rounds + 50; ++round) {
        // Each begins a round in turn, so that none always runs behind the same one.
        for (std::size_t i = 0; i < ways.size(); ++i) {
            Way& way = ways[(i + static_cast<std::size_t>(round)) % ways.size()];
            const std::int64_t start = clock.monotonic_ns();
            way.put(static_cast<std::uint64_t>(round));
            if (round >= 50) way.ns.push_back(clock.monotonic_ns() - start);
        }
    }
    const char* comma = "{";
    for (Way& way : ways) {
        std::sort(way.ns.begin(), way.ns.end());
        std::printf("%s\"%s\": {\"p50\": %lld, \"p99\": %lld}",
                    comma,
                    way.name,
                    static_cast<long long>(way.ns[way.ns.size() / 2]),
                    static_cast<long long>(way.ns[way.ns.size() * 99 / 100]));
        comma = ", ";
    }
    std::printf("}\n");
    std::fflush(stdout);
    std::_Exit(0);  // the peers' stores are thrown away with the directory
}

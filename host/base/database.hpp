/// SQLite over a Disk: the project's only door to it.
///
/// Files and locks are those of the SQLite file format, so other programs may read a database while
/// it is open here (WAL mode, rollback journals not used).
#pragma once

#include <tradectl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace tradectl {

class Disk;
class Database;

/// A compiled statement with its bound parameters. Must not outlive its Database; used by the same
/// thread. Parameters count from 1, columns from 0, as in SQL's own numbering.
class Statement {
  public:
    Statement(Statement&& other) noexcept;
    Statement& operator=(Statement&& other) noexcept;
    ~Statement();

    /// Sets a parameter. Text and blobs are borrowed until the next `reset` or `run`. A failure (no
    /// such parameter) is kept and returned by the next `step`.
    void bind(int parameter, std::int64_t value);
    void bind(int parameter, std::string_view text);
    void bind(int parameter, std::span<const std::byte> blob);
    void bind_null(int parameter);

    /// Goes to the next row; false when there is none left. Locked, NoSpace, Permission, Corrupt,
    /// BadState (a constraint), Io.
    Expected<bool> step();
    /// Runs to the end, ignoring rows, and resets.
    Status run();
    /// Makes it ready to run again; parameters keep their values, but borrowed ones must be bound
    /// anew.
    void reset();

    /// The current row. Views end with the next `step` or `reset`. A NULL reads as 0 or empty.
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::string_view text(int column) const;
    [[nodiscard]] std::span<const std::byte> blob(int column) const;
    [[nodiscard]] bool is_null(int column) const;

  private:
    friend class Database;
    struct Handle;
    explicit Statement(std::unique_ptr<Handle> handle);
    std::unique_ptr<Handle> handle_;
};

/// One connection. Used by one thread at a time; several connections, also in other processes, may
/// be open on the same file.
class Database {
  public:
    enum class OpenMode {
        ReadWriteCreate,
        ReadOnly,  ///< never waits for a writer and never makes one wait
    };
    enum class Synchronous {
        Normal,  ///< a power cut may undo the last commits, never damage: when a log replays them
        Full,    ///< every commit is on the device when it returns
    };
    struct Options {
        Synchronous synchronous = Synchronous::Normal;
        int busy_timeout_ms = 5000;  ///< how long a call waits for a lock of another connection
    };

    /// Opens (and in ReadWriteCreate makes) the database at an absolute path of `disk`, which must
    /// outlive it.
    ///
    /// ReadOnly may make the side files -wal and -shm. Where they cannot be made or written, it
    /// reads a private copy in memory of what is there now; writers wait while it is taken.
    /// NotFound, Locked, Permission, Corrupt (not a database), NoSpace, Io.
    static Expected<Database> open(Disk& disk, const std::string& path, OpenMode mode);
    static Expected<Database> open(Disk& disk,
                                   const std::string& path,
                                   OpenMode mode,
                                   Options options);

    Database(Database&& other) noexcept;
    Database& operator=(Database&& other) noexcept;
    /// Closes; an open transaction is rolled back. The last one to leave folds -wal into the file.
    ~Database();

    /// Runs SQL without parameters, several statements if need be, ignoring rows.
    Status execute(const std::string& sql);
    Expected<Statement> prepare(std::string_view sql);
    /// The first column of the first row; NotFound when there is no row.
    Expected<std::int64_t> query_integer(std::string_view sql);

    /// Rows changed by the last INSERT, UPDATE or DELETE that ended.
    [[nodiscard]] std::int64_t changes() const;
    [[nodiscard]] const std::string& path() const;

  private:
    struct Handle;
    explicit Database(std::unique_ptr<Handle> handle);
    std::unique_ptr<Handle> handle_;
};

/// A transaction that is rolled back unless committed. Its Database must outlive it and stay where
/// it is.
class Transaction {
  public:
    enum class Kind {
        Write,  ///< takes the writer's lock at once
        Read,   ///< all reads see one state of the file
    };
    static Expected<Transaction> begin(Database& database, Kind kind = Kind::Write);

    Transaction(Transaction&& other) noexcept;
    Transaction& operator=(Transaction&& other) = delete;
    ~Transaction();

    /// After a failure the transaction is rolled back.
    Status commit();

  private:
    explicit Transaction(Database& database) : database_(&database) {}
    Database* database_;
};

}  // namespace tradectl

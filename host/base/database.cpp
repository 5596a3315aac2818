#include "host/base/database.hpp"

#include "host/base/disk.hpp"
#include "host/base/sqlite_snapshot.hpp"
#include "host/base/sqlite_vfs.hpp"

#include <optional>
#include <utility>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

namespace tradectl {
namespace {

ErrorCode code_of(int sqlite_code) {
    switch (sqlite_code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_PROTOCOL: return ErrorCode::Locked;
        case SQLITE_FULL: return ErrorCode::NoSpace;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB: return ErrorCode::Corrupt;
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_AUTH: return ErrorCode::Permission;
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN: return ErrorCode::Io;
        case SQLITE_CONSTRAINT: return ErrorCode::BadState;
        case SQLITE_TOOBIG: return ErrorCode::Overflow;
        default: return ErrorCode::Internal;
    }
}

bool comes_from_disk(int sqlite_code) {
    const int primary = sqlite_code & 0xff;
    return primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN || primary == SQLITE_FULL;
}

Error error_of(const std::string& path, int sqlite_code, const char* text) {
    auto disk_error = take_sqlite_disk_error();
    if (disk_error && comes_from_disk(sqlite_code)) return *std::move(disk_error);
    return {code_of(sqlite_code), path + ": sqlite: " + text};
}

}  // namespace

// ---- Database ----

struct Database::Handle {
    std::string path;
    std::unique_ptr<Disk> copy;  // of a database whose side files cannot be made
    std::shared_ptr<SqliteVfs> vfs;
    std::optional<SQLite::Database> connection;

    [[nodiscard]] sqlite3* raw() const { return connection->getHandle(); }
    [[nodiscard]] Error error(int code) const {
        return error_of(path, code, sqlite3_errmsg(raw()));
    }
    Status connect(Disk& disk, OpenMode mode, int busy_timeout_ms);
    Status configure(OpenMode mode, Synchronous synchronous);
};

Status Database::Handle::connect(Disk& disk, OpenMode mode, int busy_timeout_ms) {
    vfs = SqliteVfs::of(disk);
    take_sqlite_disk_error();
    const int flags = SQLITE_OPEN_NOMUTEX |
                      (mode == OpenMode::ReadOnly ? SQLITE_OPEN_READONLY
                                                  : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    try {
        connection.emplace(path, flags, busy_timeout_ms, vfs->name());
        sqlite3_extended_result_codes(raw(), 1);
        return {};
    } catch (const SQLite::Exception& exception) {
        return fail(error_of(path, exception.getErrorCode(), exception.what()));
    }
}

Status Database::Handle::configure(OpenMode mode, Synchronous synchronous) {
    std::string sql = "PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA secure_delete=OFF;";
    sql += synchronous == Synchronous::Full ? "PRAGMA synchronous=FULL;"
                                            : "PRAGMA synchronous=NORMAL;";
    // Reads the first page either way, so that a file that is no database is refused here.
    sql += mode == OpenMode::ReadOnly ? "SELECT count(*) FROM sqlite_schema;"
                                      : "PRAGMA journal_mode=WAL;";
    const int code = sqlite3_exec(raw(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return fail(error(code));
    return {};
}

Expected<Database> Database::open(Disk& disk, const std::string& path, OpenMode mode) {
    return open(disk, path, mode, Options());
}

Expected<Database> Database::open(Disk& disk,
                                  const std::string& path,
                                  OpenMode mode,
                                  Options options) {
    if (path.empty() || path.front() != '/')
        return fail(ErrorCode::InvalidArgument, "database path '" + path + "' is not absolute");
    auto handle = std::make_unique<Handle>();
    handle->path = path;
    Status done = handle->connect(disk, mode, options.busy_timeout_ms);
    if (!done) return fail(done.error());
    done = handle->configure(mode, options.synchronous);
    if (done) return Database(std::move(handle));
    if (mode != OpenMode::ReadOnly || done.error().code != ErrorCode::Permission)
        return fail(done.error());

    // The file can be read, its side files cannot be made.
    auto copy = copy_sqlite_files(disk, path, options.busy_timeout_ms);
    if (!copy) return fail(copy.error());
    handle = std::make_unique<Handle>();
    handle->path = path;
    handle->copy = std::move(*copy);
    done = handle->connect(*handle->copy, mode, options.busy_timeout_ms);
    if (done) done = handle->configure(mode, options.synchronous);
    if (!done) return fail(done.error());
    return Database(std::move(handle));
}

Database::Database(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Status Database::execute(const std::string& sql) {
    const int code = sqlite3_exec(handle_->raw(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return fail(handle_->error(code));
    return {};
}

Expected<std::int64_t> Database::query_integer(std::string_view sql) {
    auto statement = prepare(sql);
    if (!statement) return fail(statement.error());
    const auto row = statement->step();
    if (!row) return fail(row.error());
    if (!*row) return fail(ErrorCode::NotFound, handle_->path + ": no row for " + std::string(sql));
    return statement->integer(0);
}

std::int64_t Database::changes() const {
    return sqlite3_changes64(handle_->raw());
}

const std::string& Database::path() const {
    return handle_->path;
}

// ---- Statement ----

// The C interface: SQLiteCpp's statement copies every text and throws at every call.
struct Statement::Handle {
    sqlite3_stmt* raw = nullptr;
    int bind_code = SQLITE_OK;
    std::string path;

    Handle() = default;
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() { sqlite3_finalize(raw); }
    void note(int code) {
        if (code != SQLITE_OK) bind_code = code;
    }
};

Expected<Statement> Database::prepare(std::string_view sql) {
    auto statement = std::make_unique<Statement::Handle>();
    statement->path = handle_->path;
    const int code = sqlite3_prepare_v3(handle_->raw(),
                                        sql.data(),
                                        static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT,
                                        &statement->raw,
                                        nullptr);
    if (code != SQLITE_OK) return fail(handle_->error(code));
    return Statement(std::move(statement));
}

Statement::Statement(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
Statement::Statement(Statement&&) noexcept = default;
Statement& Statement::operator=(Statement&&) noexcept = default;
Statement::~Statement() = default;

void Statement::bind(int parameter, std::int64_t value) {
    handle_->note(sqlite3_bind_int64(handle_->raw, parameter, value));
}

void Statement::bind(int parameter, std::string_view text) {
    // A null pointer would bind NULL instead of an empty text.
    const char* data = text.data() == nullptr ? "" : text.data();
    handle_->note(sqlite3_bind_text64(
        handle_->raw, parameter, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void Statement::bind(int parameter, std::span<const std::byte> blob) {
    const void* data = blob.empty() ? static_cast<const void*>("") : blob.data();
    handle_->note(sqlite3_bind_blob64(handle_->raw, parameter, data, blob.size(), SQLITE_STATIC));
}

void Statement::bind_null(int parameter) {
    handle_->note(sqlite3_bind_null(handle_->raw, parameter));
}

Expected<bool> Statement::step() {
    int code = std::exchange(handle_->bind_code, SQLITE_OK);
    if (code == SQLITE_OK) code = sqlite3_step(handle_->raw);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    const char* text = sqlite3_errmsg(sqlite3_db_handle(handle_->raw));
    return fail(error_of(handle_->path, code, text));
}

Status Statement::run() {
    for (;;) {
        const auto row = step();
        if (row && *row) continue;
        reset();
        if (!row) return fail(row.error());
        return {};
    }
}

void Statement::reset() {
    sqlite3_reset(handle_->raw);  // repeats the code that `step` returned
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(handle_->raw, column);
}

std::string_view Statement::text(int column) const {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle_->raw, column));
    if (data == nullptr) return {};
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle_->raw, column))};
}

std::span<const std::byte> Statement::blob(int column) const {
    const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(handle_->raw, column));
    if (data == nullptr) return {};
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle_->raw, column))};
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(handle_->raw, column) == SQLITE_NULL;
}

// ---- Transaction ----

Expected<Transaction> Transaction::begin(Database& database, Kind kind) {
    if (kind == Kind::Write) {
        if (auto done = database.execute("BEGIN IMMEDIATE"); !done) return fail(done.error());
        return Transaction(database);
    }
    if (auto done = database.execute("BEGIN"); !done) return fail(done.error());
    Transaction transaction(database);
    // BEGIN alone takes no snapshot: the first read does.
    if (auto read = database.query_integer("SELECT count(*) FROM sqlite_schema"); !read)
        return fail(read.error());
    return transaction;
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
    // SQLite may have rolled back by itself after a failure; then this one fails, harmlessly.
    if (database_ != nullptr) static_cast<void>(database_->execute("ROLLBACK"));
}

Status Transaction::commit() {
    Status done = database_->execute("COMMIT");
    if (!done) return done;
    database_ = nullptr;
    return {};
}

}  // namespace tradectl

#include "host/exchange/kv_file.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::exchange {

namespace {

constexpr std::int64_t kReadAheadMax = 256;
constexpr std::int64_t kNoLimit = -1;  // in SQL

std::string_view key_of(const Statement& row) {
    const auto key = row.blob(0);
    return {reinterpret_cast<const char*>(key.data()), key.size()};
}

/// What is there already is newer than the file.
void keep(const Statement& row, KvValues& values) {
    const auto [at, is_new] = values.try_emplace(std::string(key_of(row)));
    const auto value = row.blob(1);
    if (is_new) at->second.assign(value.begin(), value.end());
}

}  // namespace

Expected<bool> has_table(Database& database, const std::string& name) {
    const auto count = database.query_integer(
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '" + name + "'");
    if (!count) return fail(count.error());
    return *count != 0;
}

Expected<std::unique_ptr<KvFile>> KvFile::open(Disk& disk, const std::string& path) {
    auto database = Database::open(disk, path, Database::OpenMode::ReadOnly);
    if (!database) return fail(database.error());
    std::unique_ptr<KvFile> file(new KvFile(std::make_unique<Database>(std::move(*database))));
    if (auto begun = file->begin(); !begun) return fail(begun.error());
    return file;
}

Status KvFile::begin() {
    auto moment = Transaction::begin(*database_, Transaction::Kind::Read);
    if (!moment) return fail(moment.error());
    moment_.emplace(std::move(*moment));
    // A power cut may leave a file whose table was never committed.
    const auto there = has_table(*database_, "kv");
    if (!there) return fail(there.error());
    if (!*there) {
        // A store that nobody has made yet: a lock here would keep its first writer out.
        moment_.reset();
        database_.reset();
        return {};
    }
    if (auto read = read_made(); !read) return read;
    auto rows =
        database_->prepare("SELECT key, value FROM kv WHERE key >= ?1 ORDER BY key LIMIT ?2");
    if (!rows) return fail(rows.error());
    rows_.emplace(std::move(*rows));
    return {};
}

Status KvFile::read_made() {
    made_ = Timestamp::none();
    const auto there = has_table(*database_, "made");
    if (!there) return fail(there.error());
    if (!*there) return {};
    const auto time = database_->query_integer("SELECT time FROM made");
    if (!time) return fail(time.error());
    made_ = Timestamp{*time};
    return {};
}

Status KvFile::read(std::string_view key, KvValues& values) {
    const std::string wanted(key);
    if (!rows_) {
        values.try_emplace(wanted);
        return {};
    }
    read_ahead_ = wanted == next_key_ ? std::min(2 * read_ahead_, kReadAheadMax) : 1;
    next_key_.clear();
    rows_->reset();
    rows_->bind(1, std::as_bytes(std::span(wanted)));
    rows_->bind(2, read_ahead_ + 1);
    for (std::int64_t count = 0;; ++count) {
        auto row = rows_->step();
        if (!row) return fail(row.error());
        if (!*row) break;
        if (count == read_ahead_) {
            next_key_ = key_of(*rows_);
            break;
        }
        keep(*rows_, values);
    }
    values.try_emplace(wanted);
    rows_->reset();
    return {};
}

Status KvFile::read_all(std::string_view prefix, KvValues& values) {
    if (!rows_) return {};
    const std::string from(prefix);
    rows_->reset();
    rows_->bind(1, std::as_bytes(std::span(from)));
    rows_->bind(2, kNoLimit);
    for (;;) {
        auto row = rows_->step();
        if (!row) return fail(row.error());
        if (!*row || !key_of(*rows_).starts_with(prefix)) break;
        keep(*rows_, values);
    }
    rows_->reset();
    return {};
}

}  // namespace tradectl::exchange

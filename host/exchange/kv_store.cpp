#include "host/exchange/kv_store.hpp"

#include "host/base/database.hpp"

#include <utility>

namespace tradectl::exchange {

namespace {

std::span<const std::byte> bytes_of_text(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

/// One transaction: there is no store that does not know when it was made, but those of earlier
/// versions.
Status make_tables(Database& database, Timestamp now) {
    auto transaction = Transaction::begin(database);
    if (!transaction) return fail(transaction.error());
    const auto there = has_table(database, "kv");
    if (!there) return fail(there.error());
    if (*there) return transaction->commit();
    const std::string statements[] = {
        "CREATE TABLE kv(key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
        "CREATE TABLE made(time INTEGER NOT NULL)",
        "INSERT INTO made(time) VALUES(" + std::to_string(now.ns()) + ")"};
    for (const std::string& statement : statements) {
        if (auto done = database.execute(statement); !done) return done;
    }
    return transaction->commit();
}

/// Every commit is on the device when it returns: the venue must not forget what it took.
class DatabaseKvWriter final : public KvWriter {
  public:
    static Expected<std::unique_ptr<KvWriter>> open(Database database, Timestamp now) {
        auto owned = std::make_unique<Database>(std::move(database));
        if (auto made = make_tables(*owned, now); !made) return fail(made.error());
        auto put = owned->prepare("INSERT OR REPLACE INTO kv(key, value) VALUES(?1, ?2)");
        if (!put) return fail(put.error());
        auto drop = owned->prepare("DELETE FROM kv WHERE key = ?1");
        if (!drop) return fail(drop.error());
        return std::unique_ptr<KvWriter>(
            new DatabaseKvWriter(std::move(owned), std::move(*put), std::move(*drop)));
    }

    Status commit(const std::vector<KvPut>& puts) override {
        auto transaction = Transaction::begin(*database_);
        if (!transaction) return fail(transaction.error());
        for (const KvPut& put : puts) {
            Statement& statement = put.value.empty() ? drop_ : put_;
            statement.bind(1, bytes_of_text(put.key));
            if (!put.value.empty()) statement.bind(2, std::span<const std::byte>(put.value));
            if (auto ran = statement.run(); !ran) return ran;
        }
        return transaction->commit();
    }

  private:
    DatabaseKvWriter(std::unique_ptr<Database> database, Statement put, Statement drop)
        : database_(std::move(database)), put_(std::move(put)), drop_(std::move(drop)) {}

    std::unique_ptr<Database> database_;
    Statement put_;
    Statement drop_;
};

}  // namespace

std::unique_ptr<KvStore> KvStore::in_memory() {
    return std::unique_ptr<KvStore>(new KvStore(Mode::Memory));
}

Expected<std::unique_ptr<KvStore>> KvStore::open(Disk& disk,
                                                 const std::string& path,
                                                 Timestamp now) {
    std::unique_ptr<KvStore> store(new KvStore(Mode::Durable));
    if (auto made = disk.make_directory(path.substr(0, path.rfind('/'))); !made) {
        return fail(made.error());
    }
    auto database = Database::open(disk,
                                   path,
                                   Database::OpenMode::ReadWriteCreate,
                                   {.synchronous = Database::Synchronous::Full});
    if (!database) return fail(database.error());
    auto writer = DatabaseKvWriter::open(std::move(*database), now);
    if (!writer) return fail(writer.error());
    store->writer_ = std::move(*writer);
    auto file = KvFile::open(disk, path);
    if (!file) return fail(file.error());
    if (auto loaded = (*file)->read_all("", store->values_); !loaded) return fail(loaded.error());
    store->made_ = (*file)->made().value_or(now);
    return store;
}

Expected<std::unique_ptr<KvStore>> KvStore::open_read_only(Disk& disk,
                                                           const std::string& path,
                                                           Timestamp now) {
    std::unique_ptr<KvStore> store(new KvStore(Mode::ReadOnly));
    store->made_ = now;
    auto there = disk.exists(path);
    if (!there) return fail(there.error());
    if (!*there) return store;
    auto file = KvFile::open(disk, path);
    if (!file) return fail(file.error());
    store->file_ = std::move(*file);
    store->made_ = store->file_->made().value_or(now);
    return store;
}

Expected<std::unique_ptr<KvStore>> KvStore::open_copy(Disk& disk,
                                                      const std::string& path,
                                                      Timestamp now) {
    auto store = open_read_only(disk, path, now);
    if (store) (*store)->mode_ = Mode::Memory;
    return store;
}

Expected<std::span<const std::byte>> KvStore::get(std::string_view key) {
    auto found = values_.find(key);
    if (found == values_.end() && file_ != nullptr) {
        if (auto read = file_->read(key, values_); !read) return fail(read.error());
        found = values_.find(key);
    }
    if (found == values_.end() || found->second.empty())
        return fail(ErrorCode::NotFound, "kv: no such key");
    return std::span<const std::byte>(found->second);
}

Status KvStore::each(
    std::string_view prefix,
    const std::function<bool(std::string_view, std::span<const std::byte>)>& visit) {
    if (file_ != nullptr) {
        if (auto read = file_->read_all(prefix, values_); !read) return read;
    }
    for (auto at = values_.lower_bound(prefix); at != values_.end();) {
        const std::string key = at->first;  // the visitor may put, and so delete this very entry
        if (!std::string_view(key).starts_with(prefix)) break;
        if (!at->second.empty() && !visit(key, at->second)) break;
        at = values_.upper_bound(key);
    }
    return {};
}

Status KvStore::put(std::string_view key, std::span<const std::byte> value) {
    if (mode_ == Mode::ReadOnly) return fail(ErrorCode::BadState, "kv: the store is read-only");
    if (key.empty() || key.size() > kKeyBytesMax) {
        return fail(ErrorCode::Quota,
                    "kv: key of " + std::to_string(key.size()) + " bytes, want 1 to " +
                        std::to_string(kKeyBytesMax));
    }
    if (value.size() > kValueBytesMax) {
        return fail(ErrorCode::Quota,
                    "kv: value of " + std::to_string(value.size()) + " bytes, limit " +
                        std::to_string(kValueBytesMax));
    }
    if (value.empty() && file_ == nullptr) {
        if (const auto found = values_.find(key); found != values_.end()) values_.erase(found);
    } else {
        values_[std::string(key)].assign(value.begin(), value.end());
    }
    if (mode_ == Mode::Durable) {
        staged_.push_back({std::string(key), {value.begin(), value.end()}});
    }
    return {};
}

std::vector<KvPut> KvStore::take_staged() {
    return std::exchange(staged_, {});
}

}  // namespace tradectl::exchange

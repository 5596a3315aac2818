#include "host/ledger/ledger.hpp"

#include "host/base/database.hpp"
#include "host/base/hash.hpp"
#include "host/base/mutant.hpp"
#include "host/ledger/columns.hpp"
#include "host/ledger/projection.hpp"
#include "host/ledger/schema.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace tradectl::ledger {
namespace {

// Enough to tell records apart, half the space of the whole digest.
constexpr std::size_t kRecordHashBytes = 16;
using RecordHash = std::array<std::byte, kRecordHashBytes>;

// The projector repeats a batch that met a foreign lock, so it need not wait long here.
constexpr int kBusyTimeoutMs = 500;

/// The first bytes of SHA-256 over type, version, flags, sequence, times and ids, each as 64 bits
/// little-endian, and the body.
RecordHash hash_of(Sha256& sha, const wal::Record& record) {
    static_assert(std::endian::native == std::endian::little);
    const wal::RecordHeader& header = record.header;
    const std::array<std::uint64_t, 8> words = {static_cast<std::uint64_t>(header.type),
                                                header.version,
                                                header.flags,
                                                header.sequence.value,
                                                static_cast<std::uint64_t>(header.wall.ns()),
                                                static_cast<std::uint64_t>(header.monotonic_ns),
                                                header.op_id.value,
                                                header.txn_id.value};
    sha.update(std::as_bytes(std::span(words)));
    sha.update(record.body);
    const Sha256Digest digest = sha.finish();
    RecordHash hash;
    std::memcpy(hash.data(), digest.data(), hash.size());
    return hash;
}

}  // namespace

struct Ledger::State {
    State(Database database_, Statement insert, Statement select, Statement update)
        : database(std::move(database_)),
          insert_applied(std::move(insert)),
          select_applied(std::move(select)),
          update_meta(std::move(update)) {}

    Database database;
    Statement insert_applied;
    Statement select_applied;
    Statement update_meta;
    std::optional<Projection> projection;
    Sha256 sha;
    std::uint64_t committed = 0;  ///< highest record in the file
    std::uint64_t applied = 0;    ///< the same, that of an open transaction included
    std::uint64_t op_id_max = 0;
    bool ahead = false;  ///< a batch failed: what is kept in memory is not what is in the file

    Status reload();
    Status apply_record(const wal::Record& record);
    Status check_same(const wal::Record& record, const RecordHash& hash);
    Status write_batch(std::span<const wal::Record> batch);
    Status commit(Transaction& transaction);
};

Expected<Ledger> Ledger::open(Disk& disk, const std::string& path, const std::string& name) {
    auto database = Database::open(
        disk, path, Database::OpenMode::ReadWriteCreate, {.busy_timeout_ms = kBusyTimeoutMs});
    if (!database) return fail(database.error());
    if (auto done = migrate_schema(disk, *database, migrations(), kSchemaVersion); !done)
        return fail(done.error());
    if (auto done = create_or_check_schema(*database, name); !done) return fail(done.error());
    auto insert = database->prepare("INSERT INTO applied VALUES (?,?,?)");
    if (!insert) return fail(insert.error());
    auto select = database->prepare("SELECT record_hash FROM applied WHERE seq = ?");
    if (!select) return fail(select.error());
    auto update = database->prepare("UPDATE meta SET applied_seq = ?, op_id_max = ?");
    if (!update) return fail(update.error());
    auto state = std::make_unique<State>(
        std::move(*database), std::move(*insert), std::move(*select), std::move(*update));
    auto projection = Projection::open(state->database);
    if (!projection) return fail(projection.error());
    state->projection.emplace(std::move(*projection));
    if (auto done = state->reload(); !done) return fail(done.error());
    return Ledger(std::move(state));
}

Ledger::Ledger(std::unique_ptr<State> state) : state_(std::move(state)) {}
Ledger::Ledger(Ledger&&) noexcept = default;
Ledger& Ledger::operator=(Ledger&&) noexcept = default;
Ledger::~Ledger() = default;

WalSequence Ledger::applied_sequence() const {
    return {state_->committed};
}

Status Ledger::State::reload() {
    const auto sequence = database.query_integer("SELECT applied_seq FROM meta");
    if (!sequence) return fail(sequence.error());
    const auto op_id = database.query_integer("SELECT op_id_max FROM meta");
    if (!op_id) return fail(op_id.error());
    applied = static_cast<std::uint64_t>(*sequence);
    committed = applied;
    op_id_max = static_cast<std::uint64_t>(*op_id);
    if (auto done = projection->reload(); !done) return done;
    ahead = false;
    return {};
}

Status Ledger::State::check_same(const wal::Record& record, const RecordHash& hash) {
    select_applied.bind(1, static_cast<std::int64_t>(record.header.sequence.value));
    const auto row = select_applied.step();
    const bool same = row && *row && std::ranges::equal(select_applied.blob(0), hash);
    select_applied.reset();
    if (!row) return fail(row.error());
    if (same || mutant("ledger.record_hash")) return {};
    return fail(ErrorCode::Corrupt, "applied before with other content");
}

Status Ledger::State::apply_record(const wal::Record& record) {
    const std::uint64_t sequence = record.header.sequence.value;
    const RecordHash hash = hash_of(sha, record);
    if (sequence <= applied && !mutant("ledger.applied_once")) return check_same(record, hash);
    if (sequence != applied + 1 && !mutant("ledger.gap")) {
        return fail(ErrorCode::Corrupt,
                    "a gap in the log: record " + std::to_string(applied + 1) + " is due");
    }
    if (auto done = projection->apply(record); !done) return done;
    ColumnWriter row(insert_applied);
    row.add(sequence).add(record.header.op_id.value).add(std::span<const std::byte>(hash));
    if (auto done = row.run(); !done) return done;
    applied = sequence;
    op_id_max = std::max(op_id_max, record.header.op_id.value);
    return {};
}

Status Ledger::State::write_batch(std::span<const wal::Record> batch) {
    for (const wal::Record& record : batch) {
        const Status done = apply_record(record);
        if (done) continue;
        // A row that is there already contradicts the log: it was written once only.
        const ErrorCode code = done.error().code == ErrorCode::BadState ||
                                       done.error().code == ErrorCode::InvalidArgument
                                   ? ErrorCode::Corrupt
                                   : done.error().code;
        return fail(code,
                    "ledger: record " + std::to_string(record.header.sequence.value) + ": " +
                        done.error().message);
    }
    return {};
}

Status Ledger::State::commit(Transaction& transaction) {
    if (auto done = projection->flush(); !done) return done;
    ColumnWriter row(update_meta);
    if (auto done = row.add(applied).add(op_id_max).run(); !done) return done;
    return transaction.commit();
}

Status Ledger::apply(std::span<const wal::Record> batch) {
    if (batch.empty()) return {};
    if (state_->ahead && !mutant("ledger.reload")) {
        if (auto done = state_->reload(); !done) return done;
    }
    auto transaction = Transaction::begin(state_->database);
    if (!transaction) return fail(transaction.error());
    state_->ahead = true;
    if (auto done = state_->write_batch(batch); !done) return done;
    if (auto done = state_->commit(*transaction); !done) return done;
    state_->ahead = false;
    state_->committed = state_->applied;
    return {};
}

}  // namespace tradectl::ledger

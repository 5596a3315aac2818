/// What each kind of record changes in the books. Runs inside the caller's transaction.
#pragma once

#include "host/base/database.hpp"
#include "host/ledger/books.hpp"
#include "host/wal/record.hpp"

#include <tradectl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::ledger {

enum class ProjectionSql : std::size_t;

/// Applies records in order; the caller has seen to it that each comes once. BadState is a row that
/// exists already.
class Projection {
  public:
    /// To be followed by `reload`. `database` must outlive it and stay where it is.
    static Expected<Projection> open(Database& database);

    /// Decodes the body and applies it.
    Status apply(const wal::Record& record);

    Status apply_intent(const wal::Record& record, const wal::IntentBody& body);
    Status apply_result(const wal::RecordHeader& header, const wal::ResultBody& body);
    Status apply_rollback(const wal::RecordHeader& header, const wal::RollbackBody& body);
    Status apply_resolve(const wal::RecordHeader& header, const wal::ResolveBody& body);
    Status apply_kv(const wal::KvBody& body);
    Status apply_note(const wal::RecordHeader& header, const wal::NoteBody& body);

    /// Writes what is kept in memory; before every commit.
    Status flush();
    /// Forgets what is kept in memory and reads it again; after every rollback.
    Status reload();

  private:
    struct RefMax {
        std::uint64_t value = 0;
        bool changed = false;
    };

    Projection(Database& database, Books books) : database_(&database), books_(std::move(books)) {}
    Statement& statement(ProjectionSql sql) { return statements_[static_cast<std::size_t>(sql)]; }
    Status insert_step(const wal::Record& record, const wal::IntentBody& body);
    Status renew_step(const wal::Record& record);
    Status insert_order(const wal::RecordHeader& header, const wal::IntentBody& body);
    Status update_step(const wal::RecordHeader& header, const wal::ResultBody& body);
    Status update_order(const wal::RecordHeader& header, const wal::ResultBody& body);
    Status insert_fill(const wal::RecordHeader& header, const wal::ResultBody& body);
    Status settle_fill(const wal::ResultBody& body);
    Status upsert_position(const wal::RecordHeader& header, const wal::ResultBody& body);
    Status insert_denied(const wal::RecordHeader& header, const wal::NoteBody& body);
    Status insert_equity(const wal::RecordHeader& header, const wal::NoteBody& body);
    Status insert_note(const wal::RecordHeader& header, const wal::NoteBody& body);
    Status mark_unresolved(const wal::RecordHeader& header);
    void see_order_ref(const wal::Subject& subject);

    Database* database_;
    Books books_;
    std::vector<Statement> statements_;
    std::map<std::string, RefMax, std::less<>> refs_;
    std::string text_;
};

}  // namespace tradectl::ledger

/// Double entry: postings and the balances they add up to.
#pragma once

#include "host/base/database.hpp"
#include "host/wal/record.hpp"

#include <tradectl/decimal.hpp>
#include <tradectl/expected.hpp>

#include <map>
#include <string>
#include <string_view>
#include <tuple>

namespace tradectl::ledger {

/// What must hold for the postings of one record: amounts known, each asset's sum zero. Corrupt
/// otherwise.
Status check_balanced(const wal::Postings& postings);

/// Id of a record's first posting; those that follow count on.
[[nodiscard]] std::uint64_t first_posting_id(WalSequence sequence);

/// Books postings inside the caller's transaction. Balances are kept in memory and written by
/// `flush`, once for each that changed.
class Books {
  public:
    /// To be followed by `reload`. `database` must outlive it.
    static Expected<Books> open(Database& database);

    /// Corrupt when they are not balanced, Overflow when a balance leaves the range.
    Status book(const wal::RecordHeader& header,
                std::string_view venue,
                const wal::Postings& postings);
    Status flush();
    /// Reads the balances: at first, and after a rollback.
    Status reload();

  private:
    struct Balance {
        Decimal amount;
        bool changed = false;
    };
    using Key = std::tuple<std::string, std::string, std::string, wal::Bucket>;
    using KeyView = std::tuple<std::string_view, std::string_view, std::string_view, wal::Bucket>;
    struct Less {
        using is_transparent = void;
        bool operator()(const auto& a, const auto& b) const { return KeyView(a) < KeyView(b); }
    };

    Books(Statement insert_posting, Statement upsert_balance, Statement select_balances);
    Status add(std::string_view venue, const wal::Posting& posting);

    Statement insert_posting_;
    Statement upsert_balance_;
    Statement select_balances_;
    std::map<Key, Balance, Less> balances_;
};

}  // namespace tradectl::ledger

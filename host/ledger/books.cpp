#include "host/ledger/books.hpp"

#include "host/base/mutant.hpp"
#include "host/ledger/columns.hpp"

namespace tradectl::ledger {
namespace {

constexpr std::uint64_t kPostingsPerRecord = 16;
static_assert(wal::Postings::capacity() <= kPostingsPerRecord);

/// The asset's sum; nothing when an amount is missing or the sum overflows.
std::optional<Decimal> sum_of(const wal::Postings& postings, std::string_view asset) {
    Decimal sum;
    for (const wal::Posting& posting : postings) {
        if (posting.asset != asset) continue;
        const auto next = checked_add(sum, posting.amount);
        if (!next) return std::nullopt;
        sum = *next;
    }
    return sum;
}

}  // namespace

Status check_balanced(const wal::Postings& postings) {
    for (const wal::Posting& posting : postings) {
        const auto sum = sum_of(postings, posting.asset);
        if ((sum && sum->is_zero()) || mutant("ledger.zero_sum")) continue;
        const std::string asset(posting.asset);
        if (!sum)
            return fail(ErrorCode::Corrupt,
                        "postings of " + asset + " have no sum: null or too large");
        return fail(ErrorCode::Corrupt,
                    "postings of " + asset + " sum to " + sum->to_string() + ", not to 0");
    }
    return {};
}

std::uint64_t first_posting_id(WalSequence sequence) {
    return sequence.value * kPostingsPerRecord;
}

Expected<Books> Books::open(Database& database) {
    auto insert = database.prepare("INSERT INTO postings VALUES (?,?,?,?,?,?,?)");
    if (!insert) return fail(insert.error());
    auto upsert = database.prepare("INSERT OR REPLACE INTO balances VALUES (?,?,?,?,?)");
    if (!upsert) return fail(upsert.error());
    auto select = database.prepare("SELECT * FROM balances");
    if (!select) return fail(select.error());
    return Books(std::move(*insert), std::move(*upsert), std::move(*select));
}

Books::Books(Statement insert_posting, Statement upsert_balance, Statement select_balances)
    : insert_posting_(std::move(insert_posting)),
      upsert_balance_(std::move(upsert_balance)),
      select_balances_(std::move(select_balances)) {}

Status Books::reload() {
    balances_.clear();
    for (;;) {
        const auto row = select_balances_.step();
        if (!row || !*row) {
            select_balances_.reset();
            if (!row) return fail(row.error());
            return {};
        }
        Key key;
        Balance balance;
        ColumnReader reader(select_balances_);
        reader.take(std::get<0>(key)).take(std::get<1>(key)).take(std::get<2>(key));
        reader.take(std::get<3>(key)).take(balance.amount);
        if (auto done = reader.done(); !done) return done;
        balances_.emplace(std::move(key), balance);
    }
}

Status Books::add(std::string_view venue, const wal::Posting& posting) {
    const KeyView key(venue, posting.account, posting.asset, posting.bucket);
    auto found = balances_.find(key);
    if (found == balances_.end()) found = balances_.emplace(Key(key), Balance{}).first;
    const auto sum = checked_add(found->second.amount, posting.amount);
    if (!sum) {
        return fail(ErrorCode::Overflow,
                    "balance of " + std::string(posting.asset) + " in account " +
                        std::string(posting.account) + " overflows");
    }
    found->second = {*sum, true};
    return {};
}

Status Books::book(const wal::RecordHeader& header,
                   std::string_view venue,
                   const wal::Postings& postings) {
    if (auto done = check_balanced(postings); !done) return done;
    std::uint64_t id = first_posting_id(header.sequence);
    for (const wal::Posting& posting : postings) {
        if (auto done = add(venue, posting); !done) return done;
        ColumnWriter row(insert_posting_);
        row.add(id++).add(header.txn_id.value).add(venue).add(posting.account);
        row.add(posting.asset).add(static_cast<int>(posting.bucket)).add(posting.amount);
        if (auto done = row.run(); !done) return done;
    }
    return {};
}

Status Books::flush() {
    for (auto& [key, balance] : balances_) {
        if (!balance.changed) continue;
        ColumnWriter row(upsert_balance_);
        row.add(std::get<0>(key)).add(std::get<1>(key)).add(std::get<2>(key));
        row.add(static_cast<int>(std::get<3>(key))).add(balance.amount);
        if (auto done = row.run(); !done) return done;
        balance.changed = false;
    }
    return {};
}

}  // namespace tradectl::ledger

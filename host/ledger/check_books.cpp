// The control: balances are the sums of postings, and nothing comes from nowhere.
#include "host/ledger/columns.hpp"
#include "host/ledger/query.hpp"
#include "host/ledger/reader.hpp"

#include <map>
#include <tuple>

namespace tradectl::ledger {
namespace {

using Key = std::tuple<std::string, std::string, std::string, wal::Bucket>;
using Sums = std::map<Key, Decimal>;

struct Line {
    Key key;
    Decimal amount;
};

Expected<Sums> sums_of(Expected<Statement> statement) {
    if (!statement) return fail(statement.error());
    Sums sums;
    for (;;) {
        const auto more = statement->step();
        if (!more) return fail(more.error());
        if (!*more) return sums;
        Line line;
        ColumnReader columns(*statement);
        columns.take(std::get<0>(line.key)).take(std::get<1>(line.key));
        columns.take(std::get<2>(line.key)).take(std::get<3>(line.key)).take(line.amount);
        if (auto done = columns.done(); !done) return fail(done.error());
        Decimal& sum = sums[line.key];
        const auto next = checked_add(sum, line.amount);
        if (!next) return fail(ErrorCode::Corrupt, "ledger: a balance without a sum");
        sum = *next;
    }
}

std::string name_of(const Key& key) {
    const auto& [venue, account, asset, bucket] = key;
    return asset + " in account " + account + " at " + venue + ", bucket " +
           std::to_string(static_cast<int>(bucket));
}

Status check_equal(const Sums& postings, const Sums& balances) {
    for (const auto& [key, sum] : postings) {
        const auto found = balances.find(key);
        if (found != balances.end() && found->second == sum) continue;
        return fail(ErrorCode::Corrupt,
                    "ledger: balance of " + name_of(key) + " is " +
                        (found == balances.end() ? "missing" : found->second.to_string()) +
                        ", its postings sum to " + sum.to_string());
    }
    for (const auto& [key, balance] : balances) {
        if (!postings.contains(key))
            return fail(ErrorCode::Corrupt,
                        "ledger: balance of " + name_of(key) + " has no postings");
    }
    return {};
}

Status check_zero(const Sums& postings) {
    std::map<std::string, Decimal> assets;
    for (const auto& [key, sum] : postings) {
        Decimal& total = assets[std::get<2>(key)];
        const auto next = checked_add(total, sum);
        if (!next) return fail(ErrorCode::Corrupt, "ledger: an asset without a sum");
        total = *next;
    }
    for (const auto& [asset, total] : assets) {
        if (!total.is_zero())
            return fail(
                ErrorCode::Corrupt,
                "ledger: all postings of " + asset + " sum to " + total.to_string() + ", not to 0");
    }
    return {};
}

}  // namespace

Status Reader::check_books() {
    constexpr std::string_view kColumns = "venue, account, asset, bucket, amount";
    const auto postings = sums_of(Query(kColumns, "postings").run(*database_, "id"));
    if (!postings) return fail(postings.error());
    const auto balances = sums_of(Query(kColumns, "balances").run(*database_, "venue"));
    if (!balances) return fail(balances.error());
    if (auto done = check_equal(*postings, *balances); !done) return done;
    return check_zero(*postings);
}

}  // namespace tradectl::ledger

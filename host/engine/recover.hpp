/// Recovery: finishes what an earlier process began, by what the venues say.
///
/// `examine` asks and decides and books nothing; `book` carries the verdicts out. Both are used by
/// `run` at its start and by the command wal-recover. What cannot be decided blocks its account and
/// instrument and nothing else.
#pragma once

#include "host/engine/interview.hpp"
#include "host/engine/pipeline.hpp"
#include "host/engine/trading.hpp"
#include "host/ledger/reader.hpp"
#include "host/recovery/decide.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/ids.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tradectl::engine {

/// What an operator decided about one operation.
struct OperatorDecision {
    recovery::Outcome outcome = recovery::Outcome::Unresolved;  ///< Completed, Failed, RolledBack
    std::string approver;
    std::string evidence;  ///< name, size and digest of the evidence
    std::string reason;
};

struct RecoverOptions {
    /// Longest wait for fences and second looks, by our clock and by the venue's.
    std::int64_t wait_ns = 10 * kNsPerSecond;
    bool offline = false;            ///< asks no venue
    bool orphan_fills = true;        ///< orphans are looked for among recent fills too
    std::optional<OpId> only;        ///< this operation alone
    WalSequence before{UINT64_MAX};  ///< intents from here on are not looked at
    /// Those for which it is true alone; empty: all.
    std::function<bool(const recovery::Unfinished&)> wanted;
    std::map<OpId, OperatorDecision> decisions;
};

/// An order at a venue that carries our id although the log does not know it.
struct Orphan {
    enum class Seen : std::uint8_t {
        Open,    ///< among the venue's open orders
        Filled,  ///< among its fills alone: `report` has what a fill tells
    };
    std::uint32_t exchange = 0;
    OpId op_id;
    tradectl_order_report report{};
    Seen seen = Seen::Open;
};

struct RecoveryReport {
    std::vector<Hearing> operations;  ///< orders first, each kind by op id
    std::vector<Orphan> orphans;
    std::vector<Error> unanswered;  ///< one for each venue that did not answer
    std::size_t answered = 0;       ///< venues that did
    /// Of venues that answered: what was not listed whole. Orphans may be there.
    std::vector<Error> not_listed;

    /// Operations of that outcome.
    [[nodiscard]] std::size_t count(recovery::Outcome outcome) const;
    /// Operations that booking changes: all but unresolved ones and resting orders in order.
    [[nodiscard]] std::size_t changes() const;
};

/// Whether booking the verdict changes the books.
[[nodiscard]] bool changes_books(const Hearing& hearing);

/// Takes out the orphans that the books know by now, and returns how many are left.
Expected<std::size_t> drop_known_orphans(ledger::Reader& books, std::vector<Orphan>& orphans);

/// [engine] Everything it is given must outlive it.
class Recovery {
  public:
    /// `wait` passes a little time; its error ends the examination.
    Recovery(Trading& trading, ledger::Reader& books, Ask ask, std::function<Status()> wait)
        : trading_(trading), books_(books), ask_(std::move(ask)), wait_(std::move(wait)) {}

    /// What is unfinished, and what became of it. Looks again, as long as the options allow, where
    /// a fence or a second look is missing. Errors are of our own side; a venue that does not
    /// answer leaves its operations unresolved. InvalidArgument when `only` or a decision names an
    /// operation that is not unfinished, or a decision is about what the log or the venue tells.
    Expected<RecoveryReport> examine(const RecoverOptions& options);

    /// Books the verdicts: results, rollbacks, compensations, marks of what is unresolved; halts
    /// the instruments of orphans. Running it again after a crash gives the same records. The
    /// caller flushes.
    Status book(const RecoveryReport& report, const RecoverOptions& options, Pipeline& pipeline);

  private:
    Expected<std::vector<Hearing>> list_unfinished(const RecoverOptions& options);
    Expected<Hearing> hearing_of(const ledger::UnfinishedOperation& row);
    Status hear_all(Interview& interview, RecoveryReport& report, const RecoverOptions& options);
    void decide_all(std::vector<Hearing*>& open) const;
    static Status take_decisions(RecoveryReport& report, const RecoverOptions& options);
    Expected<bool> is_known_fill(const Hearing& hearing, const tradectl_fill_report& fill);
    Status pause(std::int64_t wait_ns);
    Status find_orphans(Interview& interview, RecoveryReport& report, Timestamp fills_since);
    Status find_orphan_fills(Interview& interview,
                             RecoveryReport& report,
                             std::uint32_t exchange,
                             Timestamp since);
    Status judge(RecoveryReport& report, Orphan orphan);
    Expected<Timestamp> fills_since(const RecoverOptions& options);
    [[nodiscard]] recovery::Policy policy_of(const Hearing& hearing) const;

    Status book_order(const Hearing& hearing, Pipeline& pipeline);
    Status book_report(const Hearing& hearing, OrderEntry& entry, Pipeline& pipeline);
    Status book_decision(const Hearing& hearing,
                         const OperatorDecision& decision,
                         Pipeline& pipeline);
    void close_by_decision(const Hearing& hearing, Pipeline& pipeline);
    Status book_cancel(const Hearing& hearing, Pipeline& pipeline);
    Status book_other(const Hearing& hearing, Pipeline& pipeline);
    Status book_transaction(const Hearing& hearing, Pipeline& pipeline);
    void block_by(const Hearing& hearing, Pipeline& pipeline);
    void tell_unresolved(const Hearing& hearing);
    void book_orphan(const Orphan& orphan, Pipeline& pipeline);

    Trading& trading_;
    ledger::Reader& books_;
    Ask ask_;
    std::function<Status()> wait_;
    std::map<OpId, ledger::UnfinishedOperation> rows_;
};

}  // namespace tradectl::engine

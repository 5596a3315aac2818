#include "host/engine/desk_step.hpp"

#include "host/engine/pipeline.hpp"
#include "host/engine/recover.hpp"
#include "host/engine/trading.hpp"

#include <utility>

namespace tradectl::engine {

namespace {

using recovery::Outcome;

/// How long the signer may take.
constexpr std::int64_t kSignNs = 5 * kNsPerSecond;

/// A desk with one step on its way through it.
class Carrier {
  public:
    Carrier(VenueDesk& desk, const DeskStep& step)
        : desk_(desk), trading_(desk.trading()), step_(step) {}

    Status prepare();
    Status write_down();
    Status send();
    Status ask(std::int64_t wait_ns);

    [[nodiscard]] bool is_over() const { return end_.outcome != Outcome::Unresolved; }
    [[nodiscard]] StepEnd take() { return std::move(end_); }

  private:
    [[nodiscard]] exchange::ExchangeRuntime& runtime() {
        return *trading_.exchanges[step_.exchange];
    }
    [[nodiscard]] Expected<tradectl_operation> operation() const;
    [[nodiscard]] wal::IntentBody intent() const;
    Status sign();
    Status give_up(std::string why);

    VenueDesk& desk_;
    Trading& trading_;
    const DeskStep& step_;
    exchange::Prepared prepared_;
    std::uint64_t prepare_id_ = 0;
    StepEnd end_;
};

Expected<tradectl_operation> Carrier::operation() const {
    tradectl_operation out{};
    out.struct_size = sizeof(out);
    out.kind = step_.operation;
    out.op_id = out.txn_id = end_.op.value;
    out.intent_time = trading_.clock.now().ns();
    out.instrument = step_.instrument;
    out.account = step_.account;
    out.asset = step_.asset;
    out.quantity = out.price = out.stop_price = Decimal::null().to_abi();
    out.expire_time = TRADECTL_TIME_NONE;
    if (!market::set_id(out.counterparty, step_.counterparty))
        return fail(ErrorCode::InvalidArgument, "the counterparty's name is too long");
    return out;
}

/// Its order ref is its op id: the audit log finds its story by either.
wal::IntentBody Carrier::intent() const {
    wal::IntentBody body;
    body.step = step_.step;
    body.subject = {.instance = "operator",
                    .venue = trading_.exchanges[step_.exchange]->name(),
                    .account = trading_.account_name(step_.account),
                    .instrument = trading_.instrument_name(step_.instrument),
                    .order_ref = OrderRef{end_.op.value},
                    .venue_order_id = end_.transaction};
    return body;
}

/// Nothing of it left, and nothing will.
Status Carrier::give_up(std::string why) {
    end_.outcome = Outcome::RolledBack;
    end_.why = std::move(why);
    desk_.pipeline().scribe().note(wal::NoteKind::VoidOperation, "operator", end_.why, end_.op);
    return desk_.commit();
}

Status Carrier::prepare() {
    end_.op = trading_.take_op();
    const auto what = operation();
    if (!what) return fail(what.error());
    auto answer = desk_.ask(step_.exchange, [&](exchange::ExchangeRuntime& venue) {
        return prepare_id_ = venue.prepare({&*what, 1});
    });
    if (!answer) return fail(answer.error());
    if (answer->status != TRADECTL_OK) return give_up("refused: " + answer->text);
    prepared_ = std::move(answer->prepared);
    return sign();
}

Status Carrier::sign() {
    const Timestamp deadline = trading_.clock.now().plus_ns(kSignNs);
    while (runtime().sign_state(prepare_id_) == exchange::SignState::Awaited &&
           trading_.clock.now() < deadline)
        desk_.wait_a_little();
    if (runtime().sign_state(prepare_id_) == exchange::SignState::Signed) {
        end_.transaction = runtime().transaction_hash(prepare_id_);
        return {};
    }
    const std::string why = "not signed: " + runtime().refusal(prepare_id_);
    runtime().discard_prepared(prepare_id_);
    return give_up(why);
}

/// With the hash by which its chain will know it: whoever finds the intent can ask for it.
Status Carrier::write_down() {
    auto& scribe = desk_.pipeline().scribe();
    scribe.begin_group();
    scribe.lone_intent(end_.op, intent(), prepared_);
    scribe.note(wal::NoteKind::OperatorAction, "operator", step_.why, end_.op);
    return desk_.commit();
}

Status Carrier::send() {
    auto sent = desk_.ask(step_.exchange, [&](exchange::ExchangeRuntime& venue) {
        venue.allow_step(end_.op);
        return venue.submit_prepared({&prepare_id_, 1});
    });
    desk_.pipeline().scribe().note(wal::NoteKind::Sent, "operator", end_.transaction, end_.op);
    const auto status = sent ? sent->status : TRADECTL_OUTCOME_UNKNOWN;
    end_.why = sent ? sent->text : sent.error().message;
    switch (status) {
        case TRADECTL_OK:
        case TRADECTL_OUTCOME_UNKNOWN:
        case TRADECTL_INTERNAL:
        case TRADECTL_BAD_STATE:
        case TRADECTL_IO:
        case TRADECTL_CORRUPT: return desk_.commit();
        default: break;
    }
    end_.outcome = Outcome::Failed;
    desk_.pipeline().scribe().finish_step(end_.op, intent(), wal::StepStatus::Failed, end_.why);
    return desk_.commit();
}

/// As recovery would: it looks until the end is told, and books it.
Status Carrier::ask(std::int64_t wait_ns) {
    auto books = desk_.books();
    if (!books) return fail(books.error());
    Recovery recovery(
        trading_,
        *books,
        [this](std::uint32_t exchange, const Question& question) {
            return desk_.ask(exchange, question);
        },
        [this]() -> Status {
            desk_.wait_a_little();
            return {};
        });
    RecoverOptions options;
    options.wait_ns = wait_ns;
    options.only = end_.op;
    options.orphan_fills = false;
    auto report = recovery.examine(options);
    if (!report) return fail(report.error());
    report->orphans.clear();  // whoever recovers all looks for them
    if (auto booked = recovery.book(*report, options, desk_.pipeline()); !booked) return booked;
    Hearing& heard = report->operations.front();
    end_.outcome = heard.verdict.outcome;
    end_.why = heard.verdict.why;
    end_.moved = std::move(heard.moved);
    return desk_.commit();
}

}  // namespace

Status check_no_open_transaction(VenueDesk& desk) {
    auto books = desk.books();
    if (!books) return fail(books.error());
    const auto rows = books->unfinished_operations();
    if (!rows) return fail(rows.error());
    for (const auto& row : *rows) {
        const auto operation = recovery::unfinished_of(row, nullptr);
        if (!operation) return fail(operation.error());
        if (!recovery::is_transaction(*operation)) continue;
        return fail(ErrorCode::Unresolved,
                    "operation " + std::to_string(operation->op_id.value) + " (" +
                        std::string(recovery::to_string(operation->step)) +
                        ") has no end yet: see `tradectl wal-recover CONFIG`");
    }
    return {};
}

Expected<StepEnd> carry_out(VenueDesk& desk, const DeskStep& step, std::int64_t wait_ns) {
    if (auto alone = check_no_open_transaction(desk); !alone) return fail(alone.error());
    Carrier carrier(desk, step);
    if (auto prepared = carrier.prepare(); !prepared) return fail(prepared.error());
    if (carrier.is_over()) return carrier.take();
    if (auto written = carrier.write_down(); !written) return fail(written.error());
    if (auto sent = carrier.send(); !sent) return fail(sent.error());
    if (carrier.is_over()) return carrier.take();
    if (auto asked = carrier.ask(wait_ns); !asked) return fail(asked.error());
    return carrier.take();
}

}  // namespace tradectl::engine

#include "host/engine/reconcile_apply.hpp"

#include "host/base/hash.hpp"
#include "host/base/hex.hpp"
#include "host/config/reconcile_rules.hpp"
#include "host/engine/drift_watch.hpp"
#include "host/engine/interview.hpp"
#include "host/engine/pipeline.hpp"
#include "host/engine/trading.hpp"

#include <tradectl/text.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace tradectl::engine {

namespace {

using config::DriftPolicy;
using recovery::Finding;
using recovery::FindingKind;

/// What a decision rests on, as one text, and its SHA-256.
std::string evidence_of(const Finding& finding, const std::string& approver) {
    const auto shown = [](Decimal value) {
        return value.is_null() ? std::string("-") : value.to_string();
    };
    const std::string facts =
        std::string(to_string(finding.kind)) + " " + finding.id + ": " + finding.topic.venue + " " +
        finding.topic.account + " " + finding.topic.instrument + " " + finding.topic.key +
        ", ours " + shown(finding.ours) + ", theirs " + shown(finding.theirs) + ", answer " +
        std::string(to_string(finding.evidence.completeness)) + " as of " +
        (finding.evidence.as_of.is_none() ? "-" : finding.evidence.as_of.to_string());
    return facts + "; approved by " + approver + "; evidence sha256 " +
           to_hex(sha256(bytes_of(facts)));
}

/// A fill or an order that differs, or that nobody could tell of, may explain the money: booked
/// beside it, it would be there twice.
Status check_stands_alone(const Finding& balance, const ReconcileReport& found) {
    const auto has_gap = [&balance](const std::vector<recovery::Gap>& gaps) {
        return std::any_of(gaps.begin(), gaps.end(), [&balance](const recovery::Gap& gap) {
            return gap.topic.venue == balance.topic.venue;
        });
    };
    if (has_gap(found.gaps) || has_gap(found.acked_gaps))
        return fail(ErrorCode::BadState, "the venue did not tell all: what it left out may be it");
    const auto explains = [&balance](const Finding& other) {
        const bool moves_money =
            other.kind == FindingKind::MissingFill || other.kind == FindingKind::QuantityDiffers ||
            other.kind == FindingKind::OrphanOrder || other.kind == FindingKind::GhostOrder ||
            other.kind == FindingKind::UnknownInstrument;
        return moves_money && other.topic.venue == balance.topic.venue &&
               other.topic.account == balance.topic.account;
    };
    for (const auto* list : {&found.findings, &found.acked_findings}) {
        const auto other = std::find_if(list->begin(), list->end(), explains);
        if (other != list->end())
            return fail(ErrorCode::BadState,
                        "finding " + other->id + " (" + std::string(to_string(other->kind)) +
                            ") may explain it: put that right, and compare again");
    }
    return {};
}

/// One finding's way from policy to deed.
class Apply {
  public:
    Apply(const ApplyParts& parts, const std::string& approver)
        : parts_(parts), trading_(parts.trading), pipeline_(parts.pipeline), approver_(approver) {}

    Applied act(const Finding& finding, DriftPolicy policy, const ReconcileReport& found) {
        Applied out{finding.id, std::string(config::to_string(policy)), false, {}};
        Status done;
        switch (policy) {
            case DriftPolicy::Report: out.why = "reported"; break;
            case DriftPolicy::Halt:
                done = halt_for(trading_, finding, approver_);
                out.why = "entries are halted";
                break;
            case DriftPolicy::Adopt:
                if (finding.kind != FindingKind::BalanceDrift)
                    done = adopt_fill(finding);
                else if (done = check_stands_alone(finding, found); done)
                    done = adopt_balance(finding);
                out.why = "booked";
                break;
            case DriftPolicy::Cancel:
                done = cancel(finding);
                out.why = "canceled";
                break;
            case DriftPolicy::Flatten:
                done = flatten(finding);
                out.why = "closed";
                break;
        }
        out.done = done.has_value();
        if (!done) out.why = done.error().message;
        return out;
    }

  private:
    std::optional<std::uint32_t> exchange_of(const Finding& finding) const {
        for (std::uint32_t i = 0; i < trading_.exchanges.size(); ++i) {
            if (trading_.exchanges[i]->name() == finding.topic.venue) return i;
        }
        return std::nullopt;
    }
    Status adopt_balance(const Finding& finding);
    Status adopt_fill(const Finding& finding);
    Status cancel(const Finding& finding);
    Status flatten(const Finding& finding);
    Expected<std::optional<tradectl_fill_report>> find_fill(std::uint32_t exchange,
                                                            const Finding& finding);

    const ApplyParts& parts_;
    Trading& trading_;
    Pipeline& pipeline_;
    const std::string& approver_;
};

Status Apply::adopt_balance(const Finding& finding) {
    const auto exchange = exchange_of(finding);
    const auto account = trading_.table.find_account(finding.topic.venue, finding.topic.account);
    if (!exchange || !account || finding.delta.is_null())
        return fail(ErrorCode::BadState, "the account is not in the config");
    if (auto asset = trading_.table.add_asset(finding.topic.key); !asset)
        return fail(asset.error());
    const auto back = checked_sub(Decimal(), finding.delta);
    if (!back) return fail(ErrorCode::Overflow, "the difference leaves the range of decimals");
    execution::Postings postings;
    const std::string& name = finding.topic.account;
    const std::string& asset = finding.topic.key;
    auto added = postings.add({name, asset, execution::Bucket::Available, finding.delta});
    if (added) added = postings.add({name, asset, execution::Bucket::Adjustment, *back});
    if (!added) return added;
    pipeline_.scribe().opening(
        *exchange, *account, postings, "adopted " + evidence_of(finding, approver_));
    pipeline_.settler().post(*account, postings);
    return {};
}

/// The venue's report of the fill, asked for again page by page.
Expected<std::optional<tradectl_fill_report>> Apply::find_fill(std::uint32_t exchange,
                                                               const Finding& finding) {
    std::string cursor;
    do {
        tradectl_scope scope{};
        scope.struct_size = sizeof(scope);
        scope.account = trading_.table.find_account(finding.topic.venue, finding.topic.account)
                            .value_or(TRADECTL_HANDLE_NONE);
        scope.instrument =
            trading_.table.find(finding.topic.instrument).value_or(TRADECTL_HANDLE_NONE);
        scope.since = TRADECTL_TIME_NONE;
        scope.cursor = to_str(cursor);
        auto answer = parts_.ask(exchange, [&scope](exchange::ExchangeRuntime& venue) {
            return venue.fills_since(scope);
        });
        if (!answer) return fail(answer.error());
        for (const auto& fill : answer->fills) {
            if (market::id_text(fill.trade_id) == finding.topic.key)
                return std::optional<tradectl_fill_report>(fill);
        }
        if (answer->cursor == cursor) break;
        cursor = answer->cursor;
    } while (!cursor.empty());
    return std::optional<tradectl_fill_report>();
}

Status Apply::adopt_fill(const Finding& finding) {
    const auto exchange = exchange_of(finding);
    if (!exchange || finding.theirs.is_null())
        return fail(ErrorCode::Unsupported, "a fill that the venue does not know is not adopted");
    auto report = find_fill(*exchange, finding);
    if (!report) return fail(report.error());
    if (!*report) return fail(ErrorCode::NotFound, "the venue does not list the fill any more");
    OrderEntry* entry = trading_.orders.find(market::id_text((*report)->client_order_id));
    if (entry == nullptr)
        return fail(ErrorCode::Unsupported, "its order is not among the open ones of our books");
    const auto& known = entry->order.trade_ids;
    if (std::find(known.begin(), known.end(), finding.topic.key) != known.end())
        return {};  // it came meanwhile
    pipeline_.scribe().order_note(
        wal::NoteKind::OperatorAction, *entry, "adopted " + evidence_of(finding, approver_));
    const auto filled = entry->order.filled_qty;
    pipeline_.on_exchange_event(*exchange, replayed_fill(**report).header);
    if (entry->order.filled_qty == filled)
        return fail(ErrorCode::Rejected, "our books refuse it: it is more than what was ordered");
    return {};
}

/// Prepared, made durable, sent, and its end written down.
Status Apply::cancel(const Finding& finding) {
    const auto exchange = exchange_of(finding);
    const auto account = trading_.table.find_account(finding.topic.venue, finding.topic.account);
    if (!exchange || !account) return fail(ErrorCode::BadState, "the account is not in the config");
    const OpId op = trading_.take_op();
    tradectl_operation operation{};
    operation.struct_size = sizeof(operation);
    operation.kind = TRADECTL_OPERATION_CANCEL;
    operation.op_id = operation.txn_id = op.value;
    operation.intent_time = trading_.clock.now().ns();
    operation.instrument =
        trading_.table.find(finding.topic.instrument).value_or(TRADECTL_HANDLE_NONE);
    operation.account = *account;
    operation.asset = TRADECTL_HANDLE_NONE;
    operation.quantity = operation.price = operation.stop_price = Decimal::null().to_abi();
    operation.expire_time = TRADECTL_TIME_NONE;
    if (!market::set_id(operation.target_client_order_id, finding.client_order_id) ||
        !market::set_id(operation.target_venue_order_id, finding.venue_order_id))
        return fail(ErrorCode::InvalidArgument, "the order's id is too long");
    std::uint64_t prepared = 0;
    auto encoded = parts_.ask(*exchange, [&](exchange::ExchangeRuntime& venue) {
        return prepared = venue.prepare({&operation, 1});
    });
    if (!encoded) return fail(encoded.error());
    const bool is_signed =
        trading_.exchanges[*exchange]->sign_state(prepared) == exchange::SignState::Signed;
    if (encoded->status != TRADECTL_OK || encoded->prepared.sign_count != 0 || !is_signed)
        return fail(ErrorCode::Unsupported, "the cancel cannot be encoded: " + encoded->text);
    wal::IntentBody body;
    body.step = wal::StepKind::OrderCancel;
    body.subject = {.instance = "host",
                    .venue = finding.topic.venue,
                    .account = finding.topic.account,
                    .instrument = finding.topic.instrument};
    body.target_client_order_id = finding.client_order_id;
    auto& scribe = pipeline_.scribe();
    scribe.note(
        wal::NoteKind::OperatorAction, "operator", "cancel of " + evidence_of(finding, approver_));
    scribe.lone_intent(op, body, encoded->prepared);
    if (auto durable = parts_.make_durable(); !durable) return durable;
    auto sent = parts_.ask(*exchange, [&](exchange::ExchangeRuntime& venue) {
        venue.allow_step(op);
        return venue.submit_prepared({&prepared, 1});
    });
    const bool taken = sent && sent->status == TRADECTL_OK;
    const bool unknown = !sent || sent->status == TRADECTL_OUTCOME_UNKNOWN;
    const std::string text = sent ? sent->text : sent.error().message;
    if (unknown) return fail(ErrorCode::OutcomeUnknown, "nobody knows what became of it: " + text);
    scribe.finish_step(
        op, body, taken ? wal::StepStatus::Completed : wal::StepStatus::Failed, text);
    return taken ? Status() : fail(ErrorCode::Rejected, "the venue refused: " + text);
}

/// Our own positions: what the venue alone has belongs to no strategy, and nobody knows its exit.
Status Apply::flatten(const Finding& finding) {
    const auto account = trading_.table.find_account(finding.topic.venue, finding.topic.account);
    const auto instrument = trading_.table.find(finding.topic.instrument);
    if (!account || !instrument)
        return fail(ErrorCode::BadState, "the account or the instrument is not in the config");
    if (!parts_.flatten)
        return fail(ErrorCode::Unsupported, "only a live run can sell: start it, and try again");
    pipeline_.scribe().note(
        wal::NoteKind::OperatorAction, "operator", "flatten of " + evidence_of(finding, approver_));
    return parts_.flatten(*account, *instrument);
}

}  // namespace

std::vector<Applied> apply_findings(const ApplyParts& parts,
                                    const ReconcileReport& found,
                                    const Policies& policies,
                                    const std::string& approver) {
    Apply apply(parts, approver);
    std::vector<Applied> out;
    out.reserve(found.findings.size());
    for (const Finding& finding : found.findings)
        out.push_back(apply.act(finding, policies.at(std::string(to_string(finding.kind))), found));
    return out;
}

Expected<ApplyReport> apply_reconcile(const config::Config& config,
                                      const StatePaths& paths,
                                      const ReconcileOptions& options,
                                      const std::string& approver) {
    auto desk = VenueDesk::open_writer(config, paths, options.desk);
    if (!desk) return fail(desk.error());
    auto compared = compare_at(**desk, options.history);
    if (!compared) return fail(compared.error());
    ApplyReport out;
    out.found.asked = (*desk)->trading().clock.now();
    out.found.venues = config.exchanges.size();
    out.found.venues_answered = compared->venues_answered;
    out.found.readings = 1;
    out.found.findings = std::move(compared->comparison.findings);
    out.found.gaps = std::move(compared->comparison.gaps);
    auto acks = read_acks((*desk)->disk(), paths, out.found.asked);
    if (!acks) return fail(acks.error());
    out.found.acks = std::move(*acks);
    set_aside(out.found);
    VenueDesk& at = **desk;
    const ApplyParts parts{
        .trading = at.trading(),
        .pipeline = at.pipeline(),
        .ask = [&at](std::uint32_t exchange,
                     const Question& question) { return at.ask(exchange, question); },
        .make_durable = [&at] { return at.commit(); },
        .flatten = {}};
    out.applied = apply_findings(parts, out.found, config.reconcile.policy, approver);
    if (auto durable = (*desk)->commit(); !durable) return fail(durable.error());
    return out;
}

}  // namespace tradectl::engine

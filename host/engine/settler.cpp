#include "host/engine/settler.hpp"

#include "host/base/assert.hpp"
#include "host/base/log.hpp"
#include "host/base/mutant.hpp"
#include "host/engine/answer_digest.hpp"
#include "host/execution/amount_order.hpp"

#include <tradectl/text.hpp>

#include <algorithm>
#include <cstring>

namespace tradectl::engine {

namespace {

/// Where the venue gives no reason, ours stands: of the cancel that we asked for, or of the exit.
void keep_reason(const OrderEntry& entry, execution::Order& order) {
    if (order.reason != TRADECTL_REASON_NONE) return;
    const bool canceled = order.status == execution::OrderStatus::Canceled;
    order.reason = canceled && entry.cancel_reason != TRADECTL_REASON_NONE ? entry.cancel_reason
                                                                           : entry.exit_reason;
}

wal::StepStatus step_status(const execution::Order& order) {
    switch (order.status) {
        case execution::OrderStatus::Filled:
        case execution::OrderStatus::Canceled:
        case execution::OrderStatus::Expired: return wal::StepStatus::Completed;
        case execution::OrderStatus::Rejected: return wal::StepStatus::Failed;
        default: return wal::StepStatus::InProgress;
    }
}

}  // namespace

execution::Book Settler::book_of(const OrderEntry& entry) const {
    const auto* instrument = trading_.table.instrument(entry.order.instrument);
    TRADECTL_ASSERT(instrument != nullptr);
    return {.account = trading_.account_name(entry.order.account),
            .base = trading_.table.asset(instrument->base_asset),
            .quote = trading_.table.asset(is_margin(*instrument) ? instrument->settle_asset
                                                                 : instrument->quote_asset)};
}

void Settler::post(tradectl_account_handle account, const execution::Postings& postings) {
    for (const auto& posting : postings) {
        // A fee may be in an asset that nothing was traded in yet.
        const auto asset = trading_.table.add_asset(posting.asset);
        if (!asset) return scribe_.fail_with(asset.error());
        const auto posted = trading_.balances->post(
            account, *asset, static_cast<wal::Bucket>(posting.bucket), posting.amount);
        if (!posted) scribe_.fail_with(posted.error());
    }
}

void Settler::contradiction(const OrderEntry& entry, const Error& error) {
    log(LogLevel::Error,
        "engine",
        "the venue's news contradict the order: " + error.message,
        {{"client_order_id", entry.order.client_order_id}});
    scribe_.order_note(wal::NoteKind::Fault, entry, error.message);
    const Halt halt{
        .scope = "instrument:" + std::string(trading_.instrument_name(entry.order.instrument)),
        .since = trading_.clock.now(),
        .actor = "host",
        .reason =
            "contradicting news of order " + entry.order.client_order_id + ": " + error.message};
    if (auto latched = trading_.halts.add(halt); !latched) {
        log(LogLevel::Error, "halt", latched.error().message);
    }
}

void Settler::update(OrderEntry& entry,
                     const execution::Update& update,
                     std::string_view text,
                     const Sha256Digest& answer) {
    const bool was_unresolved = entry.order.status == execution::OrderStatus::Unresolved;
    auto change = execution::apply(entry.order, update);
    if (!change) return contradiction(entry, change.error());
    if (change->outcome != execution::Outcome::Applied) return;
    keep_reason(entry, entry.order);
    const bool is_unresolved = entry.order.status == execution::OrderStatus::Unresolved;
    if (was_unresolved && !is_unresolved) {
        gate_.unblock(entry.order.account, entry.order.instrument);
        trading_.unresolved_told.erase(entry.order.op_id);
    }
    if (is_unresolved && !was_unresolved) {
        ++trading_.counters.unresolved;
        if (!mutant("engine.unresolved_stops"))
            gate_.block(entry.order.account, entry.order.instrument);
        scribe_.order_note(wal::NoteKind::Unresolved, entry, text);
        const auto instrument = trading_.instrument_name(entry.order.instrument);
        trading_.alert_unresolved(entry.order.op_id,
                                  instrument,
                                  "order " + entry.order.client_order_id + " in " +
                                      std::string(instrument) + ": " + std::string(text));
    }
    // The end of an order and what it gives back survive together.
    if (execution::is_closed(entry.order.status)) scribe_.begin_group();
    // That it was sent is known from the intent alone; a record of it would not make it truer.
    if (update.kind != execution::UpdateKind::Sent) {
        scribe_.order_result(
            {.entry = entry, .venue_time = update.time, .text = text, .answer = answer},
            step_status(entry.order));
    }
    if (update.kind == execution::UpdateKind::Rejected) ++trading_.counters.rejected;
    if (update.kind == execution::UpdateKind::Canceled) ++trading_.counters.canceled;
    if (execution::is_closed(entry.order.status)) release(entry);
    show(entry);
    tell_order(entry, text, nullptr);
    if (execution::is_closed(entry.order.status)) close(entry);
}

void Settler::fill(OrderEntry& entry, const tradectl_fill_event& event) {
    auto& runner = *trading_.runners[entry.runner];
    const auto* instrument = trading_.table.instrument(entry.order.instrument);
    const Decimal price = Decimal::from_abi(event.price);
    const Decimal quantity = Decimal::from_abi(event.quantity);
    const bool was_unresolved = entry.order.status == execution::OrderStatus::Unresolved;

    // Everything that can fail is computed on copies first: a fill is booked whole or not at all.
    execution::Order after = entry.order;
    if (execution::pays_amount(after, *instrument))
        execution::grow_by(
            after, price, quantity, after.price.is_null() ? entry.hold.price : after.price);
    auto change = execution::apply(after,
                                   {.kind = execution::UpdateKind::Fill,
                                    .time = Timestamp{event.header.event_time},
                                    .reason = 0,
                                    .venue_order_id = view(event.venue_order_id),
                                    .trade_id = view(event.trade_id),
                                    .price = price,
                                    .quantity = quantity});
    if (!change) return contradiction(entry, change.error());
    if (change->outcome == execution::Outcome::Duplicate) return settle_further(entry, event);
    if (event.settlement == TRADECTL_SETTLEMENT_FAILED) {
        // News may overtake each other: what failed before it was told is booked and undone at
        // once, so that the fill itself, when it comes, is known, and the order counts it.
        if (is_margin(*instrument)) return;
        tradectl_fill_event matched = event;
        matched.settlement = TRADECTL_SETTLEMENT_MATCHED;
        fill(entry, matched);
        return settle_further(entry, event);
    }
    const bool pending = is_unsettled(event.settlement) && !is_margin(*instrument);
    keep_reason(entry, after);
    const auto held = position_of(runner.position(entry.order.instrument));
    auto position = execution::apply_fill(
        held, entry.order.side, price, quantity, Decimal::from_abi(instrument->multiplier));
    if (!position) return contradiction(entry, position.error());
    auto profit = profit_of(entry, *instrument, event);
    if (!profit) return contradiction(entry, profit.error());
    const bool closed = execution::is_closed(after.status);
    auto step = execution::fill_order(
        book_of(entry),
        entry.hold,
        {.price = price,
         .quantity = quantity,
         .leaves_qty = closed ? Decimal() : after.leaves_qty,
         .fee = Decimal::from_abi(event.fee),
         .fee_asset = view(event.fee_asset_name),
         .realized_pnl = profit->amount,
         .settling = pending ? execution::Settling::Pending : execution::Settling::Final});
    if (!step) return contradiction(entry, step.error());

    entry.order = std::move(after);
    if (pending) {
        entry.unsettled.push_back({.trade_id = std::string(view(event.trade_id)),
                                   .venue_order_id = entry.order.venue_order_id,
                                   .settlement = event.settlement,
                                   .price = price,
                                   .quantity = quantity,
                                   .fee = Decimal::from_abi(event.fee),
                                   .fee_asset = std::string(view(event.fee_asset_name))});
    }
    if (!is_margin(*instrument)) remember(entry, event, held, position->after);
    if (was_unresolved) gate_.unblock(entry.order.account, entry.order.instrument);
    if (is_margin(*instrument))
        trading_.margin.set(entry.order.account, entry.order.instrument, profit->account_position);
    settle(entry, event, *position, *step);
    if (closed && change->before != entry.order.status) close(entry);
}

/// What a fill of a margin instrument pays: what the venue says it booked, else what the account's
/// net position realised by it.
Expected<Settler::Profit> Settler::profit_of(const OrderEntry& entry,
                                             const tradectl_instrument& instrument,
                                             const tradectl_fill_event& event) const {
    const Decimal price = Decimal::from_abi(event.price);
    // Nobody trades for nothing; only what a market pays at its end may be that.
    if (price.is_zero() && !entry.by_venue)
        return fail(ErrorCode::InvalidArgument, "fill: price is 0");
    if (!is_margin(instrument)) return Profit{};
    auto change = trading_.margin.change(entry.order.account,
                                         instrument,
                                         entry.order.side,
                                         price,
                                         Decimal::from_abi(event.quantity));
    if (!change) return fail(change.error());
    const Decimal told = Decimal::from_abi(event.realized_pnl);
    const auto amount =
        told.is_null() ? in_settle_asset(instrument, change->realized, price) : told;
    if (!amount) return fail(ErrorCode::Overflow, "fill: its profit is out of range");
    return Profit{*amount, change->after};
}

void Settler::settle(OrderEntry& entry,
                     const tradectl_fill_event& event,
                     const execution::PositionChange& change,
                     const execution::Step& step) {
    auto& runner = *trading_.runners[entry.runner];
    const wal::FillBody fill{.trade_id = view(event.trade_id),
                             .side = entry.order.side,
                             .liquidity = event.liquidity,
                             .settlement = event.settlement,
                             .price = Decimal::from_abi(event.price),
                             .quantity = Decimal::from_abi(event.quantity),
                             .fee = Decimal::from_abi(event.fee),
                             .fee_asset = view(event.fee_asset_name),
                             .venue_time = Timestamp{event.header.event_time}};
    scribe_.begin_group();
    scribe_.order_result({.entry = entry,
                          .venue_time = fill.venue_time,
                          .fill = &fill,
                          .answer = answer_digest(event.header)},
                         step_status(entry.order));
    scribe_.position_result(entry, change);
    scribe_.balance_result(entry, step.postings);

    entry.hold = step.hold;
    auto& state = runner.position(entry.order.instrument);
    state.quantity = change.after.quantity.to_abi();
    state.average_price = change.after.average_price.to_abi();
    state.realized_pnl = change.after.realized_pnl.to_abi();
    post(entry.order.account, step.postings);
    ++trading_.counters.fills;
    show(entry);
    tell_fill(entry, event);
    tell_order(entry, {}, nullptr);
    tell_position(runner, entry.order.instrument);
    tell_balances(runner, step.postings);
    if (on_filled) on_filled(entry, fill, change);
}

void Settler::release(OrderEntry& entry) {
    auto step = execution::close_order(book_of(entry), entry.hold);
    if (!step) return scribe_.fail_with(step.error());
    scribe_.balance_result(entry, step->postings);
    entry.hold = step->hold;
    post(entry.order.account, step->postings);
    tell_balances(*trading_.runners[entry.runner], step->postings);
}

void Settler::roll_back(OrderEntry& entry, std::uint16_t reason, std::string_view text) {
    auto step = execution::close_order(book_of(entry), entry.hold);
    if (!step) return scribe_.fail_with(step.error());
    if (entry.order.status == execution::OrderStatus::Unresolved) {
        // What was unknown is known now: it never arrived.
        gate_.unblock(entry.order.account, entry.order.instrument);
        entry.order.status = execution::OrderStatus::Pending;
    }
    auto change = execution::apply(
        entry.order,
        {.kind = execution::UpdateKind::Denied, .time = trading_.clock.now(), .reason = reason});
    if (!change) return contradiction(entry, change.error());
    scribe_.roll_back(entry, reason, text, step->postings);
    entry.hold = step->hold;
    post(entry.order.account, step->postings);
    ++trading_.counters.denied;
    show(entry);
    const risk::Verdict verdict{.reason = reason};
    tell_order(entry, text, &verdict);
    close(entry);
}

void Settler::drop(OrderEntry& entry, std::uint16_t reason, std::string_view text) {
    if (auto step = execution::close_order(book_of(entry), entry.hold)) {
        post(entry.order.account, step->postings);
    }
    scribe_.order_note(wal::NoteKind::VoidOperation, entry, text);
    entry.order.status = execution::OrderStatus::Denied;
    entry.order.reason = reason;
    ++trading_.counters.denied;
    show(entry);
    const risk::Verdict verdict{.reason = reason};
    tell_order(entry, text, &verdict);
    if (on_closed) on_closed(entry);
    trading_.orders.remove(entry);
}

void Settler::close(OrderEntry& entry) {
    if (on_closed) on_closed(entry);
    trading_.orders.close(entry);
}

}  // namespace tradectl::engine

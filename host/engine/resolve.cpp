// The part of start-up that asks the venue.
#include "host/base/log.hpp"
#include "host/engine/ask.hpp"
#include "host/engine/startup.hpp"
#include "host/ledger/reader.hpp"

#include <utility>

namespace tradectl::engine {

namespace {

Error cannot_tell(const exchange::ExchangeRuntime& runtime,
                  const OrderEntry& entry,
                  const exchange::Completion& answer) {
    return {ErrorCode::Unresolved,
            "exchange '" + runtime.name() + "' cannot tell what became of order " +
                entry.order.client_order_id + " (status " + std::to_string(answer.status) +
                ", completeness " + std::to_string(answer.completeness) +
                (answer.text.empty() ? ")" : "): " + answer.text)};
}

tradectl_fill_event event_of(const tradectl_fill_report& report) {
    tradectl_fill_event event{};
    event.header.size = sizeof(event);
    event.header.type = TRADECTL_EVENT_FILL;
    event.header.flags = TRADECTL_EVENT_FLAG_REPLAYED;
    event.header.event_time = report.time;
    event.header.instrument = report.instrument;
    event.side = report.side;
    event.liquidity = report.liquidity;
    event.settlement = report.settlement;
    event.account = report.account;
    event.price = report.price;
    event.quantity = report.quantity;
    event.fee = report.fee;
    event.trade_id = report.trade_id;
    event.client_order_id = report.client_order_id;
    event.venue_order_id = report.venue_order_id;
    event.fee_asset_name = report.fee_asset;
    event.realized_pnl = report.realized_pnl;
    return event;
}

/// The venue's fills since the order was made, page by page. Booking one twice changes nothing.
Status book_fills(Trading& trading,
                  Pipeline& pipeline,
                  OrderEntry& entry,
                  HeldNews& held,
                  const WaitALittle& wait) {
    auto& runtime = *trading.exchanges[entry.exchange];
    std::string cursor;
    do {
        tradectl_scope scope{};
        scope.struct_size = sizeof(scope);
        scope.account = entry.order.account;
        scope.instrument = entry.order.instrument;
        scope.since = entry.order.created.ns() - kNsPerDay;  // clocks may have been set back
        scope.cursor = {cursor.data(), static_cast<std::uint32_t>(cursor.size()), 0};
        auto answer = await_answer(runtime, runtime.fills_since(scope), held, wait);
        if (!answer) return fail(answer.error());
        if (answer->status != TRADECTL_OK) return fail(cannot_tell(runtime, entry, *answer));
        if (answer->cursor.empty() && answer->completeness != TRADECTL_COMPLETENESS_COMPLETE) {
            return fail(cannot_tell(runtime, entry, *answer));
        }
        for (const auto& report : answer->fills) {
            if (market::id_text(report.client_order_id) != entry.order.client_order_id) continue;
            pipeline.settler().fill(entry, event_of(report));
        }
        if (cursor == answer->cursor) break;
        cursor = answer->cursor;
    } while (!cursor.empty());
    return {};
}

Status apply_report(Trading& trading,
                    Pipeline& pipeline,
                    OrderEntry& entry,
                    const tradectl_order_report& report,
                    HeldNews& held,
                    const WaitALittle& wait) {
    execution::Update update;
    update.time = Timestamp{report.updated};
    update.venue_order_id = market::id_text(report.venue_order_id);
    update.kind = execution::UpdateKind::Acknowledged;
    if (report.status != TRADECTL_ORDER_STATUS_REJECTED) {
        pipeline.settler().update(entry, update, "found by query");
    }
    if (auto booked = book_fills(trading, pipeline, entry, held, wait); !booked) return booked;
    update.reason = static_cast<std::uint16_t>(report.reason);
    switch (report.status) {
        case TRADECTL_ORDER_STATUS_CANCELED: update.kind = execution::UpdateKind::Canceled; break;
        case TRADECTL_ORDER_STATUS_EXPIRED: update.kind = execution::UpdateKind::Expired; break;
        case TRADECTL_ORDER_STATUS_REJECTED: update.kind = execution::UpdateKind::Rejected; break;
        default: break;
    }
    if (update.kind != execution::UpdateKind::Acknowledged) {
        pipeline.settler().update(entry, update, "found by query");
    }
    const Decimal filled = Decimal::from_abi(report.filled_qty);
    if (filled != entry.order.filled_qty) {
        return fail(ErrorCode::Unresolved,
                    "order " + entry.order.client_order_id + ": the venue says filled " +
                        filled.to_string() + ", its fills sum to " +
                        entry.order.filled_qty.to_string());
    }
    return {};
}

Status resolve_order(Trading& trading,
                     Pipeline& pipeline,
                     OrderEntry& entry,
                     HeldNews& held,
                     const WaitALittle& wait) {
    auto& runtime = *trading.exchanges[entry.exchange];
    const std::string& id = entry.order.client_order_id;
    const std::string& venue_id = entry.order.venue_order_id;
    tradectl_order_query query{};
    query.struct_size = sizeof(query);
    query.instrument = entry.order.instrument;
    query.account = entry.order.account;
    query.client_order_id = {id.data(), static_cast<std::uint32_t>(id.size()), 0};
    query.venue_order_id = {venue_id.data(), static_cast<std::uint32_t>(venue_id.size()), 0};
    query.identity = query.client_order_id;
    auto answer = await_answer(runtime, runtime.query_order(query), held, wait);
    if (!answer) return fail(answer.error());
    if (answer->status == TRADECTL_OK && answer->orders.size() == 1) {
        return apply_report(trading, pipeline, entry, answer->orders.front(), held, wait);
    }
    const bool absent = answer->status == TRADECTL_NOT_FOUND &&
                        answer->completeness == TRADECTL_COMPLETENESS_COMPLETE;
    if (!absent || !entry.order.filled_qty.is_zero() || !entry.order.venue_order_id.empty()) {
        return fail(cannot_tell(runtime, entry, *answer));
    }
    log(LogLevel::Info, "startup", "never arrived at the venue", {{"client_order_id", id}});
    pipeline.settler().roll_back(
        entry, TRADECTL_REASON_NONE, "never arrived: not in the venue's complete store");
    return {};
}

/// Cancels that were on their way: the orders that they aimed at are resolved, so what is left to
/// say is whether they are closed.
Status close_cancels(ledger::Reader& reader, Trading& trading, Pipeline& pipeline) {
    auto unfinished = reader.unfinished_operations();
    if (!unfinished) return fail(unfinished.error());
    for (const auto& operation : *unfinished) {
        if (operation.step != wal::StepKind::OrderCancel) continue;
        auto body = operation.body();
        if (!body) return fail(body.error());
        const OrderEntry* entry = trading.orders.find(body->target_client_order_id);
        const bool open = entry != nullptr && !execution::is_closed(entry->order.status);
        pipeline.scribe().finish_cancel(
            operation.header.op_id,
            *body,
            open ? wal::StepStatus::Failed : wal::StepStatus::Completed,
            open ? "the order is still open after a restart" : "the order is closed");
    }
    return {};
}

}  // namespace

Status resolve_open_orders(Disk& disk,
                           const StatePaths& paths,
                           Trading& trading,
                           Pipeline& pipeline,
                           HeldNews& held,
                           const WaitALittle& wait) {
    Status resolved;
    trading.orders.each_open([&](OrderEntry& entry) {
        if (!resolved || execution::is_closed(entry.order.status)) return;
        resolved = resolve_order(trading, pipeline, entry, held, wait);
    });
    if (!resolved) return resolved;
    auto reader = ledger::Reader::open(disk, paths.ledger());
    if (!reader) return fail(reader.error());
    return close_cancels(*reader, trading, pipeline);
}

Status book_opening_balances(Trading& trading,
                             Pipeline& pipeline,
                             HeldNews& held,
                             const WaitALittle& wait) {
    for (std::uint32_t index = 0; index < trading.exchanges.size(); ++index) {
        auto& runtime = *trading.exchanges[index];
        tradectl_scope scope{};
        scope.struct_size = sizeof(scope);
        scope.account = TRADECTL_HANDLE_NONE;
        scope.instrument = TRADECTL_HANDLE_NONE;
        scope.since = TRADECTL_TIME_NONE;
        auto answer = await_answer(runtime, runtime.balances(scope), held, wait);
        if (!answer) return fail(answer.error());
        if (answer->status != TRADECTL_OK ||
            answer->completeness != TRADECTL_COMPLETENESS_COMPLETE) {
            return fail(
                ErrorCode::Unavailable,
                "exchange '" + runtime.name() + "' does not tell its balances: " + answer->text);
        }
        for (const auto& report : answer->balances) {
            if (report.account >= trading.table.account_count()) continue;
            if (!trading.balances->states(report.account).empty() &&
                !trading.opening.contains(report.account)) {
                continue;  // the ledger knows this account already
            }
            trading.opening.insert(report.account);
            const Decimal total = Decimal::from_abi(report.total);
            if (total.is_zero()) continue;
            const std::string asset(market::id_text(report.asset));
            auto postings = execution::fund(trading.account_name(report.account), asset, total);
            if (!postings) return fail(postings.error());
            pipeline.scribe().opening(
                index, report.account, *postings, "balance reported by the exchange at the start");
            pipeline.settler().post(report.account, *postings);
        }
    }
    return {};
}

Status check_venue_balances(Trading& trading, Pipeline& pipeline, const WaitALittle& wait) {
    for (auto& runtime : trading.exchanges) {
        tradectl_scope scope{};
        scope.struct_size = sizeof(scope);
        scope.account = TRADECTL_HANDLE_NONE;
        scope.instrument = TRADECTL_HANDLE_NONE;
        scope.since = TRADECTL_TIME_NONE;
        auto answer = await_answer(*runtime, runtime->balances(scope), pipeline, wait);
        if (!answer) return fail(answer.error());
        for (const auto& report : answer->balances) {
            if (report.account >= trading.table.account_count()) continue;
            const std::string asset(market::id_text(report.asset));
            const auto handle = trading.table.add_asset(asset);
            if (!handle) return fail(handle.error());
            Decimal ours;
            for (const auto& state : trading.balances->states(report.account)) {
                if (state.asset == *handle) ours = Decimal::from_abi(state.total);
            }
            const Decimal theirs = Decimal::from_abi(report.total);
            if (ours == theirs) continue;
            const Halt halt{.scope = "exchange:" + runtime->name(),
                            .since = trading.clock.now(),
                            .actor = "host",
                            .reason = "drift: " + asset + " in account " +
                                      std::string(trading.account_name(report.account)) +
                                      ": ledger " + ours.to_string() + ", venue " +
                                      theirs.to_string()};
            log(LogLevel::Error, "startup", halt.reason, {{"instance", runtime->name()}});
            if (auto latched = trading.halts.add(halt); !latched) return latched;
        }
    }
    return {};
}

}  // namespace tradectl::engine

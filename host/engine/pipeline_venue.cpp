// The part of Pipeline that hears the venue (step 6), and that closes positions.
#include "host/base/assert.hpp"
#include "host/base/error_name.hpp"
#include "host/base/log.hpp"
#include "host/engine/answer_digest.hpp"
#include "host/engine/pipeline.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::engine {

void Pipeline::on_completion(std::uint32_t exchange, exchange::Completion&& completion) {
    const auto found = requests_.find(request_key(exchange, completion.request_id));
    if (found == requests_.end()) return;
    const Request request = std::move(found->second);
    requests_.erase(found);
    switch (request.purpose) {
        case Purpose::PrepareOrder: return on_prepared_order(exchange, request, completion);
        case Purpose::PrepareCancel: return on_prepared_cancel(exchange, request, completion);
        case Purpose::SubmitOrder: return on_submitted_order(request, completion);
        case Purpose::SubmitCancel: return on_submitted_cancel(request, completion);
        case Purpose::Follow: return on_followed(exchange, completion);
    }
}

void Pipeline::follow(std::uint32_t exchange, std::span<const tradectl_subscription> items) {
    const auto request_id = trading_.exchanges[exchange]->subscribe(items);
    requests_[request_key(exchange, request_id)] = {Purpose::Follow, {}, {}};
    ++follows_;
}

/// A strategy that hears nothing must not look as if there were nothing to hear.
void Pipeline::on_followed(std::uint32_t exchange, const exchange::Completion& completion) {
    --follows_;
    if (completion.status == TRADECTL_OK) return;
    const std::string& name = trading_.exchanges[exchange]->name();
    const std::string text =
        "exchange '" + name + "' does not give market data: " +
        (completion.text.empty() ? std::string(name_of(static_cast<ErrorCode>(completion.status)))
                                 : completion.text);
    log(LogLevel::Error, "engine", text);
    scribe_.note(wal::NoteKind::Fault, "host", text);
    trading_.alert(config::AlertKind::Fault, "exchange:" + name, text);
}

void Pipeline::on_submitted_order(const Request& request, const exchange::Completion& completion) {
    OrderEntry* entry = trading_.orders.find(request.client_order_id);
    if (entry == nullptr) return;  // closed long ago by its events
    const bool is_stale = completion.status == TRADECTL_REJECTED &&
                          completion.reason == TRADECTL_REASON_PREPARE_FAILED;
    if (is_stale && build_again(*entry, completion)) return;
    execution::Update update;
    update.time =
        completion.as_of == TRADECTL_TIME_NONE ? trading_.clock.now() : Timestamp{completion.as_of};
    update.venue_order_id = completion.venue_order_id;
    switch (completion.status) {
        case TRADECTL_OK: update.kind = execution::UpdateKind::Acknowledged; break;
        case TRADECTL_OUTCOME_UNKNOWN:
        case TRADECTL_INTERNAL:
        case TRADECTL_BAD_STATE:
        case TRADECTL_IO:
        case TRADECTL_CORRUPT: update.kind = execution::UpdateKind::Unresolved; break;
        default:
            update.kind = execution::UpdateKind::Rejected;
            update.reason =
                static_cast<std::uint16_t>(completion.reason != TRADECTL_REASON_NONE && !is_stale
                                               ? completion.reason
                                               : TRADECTL_REASON_VENUE_REJECTED);
            break;
    }
    settler_.update(*entry, update, completion.text, answer_digest(completion));
    hear_answer(*entry, update, completion.text);
}

void Pipeline::on_submitted_cancel(const Request& request, const exchange::Completion& completion) {
    OrderEntry* entry = trading_.orders.find(request.client_order_id);
    if (entry == nullptr) return;  // closed and forgotten meanwhile
    entry->cancel_underway = false;
    // Whether the order is canceled is told by its own event; this is the end of the request.
    const bool unknown = completion.status == TRADECTL_OUTCOME_UNKNOWN ||
                         completion.status == TRADECTL_INTERNAL ||
                         completion.status == TRADECTL_BAD_STATE;
    const auto status = completion.status == TRADECTL_OK ? wal::StepStatus::Completed
                        : unknown                        ? wal::StepStatus::InProgress
                                                         : wal::StepStatus::Failed;
    scribe_.cancel_result(
        *entry, request.op_id, status, completion.text, answer_digest(completion));
}

namespace {

bool is_market(const tradectl_event& event) {
    switch (event.type) {
        case TRADECTL_EVENT_QUOTE:
        case TRADECTL_EVENT_TRADE:
        case TRADECTL_EVENT_BAR:
        case TRADECTL_EVENT_BOOK_SNAPSHOT:
        case TRADECTL_EVENT_BOOK_DELTA:
        case TRADECTL_EVENT_INSTRUMENT:
        case TRADECTL_EVENT_STATUS:
        case TRADECTL_EVENT_ACTIVITY: return true;
        default: return false;
    }
}

}  // namespace

/// In its order: a status must not overtake the prices before it. The market of what is mirrored
/// is that of the mirror: nobody trades at the original.
void Pipeline::keep_market(std::uint32_t exchange, const tradectl_event& event) {
    const auto handle = event.instrument;
    const bool fed_by_another = event.type != TRADECTL_EVENT_STATUS &&
                                handle < trading_.feeds.size() &&
                                trading_.feeds[handle] != exchange;
    if (fed_by_another) return;
    const bool of_instrument =
        event.type == TRADECTL_EVENT_INSTRUMENT || event.type == TRADECTL_EVENT_ACTIVITY;
    const bool is_mirrored = !of_instrument && handle < trading_.mirrors.size() &&
                             trading_.mirrors[handle] != TRADECTL_HANDLE_NONE;
    const std::size_t at = trading_.venue_market.bytes();
    trading_.venue_market.append(event);
    if (!is_mirrored) return;
    auto* kept = const_cast<std::uint8_t*>(trading_.venue_market.data()) + at;
    reinterpret_cast<tradectl_event*>(kept)->instrument = trading_.mirrors[handle];
}

/// What a feed that was lost showed last is nobody's price any more. Of a gap the plugin names the
/// instruments: a stream of orders may be cut while that of prices goes on.
void Pipeline::hear_status(const tradectl_status_event& event) {
    const std::uint32_t exchange = event.header.source;
    const bool all = event.status == TRADECTL_STATUS_DISCONNECTED;
    const bool lost =
        all || event.status == TRADECTL_STATUS_STALE || event.status == TRADECTL_STATUS_GAP;
    const auto only = event.header.instrument;
    for (std::uint32_t handle = 0; lost && handle < trading_.feeds.size(); ++handle) {
        if (trading_.feeds[handle] != exchange) continue;
        if (only == TRADECTL_HANDLE_NONE ? !all : only != handle) continue;
        trading_.books->invalidate(handle, trading_.clock.now().ns());
    }
    if (lost) {
        log(LogLevel::Warning,
            "engine",
            "market data is lost",
            {{"exchange", trading_.exchanges[exchange]->name()},
             {"status", std::to_string(event.status)}});
    }
}

void Pipeline::on_exchange_event(std::uint32_t exchange, const tradectl_event& event) {
    if (trading_.reaches_venue(exchange) && is_market(event)) return keep_market(exchange, event);
    if (event.type == TRADECTL_EVENT_FILL) {
        const auto& fill = reinterpret_cast<const tradectl_fill_event&>(event);
        OrderEntry* entry = trading_.orders.find(market::id_text(fill.client_order_id));
        if (entry == nullptr && (event.flags & TRADECTL_EVENT_FLAG_VENUE_ORDER) != 0)
            return on_venue_fill(exchange, fill);
        // A venue may tell again what an earlier run booked.
        if (entry == nullptr && trading_.booked &&
            trading_.booked(trading_.exchanges[exchange]->name(), fill))
            return;
        if (entry == nullptr) {
            log(LogLevel::Error,
                "engine",
                "a fill of an order that nobody knows",
                {{"client_order_id", market::id_text(fill.client_order_id)}});
            scribe_.note(
                wal::NoteKind::Fault,
                "host",
                "fill of an unknown order " + std::string(market::id_text(fill.client_order_id)));
            trading_.alert(config::AlertKind::Orphan,
                           trading_.instrument_name(fill.header.instrument),
                           "fill of an order that nobody knows: " +
                               std::string(market::id_text(fill.client_order_id)));
            halt_instrument(fill.header.instrument, "a fill of an order that nobody knows");
            return;
        }
        settler_.fill(*entry, fill);
        exits_.on_fill(*trading_.runners[entry->runner], entry->order.instrument);
    } else if (event.type == TRADECTL_EVENT_ORDER) {
        on_order_event(reinterpret_cast<const tradectl_order_event&>(event));
    } else if (event.type == TRADECTL_EVENT_INSTRUMENT || event.type == TRADECTL_EVENT_STATUS) {
        if (event.type == TRADECTL_EVENT_INSTRUMENT)
            listings_.hear(reinterpret_cast<const tradectl_instrument_event&>(event));
        for (auto& runner : trading_.runners)
            runner->hear(event);
    }
}

void Pipeline::on_order_event(const tradectl_order_event& event) {
    OrderEntry* entry = trading_.orders.find(market::id_text(event.client_order_id));
    if (entry == nullptr) {
        log(LogLevel::Warning,
            "engine",
            "news of an order that nobody knows",
            {{"client_order_id", market::id_text(event.client_order_id)}});
        return;
    }
    execution::Update update;
    update.time = Timestamp{event.header.event_time};
    update.venue_order_id = market::id_text(event.venue_order_id);
    update.reason = static_cast<std::uint16_t>(event.reason);
    // A close that counts more fills than were booked is not a close yet: somebody has to ask.
    const Decimal told = Decimal::from_abi(event.filled_qty);
    if (!told.is_null() && told > entry->order.filled_qty &&
        !execution::is_closed(entry->order.status)) {
        update.kind = execution::UpdateKind::Unresolved;
        return settler_.update(*entry,
                               update,
                               "the venue says filled " + told.to_string() + ", its fills sum to " +
                                   entry->order.filled_qty.to_string(),
                               answer_digest(event.header));
    }
    switch (event.status) {
        case TRADECTL_ORDER_STATUS_ACKNOWLEDGED:
            update.kind = execution::UpdateKind::Acknowledged;
            break;
        case TRADECTL_ORDER_STATUS_CANCELED: update.kind = execution::UpdateKind::Canceled; break;
        case TRADECTL_ORDER_STATUS_REJECTED: update.kind = execution::UpdateKind::Rejected; break;
        case TRADECTL_ORDER_STATUS_EXPIRED: update.kind = execution::UpdateKind::Expired; break;
        default: return;  // fills speak for themselves
    }
    const std::string_view text(event.text.text, event.text.size);
    settler_.update(*entry, update, text, answer_digest(event.header));
    hear_answer(*entry, update, text);
}

// ---- Exits

void Pipeline::on_price(const tradectl_event& news) {
    exits_.on_price(news.instrument,
                    news.type == TRADECTL_EVENT_BAR
                        ? &reinterpret_cast<const tradectl_bar_event&>(news)
                        : nullptr);
}

void Pipeline::on_clock() {
    judge_all();
}

void Pipeline::on_exit_timer(std::uint32_t runner, std::uint64_t instrument) {
    exits_.on_timer(runner, static_cast<tradectl_instrument_handle>(instrument));
}

void Pipeline::halt_instrument(tradectl_instrument_handle instrument, const std::string& reason) {
    const Halt halt{.scope = "instrument:" + std::string(trading_.instrument_name(instrument)),
                    .since = trading_.clock.now(),
                    .actor = "host",
                    .reason = reason};
    if (auto latched = trading_.halts.add(halt); !latched) {
        log(LogLevel::Error, "halt", latched.error().message);
    }
}

bool Pipeline::flatten(StrategyRunner& runner,
                       std::uint16_t reason,
                       std::optional<tradectl_instrument_handle> only) {
    bool flat = true;
    for (const auto& position : runner.positions()) {
        if (only && position.instrument != *only) continue;
        const Decimal quantity = Decimal::from_abi(position.quantity);
        const auto size = checked_abs(quantity);
        if (!size || size->is_zero()) continue;
        flat = false;
        const bool waits = std::any_of(
            runner.open_orders().begin(), runner.open_orders().end(), [&](const auto& open) {
                return open.instrument == position.instrument;
            });
        if (waits) continue;  // for a cancel, or for an exit that is out already
        submit_exit(runner,
                    {.instrument = position.instrument,
                     .side = static_cast<std::uint8_t>(quantity.is_positive() ? TRADECTL_SIDE_SELL
                                                                              : TRADECTL_SIDE_BUY),
                     .quantity = *size,
                     .reason = reason});
    }
    return flat;
}

}  // namespace tradectl::engine

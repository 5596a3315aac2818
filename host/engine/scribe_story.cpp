// The part of Scribe that tells why: what was heard, what left, what hit, what recovery made of it.
#include "host/engine/scribe.hpp"

#include <tradectl/text.hpp>

#include <algorithm>
#include <string>

namespace tradectl::engine {

namespace {

template <typename Record>
const Record& as(const tradectl_event& event) {
    return reinterpret_cast<const Record&>(event);
}

void add(wal::Numbers& numbers, std::string_view name, const tradectl_decimal& value) {
    const Decimal decimal = Decimal::from_abi(value);
    if (!decimal.is_null()) static_cast<void>(numbers.push({name, decimal}));
}

std::string_view taker(std::uint32_t aggressor) {
    switch (aggressor) {
        case TRADECTL_SIDE_BUY: return "trade, a buyer took";
        case TRADECTL_SIDE_SELL: return "trade, a seller took";
        default: return "trade";
    }
}

void add_bar(wal::Numbers& numbers, const tradectl_bar_event& bar) {
    add(numbers, "open", bar.open);
    add(numbers, "high", bar.high);
    add(numbers, "low", bar.low);
    add(numbers, "close", bar.close);
    add(numbers, "volume", bar.volume);
}

/// Of a quote, or of a book: its levels may be many, and the best ones stand for them.
template <typename Top>
void add_top(wal::Numbers& numbers, const Top& top) {
    add(numbers, "bid_price", top.bid_price);
    add(numbers, "bid_quantity", top.bid_quantity);
    add(numbers, "ask_price", top.ask_price);
    add(numbers, "ask_quantity", top.ask_quantity);
}

std::string of_order(std::string_view what, std::uint64_t order_ref) {
    return std::string(what) + " of order " + std::to_string(order_ref);
}

/// Rare events, in words; what is on record already is only named.
std::string words_of(const tradectl_event& event) {
    switch (event.type) {
        case TRADECTL_EVENT_BAR:
            return "bar of " + std::to_string(as<tradectl_bar_event>(event).interval_ns) + " ns";
        case TRADECTL_EVENT_BOOK_SNAPSHOT: return "book, as a whole";
        case TRADECTL_EVENT_BOOK_DELTA: return "book, a change";
        case TRADECTL_EVENT_ORDER: {
            const auto& order = as<tradectl_order_event>(event);
            return of_order("news", order.order_ref);
        }
        case TRADECTL_EVENT_FILL: {
            const auto& fill = as<tradectl_fill_event>(event);
            return of_order("fill " + std::string(view(fill.trade_id)), fill.order_ref);
        }
        case TRADECTL_EVENT_POSITION: return "position changed";
        case TRADECTL_EVENT_BALANCE: return "balance changed";
        case TRADECTL_EVENT_TIMER:
            return "timer " + std::to_string(as<tradectl_timer_event>(event).timer_id);
        case TRADECTL_EVENT_WAKE: return "wake";
        case TRADECTL_EVENT_INSTRUMENT: return "instrument changed";
        case TRADECTL_EVENT_STATUS: {
            const auto& status = as<tradectl_status_event>(event);
            return "status " + std::to_string(status.status) + " " +
                   std::string(status.text.text, status.text.size);
        }
        case TRADECTL_EVENT_ACTIVITY: {
            const auto& activity = as<tradectl_activity_event>(event);
            return "activity " + std::string(view(activity.activity_id)) + " of " +
                   std::string(view(activity.wallet));
        }
        default: return "event of type " + std::to_string(event.type);
    }
}

}  // namespace

void Scribe::event(const StrategyRunner& runner, const tradectl_event& event) {
    wal::NoteBody body;
    body.kind = wal::NoteKind::Event;
    body.subject.instance = runner.name();
    body.subject.instrument = trading_.instrument_name(event.instrument);
    body.trigger_seq = event.seq;
    body.event_time = Timestamp{event.event_time};
    std::string words;  // trades and quotes, which are many, need none
    switch (event.type) {
        case TRADECTL_EVENT_TRADE: {
            const auto& trade = as<tradectl_trade_event>(event);
            body.text = taker(trade.aggressor);
            add(body.numbers, "price", trade.price);
            add(body.numbers, "quantity", trade.quantity);
            break;
        }
        case TRADECTL_EVENT_QUOTE:
            body.text = "quote";
            add_top(body.numbers, as<tradectl_quote_event>(event));
            break;
        default: body.text = words = words_of(event); break;
    }
    if (event.type == TRADECTL_EVENT_BAR) add_bar(body.numbers, as<tradectl_bar_event>(event));
    if (event.type == TRADECTL_EVENT_BOOK_SNAPSHOT || event.type == TRADECTL_EVENT_BOOK_DELTA)
        add_top(body.numbers, trading_.books->top(event.instrument));
    if (event.type == TRADECTL_EVENT_ACTIVITY) {
        add(body.numbers, "price", as<tradectl_activity_event>(event).price);
        add(body.numbers, "quantity", as<tradectl_activity_event>(event).quantity);
    }
    write({}, body);
}

void Scribe::sent(const OrderEntry& entry, OpId op, TxnId txn) {
    wal::NoteBody body;
    body.kind = wal::NoteKind::Sent;
    body.subject = subject(entry);
    write({op, txn}, body);
}

void Scribe::recovered(const recovery::Unfinished& operation, const recovery::Verdict& verdict) {
    wal::NoteBody body;
    body.kind = wal::NoteKind::Recovered;
    body.subject = subject(operation);
    const std::string text = std::string(recovery::to_string(operation.step)) + ": " +
                             std::string(recovery::to_string(verdict.outcome)) + ", " + verdict.why;
    body.text = text;
    write({operation.op_id, operation.txn_id}, body);
}

void Scribe::triggered(const StrategyRunner& runner, const ExitHit& hit) {
    wal::NoteBody body;
    body.kind = wal::NoteKind::Triggered;
    body.subject = {.instance = runner.name(),
                    .venue = runner.config().exchange,
                    .account = trading_.account_name(runner.account()),
                    .instrument = trading_.instrument_name(hit.instrument),
                    .order_ref = hit.order_ref};
    body.reason = hit.reason;
    body.text = hit.side == TRADECTL_SIDE_BUY ? "buy" : "sell";
    static_cast<void>(body.numbers.push({"quantity", hit.quantity}));
    if (!hit.price.is_null()) static_cast<void>(body.numbers.push({"price", hit.price}));
    if (!hit.level.is_null()) static_cast<void>(body.numbers.push({"level", hit.level}));
    write({}, body);
}

void Scribe::withdraw(const OrderNews& news) {
    begin_group();
    wal::ResultBody refused;
    refused.step = wal::StepKind::TradeExecute;
    refused.status = wal::StepStatus::InProgress;
    refused.subject = subject(news.entry);
    refused.venue_time = news.venue_time;
    refused.text = news.text;
    refused.answer_sha256 = news.answer;
    write({news.entry.order.op_id, news.entry.txn_id}, refused);
    wal::IntentBody body = execute_intent(news.entry);
    body.target_client_order_id = body.subject.client_order_id;
    write({news.entry.order.op_id, news.entry.txn_id}, body);
}

}  // namespace tradectl::engine

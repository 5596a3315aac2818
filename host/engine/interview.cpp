#include "host/engine/interview.hpp"

#include "host/base/mutant.hpp"
#include "host/engine/list_pages.hpp"
#include "host/market/instruments.hpp"

#include <tradectl/text.hpp>

#include <algorithm>
#include <utility>

namespace tradectl::engine {

namespace {

using recovery::Listing;
using recovery::Look;

constexpr int kPagesMax = 100'000;

Timestamp later(Timestamp a, Timestamp b) {
    if (a.is_none() || b.is_none()) return a.is_none() ? b : a;
    return std::max(a, b);
}

std::string problem_of(const exchange::Completion& answer) {
    if (!answer.text.empty()) return answer.text;
    return "status " + std::to_string(answer.status) + ", completeness " +
           std::to_string(answer.completeness);
}

recovery::VenueOrder order_of(const tradectl_order_report& report) {
    const auto or_null = [](tradectl_decimal raw) {
        const Decimal value = Decimal::from_abi(raw);
        return value.is_zero() ? Decimal::null() : value;
    };
    const Decimal filled = Decimal::from_abi(report.filled_qty);
    return {.status = static_cast<std::uint8_t>(report.status),
            .side = report.side,
            .order_qty = or_null(report.order_qty),
            .filled_qty = filled.is_null() ? Decimal() : filled,
            .client_order_id = std::string(market::id_text(report.client_order_id))};
}

/// Whether the lists are needed: nobody knows it, or fills are missing.
bool wants_lists(const Hearing& hearing) {
    if (recovery::is_transaction(hearing.operation)) return false;
    const auto& looks = hearing.evidence.looks;
    const auto last = looks.empty() ? Look::Answer::Silent : looks.back().answer;
    if (last == Look::Answer::Absent) return true;
    return last == Look::Answer::Found &&
           hearing.evidence.order->filled_qty != hearing.operation.filled_qty;
}

/// What a venue does not tell may be anything.
bool may_be_of(std::uint32_t told, std::uint32_t wanted) {
    return told == TRADECTL_HANDLE_NONE || told == wanted;
}

bool is_its_order(const Hearing& hearing, const tradectl_order_report& order) {
    const auto& operation = hearing.operation;
    if (market::id_text(order.client_order_id) == operation.client_order_id) return true;
    const auto venue_id = market::id_text(order.venue_order_id);
    return !venue_id.empty() &&
           (venue_id == operation.venue_order_id || venue_id == operation.identity);
}

bool is_its_fill(const Hearing& hearing, const tradectl_fill_report& fill) {
    const auto id = market::id_text(fill.client_order_id);
    if (!id.empty() && !mutant("engine.own_fills")) return id == hearing.operation.client_order_id;
    const auto venue_id = market::id_text(fill.venue_order_id);
    if (venue_id.empty()) return false;
    return venue_id == hearing.operation.venue_order_id || venue_id == hearing.operation.identity ||
           (hearing.report && venue_id == market::id_text(hearing.report->venue_order_id));
}

/// An order's own hash, which its venue calls it by.
bool is_hash(std::string_view id) {
    return id.size() == 66 && id.starts_with("0x");
}

/// Of an instrument that the venue does not tell or the host does not have, under another id than
/// the venue gave, or gives, our order.
bool is_elsewhere(const Hearing& hearing, const tradectl_fill_report& fill) {
    const auto venue_id = market::id_text(fill.venue_order_id);
    const auto& operation = hearing.operation;
    const bool is_by_hash = is_hash(operation.identity) && is_hash(venue_id);
    const std::string& ours = operation.venue_order_id.empty() && is_by_hash
                                  ? operation.identity
                                  : operation.venue_order_id;
    return fill.instrument == TRADECTL_HANDLE_NONE && !venue_id.empty() && !ours.empty() &&
           venue_id != ours;
}

}  // namespace

tradectl_fill_event replayed_fill(const tradectl_fill_report& report) {
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

Expected<std::optional<exchange::Completion>> Interview::ask(std::uint32_t exchange,
                                                             const Question& question) {
    if (unanswered_.contains(exchange)) return std::optional<exchange::Completion>{};
    auto answer = ask_(exchange, question);
    if (answer) {
        auto& time = times_.emplace(exchange, Timestamp::none()).first->second;
        time = later(time, Timestamp{answer->as_of});
        return std::optional<exchange::Completion>(std::move(*answer));
    }
    if (answer.error().code != ErrorCode::Unavailable) return fail(answer.error());
    unanswered_.emplace(exchange, answer.error());  // one time-out is enough
    return std::optional<exchange::Completion>{};
}

Timestamp Interview::venue_time(std::uint32_t exchange) const {
    const auto found = times_.find(exchange);
    return found == times_.end() ? Timestamp::none() : found->second;
}

Status Interview::look(const std::vector<Hearing*>& hearings) {
    std::map<std::uint32_t, std::vector<Hearing*>> by_exchange;
    for (Hearing* hearing : hearings) {
        if (!hearing->exchange) {
            hearing->evidence.problem =
                "the config has no exchange '" + hearing->operation.venue + "'";
            continue;
        }
        if (auto looked = look_at(*hearing); !looked) return looked;
        if (wants_lists(*hearing)) by_exchange[*hearing->exchange].push_back(hearing);
    }
    for (const auto& [exchange, wanting] : by_exchange) {
        if (auto read = read_lists(exchange, wanting); !read) return read;
    }
    return {};
}

Status Interview::look_at(Hearing& hearing) {
    const auto& operation = hearing.operation;
    tradectl_order_query query{};
    query.struct_size = sizeof(query);
    query.instrument = hearing.instrument;
    query.account = hearing.account;
    query.client_order_id = to_str(operation.client_order_id);
    query.venue_order_id = to_str(operation.venue_order_id);
    const std::string& identity =
        operation.identity.empty() ? operation.client_order_id : operation.identity;
    query.identity = to_str(identity);
    auto answer = ask(*hearing.exchange, [&](auto& runtime) { return runtime.query_order(query); });
    if (!answer) return fail(answer.error());
    auto& evidence = hearing.evidence;
    evidence.problem.clear();
    if (!*answer) {
        evidence.problem = unanswered_.at(*hearing.exchange).message;
        evidence.looks.push_back({});
        return {};
    }
    Look look{.venue_time = Timestamp{(*answer)->as_of}};
    auto& told = (*answer)->orders;
    const bool may_be_many = recovery::is_transaction(operation);
    if ((*answer)->status == TRADECTL_OK && (told.size() == 1 || (may_be_many && !told.empty()))) {
        look.answer = Look::Answer::Found;
        hearing.report = told.front();
        hearing.moved.assign(told.begin() + 1, told.end());
        evidence.order = order_of(*hearing.report);
    } else if ((*answer)->status == TRADECTL_NOT_FOUND &&
               ((*answer)->completeness == TRADECTL_COMPLETENESS_COMPLETE ||
                mutant("engine.partial_absence"))) {
        look.answer = Look::Answer::Absent;
    } else {
        evidence.problem = problem_of(**answer);
    }
    evidence.looks.push_back(look);
    return {};
}

Status Interview::read_lists(std::uint32_t exchange, const std::vector<Hearing*>& hearings) {
    auto orders = list_orders(exchange);
    if (!orders) return fail(orders.error());
    Timestamp since = hearings.front()->operation.intent_time;
    for (const Hearing* hearing : hearings)
        since = std::min(since, hearing->operation.intent_time);
    auto list = fills(exchange, since.plus_ns(-kNsPerDay));  // clocks may have been set back
    if (!list) return fail(list.error());
    for (Hearing* hearing : hearings) {
        hear_orders(*hearing, *orders);
        if (auto heard = hear_fills(*hearing, *list); !heard) return heard;
    }
    return {};
}

void Interview::hear_orders(Hearing& hearing, const OrderList& list) {
    Listing& out = hearing.evidence.open_orders;
    out.venue_time = list.as_of;
    const bool listed = std::any_of(list.items.begin(), list.items.end(), [&](const auto& order) {
        return is_its_order(hearing, order);
    });
    out.answer = listed          ? Listing::Answer::Listed
                 : list.complete ? Listing::Answer::Absent
                                 : Listing::Answer::Incomplete;
    if (!listed && !list.complete) hearing.evidence.problem = list.problem;
}

Expected<bool> Interview::has_nameless(const Hearing& hearing, const FillList& list) {
    for (const auto& fill : list.items) {
        const bool named = !market::id_text(fill.client_order_id).empty();
        if (named || !may_be_of(fill.account, hearing.account) ||
            !may_be_of(fill.instrument, hearing.instrument) || is_elsewhere(hearing, fill))
            continue;
        const auto known = is_known_fill_(hearing, fill);
        if (!known) return fail(known.error());
        if (!*known) return true;
    }
    return false;
}

Status Interview::hear_fills(Hearing& hearing, const FillList& list) {
    hearing.fills.clear();
    Decimal sum;
    for (const auto& fill : list.items) {
        if (!is_its_fill(hearing, fill)) continue;
        hearing.fills.push_back(fill);
        sum = checked_add(sum, Decimal::from_abi(fill.quantity)).value_or(Decimal::null());
    }
    auto& evidence = hearing.evidence;
    evidence.fills.venue_time = list.as_of;
    evidence.fills_qty = sum;
    // A part of the fills that adds up is enough; their absence needs the whole list.
    evidence.fills.answer = Listing::Answer::Listed;
    const auto nameless = has_nameless(hearing, list);
    if (!nameless) return fail(nameless.error());
    evidence.fills_whole = list.complete && !*nameless;
    if (!hearing.fills.empty()) return {};
    evidence.fills.answer =
        evidence.fills_whole ? Listing::Answer::Absent : Listing::Answer::Incomplete;
    if (*nameless) {
        evidence.problem = "a fill without a client order id may be its own";
    } else if (!list.complete) {
        evidence.problem = list.problem;
    }
    return {};
}

template <typename Item, typename Request>
Expected<VenueList<Item>> Interview::list(std::uint32_t exchange,
                                          Timestamp since,
                                          Request request,
                                          std::vector<Item> exchange::Completion::*items) {
    VenueList<Item> out;
    ListPages pages;
    for (int page = 0; page < kPagesMax; ++page) {
        tradectl_scope scope{};
        scope.struct_size = sizeof(scope);
        scope.account = scope.instrument = TRADECTL_HANDLE_NONE;
        scope.since = since.ns();
        scope.cursor = to_str(pages.cursor());
        auto answer = ask(exchange, [&](auto& runtime) { return (runtime.*request)(scope); });
        if (!answer) return fail(answer.error());
        if (!*answer) {
            out.problem = unanswered_.at(exchange).message;
            return out;
        }
        if (page == 0) out.as_of = Timestamp{(*answer)->as_of};
        out.offered = (*answer)->status != TRADECTL_UNSUPPORTED;
        const auto& some = (**answer).*items;
        out.items.insert(out.items.end(), some.begin(), some.end());
        if (pages.take(**answer) == ListPages::Then::NextPage) continue;
        const recovery::Coverage& said = pages.coverage();
        out.complete = said.completeness == recovery::Completeness::Complete;
        if (!out.complete) out.problem = said.problem.empty() ? "it is not complete" : said.problem;
        return out;
    }
    out.problem = "it never ends";
    return out;
}

Expected<OrderList> Interview::list_orders(std::uint32_t exchange) {
    auto read = list(exchange,
                     Timestamp::none(),
                     &exchange::ExchangeRuntime::open_orders,
                     &exchange::Completion::orders);
    if (!read) return fail(read.error());
    if (!read->problem.empty()) read->problem = "its list of open orders: " + read->problem;
    orders_[exchange] = *read;
    return read;
}

Expected<FillList> Interview::fills(std::uint32_t exchange, Timestamp since) {
    auto read = list(
        exchange, since, &exchange::ExchangeRuntime::fills_since, &exchange::Completion::fills);
    if (!read) return fail(read.error());
    if (!read->problem.empty()) read->problem = "its list of fills: " + read->problem;
    return read;
}

Expected<OrderList> Interview::open_orders(std::uint32_t exchange) {
    if (!orders_.contains(exchange)) {
        if (auto read = list_orders(exchange); !read) return fail(read.error());
    }
    return orders_.at(exchange);
}

}  // namespace tradectl::engine

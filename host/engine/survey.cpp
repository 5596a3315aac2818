#include "host/engine/survey.hpp"

#include "host/recovery/finding.hpp"

#include <tradectl/text.hpp>

#include <algorithm>
#include <utility>

namespace tradectl::engine {

namespace {

using recovery::Completeness;
using recovery::Coverage;
using recovery::FillFact;
using recovery::OrderFact;

/// Orders that are asked for by id; beyond that the list alone counts.
constexpr std::size_t kByIdMax = 200;

}  // namespace

Survey::Survey(const market::InstrumentTable& table,
               std::string venue,
               OurBooks& ours,
               const recovery::Tolerances& tolerances,
               const FillCursors& cursors,
               Timestamp knows_since,
               const Clock& clock)
    : table_(table), ours_(ours), tolerances_(tolerances), cursors_(cursors), clock_(clock) {
    our_side_.venue = std::move(venue);
    their_side_.knows_since = knows_since;
    for (std::uint32_t handle = 0; handle < table.account_count(); ++handle) {
        const auto* account = table.account(handle);
        if (account->venue == our_side_.venue)
            accounts_.push_back({handle, account->name, nullptr, {}});
    }
}

std::string Survey::account_name(tradectl_account_handle handle) const {
    const auto* account = table_.account(handle);
    return account == nullptr ? std::string() : account->name;
}

std::string Survey::instrument_name(tradectl_instrument_handle handle) const {
    const auto* instrument = table_.instrument(handle);
    return instrument == nullptr ? std::string() : std::string(market::id_text(instrument->name));
}

template <typename T>
void Survey::keep(Expected<T> part, T& into) {
    if (part) {
        into = std::move(*part);
    } else if (!failure_) {
        failure_ = part.error();
    }
}

bool Survey::is_needed(Step step) const {
    if (step != Step::Markets) return true;
    for (std::uint32_t handle = 0; handle < table_.size(); ++handle) {
        const auto* instrument = table_.instrument(handle);
        if (instrument->kind == TRADECTL_INSTRUMENT_BINARY &&
            market::id_text(instrument->venue) == our_side_.venue)
            return true;
    }
    return false;
}

Coverage& Survey::coverage() {
    switch (step_) {
        case Step::Orders: return their_side_.orders_coverage;
        case Step::Balances: return their_side_.balances_coverage;
        case Step::Positions: return their_side_.positions_coverage;
        case Step::Fills: return accounts_[account_].coverage;
        default: return markets_coverage_;
    }
}

/// Goes to the next step, or the next account of it.
void Survey::end_step() {
    pages_ = {};
    if (step_ == Step::Fills && ++account_ < accounts_.size()) return begin_step();
    if (step_ == Step::ById && ++by_id_ < to_ask_.size()) return;
    do {
        step_ = static_cast<Step>(static_cast<int>(step_) + 1);
    } while (step_ != Step::Done && !is_needed(step_));
    begin_step();
}

void Survey::begin_step() {
    if (step_ == Step::Fills) {
        if (account_ >= accounts_.size()) return end_step();
        begin_fills();
    }
    if (step_ == Step::ById) begin_by_id();
}

void Survey::begin_fills() {
    Account& account = accounts_[account_];
    const auto known = cursors_.find(account.name);
    const auto from = known == cursors_.end() ? recovery::FillCursor{} : known->second;
    std::vector<FillFact> fills;
    keep(ours_.fills_after(our_side_.venue, account.name, from.sequence), fills);
    Timestamp opened = Timestamp::none();
    keep(ours_.opened(our_side_.venue, account.name), opened);
    account.matcher = std::make_unique<recovery::FillMatcher>(
        from,
        std::move(fills),
        [this](const FillFact& theirs) { return ours_.find_fill(our_side_.venue, theirs); },
        opened);
}

void Survey::begin_by_id() {
    to_ask_ = recovery::orders_to_ask(our_side_, their_side_, tolerances_, clock_.now());
    for (Account& account : accounts_) {
        if (account.matcher == nullptr) continue;
        account.matcher->finish(account.coverage, clock_.now(), tolerances_);
        cursors_[account.name] = account.matcher->cursor();
        for (const FillFact& fill : account.matcher->only_ours()) {
            OrderFact order;
            order.account = fill.account;
            order.instrument = fill.instrument;
            order.client_order_id = fill.client_order_id;
            order.venue_order_id = fill.venue_order_id;
            to_ask_.push_back(std::move(order));
        }
    }
    if (to_ask_.size() > kByIdMax) to_ask_.resize(kByIdMax);
    by_id_ = 0;
    if (to_ask_.empty()) step_ = Step::Done;
}

std::optional<VenueDesk::Question> Survey::next() {
    if (step_ == Step::Done || failure_) return std::nullopt;
    if (silent_ && step_ != Step::ById) {
        // What was not asked is told as a gap; the fills that came are judged all the same.
        while (step_ != Step::Done && step_ != Step::ById) {
            if (coverage().completeness == Completeness::Silent && coverage().problem.empty())
                coverage().problem = "not asked: the venue stopped answering";
            end_step();
        }
    }
    if (step_ == Step::Done || silent_) return std::nullopt;
    tradectl_scope scope{};
    scope.struct_size = sizeof(scope);
    scope.account = scope.instrument = TRADECTL_HANDLE_NONE;
    scope.since = TRADECTL_TIME_NONE;
    scope.cursor = to_str(pages_.cursor());
    using exchange::ExchangeRuntime;
    switch (step_) {
        case Step::Orders:
            return [scope](ExchangeRuntime& venue) { return venue.open_orders(scope); };
        case Step::Balances:
            return [scope](ExchangeRuntime& venue) { return venue.balances(scope); };
        case Step::Positions:
            return [scope](ExchangeRuntime& venue) { return venue.positions(scope); };
        case Step::Markets: return [](ExchangeRuntime& venue) { return venue.load_instruments(); };
        case Step::Fills: {
            scope.account = accounts_[account_].handle;
            scope.since = accounts_[account_].matcher->since().ns();
            return [scope](ExchangeRuntime& venue) { return venue.fills_since(scope); };
        }
        default: break;
    }
    const OrderFact& order = to_ask_[by_id_];
    tradectl_order_query query{};
    query.struct_size = sizeof(query);
    query.instrument = table_.find(order.instrument).value_or(TRADECTL_HANDLE_NONE);
    query.account =
        table_.find_account(our_side_.venue, order.account).value_or(TRADECTL_HANDLE_NONE);
    query.client_order_id = query.identity = to_str(order.client_order_id);
    query.venue_order_id = to_str(order.venue_order_id);
    return [query](ExchangeRuntime& venue) { return venue.query_order(query); };
}

/// Whether the venue has positions beside balances: what is traded for cash is held as a balance.
bool Survey::holds_positions() const {
    for (std::uint32_t handle = 0; handle < table_.size(); ++handle) {
        const auto& instrument = *table_.instrument(handle);
        if (market::id_text(instrument.venue) == our_side_.venue && is_margin(instrument))
            return true;
    }
    return false;
}

/// Whether our books never had anything there: a venue whose markets are read alone.
bool Survey::has_nothing_of_ours() {
    const auto orders = ours_.open_orders(our_side_.venue);
    const auto balances = ours_.balances(our_side_.venue);
    const auto positions = ours_.positions(our_side_.venue);
    return orders && orders->empty() && balances && balances->empty() && positions &&
           positions->empty();
}

void Survey::take(const Expected<exchange::Completion>& answer) {
    if (!answer) {
        silent_ = true;
        if (step_ == Step::ById) return;
        const bool begun = coverage().completeness != Completeness::Silent;
        if (begun) coverage().completeness = Completeness::Partial;
        coverage().problem = (begun ? "it stopped in the middle: " : "") + answer.error().message;
        return;
    }
    if (step_ == Step::ById) {
        take_by_id(*answer);
        return end_step();
    }
    take_page(*answer);
}

/// One page of a list.
void Survey::take_page(const exchange::Completion& answer) {
    Coverage page = coverage_of(answer);
    const bool unsupported = answer.status == TRADECTL_UNSUPPORTED;
    const bool balances_tell =
        unsupported || (page.completeness == Completeness::Partial && !holds_positions());
    const bool nothing = unsupported && has_nothing_of_ours();
    if (nothing || page.completeness != Completeness::Silent) ++answers_;
    if (nothing || (step_ == Step::Positions && balances_tell)) {
        page.completeness = Completeness::Complete;
        page.problem.clear();
    }
    const auto then = pages_.take(std::move(page), answer);
    coverage() = pages_.coverage();
    if (answer.status == TRADECTL_OK) take_items(answer);
    if (then == ListPages::Then::NextPage) return;
    if (step_ == Step::Orders) keep(ours_.open_orders(our_side_.venue), our_side_.orders);
    if (step_ == Step::Balances) keep(ours_.balances(our_side_.venue), our_side_.balances);
    if (step_ == Step::Positions) keep(ours_.positions(our_side_.venue), our_side_.positions);
    end_step();
}

void Survey::take_items(const exchange::Completion& answer) {
    for (const auto& item : answer.orders) {
        OrderFact order;
        order.account = account_name(item.account);
        order.instrument = instrument_name(item.instrument);
        order.client_order_id = market::id_text(item.client_order_id);
        order.venue_order_id = market::id_text(item.venue_order_id);
        order.status = static_cast<std::uint8_t>(item.status);
        order.quantity = Decimal::from_abi(item.order_qty);
        order.filled = Decimal::from_abi(item.filled_qty);
        order.updated = Timestamp{item.updated};
        their_side_.orders.push_back(std::move(order));
    }
    for (const auto& item : answer.balances) {
        their_side_.balances.push_back({account_name(item.account),
                                        std::string(market::id_text(item.asset)),
                                        Decimal::from_abi(item.total)});
    }
    for (const auto& item : answer.positions) {
        const auto* instrument = table_.instrument(item.instrument);
        const bool cash = instrument != nullptr && !is_margin(*instrument);
        their_side_.positions.push_back(
            {account_name(item.account),
             instrument_name(item.instrument),
             cash ? std::string(market::id_text(instrument->base)) : std::string(),
             Decimal::from_abi(item.quantity),
             Decimal::from_abi(item.average_price),
             false});
    }
    for (const auto& item : answer.instruments) {
        if (item.status == TRADECTL_INSTRUMENT_RESOLVED)
            their_side_.resolved.insert(std::string(market::id_text(item.name)));
    }
    if (step_ == Step::Fills) take_fills(answer);
}

void Survey::take_fills(const exchange::Completion& answer) {
    for (const auto& item : answer.fills) {
        FillFact fill;
        fill.account = account_name(item.account);
        fill.instrument = instrument_name(item.instrument);
        fill.trade_id = market::id_text(item.trade_id);
        fill.venue_order_id = market::id_text(item.venue_order_id);
        fill.client_order_id = market::id_text(item.client_order_id);
        fill.side = item.side;
        fill.settlement = item.settlement;
        fill.price = Decimal::from_abi(item.price);
        fill.quantity = Decimal::from_abi(item.quantity);
        fill.time = Timestamp{item.time};
        if (auto taken = accounts_[account_].matcher->take(fill); !taken && !failure_)
            failure_ = taken.error();
    }
}

void Survey::take_by_id(const exchange::Completion& answer) {
    recovery::OrderAnswer& kept = their_side_.by_id[to_ask_[by_id_].client_order_id];
    if (answer.status == TRADECTL_OK && answer.orders.size() == 1) {
        kept.kind = recovery::OrderAnswer::Kind::Found;
        kept.status = static_cast<std::uint8_t>(answer.orders.front().status);
        kept.filled = Decimal::from_abi(answer.orders.front().filled_qty);
    } else if (answer.status == TRADECTL_NOT_FOUND &&
               answer.completeness == TRADECTL_COMPLETENESS_COMPLETE) {
        kept.kind = recovery::OrderAnswer::Kind::Absent;
    }
}

Status Survey::find_closed() {
    std::set<std::pair<std::string, std::string>> open;
    for (const OrderFact& order : our_side_.orders)
        open.insert({order.account, order.client_order_id});
    for (const OrderFact& order : their_side_.orders) {
        if (order.client_order_id.empty() ||
            open.count({order.account, order.client_order_id}) != 0)
            continue;
        auto closed = ours_.find_order(our_side_.venue, order.account, order.client_order_id);
        if (!closed) return fail(closed.error());
        if (closed->known) closed_[{order.account, order.client_order_id}] = *closed;
    }
    return {};
}

Expected<recovery::Comparison> Survey::finish() {
    if (failure_) return fail(*failure_);
    if (auto found = find_closed(); !found) return fail(found.error());
    for (const recovery::BalanceFact& balance : our_side_.balances)
        our_side_.accounts.insert(balance.account);
    std::vector<recovery::AccountFills> fills;
    for (const Account& account : accounts_)
        fills.push_back({account.name, account.coverage, account.matcher.get()});
    auto out =
        recovery::compare({our_side_, their_side_, closed_, fills, tolerances_, clock_.now()});
    out.answers = answers_;
    if (is_needed(Step::Markets) && markets_coverage_.completeness == Completeness::Silent) {
        recovery::Topic topic;
        topic.venue = our_side_.venue;
        out.gaps.push_back(recovery::make_gap(
            "markets", std::move(topic), markets_coverage_.problem, markets_coverage_));
    }
    return out;
}

}  // namespace tradectl::engine

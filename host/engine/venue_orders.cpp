// The part of Pipeline that books what a venue did by itself: liquidations, and what a market pays
// at its end.
#include "host/base/log.hpp"
#include "host/engine/margin.hpp"
#include "host/engine/pipeline.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace tradectl::engine {

namespace {

/// What of a strategy's position a fill of `side` can close.
Decimal closable(const StrategyRunner& runner,
                 tradectl_instrument_handle instrument,
                 std::uint8_t side) {
    for (const auto& state : runner.positions()) {
        if (state.instrument != instrument) continue;
        const Decimal quantity = Decimal::from_abi(state.quantity);
        const bool closes =
            side == TRADECTL_SIDE_SELL ? quantity.is_positive() : quantity.is_negative();
        return closes ? checked_abs(quantity).value_or(Decimal{}) : Decimal{};
    }
    return {};
}

/// The part of `whole` that belongs to `part` of `total`.
Decimal share_of(Decimal whole, Decimal part, Decimal total) {
    if (whole.is_null() || part == total) return whole;
    const auto product = checked_mul(whole, part, Rounding::HalfEven);
    const auto share = product ? checked_div(*product, total, Rounding::HalfEven) : std::nullopt;
    return share.value_or(Decimal{});
}

/// A fill of a venue's own order, handed out part by part, each with its share of fee and profit.
class Parts {
  public:
    explicit Parts(const tradectl_fill_event& whole)
        : whole_(whole),
          total_(Decimal::from_abi(whole.quantity)),
          rest_(total_),
          fee_(Decimal::from_abi(whole.fee)),
          profit_(Decimal::from_abi(whole.realized_pnl)) {}

    [[nodiscard]] Decimal rest() const { return rest_; }
    /// The next part by its names; how much it is of nobody says yet.
    [[nodiscard]] tradectl_fill_event next() const {
        tradectl_fill_event part = whole_;
        put_id(part.client_order_id, name(whole_.client_order_id));
        put_id(part.trade_id, name(whole_.trade_id));
        return part;
    }
    tradectl_fill_event take(Decimal quantity) {
        tradectl_fill_event part = next();
        const bool last = quantity == rest_;
        const auto share = [&](const tradectl_decimal& whole, Decimal left) {
            return last ? left : share_of(Decimal::from_abi(whole), quantity, total_);
        };
        const Decimal fee = share(whole_.fee, fee_);
        const Decimal profit = share(whole_.realized_pnl, profit_);
        rest_ = rest_ - quantity;
        fee_ = checked_sub(fee_, fee).value_or(Decimal{});
        if (!profit_.is_null()) profit_ = checked_sub(profit_, profit).value_or(Decimal{});
        part.quantity = quantity.to_abi();
        part.fee = fee.to_abi();
        part.realized_pnl = profit.to_abi();
        ++taken_;
        return part;
    }

  private:
    [[nodiscard]] std::string name(const tradectl_id& id) const {
        const std::string text(market::id_text(id));
        return taken_ == 0 ? text : text + "#" + std::to_string(taken_ + 1);
    }

    tradectl_fill_event whole_;
    Decimal total_;
    Decimal rest_;
    Decimal fee_;
    Decimal profit_;
    std::size_t taken_ = 0;
};

}  // namespace

/// A venue knows accounts, not strategies: the fill goes to the strategies that hold what it
/// closed, in the config's order, each with its share of fee and profit. A rest that nobody holds
/// is a difference that only an operator can explain. What an earlier run booked of it is not
/// booked again: a venue tells at its start what it told before.
void Pipeline::on_venue_fill(std::uint32_t exchange, const tradectl_fill_event& fill) {
    const std::string& venue = trading_.exchanges[exchange]->name();
    Parts parts(fill);
    while (trading_.booked && !parts.rest().is_zero()) {
        const auto booked = trading_.booked(venue, parts.next());
        if (!booked || !booked->quantity.is_positive()) break;
        parts.take(std::min(booked->quantity, parts.rest()));
    }
    for (auto& runner : trading_.runners) {
        if (runner->account() != fill.account || runner->exchange() != exchange) continue;
        const Decimal quantity =
            std::min(closable(*runner, fill.header.instrument, fill.side), parts.rest());
        if (quantity.is_positive()) book_venue_order(*runner, parts.take(quantity));
    }
    if (parts.rest().is_zero()) return;
    const std::string text = "the venue's own order " +
                             std::string(market::id_text(fill.client_order_id)) + " closed " +
                             parts.rest().to_string() + " that no strategy holds";
    log(LogLevel::Error, "engine", text);
    scribe_.note(wal::NoteKind::Fault, "host", text);
    halt_instrument(fill.header.instrument, text);
}

void Pipeline::book_venue_order(StrategyRunner& runner, const tradectl_fill_event& fill) {
    auto entry = std::make_unique<OrderEntry>();
    entry->runner = runner.index();
    entry->exchange = runner.exchange();
    entry->deduct_op = trading_.take_op();
    entry->txn_id = TxnId{entry->deduct_op.value};
    entry->trigger_time = trading_.clock.now();
    // For cash nothing can be liquidated: the market is over, and paid.
    const bool pays = !is_margin(*trading_.table.instrument(fill.header.instrument));
    entry->exit_reason = pays ? TRADECTL_REASON_EXIT_MARKET_CLOSE : TRADECTL_REASON_LIQUIDATION;
    entry->reduces = true;
    entry->by_venue = true;
    entry->stage = Stage::Sent;
    entry->hold.side = fill.side;
    if (!pays) entry->hold.margin = Decimal{};
    entry->admission = std::make_unique<Admission>();

    execution::Order& order = entry->order;
    order.op_id = trading_.take_op();
    order.order_ref = runner.next_host_ref();
    order.instrument = fill.header.instrument;
    order.account = runner.account();
    order.side = fill.side;
    order.order_type = TRADECTL_ORDER_MARKET;
    order.time_in_force = TRADECTL_TIF_IOC;
    order.order_flags = TRADECTL_ORDER_REDUCE_ONLY;
    order.created = trading_.clock.now();
    order.updated = order.created;
    order.reason = entry->exit_reason;
    order.client_order_id = market::id_text(fill.client_order_id);
    if (auto set = execution::set_quantity(order, Decimal::from_abi(fill.quantity)); !set)
        return scribe_.fail_with(set.error());
    log(pays ? LogLevel::Info : LogLevel::Error,
        "engine",
        pays ? "a market is over and paid" : "the venue liquidated a position",
        {{"strategy", runner.name()},
         {"instrument", trading_.instrument_name(order.instrument)},
         {"quantity", order.order_qty.to_string()},
         {"price", Decimal::from_abi(fill.price).to_string()}});

    OrderEntry& added = trading_.orders.add(std::move(entry));
    ++trading_.counters.orders;
    scribe_.venue_order(added);
    settler_.update(added, {.kind = execution::UpdateKind::Sent, .time = trading_.clock.now()});
    settler_.fill(added, fill);
    exits_.on_fill(runner, fill.header.instrument);
}

}  // namespace tradectl::engine

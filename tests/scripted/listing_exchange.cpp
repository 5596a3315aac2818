// A venue whose instruments appear while it runs, as its settings say. Every order fills at once.
#include <tradectl/exchange.hpp>

#include <map>
#include <sstream>
#include <string>
#include <vector>

#ifndef LISTING_WIRE
#define LISTING_WIRE ""
#endif

namespace tradectl::scripted {
namespace {

/// Each step is "MS VERB WORD...": what it does so many milliseconds after it connected (-1: in
/// `connect`).
///
///     add NAME SYMBOL [TICK] [STATUS]   makes an instrument known; what came of it is kept
///     quote SYMBOL BID ASK              tick SYMBOL TICK
///     resolve SYMBOL PRICE              it is over, and pays that
///     copy WALLET SYMBOL ID             a trade of a wallet that it was asked for
class ListingExchange final : public Exchange {
  public:
    struct Settings {
        TextListSetting steps{"steps", {.fallback = "[]"}, "what it does when"};
        BooleanSetting fills{"fills", {.fallback = true}, "orders fill; else nobody knows"};
        TextSetting holds{"holds", {.fallback = ""}, "an asset that the account has 5 of"};
    };
    Settings settings;

    Status connect(RequestId id) override {
        std::uint64_t timer = 0;
        for (const std::string& step : *settings.steps) {
            const std::int64_t ms = std::stoll(step);
            if (ms < 0)
                carry_out(step);
            else if (Status set = host().set_timer(timer, now().plus_ns(ms * 1'000'000)); !set)
                return set;
            ++timer;
        }
        host().complete_ok(id);
        return {};
    }
    Status on_timer(std::uint64_t id, Timestamp) override {
        carry_out((*settings.steps)[id]);
        return {};
    }
    Status subscribe(RequestId id, std::span<const Subscription> items) override {
        for (const Subscription& each : items) {
            const Subscription& item = each;
            if (!item.wallet.empty())
                keep("asked",
                     "wallet " + std::string(item.wallet) + " " + std::to_string(item.streams));
            else
                fed_[std::string(host().instrument(item.instrument)->venue_symbol())] =
                    item.instrument;
        }
        host().complete_ok(id);
        return {};
    }

    Status prepare(RequestId id, const Operation& operation) override {
        prepared_.insert_or_assign(id.value, operation.raw());
        host().complete_prepared(id,
                                 {.identity = operation.client_order_id(),
                                  .identity_class = IdentityClass::DuplicateRejected,
                                  .request = as_bytes(operation.client_order_id())});
        return {};
    }
    Status submit_prepared(RequestId id,
                           RequestId prepare_id,
                           std::span<const tradectl_signature>) override {
        const tradectl_operation order = prepared_.at(prepare_id.value);
        if (!*settings.fills) {
            host().complete_failed(id, {.code = ErrorCode::OutcomeUnknown, .text = "lost"});
            return {};
        }
        host().complete_submitted(id, "V" + std::to_string(order.op_id));
        auto fill = make_event<tradectl_fill_event>();
        fill.header.event_time = now().ns();
        fill.header.instrument = order.instrument;
        fill.side = order.side;
        fill.settlement = TRADECTL_SETTLEMENT_CONFIRMED;
        fill.account = order.account;
        fill.price = order.price;
        fill.quantity = order.quantity;
        fill.fee = (0_d).to_abi();
        fill.realized_pnl = Decimal::null().to_abi();
        fill.trade_id = to_id("T" + std::to_string(order.op_id));
        fill.client_order_id = order.client_order_id;
        fill.venue_order_id = to_id("V" + std::to_string(order.op_id));
        return host().publish(fill);
    }
    Status query_order(RequestId id, const OrderQuery&) override {
        host().complete_failed(id, {.code = ErrorCode::Unavailable, .text = "nobody knows"});
        return {};
    }
    Status open_orders(RequestId id, const Scope&) override {
        host().complete_orders(id, {}, {.completeness = Completeness::Complete, .as_of = now()});
        return {};
    }
    Status fills_since(RequestId id, const Scope&) override {
        host().complete_fills(id, {}, {.completeness = Completeness::Complete, .as_of = now()});
        return {};
    }
    Status balances(RequestId id, const Scope&) override {
        tradectl_balance_report report{};
        report.account = *host().find_account("main");
        report.total = report.free = (1000_d).to_abi();
        report.held = report.unsettled = (0_d).to_abi();
        report.asset = to_id("USD");
        std::vector<tradectl_balance_report> reports{report};
        report.total = report.free = (5_d).to_abi();
        report.asset = to_id(settings.holds->view());
        if (!settings.holds->empty()) reports.push_back(report);
        host().complete_balances(
            id, reports, {.completeness = Completeness::Complete, .as_of = now()});
        return {};
    }

  private:
    void keep(const std::string& kind, const std::string& text) {
        static_cast<void>(host().kv_put(kind + "/" + std::to_string(1000 + ++kept_), text));
    }
    void carry_out(const std::string& step) {
        std::istringstream words(step);
        std::string ms, verb, first, second, third, fourth;
        words >> ms >> verb >> first >> second >> third >> fourth;
        if (verb == "add") return add(first, second, third, fourth);
        if (verb == "quote")
            return tell_quote(first, *Decimal::parse(second), *Decimal::parse(third));
        if (verb == "copy") return copy(first, second, third);
        if (verb == "tick") return change(first, *Decimal::parse(second), Decimal::null());
        if (verb == "resolve") return change(first, Decimal::null(), *Decimal::parse(second));
    }
    void add(const std::string& name,
             const std::string& symbol,
             const std::string& tick,
             const std::string& status) {
        const tradectl_decimal none = Decimal::null().to_abi();
        tradectl_instrument record{};
        record.struct_size = sizeof record;
        record.kind = TRADECTL_INSTRUMENT_BINARY;
        record.status = status == "closed" ? TRADECTL_INSTRUMENT_CLOSED : TRADECTL_INSTRUMENT_OPEN;
        record.name = to_id(name);
        record.venue = to_id(name.substr(name.rfind('.') + 1));
        record.venue_symbol = to_id(symbol);
        record.base = to_id("T" + symbol);
        record.quote = record.settle = to_id("USD");
        record.tick = tick.empty() ? (0.01_d).to_abi() : Decimal::parse(tick)->to_abi();
        record.lot = (0.01_d).to_abi();
        record.quantity_min = record.quantity_max = record.notional_min = none;
        record.price_min = record.price_max = none;
        record.multiplier = (1_d).to_abi();
        record.close_time = TRADECTL_TIME_NONE;
        record.margin_initial = record.margin_maintenance = none;
        const auto added = host().add_instrument(Instrument{record});
        if (added) symbols_[symbol] = *added;
        keep("add",
             name + " " +
                 (added ? "handle " + std::to_string(*added)
                        : "code " + std::to_string(static_cast<int>(added.error().code))));
    }
    /// Whose market it is: the handle that the host asked for, or its own.
    [[nodiscard]] tradectl_instrument_handle fed(const std::string& symbol) {
        const auto found = fed_.find(symbol);
        return found == fed_.end() ? symbols_[symbol] : found->second;
    }
    void tell_quote(const std::string& symbol, Decimal bid, Decimal ask) {
        auto event = make_event<tradectl_quote_event>();
        event.header.event_time = now().ns();
        event.header.instrument = fed(symbol);
        event.bid_price = bid.to_abi();
        event.ask_price = ask.to_abi();
        event.bid_quantity = event.ask_quantity = (100_d).to_abi();
        static_cast<void>(host().publish(event));
    }
    void change(const std::string& symbol, Decimal tick, Decimal resolved_price) {
        auto event = make_event<tradectl_instrument_event>();
        event.header.event_time = now().ns();
        event.header.instrument = symbols_[symbol];
        event.resolved_price = resolved_price.to_abi();
        event.instrument = host().instrument(symbols_[symbol])->raw();
        if (!tick.is_null()) {
            event.change = TRADECTL_INSTRUMENT_TICK_CHANGED;
            event.instrument.tick = tick.to_abi();
        } else {
            event.change = TRADECTL_INSTRUMENT_STATUS_CHANGED;
            event.instrument.status = TRADECTL_INSTRUMENT_RESOLVED;
        }
        static_cast<void>(host().publish(event));
    }
    void copy(const std::string& wallet, const std::string& symbol, const std::string& id) {
        auto event = make_event<tradectl_activity_event>();
        event.header.event_time = now().ns();
        event.header.instrument = symbols_[symbol];
        event.activity = TRADECTL_ACTIVITY_TRADE;
        event.side = TRADECTL_SIDE_BUY;
        event.price = (0.5_d).to_abi();
        event.quantity = (10_d).to_abi();
        event.wallet = to_id(wallet);
        event.activity_id = to_id(id);
        static_cast<void>(host().publish(event));
    }

    std::map<std::uint64_t, tradectl_operation> prepared_;
    std::map<std::string, tradectl_instrument_handle> symbols_;
    std::map<std::string, tradectl_instrument_handle> fed_;
    int kept_ = 0;
};

}  // namespace
}  // namespace tradectl::scripted

TRADECTL_EXCHANGE_PLUGIN(tradectl::scripted::ListingExchange,
                         .id = "listing-exchange",
                         .version = "0.1.0",
                         .description = "lists instruments while it runs",
                         .wire = LISTING_WIRE);

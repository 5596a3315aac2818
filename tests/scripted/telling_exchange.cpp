// A venue that keeps what it did, and says of it what its settings want: the truth, half of it, or
// something else.
#include <tradectl/exchange.hpp>

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tradectl::scripted {
namespace {

/// `script`: what happens to an order: fill, half, rest. `tells`: what it says when asked, words
/// with a + between them:
///
///     truth           all of it
///     orphan          an open order more
///     nameless        the same, without a client order id
///     orphan_later    the same, but not when it is asked for the first time
///     stranger        an open order more, in an instrument of its own
///     hides_orders    no open order, and by id it says that they are open
///     forgets_orders  no order at all
///     partial         lists of orders that are not complete
///     partial_fills   a list of fills that is not complete
///     silent          no answer to a list of orders
///     silent_later    the same, but not when it is asked for the first time
///     gone            the first page of fills, and then nothing
///     endless         the same page of fills again and again
///     half_page       a page of fills that is not complete, and then one that is
///     extra_fill      a fill more
///     no_fills        no fill, and orders that count them
///     lost_fills      no fill, and orders that do not count them
///     two_totals      two totals of each balance
///     old             answers of an hour ago
///     position        a position in an instrument of its own
///     more_money      one more of everything
///     down            it cannot be reached
///     early           a clock that is a minute ahead
class TellingExchange final : public Exchange {
  public:
    struct Settings {
        TextSetting script{"script", {.fallback = "fill"}, "what happens to an order"};
        TextSetting tells{"tells", {.fallback = "truth"}, "what it says when asked"};
        DecimalSetting price{"price", {.fallback = 100_d}, "of an order without a limit"};
        DecimalMapSetting balances{"balances", {}, "of each account, by asset"};
        DecimalSetting margin{"margin", {.fallback = 0_d}, "position in the first instrument"};
    };
    Settings settings;

    Status on_start() override {
        for (const auto& [asset, total] : *settings.balances) {
            const auto kept = host().kv_get("total/" + asset);
            totals_[asset] = kept ? Decimal::parse(as_text(*kept)).value_or(total) : total;
        }
        return {};
    }
    Status connect(RequestId id) override {
        if (tells("down"))
            host().complete_failed(id, {.code = ErrorCode::Unavailable, .text = "nobody is there"});
        else
            host().complete_ok(id);
        return {};
    }

    Status prepare(RequestId id, const Operation& operation) override {
        prepared_.insert_or_assign(id.value, operation.raw());
        const bool is_order = operation.kind() == OperationKind::Order;
        const auto identity =
            is_order ? operation.client_order_id() : operation.target_client_order_id();
        host().complete_prepared(id,
                                 {.identity = identity,
                                  .identity_class = IdentityClass::DuplicateRejected,
                                  .request = as_bytes(identity)});
        return {};
    }

    Status submit_prepared(RequestId id,
                           RequestId prepare_id,
                           std::span<const tradectl_signature>) override {
        const tradectl_operation order = prepared_.at(prepare_id.value);
        prepared_.erase(prepare_id.value);
        if (order.kind == TRADECTL_OPERATION_CANCEL) return cancel(id, order);
        Note note{};
        note.client_order_id = order.client_order_id;
        note.venue_order_id = to_id("V" + std::to_string(order.op_id));
        note.instrument = order.instrument;
        note.account = order.account;
        note.quantity = order.quantity;
        note.filled = (0_d).to_abi();
        const Decimal limit = Decimal::from_abi(order.price);
        note.price = (limit.is_null() ? *settings.price : limit).to_abi();
        note.time = now().ns();
        note.side = order.side;
        note.open = 1;
        host().complete_submitted(id, view(note.venue_order_id));
        const Decimal all = Decimal::from_abi(order.quantity);
        if (*settings.script == "fill") fill(note, all);
        if (*settings.script == "half") fill(note, *checked_div(all, 2_d, Rounding::Down));
        keep("order/", note.client_order_id, note);
        return {};
    }

    Status query_order(RequestId id, const OrderQuery& query) override {
        const auto note = kept(query.client_order_id());
        if (note && !tells("forgets_orders")) {
            const tradectl_order_report report = order_report(*note);
            host().complete_orders(id, {&report, 1}, coverage());
        } else {
            host().complete_failed(id, {.code = ErrorCode::NotFound, .coverage = coverage()});
        }
        return {};
    }

    Status open_orders(RequestId id, const Scope&) override {
        const bool first = ++lists_ == 1;
        if (tells("silent") || (tells("silent_later") && !first)) return {};
        std::vector<tradectl_order_report> items;
        if (!tells("hides_orders") && !tells("forgets_orders")) {
            each_kept("order/", [&](const Note& note) {
                if (note.open != 0) items.push_back(order_report(note));
            });
        }
        if (tells("orphan") || (tells("orphan_later") && !first))
            items.push_back(order_report(made_up("orphan-1")));
        if (tells("nameless")) {
            items.push_back(order_report(made_up("orphan-1")));
            items.back().client_order_id = {};
        }
        if (tells("stranger")) {
            items.push_back(order_report(made_up("stranger-1")));
            items.back().instrument = TRADECTL_HANDLE_NONE;
        }
        Coverage said = coverage();
        if (tells("partial")) said.completeness = Completeness::Partial;
        host().complete_orders(id, items, said);
        return {};
    }

    Status fills_since(RequestId id, const Scope& scope) override {
        if (tells("gone") && !scope.cursor().empty())
            return fail(ErrorCode::Unavailable, "closed for the night");
        std::vector<tradectl_fill_report> items;
        if (!tells("no_fills") && !tells("lost_fills"))
            each_kept("fill/", [&](const Note& note) { items.push_back(fill_report(note)); });
        if (tells("extra_fill")) items.push_back(fill_report(made_up("extra-1")));
        Coverage said = coverage();
        const bool goes_on = tells("gone") || tells("endless");
        const bool first = scope.cursor().empty();
        if (tells("partial_fills") || (tells("half_page") && first))
            said.completeness = Completeness::Partial;
        if (goes_on || (tells("half_page") && first)) said.cursor = "more";
        host().complete_fills(id, items, said);
        return {};
    }

    Status server_time(RequestId id) override {
        if (tells("silent")) return {};
        host().complete_server_time(id, tells("early") ? now().plus_ns(kNsPerMinute) : now());
        return {};
    }
    Status positions(RequestId id, const Scope&) override {
        std::vector<tradectl_position_report> items;
        const auto add = [&](tradectl_instrument_handle instrument, Decimal quantity) {
            tradectl_position_report report{};
            report.instrument = instrument;
            report.account = *host().find_account("main");
            report.quantity = quantity.to_abi();
            report.average_price = settings.price->to_abi();
            items.push_back(report);
        };
        if (!settings.margin->is_zero()) add(0, *settings.margin);
        if (tells("position")) add(TRADECTL_HANDLE_NONE, 7_d);
        host().complete_positions(id, items, coverage());
        return {};
    }

    Status balances(RequestId id, const Scope&) override {
        std::vector<tradectl_balance_report> items;
        for (const auto& [asset, total] : totals_) {
            tradectl_balance_report report{};
            report.account = *host().find_account("main");
            report.total = (tells("more_money") ? total + 1_d : total).to_abi();
            report.free = report.total;
            report.held = (0_d).to_abi();
            report.asset = to_id(asset);
            items.push_back(report);
            if (!tells("two_totals")) continue;
            report.total = (total + 1_d).to_abi();
            items.push_back(report);
        }
        host().complete_balances(id, items, coverage());
        return {};
    }

  private:
    /// An order or a fill, as bytes in its store: they outlive it, as at a real venue.
    struct Note {
        tradectl_id client_order_id;
        tradectl_id venue_order_id;
        tradectl_id trade_id;
        tradectl_instrument_handle instrument;
        tradectl_account_handle account;
        tradectl_decimal quantity;
        tradectl_decimal filled;
        tradectl_decimal price;
        tradectl_time time;
        std::uint8_t side;
        std::uint8_t open;
        std::uint8_t unused[6];
    };

    /// One of the setting's words, which have a + between them.
    [[nodiscard]] bool tells(std::string_view what) const {
        const std::string all = "+" + std::string(settings.tells->view()) + "+";
        return all.find("+" + std::string(what) + "+") != std::string::npos;
    }
    [[nodiscard]] Coverage coverage() const {
        const Timestamp as_of = tells("old") ? now().plus_ns(-kNsPerHour) : now();
        return {.completeness = Completeness::Complete, .as_of = as_of};
    }
    void keep(const std::string& prefix, const tradectl_id& id, const Note& note) {
        const std::string_view bytes(reinterpret_cast<const char*>(&note), sizeof(note));
        static_cast<void>(host().kv_put(prefix + std::string(view(id)), bytes));
    }
    static Note note_of(Bytes value) {
        Note note{};
        std::memcpy(&note, value.data(), std::min(value.size(), sizeof(note)));
        return note;
    }
    std::optional<Note> kept(std::string_view client_order_id) {
        const auto value = host().kv_get("order/" + std::string(client_order_id));
        if (!value) return std::nullopt;
        return note_of(*value);
    }
    template <typename Visit>
    void each_kept(std::string_view prefix, Visit&& visit) {
        static_cast<void>(
            host().kv_each(prefix, [&](std::string_view, Bytes value) { visit(note_of(value)); }));
    }
    Note made_up(std::string_view name) {
        Note note{};
        note.client_order_id = note.venue_order_id = note.trade_id = to_id(name);
        note.account = *host().find_account("main");
        note.quantity = (3_d).to_abi();
        note.price = settings.price->to_abi();
        note.filled = (0_d).to_abi();
        note.side = TRADECTL_SIDE_BUY;
        note.open = 1;
        return note;
    }
    tradectl_order_report order_report(const Note& note) {
        tradectl_order_report report{};
        report.instrument = note.instrument;
        report.account = note.account;
        report.status =
            note.open != 0 ? TRADECTL_ORDER_STATUS_ACKNOWLEDGED : TRADECTL_ORDER_STATUS_FILLED;
        report.side = note.side;
        report.price = note.price;
        report.order_qty = note.quantity;
        report.filled_qty = tells("lost_fills") ? (0_d).to_abi() : note.filled;
        report.average_price = Decimal::null().to_abi();
        report.updated = note.time;
        report.client_order_id = note.client_order_id;
        report.venue_order_id = note.venue_order_id;
        return report;
    }
    static tradectl_fill_report fill_report(const Note& note) {
        tradectl_fill_report report{};
        report.instrument = note.instrument;
        report.account = note.account;
        report.side = note.side;
        report.settlement = TRADECTL_SETTLEMENT_CONFIRMED;
        report.price = note.price;
        report.quantity = note.quantity;
        report.fee = (0_d).to_abi();
        report.time = note.time;
        report.trade_id = note.trade_id;
        report.client_order_id = note.client_order_id;
        report.venue_order_id = note.venue_order_id;
        report.fee_asset = to_id("USD");
        report.realized_pnl = Decimal::null().to_abi();
        return report;
    }

    Status cancel(RequestId id, const tradectl_operation& order) {
        if (tells("nameless") && (!view(order.target_client_order_id).empty() ||
                                  view(order.target_venue_order_id) != "orphan-1"))
            return fail(ErrorCode::Rejected, "no such order");
        host().complete_ok(id);
        auto event = make_event<tradectl_order_event>();
        event.header.event_time = now().ns();
        event.status = TRADECTL_ORDER_STATUS_CANCELED;
        event.client_order_id = order.target_client_order_id;
        static_cast<void>(host().publish(event));
        if (auto note = kept(view(order.target_client_order_id))) {
            note->open = 0;
            keep("order/", order.target_client_order_id, *note);
        }
        return {};
    }

    void fill(Note& order, Decimal quantity) {
        auto event = make_event<tradectl_fill_event>();
        event.realized_pnl = Decimal::null().to_abi();  // the host works it out
        event.header.event_time = now().ns();
        event.header.instrument = order.instrument;
        event.side = order.side;
        event.settlement = TRADECTL_SETTLEMENT_CONFIRMED;
        event.account = order.account;
        event.price = order.price;
        event.quantity = quantity.to_abi();
        event.fee = (0_d).to_abi();
        event.trade_id = to_id("T" + std::string(view(order.venue_order_id)));
        event.client_order_id = order.client_order_id;
        event.venue_order_id = order.venue_order_id;
        static_cast<void>(host().publish(event));
        Note fill = order;
        fill.trade_id = event.trade_id;
        fill.quantity = event.quantity;
        keep("fill/", fill.trade_id, fill);
        order.filled = event.quantity;
        order.open = quantity == Decimal::from_abi(order.quantity) ? 0 : 1;
        pay(order.side, quantity, Decimal::from_abi(order.price));
    }
    void pay(std::uint8_t side, Decimal quantity, Decimal price) {
        const Decimal bought = side == TRADECTL_SIDE_BUY ? quantity : -quantity;
        totals_["BTC"] = totals_["BTC"] + bought;
        totals_["USD"] = totals_["USD"] - *checked_mul(bought, price, Rounding::HalfEven);
        for (const auto& [asset, total] : totals_)
            static_cast<void>(host().kv_put("total/" + asset, total.to_string()));
    }

    int lists_ = 0;  // of orders, that it was asked for
    std::map<std::string, Decimal> totals_;
    std::map<std::uint64_t, tradectl_operation> prepared_;
};

}  // namespace
}  // namespace tradectl::scripted

TRADECTL_EXCHANGE_PLUGIN(tradectl::scripted::TellingExchange,
                         .id = "telling-exchange",
                         .version = "0.1.0",
                         .description = "tells of what it did as its settings say");

// A venue that treats every order as its settings say.
#include <tradectl/exchange.hpp>

#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace tradectl::scripted {
namespace {

/// What `script` may be, and what happens then to an order:
///
///     fill               acknowledged, then filled whole
///     rest               acknowledged; stays open until it is canceled
///     half               acknowledged, half filled, open
///     by_price           by the price's remainder by 4: fill, rest, half, reject; at market: fill
///     reject             refused
///     unknown            sent, and nobody knows what became of it
///     unknown_stays      the same, and its cancels are refused
///     unknown_fill       as unknown, and then its fill comes
///     stale              refused for how it was built, each time
///     stale_once         the same, the first time; then it rests
///     stale_stuck        the same, and then its prepare never ends
///     internal           the plugin says that it failed inside
///     silent             no answer ever
///     fill_first         the fill comes before the acknowledgement
///     twice              the same fill is told twice
///     fails_first        its fill's settlement failed; that it was matched is told afterwards
///     undoes             buys fill and are not settled; a sale fills, then the last buy's failed
///     cancel_fill        canceled by the venue, then the fill that crossed it
///     too_much           a fill of more than was ordered
///     stray              acknowledged, and a fill of an order that nobody knows
///     liquidates         buys fill; a sale does not, but the venue sells 3 by an order of its own
///     one_way            buys fill; a sale rests, and its cancels are refused
///     prepare_fails      cannot be encoded
///     wants_signature    asks for a signature
///     throws             the plugin throws while it sends
///     breaks             it throws through the C border, which no plugin may
class ScriptedExchange final : public Exchange {
  public:
    struct Settings {
        TextSetting script{"script", {.fallback = "fill"}, "what happens to an order"};
        TextSetting absent{"absent",
                           {.fallback = "complete", .choices = {"complete", "unknown"}},
                           "what the absence of an order proves"};
        TextSetting listing{"listing",
                            {.fallback = "none", .choices = {"none", "filled", "open", "crossing"}},
                            "how it lists an order that it never heard of"};
        BooleanSetting listing_later{
            "listing_later", {.fallback = false}, "lists nothing until an order was sent"};
        DecimalSetting price{"price", {.fallback = 100_d}, "of an order without a limit"};
        DecimalMapSetting balances{"balances", {}, "of each account, by asset"};
        BooleanSetting fenced{"fenced", {.fallback = true}, "requests have a fence of time"};
        TextSetting orphan{
            "orphan", {.fallback = ""}, "client order id of an open order of its own"};
        TextSetting orphan_fill{
            "orphan_fill", {.fallback = ""}, "client order id of a fill of its own"};
        BooleanSetting connects{"connects", {.fallback = true}, "whether it can be reached"};
        BooleanSetting admits{"admits", {.fallback = true}, "whether it takes our credentials"};
        BooleanSetting tells{"tells", {.fallback = true}, "whether it tells its balances"};
    };
    Settings settings;

    /// What its accounts hold outlives it, as at a real venue.
    Status on_start() override {
        for (const auto& [asset, total] : *settings.balances) {
            const auto kept = host().kv_get("total/" + asset);
            totals_[asset] = kept ? Decimal::parse(as_text(*kept)).value_or(total) : total;
        }
        if (listing() == "filled") move(TRADECTL_SIDE_BUY, 1_d, *settings.price);
        return {};
    }

    Status connect(RequestId id) override {
        if (!*settings.admits) {
            host().complete_failed(id, {.code = ErrorCode::Authentication, .text = "who is there"});
        } else if (*settings.connects) {
            host().complete_ok(id);
        } else {
            host().complete_failed(id, {.code = ErrorCode::Unavailable, .text = "down for lunch"});
        }
        return {};
    }

    Status prepare(RequestId id, const Operation& operation) override {
        if (*settings.script == "prepare_fails") {
            return fail(ErrorCode::InvalidArgument, "cannot be encoded");
        }
        if (*settings.script == "stale_stuck" && was_stale_) return {};
        prepared_.insert_or_assign(id.value, operation.raw());
        const bool is_order = operation.kind() == OperationKind::Order;
        const auto identity =
            is_order ? operation.client_order_id() : operation.target_client_order_id();
        tradectl_sign_request sign{};
        sign.struct_size = sizeof sign;
        const bool wants = is_order && *settings.script == "wants_signature";
        host().complete_prepared(id,
                                 {.identity = identity,
                                  .identity_class = IdentityClass::DuplicateRejected,
                                  .fence = *settings.fenced ? Fence::Time : Fence::None,
                                  .fence_value = *settings.fenced ? now().ns() : 0,
                                  .request = as_bytes(identity),
                                  .sign = wants ? std::span<const tradectl_sign_request>(&sign, 1)
                                                : std::span<const tradectl_sign_request>()});
        return {};
    }

    Status submit_prepared(RequestId id,
                           RequestId prepare_id,
                           std::span<const tradectl_signature>) override {
        const tradectl_operation order = prepared_.at(prepare_id.value);
        prepared_.erase(prepare_id.value);
        if (order.kind == TRADECTL_OPERATION_CANCEL) return cancel(id, order);
        const bool listed_before = listing() == "filled";
        sent_ = true;
        last_ = order;
        if (!listed_before && listing() == "filled") move(TRADECTL_SIDE_BUY, 1_d, *settings.price);
        const std::string_view script =
            *settings.script == "by_price" ? script_of(order) : settings.script->view();
        if (script == "reject") {
            host().complete_rejected(id, TRADECTL_REASON_VENUE_REJECTED, "not today");
            return {};
        }
        const bool was_stale = std::exchange(was_stale_, true);
        if (script == "stale" || script == "stale_stuck" ||
            (script == "stale_once" && !was_stale)) {
            host().complete_rejected(id, TRADECTL_REASON_PREPARE_FAILED, "of another version");
            return {};
        }
        if (script == "internal") return fail(ErrorCode::Internal, "lost my mind");
        if (script == "throws") throw std::runtime_error("half sent");
        if (script == "silent") return {};
        if (script.starts_with("unknown")) {
            host().complete_failed(id, {.code = ErrorCode::OutcomeUnknown, .text = "timed out"});
            if (script == "unknown_fill") publish_fill(order, quantity_of(order), "1");
            return {};
        }
        if (script == "fill_first") publish_fill(order, quantity_of(order), "1");
        host().complete_submitted(id, venue_id(order));
        after_acknowledgement(script, order);
        return {};
    }

    Status query_order(RequestId id, const OrderQuery& query) override {
        // The second "no such order" crosses a fill of its half.
        const bool crosses = listing() == "crossing" && sent_ && ++crossing_ == 2;
        if (crosses)
            publish_fill(last_, *checked_div(quantity_of(last_), 2_d, Rounding::Down), "1");
        if (listing() == "none" || listing() == "crossing") {
            const bool complete = *settings.absent == "complete";
            const Coverage coverage{
                .completeness = complete ? Completeness::Complete : Completeness::Unknown,
                .as_of = complete_now().as_of};
            host().complete_failed(id, {.code = ErrorCode::NotFound, .coverage = coverage});
            return {};
        }
        const bool filled = listing() == "filled";
        tradectl_order_report report{};
        report.instrument = query.instrument();
        report.account = query.account();
        report.status = filled ? TRADECTL_ORDER_STATUS_FILLED : TRADECTL_ORDER_STATUS_ACKNOWLEDGED;
        report.filled_qty = (filled ? 1_d : 0_d).to_abi();
        report.updated = now().ns();
        report.client_order_id = to_id(query.client_order_id());
        report.venue_order_id = to_id("V-listed");
        listed_ = query.client_order_id();
        host().complete_orders(id, {&report, 1}, complete_now());
        return {};
    }

    Status fills_since(RequestId id, const Scope& scope) override {
        tradectl_fill_report fill{};
        fill.instrument = scope.instrument();
        fill.account = scope.account();
        fill.side = TRADECTL_SIDE_BUY;
        fill.price = settings.price->to_abi();
        fill.quantity = (1_d).to_abi();
        fill.fee = (0_d).to_abi();
        fill.time = now().ns();
        fill.trade_id = to_id("T-listed");
        fill.client_order_id = to_id(listed_);
        if (!settings.orphan_fill->empty())
            fill.client_order_id = to_id(settings.orphan_fill->view());
        const bool filled = listing() == "filled" || !settings.orphan_fill->empty();
        host().complete_fills(id,
                              filled ? std::span<const tradectl_fill_report>(&fill, 1)
                                     : std::span<const tradectl_fill_report>(),
                              complete_now());
        return {};
    }

    Status open_orders(RequestId id, const Scope&) override {
        std::vector<tradectl_order_report> open;
        if (!settings.orphan->empty()) {
            tradectl_order_report report{};
            report.account = *host().find_account("main");
            report.status = TRADECTL_ORDER_STATUS_ACKNOWLEDGED;
            report.client_order_id = to_id(settings.orphan->view());
            open.push_back(report);
        }
        host().complete_orders(id, open, complete_now());
        return {};
    }

    Status balances(RequestId id, const Scope&) override {
        if (!*settings.tells) return fail(ErrorCode::Unsupported, "markets alone");
        std::vector<tradectl_balance_report> reports;
        for (const auto& [asset, total] : totals_) {
            tradectl_balance_report report{};
            report.account = *host().find_account("main");
            report.total = total.to_abi();
            report.free = total.to_abi();
            report.held = (0_d).to_abi();
            report.asset = to_id(asset);
            reports.push_back(report);
        }
        host().complete_balances(id, reports, complete_now());
        return {};
    }

  private:
    [[nodiscard]] std::string_view listing() const {
        return *settings.listing_later && !sent_ ? "none" : settings.listing->view();
    }
    /// Its clock is ahead by three seconds more at every question, so that nobody waits for it.
    [[nodiscard]] Coverage complete_now() {
        ahead_ns_ += 3 * kNsPerSecond;
        return {.completeness = Completeness::Complete, .as_of = now().plus_ns(ahead_ns_)};
    }
    /// Base and quote of a fill, and no fee.
    void move(std::uint8_t side, Decimal quantity, Decimal price) {
        const Decimal signed_quantity = side == TRADECTL_SIDE_BUY ? quantity : -quantity;
        const auto cost = checked_mul(signed_quantity, price, Rounding::HalfEven);
        totals_["BTC"] = totals_["BTC"] + signed_quantity;
        totals_["USD"] = totals_["USD"] - *cost;
        for (const auto& [asset, total] : totals_)
            static_cast<void>(host().kv_put("total/" + asset, total.to_string()));
    }
    static Decimal quantity_of(const tradectl_operation& order) {
        return Decimal::from_abi(order.quantity);
    }
    static std::string_view script_of(const tradectl_operation& order) {
        constexpr std::string_view kScripts[] = {"fill", "rest", "half", "reject"};
        const Decimal price = Decimal::from_abi(order.price);
        if (price.is_null()) return "fill";
        const auto units = static_cast<std::int64_t>(price.raw() / Decimal::from_int(1).raw());
        return kScripts[units % 4];
    }
    static std::string venue_id(const tradectl_operation& order) {
        return "V" + std::to_string(order.op_id);
    }

    void after_acknowledgement(std::string_view script, const tradectl_operation& order) {
        const Decimal all = quantity_of(order);
        if (script == "fill" || (script == "one_way" && order.side == TRADECTL_SIDE_BUY))
            return publish_fill(order, all, "1");
        if (script == "liquidates") {
            if (order.side == TRADECTL_SIDE_BUY) return publish_fill(order, all, "1");
            tradectl_operation own = order;
            own.client_order_id = to_id("liquidation-1");
            own.price = Decimal::null().to_abi();
            publish_fill(
                own, 3_d, "L", TRADECTL_SETTLEMENT_CONFIRMED, TRADECTL_EVENT_FLAG_VENUE_ORDER);
        }
        if (script == "half") publish_fill(order, *checked_div(all, 2_d, Rounding::Down), "1");
        if (script == "too_much") publish_fill(order, *checked_add(all, all), "1");
        if (script == "twice") {
            publish_fill(order, *checked_div(all, 2_d, Rounding::Down), "1");
            publish_fill(order, *checked_div(all, 2_d, Rounding::Down), "1");
        }
        if (script == "fails_first") {
            publish_fill(order, all, "1", TRADECTL_SETTLEMENT_FAILED);
            publish_fill(order, all, "1", TRADECTL_SETTLEMENT_MATCHED);
        }
        if (script == "undoes" && order.side == TRADECTL_SIDE_BUY) {
            publish_fill(order, all, "1", TRADECTL_SETTLEMENT_MATCHED);
            undoable_ = order;
        } else if (script == "undoes") {
            publish_fill(order, all, "1");
            publish_fill(undoable_, quantity_of(undoable_), "1", TRADECTL_SETTLEMENT_FAILED);
            move(TRADECTL_SIDE_SELL, quantity_of(undoable_), Decimal::from_abi(undoable_.price));
        }
        if (script == "cancel_fill") {
            publish_canceled(order.client_order_id);
            publish_fill(order, all, "1");
        }
        if (script == "stray") {
            tradectl_operation other = order;
            other.client_order_id = to_id("nobody");
            publish_fill(other, all, "9");
        }
    }

    Status cancel(RequestId id, const tradectl_operation& order) {
        if (*settings.script == "one_way" || *settings.script == "unknown_stays") {
            host().complete_rejected(id, TRADECTL_REASON_VENUE_REJECTED, "it stays");
            return {};
        }
        host().complete_ok(id);
        publish_canceled(order.target_client_order_id);
        return {};
    }

    void publish_canceled(const tradectl_id& client_order_id) {
        auto event = make_event<tradectl_order_event>();
        event.header.event_time = now().ns();
        event.status = TRADECTL_ORDER_STATUS_CANCELED;
        event.client_order_id = client_order_id;
        static_cast<void>(host().publish(event));
    }

    void publish_fill(const tradectl_operation& order,
                      Decimal quantity,
                      std::string_view trade,
                      std::uint8_t settlement = TRADECTL_SETTLEMENT_CONFIRMED,
                      std::uint16_t flags = 0) {
        auto event = make_event<tradectl_fill_event>();
        event.header.flags = flags;
        event.realized_pnl = Decimal::null().to_abi();  // the host works it out
        event.header.event_time = now().ns();
        event.header.instrument = order.instrument;
        event.side = order.side;
        event.settlement = settlement;
        event.account = order.account;
        const Decimal limit = Decimal::from_abi(order.price);
        event.price = (limit.is_null() ? *settings.price : limit).to_abi();
        event.quantity = quantity.to_abi();
        event.fee = (0_d).to_abi();
        event.trade_id = to_id("T" + std::to_string(order.op_id) + "-" + std::string(trade));
        event.client_order_id = order.client_order_id;
        event.venue_order_id = to_id(venue_id(order));
        static_cast<void>(host().publish(event));
        const std::string name(view(event.trade_id));
        const bool is_sound = *settings.script != "stray" && *settings.script != "too_much";
        if (is_sound && traded_.insert(name).second) {
            move(order.side, quantity, Decimal::from_abi(event.price));
        }
    }

    bool was_stale_ = false;
    bool sent_ = false;
    tradectl_operation undoable_{};
    tradectl_operation last_{};  // order that was sent
    int crossing_ = 0;
    std::int64_t ahead_ns_ = 0;
    std::map<std::string, Decimal> totals_;
    std::set<std::string> traded_;
    std::map<std::uint64_t, tradectl_operation> prepared_;
    std::string listed_;
};

using Instance = exchange_detail::Instance<ScriptedExchange>;

tradectl_status submit_or_break(tradectl_exchange* self,
                                std::uint64_t first,
                                const std::uint64_t* prepare_ids,
                                const tradectl_signature* const* signatures,
                                std::uint32_t count) {
    if (*Instance::of(self).exchange.settings.script == "breaks") {
        throw std::runtime_error("through the border");
    }
    return kExchangeApi<ScriptedExchange>.submit_prepared(
        self, first, prepare_ids, signatures, count);
}

constexpr tradectl_exchange_api make_api() {
    tradectl_exchange_api api = kExchangeApi<ScriptedExchange>;
    api.submit_prepared = submit_or_break;
    return api;
}
constexpr tradectl_exchange_api kApi = make_api();

}  // namespace
}  // namespace tradectl::scripted

TRADECTL_PLUGIN_DATA(tradectl::scripted::ScriptedExchange,
                     "exchange",
                     TRADECTL_FACTORY_EXCHANGE,
                     &tradectl::scripted::kApi,
                     .id = "scripted-exchange",
                     .version = "0.1.0",
                     .description = "treats orders as its script says");

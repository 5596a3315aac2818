// The plugin of a venue that the test owns: it translates and keeps nothing.
#include "tests/crash/venue_door.hpp"

#include <tradectl/exchange.hpp>

#include <charconv>
#include <map>
#include <string>

namespace tradectl::crash {
namespace {

constexpr std::int64_t kFenceNs = 5 * kNsPerSecond;

class CrashExchange final : public Exchange {
  public:
    struct Settings {
        TextSetting door{"door", {.fallback = "0"}, "address of the venue in this process"};
    };
    Settings settings;

    Status on_start() override {
        const auto text = settings.door->view();
        std::uintptr_t address = 0;
        std::from_chars(text.data(), text.data() + text.size(), address);
        door_ = reinterpret_cast<VenueDoor*>(address);
        told_ = door_->fills().size();
        return {};
    }
    Status connect(RequestId id) override {
        host().complete_ok(id);
        return {};
    }

    Status prepare(RequestId id, const Operation& operation) override {
        prepared_.insert_or_assign(id.value, operation.raw());
        const bool is_order = operation.kind() == OperationKind::Order;
        host().complete_prepared(id,
                                 {.identity = is_order ? operation.client_order_id()
                                                       : operation.target_client_order_id(),
                                  .identity_class = IdentityClass::DuplicateRejected,
                                  .fence = Fence::Time,
                                  .fence_value = door_->now().plus_ns(kFenceNs).ns()});
        return {};
    }

    Status submit_prepared(RequestId id,
                           RequestId prepare_id,
                           std::span<const tradectl_signature>) override {
        const tradectl_operation raw = prepared_.at(prepare_id.value);
        prepared_.erase(prepare_id.value);
        if (raw.kind == TRADECTL_OPERATION_CANCEL) {
            const std::string target(view(raw.target_client_order_id));
            answer(id, door_->cancel(target), raw, raw.target_client_order_id);
            return {};
        }
        VenueOrder order;
        order.id = view(raw.client_order_id);
        order.op_id = raw.op_id;
        order.side = raw.side;
        order.quantity = Decimal::from_abi(raw.quantity);
        order.price = Decimal::from_abi(raw.price);
        answer(id,
               door_->submit(order, Timestamp{raw.intent_time}.plus_ns(kFenceNs)),
               raw,
               raw.client_order_id);
        return {};
    }

    Status query_order(RequestId id, const OrderQuery& query) override {
        for (const VenueOrder& order : door_->orders()) {
            if (order.id != query.client_order_id() || order.shows > door_->now()) continue;
            const auto report = report_of(order);
            host().complete_orders(id, {&report, 1}, coverage());
            return {};
        }
        host().complete_failed(id, {.code = ErrorCode::NotFound, .coverage = coverage()});
        return {};
    }

    Status open_orders(RequestId id, const Scope&) override {
        std::vector<tradectl_order_report> reports;
        for (const VenueOrder& order : door_->orders()) {
            const bool open = order.status == TRADECTL_ORDER_STATUS_ACKNOWLEDGED ||
                              order.status == TRADECTL_ORDER_STATUS_PARTIALLY_FILLED;
            if (open && order.shows <= door_->now()) reports.push_back(report_of(order));
        }
        host().complete_orders(id, reports, coverage());
        return {};
    }

    Status fills_since(RequestId id, const Scope& scope) override {
        std::vector<tradectl_fill_report> reports;
        for (const VenueFill& fill : door_->fills()) {
            if (fill.time < scope.since() || fill.shows > door_->now()) continue;
            tradectl_fill_report report{};
            report.instrument = *host().find_instrument("BTC-USD.x");
            report.account = *host().find_account("main");
            report.side = fill.side;
            report.settlement = TRADECTL_SETTLEMENT_CONFIRMED;
            report.price = fill.price.to_abi();
            report.quantity = fill.quantity.to_abi();
            report.fee = Decimal().to_abi();
            report.time = fill.time.ns();
            report.trade_id = to_id(fill.trade_id);
            report.client_order_id = to_id(fill.id);
            report.venue_order_id = to_id("V" + std::to_string(fill.op_id));
            reports.push_back(report);
        }
        host().complete_fills(id, reports, coverage());
        return {};
    }

    Status balances(RequestId id, const Scope&) override {
        std::vector<tradectl_balance_report> reports;
        for (const char* asset : {"USD", "BTC"}) {
            tradectl_balance_report report{};
            report.account = *host().find_account("main");
            const Decimal total = asset[0] == 'U' ? door_->usd() : door_->btc();
            report.total = report.free = total.to_abi();
            report.held = Decimal().to_abi();
            report.asset = to_id(asset);
            reports.push_back(report);
        }
        host().complete_balances(id, reports, coverage());
        return {};
    }

  private:
    Coverage coverage() {
        return {.completeness = Completeness::Complete, .as_of = door_->shown_until()};
    }

    tradectl_order_report report_of(const VenueOrder& order) {
        tradectl_order_report report{};
        report.instrument = *host().find_instrument("BTC-USD.x");
        report.account = *host().find_account("main");
        report.status = order.status;
        report.side = order.side;
        report.order_qty = order.quantity.to_abi();
        report.filled_qty = order.filled.to_abi();
        report.updated = door_->now().ns();
        report.client_order_id = to_id(order.id);
        report.venue_order_id = to_id("V" + std::to_string(order.op_id));
        return report;
    }

    void answer(RequestId id,
                const Reply& reply,
                const tradectl_operation& raw,
                const tradectl_id& order) {
        switch (reply.kind) {
            case Reply::Kind::Taken:
                host().complete_submitted(id, "V" + std::to_string(raw.op_id));
                break;
            case Reply::Kind::Refused:
                host().complete_rejected(id, TRADECTL_REASON_VENUE_REJECTED, "refused");
                break;
            case Reply::Kind::Unknown:
                host().complete_failed(id, {.code = ErrorCode::OutcomeUnknown, .text = "502"});
                break;
            case Reply::Kind::Silent: break;
        }
        for (int i = 1; i < reply.acknowledgements; ++i)
            tell(order, TRADECTL_ORDER_STATUS_ACKNOWLEDGED);
        tell_fills(raw, reply.tells);
        if (reply.kind != Reply::Kind::Taken) return;
        for (const VenueOrder& state : door_->orders()) {
            if (state.id == view(order) && state.status == TRADECTL_ORDER_STATUS_CANCELED)
                tell(order, TRADECTL_ORDER_STATUS_CANCELED);
        }
    }

    void tell(const tradectl_id& order, std::uint32_t status) {
        auto event = make_event<tradectl_order_event>();
        event.header.event_time = door_->now().ns();
        event.status = status;
        event.client_order_id = order;
        event.filled_qty = Decimal::null().to_abi();
        static_cast<void>(host().publish(event));
    }

    void tell_fills(const tradectl_operation& raw, int times) {
        const auto fills = door_->fills();
        for (; times > 0 && told_ < fills.size(); ++told_) {
            const VenueFill& fill = fills[told_];
            auto event = make_event<tradectl_fill_event>();
            event.header.event_time = fill.time.ns();
            event.header.instrument = *host().find_instrument("BTC-USD.x");
            event.realized_pnl = Decimal::null().to_abi();
            event.side = fill.side;
            event.settlement = TRADECTL_SETTLEMENT_CONFIRMED;
            event.account = raw.account;
            event.price = fill.price.to_abi();
            event.quantity = fill.quantity.to_abi();
            event.fee = Decimal().to_abi();
            event.trade_id = to_id(fill.trade_id);
            event.client_order_id = to_id(fill.id);
            event.venue_order_id = to_id("V" + std::to_string(fill.op_id));
            for (int i = 0; i < times; ++i)
                static_cast<void>(host().publish(event));
        }
    }

    VenueDoor* door_ = nullptr;
    std::size_t told_ = 0;
    std::map<std::uint64_t, tradectl_operation> prepared_;
};

}  // namespace
}  // namespace tradectl::crash

namespace {
using CrashExchange = tradectl::crash::CrashExchange;
}
TRADECTL_EXCHANGE_PLUGIN(CrashExchange,
                         .id = "crash-exchange",
                         .version = "0.1.0",
                         .description = "a venue that outlives the process that talks to it");

// A venue that keeps nothing: what it does with a request, and what it says of it later, are its
// settings. It is there to be asked by recovery.
#include <tradectl/exchange.hpp>

#include <map>
#include <string>
#include <vector>

namespace tradectl::scripted {
namespace {

/// `request`: what becomes of an order or a cancel at once.
///
///     rest            acknowledged
///     unknown         nobody knows
///     cancel_unknown  orders rest, and nobody knows what became of a cancel
///
/// `answer`: what it says of the order when it is asked.
///
///     absent          no such order, and it would know; lists are complete and empty
///     unsure          no such order, and it may not know
///     partial_orders  absent, but the list of open orders is not complete
///     partial_fills   absent, but the list of fills is not complete
///     among_orders    absent by its id, and in the list of open orders
///     among_fills     absent by its id, and in the list of fills
///     nameless_fill   absent by its id, and the list of fills has one that names no order of ours
///     open  half  filled  canceled  canceled_half  expired  rejected      in order
///     unlisted_fill   filled, and no fill is listed
///     rejected_half   rejected, and half filled
///     too_much        filled twice
///     other_side      of the other side
///     other_quantity  of another quantity
///     error           it cannot answer now
///     refuses         the same, and it tells the time
class AnsweringExchange final : public Exchange {
  public:
    struct Settings {
        TextSetting request{"request", {.fallback = "rest"}, "what becomes of a request"};
        TextSetting answer{"answer", {.fallback = "absent"}, "what it says when asked"};
        TextSetting identity{"identity",
                             {.fallback = "duplicate_rejected",
                              .choices = {"idempotent_replay", "duplicate_rejected", "query_only"}},
                             "class of its requests"};
        TextSetting fence{
            "fence",
            {.fallback = "time", .choices = {"none", "time", "far", "block_height", "nonce"}},
            "after what a request is void"};
        TextSetting orphan{"orphan", {.fallback = ""}, "client order id of an open order more"};
        BooleanSetting connects{"connects", {.fallback = true}, "whether it can be reached"};
        BooleanSetting silent{"silent", {.fallback = false}, "whether it never answers to that"};
        DecimalMapSetting balances{"balances", {}, "of each account, by asset"};
    };
    Settings settings;

    Status connect(RequestId id) override {
        if (*settings.silent) return {};
        if (*settings.connects) {
            host().complete_ok(id);
        } else {
            host().complete_failed(id, {.code = ErrorCode::Unavailable, .text = "down for lunch"});
        }
        return {};
    }

    Status prepare(RequestId id, const Operation& operation) override {
        prepared_.insert_or_assign(id.value, operation.raw());
        const bool is_order = operation.kind() == OperationKind::Order;
        const std::int64_t far_ns = *settings.fence == "far" ? kNsPerHour : 0;
        host().complete_prepared(id,
                                 {.identity = is_order ? operation.client_order_id()
                                                       : operation.target_client_order_id(),
                                  .identity_class = identity_class(),
                                  .fence = fence(),
                                  .fence_value = now().plus_ns(far_ns).ns()});
        return {};
    }

    Status submit_prepared(RequestId id,
                           RequestId prepare_id,
                           std::span<const tradectl_signature>) override {
        const tradectl_operation request = prepared_.at(prepare_id.value);
        prepared_.erase(prepare_id.value);
        const bool is_cancel = request.kind == TRADECTL_OPERATION_CANCEL;
        if (*settings.request == "unknown" || (is_cancel && *settings.request == "cancel_unknown"))
            host().complete_failed(id, {.code = ErrorCode::OutcomeUnknown, .text = "timed out"});
        else
            host().complete_submitted(id, "V1");
        return {};
    }

    Status query_order(RequestId id, const OrderQuery& query) override {
        asked_ = query.client_order_id();
        if (*settings.answer == "error") {
            host().complete_failed(id, {.code = ErrorCode::Unavailable, .text = "502"});
        } else if (*settings.answer == "refuses") {
            host().complete_failed(
                id, {.code = ErrorCode::Unavailable, .text = "502", .coverage = partial()});
        } else if (const auto report = report_of(); report.status != 0) {
            host().complete_orders(id, {&report, 1}, complete());
        } else {
            const bool sure = *settings.answer != "unsure";
            host().complete_failed(
                id, {.code = ErrorCode::NotFound, .coverage = sure ? complete() : partial()});
        }
        return {};
    }

    Status open_orders(RequestId id, const Scope&) override {
        std::vector<tradectl_order_report> open;
        if (*settings.answer == "among_orders")
            open.push_back(make_report(TRADECTL_ORDER_STATUS_ACKNOWLEDGED, 0_d));
        if (!settings.orphan->empty()) {
            open.push_back(make_report(TRADECTL_ORDER_STATUS_ACKNOWLEDGED, 0_d));
            open.back().client_order_id = to_id(settings.orphan->view());
        }
        host().complete_orders(
            id, open, *settings.answer == "partial_orders" ? partial() : complete());
        return {};
    }

    Status fills_since(RequestId id, const Scope&) override {
        std::vector<tradectl_fill_report> fills;
        const std::string_view answer = settings.answer->view();
        if (answer == "half" || answer == "canceled_half") fills.push_back(make_fill(0.5_d));
        if (answer == "filled" || answer == "among_fills") fills.push_back(make_fill(1_d));
        if (answer == "nameless_fill") {
            fills.push_back(make_fill(1_d));
            fills.back().client_order_id = {};
            fills.back().venue_order_id = to_id("of-whom");
        }
        host().complete_fills(id, fills, answer == "partial_fills" ? partial() : complete());
        return {};
    }

    Status balances(RequestId id, const Scope&) override {
        std::vector<tradectl_balance_report> reports;
        for (const auto& [asset, total] : *settings.balances) {
            tradectl_balance_report report{};
            report.account = *host().find_account("main");
            report.total = report.free = total.to_abi();
            report.held = (0_d).to_abi();
            report.asset = to_id(asset);
            reports.push_back(report);
        }
        host().complete_balances(id, reports, complete());
        return {};
    }

  private:
    /// Its clock is ahead by three seconds more at every question, so that nobody waits for it.
    Coverage complete() {
        ahead_ns_ += 3 * kNsPerSecond;
        return {.completeness = Completeness::Complete, .as_of = now().plus_ns(ahead_ns_)};
    }
    Coverage partial() {
        Coverage coverage = complete();
        coverage.completeness = Completeness::Partial;
        return coverage;
    }
    [[nodiscard]] IdentityClass identity_class() const {
        if (*settings.identity == "idempotent_replay") return IdentityClass::Idempotent;
        if (*settings.identity == "query_only") return IdentityClass::QueryOnly;
        return IdentityClass::DuplicateRejected;
    }
    [[nodiscard]] Fence fence() const {
        if (*settings.fence == "none") return Fence::None;
        if (*settings.fence == "block_height") return Fence::BlockHeight;
        if (*settings.fence == "nonce") return Fence::Nonce;
        return Fence::Time;
    }

    [[nodiscard]] tradectl_order_report make_report(std::uint8_t status, Decimal filled) {
        tradectl_order_report report{};
        report.instrument = *host().find_instrument("BTC-USD.x");
        report.account = *host().find_account("main");
        report.status = status;
        report.side = TRADECTL_SIDE_BUY;
        report.order_qty = (1_d).to_abi();
        report.filled_qty = filled.to_abi();
        report.updated = now().ns();
        report.client_order_id = to_id(asked_);
        report.venue_order_id = to_id("V1");
        return report;
    }
    /// Status 0: it does not know the order.
    [[nodiscard]] tradectl_order_report report_of() {
        static const std::map<std::string_view, std::pair<std::uint8_t, Decimal>> kStates{
            {"open", {TRADECTL_ORDER_STATUS_ACKNOWLEDGED, 0_d}},
            {"half", {TRADECTL_ORDER_STATUS_PARTIALLY_FILLED, 0.5_d}},
            {"filled", {TRADECTL_ORDER_STATUS_FILLED, 1_d}},
            {"unlisted_fill", {TRADECTL_ORDER_STATUS_FILLED, 1_d}},
            {"canceled", {TRADECTL_ORDER_STATUS_CANCELED, 0_d}},
            {"canceled_half", {TRADECTL_ORDER_STATUS_CANCELED, 0.5_d}},
            {"expired", {TRADECTL_ORDER_STATUS_EXPIRED, 0_d}},
            {"rejected", {TRADECTL_ORDER_STATUS_REJECTED, 0_d}},
            {"rejected_half", {TRADECTL_ORDER_STATUS_REJECTED, 0.5_d}},
            {"too_much", {TRADECTL_ORDER_STATUS_FILLED, 2_d}},
            {"other_side", {TRADECTL_ORDER_STATUS_ACKNOWLEDGED, 0_d}},
            {"other_quantity", {TRADECTL_ORDER_STATUS_ACKNOWLEDGED, 0_d}}};
        const auto found = kStates.find(settings.answer->view());
        if (found == kStates.end()) return {};
        auto report = make_report(found->second.first, found->second.second);
        if (found->first == "other_side") report.side = TRADECTL_SIDE_SELL;
        if (found->first == "other_quantity") report.order_qty = (7_d).to_abi();
        return report;
    }
    [[nodiscard]] tradectl_fill_report make_fill(Decimal quantity) {
        tradectl_fill_report fill{};
        fill.instrument = *host().find_instrument("BTC-USD.x");
        fill.account = *host().find_account("main");
        fill.side = TRADECTL_SIDE_BUY;
        fill.settlement = TRADECTL_SETTLEMENT_CONFIRMED;
        fill.price = (90_d).to_abi();
        fill.quantity = quantity.to_abi();
        fill.fee = (0_d).to_abi();
        fill.time = now().ns();
        fill.trade_id = to_id("T1");
        fill.client_order_id = to_id(asked_);
        fill.venue_order_id = to_id("V1");
        return fill;
    }

    std::int64_t ahead_ns_ = 0;
    std::string asked_;
    std::map<std::uint64_t, tradectl_operation> prepared_;
};

}  // namespace
}  // namespace tradectl::scripted

namespace {
using AnsweringExchange = tradectl::scripted::AnsweringExchange;
}
TRADECTL_EXCHANGE_PLUGIN(AnsweringExchange,
                         .id = "answering-exchange",
                         .version = "0.1.0",
                         .description = "answers as its settings say",
                         .capabilities = {{"store-is-cache"}});

// orders: from the ledger; with --denied those that the risk gate refused.
#include "cli/commands.hpp"
#include "cli/listing.hpp"
#include "host/engine/words.hpp"
#include "host/execution/order.hpp"

namespace tradectl::cli {
namespace {

struct OrderWords {
    ListWords list;
    bool open = false;
    bool denied = false;
};

using Kind = Field::Kind;
constexpr auto kDataOnly = Field::Shown::DataOnly;

std::vector<Field> order_fields() {
    return {{"created", Kind::Time},
            {"strategy"},
            {"venue", Kind::Text, kDataOnly},
            {"account", Kind::Text, kDataOnly},
            {"instrument"},
            {"order_ref", Kind::Number},
            {"side"},
            {"type"},
            {"time_in_force", Kind::Text, kDataOnly},
            {"quantity", Kind::Number},
            {"price", Kind::Number},
            {"stop_price", Kind::Number, kDataOnly},
            {"filled", Kind::Number},
            {"leaves", Kind::Number, kDataOnly},
            {"average_price", Kind::Number},
            {"status"},
            {"reason"},
            {"updated", Kind::Time, kDataOnly},
            {"venue_time", Kind::Time, kDataOnly},
            {"expire_time", Kind::Time, kDataOnly},
            {"client_order_id", Kind::Text, kDataOnly},
            {"venue_order_id", Kind::Text, kDataOnly},
            {"op_id", Kind::Number, kDataOnly},
            {"txn_id", Kind::Number, kDataOnly},
            {"text", Kind::Text, kDataOnly}};
}

Listing list_orders(const std::vector<ledger::OrderRow>& rows) {
    Listing listing(order_fields());
    for (const auto& row : rows) {
        listing.add({value_of(row.created),
                     row.instance,
                     row.venue,
                     row.account,
                     row.instrument,
                     row.order_ref.value,
                     engine::side_name(row.side),
                     engine::order_type_name(row.order_type),
                     engine::time_in_force_name(row.time_in_force),
                     value_of(row.quantity),
                     value_of(row.price),
                     value_of(row.stop_price),
                     value_of(row.filled_qty),
                     value_of(row.leaves_qty),
                     value_of(row.average_price),
                     execution::to_string(static_cast<execution::OrderStatus>(row.status)),
                     row.reason == 0 ? Json() : Json(engine::reason_name(row.reason)),
                     value_of(row.updated),
                     value_of(row.venue_time),
                     value_of(row.expire_time),
                     row.client_order_id,
                     row.venue_order_id,
                     row.op_id.value,
                     row.txn_id.value,
                     row.text});
    }
    return listing;
}

/// The check that decided: the first that did not pass.
wal::Verdict deciding(const ledger::DeniedRow& row) {
    for (const auto& verdict : row.verdicts) {
        if (!verdict.passed) return verdict;
    }
    return {.reason = row.reason, .value = Decimal::null(), .limit = Decimal::null()};
}

Listing list_denied(const std::vector<ledger::DeniedRow>& rows) {
    Listing listing({{"time", Kind::Time},
                     {"strategy"},
                     {"venue", Kind::Text, kDataOnly},
                     {"account", Kind::Text, kDataOnly},
                     {"instrument"},
                     {"order_ref", Kind::Number},
                     {"side"},
                     {"type"},
                     {"quantity", Kind::Number},
                     {"price", Kind::Number},
                     {"reason"},
                     {"value", Kind::Number},
                     {"limit", Kind::Number},
                     {"sequence", Kind::Number, kDataOnly},
                     {"text", Kind::Text, kDataOnly}});
    for (const auto& row : rows) {
        const wal::Verdict verdict = deciding(row);
        listing.add({value_of(row.time),
                     row.instance,
                     row.venue,
                     row.account,
                     row.instrument,
                     row.order_ref.value,
                     engine::side_name(row.side),
                     engine::order_type_name(row.order_type),
                     value_of(row.quantity),
                     value_of(row.price),
                     engine::reason_name(row.reason),
                     value_of(verdict.value),
                     value_of(verdict.limit),
                     row.sequence.value,
                     row.text});
    }
    return listing;
}

Expected<Answer> run(const OrderWords& words, Context& context) {
    if (words.open && words.denied) {
        return fail(ErrorCode::Usage, "--open excludes --denied: a denied order never was open");
    }
    auto filter = filter_of(words.list, context);
    if (!filter) return fail(filter.error());
    filter->open_only = words.open;
    auto books = open_books_of(context);
    if (!books) return fail(books.error());
    if (words.denied) {
        const auto rows = books->reader->denied(*filter);
        if (!rows) return fail(rows.error());
        return answer_of(list_denied(*rows), words.list, "denied", "no denied order");
    }
    const auto rows = books->reader->orders(*filter);
    if (!rows) return fail(rows.error());
    return answer_of(
        list_orders(*rows), words.list, "orders", words.open ? "no open order" : "no order");
}

}  // namespace

void register_orders(Command& root) {
    auto words = std::make_shared<OrderWords>();
    Command& command = root.add("orders", "orders, from the ledger");
    command.needs_config().description(
        "Oldest first. Works beside a live run and takes no lock.\n"
        "Denied orders are a list of their own: they never became orders.");
    add_list_options(command, words->list);
    add_limit_option(command, words->list);
    command.flag("--open", "only those that may still trade", words->open)
        .flag("--denied", "those that the risk gate refused, with value and limit", words->denied)
        .example("tradectl orders configs/demo.yaml --since 2026-01-01 --open")
        .runs([words](Context& context) { return run(*words, context); });
}

}  // namespace tradectl::cli

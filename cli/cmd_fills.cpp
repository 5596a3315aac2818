// fills: from the ledger.
#include "cli/commands.hpp"
#include "cli/listing.hpp"
#include "host/engine/words.hpp"
#include "host/wal/names.hpp"

namespace tradectl::cli {
namespace {

using Kind = Field::Kind;
constexpr auto kDataOnly = Field::Shown::DataOnly;

Listing list_fills(const std::vector<ledger::FillRow>& rows) {
    Listing listing({{"time", Kind::Time},
                     {"strategy"},
                     {"venue", Kind::Text, kDataOnly},
                     {"account", Kind::Text, kDataOnly},
                     {"instrument"},
                     {"order_ref", Kind::Number},
                     {"side"},
                     {"quantity", Kind::Number},
                     {"price", Kind::Number},
                     {"fee", Kind::Number},
                     {"fee_asset"},
                     {"liquidity"},
                     {"trade_id", Kind::Text, kDataOnly},
                     {"venue_time", Kind::Time, kDataOnly},
                     {"client_order_id", Kind::Text, kDataOnly},
                     {"venue_order_id", Kind::Text, kDataOnly},
                     {"op_id", Kind::Number, kDataOnly},
                     {"txn_id", Kind::Number, kDataOnly},
                     {"sequence", Kind::Number, kDataOnly},
                     {"settlement", Kind::Text, kDataOnly}});
    for (const auto& row : rows) {
        listing.add({value_of(row.time),
                     row.instance,
                     row.venue,
                     row.account,
                     row.instrument,
                     row.order_ref.value,
                     engine::side_name(row.side),
                     value_of(row.quantity),
                     value_of(row.price),
                     value_of(row.fee),
                     row.fee_asset,
                     engine::liquidity_name(row.liquidity),
                     row.trade_id,
                     value_of(row.venue_time),
                     row.client_order_id,
                     row.venue_order_id,
                     row.op_id.value,
                     row.txn_id.value,
                     row.sequence.value,
                     row.settlement == 0 ? "" : wal::settlement_name(row.settlement)});
    }
    return listing;
}

Expected<Answer> run(const ListWords& words, Context& context) {
    const auto filter = filter_of(words, context);
    if (!filter) return fail(filter.error());
    auto books = open_books_of(context);
    if (!books) return fail(books.error());
    const auto rows = books->reader->fills(*filter);
    if (!rows) return fail(rows.error());
    return answer_of(list_fills(*rows), words, "fills", "no fill");
}

}  // namespace

void register_fills(Command& root) {
    auto words = std::make_shared<ListWords>();
    Command& command = root.add("fills", "fills, from the ledger");
    command.needs_config().description("Oldest first. Works beside a live run and takes no lock.");
    add_list_options(command, *words);
    add_limit_option(command, *words);
    command.example("tradectl fills configs/demo.yaml --csv > fills.csv")
        .runs([words](Context& context) { return run(*words, context); });
}

}  // namespace tradectl::cli

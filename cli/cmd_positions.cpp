// positions: from the ledger.
#include "cli/commands.hpp"
#include "cli/listing.hpp"

namespace tradectl::cli {
namespace {

struct PositionWords {
    ListWords list;
    bool open = false;
};

using Kind = Field::Kind;
constexpr auto kDataOnly = Field::Shown::DataOnly;

Listing list_positions(const std::vector<ledger::PositionRow>& rows) {
    Listing listing({{"strategy"},
                     {"venue"},
                     {"account"},
                     {"instrument"},
                     {"quantity", Kind::Number},
                     {"average_price", Kind::Number},
                     {"realized_pnl", Kind::Number},
                     {"opened", Kind::Time, kDataOnly},
                     {"updated", Kind::Time}});
    for (const auto& row : rows) {
        listing.add({row.instance,
                     row.venue,
                     row.account,
                     row.instrument,
                     value_of(row.quantity),
                     row.quantity.is_zero() ? Json() : value_of(row.average_price),
                     value_of(row.realized_pnl),
                     value_of(row.opened),
                     value_of(row.updated)});
    }
    return listing;
}

Expected<Answer> run(const PositionWords& words, Context& context) {
    const auto filter = filter_of(words.list, context);
    if (!filter) return fail(filter.error());
    auto books = open_books_of(context);
    if (!books) return fail(books.error());
    auto rows = books->reader->positions(*filter);
    if (!rows) return fail(rows.error());
    std::erase_if(*rows, [&](const ledger::PositionRow& row) {
        return (words.open && row.quantity.is_zero()) ||
               (filter->since && row.updated < *filter->since);
    });
    return answer_of(list_positions(*rows), words.list, "positions", "no position");
}

}  // namespace

void register_positions(Command& root) {
    auto words = std::make_shared<PositionWords>();
    Command& command = root.add("positions", "positions of each strategy, from the ledger");
    command.needs_config().description(
        "Closed ones stay, with quantity 0 and what they realized. Here --since means changed\n"
        "since. Works beside a live run and takes no lock.");
    add_list_options(command, words->list);
    command.flag("--open", "only those that are not 0", words->open)
        .example("tradectl positions configs/demo.yaml --open")
        .runs([words](Context& context) { return run(*words, context); });
}

}  // namespace tradectl::cli

#include "host/base/database.hpp"
#include "host/ledger/export_line.hpp"
#include "host/ledger/reader.hpp"

#include <string>
#include <vector>

namespace tradectl::ledger {
namespace {

struct Table {
    std::string_view kind;  ///< first member of each line
    std::string_view table;
    std::string_view order;
    std::vector<std::string_view> numbers;  ///< integer columns
    std::vector<std::string_view> texts;    ///< text and decimal columns
};

const std::vector<Table>& tables() {
    static const std::vector<Table> all = {
        {"order",
         "orders",
         "op_id",
         {"op_id",
          "txn_id",
          "order_ref",
          "side",
          "order_type",
          "time_in_force",
          "order_flags",
          "status",
          "reason",
          "expire_time",
          "created",
          "updated",
          "venue_time"},
         {"instance",
          "venue",
          "account",
          "instrument",
          "client_order_id",
          "venue_order_id",
          "quantity",
          "price",
          "stop_price",
          "filled_qty",
          "leaves_qty",
          "average_price",
          "text"}},
        {"fill",
         "fills",
         "seq",
         {"seq",
          "op_id",
          "txn_id",
          "order_ref",
          "side",
          "liquidity",
          "settlement",
          "time",
          "venue_time"},
         {"instance",
          "venue",
          "account",
          "instrument",
          "client_order_id",
          "venue_order_id",
          "trade_id",
          "price",
          "quantity",
          "fee",
          "fee_asset"}},
        {"posting",
         "postings",
         "id",
         {"id", "txn_id", "bucket"},
         {"venue", "account", "asset", "amount"}},
    };
    return all;
}

std::string select_of(const Table& table) {
    std::string columns;
    for (const auto& names : {table.numbers, table.texts}) {
        for (const std::string_view name : names) {
            if (!columns.empty()) columns += ", ";
            columns += name;
        }
    }
    return "SELECT " + columns + " FROM " + std::string(table.table) + " ORDER BY " +
           std::string(table.order);
}

std::string_view line_of(const Table& table, const Statement& row, ExportLine& line) {
    line.begin(table.kind);
    int column = 0;
    for (const std::string_view name : table.numbers) {
        if (row.is_null(column))
            line.null(name);
        else
            line.number(name, row.integer(column));
        ++column;
    }
    for (const std::string_view name : table.texts) {
        if (row.is_null(column))
            line.null(name);
        else
            line.text(name, row.text(column));
        ++column;
    }
    return line.end();
}

}  // namespace

Status canonical_export(Reader& reader, const ExportSink& sink) {
    ExportLine line;
    for (const Table& table : tables()) {
        auto row = reader.database().prepare(select_of(table));
        if (!row) return fail(row.error());
        for (;;) {
            const auto more = row->step();
            if (!more) return fail(more.error());
            if (!*more) break;
            if (auto done = sink(line_of(table, *row, line)); !done) return done;
        }
    }
    return {};
}

}  // namespace tradectl::ledger

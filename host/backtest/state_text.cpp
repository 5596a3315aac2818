// What a state looks like to a reader.
#include "host/backtest/state_at.hpp"

#include <algorithm>
#include <array>

namespace tradectl::backtest {
namespace {

constexpr std::size_t kColumns = 80;

using Row = std::vector<std::string>;

/// Columns two blanks apart, two in from the edge, each as wide as its longest text; a line that
/// would be longer than the terminal is cut.
void add_table(std::string_view title, const std::vector<Row>& rows, std::string& out) {
    out.append("\n").append(title).append("\n");
    if (rows.empty()) {
        out += "  none\n";
        return;
    }
    std::vector<std::size_t> widths(rows.front().size(), 0);
    for (const Row& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], row[i].size());
    }
    for (const Row& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += "  " + row[i];
            if (i + 1 < row.size()) line.append(widths[i] - row[i].size(), ' ');
        }
        if (line.size() > kColumns) line = line.substr(0, kColumns - 3) + "...";
        out += line + "\n";
    }
}

std::string clock_text(Timestamp time) {
    return time.to_string().substr(0, 23) + "Z";
}

template <typename Items, typename Make>
std::vector<Row> rows_of(const Items& items, Make make) {
    std::vector<Row> rows;
    for (const auto& item : items)
        rows.push_back(make(item));
    return rows;
}

template <typename Items, typename Make>
Json list_of(const Items& items, Make make) {
    Json out = Json::array();
    for (const auto& item : items)
        out.push(make(item));
    return out;
}

Json decimal_json(Decimal value) {
    return value.is_null() ? Json() : Json::text_of(value);
}

Json object(std::initializer_list<std::pair<std::string_view, Json>> members) {
    Json out = Json::object();
    for (const auto& [key, value] : members)
        out.set(key, value);
    return out;
}

}  // namespace

std::string state_text(const StateAt& state) {
    std::string out = "at " + state.time.to_string() + "\n";
    add_table("equity, exposure",
              rows_of(state.equity,
                      [](const auto& e) {
                          return Row{e.asset,
                                     e.equity.to_string(),
                                     e.exposure.to_string(),
                                     "of " + clock_text(e.time)};
                      }),
              out);
    add_table("positions",
              rows_of(state.positions,
                      [](const auto& p) {
                          return Row{p.strategy,
                                     p.instrument,
                                     p.quantity.to_string(),
                                     "at " + p.average_price.to_string(),
                                     "realized " + p.realized_pnl.to_string()};
                      }),
              out);
    add_table("balances",
              rows_of(state.balances,
                      [](const auto& b) {
                          return Row{b.account, b.asset, b.total.to_string()};
                      }),
              out);
    add_table("open orders",
              rows_of(state.open_orders,
                      [](const auto& o) {
                          return Row{o.strategy,
                                     o.instrument,
                                     o.side + " " + o.type,
                                     o.quantity.to_string(),
                                     o.price.is_null() ? "-" : "at " + o.price.to_string(),
                                     o.status};
                      }),
              out);
    add_table("prices",
              rows_of(state.prices,
                      [](const auto& p) {
                          return Row{p.instrument, p.price.to_string(), "of " + clock_text(p.time)};
                      }),
              out);
    add_table("last fills",
              rows_of(state.fills,
                      [](const auto& f) {
                          return Row{clock_text(f.time),
                                     f.strategy,
                                     f.instrument,
                                     f.side,
                                     f.quantity.to_string(),
                                     "at " + f.price.to_string()};
                      }),
              out);
    return out;
}

Json state_json(const StateAt& state) {
    Json out = object({{"time", Json::text_of(state.time)},
                       {"first", Json::text_of(state.first)},
                       {"last", Json::text_of(state.last)}});
    out.set("equity", list_of(state.equity, [](const auto& e) {
                return object({{"asset", e.asset},
                               {"time", Json::text_of(e.time)},
                               {"equity", decimal_json(e.equity)},
                               {"exposure", decimal_json(e.exposure)}});
            }));
    out.set("positions", list_of(state.positions, [](const auto& p) {
                return object({{"strategy", p.strategy},
                               {"instrument", p.instrument},
                               {"quantity", decimal_json(p.quantity)},
                               {"average_price", decimal_json(p.average_price)},
                               {"realized_pnl", decimal_json(p.realized_pnl)}});
            }));
    out.set("balances", list_of(state.balances, [](const auto& b) {
                return object(
                    {{"account", b.account}, {"asset", b.asset}, {"total", decimal_json(b.total)}});
            }));
    out.set("open_orders", list_of(state.open_orders, [](const auto& o) {
                return object({{"client_order_id", o.client_order_id},
                               {"strategy", o.strategy},
                               {"instrument", o.instrument},
                               {"side", o.side},
                               {"type", o.type},
                               {"status", o.status},
                               {"quantity", decimal_json(o.quantity)},
                               {"price", decimal_json(o.price)},
                               {"filled", decimal_json(o.filled)},
                               {"created", Json::text_of(o.created)}});
            }));
    out.set("prices", list_of(state.prices, [](const auto& p) {
                return object({{"instrument", p.instrument},
                               {"time", Json::text_of(p.time)},
                               {"price", decimal_json(p.price)}});
            }));
    out.set("fills", list_of(state.fills, [](const auto& f) {
                return object({{"time", Json::text_of(f.time)},
                               {"client_order_id", f.client_order_id},
                               {"strategy", f.strategy},
                               {"instrument", f.instrument},
                               {"side", f.side},
                               {"price", decimal_json(f.price)},
                               {"quantity", decimal_json(f.quantity)},
                               {"fee", decimal_json(f.fee)},
                               {"fee_asset", f.fee_asset}});
            }));
    return out;
}

}  // namespace tradectl::backtest

#include "cli/run_printer.hpp"

#include "cli/table.hpp"
#include "host/engine/words.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::cli {
namespace {

std::string text_of(const tradectl_id& id) {
    return {id.text, id.size};
}

std::string decimal(tradectl_decimal value) {
    return Decimal::from_abi(value).to_string();
}

std::string or_dash(Decimal value) {
    return value.is_null() ? "-" : value.to_string();
}

/// For people: money to two decimals, everything else as it is.
std::string money(Decimal value) {
    return value.is_null() ? "-" : value.to_string(2);
}

/// A time to the second.
std::string clock_text(Timestamp time) {
    return time.is_none() ? "-" : time.to_string().substr(0, 19) + "Z";
}

std::string seconds_text(std::int64_t ns) {
    const std::int64_t tenths = ns / (100 * kNsPerMillisecond);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

Json amounts(const std::map<std::string, Decimal>& values) {
    Json out = Json::object();
    for (const auto& [asset, value] : values) {
        out.set(asset, value.is_null() ? Json() : Json::text_of(value));
    }
    return out;
}

Json position_json(const engine::LiveView::Position& position) {
    Json out = Json::object();
    out.set("strategy", position.strategy);
    out.set("instrument", position.instrument);
    out.set("quantity", Json::text_of(position.quantity));
    const auto optional = [&](const char* key, Decimal value) {
        out.set(key, value.is_null() ? Json() : Json::text_of(value));
    };
    optional("average_price", position.average_price);
    optional("mark", position.mark);
    optional("realized_pnl", position.realized_pnl);
    optional("unrealized_pnl", position.unrealized_pnl);
    return out;
}

Json counters_json(const engine::Counters& counters) {
    Json out = Json::object();
    out.set("market_events", counters.market_events);
    out.set("orders", counters.orders);
    out.set("fills", counters.fills);
    out.set("denied", counters.denied);
    out.set("rejected", counters.rejected);
    out.set("canceled", counters.canceled);
    return out;
}

Table positions_table(const std::vector<engine::LiveView::Position>& positions) {
    Table table({{"strategy"},
                 {"instrument"},
                 {"quantity", Align::Right},
                 {"average", Align::Right},
                 {"mark", Align::Right},
                 {"unrealized", Align::Right},
                 {"realized", Align::Right}});
    for (const auto& position : positions) {
        table.add({position.strategy,
                   position.instrument,
                   position.quantity.to_string(),
                   money(position.average_price),
                   money(position.mark),
                   money(position.unrealized_pnl),
                   money(position.realized_pnl)});
    }
    return table;
}

std::string equity_text(const std::map<std::string, Decimal>& equity) {
    std::string text;
    for (const auto& [asset, value] : equity) {
        text += (text.empty() ? "" : ", ") + money(value) + " " + asset;
    }
    return text.empty() ? "-" : text;
}

}  // namespace

bool RunPrinter::live() const {
    return context_.terminal().is_terminal && !context_.globals().json &&
           !context_.globals().quiet && context_.terminal().color;
}

void RunPrinter::line(const std::string& text) {
    // A reader that went away must not stop trading: the frame reports it at the end.
    static_cast<void>(context_.write(text + "\n"));
}

void RunPrinter::on_fill(const engine::OrderEntry& entry,
                         const tradectl_fill_event& fill,
                         const tradectl_position_state& after) {
    const Timestamp time{fill.header.event_time};
    last_fill_ =
        clock_text(time) + " " + std::string(engine::side_name(fill.side)) + " " +
        decimal(fill.quantity) + " @ " + decimal(fill.price) + " fee " + decimal(fill.fee) + " " +
        text_of(fill.fee_asset_name) +
        (entry.exit_reason != 0 ? " (" + std::string(engine::reason_name(entry.exit_reason)) + ")"
                                : "");
    if (live() || context_.globals().quiet) return;
    if (!context_.globals().json) {
        return line("fill " + last_fill_ + ", position " + decimal(after.quantity));
    }
    Json out = Json::object();
    out.set("event", "fill");
    out.set("time", Json::text_of(time));
    out.set("order_ref", std::to_string(fill.order_ref));
    out.set("client_order_id", text_of(fill.client_order_id));
    out.set("trade_id", text_of(fill.trade_id));
    out.set("side", engine::side_name(fill.side));
    out.set("quantity", decimal(fill.quantity));
    out.set("price", decimal(fill.price));
    out.set("fee", decimal(fill.fee));
    out.set("fee_asset", text_of(fill.fee_asset_name));
    out.set("position", decimal(after.quantity));
    line(out.dump());
}

void RunPrinter::on_denied(const std::string& instance, const tradectl_order_event& event) {
    const Timestamp time{event.header.event_time};
    last_denied_ = clock_text(time) + " " + instance + " " +
                   std::string(engine::side_name(event.side)) + " " +
                   or_dash(Decimal::from_abi(event.order_qty)) + ": " +
                   std::string(engine::reason_name(event.reason));
    if (const Decimal value = Decimal::from_abi(event.value); !value.is_null()) {
        last_denied_ +=
            " (" + value.to_string() + ", limit " + or_dash(Decimal::from_abi(event.limit)) + ")";
    }
    if (live() || context_.globals().quiet) return;
    if (!context_.globals().json) return line("denied " + last_denied_);
    Json out = Json::object();
    out.set("event", "denied");
    out.set("time", Json::text_of(time));
    out.set("instance", instance);
    out.set("order_ref", std::to_string(event.order_ref));
    out.set("side", engine::side_name(event.side));
    out.set("quantity", or_dash(Decimal::from_abi(event.order_qty)));
    out.set("reason", engine::reason_name(event.reason));
    out.set("value", or_dash(Decimal::from_abi(event.value)));
    out.set("limit", or_dash(Decimal::from_abi(event.limit)));
    line(out.dump());
}

void RunPrinter::on_message(std::string_view text) {
    message_ = text;
    if (live() || context_.globals().quiet) return;
    if (!context_.globals().json) return line(message_);
    Json out = Json::object();
    out.set("event", "message");
    out.set("text", text);
    line(out.dump());
}

std::string RunPrinter::table(const engine::LiveView& view) const {
    const auto& count = view.counters;
    std::string text = name_ + "  " + view.state + "  market " + clock_text(view.market_time) +
                       "  events " + std::to_string(count.market_events) + "\n";
    text += "equity  " + equity_text(view.equity) + "\n";
    text += "orders  " + std::to_string(count.orders) + " (" + std::to_string(view.open_orders) +
            " open)  fills " + std::to_string(count.fills) + "  denied " +
            std::to_string(count.denied) + "  rejected " + std::to_string(count.rejected) + "\n";
    text += "fill    " + (last_fill_.empty() ? "-" : last_fill_) + "\n";
    text += "denied  " + (last_denied_.empty() ? "-" : last_denied_) + "\n";
    if (!message_.empty()) text += message_ + "\n";
    const Table positions = positions_table(view.positions);
    text += positions.empty() ? "no position\n" : positions.to_string();
    return text;
}

void RunPrinter::on_view(const engine::LiveView& view) {
    if (!live()) return;
    std::string text = table(view);
    // Every line is cut at the terminal's width, or the cursor could not find its way back.
    std::string out;
    if (lines_shown_ > 0) out += "\x1b[" + std::to_string(lines_shown_) + "A\x1b[J";
    lines_shown_ = 0;
    const auto columns = static_cast<std::size_t>(std::max(context_.terminal().columns - 1, 20));
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        out += text.substr(at, std::min(end - at, columns)) + "\n";
        ++lines_shown_;
        at = end + 1;
    }
    static_cast<void>(context_.write(out));
}

void RunPrinter::finish() {
    if (lines_shown_ == 0) return;
    static_cast<void>(context_.write("\x1b[" + std::to_string(lines_shown_) + "A\x1b[J"));
    lines_shown_ = 0;
}

std::string summary_text(const engine::RunSummary& summary) {
    const auto& count = summary.counters;
    std::string text = "ran " + seconds_text(summary.wall_ns) + ", market " +
                       clock_text(summary.market_first) + " to " + clock_text(summary.market_last) +
                       ", " + std::to_string(count.market_events) + " events\n";
    text += "orders " + std::to_string(count.orders) + ", fills " + std::to_string(count.fills) +
            ", denied " + std::to_string(count.denied) + ", rejected " +
            std::to_string(count.rejected) + ", canceled " + std::to_string(count.canceled) +
            ", still open " + std::to_string(summary.open_orders) + "\n";
    text += "equity " + equity_text(summary.equity_start) + " -> " +
            equity_text(summary.equity_end) + ", realized " + equity_text(summary.realized_pnl) +
            "\n";
    if (const Table positions = positions_table(summary.positions); !positions.empty()) {
        text += positions.to_string();
    }
    for (const auto& fault : summary.faults)
        text += fault + "\n";
    for (const auto& warning : summary.warnings)
        text += "warning: " + warning + "\n";
    if (!summary.state_dir.empty()) text += "state  " + summary.state_dir + "\n";
    return text;
}

Json summary_json(const engine::RunSummary& summary) {
    Json out = counters_json(summary.counters);
    out.set("started", Json::text_of(summary.started));
    out.set("ended", Json::text_of(summary.ended));
    out.set("wall_ns", summary.wall_ns);
    if (!summary.market_first.is_none()) {
        out.set("market_first", Json::text_of(summary.market_first));
        out.set("market_last", Json::text_of(summary.market_last));
    }
    out.set("equity_start", amounts(summary.equity_start));
    out.set("equity_end", amounts(summary.equity_end));
    out.set("realized_pnl", amounts(summary.realized_pnl));
    out.set("balances", amounts(summary.balances));
    out.set("open_orders", summary.open_orders);
    out.set("unresolved", summary.unresolved);
    Json positions = Json::array();
    for (const auto& position : summary.positions)
        positions.push(position_json(position));
    out.set("positions", std::move(positions));
    Json faults = Json::array();
    for (const auto& fault : summary.faults)
        faults.push(fault);
    out.set("faults", std::move(faults));
    Json warnings = Json::array();
    for (const auto& warning : summary.warnings)
        warnings.push(warning);
    out.set("warnings", std::move(warnings));
    out.set("signal", summary.signal);
    out.set("state_dir", summary.state_dir);
    return out;
}

}  // namespace tradectl::cli

#include "host/engine/redeem.hpp"

#include "host/engine/pipeline.hpp"
#include "host/engine/trading.hpp"

#include <utility>

namespace tradectl::engine {

namespace {

std::string words_of(const exchange::Completion& answer) {
    return answer.text.empty() ? "status " + std::to_string(answer.status) : answer.text;
}

/// Looks for what is held of markets that are over.
class Search {
  public:
    Search(VenueDesk& desk, const std::string& only, RedeemReport& out)
        : desk_(desk), trading_(desk.trading()), only_(only), out_(out) {}

    Status run();

  private:
    struct Holding {
        tradectl_account_handle account = TRADECTL_HANDLE_NONE;
        Decimal total;
    };
    using Holdings = std::map<std::string, Holding, std::less<>>;

    void look_at(std::uint32_t exchange);
    bool ask_price(std::uint32_t exchange, const tradectl_instrument& instrument, Holding holding);
    void add(std::uint32_t exchange,
             const tradectl_instrument& instrument,
             Holding holding,
             const exchange::Completion& told);
    [[nodiscard]] Holdings holdings_of(const exchange::Completion& answer) const;
    void gap(std::uint32_t exchange, std::string_view instrument, std::string why) {
        out_.gaps.push_back(
            {trading_.exchanges[exchange]->name(), std::string(instrument), std::move(why)});
    }

    VenueDesk& desk_;
    Trading& trading_;
    const std::string& only_;
    RedeemReport& out_;
};

Status Search::run() {
    if (!only_.empty() && !trading_.table.find(only_))
        return fail(ErrorCode::InvalidArgument, "--instrument: there is no '" + only_ + "'");
    for (std::uint32_t i = 0; i < trading_.exchanges.size(); ++i)
        look_at(i);
    return {};
}

Search::Holdings Search::holdings_of(const exchange::Completion& answer) const {
    Holdings out;
    for (const auto& row : answer.balances) {
        const Decimal total = Decimal::from_abi(row.total);
        if (total.is_positive())
            out.insert_or_assign(std::string(market::id_text(row.asset)),
                                 Holding{row.account, total});
    }
    return out;
}

void Search::look_at(std::uint32_t exchange) {
    tradectl_scope scope{};
    scope.struct_size = sizeof(scope);
    scope.account = scope.instrument = TRADECTL_HANDLE_NONE;
    scope.since = TRADECTL_TIME_NONE;
    const auto answer =
        desk_.ask(exchange, [&scope](auto& venue) { return venue.balances(scope); });
    if (!answer) return gap(exchange, "", answer.error().message);
    if (answer->status == TRADECTL_UNSUPPORTED) return;
    if (answer->status != TRADECTL_OK) return gap(exchange, "", words_of(*answer));
    ++out_.venues_answered;
    if (answer->completeness != TRADECTL_COMPLETENESS_COMPLETE)
        gap(exchange, "", "its balances are not complete");
    const Holdings holdings = holdings_of(*answer);
    const std::string& name = trading_.exchanges[exchange]->name();
    for (std::uint32_t handle = 0; handle < trading_.table.size(); ++handle) {
        const auto& instrument = *trading_.table.instrument(handle);
        const bool asked = only_.empty() || only_ == market::id_text(instrument.name);
        if (!asked || market::id_text(instrument.venue) != name) continue;
        const auto held = holdings.find(trading_.table.asset(instrument.base_asset));
        if (held == holdings.end()) continue;
        if (!ask_price(exchange, instrument, held->second)) return;
    }
}

/// False when the exchange knows no such thing.
bool Search::ask_price(std::uint32_t exchange,
                       const tradectl_instrument& instrument,
                       Holding holding) {
    tradectl_quote_request request{};
    request.struct_size = sizeof(request);
    request.instrument = instrument.handle;
    request.account = holding.account;
    request.side = TRADECTL_SIDE_SELL;
    request.quantity = holding.total.to_abi();
    const auto told = desk_.ask(exchange, [&request](auto& venue) { return venue.quote(request); });
    const std::string_view name = market::id_text(instrument.name);
    if (!told) {
        gap(exchange, name, told.error().message);
    } else if (told->status == TRADECTL_UNSUPPORTED) {
        return false;
    } else if (told->status == TRADECTL_OK) {
        add(exchange, instrument, holding, *told);
    } else if (told->status != TRADECTL_BAD_STATE) {  // that one is not over yet
        gap(exchange, name, words_of(*told));
    }
    return true;
}

void Search::add(std::uint32_t exchange,
                 const tradectl_instrument& instrument,
                 Holding holding,
                 const exchange::Completion& told) {
    const Decimal held = told.quote_quantity;
    const std::string_view name = market::id_text(instrument.name);
    if (held.is_null() || told.quote_price.is_null() || told.quote_price.is_negative())
        return gap(exchange, name, "it tells no price");
    if (!held.is_positive()) return;
    const auto pays = checked_mul(held, told.quote_price, Rounding::Down);
    if (!pays) return gap(exchange, name, "what it pays is out of range");
    out_.found.push_back({.exchange = exchange,
                          .account = holding.account,
                          .instrument = instrument.handle,
                          .venue = trading_.exchanges[exchange]->name(),
                          .account_name = std::string(trading_.account_name(holding.account)),
                          .instrument_name = std::string(name),
                          .held = held,
                          .price = told.quote_price,
                          .pays = *pays});
}

std::string why_of(const Redeemable& item, const std::string& approver, const std::string& reason) {
    return "redeem of " + item.held.to_string() + " " + item.instrument_name + " at " +
           item.price.to_string() + " a share; approved by " + approver +
           (reason.empty() ? "" : ": " + reason);
}

std::map<std::string, Decimal> sums_of(const Trading& trading, const StepEnd& end) {
    std::map<std::string, Decimal> out;
    for (const auto& row : end.moved) {
        const Decimal amount = Decimal::from_abi(row.filled_qty);
        if (row.side == TRADECTL_SIDE_BUY) {
            out[std::string(market::id_text(row.client_order_id))] = amount;
        } else if (const auto* instrument = trading.table.instrument(row.instrument)) {
            out[std::string(trading.table.asset(instrument->base_asset))] = -amount;
        }
    }
    return out;
}

/// One transaction redeems all outcomes of a market.
bool is_moved(const RedeemReport& report, const Redeemable& item) {
    for (const Redeemed& done : report.redeemed)
        for (const auto& row : done.end.moved)
            if (row.instrument == item.instrument && row.side == TRADECTL_SIDE_SELL) return true;
    return false;
}

}  // namespace

Expected<RedeemReport> list_redeemable(const config::Config& config,
                                       const StatePaths& paths,
                                       const RedeemOptions& options) {
    auto desk = VenueDesk::open_reader(config, paths, options.desk);
    if (!desk) return fail(desk.error());
    RedeemReport out;
    out.run_lives = (*desk)->run_lives();
    if (auto found = Search(**desk, options.instrument, out).run(); !found)
        return fail(found.error());
    return out;
}

Expected<RedeemReport> redeem(const config::Config& config,
                              const StatePaths& paths,
                              const RedeemOptions& options,
                              const std::string& approver) {
    auto desk = VenueDesk::open_writer(config, paths, options.desk);
    if (!desk) return fail(desk.error());
    if (auto alone = check_no_open_transaction(**desk); !alone) return fail(alone.error());
    RedeemReport out;
    if (auto found = Search(**desk, options.instrument, out).run(); !found)
        return fail(found.error());
    for (const Redeemable& item : out.found) {
        if (is_moved(out, item)) continue;
        auto end = carry_out(**desk,
                             {.exchange = item.exchange,
                              .step = wal::StepKind::Redeem,
                              .operation = TRADECTL_OPERATION_REDEEM,
                              .account = item.account,
                              .instrument = item.instrument,
                              .why = why_of(item, approver, options.reason)},
                             options.wait_ns);
        if (!end) return fail(end.error());
        auto moved = sums_of((*desk)->trading(), *end);
        const bool is_open = end->outcome == recovery::Outcome::Unresolved;
        out.redeemed.push_back(
            {item.venue, item.instrument_name, std::move(*end), std::move(moved)});
        if (is_open) break;
    }
    return out;
}

}  // namespace tradectl::engine

/// A copy-trader over a fake host: two outcomes of one market, two wallets.
#pragma once

#include "plugins/strategies/copy-trader/copy_trader.hpp"

#include <tradectl/strategy_run.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::copy_trader {

inline constexpr const char* kAlice = "0xa11ce";
inline constexpr const char* kBob = "0xb0b";

/// One fill of a wallet.
struct Done {
    std::string wallet = kAlice;
    std::string id = "f1";
    Side side = Side::Buy;
    Decimal price = 0.50_d;
    Decimal quantity = 100_d;
    std::int64_t age_ns = 0;
    std::uint16_t flags = 0;
};

class CopyTraderTest : public testing::Test {
  protected:
    /// Fixed copies of 10, few filters; `more` goes before these.
    void start(const std::string& more = "") {
        std::string all = R"({"wallets":["0xA11ce","0xB0b"])";
        if (!more.empty()) all += "," + more;
        const auto add = [&](const std::string& name, const std::string& value) {
            if (all.find("\"" + name + "\":") == std::string::npos)
                all += ",\"" + name + "\":" + value;
        };
        add("sizing", R"("fixed")");
        add("fixed", R"("10")");
        add("trade_notional_max", R"("0")");
        add("exposure_max", R"("0")");
        add("drift_max", R"("0")");
        start_all(all + "}");
        ASSERT_EQ(run->status(), TRADECTL_OK) << run->error();
        run->set_balance("pUSD", 1000_d);
        if (is_first_) run->advance(kNsPerMinute);
        is_first_ = false;
        book(0.49_d, 0.50_d);
    }
    void start_all(const std::string& settings) {
        run.emplace(host, kStrategyApi<CopyTrader>, settings);
    }
    void book(Decimal bid, Decimal ask, Decimal ask_quantity = 1000_d) {
        run->quote(yes, {.bid = bid, .ask = ask, .quantity = 1000_d, .ask_quantity = ask_quantity});
    }
    tradectl_activity_event event_of(const Done& done, InstrumentHandle instrument) {
        auto record = make_event<tradectl_activity_event>();
        record.header.instrument = instrument;
        record.header.event_time = host.now().plus_ns(-done.age_ns).ns();
        record.header.flags = done.flags;
        record.activity = TRADECTL_ACTIVITY_TRADE;
        record.side = static_cast<std::uint32_t>(done.side);
        record.price = done.price.to_abi();
        record.quantity = done.quantity.to_abi();
        record.wallet = to_id(done.wallet);
        record.activity_id = to_id(done.id);
        return record;
    }
    void hear(const Done& done) { run->send(event_of(done, yes)); }
    std::vector<tradectl_submit_command> orders() { return host.submits(); }
    std::vector<tradectl_decide_command> notes() {
        return host.commands_of<tradectl_decide_command>(TRADECTL_COMMAND_DECIDE);
    }
    std::string last_note() {
        const auto all = notes();
        return all.empty() ? "" : std::string(view(all.back().note));
    }
    /// Hears a fill and says how many orders came of it; there is always one note.
    std::size_t orders_for(const Done& done) {
        const std::size_t before = orders().size(), noted = notes().size();
        hear(done);
        EXPECT_EQ(notes().size(), noted + 1) << last_note();
        return orders().size() - before;
    }
    Decimal quantity_of(std::size_t order) {
        return Decimal::from_abi(orders().at(order).quantity);
    }
    Decimal price_of(std::size_t order) { return Decimal::from_abi(orders().at(order).price); }
    /// Fills the newest order whole.
    void fill_last() {
        const auto order = orders().back();
        run->fill(
            order.order_ref, Decimal::from_abi(order.price), Decimal::from_abi(order.quantity));
    }
    void restart(const std::string& more = "") {
        run->stop();
        start(more);
    }
    void flat() {
        auto record = make_event<tradectl_position_event>();
        record.header.instrument = yes;
        run->set_position(yes, 0_d, Decimal::null());
        run->send(record);
    }
    void TearDown() override { EXPECT_TRUE(host.problems().empty()) << host.problems().front(); }

    FakeHost host;
    InstrumentHandle yes = add("will-it-rain-yes.poly", "rain-yes");
    InstrumentHandle no = add("will-it-rain-no.poly", "rain-no");
    std::optional<StrategyRun> run;

  private:
    bool is_first_ = true;

    InstrumentHandle add(std::string_view name, std::string_view base) {
        return host.add_instrument({.name = name,
                                    .venue = "poly",
                                    .base = base,
                                    .quote = "pUSD",
                                    .tick = 0.01_d,
                                    .lot = 0.01_d,
                                    .kind = TRADECTL_INSTRUMENT_BINARY,
                                    .price_max = 0.99_d,
                                    .close_time = host.now().plus_ns(kNsPerDay)});
    }
};

}  // namespace tradectl::copy_trader

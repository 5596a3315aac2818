/// A run of the strategy over a fake host, and the markets that its tests are made of.
#pragma once

#include "plugins/strategies/scalping/scalping.hpp"

#include <tradectl/strategy_run.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::scalping {

/// With a mean over two trades, one trade at 98 after one at 100 is 0.68 % below it.
inline constexpr const char* kSettings =
    R"({"ema_period":2,"entry_offset":"0.005","volume_window":2,"quantity":"0.5")";

/// Without an index unless `more` has one.
inline std::string with(const std::string& more) {
    const bool has_index = more.find("rsi_period") != std::string::npos;
    return kSettings + std::string(has_index ? "" : R"(,"rsi_period":0)") +
           (more.empty() ? "" : "," + more) + "}";
}

class ScalpingTest : public testing::Test {
  protected:
    void start(const std::string& more = "") { start_all(with(more)); }
    void start_all(const std::string& settings) {
        run.emplace(host, kStrategyApi<Scalping>, settings);
        ASSERT_EQ(run->status(), TRADECTL_OK) << run->error();
        run->advance(0);  // the look for what a run before left
    }
    void trades(std::initializer_list<Decimal> prices) {
        for (const Decimal price : prices)
            run->trade(btc, price, 1_d);
    }
    void touch(Decimal bid, Decimal ask) { run->quote(btc, {.bid = bid, .ask = ask}); }
    void dip() {
        touch(97.95_d, 98.00_d);
        trades({100_d, 98_d});
    }
    void rise() {
        touch(101.95_d, 102.00_d);
        trades({100_d, 102_d});
    }
    std::vector<tradectl_submit_command> orders() { return host.submits(); }
    std::size_t cancel_count() {
        return host.commands_of<tradectl_cancel_command>(TRADECTL_COMMAND_CANCEL).size();
    }
    Decimal price_of(std::size_t order) { return Decimal::from_abi(orders().at(order).price); }
    void flat(InstrumentHandle instrument) {
        auto record = make_event<tradectl_position_event>();
        record.header.instrument = instrument;
        run->set_position(instrument, 0_d, Decimal::null());
        run->send(record);
    }

    FakeHost host;
    InstrumentHandle btc = host.add_instrument();
    std::optional<StrategyRun> run;
};

}  // namespace tradectl::scalping

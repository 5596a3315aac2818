/// A sniper over a fake host: two outcomes of a market that closes in an hour.
#pragma once

#include "plugins/strategies/sniper/sniper.hpp"

#include <tradectl/strategy_run.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::sniper {

class SniperTest : public testing::Test {
  protected:
    void start(const std::string& more = "") {
        run.emplace(host, kStrategyApi<Sniper>, more.empty() ? "{}" : "{" + more + "}");
        ASSERT_EQ(run->status(), TRADECTL_OK) << run->error();
        run->set_balance("pUSD", 1000_d);
        run->advance(0);
    }
    void restart(const std::string& more = "") {
        run->stop();
        start(more);
    }
    void book(InstrumentHandle instrument, Decimal ask) {
        run->quote(instrument, {.bid = ask - 0.01_d, .ask = ask, .quantity = 1000_d});
    }
    InstrumentHandle add(std::string_view name, std::int64_t closes_in = kNsPerHour) {
        return host.add_instrument({.name = name,
                                    .venue = "poly",
                                    .base = name,
                                    .quote = "pUSD",
                                    .tick = 0.01_d,
                                    .lot = 0.01_d,
                                    .kind = TRADECTL_INSTRUMENT_BINARY,
                                    .price_max = 0.99_d,
                                    .close_time = host.now().plus_ns(closes_in)});
    }
    void tell(InstrumentHandle instrument, std::uint32_t change, std::uint16_t flags = 0) {
        auto record = make_event<tradectl_instrument_event>();
        record.header.instrument = instrument;
        record.header.flags = flags;
        record.change = change;
        record.resolved_price = Decimal::null().to_abi();
        record.instrument = host.instrument(instrument);
        run->send(record);
    }
    void resolve(InstrumentHandle instrument) {
        host.set_instrument_status(instrument, TRADECTL_INSTRUMENT_RESOLVED);
        tell(instrument, TRADECTL_INSTRUMENT_STATUS_CHANGED);
    }
    std::vector<tradectl_submit_command> orders() { return host.submits(); }
    std::string last_note() {
        const auto all = host.commands_of<tradectl_decide_command>(TRADECTL_COMMAND_DECIDE);
        return all.empty() ? "" : std::string(view(all.back().note));
    }
    std::size_t note_count() {
        return host.commands_of<tradectl_decide_command>(TRADECTL_COMMAND_DECIDE).size();
    }
    Decimal quantity_of(std::size_t order) {
        return Decimal::from_abi(orders().at(order).quantity);
    }
    Decimal price_of(std::size_t order) { return Decimal::from_abi(orders().at(order).price); }
    bool keeps(const std::string& key) { return host.kv().count(key) > 0; }
    void TearDown() override { EXPECT_TRUE(host.problems().empty()) << host.problems().front(); }

    FakeHost host;
    InstrumentHandle yes = add("rain-yes.poly");
    InstrumentHandle no = add("rain-no.poly");
    std::optional<StrategyRun> run;
};

}  // namespace tradectl::sniper

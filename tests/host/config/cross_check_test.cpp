#include "host/config/cross_check.hpp"

#include "tests/host/config/config_fixture.hpp"

namespace tradectl::config {
namespace {

struct CrossCase {
    const char* path;
    const char* value;
    const char* problem;  ///< empty: fine
};

TEST_F(ConfigTest, NamesAndReferencesAreChecked) {
    const CrossCase cases[] = {
        {"exchanges",
         "[{name: a, plugin: p}, {name: a, plugin: p}]",
         "exchanges[1].name: 'a' is used twice"},
        {"instruments.BTC-USD.venue",
         "papr",
         "there is no exchange 'papr' (did you mean 'paper'?)"},
        {"instruments.BTC-USD.quantity_min", "5", ""},
        {"strategies.m.exchange", "other", "there is no exchange 'other' (there is: paper)"},
        {"strategies.m.account", "second", "there is no account 'second' (there is: main)"},
        {"strategies.m.account", "main", ""},
        {"alerts.command", "[/bin/page, --loud]", ""},
        {"alerts.command", "[page]", "alerts.command[0]: 'page' is not an absolute path"},
        {"alerts.events.halt", "silent", ""},
        {"strategies.m.instruments", "[ETH-USD]", "there is no instrument 'ETH-USD'"},
        {"strategies.m.instruments", "[BTC-USD, BTC-USD]", "'BTC-USD' is used twice"},
        {"strategies.m.instruments", "[\"*-USD\", BTC-USD]", ""},
        {"strategies.m.instruments", "[\"*?\"]", "'*?' must match"},
        {"exchanges.paper.mirrors", "other", "there is no exchange 'other' (there is: paper)"},
        {"exchanges.paper.mirrors", "paper", "'paper' mirrors an exchange itself"},
        {"exchanges.paper.instruments_max", "100001", "above the maximum 100000"},
        {"instruments.BTC-USD.close_time", "2026-01-02", ""},
        {"exchanges.paper.accounts", "[a, a]", "exchanges[0].accounts: 'a' is used twice"},
        {"data", "[{instrument: BTC, synth: {}}]", "there is no instrument 'BTC'"},
        {"data",
         "[{instrument: BTC-USD}]",
         "data[0]: needs exactly one of file, synth and exchange"},
        {"data",
         "[{instrument: BTC-USD, file: x, synth: {}}]",
         "exactly one of file, synth and exchange"},
        {"data",
         "[{instrument: BTC-USD, synth: {regime_trades_min: 9, regime_trades_max: 8}}]",
         "'9' is above regime_trades_max 8"},
        {"data",
         "[{instrument: BTC-USD, synth: {weights: {trend: 0, mean_reversion: 0, jump: 0, gap: "
         "0}}}]",
         "must not all be 0"},
        {"data",
         "[{instrument: BTC-USD, file: x}, {instrument: BTC-USD, file: x}]",
         "data[1].file: 'x' is played for 'BTC-USD' already"},
        {"data", "[{instrument: BTC-USD, file: x}, {instrument: BTC-USD, file: y}]", ""},
        {"data", "[{instrument: BTC-USD, synth: {}}]", ""},
        {"data", "[{instrument: BTC-USD, synth: {}, bars: {}}]", "data[0].bars: needs file"},
        {"data", "[{instrument: BTC-USD, file: x, bars: {play: quotes}, build: {}}]", ""},
        {"data",
         "[{instrument: BTC-USD, file: x, build: {}}, {instrument: BTC-USD, file: y, build: {}}]",
         "data[1].build: the bars of 'BTC-USD' are built twice"},
    };
    for (const auto& [path, value, problem] : cases) {
        options_.overrides = {{path, value, "--set"}};
        const std::string errors = errors_of(load(kMinimal));
        if (*problem == '\0') {
            EXPECT_EQ(errors, "") << path << "=" << value;
        } else {
            EXPECT_NE(errors.find(problem), std::string::npos) << path << ": " << errors;
        }
    }
}

TEST_F(ConfigTest, AKeyHasOneSourceAndAName) {
    const CrossCase cases[] = {
        {"keys", "[{name: a, type: secp256k1, file: a.key}]", ""},
        {"keys",
         "[{name: a, type: secret, stored: true}, {name: b, type: hmac, stored: true}]",
         ""},
        {"keys", "[{name: a, type: secret}]", "keys[0]: the key has no source"},
        {"keys", "[{name: a, type: secret, stored: false}]", "keys[0]: the key has no source"},
        {"keys",
         "[{name: a, type: secret, stored: true, file: x}]",
         "keys[0]: the key has two sources"},
        {"keys",
         "[{name: a, type: secret, stored: true}, {name: a, type: secret, stored: true}]",
         "keys[1].name: 'a' is used twice"},
        {"keys",
         "[{name: a, type: secret, command: [pass, a]}]",
         "keys[0].command[0]: 'pass' is not an absolute path"},
        {"keys",
         "[{name: a, type: es256, encoding: hex, stored: true}]",
         "keys[0].encoding: goes with keys of type hmac alone"},
        {"keys",
         "[{name: audit, type: secret, stored: true}]",
         "keys[0].name: 'audit' is the name of the audit log's own key"},
        {"keys", "[{name: A, type: secret, stored: true}]", "keys[0].name"},
    };
    for (const auto& [path, value, problem] : cases) {
        options_.overrides = {{path, value, "--set"}};
        const std::string errors = errors_of(load(kMinimal));
        if (*problem == '\0') {
            EXPECT_EQ(errors, "") << path << "=" << value;
        } else {
            EXPECT_NE(errors.find(problem), std::string::npos) << path << ": " << errors;
        }
    }
}

TEST_F(ConfigTest, InstrumentAndStrategyNamesAreUnique) {
    minimal_ += "  - {name: m, plugin: p, instruments: [BTC-USD]}\n";
    EXPECT_EQ(errors_of(load(minimal_)),
              "demo.yaml:8:12: strategies[1].name: 'm' is used twice (names must be unique)");
}

TEST_F(ConfigTest, WithTwoExchangesTheVenueMustBeNamed) {
    flag("exchanges", "[{name: a, plugin: p}, {name: b, plugin: p}]");
    const std::string errors = errors_of(load(kMinimal));
    EXPECT_NE(errors.find("instruments[0].venue: is required with more than one exchange "
                          "(one of a, b)"),
              std::string::npos);
    EXPECT_NE(errors.find("strategies[0].exchange: is required"), std::string::npos);
}

TEST_F(ConfigTest, AStrategyTradesAtItsOwnVenueOnly) {
    flag("exchanges", "[{name: a, plugin: p}, {name: b, plugin: p}]");
    flag("instruments.BTC-USD.venue", "a");
    flag("strategies.m.exchange", "b");
    EXPECT_NE(errors_of(load(kMinimal)).find("'BTC-USD' is traded at 'a', but the strategy at 'b'"),
              std::string::npos);
}

TEST_F(ConfigTest, LimitsMustNotCross) {
    flag("instruments.BTC-USD.quantity_min", "2");
    flag("instruments.BTC-USD.quantity_max", "1");
    flag("instruments.BTC-USD.price_min", "1");
    flag("instruments.BTC-USD.price_max", "1");
    EXPECT_EQ(errors_of(load(kMinimal)),
              "--set instruments.BTC-USD.quantity_min: instruments[0].quantity_min: '2' is above "
              "quantity_max 1");
}

TEST_F(ConfigTest, WhatAnInstrumentSaysMustFitTogether) {
    const struct {
        const char* key;
        const char* value;
        const char* problem;  ///< empty: fine
    } cases[] = {
        {"margin",
         "{initial: 0.1, maintenance: 0.5}",
         "margin.maintenance: '0.5' is above initial 0.1"},
        {"margin", "{initial: 0.5, maintenance: 0.5}", ""},
        {"quote", "BTC", "quote: 'BTC' is the base too, must differ"},
        {"settle", "EUR", "settle: 'EUR' is neither the base BTC nor the quote USD"},
        {"settle", "BTC", "settle: 'BTC' is the base, which needs margin"},
        {"settle", "USD", ""},
        {"quantity_min", "0.0015", "quantity_min: '0.0015' is no multiple of lot 0.001"},
        {"quantity_max", "0.0005", "quantity_max: '0.0005' is no multiple of lot 0.001"},
        {"quantity_max", "0.002", ""},
    };
    for (const auto& [key, value, problem] : cases) {
        const std::string path = "instruments.BTC-USD." + std::string(key);
        options_.overrides = {{path, value, "--set"}};
        const std::string errors = errors_of(load(kMinimal));
        if (*problem == '\0') {
            EXPECT_EQ(errors, "") << key << ": " << value;
            continue;
        }
        // Inside of a value the place is told, too.
        const std::string from = std::string(value).starts_with('{') ? "--set:1:29: " : "--set: ";
        EXPECT_EQ(errors, from + "instruments[0]." + problem) << key << ": " << value;
    }
}

TEST_F(ConfigTest, APriceOfABinaryIsAShare) {
    flag("instruments.BTC-USD.kind", "binary");
    flag("instruments.BTC-USD.price_max", "1.01");
    flag("instruments.BTC-USD.tick", "1");
    const std::string errors = errors_of(load(kMinimal));
    EXPECT_NE(errors.find("price_max: '1.01' is above 1"), std::string::npos) << errors;
    EXPECT_NE(errors.find("tick: '1' must be below 1"), std::string::npos) << errors;
}

TEST_F(ConfigTest, ModeAndClockMustFit) {
    flag("data", "[{instrument: BTC-USD, synth: {}}]");
    const char* cases[][3] = {{"backtest", "real", "does not go with mode backtest"},
                              {"live", "simulated", "does not go with mode live"},
                              {"paper", "simulated", ""},
                              {"live", "real", ""},
                              {"backtest", "simulated", ""}};
    for (const auto& [mode, clock, problem] : cases) {
        const std::string lines =
            "mode: " + std::string(mode) + "\nclock: " + std::string(clock) + "\n";
        const std::string errors = errors_of(load_with(lines));
        EXPECT_EQ(errors.empty(), *problem == '\0') << mode << clock << errors;
        EXPECT_NE(errors.find(problem), std::string::npos) << errors;
    }
}

TEST_F(ConfigTest, ASimulationNeedsData) {
    flag("mode", "backtest");
    EXPECT_NE(errors_of(load(kMinimal)).find("data: must not be empty under a simulated clock"),
              std::string::npos);
}

}  // namespace
}  // namespace tradectl::config

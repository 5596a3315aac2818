#include "host/config/load.hpp"

#include "host/config/describe.hpp"
#include "host/config/layers.hpp"
#include "host/config/risk_rules.hpp"
#include "tests/host/config/config_fixture.hpp"

#include <algorithm>
#include <set>

namespace tradectl::config {
namespace {

TEST_F(ConfigTest, TheSmallestOneLoadsWithDefaults) {
    const Outcome outcome = load(kMinimal);
    ASSERT_TRUE(outcome.document) << errors_of(outcome);
    const Config& config = outcome.document->config;
    EXPECT_EQ(config.mode, Mode::Paper);
    EXPECT_EQ(config.clock, ClockKind::Real);
    EXPECT_EQ(config.seed, 1U);
    EXPECT_EQ(config.wal.segment_bytes, 16U << 20);
    EXPECT_EQ(config.wal.latency_ns, 100'000);
    EXPECT_EQ(config.exchanges[0].accounts, std::vector<std::string>{"main"});
    EXPECT_EQ(config.instruments[0].venue, "paper");
    EXPECT_EQ(config.instruments[0].venue_symbol, "BTC-USD");
    EXPECT_EQ(config.instruments[0].tick, *Decimal::parse("0.01"));
    EXPECT_FALSE(config.instruments[0].quantity_max);
    EXPECT_EQ(config.strategies[0].exchange, "paper");
    EXPECT_EQ(config.strategies[0].account, "main");
    EXPECT_FALSE(config.risk.orders_per_second);
    EXPECT_EQ(config.state_dir, "");
}

TEST_F(ConfigTest, ABacktestIsSimulatedByDefault) {
    flag("mode", "backtest");
    flag("data", "[{instrument: BTC-USD, file: a.tdat}]");
    const Outcome outcome = load(kMinimal);
    ASSERT_TRUE(outcome.document) << errors_of(outcome);
    EXPECT_EQ(outcome.document->config.clock, ClockKind::Simulated);
    EXPECT_EQ(outcome.document->config.data[0].file, "/work/a.tdat");
}

TEST_F(ConfigTest, AllProblemsComeAtOnce) {
    const Outcome outcome = load_with("mdoe: paper\nseed: -1\nspeed: abc\nwal: {segment: 1KiB}\n");
    EXPECT_EQ(errors_of(outcome),
              "demo.yaml:1:1: mdoe: unknown key 'mdoe' (did you mean 'mode'?)\n"
              "demo.yaml:2:7: seed: '-1' is below the minimum 0\n"
              "demo.yaml:3:8: speed: 'abc' is not a decimal of at most 18 places\n"
              "demo.yaml:4:16: wal.segment: '1KiB' is below the minimum 64KiB");
    EXPECT_FALSE(outcome.document);
}

TEST_F(ConfigTest, AnEmptyFileLacksWhatIsRequired) {
    const std::string text = errors_of(load(""));
    for (const char* key : {"name", "exchanges", "instruments"})
        EXPECT_NE(text.find(std::string(key) + ": is required, but missing"), std::string::npos);
}

TEST_F(ConfigTest, AFileThatIsNoMapIsRefused) {
    EXPECT_EQ(errors_of(load("- a\n- b\n")), "demo.yaml:1:1: must be a map, but is a list");
    EXPECT_FALSE(load("just text").document);
}

struct BadValue {
    const char* path;
    const char* value;
    const char* part;
};

TEST_F(ConfigTest, BadValuesNameValueAndLimit) {
    const BadValue cases[] = {
        {"name", "Demo", "'Demo' must match [a-z0-9-]{1,40}"},
        {"name", "", "must not be empty"},
        {"name", "a23456789-123456789-123456789-123456789-1", "must match"},
        {"mode", "papr", "'papr' is not one of backtest, paper, live (did you mean 'paper'?)"},
        {"seed", "1.5", "'1.5' is not a whole number"},
        {"seed", "9223372036854775808", "is too large"},
        {"seed", "[1]", "must be a single value, but is a list"},
        {"speed", "0", "'0' must be above 0"},
        {"speed", "nan", "is not a decimal"},
        {"speed", "0.0000000000000000001", "is not a decimal of at most 18 places"},
        {"log.level", "loud", "is not one of"},
        {"log", "text", "must be a map, but is a single value"},
        {"wal.latency", "5", "is not a duration"},
        {"wal.latency", "11s", "'11s' is above the maximum 10s"},
        {"wal.segment", "2GiB", "is above the maximum 1GiB"},
        {"instruments.BTC-USD.tick", "0", "must be above 0"},
        {"instruments.BTC-USD.tick", "-1", "must be above 0"},
        {"instruments.BTC-USD.name", "a b", "must match"},
        {"instruments", "[]", "0 items is below the minimum of 1"},
        {"strategies.m.instruments", "[]", "0 items is below the minimum of 1"},
        {"risk.one_position_per_instrument", "yes", "'yes' is not true or false"},
        {"risk.orders_per_second", "0", "is below the minimum 1"},
        {"strategies.m.risk.exposure_total_max", "1", "unknown key 'exposure_total_max'"},
    };
    for (const auto& [path, value, part] : cases) {
        options_.overrides = {{path, value, "--set"}};
        const std::string text = errors_of(load(kMinimal));
        EXPECT_NE(text.find(part), std::string::npos) << path << "=" << value << ": " << text;
    }
}

TEST_F(ConfigTest, ABoundaryValueIsTaken) {
    flag("name", "a23456789-123456789-123456789-123456789-");
    flag("wal.latency", "10s");
    flag("wal.segment", "64KiB");
    flag("seed", "9223372036854775807");
    EXPECT_EQ(errors_of(load(kMinimal)), "");
}

TEST_F(ConfigTest, LayersGoFlagsEnvironmentFileDefault) {
    options_.environment = {{"TRADECTL_SEED", "3"}, {"TRADECTL_LOG_LEVEL", "debug"}};
    flag("seed", "4");
    const Outcome outcome = load_with("seed: 2\nspeed: 2\n");
    ASSERT_TRUE(outcome.document) << errors_of(outcome);
    EXPECT_EQ(outcome.document->config.seed, 4U);
    const Node& merged = outcome.document->merged;
    EXPECT_EQ(merged.find("seed")->origin.to_string(), "--set seed");
    EXPECT_EQ(merged.find("log")->find("level")->origin.to_string(), "TRADECTL_LOG_LEVEL");
    EXPECT_EQ(merged.find("speed")->origin.to_string(), "demo.yaml:2:8");
    EXPECT_EQ(merged.find("mode")->origin.to_string(), "default");
}

TEST_F(ConfigTest, VariableNamesAreUnique) {
    std::set<std::string> names;
    for (const VariableKey& key : variable_keys(config_rules()))
        EXPECT_TRUE(names.insert(key.variable).second) << key.variable;
    EXPECT_EQ(names.count("TRADECTL_RISK_ORDERS_PER_SECOND"), 1U);
}

TEST_F(ConfigTest, AMisspeltVariableIsPointedOut) {
    options_.environment = {{"TRADECTL_SEDE", "3"}, {"TRADECTL_PLUGIN_PATH", "/x"}};
    EXPECT_EQ(text_of(load(kMinimal).warnings),
              "TRADECTL_SEDE: sets nothing (did you mean TRADECTL_SEED?)");
}

TEST_F(ConfigTest, PathsStartWhereTheyWereWritten) {
    flag("log.file", "run.log");
    const Outcome outcome = load_with("state_dir: ../state\nplugins: {paths: [plugins, /opt/p]}\n");
    ASSERT_TRUE(outcome.document) << errors_of(outcome);
    EXPECT_EQ(outcome.document->config.state_dir, "/etc/state");
    EXPECT_EQ(outcome.document->config.log.file, "/work/run.log");
    EXPECT_EQ(outcome.document->config.plugin_paths,
              (std::vector<std::string>{"/etc/demo/plugins", "/opt/p"}));
}

TEST_F(ConfigTest, AStrategysLimitsReplaceTheSessions) {
    const Outcome outcome = load_with(
        "risk: {orders_per_second: 5, open_orders_max: 9, exposure_total_max: \"10.5\"}\n");
    ASSERT_TRUE(outcome.document) << errors_of(outcome);
    flag("strategies.m.risk.open_orders_max", "2");
    const Outcome own = load_with("risk: {orders_per_second: 5, open_orders_max: 9}\n");
    ASSERT_TRUE(own.document) << errors_of(own);
    EXPECT_EQ(outcome.document->config.strategies[0].risk.open_orders_max, 9U);
    EXPECT_EQ(outcome.document->config.risk.exposure_total_max, *Decimal::parse("10.5"));
    EXPECT_EQ(own.document->config.strategies[0].risk.open_orders_max, 2U);
    EXPECT_EQ(own.document->config.strategies[0].risk.orders_per_second, 5U);
    EXPECT_EQ(own.document->config.risk.open_orders_max, 9U);
}

TEST_F(ConfigTest, DecimalsNeverPassThroughDouble) {
    flag("instruments.BTC-USD.tick", "0.100000000000000001");
    const Outcome outcome = load(kMinimal);
    ASSERT_TRUE(outcome.document) << errors_of(outcome);
    EXPECT_EQ(outcome.document->config.instruments[0].tick.to_string(), "0.100000000000000001");
}

TEST_F(ConfigTest, TheHashKnowsValuesNotSpelling) {
    const std::string hash = load_with("speed: 2\n").document->hash;
    EXPECT_EQ(hash.size(), 64U);
    EXPECT_EQ(load_with("# other text\nspeed:   '2.0'\n").document->hash, hash);
    EXPECT_NE(load_with("speed: 3\n").document->hash, hash);
}

TEST_F(ConfigTest, EveryRiskLimitReachesTheConfig) {
    const Outcome outcome = load_with(R"(risk:
  order_notional_max: 1
  position_quantity_max: 2
  position_notional_max: 3
  exposure_strategy_max: 4
  exposure_venue_max: 5
  exposure_total_max: 6
  open_orders_max: 7
  positions_max: 8
  one_position_per_instrument: true
  orders_per_second: 9
  orders_burst: 10
  orders_per_day: 11
  venue_orders_per_second: 12
  venue_orders_burst: 13
  venue_orders_per_day: 14
  retry_deadline: 15s
  duplicate_window: 16s
)");
    ASSERT_TRUE(outcome.document) << errors_of(outcome);
    const RiskConfig& risk = outcome.document->config.risk;
    EXPECT_EQ(risk.order_notional_max, Decimal::from_int(1));
    EXPECT_EQ(risk.position_quantity_max, Decimal::from_int(2));
    EXPECT_EQ(risk.position_notional_max, Decimal::from_int(3));
    EXPECT_EQ(risk.exposure_strategy_max, Decimal::from_int(4));
    EXPECT_EQ(risk.exposure_venue_max, Decimal::from_int(5));
    EXPECT_EQ(risk.exposure_total_max, Decimal::from_int(6));
    EXPECT_EQ(risk.open_orders_max, 7U);
    EXPECT_EQ(risk.positions_max, 8U);
    EXPECT_TRUE(risk.one_position_per_instrument);
    EXPECT_EQ(risk.orders_per_second, 9U);
    EXPECT_EQ(risk.orders_burst, 10U);
    EXPECT_EQ(risk.orders_per_day, 11U);
    EXPECT_EQ(risk.venue_orders_per_second, 12U);
    EXPECT_EQ(risk.venue_orders_burst, 13U);
    EXPECT_EQ(risk.venue_orders_per_day, 14U);
    EXPECT_EQ(risk.retry_deadline_ns, 15'000'000'000);
    EXPECT_EQ(risk.duplicate_window_ns, 16'000'000'000);
}

TEST_F(ConfigTest, EveryLimitOfMarketAndLossReachesTheConfig) {
    const Outcome outcome = load_with(R"(risk:
  book: required
  quote_age_max: 1s
  price_collar: 0.2
  depth_min: 3
  slippage_max: 0.4
  closing_window: 5s
  gas_price_max: 6
  daily_loss_max: 7
  daily_loss_total_max: 8
  drawdown_max: 0.9
  losing_trades_max: 10
  reject_rate_max: 0.11
  reject_window: 12
  unresolved_max: 13
  stream_stale_max: 14s
  breaker_threshold: 15
  breaker_cool_down: 16s
)");
    ASSERT_TRUE(outcome.document) << errors_of(outcome);
    const RiskConfig& risk = outcome.document->config.risk;
    EXPECT_EQ(risk.book, BookCheck::Required);
    EXPECT_EQ(risk.quote_age_ns_max, 1 * kNsPerSecond);
    EXPECT_EQ(risk.price_collar, 0.2_d);
    EXPECT_EQ(risk.depth_min, 3_d);
    EXPECT_EQ(risk.slippage_max, 0.4_d);
    EXPECT_EQ(risk.slippage_needs, BookNeed::Nothing);
    EXPECT_EQ(risk.closing_window_ns, 5 * kNsPerSecond);
    EXPECT_EQ(risk.gas_price_max, 6_d);
    EXPECT_EQ(risk.daily_loss_max, 7_d);
    EXPECT_EQ(risk.daily_loss_total_max, 8_d);
    EXPECT_EQ(risk.drawdown_max, 0.9_d);
    EXPECT_EQ(risk.losing_trades_max, 10U);
    EXPECT_EQ(risk.reject_rate_max, 0.11_d);
    EXPECT_EQ(risk.reject_window, 12U);
    EXPECT_EQ(risk.unresolved_max, 13U);
    EXPECT_EQ(risk.stream_stale_ns_max, 14 * kNsPerSecond);
    EXPECT_EQ(risk.breaker_threshold, 15U);
    EXPECT_EQ(risk.breaker_cool_down_ns, 16 * kNsPerSecond);
}

TEST_F(ConfigTest, PaperStartsWithMarketLimitsAndABacktestWithNone) {
    const RiskConfig paper = default_risk(Mode::Paper, ClockKind::Real);
    EXPECT_EQ(paper.book, BookCheck::Sound);
    EXPECT_EQ(paper.quote_age_ns_max, 10 * kNsPerSecond);
    EXPECT_EQ(paper.slippage_max, 0.005_d);
    EXPECT_EQ(paper.slippage_needs, BookNeed::Depth);
    EXPECT_EQ(paper.breaker_threshold, 5U);
    EXPECT_EQ(paper.duplicate_window_ns, kNsPerMinute);
    const RiskConfig backtest = default_risk(Mode::Backtest, ClockKind::Simulated);
    EXPECT_EQ(backtest.book, BookCheck::Off);
    EXPECT_EQ(backtest.quote_age_ns_max, 0);
    EXPECT_FALSE(backtest.slippage_max);
    EXPECT_EQ(backtest.breaker_threshold, 0U);
    EXPECT_EQ(backtest.duplicate_window_ns, 0);
}

TEST_F(ConfigTest, ZeroTurnsALimitOffThatIsOnByItself) {
    const Outcome outcome = load_with(
        "mode: paper\nrisk: {slippage_max: 0, gas_price_max: 0, quote_age_max: 0, book: "
        "\"off\"}\n");
    ASSERT_TRUE(outcome.document) << errors_of(outcome);
    EXPECT_FALSE(outcome.document->config.risk.slippage_max);
    EXPECT_FALSE(outcome.document->config.risk.gas_price_max);
    EXPECT_EQ(outcome.document->config.risk.quote_age_ns_max, 0);
    EXPECT_EQ(outcome.document->config.risk.book, BookCheck::Off);
}

TEST_F(ConfigTest, AMissingFileIsNotFoundAndAFolderIsNoFile) {
    EXPECT_EQ(read_source("/nonexistent/x.yaml").error().code, ErrorCode::NotFound);
    EXPECT_EQ(read_source("/").error().code, ErrorCode::Io);
}

}  // namespace
}  // namespace tradectl::config

#include "host/config/bind.hpp"

#include "host/base/assert.hpp"
#include "host/config/exchange_rules.hpp"
#include "host/config/key_rules.hpp"
#include "host/config/read_node.hpp"
#include "host/config/reconcile_rules.hpp"
#include "host/config/risk_rules.hpp"

#include <array>
#include <utility>

namespace tradectl::config {
namespace {

template <typename Enum>
struct Word {
    std::string_view text;
    Enum value;
};
constexpr std::array<Word<Mode>, 3> kModes{
    {{"backtest", Mode::Backtest}, {"paper", Mode::Paper}, {"live", Mode::Live}}};
constexpr std::array<Word<ClockKind>, 2> kClocks{
    {{"real", ClockKind::Real}, {"simulated", ClockKind::Simulated}}};
constexpr std::array<Word<LogFormat>, 2> kLogFormats{
    {{"text", LogFormat::Text}, {"json", LogFormat::Json}}};
constexpr std::array<Word<OrdersPolicy>, 2> kOrdersPolicies{
    {{"cancel", OrdersPolicy::Cancel}, {"keep", OrdersPolicy::Keep}}};
constexpr std::array<Word<PositionsPolicy>, 2> kPositionsPolicies{
    {{"keep", PositionsPolicy::Keep}, {"flatten", PositionsPolicy::Flatten}}};
constexpr std::array<Word<ExitsOnBars>, 3> kExitsOnBars{{{"close", ExitsOnBars::Close},
                                                         {"inside", ExitsOnBars::Inside},
                                                         {"level", ExitsOnBars::Level}}};
constexpr std::array<Word<FaultPolicy>, 3> kFaultPolicies{{{"cancel", FaultPolicy::Cancel},
                                                           {"keep", FaultPolicy::Keep},
                                                           {"flatten", FaultPolicy::Flatten}}};
constexpr std::array<Word<RecoveryPolicy>, 2> kRecoveryPolicies{
    {{"auto", RecoveryPolicy::Auto}, {"refuse", RecoveryPolicy::Refuse}}};
constexpr std::array<Word<AuditPolicy>, 3> kAuditPolicies{
    {{"auto", AuditPolicy::Auto}, {"on", AuditPolicy::On}, {"off", AuditPolicy::Off}}};
constexpr std::array<Word<TrustPolicy>, 2> kTrustPolicies{
    {{"auto", TrustPolicy::Auto}, {"required", TrustPolicy::Required}}};
constexpr std::array<Word<AlertMode>, 3> kAlertModes{
    {{"on", AlertMode::On}, {"silent", AlertMode::Silent}, {"off", AlertMode::Off}}};
constexpr std::array<Word<AlertKind>, kAlertKinds> kAlertEvents{
    {{"halt", AlertKind::Halt},
     {"breaker", AlertKind::Breaker},
     {"unresolved", AlertKind::Unresolved},
     {"orphan", AlertKind::Orphan},
     {"drift", AlertKind::Drift},
     {"wal", AlertKind::Wal},
     {"fault", AlertKind::Fault}}};
constexpr std::array<Word<BarPlay>, 3> kBarPlays{
    {{"bars", BarPlay::Bars}, {"quotes", BarPlay::Quotes}, {"trades", BarPlay::Trades}}};
constexpr std::array<Word<BarPath>, 3> kBarPaths{
    {{"far_first", BarPath::FarFirst},
     {"open_high_low_close", BarPath::OpenHighLowClose},
     {"open_low_high_close", BarPath::OpenLowHighClose}}};
constexpr std::array<Word<BarPrice>, 4> kBarPrices{{{"last", BarPrice::Last},
                                                    {"bid", BarPrice::Bid},
                                                    {"ask", BarPrice::Ask},
                                                    {"mid", BarPrice::Mid}}};
constexpr std::array<Word<BarClosed>, 2> kBarClosed{
    {{"left", BarClosed::Left}, {"right", BarClosed::Right}}};
constexpr std::array<Word<BarEmpty>, 2> kBarEmpty{
    {{"skip", BarEmpty::Skip}, {"flat", BarEmpty::Flat}}};
constexpr std::array<Word<ReturnsKind>, 2> kReturnsKinds{
    {{"simple", ReturnsKind::Simple}, {"geometric", ReturnsKind::Geometric}}};
constexpr std::array<Word<DrawdownBase>, 2> kDrawdownBases{
    {{"equity", DrawdownBase::Equity}, {"trades", DrawdownBase::ClosedTrades}}};
constexpr std::array<Word<TradeMeasure>, 2> kTradeMeasures{
    {{"money", TradeMeasure::Money}, {"ratio", TradeMeasure::Ratio}}};
constexpr std::array<Word<FirstPoint>, 2> kFirstPoints{
    {{"start", FirstPoint::Start}, {"sample", FirstPoint::Sample}}};
constexpr std::array<Word<OpenTrades>, 2> kOpenTrades{
    {{"none", OpenTrades::LeaveOut}, {"mark", OpenTrades::Mark}}};
constexpr std::array<Word<InstrumentKind>, 6> kInstrumentKinds{
    {{"spot", InstrumentKind::Spot},
     {"perpetual", InstrumentKind::Perpetual},
     {"future", InstrumentKind::Future},
     {"binary", InstrumentKind::Binary},
     {"equity", InstrumentKind::Equity},
     {"swap", InstrumentKind::Swap}}};

std::string text_or(const Node& map, std::string_view key, const std::string& other) {
    const Node* found = map.find(key);
    return found == nullptr ? other : found->text;
}

bool is_true(const Node& map, std::string_view key) {
    return text(map, key) == "true";
}

std::optional<Decimal> decimal_if(const Node& map, std::string_view key) {
    if (map.find(key) == nullptr) return std::nullopt;
    return decimal(map, key);
}

template <typename Enum, std::size_t Count>
Enum word(const Node& map, std::string_view key, const std::array<Word<Enum>, Count>& words) {
    const std::string& wanted = text(map, key);
    for (const Word<Enum>& entry : words) {
        if (entry.text == wanted) return entry.value;
    }
    TRADECTL_ASSERT(false && "a choice of the rules that bind does not know");
    return words[0].value;
}

MarginConfig bind_margin(const Node& node) {
    MarginConfig margin;
    margin.initial = decimal(node, "initial");
    const Decimal half = Decimal::from_raw(margin.initial.raw() / 2);
    margin.maintenance = decimal_if(node, "maintenance").value_or(half);
    return margin;
}

InstrumentConfig bind_instrument(const Node& node, const std::vector<ExchangeConfig>& exchanges) {
    InstrumentConfig instrument;
    instrument.name = text(node, "name");
    instrument.venue = text_or(node, "venue", exchanges.front().name);
    instrument.venue_symbol = text_or(node, "venue_symbol", instrument.name);
    instrument.kind = word(node, "kind", kInstrumentKinds);
    instrument.base = text(node, "base");
    instrument.quote = text(node, "quote");
    instrument.tick = decimal(node, "tick");
    instrument.lot = decimal(node, "lot");
    instrument.multiplier = decimal(node, "multiplier");
    instrument.quantity_min = decimal_if(node, "quantity_min");
    instrument.quantity_max = decimal_if(node, "quantity_max");
    instrument.notional_min = decimal_if(node, "notional_min");
    instrument.price_min = decimal_if(node, "price_min");
    instrument.price_max = decimal_if(node, "price_max");
    if (node.find("close_time") != nullptr)
        instrument.close_time =
            Timestamp::parse(text(node, "close_time")).value_or(Timestamp::none());
    instrument.settle = text_or(node, "settle", instrument.quote);
    if (node.find("margin") != nullptr) instrument.margin = bind_margin(child(node, "margin"));
    return instrument;
}

SynthConfig bind_synth(const Node& node) {
    SynthConfig synth;
    if (node.find("seed") != nullptr)
        synth.seed = static_cast<std::uint64_t>(integer(node, "seed"));
    synth.start = Timestamp::parse(text(node, "start")).value_or(Timestamp::none());
    synth.trades_max = static_cast<std::uint64_t>(integer(node, "trades"));
    synth.price = decimal(node, "price");
    synth.quantity_mean = decimal(node, "quantity");
    synth.interval_mean_ns = duration(node, "interval");
    synth.spread_ticks = count(node, "spread_ticks");
    synth.volatility_ppm = count(node, "volatility_ppm");
    synth.trend_ppm = count(node, "trend_ppm");
    synth.jump_ppm_max = count(node, "jump_ppm");
    synth.gap_ns_max = duration(node, "gap");
    synth.regime_trades_min = count(node, "regime_trades_min");
    synth.regime_trades_max = count(node, "regime_trades_max");
    const Node& weights = child(node, "weights");
    synth.weight_trend = count(weights, "trend");
    synth.weight_mean_reversion = count(weights, "mean_reversion");
    synth.weight_jump = count(weights, "jump");
    synth.weight_gap = count(weights, "gap");
    synth.quotes = is_true(node, "quotes");
    return synth;
}

BarPlayConfig bind_bar_play(const Node& node) {
    BarPlayConfig bars;
    bars.play = word(node, "play", kBarPlays);
    bars.path = word(node, "path", kBarPaths);
    bars.spacing_ns = duration(node, "spacing");
    bars.spread_ticks = count(node, "spread_ticks");
    bars.quantity = decimal_if(node, "quantity");
    return bars;
}

BarBuildConfig bind_bar_build(const Node& node) {
    BarBuildConfig build;
    build.price = word(node, "price", kBarPrices);
    build.closed = word(node, "closed", kBarClosed);
    build.empty = word(node, "empty", kBarEmpty);
    return build;
}

DataConfig bind_data(const Node& node) {
    DataConfig data;
    data.instrument = text(node, "instrument");
    data.file = path_or_empty(node, "file");
    data.exchange = text_or(node, "exchange", "");
    if (const Node* bars = node.find("bars")) data.bars = bind_bar_play(*bars);
    if (const Node* build = node.find("build")) data.build = bind_bar_build(*build);
    if (const Node* synth = node.find("synth")) data.synth = bind_synth(*synth);
    return data;
}

StrategyConfig bind_strategy(const Node& node, const Config& config) {
    StrategyConfig strategy;
    strategy.name = text(node, "name");
    strategy.plugin = text(node, "plugin");
    strategy.exchange = text_or(node, "exchange", config.exchanges.front().name);
    for (const ExchangeConfig& exchange : config.exchanges) {
        if (exchange.name == strategy.exchange)
            strategy.account = text_or(node, "account", exchange.accounts.front());
    }
    strategy.instruments = texts(child(node, "instruments"));
    strategy.settings = child(node, "settings");
    strategy.risk = config.risk;
    overlay_risk(child(node, "risk"), strategy.risk);
    strategy.kill_file = path_or_empty(node, "kill_file");
    strategy.on_fault = word(node, "on_fault", kFaultPolicies);
    strategy.exits_on_bars = word(node, "exits_on_bars", kExitsOnBars);
    return strategy;
}

ReportConfig bind_report(const Node& node) {
    ReportConfig report;
    report.currency = text_or(node, "currency", "");
    if (node.find("sample") != nullptr) report.sample_ns = duration(node, "sample");
    if (node.find("year_days") != nullptr) report.year_days = count(node, "year_days");
    report.returns = word(node, "returns", kReturnsKinds);
    report.risk_free = decimal(node, "risk_free");
    report.sortino_target = decimal(node, "sortino_target");
    report.drawdown_on = word(node, "drawdown_on", kDrawdownBases);
    report.trades_on = word(node, "trades_on", kTradeMeasures);
    report.first_point = word(node, "first_point", kFirstPoints);
    report.finalize = word(node, "finalize", kOpenTrades);
    report.hold_after = count(node, "hold_after");
    return report;
}

AlertsConfig bind_alerts(const Node& node) {
    AlertsConfig alerts;
    const Node& webhook = child(node, "webhook");
    alerts.webhook_url = text_or(webhook, "url", "");
    alerts.webhook_roots = path_or_empty(webhook, "roots");
    alerts.webhook_timeout_ns = duration(webhook, "timeout");
    alerts.command = texts(child(node, "command"));
    alerts.command_timeout_ns = duration(node, "command_timeout");
    for (const auto& event : kAlertEvents) {
        alerts.modes[static_cast<std::size_t>(event.value)] =
            word(child(node, "events"), event.text, kAlertModes);
    }
    alerts.min_interval_ns = duration(node, "min_interval");
    return alerts;
}

void bind_process(const Node& merged, Config& config) {
    config.state_dir = path_or_empty(merged, "state_dir");
    const Node& log = child(merged, "log");
    config.log = {text(log, "level"), word(log, "format", kLogFormats), path_or_empty(log, "file")};
    const Node& plugins = child(merged, "plugins");
    for (const Node& path : child(plugins, "paths").children)
        config.plugin_paths.push_back(absolute_path(path.text, path.origin.directory));
    config.plugin_lock = path_or_empty(plugins, "lock");
    config.plugin_trust = word(plugins, "trust", kTrustPolicies);
    const Node& wal = child(merged, "wal");
    const Node& archive = child(wal, "archive");
    config.wal = {checked(parse_size(text(wal, "segment"))),
                  duration(wal, "latency"),
                  {duration(archive, "after"),
                   duration(archive, "keep"),
                   checked(parse_size(text(archive, "limit")))}};
    const Node& shutdown = child(merged, "shutdown");
    config.shutdown = {word(shutdown, "orders", kOrdersPolicies),
                       word(shutdown, "positions", kPositionsPolicies),
                       static_cast<std::uint64_t>(integer(shutdown, "after_fills"))};
    config.recovery = word(merged, "recovery", kRecoveryPolicies);
    config.audit = word(merged, "audit", kAuditPolicies);
    config.alerts = bind_alerts(child(merged, "alerts"));
}

}  // namespace

std::string_view to_string(Mode mode) {
    return kModes[static_cast<std::size_t>(mode)].text;
}

std::string_view to_string(ClockKind clock) {
    return kClocks[static_cast<std::size_t>(clock)].text;
}

std::string_view to_string(AlertKind kind) {
    return kAlertEvents[static_cast<std::size_t>(kind)].text;
}

Config bind(const Node& merged) {
    Config config;
    config.name = text(merged, "name");
    config.mode = word(merged, "mode", kModes);
    config.clock = config.mode == Mode::Backtest ? ClockKind::Simulated : ClockKind::Real;
    if (merged.find("clock") != nullptr) config.clock = word(merged, "clock", kClocks);
    config.seed = static_cast<std::uint64_t>(integer(merged, "seed"));
    config.speed = decimal(merged, "speed");
    bind_process(merged, config);
    config.risk = default_risk(config.mode, config.clock);
    overlay_risk(child(merged, "risk"), config.risk);
    for (const Node& node : child(merged, "keys").children)
        config.keys.push_back(bind_key(node));
    for (const Node& node : child(merged, "exchanges").children)
        config.exchanges.push_back(bind_exchange(node));
    for (const Node& node : child(merged, "instruments").children)
        config.instruments.push_back(bind_instrument(node, config.exchanges));
    for (const Node& node : child(merged, "data").children)
        config.data.push_back(bind_data(node));
    for (const Node& node : child(merged, "strategies").children)
        config.strategies.push_back(bind_strategy(node, config));
    config.report = bind_report(child(merged, "report"));
    config.reconcile = bind_reconcile(child(merged, "reconcile"));
    return config;
}

}  // namespace tradectl::config

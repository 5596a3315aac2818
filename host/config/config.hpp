/// The configuration of one session, typed and checked. File format: tradectl.yaml(5).
#pragma once

#include "host/config/node.hpp"

#include <tradectl/decimal.hpp>
#include <tradectl/timestamp.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tradectl::config {

enum class Mode { Backtest, Paper, Live };
enum class ClockKind { Real, Simulated };
enum class LogFormat { Text, Json };
enum class OrdersPolicy { Cancel, Keep };
enum class PositionsPolicy { Keep, Flatten };
enum class FaultPolicy { Cancel, Keep, Flatten };
/// By a bar's close, at market; or anywhere between its low and high, at the level that was hit:
/// kept within the bar, or exactly.
enum class ExitsOnBars { Close, Inside, Level };
enum class RecoveryPolicy { Auto, Refuse };
/// Auto: on where state is kept, but not in a backtest.
enum class AuditPolicy { Auto, On, Off };
/// Which plugins may run: Auto: any, with a warning, but in mode live as Required; Required: those
/// that plugins.lock names.
enum class TrustPolicy { Auto, Required };
/// What an alert is about.
enum class AlertKind : std::uint8_t { Halt, Breaker, Unresolved, Orphan, Drift, Wal, Fault };
inline constexpr std::size_t kAlertKinds = 7;
/// Silent: sent, and marked so that nobody need be woken.
enum class AlertMode : std::uint8_t { On, Silent, Off };
/// The numbers are the ABI's TRADECTL_INSTRUMENT_*.
enum class InstrumentKind : std::uint32_t {
    Spot = 1,
    Perpetual = 2,
    Future = 3,
    Binary = 4,
    Equity = 5,
    Swap = 6,
};

/// The words of the file: "backtest", "real" ...
[[nodiscard]] std::string_view to_string(Mode mode);
[[nodiscard]] std::string_view to_string(ClockKind clock);
[[nodiscard]] std::string_view to_string(AlertKind kind);

struct LogConfig {
    std::string level = "info";  ///< trace, debug, info, warning, error, off
    LogFormat format = LogFormat::Text;
    std::string file;  ///< absolute; empty: standard error
};

/// What becomes of segments that are finished and applied.
struct ArchiveConfig {
    std::int64_t after_ns = 0;    ///< compressed when the next one is as old as this
    std::int64_t keep_ns = 0;     ///< removed when the next one is as old as this; 0: never
    std::uint64_t bytes_max = 0;  ///< of all of them; 0: no limit
};

struct WalConfig {
    std::uint64_t segment_bytes = 0;
    std::int64_t latency_ns = 0;  ///< simulated clock: from write to durable
    ArchiveConfig archive = {};
};

struct ShutdownConfig {
    OrdersPolicy orders = OrdersPolicy::Cancel;
    PositionsPolicy positions = PositionsPolicy::Keep;
    std::uint64_t after_fills = 0;  ///< in the books, earlier runs' included; 0: whatever they hold
};

struct AlertsConfig {
    std::string webhook_url;    ///< a secret; empty: there is none
    std::string webhook_roots;  ///< absolute path of a PEM file; empty: the system's roots
    std::int64_t webhook_timeout_ns = 0;
    std::vector<std::string> command;  ///< program by absolute path, and arguments; or empty
    std::int64_t command_timeout_ns = 0;
    std::array<AlertMode, kAlertKinds> modes{};  ///< by AlertKind
    std::int64_t min_interval_ns = 0;            ///< between two of one kind and subject
};

/// How an exchange plugin reaches its venue.
struct NetworkConfig {
    std::vector<std::string> hosts;  ///< empty: those of the plugin's manifest
    std::string proxy;               ///< URL; empty: none
    std::string ca_file;             ///< absolute path of a PEM file; empty: the system's roots
    std::vector<std::string> pins;   ///< base64 of SHA-256 of public keys; empty: any
    std::int64_t request_timeout_ns = 0;
    std::int64_t connect_timeout_ns = 0;
    std::int64_t heartbeat_ns = 0;
    std::int64_t silence_ns = 0;  ///< an open stream without messages for so long is stale
    bool deflate = false;
    std::string record_dir;  ///< absolute path of a recording's directory; empty: none
};

/// What may be signed in the name of an exchange's keys.
struct SigningConfig {
    std::vector<std::uint64_t> chains;   ///< EIP-155 chain ids
    std::vector<std::string> contracts;  ///< addresses, 0x and 40 hex digits
};

struct ExchangeConfig {
    std::string name;  ///< the venue's name in instruments and reports
    std::string plugin;
    std::vector<std::string> accounts;
    std::vector<std::string> keys;  ///< names of keys that its plugin may use
    SigningConfig signing;
    NetworkConfig network;
    std::uint32_t instruments_max = 0;  ///< that its plugin may add while running
    std::string mirrors;  ///< another exchange, whose instruments it trades too; or empty
    /// Venues without a fence: an order that is nowhere to be seen counts as never arrived this
    /// long after its intent. Nothing: an operator decides.
    std::optional<std::int64_t> never_arrived_after_ns;
    Node settings;  ///< checked later, against the plugin's schema, by validate_settings
};

/// Shares of the notional, 0 < maintenance <= initial <= 1.
struct MarginConfig {
    Decimal initial;
    Decimal maintenance;
};

struct InstrumentConfig {
    std::string name;   ///< unique: "BTC-USD.paper"
    std::string venue;  ///< name of an exchange
    std::string venue_symbol;
    InstrumentKind kind = InstrumentKind::Spot;
    std::string base;
    std::string quote;
    Decimal tick;
    Decimal lot;
    Decimal multiplier;  ///< quote value of one unit at price 1
    std::optional<Decimal> quantity_min;
    std::optional<Decimal> quantity_max;
    std::optional<Decimal> notional_min;
    std::optional<Decimal> price_min;
    std::optional<Decimal> price_max;
    Timestamp close_time = Timestamp::none();
    std::string settle;                  ///< base or quote: what profit is paid in
    std::optional<MarginConfig> margin;  ///< nothing: cash accounting
};

/// A seeded synthetic market, as `tradectl data synth` makes it. Rates are parts per million (ppm)
/// of the price.
struct SynthConfig {
    std::optional<std::uint64_t> seed;  ///< nothing: from the session's seed
    Timestamp start;                    ///< event time of the market's first moment
    std::uint64_t trades_max = 0;       ///< 0: endless
    Decimal price;                      ///< at the start
    Decimal quantity_mean;              ///< of a trade
    std::int64_t interval_mean_ns = 0;  ///< between two trades
    std::uint32_t spread_ticks = 0;
    std::uint32_t volatility_ppm = 0;  ///< size of a usual step
    std::uint32_t trend_ppm = 0;       ///< drift of a step in a trend
    std::uint32_t jump_ppm_max = 0;
    std::int64_t gap_ns_max = 0;          ///< longest silence
    std::uint32_t regime_trades_min = 0;  ///< length of a regime
    std::uint32_t regime_trades_max = 0;
    /// How often each regime is chosen; not all are 0.
    std::uint32_t weight_trend = 0;
    std::uint32_t weight_mean_reversion = 0;
    std::uint32_t weight_jump = 0;
    std::uint32_t weight_gap = 0;
    bool quotes = true;  ///< a quote before each trade
};

/// What recorded bars are played as. The numbers' meaning: host/market/bar_path_source.hpp.
enum class BarPlay { Bars, Quotes, Trades };
enum class BarPath { FarFirst, OpenHighLowClose, OpenLowHighClose };
struct BarPlayConfig {
    BarPlay play = BarPlay::Bars;
    BarPath path = BarPath::FarFirst;
    std::int64_t spacing_ns = 0;  ///< 0: even
    std::uint32_t spread_ticks = 0;
    std::optional<Decimal> quantity;
};

/// How bars are built for strategies. Meaning: host/market/bars.hpp.
enum class BarPrice { Last, Bid, Ask, Mid };
enum class BarClosed { Left, Right };
enum class BarEmpty { Skip, Flat };
struct BarBuildConfig {
    BarPrice price = BarPrice::Last;
    BarClosed closed = BarClosed::Left;
    BarEmpty empty = BarEmpty::Skip;
};

/// Where one instrument's market data comes from: exactly one of `file`, `synth` and `exchange`.
/// An instrument without any is fed by its own venue, when that is reached.
struct DataConfig {
    std::string instrument;
    std::string file;      ///< absolute path of a .tdat file, or empty
    std::string exchange;  ///< name of an exchange that is reached, or empty
    std::optional<SynthConfig> synth;
    BarPlayConfig bars;
    std::optional<BarBuildConfig> build;  ///< nothing: bars end when the next event comes
};

/// What the best bid and ask must be for an entry, see host/risk/market.hpp.
enum class BookCheck { Off, Sound, Required };
/// What must be fed for a check to be made at all.
enum class BookNeed { Nothing, Depth };

/// Limits of the risk gate. Nothing: that check is off. Quantities are in the instrument's base,
/// notionals and exposures in its quote asset.
struct RiskConfig {
    std::optional<Decimal> order_notional_max;
    std::optional<Decimal> position_quantity_max;
    std::optional<Decimal> position_notional_max;
    std::optional<Decimal> exposure_strategy_max;
    std::optional<Decimal> exposure_venue_max;
    std::optional<Decimal> exposure_total_max;
    std::optional<std::uint32_t> open_orders_max;
    std::optional<std::uint32_t> positions_max;
    bool one_position_per_instrument = false;
    std::optional<std::uint32_t> orders_per_second;
    std::optional<std::uint32_t> orders_burst;  ///< bucket size; nothing: orders_per_second
    std::optional<std::uint32_t> orders_per_day;
    std::optional<std::uint32_t> venue_orders_per_second;
    std::optional<std::uint32_t> venue_orders_burst;
    std::optional<std::uint32_t> venue_orders_per_day;
    std::int64_t retry_deadline_ns = 0;     ///< how long an order over its rate may wait; 0: not
    std::int64_t duplicate_window_ns = 0;   ///< same intent tag inside it is denied; 0: off
    Decimal market_order_reserve = 0.05_d;  ///< held above the price, a fraction of it
    Decimal fee_reserve = 0.005_d;          ///< held for fees, a fraction of the notional

    BookCheck book = BookCheck::Off;
    std::int64_t quote_age_ns_max = 0;    ///< 0: off
    std::optional<Decimal> price_collar;  ///< fraction of the middle
    std::optional<Decimal> depth_min;     ///< multiple of the order's quantity
    std::optional<Decimal> slippage_max;  ///< fraction of the middle
    BookNeed slippage_needs = BookNeed::Nothing;
    std::int64_t closing_window_ns = 0;    ///< 0: off
    std::optional<Decimal> gas_price_max;  ///< gwei

    std::optional<Decimal> daily_loss_max;
    std::optional<Decimal> daily_loss_total_max;
    std::optional<Decimal> drawdown_max;  ///< fraction of the peak
    std::optional<std::uint32_t> losing_trades_max;
    std::optional<Decimal> reject_rate_max;  ///< fraction of `reject_window` orders
    std::uint32_t reject_window = 20;
    std::optional<std::uint32_t> unresolved_max;
    std::int64_t stream_stale_ns_max = 0;  ///< 0: off
    std::uint32_t breaker_threshold = 0;   ///< failed orders in a row; 0: off
    std::int64_t breaker_cool_down_ns = kNsPerMinute;
};

enum class ReturnsKind { Simple, Geometric };
enum class DrawdownBase { Equity, ClosedTrades };
enum class TradeMeasure { Money, Ratio };
enum class FirstPoint { Start, Sample };
enum class OpenTrades { LeaveOut, Mark };

/// Which of the field's definitions a backtest's report uses.
struct ReportConfig {
    std::string currency;         ///< empty: what the first instrument's profit is paid in
    std::int64_t sample_ns = 0;   ///< between two points of the equity curve; 0: from the data
    std::uint32_t year_days = 0;  ///< days with returns in a year; 0: as many as there are
    ReturnsKind returns = ReturnsKind::Simple;
    Decimal risk_free;       ///< a year's return without risk
    Decimal sortino_target;  ///< a year's return, below which is downside
    DrawdownBase drawdown_on = DrawdownBase::Equity;
    TradeMeasure trades_on = TradeMeasure::Money;
    FirstPoint first_point = FirstPoint::Start;
    OpenTrades finalize = OpenTrades::LeaveOut;
    std::uint32_t hold_after = 0;  ///< samples before buy and hold buys
};

/// What is done about a difference between our books and a venue's.
enum class DriftPolicy { Report, Halt, Adopt, Cancel, Flatten };

/// How our books are compared with the venue's.
struct ReconcileConfig {
    std::int64_t interval_ns = 0;  ///< real clock; 0: never while running
    std::int64_t grace_ns = 0;
    std::int64_t age_ns_max = 0;
    std::int64_t unsettled_ns_max = 0;
    bool protection_required = false;
    Decimal quantity_tolerance;
    Decimal average_price_tolerance;                    ///< fraction of ours
    std::map<std::string, Decimal> balance_tolerances;  ///< by asset
    std::map<std::string, DriftPolicy> policy;          ///< by kind of finding: all of them
};

/// Where a key is, never the key. One of the sources is set.
struct KeyConfig {
    std::string name;      ///< [a-z0-9-]{1,40}
    std::string type;      ///< secp256k1, hmac, ed25519, es256 or secret
    std::string encoding;  ///< of hmac: raw, base64, base64url or hex
    std::string file;      ///< absolute
    std::string credential;
    std::vector<std::string> command;
    std::int64_t command_timeout_ns = 0;
    std::string environment;
    bool stored = false;  ///< in the state directory, written when a venue gives it
};

struct StrategyConfig {
    std::string name;
    std::string plugin;
    std::string exchange;
    std::string account;
    std::vector<std::string> instruments;  ///< names, or patterns with *
    Node settings;    ///< checked later, against the plugin's schema, by validate_settings
    RiskConfig risk;  ///< in force: the global limits with this strategy's own laid over them
    FaultPolicy on_fault = FaultPolicy::Cancel;
    std::string kill_file;  ///< absolute; empty: none
    ExitsOnBars exits_on_bars = ExitsOnBars::Close;
};

struct Config {
    std::string name;  ///< [a-z0-9-]{1,40}; a state directory belongs to one name
    Mode mode = Mode::Paper;
    ClockKind clock = ClockKind::Real;
    std::uint64_t seed = 0;
    Decimal speed;          ///< of recorded and synthetic data under a real clock; above 0
    std::string state_dir;  ///< absolute; empty: the default of the XDG directories
    LogConfig log;
    std::vector<std::string> plugin_paths;  ///< absolute folders
    std::string plugin_lock;                ///< absolute; empty: the default place
    TrustPolicy plugin_trust = TrustPolicy::Auto;
    WalConfig wal;
    ShutdownConfig shutdown;
    RecoveryPolicy recovery = RecoveryPolicy::Auto;
    AuditPolicy audit = AuditPolicy::Auto;
    AlertsConfig alerts;
    std::vector<KeyConfig> keys;
    std::vector<ExchangeConfig> exchanges;
    std::vector<InstrumentConfig> instruments;
    std::vector<DataConfig> data;
    std::vector<StrategyConfig> strategies;
    RiskConfig risk;
    ReportConfig report;
    ReconcileConfig reconcile;
};

}  // namespace tradectl::config

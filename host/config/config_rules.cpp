// The table of the file's keys. tradectl.yaml(5) repeats it, and a test compares the two.
#include "host/config/exchange_rules.hpp"
#include "host/config/key_rules.hpp"
#include "host/config/reconcile_rules.hpp"
#include "host/config/risk_rules.hpp"
#include "host/config/rule_kinds.hpp"

#include <utility>

namespace tradectl::config {
namespace {

Rule switched(std::string_view name, std::string_view help, std::string_view fallback) {
    return scalar(RuleKind::Boolean, name, help).otherwise(fallback);
}
Rule ppm(std::string_view name, std::string_view help, std::string_view fallback) {
    return integer(name, help).at_least("0").at_most("1000000").otherwise(fallback);
}

Rule name_rule(std::string_view help) {
    return text("name", help).like(Pattern::Name).required();
}

Rule margin_rule() {
    return map("margin",
               "positions on margin, long or short; without it what is sold must be owned",
               {money("initial", "share of the notional kept back to open: 1 / leverage")
                    .at_most("1")
                    .required(),
                money("maintenance",
                      "share below which is liquidated, at most initial; without it half of that")
                    .at_most("1")})
        .optional();
}

Rule instrument_rule() {
    return map(
        "",
        "what can be traded, and on what grid",
        {name_rule("unique name: BTC-USD.paper"),
         text("venue", "name of an exchange above; without it the only one").like(Pattern::Name),
         text("venue_symbol", "the venue's own name; without it the name").like(Pattern::Name),
         text("kind", "what it is")
             .one_of({"spot", "perpetual", "future", "binary", "equity", "swap"})
             .otherwise("spot"),
         text("base", "asset that is bought and sold").like(Pattern::Name).required(),
         text("quote", "asset that pays").like(Pattern::Name).required(),
         money("tick", "price grid").required(),
         money("lot", "quantity grid").required(),
         money("multiplier", "quote value of one unit at price 1").otherwise("1"),
         money("quantity_min", "smallest quantity of an order"),
         money("quantity_max", "largest quantity of an order"),
         money("notional_min", "smallest notional of an order"),
         money("price_min", "lowest price of an order"),
         money("price_max", "highest price of an order"),
         scalar(RuleKind::Time, "close_time", "when trading ends"),
         margin_rule(),
         text("settle", "what the profit of a margin position is paid in; without it the quote")
             .like(Pattern::Name)});
}

Rule synth_rule() {
    Rule rule =
        map("synth",
            "a made-up market: seeded, the same on every machine",
            {integer("seed", "its own seed; without it the session's").at_least("0"),
             scalar(RuleKind::Time, "start", "time of its first moment")
                 .otherwise("2026-01-01T00:00:00Z"),
             integer("trades", "how many trades; 0 is endless").at_least("0").otherwise("0"),
             money("price", "price at the start").otherwise("100"),
             money("quantity", "mean quantity of a trade").otherwise("1"),
             duration("interval", "mean time between trades").at_least("1us").otherwise("100ms"),
             integer("spread_ticks", "ticks between bid and ask")
                 .at_least("1")
                 .at_most("1000000")
                 .otherwise("1"),
             ppm("volatility_ppm", "usual step, millionths of the price", "100"),
             ppm("trend_ppm", "drift of a step in a trend, millionths of the price", "40"),
             ppm("jump_ppm", "largest jump, millionths of the price", "10000"),
             duration("gap", "longest silence").at_least("1us").otherwise("5m"),
             count("regime_trades_min", "shortest regime, in trades").otherwise("200"),
             count("regime_trades_max", "longest regime, in trades").otherwise("2000"),
             map("weights",
                 "how often each regime is chosen",
                 {integer("trend", "drifts one way").at_least("0").at_most("1000").otherwise("4"),
                  integer("mean_reversion", "is pulled back")
                      .at_least("0")
                      .at_most("1000")
                      .otherwise("4"),
                  integer("jump", "one large move").at_least("0").at_most("1000").otherwise("1"),
                  integer("gap", "silence").at_least("0").at_most("1000").otherwise("1")}),
             switched("quotes", "a quote before each trade", "true")});
    return std::move(rule).optional();
}

Rule bars_rule() {
    return map("bars",
               "what the bars of a file are played as",
               {text("play", "as they are, or each as four quotes or trades")
                    .one_of({"bars", "quotes", "trades"})
                    .otherwise("bars"),
                text("path", "order of the four prices; far_first: the low first unless it fell")
                    .one_of({"far_first", "open_high_low_close", "open_low_high_close"})
                    .otherwise("far_first"),
                duration("spacing", "time between the four, the last at the bar's end; 0 is even")
                    .at_most("366d")
                    .otherwise("100ms"),
                integer("spread_ticks", "ticks between bid and ask, the price in the middle")
                    .at_least("0")
                    .at_most("1000000")
                    .otherwise("0"),
                money("quantity", "of each; without it not known (quotes), volume / 4 (trades)")})
        .optional();
}

Rule build_rule() {
    return map("build",
               "bars for strategies end by the clock; without it when the next event comes",
               {text("price", "what they are built of: trades, or a side of the quotes")
                    .one_of({"last", "bid", "ask", "mid"})
                    .otherwise("last"),
                text("closed", "the end of an interval that belongs to it")
                    .one_of({"left", "right"})
                    .otherwise("left"),
                text("empty", "an interval without a price: no bar, or one at the last close")
                    .one_of({"skip", "flat"})
                    .otherwise("skip")})
        .optional();
}

Rule data_rule() {
    return map("",
               "where one instrument's market data comes from",
               {text("instrument", "name of an instrument above").like(Pattern::Name).required(),
                scalar(RuleKind::Path, "file", "a .tdat file, as tradectl data import writes it"),
                text("exchange", "name of an exchange above that tells what happens there")
                    .like(Pattern::Name),
                bars_rule(),
                build_rule(),
                synth_rule()});
}

Rule strategy_rule() {
    return map(
        "",
        "one instance of a strategy plugin",
        {name_rule("unique name of the instance"),
         text("plugin", "name of the plugin").required(),
         text("exchange", "name of an exchange above; without it the only one").like(Pattern::Name),
         text("account", "one of its accounts; without it the first").like(Pattern::Name),
         list("instruments",
              "what it may trade; with * also what appears while it runs",
              text("", "name, or pattern with * for any text").like(Pattern::NamePattern))
             .items(1, kItemsMax)
             .required(),
         settings("what the plugin asks for: tradectl plugin info PLUGIN"),
         map("risk", "limits in the place of the session's", strategy_limits()),
         text("on_fault", "what happens to its open orders and positions when it fails")
             .one_of({"cancel", "keep", "flatten"})
             .otherwise("cancel"),
         scalar(RuleKind::Path,
                "kill_file",
                "a file that halts it by being there: its exits and cancels alone still pass"),
         text("exits_on_bars", "how host exits are judged where only bars are fed")
             .one_of({"close", "inside", "level"})
             .otherwise("close")});
}

Rule report_rule() {
    return map(
        "report",
        "which definitions the figures of a backtest use",
        {text("currency", "asset of the figures; without it what the first instrument pays in")
             .like(Pattern::Name),
         duration("sample", "between two points of the equity curve; without it from the data")
             .at_least("1ms")
             .at_most("366d"),
         integer("year_days",
                 "days with returns in a year, each wholly sampled; without it as the samples are")
             .at_least("1")
             .at_most("366"),
         text("returns", "a year's return: the mean times the periods, or compounded")
             .one_of({"simple", "geometric"})
             .otherwise("simple"),
         decimal("risk_free", "a year's return without risk, a fraction")
             .at_least("-1")
             .at_most("10")
             .otherwise("0"),
         decimal("sortino_target", "a year's return below which is downside, a fraction")
             .at_least("-1")
             .at_most("10")
             .otherwise("0"),
         text("drawdown_on", "falls of the whole equity, or of the profit of closed trades")
             .one_of({"equity", "trades"})
             .otherwise("equity"),
         text("trades_on", "profit factor and expectancy: of money, or of ratios to the entry")
             .one_of({"money", "ratio"})
             .otherwise("money"),
         text("first_point", "where the curve begins: at the start, or at the first sample")
             .one_of({"start", "sample"})
             .otherwise("start"),
         text("finalize", "trades open at the end: left out, or counted at the last price")
             .one_of({"none", "mark"})
             .otherwise("none"),
         integer("hold_after", "samples before buy and hold buys, as an indicator warms up")
             .at_least("0")
             .at_most("1000000000")
             .otherwise("0")});
}

Rule alert_event(std::string_view name, std::string_view help) {
    return text(name, help).one_of({"on", "silent", "off"}).otherwise("on");
}

Rule alerts_rule() {
    Rule url = text("url", "where messages are sent by POST; a secret, so url_file is better");
    url.secrecy = Node::Secrecy::Secret;
    return map(
        "alerts",
        "who is told of what costs money; under a real clock",
        {map("webhook",
             "a web server that takes messages as JSON",
             {std::move(url),
              scalar(RuleKind::Path, "roots", "PEM file in the place of the system's roots"),
              duration("timeout", "for one try").at_least("1ms").at_most("30s").otherwise("5s")}),
         list("command",
              "a program by its absolute path, and arguments; it reads the message",
              text("", "word"))
             .items(0, kItemsMax),
         duration("command_timeout", "after which the program is killed")
             .at_least("1ms")
             .at_most("30s")
             .otherwise("5s"),
         map("events",
             "of what: on, silent (marked so that nobody need be woken) or off",
             {alert_event("halt", "new risk was halted, by whomever"),
              alert_event("breaker", "a breaker opened"),
              alert_event("unresolved", "what became of an order is unknown"),
              alert_event("orphan", "the venue has an order or a fill that nobody knows"),
              alert_event("drift", "venue and ledger differ"),
              alert_event("wal", "the log or the ledger cannot be written: the run stops"),
              alert_event("fault", "a plugin faulted")}),
         duration("min_interval", "between two messages of one event and subject")
             .at_most("1d")
             .otherwise("1m")});
}

std::vector<Rule> process_rules() {
    return {
        scalar(RuleKind::Path,
               "state_dir",
               "state directory; without it tradectl/NAME/MODE in the XDG state home"),
        map("log",
            "where messages go",
            {text("level", "least level that is written")
                 .one_of({"trace", "debug", "info", "warning", "error", "off"})
                 .otherwise("info"),
             text("format", "form of a line").one_of({"text", "json"}).otherwise("text"),
             scalar(RuleKind::Path, "file", "file instead of standard error")}),
        map("plugins",
            "where plugins are found, and which are trusted",
            {list("paths",
                  "folders that are searched after TRADECTL_PLUGIN_PATH",
                  scalar(RuleKind::Path, "", "folder"))
                 .items(0, kItemsMax),
             scalar(RuleKind::Path,
                    "lock",
                    "what was trusted; without it plugins.lock in the configuration directory"),
             text("trust", "required: others are not loaded; auto: required in mode live")
                 .one_of({"auto", "required"})
                 .otherwise("auto")}),
        map("wal",
            "write-ahead log",
            {scalar(RuleKind::Size, "segment", "size of a segment file")
                 .at_least("64KiB")
                 .at_most("1GiB")
                 .otherwise("16MiB"),
             duration("latency", "simulated clock: from write to durable")
                 .at_most("10s")
                 .otherwise("100us"),
             map("archive",
                 "segments that are finished and applied; not in backtests",
                 {duration("after", "compressed when the next segment is as old as this")
                      .at_most("366d")
                      .otherwise("0s"),
                  duration("keep", "removed, after a warning, at this age; 0: never")
                      .at_most("36500d")
                      .otherwise("1826d"),
                  scalar(RuleKind::Size,
                         "limit",
                         "of all segments: the oldest are removed, after a warning; 0: none")
                      .otherwise("0B")})}),
        map("shutdown",
            "what a stop does",
            {text("orders", "open orders").one_of({"cancel", "keep"}).otherwise("cancel"),
             text("positions", "positions").one_of({"keep", "flatten"}).otherwise("keep"),
             integer(
                 "after_fills",
                 "a run ends by itself once the books hold so many fills, those of earlier runs "
                 "included, and none starts then; 0: whatever they hold")
                 .at_least("0")
                 .at_most("1000000000")
                 .otherwise("0")}),
        text("recovery", "at start: finish what was begun, or stop and let an operator look")
            .one_of({"auto", "refuse"})
            .otherwise("auto"),
        text("audit", "keep an audit log; auto: where state is kept, but not in a backtest")
            .one_of({"auto", "on", "off"})
            .otherwise("auto"),
        alerts_rule(),
    };
}

Rule make_config_rules() {
    std::vector<Rule> keys = {
        text("name", "name of the session; its state directory belongs to it")
            .like(Pattern::Slug)
            .required(),
        text("mode", "what is at stake").one_of({"backtest", "paper", "live"}).otherwise("paper"),
        text("clock", "without it simulated for backtest, else real").one_of({"real", "simulated"}),
        integer("seed", "of everything random in a simulation").at_least("0").otherwise("1"),
        decimal("speed", "how fast recorded data plays under a real clock; 1 is as recorded")
            .above("0")
            .at_most("1000000")
            .otherwise("1"),
    };
    for (Rule& rule : process_rules())
        keys.push_back(std::move(rule));
    keys.push_back(list("keys", "with which requests are signed", key_rule()).items(0, kItemsMax));
    keys.push_back(list("exchanges", "venues", exchange_rule()).items(1, kItemsMax).required());
    keys.push_back(
        list("instruments", "instruments", instrument_rule()).items(0, kItemsMax).required());
    keys.push_back(list("data", "recorded or made-up data", data_rule()).items(0, kItemsMax));
    keys.push_back(list("strategies", "strategies", strategy_rule()).items(0, kItemsMax));
    keys.push_back(map("risk",
                       "limits of every order; one that is missing is off, unless said otherwise",
                       session_limits()));
    keys.push_back(report_rule());
    keys.push_back(reconcile_rule());
    return map("", "configuration of a tradectl session", std::move(keys));
}

}  // namespace

const Rule& config_rules() {
    static const Rule rules = make_config_rules();
    return rules;
}

}  // namespace tradectl::config

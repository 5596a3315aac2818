// What `tradectl config new` prints. A test loads each.
#include "host/config/describe.hpp"

namespace tradectl::config {
namespace {

constexpr std::string_view kPaperHead =
    R"(# A paper session: real time, a made-up market, no money at stake.
# All keys: man tradectl.yaml. Check: tradectl config check THIS_FILE
name: my-paper           # required; the state directory belongs to this name
mode: paper              # backtest | paper | live
seed: 1                  # of everything random
speed: 10                # data plays ten times as fast as recorded

)";

constexpr std::string_view kBacktestHead =
    R"(# A backtest: recorded data, as fast as the machine can.
# Make the data file: tradectl data import ... -o trades.tdat
name: my-backtest
mode: backtest
seed: 1

)";

constexpr std::string_view kLiveHead =
    R"(# A live session. It starts only with `tradectl run --live`.
name: my-live
mode: live

)";

constexpr std::string_view kMarket = R"(exchanges:
  - name: paper          # the venue's name below
    plugin: paper        # tradectl plugin info paper lists its settings
    settings:
      balances: {USD: "100000"}

instruments:
  - name: BTC-USD.paper
    venue: paper
    base: BTC
    quote: USD
    tick: "0.01"         # price grid
    lot: "0.0001"        # quantity grid

)";

constexpr std::string_view kSynthData = R"(data:
  - instrument: BTC-USD.paper
    synth:               # or `file: trades.tdat`
      price: 50000
      quantity: "0.05"   # mean of a trade
      interval: 100ms    # mean time between trades

)";

constexpr std::string_view kFileData = R"(data:
  - instrument: BTC-USD.paper
    file: trades.tdat    # relative to this file

)";

constexpr std::string_view kTrader = R"(strategies:
  - name: momentum
    plugin: momentum     # tradectl plugin info momentum lists its settings
    instruments: [BTC-USD.paper]
    settings: {}
    on_fault: cancel     # cancel | keep | flatten

risk:                    # a limit that is missing is off
  order_notional_max: 1000
  position_notional_max: 5000
  open_orders_max: 10
  orders_per_second: 5
  orders_per_day: 1000

shutdown:
  orders: cancel         # cancel | keep
  positions: keep        # keep | flatten
)";

std::string text_of(std::string_view head, std::string_view data) {
    std::string text(head);
    text += kMarket;
    text += data;
    text += kTrader;
    return text;
}

}  // namespace

const std::vector<StarterKind>& starter_kinds() {
    static const std::vector<StarterKind> kinds = {
        {"paper", "real time, made-up market"},
        {"backtest", "recorded data"},
        {"live", "real money"},
    };
    return kinds;
}

Expected<std::string> new_config(std::string_view kind) {
    if (kind == "paper") return text_of(kPaperHead, kSynthData);
    if (kind == "backtest") return text_of(kBacktestHead, kFileData);
    if (kind == "live") return text_of(kLiveHead, "");
    return fail(ErrorCode::NotFound,
                "no starter of kind '" + std::string(kind) + "': paper, backtest or live");
}

}  // namespace tradectl::config

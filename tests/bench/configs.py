"""The configs that the figures run: configs/backtest-synth.yaml with other data and other needs."""

HEAD = """\
name: bench
mode: {mode}
clock: {clock}
seed: 1
exchanges:
  - name: paper
    plugin: paper
    settings:
      balances: {{USD: "1000000"}}
instruments:
  - {{name: BTC-USD.paper, base: BTC, quote: USD, tick: "0.01", lot: "0.0001"}}
risk:
  order_notional_max: "20000"
  position_notional_max: "50000"
  open_orders_max: 10
"""

SYNTH = """\
data:
  - instrument: BTC-USD.paper
    synth: {{price: "50000", quantity: "0.25", interval: {interval}, spread_ticks: 20,
            quotes: false, trades: {trades}{more}}}
"""

MOMENTUM = """\
strategies:
  - name: momentum
    plugin: momentum
    instruments: [BTC-USD.paper]
    settings: {{{settings}}}
"""


def replay_config(data_file):
    """The strategy's own settings over a file beside the config."""
    return (
        HEAD.format(mode="backtest", clock="simulated")
        + f"data:\n  - {{instrument: BTC-USD.paper, file: {data_file}}}\n"
        + MOMENTUM.format(settings="")
    )


def event_config():
    """Enters on every rise and exits on every move, so that each few events cause an order."""
    return (
        HEAD.format(mode="backtest", clock="simulated")
        + SYNTH.format(interval="200ms", trades=100_000, more="")
        + MOMENTUM.format(
            settings='lookback: 1, threshold: "0.000001", target: "0.000001", '
            'stop: "0.000001", hold_max: 2s, cooldown: 0s, notional: "500"'
        )
    )


def every_trade_config(folder):
    """One order at each trade by a strategy that does nothing else."""
    return (
        HEAD.format(mode="backtest", clock="simulated")
        + f"plugins: {{paths: [{folder}]}}\n"
        + SYNTH.format(interval="200ms", trades=30_000, more="")
        + "strategies:\n  - {name: every-trade, plugin: bench_strategy, "
        "instruments: [BTC-USD.paper]}\n"
    )


def crowded_config(folders):
    """One order every two milliseconds, in real time, beside whoever reads the books."""
    return (
        HEAD.format(mode="paper", clock="real")
        + f"log: {{level: error}}\nplugins: {{paths: [{', '.join(map(str, folders))}]}}\n"
        + SYNTH.format(interval="2ms", trades=0, more=", gap: 2ms")
        + "strategies:\n  - {name: every-trade, plugin: bench_strategy, "
        "instruments: [BTC-USD.paper]}\n"
    )


def growth_config(mode, trades):
    """A long run: simulated, or in real time with the data as dense as the engine can take."""
    clock = "simulated" if mode == "backtest" else "real"
    speed = "" if mode == "backtest" else "speed: 100000\n"
    return (
        HEAD.format(mode=mode, clock=clock)
        + speed
        + SYNTH.format(interval="200ms", trades=trades, more="")
        + MOMENTUM.format(settings="")
    )


BOOK_INSTRUMENT = "BTC-USD.paper"


def data_config(data_file):
    """A replay of any recording: fine grids, no orders to speak of."""
    head = HEAD.format(mode="backtest", clock="simulated")
    head = head.replace('tick: "0.01", lot: "0.0001"', 'tick: "0.0001", lot: "0.0001"')
    return (
        head
        + f"data:\n  - {{instrument: {BOOK_INSTRUMENT}, file: {data_file}}}\n"
        + MOMENTUM.format(settings='threshold: "0.5"')
    )


def sweep_config(trades):
    """A backtest small enough to be run a hundred times."""
    return (
        HEAD.format(mode="backtest", clock="simulated")
        + SYNTH.format(interval="200ms", trades=trades, more="")
        + MOMENTUM.format(settings="")
    )


def cross_config(data_file, folder, source="bars"):
    """The strategy that peers run too: one unit in and out, no fees; bars: at the next one's open."""
    head = HEAD.format(mode="backtest", clock="simulated")
    if source == "bars":
        head = head.replace('"1000000"}', '"1000000"}\n      fill: next_open')
    head = head.replace('"20000"', '"100000000"').replace('"50000"', '"100000000"')
    return (
        head
        + f"plugins: {{paths: [{folder}]}}\n"
        + f"data:\n  - {{instrument: {BOOK_INSTRUMENT}, file: {data_file}}}\n"
        + "strategies:\n  - {name: cross, plugin: bench_cross, "
        f"instruments: [{BOOK_INSTRUMENT}], settings: {{source: {source}}}}}\n"
    )


def venue_config(folders):
    """One order at each trade at an exchange that reaches its venue; nobody's keys and addresses."""
    return f"""\
name: bench
mode: paper
clock: real
plugins: {{paths: [{', '.join(map(str, folders))}]}}
exchanges:
  - name: pm
    plugin: polymarket
    settings:
      clob_url: https://clob.test
      ws_url: wss://ws.test/ws
      gamma_url: https://gamma.test
      data_url: https://data.test
      rpc_urls: [https://rpc.test]
      address: "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
instruments:
  - name: yes.pm
    venue: pm
    venue_symbol: "71321045679252212594626385532706912750332728571942532289631379312455583992563"
    kind: binary
    base: YES
    quote: pUSD
    tick: "0.01"
    lot: "0.01"
    price_min: "0.01"
    price_max: "0.99"
strategies:
  - name: every-trade
    plugin: bench_strategy
    exchange: pm
    instruments: [yes.pm]
    settings: {{price: "0.3", quantity: "5"}}
risk: {{slippage_max: "0.9", breaker_threshold: 0}}
"""

"""nautilus_trader over a file of bars: one line of JSON. Reading the file is not timed."""

import json
import sys
import time
from decimal import Decimal

import nautilus_trader
from bars import FAST, SLOW, read_bars
from nautilus_trader.backtest.config import BacktestEngineConfig
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.config import LoggingConfig, StrategyConfig
from nautilus_trader.indicators import SimpleMovingAverage
from nautilus_trader.model.currencies import USDT
from nautilus_trader.model.data import Bar, BarType
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
from nautilus_trader.model.identifiers import InstrumentId, Symbol, Venue
from nautilus_trader.model.instruments import CurrencyPair
from nautilus_trader.model.currencies import BTC
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.trading.strategy import Strategy

VENUE = Venue("SIM")
INSTRUMENT = CurrencyPair(
    instrument_id=InstrumentId(Symbol("BTCUSDT"), VENUE), raw_symbol=Symbol("BTCUSDT"),
    base_currency=BTC, quote_currency=USDT, price_precision=2, size_precision=6,
    price_increment=Price.from_str("0.01"), size_increment=Quantity.from_str("0.000001"),
    ts_event=0, ts_init=0, maker_fee=Decimal(0), taker_fee=Decimal(0))
BARS = BarType.from_str("BTCUSDT.SIM-1-MINUTE-LAST-EXTERNAL")


class Cross(Strategy):
    def __init__(self):
        super().__init__(StrategyConfig(strategy_id="CROSS-1"))
        self.fast = SimpleMovingAverage(FAST)
        self.slow = SimpleMovingAverage(SLOW)
        self.is_long = False
        self.orders = 0

    def on_start(self):
        self.register_indicator_for_bars(BARS, self.fast)
        self.register_indicator_for_bars(BARS, self.slow)
        self.subscribe_bars(BARS)

    def on_bar(self, bar):
        if not self.slow.initialized:
            return
        above = self.fast.value > self.slow.value
        if above == self.is_long:
            return
        self.is_long = above
        self.orders += 1
        self.submit_order(self.order_factory.market(
            INSTRUMENT.id, OrderSide.BUY if above else OrderSide.SELL,
            Quantity.from_str("1.000000")))


def bars_of(path):
    volume = Quantity.from_str("1000.000000")
    for stamp, *prices, _ in read_bars(path):
        ns = int(stamp) * 1_000_000
        yield Bar(BARS, *(Price(price, 2) for price in prices), volume, ns, ns)


engine = BacktestEngine(BacktestEngineConfig(
    logging=LoggingConfig(bypass_logging=True), run_analysis=False))
engine.add_venue(VENUE, OmsType.NETTING, AccountType.CASH,
                 starting_balances=[Money(1_000_000, USDT)])
engine.add_instrument(INSTRUMENT)
data = list(bars_of(sys.argv[1]))
engine.add_data(data)
strategy = Cross()
engine.add_strategy(strategy)
start = time.perf_counter()
engine.run()
took = time.perf_counter() - start
account = engine.cache.account_for_venue(VENUE)
print(json.dumps({"version": nautilus_trader.__version__, "rows": len(data), "seconds": took,
                  "orders": strategy.orders, "cash": str(account.balance_total(USDT))}))

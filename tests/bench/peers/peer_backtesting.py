"""backtesting.py over a file of bars: one line of JSON. Reading the file is not timed."""

import json
import sys
import time
import warnings

import backtesting
import numpy as np
import pandas as pd
from backtesting import Backtest, Strategy

from bars import FAST, SLOW, read_bars

warnings.filterwarnings("ignore")


def average(values, period):
    return pd.Series(values).rolling(period).mean().to_numpy()


class Cross(Strategy):
    def init(self):
        self.fast = self.I(average, self.data.Close, FAST)
        self.slow = self.I(average, self.data.Close, SLOW)

    def next(self):
        above = self.fast[-1] > self.slow[-1]
        if above and not self.position:
            self.buy(size=1)
        elif not above and self.position:
            self.position.close()


rows = np.array(read_bars(sys.argv[1]))
data = pd.DataFrame(rows[:, 1:], columns=["Open", "High", "Low", "Close", "Volume"],
                    index=pd.to_datetime(rows[:, 0], unit="ms"))
test = Backtest(data, Cross, cash=1_000_000, commission=0, trade_on_close=False)
start = time.perf_counter()
stats = test.run()
took = time.perf_counter() - start
print(json.dumps({"version": backtesting.__version__, "rows": len(rows), "seconds": took,
                  "trades": int(stats["# Trades"]), "equity": float(stats["Equity Final [$]"])}))
